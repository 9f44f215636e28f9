// Package ownsheet is the desk of a structure: its sheets, what each lacks, one screen
// for each part, what changed and when.
package ownsheet

import (
	"strconv"

	"github.com/a-h/templ"

	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/layout"
	"sourcier/views/part"
	"sourcier/views/registration"
)

func url(address string) templ.SafeURL { return templ.SafeURL(address) }

// State is where a sheet stands, with a sign that does without colour.
type State struct {
	Sign  string // « ● »
	Label string // « En ligne »
	Tone  part.Tone
}

// Meter is how complete a sheet is.
type Meter struct{ Score int }

func (m Meter) width() string { return strconv.Itoa(m.Score) }

// Text says the figure in words.
func (m Meter) text() string { return "Complète à " + strconv.Itoa(m.Score) + " %" }

// ListPage is the sheets of a person.
type ListPage struct {
	desk.Page
	Sheets []Line
	Add    string // address of the page that adds an establishment
	More   string // why some are not listed, "" when all are
}

// Line is one of the sheets.
type Line struct {
	Name, URL    string
	Place        string // city
	Organisation string // "" when the person has one organisation
	States       []State
	Reason       string // why it was sent back, or suspended
	Meter        Meter
	Next         string // the next best step
}

// OverviewPage is one sheet: what is published, what is not, what to do next.
type OverviewPage struct {
	desk.Page
	State   form.State
	URL     string
	Public  string // address of the sheet that everybody sees, "" while there is none
	Preview string
	States  []State
	Notices []Notice
	Changes []Change
	Rev     string
	Publish string // label of the button, "" when there is nothing to publish
	Checked string // what a moderator will look at first, "" for nothing
	Discard bool   // the draft can be thrown away
	Meter   Meter
	Next    *Step
	Missing []Step
	Screens []Screen
}

// Notice is something to know before anything else.
type Notice struct {
	Title string
	Lines []string
	Warn  bool
	Link  *part.Link
}

// Change is a field that the draft changes, in words.
type Change struct {
	Field, Before, After string
	URL                  string // screen where it is changed
}

// Step is a piece to add.
type Step struct {
	Label, Brings, URL string
}

// Screen is a part of the sheet and what it holds now.
type Screen struct {
	Label, URL, Holds string
	Missing           bool
}

// Form is a screen of fields.
type Form struct {
	desk.Page
	State form.State
	URL   string
	Rev   string
	Lead  string
	// AtOnce says that what is saved needs no publication, "" where it goes to the draft.
	AtOnce string
}

// PresentationPage is names and description.
type PresentationPage struct {
	Form
	Name, TradeName, Description string
	Official                     string // the name of the register
}

// ContactPage is the public ways to reach the structure.
type ContactPage struct {
	Form
	Phone, Email, Website             string
	PhoneHelp, EmailHelp, WebsiteHelp string // what an official source says
}

// AddressPage is where the establishment is, where no register says so.
type AddressPage struct {
	Form
	Official                             string // which register gave the address, which is then not written here
	Shown, Report                        string // that address, and where an error is told
	Street, Complement, PostalCode, City string
}

// PeoplePage is the contacts by topic.
type PeoplePage struct {
	Form
	Topics []Topic
}

// Topic is a subject and who answers for it. Fields are named after Code.
type Topic struct {
	Code, Label, Help       string
	Name, Job, Email, Phone string
	Frequencies             []part.Option
}

// ActivitiesPage is the list of the activities.
type ActivitiesPage struct {
	desk.Page
	State      form.State
	URL        string
	Rev        string
	Activities []Activity
	Derived    string // what the APE code gives, until something is declared
	Full       string // why none can be added, "" when one can
	Copy       *Copy
}

// Activity is one of the list.
type Activity struct {
	Title, URL   string
	Facts        []desk.Fact
	Availability part.Answer
	Note         string // until when it is said
	Index        string
}

// Copy is activities that can be copied from other establishments.
type Copy struct {
	From []part.Option
}

// ActivityPage is one activity.
type ActivityPage struct {
	Form
	Base    string // what tells the activity from others, when the list has changed meanwhile
	Sectors registration.Picker
	Zone    registration.Zone
	Map     *ZoneMap // nil where no radius can be drawn
	Modes   []part.Option
	Groups  []Group // characteristics
	States  []part.Option
	Until   string
	Offer   string
	Derived bool
}

// ZoneMap is what the script of the zone draws.
type ZoneMap struct {
	Script, Leaflet, Style, Tiles string
	Data                          any
}

// Group is choices under a heading.
type Group struct {
	Label   string
	Options []part.Option
	Open    bool // one of them is chosen
}

// HistoryPage is the versions.
type HistoryPage struct {
	desk.Page
	State    form.State
	URL      string
	Versions []Version
}

// Version is one that was published.
type Version struct {
	Number  string
	When    string
	By      string
	Note    string // « en ligne », « remplace… »
	Changes []Change
	Restore string // address of the button, "" where there is none
	Now     string // « En ligne », "" for an earlier one
}

// ConflictPage is both versions of a screen, field by field.
type ConflictPage struct {
	desk.Page
	State  form.State
	URL    string
	Rev    string
	Fields []Clash
	Kept   []part.Option // fields that are the same, as hidden values
}

// Clash is a field that two people filled in otherwise.
type Clash struct {
	Field, Label string
	Mine, Theirs string        // in words
	Values       []part.Option // mine, as they were sent: hidden fields
}

// RenewPage is what the link of a letter opens.
type RenewPage struct {
	layout.Base
	Heading string
	Text    []string
	Lines   []string // activities and what they say
	State   form.State
	Action  string
	Ways    []part.Link
}

// nothing stands for a value that is not there.
func nothing(text string) string {
	if text == "" {
		return "Rien"
	}
	return text
}

func nameHelp(official string) string {
	if official == "" {
		return ""
	}
	return "Dans le registre : " + official + ". Un autre nom sera d’abord vérifié par l’équipe du portail ; le reste de vos changements n’attend pas."
}

// zoneData is what the script of the zone reads of the page.
func zoneData(m *ZoneMap) templ.Attributes {
	if m == nil {
		return nil
	}
	return templ.Attributes{"data-zone": "", "data-leaflet": m.Leaflet, "data-sheet": m.Style, "data-tiles": m.Tiles}
}
