package reach

import (
	"crypto/subtle"
	"errors"
	"slices"
	"strings"

	"sourcier/internal/structure"
)

// Kind is what a page showed of structures.
type Kind string

// Kinds that a visitor's page tells.
const (
	Found  Kind = "found"  // on a page of results
	Viewed Kind = "viewed" // its sheet
)

// Bounds of a ticket: a page of results has a hundred structures at most.
const (
	maxStructures = 100
	MaxTicket     = 4 << 10 // bytes
)

// Errors of a ticket.
var (
	ErrForged = errors.New("the ticket is not one of this portal")
	ErrStale  = errors.New("the ticket is of another day")
)

// Ticket is what a page says that its visitor saw. A GET changes nothing, so the page
// carries it, and the browser that shows the page hands it back.
type Ticket struct {
	Kind       Kind
	Day        structure.Date // that of the page
	Structures []string
	Words      []string // of the search, of Found alone
}

// Signer makes the token of a text, for which only the portal has the key
// (account.Secret).
type Signer interface {
	Token(purpose, object string, n int64) string
}

const purpose = "reach"

// Sign writes a ticket. The same page of the same day has the same one, whoever reads
// it: it changes no ETag, and tells the portal nothing of its reader.
func (t *Ticket) Sign(key Signer) string {
	text := strings.Join([]string{string(t.Kind), string(t.Day), strings.Join(t.Structures, ","), strings.Join(t.Words, ",")}, " ")
	return text + " " + key.Token(purpose, text, 0)
}

// Open reads a ticket that was handed back. One of the day before is taken: the page
// may have been opened before midnight. ErrForged, ErrStale.
func Open(key Signer, signed string, today structure.Date) (Ticket, error) {
	at := strings.LastIndexByte(signed, ' ')
	if at < 0 || len(signed) > MaxTicket {
		return Ticket{}, ErrForged
	}
	text, token := signed[:at], signed[at+1:]
	if subtle.ConstantTimeCompare([]byte(key.Token(purpose, text, 0)), []byte(token)) != 1 {
		return Ticket{}, ErrForged
	}
	parts := strings.Split(text, " ")
	if len(parts) != 4 {
		return Ticket{}, ErrForged
	}
	t := Ticket{Kind: Kind(parts[0]), Day: structure.Date(parts[1]), Structures: list(parts[2]), Words: list(parts[3])}
	if len(t.Structures) > maxStructures {
		return Ticket{}, ErrForged
	}
	if !slices.Contains([]structure.Date{today, today.AddDays(-1)}, t.Day) {
		return Ticket{}, ErrStale
	}
	return t, nil
}

func list(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}
