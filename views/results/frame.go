package results

import (
	"sourcier/views/format"
	"sourcier/views/layout"
	"sourcier/views/part"
)

// Frame is a page of results for the page of someone else: the search, the list
// and the way to the portal.
type Frame struct {
	layout.Base
	Search     part.Search
	Chips      []part.Chip
	Heading    string
	Correction []format.Segment
	Notes      []string
	Hidden     []Hidden // the filters, which no control shows
	Cards      []part.Card
	Pages      part.Pagination
	Range      string
	Empty      Empty
	Full       string // the same search on the portal
}

// Embed is the page that tells an organisation how to embed the search.
type Embed struct {
	layout.Base
	Code    string // to paste
	Frame   string // what the code shows, alone
	Full    string // the same search on the portal
	Text    string // of the search, "" for none
	Chips   []part.Chip
	Hosts   []string // sites that may embed it
	Contact string   // whom to ask, "" when nobody is named
}
