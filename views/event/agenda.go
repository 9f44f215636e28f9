package event

import (
	"sourcier/views/desk"
	"sourcier/views/drawing"
	"sourcier/views/layout"
	"sourcier/views/part"
)

// AgendaList is the public agenda.
type AgendaList struct {
	layout.Base
	Lead    string
	Kinds   []part.Option
	Count   string
	ICS     string
	Months  []AgendaMonth
	Empty   *PlanEmpty
	Filters bool // a filter narrows it
}

// AgendaMonth is a month of it.
type AgendaMonth struct {
	ID, Name string
	Events   []AgendaEntry
}

// AgendaEntry is an event in the list.
type AgendaEntry struct {
	Name    part.Link
	Kind    string
	When    string
	ISO     string
	Where   string
	By      string
	Summary string
	Status  part.Answer
}

// AgendaPage is the public page of an event.
type AgendaPage struct {
	layout.Base
	Heading  string
	Kind     string
	Summary  string
	Status   part.Answer
	Notice   string // it is called off, or over
	Facts    []desk.Fact
	Text     string
	Sessions []PlanSession
	Access   []desk.Fact // how to come, and access for disabled people
	Map      *drawing.Map
	Join     string // address of the registration, "" = none
	JoinText string
	JoinDo   string // words of the button
	Rule     string // of the waiting list
	ICS      string
	Partners []string
}
