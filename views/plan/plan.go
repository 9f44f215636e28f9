// Package plan is the page of a search as a drawing and a table by commune.
package plan

import (
	"sourcier/views/drawing"
	"sourcier/views/format"
	"sourcier/views/layout"
	"sourcier/views/part"
)

// Page is where everything that a search finds is.
type Page struct {
	layout.Base
	Heading    string // the total in a sentence
	Chips      []part.Chip
	Correction []format.Segment // as in the list
	List       string           // the same search as a list
	Map        drawing.Map
	Notes      []string // what the drawing does not show
	Rows       []Row    // the highest count first
	// What the communes that the table has no room for add up to.
	OtherCommunes int
	OtherCount    int
}

// Row is a commune.
type Row struct {
	Name       string
	Department string
	Count      int
	URL        string // the list, narrowed to the commune
}
