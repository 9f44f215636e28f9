// Package results is the page of a search: facets, list, paging.
package results

import (
	"sourcier/views/format"
	"sourcier/views/layout"
	"sourcier/views/part"
)

// Page is a page of results.
type Page struct {
	layout.Base
	Search  part.Search
	Chips   []part.Chip
	Clear   string // search without any filter
	Heading string // the total in a sentence
	// Correction says which text was read for one that finds nothing; the mended
	// words are marked.
	Correction []format.Segment
	Notes      []string
	Sorts      []part.Option
	Hidden     []Hidden // parameters that no control shows
	Groups     []Group
	Cards      []part.Card
	Pages      part.Pagination
	Range      string   // « 21 à 40 sur 213 »
	Leaf       string   // « , page 2 sur 11 »
	Cut        string   // what says that the list goes further than its pages
	Back       string   // the search, encoded, for the pages that lead back to it
	Embed      string   // how to embed this search
	Printed    []string // on paper: the filters, and when and from which address
	Empty      Empty
	Save       string // where the search is saved, "" for who cannot
	Lists      bool   // who reads it puts structures on lists
	Export     string // where the same search is exported
	API        string // the same search as JSON
	Map        Map
	// Ticket is what the browser hands back to have the page counted, "" for nothing.
	Ticket string
}

// Hidden is a parameter kept as it is when the form is sent.
type Hidden struct{ Name, Value string }

// Group is a facet, or several that a person takes for one.
type Group struct {
	ID    string
	Title string
	Help  string
	Open  bool // shown without a click
	// Choices are always shown, More behind « plus ».
	Choices   []Choice
	More      []Choice
	MoreTitle string // "" for « 12 de plus »
}

// Active counts the choices made in the group.
func (g Group) Active() int {
	n := 0
	for _, c := range append(g.Choices[:len(g.Choices):len(g.Choices)], g.More...) {
		if c.Checked {
			n++
		}
	}
	return n
}

func (g Group) moreTitle() string {
	if g.MoreTitle != "" {
		return g.MoreTitle
	}
	return format.Number(len(g.More)) + " de plus"
}

// Choice is one line of a facet.
type Choice struct {
	ID       string
	Name     string // URL parameter
	Value    string
	Label    string
	Title    string // the label in full, "" when Label says it all
	Count    int
	Checked  bool
	Family   string // shape shown before the label, "" for none
	Indented bool
}

// Disabled reports that choosing it would find nothing.
func (c Choice) Disabled() bool { return c.Count == 0 && !c.Checked }

// Empty says what to do when nothing was found.
type Empty struct {
	Title string
	Text  string
	Ways  []part.Link // searches that find more
	All   part.Link   // everything, when that is not what was asked for
}

// Active counts the filters in force, the place asked for too: one for each chip.
func (p Page) Active() int { return len(p.Chips) }
