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
		e, err := structures.Encode(store.Doc[structure.Structure]{Value: s}, store.Change{Actor: "demo", At: s.UpdatedAt})
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
