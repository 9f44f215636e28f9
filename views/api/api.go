// Package api is the page that presents the JSON API to people.
package api

import (
	"sourcier/views/layout"
	"sourcier/views/part"
)

// Page presents the API.
type Page struct {
	layout.Base
	Document string // path of the OpenAPI document
	Try      string // a search, as a command
	Routes   []Route
	Limits   []Limit
	Contact  string // address of the portal's team, "" when none is published
	Sources  part.Link
}

// Route is one thing that can be asked.
type Route struct {
	Path    string // as documents write it: /api/v1/structures/{id}
	Summary string
	Text    string
	Example part.Link
	Command string // the example for a terminal
	Sample  string // an answer, indented JSON; "" when none is shown
}

// Limit is a term and what it is bounded to.
type Limit struct{ Term, Text string }
