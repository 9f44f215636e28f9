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
	fastPoll  = 200 * time.Millisecond
	slowPoll  = 500 * time.Millisecond
	cheapPoll = 20 * time.Millisecond // a poll below it may come back fast

	// reconcileHour is when, in Europe/Paris, ids and versions are compared with
	// the store each night.
	reconcileHour = 3
)

// Sync applies the store's changes up to now and publishes them: a query made
// after it sees every write made before it.
func (e *Engine) Sync(ctx context.Context) error {
	e.writing.Lock()
	defer e.writing.Unlock()
	if e.core == nil {
		return ErrClosed
	}
	err := e.follow(ctx, e.core)
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

// publishChanges publishes unless the rows are those of the current view.
func (e *Engine) publishChanges() error {
	v := e.current.Load()
	if v != nil && v.core == e.core && v.ordinals == e.core.next && v.rows.live == e.core.rows.live {
		return nil
	}
	return e.publish()
}

// follow applies the change feed up to its head to a core.
func (e *Engine) follow(ctx context.Context, c *core) error {
	if c.broken {
		_, err := e.reconcileCore(ctx, c, nil)
		return err
	}
	raw := e.options.Structures.Raw()
	for {
		events, next, err := raw.Changes(ctx, c.cursor, feedPage)
		if errors.Is(err, store.ErrFeedGap) {
			e.options.Log.Info("search index is behind the change feed, comparing it with the store")
			_, err := e.reconcileCore(ctx, c, nil)
			return err
		}
		if err != nil {
			return err
		}
		changes, err := e.changesOf(ctx, c, events)
		if err != nil {
			return err
		}
		if len(changes) > 0 {
			err = c.apply(changes, next)
		}
		if err != nil {
			return err
		}
		still := next == c.cursor
		c.cursor = next
		if len(events) < feedPage || still {
			return nil
		}
	}
}

// changesOf reads the structures behind events, without those already applied.
func (e *Engine) changesOf(ctx context.Context, c *core, events []store.Event) ([]change, error) {
	var out []change
	seen := map[string]bool{}
	for _, event := range events {
		if seen[event.ID] || !c.news(event) {
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
		out = append(out, ch)
	}
	return out, nil
}

// news reports whether an event says something that the core does not hold:
// the feed repeats itself.
func (c *core) news(event store.Event) bool {
	held, ok := c.byID[event.ID]
	if event.Deleted {
		return ok && event.Version >= held.version
	}
	return !ok || event.Version > held.version
}

// decode reads a structure. One that this release cannot read is left out of
// the index, with a word: the others must stay findable.
func (e *Engine) decode(envelope store.Envelope) change {
	doc, err := e.options.Structures.Decode(envelope)
	if err != nil {
		e.options.Log.Error("structure cannot be read and will not be found", "id", envelope.ID, "err", err)
		return change{id: envelope.ID}
	}
	return change{id: envelope.ID, version: envelope.Version, s: &doc.Value}
}

// reconcileCore makes a core equal to the store by comparing every id and
// version, and gives every document its row. On an empty core it builds all. It
// tells how many structures it wrote or removed.
func (e *Engine) reconcileCore(ctx context.Context, c *core, progress func(done, total int)) (changed int, err error) {
	raw := e.options.Structures.Raw()
	head, err := raw.Head(ctx) // before the scan: what changes during it comes again
	if err != nil {
		return 0, err
	}
	if err := c.adopt(); err != nil {
		return 0, err
	}
	seen, changed, err := e.reconcilePages(ctx, c, progress)
	if err != nil {
		return changed, err
	}
	var gone []change
	for id := range c.byID {
		if !seen[id] {
			gone = append(gone, change{id: id})
		}
	}
	if len(gone) > 0 || c.cursor != head {
		err = c.apply(gone, head)
	}
	c.broken = err != nil
	return changed + len(gone), err
}

func (e *Engine) reconcilePages(ctx context.Context, c *core, progress func(done, total int)) (seen map[string]bool, changed int, err error) {
	raw := e.options.Structures.Raw()
	total, err := raw.Count(ctx)
	if err != nil {
		return nil, 0, err
	}
	seen = make(map[string]bool, total)
	for after := ""; ; {
		page, err := raw.Scan(ctx, after, feedPage)
		if err != nil {
			return nil, changed, err
		}
		n, err := e.reconcilePage(c, page, seen)
		if changed += n; err != nil {
			return nil, changed, err
		}
		if progress != nil {
			progress(len(seen), max(int(total), len(seen)))
		}
		if len(page) < feedPage {
			return seen, changed, nil
		}
		after = page[len(page)-1].ID
	}
}

// reconcilePage indexes the documents of a page that the core does not hold at
// their version, and adds the rows that are missing.
func (e *Engine) reconcilePage(c *core, page []store.Envelope, seen map[string]bool) (changed int, err error) {
	var changes []change
	edit := c.rows.edit()
	for _, envelope := range page {
		seen[envelope.ID] = true
		held, ok := c.byID[envelope.ID]
		if ok && held.version == envelope.Version && edit.at(held.ord) != nil {
			continue
		}
		ch := e.decode(envelope)
		switch {
		case ok && held.version == envelope.Version && ch.s != nil:
			c.remember(edit, c.names.row(held.ord, ch.id, ch.version, ch.s))
		case ok || ch.s != nil:
			changes = append(changes, ch)
		}
	}
	c.rows = edit.rows
	if len(changes) == 0 {
		return 0, nil
	}
	return len(changes), c.apply(changes, c.cursor)
}

// adopt reads from the index what it holds, drops the rows that do not go with
// it, and removes documents that a batch cut short has left twice.
func (c *core) adopt() error {
	entries, err := c.entries()
	if err != nil {
		return err
	}
	c.byID = make(map[string]entry, len(entries))
	batch := c.index.NewBatch()
	for ord, found := range entries {
		c.next = max(c.next, ord+1)
		kept := entry{ord, found.version}
		if other, twice := c.byID[found.id]; twice {
			older := other
			if other.version > kept.version || other.version == kept.version && other.ord > kept.ord {
				kept, older = other, kept
			}
			batch.Delete(documentID(older.ord))
		}
		c.byID[found.id] = kept
	}
	c.dropStrayRows()
	if batch.Size() == 0 {
		return nil
	}
	return c.index.Batch(batch)
}

// dropStrayRows removes the rows that the index does not hold.
func (c *core) dropStrayRows() {
	edit := c.rows.edit()
	for _, chunk := range c.rows.chunks {
		if chunk == nil {
			continue
		}
		for _, r := range chunk {
			if r == nil {
				continue
			}
			if held, ok := c.byID[r.id]; !ok || held.ord != r.ord {
				c.names.countLabels(edit.drop(r.ord), -1)
			}
		}
	}
	c.rows = edit.rows
}

// Run follows the store until ctx ends, and then returns its error.
func (e *Engine) Run(ctx context.Context) error {
	var last string
	for {
		start := time.Now()
		err := e.Sync(ctx)
		wait := slowPoll
		if time.Since(start) < cheapPoll {
			wait = fastPoll
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

// maintain does the nightly comparison, and rebuilds an index that has become
// mostly dead versions.
func (e *Engine) maintain(ctx context.Context) {
	e.writing.Lock()
	c := e.core
	if c == nil {
		e.writing.Unlock()
		return
	}
	now := e.options.Now().In(structure.Paris)
	var err error
	if structure.DateOf(now) > e.reconcile && now.Hour() >= reconcileHour {
		e.reconcile = structure.DateOf(now)
		_, err = e.reconcileCore(ctx, c, nil)
		err = errors.Join(err, e.publishChanges())
	}
	crowded := c.crowded()
	e.writing.Unlock()
	if crowded && err == nil {
		err = e.Rebuild(ctx, nil)
	}
	if err != nil && ctx.Err() == nil {
		e.options.Log.Error("search index upkeep failed", "err", err)
	}
}
