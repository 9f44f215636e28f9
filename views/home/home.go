// Package home is the first page.
package home

import (
	"sourcier/views/layout"
	"sourcier/views/part"
)

// Page is the home page.
type Page struct {
	layout.Base
	Search   part.Search
	Examples []part.Link // searches to try
	Heading  string
	Place    string // « dans le Val-de-Marne », « sur le territoire … »
	Total    int
	All      string // search of what serves the home territory
	Figures  []Figure
	Bases    []Figure
	Groups   []Group
}

// Figure is a count that leads to the structures counted.
type Figure struct {
	Label  string
	Help   string
	Count  int
	URL    string
	Family string // shape, "" for none
}

// Group is a sector group.
type Group struct {
	Label    string
	Examples string // « Nettoyage de locaux, vitrerie »
	Count    int
	URL      string
}
