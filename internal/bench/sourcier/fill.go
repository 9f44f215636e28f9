package sourcier

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"sourcier/internal/bench/corpus"
	"sourcier/internal/store"
	"sourcier/internal/store/sqlite"
	"sourcier/internal/structure"
)

const (
	// bulk is how many structures go into one commit, as in an import.
	bulk      = 2000
	storeFile = "sourcier.db"
)

// Fill makes a store of n structures in dir, through the same collection as an
// import. It tells the progress and how long it took.
func Fill(ctx context.Context, dir string, g *corpus.Generator, n int, progress func(done int)) (took time.Duration, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return 0, err
	}
	start := time.Now()
	db, err := sqlite.Open(ctx, filepath.Join(dir, storeFile))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	structures, err := store.OpenStructures(ctx, db)
	if err != nil {
		return 0, err
	}
	if err := fill(ctx, structures, g, n, progress); err != nil {
		return 0, fmt.Errorf("fill the store with %d structures: %w", n, err)
	}
	return time.Since(start), nil
}

// fill encodes batches on every core and writes them in order.
func fill(ctx context.Context, structures *store.Structures, g *corpus.Generator, n int, progress func(done int)) error {
	group, ctx := errgroup.WithContext(ctx)
	queue := make(chan chan []store.Envelope, runtime.GOMAXPROCS(0))
	group.Go(func() error {
		defer close(queue)
		for from := 0; from < n; from += bulk {
			ready := make(chan []store.Envelope, 1)
			select {
			case queue <- ready:
			case <-ctx.Done():
				return ctx.Err()
			}
			group.Go(func() error {
				batch, err := encode(structures, g, from, min(from+bulk, n))
				ready <- batch // room for one: never waits
				return err
			})
		}
		return nil
	})
	group.Go(func() error {
		done := 0
		for ready := range queue {
			batch := <-ready
			if batch == nil {
				return nil // its error ends the group
			}
			if err := put(ctx, structures.Raw(), batch); err != nil {
				return err
			}
			done += len(batch)
			progress(done)
		}
		return nil
	})
	return group.Wait()
}

func encode(structures *store.Structures, g *corpus.Generator, from, to int) ([]store.Envelope, error) {
	out := make([]store.Envelope, 0, to-from)
	for i := from; i < to; i++ {
		e, err := structures.Encode(store.Doc[structure.Structure]{Value: g.Structure(i)}, store.Change{Actor: "bench", At: corpus.Now()})
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

func put(ctx context.Context, raw store.Raw, batch []store.Envelope) error {
	results, err := raw.BulkPut(ctx, batch)
	return errors.Join(err, errors.Join(results...))
}
