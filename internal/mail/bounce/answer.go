package bounce

import (
	"errors"
	"io"
	"net/mail"
	"regexp"
	"strings"

	"github.com/emersion/go-message"

	"sourcier/internal/calendar"
)

// ErrNoAnswer is answered for a mail that is no answer of a calendar program to the address
// of a guest.
var ErrNoAnswer = errors.New("no answer of a calendar")

// Answer is what a calendar program answers for a guest of an event.
type Answer struct {
	Guest string // id, of the address that it was sent to
	Proof string // of the same: that the portal wrote the address
	Reply calendar.Reply
}

// guestAddress is where calendar programs answer: portail+GUESTPROOF@…, 14 letters and 12.
var guestAddress = regexp.MustCompile(`\+([a-z2-7]{14})([a-z2-7]{12})@`)

// guestOf reads whose address a mail was sent to.
func guestOf(field func(string) string) (guest, proof string) {
	for _, name := range addressed {
		address := field(name)
		if parsed, err := mail.ParseAddress(address); err == nil {
			address = parsed.Address
		}
		if m := guestAddress.FindStringSubmatch(strings.ToLower(address)); m != nil {
			return m[1], m[2]
		}
	}
	return "", ""
}

// toGuest reports whether fields, by name in lower case, say such an address.
func toGuest(fields map[string]string) bool {
	guest, _ := guestOf(func(name string) string { return fields[strings.ToLower(name)] })
	return guest != ""
}

// ParseAnswer reads an answer. ErrNoAnswer, with the guest whose address was written to.
func ParseAnswer(r io.Reader) (Answer, error) {
	entity, err := message.ReadWithOptions(r, &message.ReadOptions{MaxHeaderBytes: maxHeader})
	if unreadable(entity, err) {
		return Answer{}, ErrNoAnswer
	}
	var a Answer
	if a.Guest, a.Proof = guestOf(entity.Header.Get); a.Guest == "" {
		return a, ErrNoAnswer
	}
	if found := calendarPart(entity, 0); found != nil {
		if a.Reply, err = calendar.ReadReply(io.LimitReader(found.Body, maxStatus)); err == nil {
			return a, nil
		}
	}
	return a, ErrNoAnswer
}

// maxDepth is how deep parts stand within parts.
const maxDepth = 4

// calendarPart finds the first part for calendars, nil when there is none.
func calendarPart(e *message.Entity, depth int) *message.Entity {
	media, _, _ := e.Header.ContentType()
	if strings.EqualFold(media, "text/calendar") {
		return e
	}
	parts := e.MultipartReader()
	if parts == nil || depth == maxDepth {
		return nil
	}
	for range maxParts {
		part, err := parts.NextPart()
		if unreadable(part, err) {
			return nil
		}
		if found := calendarPart(part, depth+1); found != nil {
			return found
		}
	}
	return nil
}
