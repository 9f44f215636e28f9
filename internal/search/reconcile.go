package search

import (
	"context"
	"errors"

	"sourcier/internal/store"
)

// step runs a piece of a reconciliation that must not mix with other writes of
// the core.
type step func(c *core, do func() error) error

// direct is for who holds Engine.writing all along.
func direct(_ *core, do func() error) error { return do() }

// between takes Engine.writing for each piece, publishes what it changed, and
// gives up when the core is no longer in use.
func (e *Engine) between(c *core, do func() error) error {
	e.writing.Lock()
	defer e.writing.Unlock()
	if e.core != c {
		return ErrClosed
	}
	if err := do(); err != nil {
		return err
	}
	return e.publishChanges()
}

// errRenumbered ends a comparison whose ordinals are no longer those of the core.
var errRenumbered = errors.New("the index was read again during its comparison with the store")

// reconcile makes a core equal to the store by comparing every id and version.
// It tells how many structures it wrote or removed. With catchUp, the core then
// stands at the head of the feed as it was before.
func (e *Engine) reconcile(ctx context.Context, c *core, run step, catchUp bool) (changed int, err error) {
	raw := e.options.Structures.Raw()
	head, err := raw.Head(ctx) // before the scan: what changes during it comes again
	if err != nil {
		return 0, err
	}
	marks, loads := &marks{}, 0
	err = run(c, func() error {
		err := c.reread()
		marks.until, loads = c.ordinal(c.next), c.loads
		return err
	})
	for after := ""; err == nil; {
		var page []store.Envelope
		if page, err = raw.Scan(ctx, after, feedPage); err != nil {
			break
		}
		err = run(c, func() error {
			if c.loads != loads { // compared meanwhile, after a batch that failed
				return errRenumbered
			}
			n, err := e.reconcilePage(ctx, c, page, marks)
			changed += n
			return err
		})
		if len(page) < feedPage {
			break
		}
		after = page[len(page)-1].ID
	}
	if err != nil {
		return changed, err
	}
	err = run(c, func() error {
		if c.loads != loads {
			return errRenumbered
		}
		n, err := e.removeGone(ctx, c, marks)
		changed += n
		if err == nil && catchUp {
			err = c.apply(nil, head)
		}
		return err
	})
	return changed, err
}

// reread loads the columns again when bleve does not hold the documents that they
// stand for.
func (c *core) reread() error {
	v, err := c.newView(0)
	if err != nil {
		return err
	}
	defer v.release()
	var there marks
	n := 0
	_ = v.documents(func(_ *segment, _, ord uint32) error { // reports what visit does: nothing
		there.put(ord)
		n++
		return nil
	})
	same := n == c.ids.held
	c.ids.all(func(ord uint32) { same = same && there.has(ord) })
	if same {
		return nil
	}
	return c.load()
}

// marks are the ordinals below until that the store has confirmed.
type marks struct {
	until uint32
	bits  []uint64
}

func (m *marks) put(ord uint32) {
	for int(ord/64) >= len(m.bits) {
		m.bits = append(m.bits, 0)
	}
	m.bits[ord/64] |= 1 << (ord % 64)
}

func (m *marks) has(ord uint32) bool {
	return int(ord/64) < len(m.bits) && m.bits[ord/64]&(1<<(ord%64)) != 0
}

// reconcilePage indexes the documents of a page that the core does not hold at
// their version.
func (e *Engine) reconcilePage(ctx context.Context, c *core, page []store.Envelope, m *marks) (changed int, err error) {
	var changes []change
	for _, envelope := range page {
		ch, differs, err := e.reconcileOne(ctx, c, envelope, m)
		if err != nil {
			return 0, err
		}
		if differs {
			changes = append(changes, ch)
		}
	}
	if len(changes) == 0 {
		return 0, nil
	}
	return len(changes), c.apply(changes, c.cursor)
}

// reconcileOne says what the core has to change for a document of the store. One
// that it holds at its version is marked.
func (e *Engine) reconcileOne(ctx context.Context, c *core, envelope store.Envelope, m *marks) (ch change, differs bool, err error) {
	ord, version, ok, err := c.lookup(envelope.ID)
	if err != nil {
		return change{}, false, err
	}
	if !ok && store.Hidden(envelope) {
		return change{}, false, nil // where it is shown since, the feed says so
	}
	if !ok || version > envelope.Version {
		if envelope, err = e.again(ctx, envelope.ID); err != nil {
			return change{}, false, err
		}
	}
	if envelope.ID == "" {
		return change{}, false, nil // deleted since: removeGone, or the feed, says so
	}
	if ok && version == envelope.Version && !store.Hidden(envelope) {
		m.put(ord)
		return change{}, false, nil
	}
	ch = e.decode(envelope)
	return ch, ok || ch.s != nil, nil
}

// again reads a structure that the core holds at a later version than the page
// says: it was followed since, or the store was restored. It is empty when the
// structure is deleted by now.
func (e *Engine) again(ctx context.Context, id string) (store.Envelope, error) {
	envelope, err := e.options.Structures.Raw().Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return store.Envelope{}, nil
	}
	return envelope, err
}

// removeGone drops what the core held before the scan and the store no longer has.
func (e *Engine) removeGone(ctx context.Context, c *core, m *marks) (int, error) {
	var left []uint32
	c.ids.all(func(ord uint32) {
		if ord < m.until && !m.has(ord) {
			left = append(left, ord)
		}
	})
	var gone []change
	var twins []uint32
	for _, ord := range left {
		held, err := c.versionAt(ord)
		if err != nil {
			return 0, err
		}
		current, _, _, err := c.lookup(held.id)
		if err != nil {
			return 0, err
		}
		if current != ord {
			twins = append(twins, ord)
			continue
		}
		_, err = e.options.Structures.Raw().Get(ctx, held.id)
		switch {
		case errors.Is(err, store.ErrNotFound):
			gone = append(gone, change{id: held.id})
		case err != nil:
			return 0, err
		}
	}
	if err := c.dropTwins(twins); err != nil || len(gone) == 0 {
		return len(twins), err
	}
	return len(twins) + len(gone), c.apply(gone, c.cursor)
}
