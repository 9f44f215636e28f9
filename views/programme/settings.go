package programme

import (
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/part"
)

// SettingsPage is what an organisation has set for its programme.
type SettingsPage struct {
	desk.Page
	form.State
	Rev                       string
	Threshold, Months, Hourly string
	HourlyHelp                string
	Services                  []ServiceLine
	Once                      string // id of a new service
	Name                      string // of it, as it was typed
}

// ServiceLine is a service among others.
type ServiceLine struct{ Name, URL, Persons, Purchases string }

// ServicePage is one service.
type ServicePage struct {
	desk.Page
	form.State
	Action   string
	Name     string
	Persons  []PersonLine
	Choices  []part.Option // prescripteurs who are not there
	None     string        // said when nobody can be chosen
	Named    string        // how much names it, "" = nothing
	NamedURL string
	Remove   *form.Action
}

// PersonLine is a prescripteur of a service.
type PersonLine struct {
	Name   string
	Gone   string // « n’est plus prescripteur », "" = is
	Remove form.Action
}
