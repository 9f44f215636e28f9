// Package mail writes the letters of the portal and brings them to their
// recipients: one description gives text and HTML, a worker speaks SMTP and keeps
// the store told of every step, so that nothing is sent twice without a person's choice.
package mail

import (
	"strings"
	"unicode"

	"sourcier/internal/calendar"
	"sourcier/views/format"
)

// Letter is what a mail says, before it is text or HTML.
type Letter struct {
	Subject    string
	Preheader  string // what a list of mails shows behind the subject
	Greeting   string
	Paragraphs []string
	Blocks     []Block  // lists, between the paragraphs and the button
	Action     *Link    // one button
	Code       string   // digits to type, "" = none
	Before     string   // what stands before the code
	After      []string // what is said below the button and the code
	Closing    string
	Why        string // why one gets it
	Stop       *Link  // how to get no more of the kind, nil when that is not offered
	Portal     Link   // which portal it comes from
	// Calendar is what the reader's calendar is told, nil for nothing.
	Calendar *calendar.Invite
}

// Block is a list of a letter under its heading, each line a link and what is said of
// it.
type Block struct {
	Heading Link // the words, and what they lead to
	Text    string
	Items   []Item
	More    string // what the list leaves out, "" for nothing
	Stop    *Link  // how to get no more of this list
}

// Item is a line of a block.
type Item struct {
	Link
	Note string
}

// Link is words and where they lead.
type Link struct{ Label, URL string }

// Bounds of what people wrote, in letters, where a letter repeats it.
const (
	maxName = 120
	maxText = 1000
)

// plain makes one line of what somebody wrote: no control character, nothing that
// turns the direction of the letters or cannot be seen, no address that a reader's
// program would turn into a link. It is cut at n letters.
func plain(text string, n int) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\u200c' || r == '\u200d': // joiners, which some scripts need
			return r
		case unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f':
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp) || r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	text = strings.ReplaceAll(text, "://", " ")
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' })
	return format.Cut(strings.Join(words, " "), n)
}
