// Package programme is the pages of the purchases of an organisation, a file a family.
package programme

import (
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/part"
)

// Head is what the list, the board and the calendar begin with.
type Head struct {
	desk.Page
	form.State
	Views    []Way // the same purchases, seen otherwise
	Filters  Filters
	Chips    []part.Chip
	Clear    string // address without a filter
	Summary  string // « 23 achats, 31 lots, 4 512 000 € HT estimés »
	Notes    []string
	Late     *part.Link // those that are behind
	New      string     // where one is entered, "" = one may not
	CSV      string
	XLSX     string
	Empty    *Empty
	Services string // of a prescripteur: whose purchases these are
}

// Way is a view among others.
type Way struct {
	part.Link
	Current bool
}

func current(w Way) string {
	if w.Current {
		return "page"
	}
	return "false"
}

// Filters is the form that narrows the programme.
type Filters struct {
	Action string
	Text   string
	Place  string
	First  []Choice // always shown
	More   []Choice // behind a fold
	Mine   *part.Option
	Late   part.Option
	Open   bool // one of those behind the fold is used
	Refusal,
	Suggested string // of the place
}

// Choice is a list to choose from.
type Choice struct {
	Name, Label string
	Options     []part.Option
}

// Empty is said where nothing is listed.
type Empty struct {
	Heading string
	Texts   []string
	Links   []part.Link
}

// ListPage is the programme as a list.
type ListPage struct {
	Head
	Lines []Line
	Pages part.Pagination
}

// Line is a purchase among others.
type Line struct {
	Object, URL string
	Note        string // reference, service
	State       string
	Late        string // « Publication dépassée », "" = it is not behind
	Publication string
	Amount      string
	Lots        string
	External    string // whose project it is, "" = one's own
}

// BoardPage is the programme by state.
type BoardPage struct {
	Head
	Columns []Column
	Back    string // where a move leads back to
}

// Column is a state.
type Column struct {
	ID, Label string
	Count     string // « 12 achats »
	Cards     []Card
	More      *part.Link // the list of what is not shown
}

// Card is a purchase of the board.
type Card struct {
	Line
	Moves []Step
}

// Step is a move to another state: a button, or a link to the page that asks why.
type Step struct {
	Label  string
	Action form.Action // of a button
	URL    string      // of a link
}

// CalendarPage is 36 months.
type CalendarPage struct {
	Head
	Span             string // « De octobre 2026 à septembre 2029 »
	Earlier, Later   *part.Link
	Years            []part.Link
	Quarters         []CalendarQuarter
	Outside, Undated []CalendarEntry
}

// CalendarQuarter is three months.
type CalendarQuarter struct {
	ID, Label string
	Count     string
	Months    []CalendarMonth
}

// CalendarMonth is what happens in one.
type CalendarMonth struct {
	Label   string
	Entries []CalendarEntry
}

// CalendarEntry is one thing that happens.
type CalendarEntry struct {
	Kind  string // publication, debut or fin: of the sign
	What  string // « Publication »
	Day   string // « 12 mars », "" of none
	Label string
	URL   string
	Note  string
	Late  bool
}

// sign goes before an entry, beside its word.
func (e CalendarEntry) sign() string {
	switch e.Kind {
	case "publication":
		return "▸"
	case "debut":
		return "●"
	}
	return "■"
}
