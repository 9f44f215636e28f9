// Package place is the pages on territories and on sectors: what exists, and
// what is missing.
package place

import (
	"sourcier/views/drawing"
	"sourcier/views/format"
	"sourcier/views/layout"
	"sourcier/views/part"
)

// Count is a line of a list: a name, how many structures, the search that finds
// them.
type Count struct {
	Label  string
	Note   string // what the label does not say, "" when it says all
	URL    string
	N      int
	Family string // shape, "" for none
}

// Basis is an article of law and how many structures are potentially eligible.
type Basis struct {
	Article string
	Title   string
	Count
}

// Group is a sector group with its sectors.
type Group struct {
	Count
	Sectors []Count
}

// Gap is a sector that nobody sells in a place.
type Gap struct {
	Label   string
	URL     string // of the page of the sector
	Nearest string // « 4 le font à Choisy-le-Roi, à 3 km », "" when nobody is known
	Found   string // the search that finds them
}

// Missing is what no structure sells in a place.
type Missing struct {
	Summary string
	Nearest []Gap // with who is nearest
	Others  []Gap // somebody sells them elsewhere, not looked for
	Nowhere []Gap // nobody of the directory sells them
}

// Find is the form that leads to the page of another territory.
type Find struct {
	Words string
	Error string      // why the words name no territory
	Near  []part.Link // what they may have meant
}

// Territory is the page of a commune, of an EPCI or EPT, of a department or of a
// region.
type Territory struct {
	layout.Base
	Search    part.Search
	Name      string
	In        string // « à Orly »
	Facts     []string
	Serving   Count
	Here      Count
	Families  []Count
	Bases     []Basis
	Groups    []Group
	Missing   Missing
	Neighbour []Count // communes around a commune
	Communes  []Count // communes of a wider place
	Rest      int     // communes that Communes leaves out
	Wider     []part.Link
	Quarters  []string
	QuarterBy string // what is known of them
	Find      Find
	Map       drawing.Map
}

// Row is a commune in the table of the home territory.
type Row struct {
	Name    string
	URL     string
	Serving Count
	Here    Count
}

// Territories is the page of the home territory.
type Territories struct {
	layout.Base
	Home    string
	HomeURL string
	Serving Count
	Here    Count
	Rows    []Row
	Rest    int // communes left out of Rows
	Wider   []part.Link
	Find    Find
	Map     drawing.Map
}

// Sectors is the page of all sectors.
type Sectors struct {
	layout.Base
	Place   string // « sur le territoire … »
	Served  int
	Total   int
	Groups  []Group
	Missing int
	Gaps    string // where they are told
}

// Code is a code of a nomenclature with its label.
type Code struct{ Code, Label string }

// Sector is the page of a sector or of a group.
type Sector struct {
	layout.Base
	Name      string
	Group     part.Link // none for a group
	Place     string    // « sur le territoire … »
	Synonyms  []string
	NAF       []Code
	CPV       []Code
	Serving   Count // structures that serve the home territory
	Total     Count // structures of the whole directory
	Declared  string
	Families  []Count
	Bases     []Basis
	Served    []Count // communes of the home territory
	NotServed []Count
	Siblings  []Count // sectors of the group
	Map       drawing.Map
}

// structures writes « 9 structures ».
func (c Count) structures() string { return format.Count(c.N, "structure", "structures") }
