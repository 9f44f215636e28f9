package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sourcier/internal/message"
)

// MessageCollection is where messages lie.
const MessageCollection = "message"

// Messages is the collection of the mails of the portal. Lookup keys: those of the
// functions below.
type Messages struct {
	*Collection[message.Message]
}

// MessagesIn is the lookup key of the messages in a state, as it was written: a
// message whose lease ran out stays under « leased » until it is recovered.
func MessagesIn(s message.State) string { return "state:" + string(s) }

// MessagesOf is the lookup key of the messages to a person.
func MessagesOf(person string) string { return "person:" + person }

// MessagesFrom is the lookup key of the messages that a person caused.
func MessagesFrom(sender string) string { return "sender:" + sender }

// MessagesTo is the lookup key of the messages to an address, by its hash.
func MessagesTo(hash string) string { return "to:" + hash }

// MessagesAbout is the lookup key of the messages of a kind.
func MessagesAbout(k message.Kind) string { return "kind:" + string(k) }

// UnscrubbedFarewells is the lookup key of the last messages to persons who are erased,
// for as long as they hold an address.
const UnscrubbedFarewells = "farewell"

// UndecidedMessages is the lookup key of the uncertain messages on which a person
// has to decide; "" = those of the portal itself.
func UndecidedMessages(sender string) string { return "undecided:" + sender }

// BouncedMessages is the lookup key of the messages that a delivery report says did
// not arrive.
const BouncedMessages = "bounced"

var messageCodec = Codec[message.Message]{
	Schema: 1,
	ID:     func(m *message.Message) string { return m.ID },
	Keys: func(m *message.Message) Keys {
		var written time.Time // before any lease has run out
		keys := []string{MessagesIn(m.State(written)), MessagesAbout(m.Kind)}
		if m.Person != "" {
			keys = append(keys, MessagesOf(m.Person))
		}
		if m.Sender != "" {
			keys = append(keys, MessagesFrom(m.Sender))
		}
		if m.ToHash != "" {
			keys = append(keys, MessagesTo(m.ToHash))
		}
		if m.Kind == message.Erased && m.ScrubbedAt.IsZero() {
			keys = append(keys, UnscrubbedFarewells)
		}
		if !m.BouncedAt.IsZero() {
			keys = append(keys, BouncedMessages)
		}
		if m.Undecided(written) {
			keys = append(keys, UndecidedMessages(m.Sender))
		}
		return Keys{Lookup: keys}
	},
}

// OpenMessages opens the messages.
func OpenMessages(ctx context.Context, db DB) (*Messages, error) {
	raw, err := db.Collection(ctx, MessageCollection)
	if err != nil {
		return nil, err
	}
	return &Messages{NewCollection(raw, messageCodec)}, nil
}

// MessageEffect makes sending a message an effect of a write. It keeps the
// message's own id: written or carried twice, it is one message.
func MessageEffect(m message.Message) (Effect, error) {
	if m.ID == "" {
		return Effect{}, fmt.Errorf("message without an id: %w", ErrInvalid)
	}
	e, err := NewEffect(MessageCollection, messageCodec, m)
	e.ID = m.ID
	return e, err
}

// Queue stores a message that follows from no write. One that is there already, or
// was and is deleted, stays as it is.
func (c *Messages) Queue(ctx context.Context, m message.Message) error {
	e, err := c.Encode(Doc[message.Message]{Value: m}, Change{})
	if err != nil {
		return err
	}
	e.Once = true
	if _, err = c.Raw().Insert(ctx, e); errors.Is(err, ErrDuplicate) {
		return nil
	}
	return err
}

// Doubt marks what was not sent yet when the backup was made that has just been
// restored: it may have been since. It tells how many messages a person has to look at.
func (c *Messages) Doubt(ctx context.Context, at time.Time) (n int, err error) {
	for after := ""; ; {
		list, err := c.Scan(ctx, after, scanMessages)
		if err != nil {
			return n, err
		}
		for _, d := range list {
			after = d.ID
			if !d.Value.Doubt(at) {
				continue
			}
			if _, err := c.Replace(ctx, d, Change{}); err != nil {
				return n, err
			}
			if d.Value.Undecided(at) {
				n++
			}
		}
		if len(list) < scanMessages {
			return n, nil
		}
	}
}

// scanMessages is how many messages are read at once.
const scanMessages = 500

// SuppressionCollection is where the addresses that get no mail lie.
const SuppressionCollection = "suppression"

// Suppression says that nothing is sent to an address any more. It does not hold the
// address.
type Suppression struct {
	Hash   string    `json:"hash"`   // message.AddressHash of the address
	Reason string    `json:"reason"` // what was answered, without the address: an enhanced code of RFC 3463
	Since  time.Time `json:"since"`
	Lifted time.Time `json:"lifted,omitzero"` // by whom it concerns, or an administrator
}

// Suppressions is their collection.
type Suppressions struct {
	*Collection[Suppression]
}

const heldSuppressions = "held"

var suppressionCodec = Codec[Suppression]{
	Schema: 1,
	ID:     func(s *Suppression) string { return s.Hash },
	Keys: func(s *Suppression) Keys {
		if s.Lifted.IsZero() {
			return Keys{Lookup: []string{heldSuppressions}}
		}
		return Keys{}
	},
}

// OpenSuppressions opens it.
func OpenSuppressions(ctx context.Context, db DB) (*Suppressions, error) {
	raw, err := db.Collection(ctx, SuppressionCollection)
	if err != nil {
		return nil, err
	}
	return &Suppressions{NewCollection(raw, suppressionCodec)}, nil
}

// Holds reports whether nothing is sent to the address with this hash.
func (c *Suppressions) Holds(ctx context.Context, hash string) (bool, error) {
	d, err := c.Get(ctx, hash)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil && d.Value.Lifted.IsZero(), err
}

// Suppress notes that the address takes no mail. One that is noted already stays as
// it is.
func (c *Suppressions) Suppress(ctx context.Context, hash, reason string, at time.Time) error {
	return c.put(ctx, hash, Change{}, func(s *Suppression) bool {
		held := !s.Since.IsZero() && s.Lifted.IsZero()
		*s = Suppression{Hash: hash, Reason: reason, Since: at.UTC()}
		return !held
	})
}

// Lift lets mail be sent again. Not to be suppressed is no error, and writes nothing.
func (c *Suppressions) Lift(ctx context.Context, hash string, ch Change) error {
	return c.put(ctx, hash, ch, func(s *Suppression) bool {
		held := !s.Since.IsZero() && s.Lifted.IsZero()
		s.Lifted = ch.At.UTC()
		return held
	})
}

// errNothing ends a change that has nothing to write.
var errNothing = errors.New("nothing to write")

// put changes the entry of an address where change says that there is something to
// write; change gets an empty one when there is none.
func (c *Suppressions) put(ctx context.Context, hash string, ch Change, change func(*Suppression) bool) error {
	_, err := UpdateOrInsert(ctx, c.Collection, hash, func(s *Suppression) (Change, error) {
		if !change(s) {
			return Change{}, errNothing
		}
		return ch, nil
	})
	if errors.Is(err, errNothing) {
		return nil
	}
	return err
}

// CountHeld is how many addresses get no mail.
func (c *Suppressions) CountHeld(ctx context.Context) (int64, error) {
	return c.CountLookup(ctx, heldSuppressions)
}

// Held lists at most limit addresses that get no mail, by hash.
func (c *Suppressions) Held(ctx context.Context, limit int) ([]Doc[Suppression], error) {
	return c.FindLookup(ctx, heldSuppressions, limit)
}
