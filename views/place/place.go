// Package place is the pages on territories and on sectors: what exists, and
// what is missing.
package place

import (
	"sourcier/views/drawing"
	"sourcier/views/layout"
	"sourcier/views/part"
)

// Group is a sector group with its sectors.
type Group struct {
	part.Count
	Sectors []part.Count
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
	Serving   part.Count
	Here      part.Count
	Families  []part.Count
	Bases     []part.Count
	Groups    []Group
	Missing   Missing
	Neighbour []part.Count // communes around a commune
	Communes  []part.Count // communes of a wider place
	Rest      int          // communes that Communes leaves out
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
	Serving part.Count
	Here    part.Count
}

// Territories is the page of the home territory.
type Territories struct {
	layout.Base
	Home    string
	HomeURL string
	Serving part.Count
	Here    part.Count
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
	Serving   part.Count // structures that serve the home territory
	Total     part.Count // structures of the whole directory
	Declared  string
	Families  []part.Count
	Bases     []part.Count
	Served    []part.Count // communes of the home territory
	NotServed []part.Count
	Siblings  []part.Count // sectors of the group
	Map       drawing.Map
}
