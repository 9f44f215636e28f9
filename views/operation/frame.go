// Package operation is the pages of sourçages: a buyer's, one family a file, each with its
// own prefix.
package operation

import (
	"github.com/a-h/templ"

	"sourcier/views/desk"
	"sourcier/views/part"
)

// Page is the frame of a page of one sourçage.
type Page struct {
	desk.Page
	Name   string      // title of the sourçage, "" where the heading is it
	Status part.Answer // how far it is
	When   string      // what the state does not say: until when it is answered
	Tabs   []FrameTab
}

// FrameTab is a page of a sourçage.
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
