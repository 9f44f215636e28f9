package store

import (
	"context"
	"errors"
	"time"
)

// SecretMarkCollection is where the mark of the portal's secret lies: it tells
// whether a key is that of the store, and gives nothing of it away.
const SecretMarkCollection = "secretmark"

type secretMark struct {
	ID   string    `json:"id"`
	Mark string    `json:"mark"`
	At   time.Time `json:"at"`
}

var secretMarkCodec = Codec[secretMark]{
	Schema: 1,
	ID:     func(m *secretMark) string { return m.ID },
	Keys:   func(*secretMark) Keys { return Keys{} },
}

const theSecret = "portal" // a store has one

// SecretMarks is its collection.
type SecretMarks struct{ docs *Collection[secretMark] }

// OpenSecretMarks opens it.
func OpenSecretMarks(ctx context.Context, db DB) (*SecretMarks, error) {
	raw, err := db.Collection(ctx, SecretMarkCollection)
	if err != nil {
		return nil, err
	}
	return &SecretMarks{NewCollection(raw, secretMarkCodec)}, nil
}

// Mark is that of the secret which the store was first opened with, "" before.
func (c *SecretMarks) Mark(ctx context.Context) (string, error) {
	d, err := c.docs.Get(ctx, theSecret)
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	return d.Value.Mark, err
}

// Keep notes the mark of the first secret, and gives the one that is noted: of two
// portals that open a new store at once with different keys, one is refused.
func (c *SecretMarks) Keep(ctx context.Context, mark string, at time.Time) (string, error) {
	_, err := c.docs.Insert(ctx, secretMark{ID: theSecret, Mark: mark, At: at.UTC()}, Change{})
	if errors.Is(err, ErrDuplicate) {
		return c.Mark(ctx)
	}
	return mark, err
}
