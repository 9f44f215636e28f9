package demo

import (
	"context"
	"errors"
	"fmt"

	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// fillBatch is how many structures go into one commit.
const fillBatch = 1000

// Fill writes the demo structures to the store. Ids follow from the fictional
// numbers, and a structure that is already there is left as it is: a second
// fill changes nothing. progress may be nil; it is called after each commit
// with the number of structures gone through.
func Fill(ctx context.Context, structures *store.Structures, opts Options, progress func(done, total int)) error {
	opts = opts.withDefaults()
	if progress == nil {
		progress = func(int, int) {}
	}
	batch, done := make([]store.Envelope, 0, min(fillBatch, opts.Size)), 0
	flush := func() error {
		if err := putNew(ctx, structures, batch); err != nil {
			return fmt.Errorf("demo.Fill at structure %d of %d: %w", done, opts.Size, err)
		}
		done += len(batch)
		batch = batch[:0]
		progress(done, opts.Size)
		return nil
	}
	for s := range Generate(opts) {
		e, err := structures.Encode(store.Doc[structure.Structure]{Value: s}, store.Change{Actor: store.ActorDemo, At: s.UpdatedAt})
		if err != nil {
			return err
		}
		if batch = append(batch, e); len(batch) == fillBatch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if len(batch) == 0 {
		return nil
	}
	return flush()
}

// putNew inserts what is not there yet.
func putNew(ctx context.Context, structures *store.Structures, batch []store.Envelope) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	errs, err := structures.Raw().BulkPut(ctx, batch)
	if err != nil {
		return err
	}
	for i, err := range errs {
		if err != nil && !errors.Is(err, store.ErrDuplicate) {
			return fmt.Errorf("%s: %w", batch[i].ID, err)
		}
	}
	return nil
}

// Remove takes the demo structures out of the store, and nothing else: one that
// another source has completed is kept and counted, for a person to decide.
func Remove(ctx context.Context, structures *store.Structures) (removed, kept int, err error) {
	for {
		// Those kept come again, before or among the others.
		docs, err := structures.FindLookup(ctx, store.DemoKey, kept+fillBatch)
		if err != nil {
			return removed, kept, err
		}
		before := removed
		kept = 0
		for _, d := range docs {
			if !fictional(&d.Value) {
				kept++
				continue
			}
			err := structures.Delete(ctx, d)
			switch {
			case err == nil:
				removed++
			case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrConflict): // read again at the next turn
			default:
				return removed, kept, fmt.Errorf("demo.Remove %s: %w", d.ID, err)
			}
		}
		if removed == before {
			return removed, kept, ctx.Err()
		}
	}
}

// fictional reports whether the demonstration alone has made a structure.
func fictional(s *structure.Structure) bool {
	for _, o := range s.Origins {
		if o.Source != structure.SourceDemo {
			return false
		}
	}
	for _, a := range s.Agreements {
		if a.Source != structure.SourceDemo {
			return false
		}
	}
	return s.Demo
}
