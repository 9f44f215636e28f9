// Package export is the page on which the columns of a file are chosen.
package export

import (
	"sourcier/views/layout"
	"sourcier/views/part"
)

// Page offers the results of a search as a file.
type Page struct {
	layout.Base
	Back    part.Link // to the results
	Search  string    // in a sentence
	Filters []string  // the rest of it, in words
	Rows    string    // « 213 lignes », "" when nothing is found
	// Left says what the file will not hold, "" when it holds all.
	Left    string
	Groups  []Group
	Hidden  []Hidden  // the search, as parameters
	Columns string    // name of the parameter of the boxes
	All     part.Link // the same page with every box ticked
	Usual   part.Link // with those ticked that are usually wanted
	CSV     string
	XLSX    string
}

// chosenNone is a list of no column: with it a form without a tick is told from an
// address that chooses nothing. It is not empty, which the script keeps out of addresses.
const chosenNone = ","

// Group is a part of the columns.
type Group struct {
	Title string
	Boxes []Box
}

// Box is a column that may be chosen.
type Box struct {
	ID      string
	Value   string
	Label   string
	Checked bool
}

// Hidden is a parameter of the search.
type Hidden struct{ Name, Value string }
