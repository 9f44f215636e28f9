package store

import (
	"context"
	"errors"

	"sourcier/internal/structure"
)

// ApartCollection is where the decisions lie that two sheets are two structures.
const ApartCollection = "apart"

// Apart is the collection of those decisions, by structure.PairKey.
type Apart struct{ *Collection[structure.Apart] }

var apartCodec = Codec[structure.Apart]{
	Schema: 1,
	ID:     func(a *structure.Apart) string { return structure.PairKey(a.A, a.B) },
	Keys:   func(*structure.Apart) Keys { return Keys{} },
}

// OpenApart opens it.
func OpenApart(ctx context.Context, db DB) (*Apart, error) {
	raw, err := db.Collection(ctx, ApartCollection)
	if err != nil {
		return nil, err
	}
	return &Apart{NewCollection(raw, apartCodec)}, nil
}

// Note keeps a decision; one that is there already stays.
func (c *Apart) Note(ctx context.Context, a structure.Apart, ch Change) error {
	_, err := c.Insert(ctx, a, ch)
	if errors.Is(err, ErrDuplicate) || errors.Is(err, ErrConflict) {
		return nil
	}
	return err
}
