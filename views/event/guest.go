package event

import (
	"sourcier/views/admin"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/part"
)

// GuestList is who is invited to an event.
type GuestList struct {
	Page
	State   form.State
	URL     string
	Counts  string      // « 312 invités : 120 viennent, … »
	Add     string      // where guests are added, "" = one may not
	Acts    []part.Link // what else may be done now
	Files   []part.Link // exports
	Query   string      // name or address asked for
	Filters []GuestFilter
	Found   string
	Clear   string // address without filters, "" when there is none to clear
	Rows    []GuestRow
	Pages   part.Pagination
	Empty   string
}

// GuestFilter is a choice that narrows the list.
type GuestFilter struct {
	Name, Label string
	Options     []part.Option
}

// GuestRow is one guest. Delivery of the mail and answer are two matters.
type GuestRow struct {
	Name         string
	URL          string // "" for who only reads
	Notes        []string
	Role         string
	Delivery     part.Answer
	DeliveryNote string
	Answer       part.Answer
	AnswerNote   string
}

// GuestForms is a page of forms about guests, each in a box of its own, with what they are
// decided from.
type GuestForms struct {
	Page
	State  form.State
	Lead   []string
	Facts  []desk.Fact
	Warn   string
	Next   []part.Link // the first is what is to be done
	Letter *GuestLetter
	To     *GuestTo
	Tables []GuestTable
	Forms  []GuestForm
	Ways   []part.Link
}

// GuestTable is a table in a box.
type GuestTable struct {
	ID, Heading, Text string
	File              *part.Link // the same as a file
	Rows              admin.Table
}

// GuestForm is one form.
type GuestForm struct {
	ID, Heading string // no heading: it stands alone
	Text        string
	Folded      bool
	To          string
	Files       bool
	Fields      []GuestField
	Button      string
	Style       string // of the button, "" = the main act
	Cancel      string
}

func (f GuestForm) style() string {
	if f.Style != "" {
		return "btn " + f.Style
	}
	return "btn btn-act"
}

func (f GuestForm) enctype() string {
	if f.Files {
		return "multipart/form-data"
	}
	return "application/x-www-form-urlencoded"
}

// Kinds of fields; an input is none of them.
const (
	GuestHidden = "hidden"
	GuestSelect = "select"
	GuestArea   = "area"
	GuestFile   = "file"
	GuestRadios = "radios"
	GuestChecks = "checks"
)

// GuestField is a field of a form.
type GuestField struct {
	form.Field
	Kind    string
	Options []part.Option
}

// GuestLetter is a mail as it is to go.
type GuestLetter struct {
	Subject, Greeting, Action, Closing, Why string
	Paragraphs, After                       []string
}

// GuestTo are whom it goes to.
type GuestTo struct {
	Heading string
	First   []GuestAddress
	More    string
}

// GuestAddress is one of them.
type GuestAddress struct{ Name, Email string }
