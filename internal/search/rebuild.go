package search

import (
	"context"
	"errors"
	"os"
)

// Rebuild builds a new index from the store beside the one in use and swaps
// them; queries never stop. Progress may be nil; it is told documents read and
// their number. Interrupted at any moment, the index in use stays.
func (e *Engine) Rebuild(ctx context.Context, progress func(done, total int)) error {
	if !e.rebuild.TryLock() {
		return ErrBuilding
	}
	defer e.rebuild.Unlock()
	fresh, err := e.build(ctx, progress)
	if err != nil {
		return err
	}
	e.writing.Lock()
	defer e.writing.Unlock()
	if err := e.swap(ctx, fresh); err != nil {
		fresh.obsolete.Store(true)
		fresh.release()
		return err
	}
	return nil
}

// build makes a core equal to the store as it was when the build began.
func (e *Engine) build(ctx context.Context, progress func(done, total int)) (*core, error) {
	dir, err := freshDir(e.options.Dir)
	if err != nil {
		return nil, err
	}
	c, err := createCore(dir, e.options)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if _, err := e.reconcileCore(ctx, c, progress); err != nil {
		c.obsolete.Store(true)
		c.release()
		return nil, err
	}
	return c, nil
}

// swap publishes a fresh core once it has caught up with the feed, and retires
// the old one; the old directory goes when its last query ends.
func (e *Engine) swap(ctx context.Context, fresh *core) error {
	old := e.core
	if old == nil {
		return ErrClosed
	}
	if err := e.follow(ctx, fresh); err != nil {
		return err
	}
	if err := setCurrent(e.options.Dir, fresh.dir); err != nil {
		return err
	}
	e.core = fresh
	if err := e.publish(); err != nil {
		e.core = old
		return errors.Join(err, setCurrent(e.options.Dir, old.dir))
	}
	old.obsolete.Store(true)
	old.release()
	return nil
}
