// Package event is the pages of events: of the organiser, of guests, of the public, one
// family a file, each with its own prefix.
package event

import (
	"github.com/a-h/templ"

	"sourcier/views/desk"
	"sourcier/views/part"
)

// Page is the frame of a page of one event.
type Page struct {
	desk.Page
	Name   string      // title of the event, "" where the heading is it
	Status part.Answer // how far it is
	When   string      // date and place
	Tabs   []FrameTab
}

// FrameTab is a page of an event.
type FrameTab struct {
	Label, URL string
	Current    bool
}

func (t FrameTab) current() string {
	if t.Current {
		return "page"
	}
	return "false"
}

func url(address string) templ.SafeURL { return templ.SafeURL(address) }
