package message

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Key says which message it is: the same key is the same message, however often
// it is asked for.
type Key struct {
	Kind      Kind
	Object    string // id of what it is about: a sign-in, an organisation, a request
	Recipient string // the address in its canonical form
	Version   int64  // of the object, or the number of the message about it
}

var base = base32.StdEncoding.WithPadding(base32.NoPadding)

func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return strings.ToLower(base.EncodeToString(sum[:20]))
}

// IDLength is that of the id of a message, in letters.
const IDLength = 32

// ID is the id of the message's document and the base of its Message-ID.
func (k Key) ID() string {
	return digest("message", string(k.Kind), k.Object, k.Recipient, fmt.Sprint(k.Version))
}

// AddressHash names a canonical address without showing it.
func AddressHash(canonical string) string { return digest("address", canonical) }

// Errors.
var (
	ErrInvalid    = errors.New("invalid message")
	ErrImpossible = errors.New("the message is not in a state that allows it")
)

// Bounds.
const (
	maxDetail  = 4000 // letters of one detail; what letters show is shorter
	maxReply   = 500  // letters kept of what a server said
	maxHistory = 30   // attempts kept, and decisions, the newest
)

// Message is one mail to one recipient. It holds no secret: letters are written
// when they are sent, and links derive from the portal's key.
type Message struct {
	ID      string            `json:"id"`
	Kind    Kind              `json:"kind"`
	Object  string            `json:"object"`
	Version int64             `json:"version"`
	To      string            `json:"to,omitempty"`
	ToName  string            `json:"to_name,omitempty"`
	ToHash  string            `json:"to_hash,omitempty"` // AddressHash of the recipient
	Person  string            `json:"person,omitempty"`  // id of the recipient's account, "" when there is none
	Sender  string            `json:"sender,omitempty"`  // id of the person who caused it, "" = the portal: administrators decide
	Details map[string]string `json:"details,omitempty"`

	QueuedAt  time.Time `json:"queued_at"`
	ExpiresAt time.Time `json:"expires_at,omitzero"` // not sent from then on
	NotBefore time.Time `json:"not_before,omitzero"` // of the next attempt
	Attempts  []Attempt `json:"attempts,omitempty"`
	Tries     int       `json:"tries,omitempty"`   // attempts since it was queued or sent again, also those no longer kept
	TriedAt   time.Time `json:"tried_at,omitzero"` // the first of them

	LeasedBy    string    `json:"leased_by,omitempty"`
	LeasedUntil time.Time `json:"leased_until,omitzero"`
	HandedAt    time.Time `json:"handed_at,omitzero"` // just before the last dot of DATA, of the attempt under way

	SentAt      time.Time  `json:"sent_at,omitzero"`
	RefusedAt   time.Time  `json:"refused_at,omitzero"`
	Why         Reason     `json:"why,omitempty"`
	UncertainAt time.Time  `json:"uncertain_at,omitzero"`
	BouncedAt   time.Time  `json:"bounced_at,omitzero"` // a delivery report said so after it was sent
	Diagnostic  string     `json:"diagnostic,omitempty"`
	Decisions   []Decision `json:"decisions,omitempty"`
	ScrubbedAt  time.Time  `json:"scrubbed_at,omitzero"`
}

// Attempt is one try to hand the message to a server.
type Attempt struct {
	At       time.Time `json:"at"`
	Stage    string    `json:"stage"`              // of SMTP: dial, hello, mail, rcpt, data, reply
	Code     int       `json:"code,omitempty"`     // of the reply, 0 = none
	Enhanced string    `json:"enhanced,omitempty"` // RFC 3463, "5.1.1"
	Text     string    `json:"text,omitempty"`     // what the server said, cut
}

// Decision is what a person chose for an uncertain message.
type Decision struct {
	By     string    `json:"by"` // person id
	At     time.Time `json:"at"`
	Resend bool      `json:"resend"` // else it was left as it is
}

// Order is what is asked for when a message is made.
type Order struct {
	Key            Key
	To, ToName     string // the address as the person wrote it, and the name
	Person, Sender string
	Details        map[string]string
	QueuedAt       time.Time
	ExpiresAt      time.Time // zero = never
	NotBefore      time.Time // zero = at once
}

// New makes a queued message. ErrInvalid for an unknown kind, an address with
// control characters, no object, or a time that is missing. Long texts are cut: a name of
// 10,000 letters is no reason to keep a mail from being sent.
func New(o Order) (Message, error) {
	k := o.Key
	switch {
	case !k.Kind.Valid():
		return Message{}, fmt.Errorf("kind %.40q: %w", k.Kind, ErrInvalid)
	case k.Object == "" || k.Recipient == "":
		return Message{}, fmt.Errorf("%s: no object or no recipient: %w", k.Kind, ErrInvalid)
	case !plainAddress(o.To):
		return Message{}, fmt.Errorf("%s: address: %w", k.Kind, ErrInvalid)
	case o.QueuedAt.IsZero():
		return Message{}, fmt.Errorf("%s: no date: %w", k.Kind, ErrInvalid)
	}
	m := Message{
		ID: k.ID(), Kind: k.Kind, Object: k.Object, Version: k.Version,
		To: o.To, ToName: cut(o.ToName, maxDetail), ToHash: AddressHash(k.Recipient), Person: o.Person, Sender: o.Sender,
		QueuedAt: o.QueuedAt.UTC(), ExpiresAt: o.ExpiresAt.UTC(), NotBefore: o.NotBefore.UTC(),
	}
	for name, value := range o.Details {
		if m.Details == nil {
			m.Details = map[string]string{}
		}
		m.Details[name] = cut(value, maxDetail)
	}
	return m, nil
}

// plainAddress keeps from an envelope what could end its line; whether the address
// exists is the server's to say.
func plainAddress(address string) bool {
	at := strings.LastIndexByte(address, '@')
	return at > 0 && at < len(address)-1 && len(address) <= 320 &&
		!strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '<' || r == '>' || r == '\uFFFD' })
}

// cut keeps the first n letters.
func cut(text string, n int) string {
	text = strings.ToValidUTF8(text, "")
	count := 0
	for i := range text {
		if count == n {
			return text[:i]
		}
		count++
	}
	return text
}
