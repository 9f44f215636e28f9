package sourcier

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"sourcier/internal/bench/ask"
	"sourcier/internal/bench/corpus"
	"sourcier/internal/bench/engine"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// tick is how often the writer writes: a few structures at each, as a relay or
// people would, not one import batch.
const tick = 100 * time.Millisecond

var _ engine.Updater = (*Engine)(nil)

// Update changes rate structures a second through the store, and publishes
// them, while clients ask.
func (e *Engine) Update(ctx context.Context, questions []ask.Question, clients, rate int, d time.Duration) (engine.Throughput, engine.Updates, error) {
	var load engine.Throughput
	var updates engine.Updates
	stop, cancel := context.WithCancel(ctx)
	var group errgroup.Group
	group.Go(func() (err error) {
		updates, err = e.Write(stop, rate, func(ctx context.Context, _ int) error { return e.Search.Sync(ctx) })
		return err
	})
	load, err := engine.Loaded(ctx, e.answer, questions, clients, d)
	cancel()
	return load, updates, errors.Join(err, group.Wait())
}

// Write changes structures until ctx ends, each as an edit would: its
// description and the hour. published is called after each handful, with the
// number of all that were written; what it takes counts until they are visible.
func (e *Engine) Write(ctx context.Context, rate int, published func(ctx context.Context, written int) error) (engine.Updates, error) {
	w := &writer{engine: e, published: published}
	start := time.Now()
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return engine.Updates{Written: w.written, Elapsed: time.Since(start), Visible: engine.Summarise(w.visible)}, nil
		case <-ticker.C:
		}
		// A late tick catches up: the rate holds whatever the machine does.
		due := int(float64(rate)*time.Since(start).Seconds()) - w.written
		if err := w.write(ctx, min(due, 4*rate)); err != nil && ctx.Err() == nil {
			return engine.Updates{}, fmt.Errorf("update %d structures: %w", due, err)
		}
	}
}

// writer walks through the store by id, which is no order of the corpus.
type writer struct {
	engine    *Engine
	published func(ctx context.Context, written int) error
	after     string
	written   int
	visible   []time.Duration
}

func (w *writer) write(ctx context.Context, n int) error {
	if n <= 0 {
		return nil
	}
	start := time.Now()
	docs, err := w.engine.Structures.Scan(ctx, w.after, n)
	if err != nil {
		return err
	}
	if w.after = ""; len(docs) == n {
		w.after = docs[n-1].ID
	}
	batch := make([]store.Envelope, 0, len(docs))
	for _, d := range docs {
		w.edit(&d.Value)
		e, err := w.engine.Structures.Encode(d, store.Change{Actor: "bench", At: corpus.Now()})
		if err != nil {
			return err
		}
		batch = append(batch, e)
	}
	if err := put(ctx, w.engine.Structures.Raw(), batch); err != nil {
		return err
	}
	w.written += len(batch)
	if err := w.published(ctx, w.written); err != nil {
		return err
	}
	w.visible = append(w.visible, time.Since(start))
	return nil
}

// edit changes words and hour of a structure, and none of what the questions
// ask for: totals stay what they are.
func (w *writer) edit(s *structure.Structure) {
	const mark = " Fiche relue."
	s.UpdatedAt = corpus.Now().Add(time.Duration(w.written) * time.Second)
	if n := len(s.Description) - len(mark); n >= 0 && s.Description[n:] == mark {
		s.Description = s.Description[:n]
		return
	}
	s.Description += mark
}
