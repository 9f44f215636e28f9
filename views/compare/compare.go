// Package compare is the page that puts structures side by side.
package compare

import (
	"sourcier/views/layout"
	"sourcier/views/part"
)

// Page compares structures.
type Page struct {
	layout.Base
	Back    part.Link // the search they come from, or the directory
	Heading string
	Notes   []string // what was asked for and is not compared
	Columns []Column
	Rows    []Row
	// Alike is how many rows say the same of all; Other leads to the page with or
	// without them.
	Alike   int
	Hidden  bool // the rows that are alike are left out
	Other   string
	AddTo   string // where all of them are put on a list; "" for who has none
	Printed string // when and from which address, on paper
}

// Column is a structure of the comparison.
type Column struct {
	ID        string
	Name      string
	URL       string
	Badges    []part.Badge
	Closed    bool
	Fictional bool   // and others of the directory are real
	Remove    string // the comparison without it
}

// Row is one fact of each structure, in the order of the columns.
type Row struct {
	Term  string
	Cells []Cell
}

// Cell is what is known of a structure; none is « non renseigné ».
type Cell []Line

// Line is one thing of a cell.
type Line struct {
	Text  string
	Note  string // source and date, in small print
	URL   string // what Text leads to
	Check bool   // to be checked, says the law
	Tone  part.Tone
}
