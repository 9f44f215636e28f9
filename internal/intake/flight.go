package intake

import (
	"context"
	"errors"
	"fmt"

	"sourcier/internal/store"
)

// attempts is how often a document that someone else changed meanwhile is read
// again and merged again before its records are given up.
const attempts = 6

// flight is a batch that the store is taking while the records of the next one are
// read. There is one at most, and nothing of the next batch is looked up before it
// has landed: what a batch finds in the directory is what those before it have
// made. Until then its drafts, its sheets and its legal units (writer.units,
// writer.unitOnly) are left alone, and none of its records is counted.
type flight struct {
	batch   *batch
	written []*work
	landed  chan struct{} // closed when the store has answered
	results []error       // of each of written
	err     error
}

// send begins the batch of what is waiting, once the one before it has landed.
func (w *writer) send(ctx context.Context) error {
	drafts := w.drafts
	w.drafts = nil
	if err := w.land(ctx); err != nil || len(drafts) == 0 {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return w.begin(ctx, drafts)
}

// begin merges drafts and has the store take what they change.
func (w *writer) begin(ctx context.Context, drafts []*Draft) error {
	b := newBatch(w.dir)
	if err := b.prefetch(ctx, drafts); err != nil {
		return err
	}
	for _, d := range drafts {
		if err := w.merge(ctx, b, d); err != nil {
			return err
		}
	}
	if err := w.spreadUnits(ctx, b); err != nil {
		return err
	}
	if err := w.tellTwins(ctx, b); err != nil {
		return err
	}
	envelopes, written := w.encode(b)
	f := &flight{batch: b, written: written, landed: make(chan struct{})}
	w.flight = f
	if len(envelopes) == 0 {
		close(f.landed)
		return nil
	}
	go func() {
		defer close(f.landed)
		f.results, f.err = w.dir.put(ctx, envelopes)
	}()
	return nil
}

// land waits for the batch under way, and writes again those of its drafts whose
// document was changed by someone else in between.
func (w *writer) land(ctx context.Context) error {
	for try := 1; w.flight != nil; try++ {
		again, err := w.finish(ctx)
		if err != nil || len(again) == 0 {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if try == attempts {
			for _, d := range again {
				d.reject(w.session, "", "", "la fiche a été modifiée plusieurs fois pendant l’import : relancer l’import")
			}
			w.units.docs = nil // whose establishments were not reached
			return nil
		}
		if err := w.begin(ctx, again); err != nil {
			return err
		}
	}
	return nil
}

// drain waits for the batch under way when the run ends otherwise than by its end:
// what the store has taken is told, and nothing is begun again.
func (w *writer) drain(ctx context.Context) error {
	if w.flight == nil {
		return nil
	}
	_, err := w.finish(ctx)
	return err
}

// finish waits for the store and does what follows from its answer. It gives back
// the drafts that must be merged again. A stop of the run does not end the wait:
// the store finishes what it has begun.
func (w *writer) finish(ctx context.Context) (again []*Draft, err error) {
	f := w.flight
	w.flight = nil
	<-f.landed
	if again, err = w.hear(f); err != nil {
		return nil, err
	}
	late, err := w.remove(ctx, f.batch)
	if err != nil {
		return nil, err
	}
	again = once(append(again, late...))
	if err := w.commitUnits(ctx, again); err != nil {
		return nil, err
	}
	for _, d := range w.unitOnly {
		d.settle(w.session)
	}
	w.unitOnly = nil
	w.settle(f.batch, again)
	return again, nil
}

// hear sorts out which documents the store has refused.
func (w *writer) hear(f *flight) (again []*Draft, err error) {
	if f.err != nil {
		return nil, &storeError{fmt.Errorf("lot de %s : %w", count(int64(len(f.written)), "structure", "structures"), f.err)}
	}
	for i, err := range f.results {
		switch {
		case err == nil:
		case errors.Is(err, store.ErrConflict), errors.Is(err, store.ErrDuplicate):
			again = append(again, f.written[i].drafts...)
			f.written[i].drafts, f.written[i].failed = nil, true
		case errors.Is(err, store.ErrTooLarge), errors.Is(err, store.ErrInvalid):
			w.refuse(f.written[i])
		default:
			return nil, &storeError{err}
		}
	}
	return again, nil
}
