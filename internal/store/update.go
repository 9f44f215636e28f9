package store

import (
	"context"
	"errors"
	"fmt"
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
// change answers as an error ends it, with nothing stored: the document comes along
// as change left it. ErrConflict after the last try.
func Update[T any](ctx context.Context, c *Collection[T], id string, change func(*T) (Change, error)) (Doc[T], error) {
	conflict := func(err error) bool { return errors.Is(err, ErrConflict) }
	return retry(ctx, conflict, func() (Doc[T], error) {
		d, err := c.Get(ctx, id)
		if err != nil {
			return d, err
		}
		ch, err := change(&d.Value)
		if err != nil {
			return d, err
		}
		return c.Replace(ctx, d, ch)
	})
}

// UpdateOrInsert is Update that begins with the zero value where there is no document
// yet: change then gives it what its codec reads the id from. Of a codec without
// unique keys: one that is taken would be tried for in vain.
func UpdateOrInsert[T any](ctx context.Context, c *Collection[T], id string, change func(*T) (Change, error)) (Doc[T], error) {
	return retry(ctx, raced, func() (Doc[T], error) {
		d, err := c.Get(ctx, id)
		absent := errors.Is(err, ErrNotFound)
		if err != nil && !absent {
			return d, err
		}
		ch, err := change(&d.Value)
		if err != nil {
			return d, err
		}
		if absent {
			return c.Insert(ctx, d.Value, ch)
		}
		return c.Replace(ctx, d, ch)
	})
}

// retry does a write for as long as others are quicker, which lost tells by its error.
func retry[T any](ctx context.Context, lost func(error) bool, write func() (Doc[T], error)) (Doc[T], error) {
	for try := 1; ; try++ {
		d, err := write()
		if err == nil || !lost(err) || try == updateTries {
			return d, err
		}
		// Those who collided must not meet again.
		most := min(updateWait, time.Millisecond<<try)
		select {
		case <-ctx.Done():
			return d, ctx.Err()
		case <-time.After(rand.N(most)): // #nosec G404 -- a pause is no secret
		}
	}
}

// PutNew inserts what is not there yet, in one commit.
func PutNew[T any](ctx context.Context, c *Collection[T], values []T, actor string) error {
	batch := make([]Envelope, 0, len(values))
	for _, v := range values {
		e, err := c.Encode(Doc[T]{Value: v}, Change{Actor: actor})
		if err != nil {
			return err
		}
		batch = append(batch, e)
	}
	errs, err := c.Raw().BulkPut(ctx, batch)
	if err != nil {
		return err
	}
	for i, err := range errs {
		if err != nil && !errors.Is(err, ErrDuplicate) {
			return fmt.Errorf("%s: %w", batch[i].ID, err)
		}
	}
	return nil
}
