// Package api is the page that presents the JSON API to people.
package api

import (
	"sourcier/views/format"
	"sourcier/views/layout"
	"sourcier/views/part"
)

// Page presents the API.
type Page struct {
	layout.Base
	Document string // path of the OpenAPI document
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
	Params  []Limit
	Example part.Link
	Command string // the example for a terminal
	Sample  string // an answer, indented JSON; "" when none is shown
}

// paramsTitle says how many parameters there are.
func (r Route) paramsTitle() string {
	if len(r.Params) == 1 {
		return "Le paramètre"
	}
	return "Les " + format.Number(len(r.Params)) + " paramètres"
}

// Limit is a term and what it is bounded to.
type Limit struct{ Term, Text string }
