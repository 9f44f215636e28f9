package search

import (
	"context"
	"errors"
	"time"

	"sourcier/internal/store"
	"sourcier/internal/structure"
)

const (
	feedPage  = 1000 // events read at once, and documents of one batch
	maxPages  = 200  // read ahead of applying them
	fastPoll  = 200 * time.Millisecond
	slowPoll  = 500 * time.Millisecond
	cheapPoll = 20 * time.Millisecond // a poll below it may come back fast

	// reconcileHour is when, in Europe/Paris, ids and versions are compared with
	// the store each night.
	reconcileHour = 3
	upkeepRetry   = 5 * time.Minute // after a comparison or a rebuild that failed
)

// Sync applies the store's changes up to now and publishes them: a query made
// after it sees every write made before it.
func (e *Engine) Sync(ctx context.Context) error {
	e.writing.Lock()
	defer e.writing.Unlock()
	if e.core == nil {
		return ErrClosed
	}
	err := e.follow(ctx, e.core, e.publishChanges)
	if publishErr := e.publishChanges(); err == nil {
		err = publishErr
	}
	switch {
	case err == nil:
		e.failure.Store(nil)
	case ctx.Err() == nil:
		e.failure.Store(&failure{err})
	}
	return err
}

// publishChanges publishes unless the columns are those of the current view.
func (e *Engine) publishChanges() error {
	v, w := e.current.Load(), e.core.writer
	if v != nil && v.core == e.core && v.loads == e.core.loads && v.n == w.n && v.count == w.count {
		return nil
	}
	return e.publish()
}

// page is a piece of the change feed, with the place where it ends.
type page struct {
	events []store.Event
	next   store.Cursor
}

// follow applies the change feed to a core, up to its head as it is now: under an
// import that writes faster than an index is written, the head of later is never
// reached. landed, which may be nil, is called after each batch.
func (e *Engine) follow(ctx context.Context, c *core, landed func() error) error {
	if c.broken { // nobody knows what bleve made of the batch
		_, err := e.reconcile(ctx, c, direct, true)
		c.broken = err != nil
		return err
	}
	for whole := false; !whole; {
		var pages []page
		var err error
		pages, whole, err = e.feed(ctx, c.cursor)
		if errors.Is(err, store.ErrFeedGap) {
			e.options.Log.Info("search index is behind the change feed, comparing it with the store")
			_, err := e.reconcile(ctx, c, direct, true)
			return err
		}
		if err != nil {
			return err
		}
		for _, p := range pages {
			if err := e.applyPage(ctx, c, p, landed); err != nil {
				return err
			}
		}
	}
	return nil
}

// feed reads the change feed to its head, or maxPages of it: reading takes a
// hundredth of the time of applying.
func (e *Engine) feed(ctx context.Context, after store.Cursor) (pages []page, whole bool, err error) {
	for len(pages) < maxPages {
		events, next, err := e.options.Structures.Raw().Changes(ctx, after, feedPage)
		if err != nil {
			return nil, false, err
		}
		pages = append(pages, page{events, next})
		if len(events) < feedPage || next == after {
			return pages, true, nil
		}
		after = next
	}
	return pages, false, nil
}

func (e *Engine) applyPage(ctx context.Context, c *core, p page, landed func() error) error {
	changes, err := e.changesOf(ctx, c, p.events)
	if err != nil {
		return err
	}
	if len(changes) > 0 {
		err = c.apply(changes, p.next)
	}
	if err != nil {
		return err
	}
	c.cursor = p.next
	if landed == nil || len(changes) == 0 {
		return nil
	}
	return landed()
}

// changesOf reads the structures behind events, without those already applied.
func (e *Engine) changesOf(ctx context.Context, c *core, events []store.Event) ([]change, error) {
	var out []change
	seen := map[string]bool{}
	for _, event := range events {
		if seen[event.ID] {
			continue
		}
		news, err := c.news(event)
		if err != nil {
			return nil, err
		}
		if !news {
			continue
		}
		seen[event.ID] = true
		ch := change{id: event.ID}
		envelope, err := e.options.Structures.Raw().Get(ctx, event.ID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		if err == nil {
			ch = e.decode(envelope)
		}
		if _, _, held, err := c.lookup(event.ID); err != nil || ch.s == nil && !held {
			if err != nil {
				return nil, err
			}
			continue // not shown, and not there: the feed repeats itself
		}
		out = append(out, ch)
	}
	return out, nil
}

// news reports whether an event says something that the core does not hold:
// the feed repeats itself.
func (c *core) news(event store.Event) (bool, error) {
	_, version, held, err := c.lookup(event.ID)
	if event.Deleted {
		return held && event.Version >= version, err
	}
	return !held || event.Version > version, err
}

// decode reads a structure. One that is not shown is left out of the index, and so
// is, with a word, one that this release cannot read: the others must stay findable.
func (e *Engine) decode(envelope store.Envelope) change {
	if store.Hidden(envelope) {
		return change{id: envelope.ID}
	}
	doc, err := e.options.Structures.Decode(envelope)
	if err != nil {
		e.options.Log.Error("structure cannot be read and will not be found", "id", envelope.ID, "err", err)
		return change{id: envelope.ID}
	}
	return change{id: envelope.ID, version: envelope.Version, s: &doc.Value}
}

// Run follows the store until ctx ends, and then returns its error.
func (e *Engine) Run(ctx context.Context) error {
	var last string
	for {
		start, before := time.Now(), e.Generation()
		err := e.Sync(ctx)
		wait := slowPoll
		if time.Since(start) < cheapPoll || e.Generation() != before {
			wait = fastPoll // where something was written, more follows
		}
		switch {
		case errors.Is(err, ErrClosed):
			return err
		case err != nil && ctx.Err() == nil && err.Error() != last:
			e.options.Log.Error("search index cannot follow the store", "err", err)
			last = err.Error()
		case err == nil:
			last = ""
			e.maintain(ctx)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// maintain compares the index with the store after an opening and each night,
// and rebuilds an index that has become mostly dead versions. It works beside
// Run: what is written meanwhile is followed as always.
func (e *Engine) maintain(ctx context.Context) {
	now := e.options.Now().In(structure.Paris)
	today := structure.DateOf(now)
	c, due, crowded := e.needs(today, now.Hour())
	if !due && !crowded || !e.upkeep.TryLock() {
		return
	}
	go func() {
		defer e.upkeep.Unlock()
		err := e.keepUp(ctx, c, due, crowded, today)
		if err == nil || ctx.Err() != nil || errors.Is(err, ErrClosed) {
			return
		}
		e.options.Log.Error("search index upkeep failed", "err", err, "again_in", upkeepRetry)
		select {
		case <-ctx.Done():
		case <-time.After(upkeepRetry):
		}
	}()
}

// needs says whether the core in use is due to be compared with the store, and
// whether it is mostly dead versions.
func (e *Engine) needs(today structure.Date, hour int) (c *core, due, crowded bool) {
	e.writing.Lock()
	defer e.writing.Unlock()
	if e.core == nil {
		return nil, false, false
	}
	return e.core, e.reconciled == "" || today > e.reconciled && hour >= reconcileHour, e.core.crowded()
}

func (e *Engine) keepUp(ctx context.Context, c *core, due, crowded bool, today structure.Date) error {
	if due {
		changed, err := e.reconcile(ctx, c, e.between, false)
		if err != nil {
			return err
		}
		if changed > 0 {
			e.options.Log.Warn("search index differed from the store and was mended", "structures", changed)
		}
		e.writing.Lock()
		e.reconciled = today
		e.writing.Unlock()
	}
	if crowded {
		return e.Rebuild(ctx, nil)
	}
	return nil
}
