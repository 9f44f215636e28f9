// Package mailbox shows the mails of a portal without a mail server, on the machine
// that it runs on.
package mailbox

import (
	"strings"

	"sourcier/views/desk"
	"sourcier/views/layout"
	"sourcier/views/part"
)

// ListPage is the newest mails.
type ListPage struct {
	layout.Base
	Action string // address of the filter
	Filter string // part of an address, as typed
	Count  string // « 12 messages »
	Cut    string // what is left out, "" when nothing is
	Rows   []Row
	Pages  part.Pagination
}

// Row is one mail of the list.
type Row struct {
	URL, Subject, To, Kind, State, At string
	ISO                               string // of At
}

// LetterPage is one mail.
type LetterPage struct {
	layout.Base
	Subject string
	Back    part.Link
	Facts   []desk.Fact
	Letter  Letter
	Text    string // of the plain part
	Fault   string // why it cannot be shown, "" when it can
}

// Letter is what the HTML part says.
type Letter struct {
	Greeting   string
	Paragraphs []string
	Action     part.Link // no label = none
	Before     string
	Code       string
	After      []string
	Closing    string
	Why        string
	Stop       part.Link // no label = none
}

// piece is a part of a text: words, or an address that is a link.
type piece struct {
	text string
	link bool
}

// linked cuts a text into words and addresses, which stand alone on their line or
// end with a blank.
func linked(text string) (out []piece) {
	for text != "" {
		at := strings.Index(text, "http")
		for at >= 0 && !strings.HasPrefix(text[at:], "http://") && !strings.HasPrefix(text[at:], "https://") {
			next := strings.Index(text[at+1:], "http")
			if next < 0 {
				at = -1
				break
			}
			at += 1 + next
		}
		if at < 0 {
			return append(out, piece{text: text})
		}
		if at > 0 {
			out = append(out, piece{text: text[:at]})
		}
		end := strings.IndexAny(text[at:], " \r\n\u00a0\u202f")
		if end < 0 {
			end = len(text) - at
		}
		out = append(out, piece{text: text[at : at+end], link: true})
		text = text[at+end:]
	}
	return out
}
