package store

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

const (
	relayEvery = 500 * time.Millisecond // as the change feed is polled, DESIGN rule 4
	relayBatch = 100                    // documents read at once
)

var effectIDs = base32.StdEncoding.WithPadding(base32.NoPadding)

// EffectID is the id of a carried effect in its collection, made from where it
// comes from alone: whoever carries it again meets the first carry.
func EffectID(collection, id string, p Pending) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%d\x00%d\x00%d", collection, id, p.Version, p.N, p.At))
	return strings.ToLower(effectIDs.EncodeToString(sum[:20]))
}

// Relay carries pending effects from the documents they were written with to
// the collections they are for (DESIGN rule 2). It reads the documents that
// hold some, rather than the change feed: nothing has to be remembered between
// two runs, and an effect is found however long ago it was written. Any number
// of relays may run on one store: a second carry is a no-op. One Relay is for
// one goroutine.
type Relay struct {
	db          DB
	log         *slog.Logger
	collections []string
	opened      map[string]Raw
}

// NewRelay makes a relay of the effects pending in the collections.
func NewRelay(db DB, log *slog.Logger, collections ...string) *Relay {
	return &Relay{db: db, log: log, collections: collections, opened: map[string]Raw{}}
}

// Run carries until ctx ends and returns its error. A failure is logged and
// tried again at the next turn, half a second later.
func (r *Relay) Run(ctx context.Context) error {
	tick := time.NewTicker(relayEvery)
	defer tick.Stop()
	failing := false
	for {
		_, err := r.Once(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil && !failing {
			r.log.Error("relay", "err", err)
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// Once carries everything pending now and tells how many effects it carried. An
// effect that fails does not keep the others; the errors are joined.
func (r *Relay) Once(ctx context.Context) (carried int, err error) {
	var errs []error
	for _, name := range r.collections {
		n, err := r.drain(ctx, name)
		carried += n
		if err != nil {
			errs = append(errs, fmt.Errorf("relay from %s: %w", name, err))
		}
	}
	return carried, errors.Join(errs...)
}

func (r *Relay) drain(ctx context.Context, name string) (carried int, err error) {
	from, err := r.open(ctx, name)
	if err != nil {
		return 0, err
	}
	var errs []error
	for after := ""; ; {
		batch, err := from.ListPending(ctx, after, relayBatch)
		if err != nil {
			return carried, errors.Join(append(errs, err)...)
		}
		for _, e := range batch {
			n, err := r.carry(ctx, from, e)
			carried += n
			if err != nil {
				errs = append(errs, err)
			}
		}
		if len(batch) < relayBatch || ctx.Err() != nil {
			return carried, errors.Join(errs...)
		}
		after = batch[len(batch)-1].ID
	}
}

// carry inserts the effects of one document, then trims those that arrived.
func (r *Relay) carry(ctx context.Context, from Raw, e Envelope) (int, error) {
	var done []Pending
	var errs []error
	for _, p := range e.Pending {
		if err := r.insert(ctx, from.Name(), e.ID, p); err != nil {
			errs = append(errs, fmt.Errorf("%s, effect %d of version %d to %s: %w", e.ID, p.N, p.Version, p.Effect.To, err))
			continue
		}
		done = append(done, p)
	}
	if len(done) > 0 {
		if err := from.TrimPending(ctx, e.ID, e.Version, done); err != nil {
			errs = append(errs, fmt.Errorf("%s: trim: %w", e.ID, err))
		}
	}
	return len(done), errors.Join(errs...)
}

// insert carries one effect. A duplicate id, alive or deleted since, means that
// it was carried before.
func (r *Relay) insert(ctx context.Context, collection, id string, p Pending) error {
	to, err := r.open(ctx, p.Effect.To)
	if err != nil {
		return err
	}
	effectID := p.Effect.ID
	if effectID == "" {
		effectID = EffectID(collection, id, p)
	}
	_, err = to.Insert(ctx, Envelope{
		ID: effectID, Doc: p.Effect.Doc, Keys: Keys{Lookup: p.Effect.Lookup}, Once: true,
	})
	if errors.Is(err, ErrDuplicate) {
		return nil
	}
	return err
}

func (r *Relay) open(ctx context.Context, name string) (Raw, error) {
	if raw, ok := r.opened[name]; ok {
		return raw, nil
	}
	raw, err := r.db.Collection(ctx, name)
	if err != nil {
		return nil, err
	}
	r.opened[name] = raw
	return raw, nil
}
