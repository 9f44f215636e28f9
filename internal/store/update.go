package store

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// Bounds of Update: some seconds in all, which outlasts a crowd on one document.
const (
	updateTries = 25
	updateWait  = 200 * time.Millisecond // at most between two tries
)

// Update reads a document, has change change its value, and stores it; when
// somebody else was quicker it does so again, from what is stored then. What
// change answers as an error ends it, with nothing stored. ErrConflict after the
// last try.
func Update[T any](ctx context.Context, c *Collection[T], id string, change func(*T) (Change, error)) (Doc[T], error) {
	for try := 1; ; try++ {
		d, err := c.Get(ctx, id)
		if err != nil {
			return d, err
		}
		ch, err := change(&d.Value)
		if err != nil {
			return Doc[T]{}, err
		}
		d, err = c.Replace(ctx, d, ch)
		if !errors.Is(err, ErrConflict) || try == updateTries {
			return d, err
		}
		// Those who collided must not meet again.
		most := min(updateWait, time.Millisecond<<try)
		select {
		case <-ctx.Done():
			return Doc[T]{}, ctx.Err()
		case <-time.After(rand.N(most)): // #nosec G404 -- a pause is no secret
		}
	}
}
