// Package admin holds the pages of administrators, and what a person sees of the
// mails that the person caused.
package admin

import (
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/part"
)

// Table is a list in columns: stacked rows on a narrow screen.
type Table struct {
	Caption string // for who does not see what stands above it
	Heads   []string
	Rows    []Row
	Empty   string // what is said when there are none
}

// Row is a line of a table: the first cell names it.
type Row struct {
	Cells  []Cell
	Action *form.Action
}

// Cell is what a line says under a head.
type Cell struct {
	Text string
	URL  string // "" when it leads nowhere
	Note string // in small print below
	Tone string // of a state: "wait", "bad", "good", "" = plain
}

func (c Cell) toneClass() string {
	if c.Tone == "" {
		return ""
	}
	return "state state-" + c.Tone
}

// sign is the shape of a tone: no meaning by colour alone.
func (c Cell) sign() string {
	return map[string]string{"wait": "◐", "bad": "✕", "good": "✓"}[c.Tone]
}

// Pager leads through a list by places, not by numbers.
type Pager struct {
	Shown string // « 20 sur 134 »
	First string // address of the first page, "" on it
	Next  string // "" when nothing follows
}

// Filter is the form that narrows a list.
type Filter struct {
	Action  string
	Fields  []FilterField
	Button  string
	Reset   string // address without any filter, "" when there is none
	Refusal string // what was not understood
}

// FilterField is a field of it: a choice when it has options, else a line.
type FilterField struct {
	form.Field
	Options []part.Option
	Radios  bool   // the options stand there, all of them
	Rows    string // of a text of several lines, "" for a line
}

// Sides is two versions of the same facts beside each other.
type Sides struct {
	Heads [2]string // « Publié », « Proposé »
	Rows  []SideRow
	Same  []desk.Fact // what does not differ
	Empty string      // what is said when nothing differs
	Alone bool        // there is nothing yet on the first side
}

// SideRow is one fact.
type SideRow struct {
	Label  string
	Name   string // of the field of a form that picks one, "" = nothing is picked
	Values [2]SideValue
	Note   string // why nothing is picked
}

// SideValue is a fact as one of the two has it.
type SideValue struct {
	Text, From string // "" when it has none
	Value      string // of the choice
	Picked     bool
}

// Overview is what waits for administrators, and how much there is.
type Overview struct {
	desk.Page
	Waiting []Waiting
	Figures []Figure
}

// Waiting is something that waits.
type Waiting struct {
	N          int
	Label, URL string
	Help       string
}

// Figure is a number of the portal.
type Figure struct {
	Label, Value, URL string
}

// List is a page with one list.
type List struct {
	desk.Page
	Intro  []string
	Tabs   []Tab
	Filter *Filter
	Act    part.Link // leads to what makes one more, "" for nothing
	Note   string    // what the list leaves out
	Table  Table
	Pager  Pager
	More   []part.Link
	State  form.State
	// What the words of the list mean, below it.
	HelpHeading string
	Help        []string
}

// Tab is one of several lists at the same place.
type Tab struct {
	Label, URL string
	N          string // how many
	Current    bool
}

// Detail is a page on one thing.
type Detail struct {
	desk.Page
	State   form.State
	Warning string
	Facts   []desk.Fact
	Acts    []form.Action
	Ways    []part.Link // to pages of confirmation, and elsewhere
	Boxes   []Box
}

// Box is a part of it.
type Box struct {
	ID, Heading string
	Intro       string
	Sides       *Sides
	Filter      *Filter
	Table       *Table
	Forms       []Form
	Acts        []form.Action
	Ways        []part.Link
}

// Form is a form of some fields.
type Form struct {
	To      string
	Version string
	Once    string // sent twice, it is done once
	Sides   *Sides // of which one is picked, fact by fact
	Hidden  []part.Option
	Fields  []FilterField
	Button  string
}

// Confirm asks before something is taken away.
type Confirm struct {
	desk.Page
	State   form.State
	Text    []string
	To      string
	Version string
	Field   *form.Field // of a reason, nil for none
	Button  string
	Back    string
}

// Journal is the audit.
type Journal struct {
	desk.Page
	Intro  string
	Filter Filter
	State  form.State
	Lines  []Line
	Empty  string
	Pager  Pager
	Export form.Action
	Note   string
}

// Line is a line of the journal.
type Line struct {
	When, Stamp string // as read, as written for machines
	What        string
	Who         part.Link
	About       part.Link
	Object      part.Link
	Fields      []Change
	Unreadable  bool
}

// Change is what became of one field.
type Change struct{ Label, Before, After string }

// currentTab is the value of aria-current.
func currentTab(t Tab) string {
	if t.Current {
		return "page"
	}
	return "false"
}
