// Package errors is the page of every failure.
package errors

import (
	"sourcier/views/layout"
	"sourcier/views/part"
)

// Page says what happened and what to do.
type Page struct {
	layout.Base
	Icon    string // of the sprite, "" for none
	Heading string
	Text    string
	Details []string    // one line per parameter at fault
	Ways    []part.Link // where to go from here
	Request string      // id to give when reporting, "" when it would not help
	Search  bool        // offer the search box
	Typed   part.Search // what it holds
}
