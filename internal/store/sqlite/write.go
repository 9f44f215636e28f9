package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"sourcier/internal/store"
)

// Statements of a transaction run without a deadline: transact explains why.
var always = context.Background()

// state is what a write needs to know of the stored document.
type state struct {
	version int64 // 0: there is none
	deleted bool
	keys    store.Keys
	pending []store.Pending
}

func (c *collection) state(id string) (s state, err error) {
	var keys, pending []byte
	err = c.head.QueryRowContext(always, id).Scan(&s.version, &s.deleted, &keys, &pending)
	if errors.Is(err, sql.ErrNoRows) {
		return state{}, nil
	}
	if err != nil {
		return s, err
	}
	s.keys, s.pending, err = columnsOf(keys, pending)
	return s, err
}

// live reads the state of a document that must be alive and at version.
func (c *collection) live(id string, version int64) (state, error) {
	s, err := c.state(id)
	switch {
	case err != nil:
		return s, err
	case s.version == 0 || s.deleted:
		return s, store.ErrNotFound
	case s.version != version:
		return s, store.ErrConflict
	}
	return s, nil
}

// Insert stores a new document.
func (c *collection) Insert(ctx context.Context, e store.Envelope) (store.Envelope, error) {
	out, err := c.putOne(ctx, e, true)
	return out, c.fail(ctx, err, "insert", e.ID)
}

// Replace stores a document by compare-and-swap.
func (c *collection) Replace(ctx context.Context, e store.Envelope) (store.Envelope, error) {
	out, err := c.putOne(ctx, e, false)
	return out, c.fail(ctx, err, "replace", e.ID)
}

func (c *collection) putOne(ctx context.Context, e store.Envelope, insert bool) (out store.Envelope, err error) {
	if err := store.CheckEnvelope(e); err != nil {
		return e, err
	}
	err = c.db.transact(ctx, func(t *tx) error {
		out, err = c.put(t, e, insert)
		return err
	})
	return out, err
}

// BulkPut writes a batch in one transaction. Documents are looked at on another
// core than the one that writes, a few steps ahead: a quarter of its time.
func (c *collection) BulkPut(ctx context.Context, batch []store.Envelope) ([]error, error) {
	results := make([]error, len(batch))
	refusals, looked := lookAhead(batch)
	defer looked()
	err := c.db.transact(ctx, func(t *tx) error {
		for i, e := range batch {
			if err := ctx.Err(); err != nil {
				return err
			}
			err := <-refusals
			if err == nil {
				_, err = c.put(t, e, e.Version == 0)
			}
			if err != nil && !ofDocument(err) {
				return err
			}
			results[i] = c.fail(ctx, err, "put", e.ID)
		}
		return nil
	})
	if err != nil {
		return nil, c.fail(ctx, err, "put a batch in", "")
	}
	return results, nil
}

// lookAhead checks the envelopes of a batch in their order; looked waits until
// nothing of the batch is being read any more. Nothing waits for the answers to be
// taken: a write that fails leaves the rest.
func lookAhead(batch []store.Envelope) (refusals <-chan error, looked func()) {
	answers, done := make(chan error, len(batch)), make(chan struct{})
	go func() {
		defer close(done)
		for _, e := range batch {
			answers <- store.CheckEnvelope(e)
		}
	}()
	return answers, func() { <-done }
}

// ofDocument tells the refusal of one document, decided before anything of it
// was written, from the failure of the batch. What the driver says is never
// one: a statement may have been half of a document.
func ofDocument(err error) bool {
	for _, one := range []error{store.ErrConflict, store.ErrDuplicate, store.ErrTooLarge, store.ErrInvalid, store.ErrNotFound} {
		if errors.Is(err, one) {
			return true
		}
	}
	return false
}

// put writes one document that store.CheckEnvelope has let pass. Everything else
// that can refuse it is looked at before the first write: this is the only writer,
// so nothing changes in between.
func (c *collection) put(t *tx, e store.Envelope, insert bool) (store.Envelope, error) {
	s, err := c.before(e, insert)
	if err != nil {
		return e, err
	}
	given := e.Version
	if insert {
		given = -1 // all its effects are new
	}
	e.Version, e.Deleted, e.Once = s.version+1, false, false
	e.Pending = store.Carry(s.pending, e.Pending, given, e.Version)
	e.Keys = e.Keys.Normal()
	if err := c.freeKeys(s.keys, e); err != nil {
		return e, err
	}
	if err := c.moveKeys(e.ID, s.keys, e.Keys); err != nil {
		return e, err
	}
	keys, err1 := column(keyList(e.Keys), len(e.Keys.Unique)+len(e.Keys.Lookup))
	pending, err2 := column(e.Pending, len(e.Pending))
	if err := errors.Join(err1, err2); err != nil {
		return e, err
	}
	st := c.update
	if s.version == 0 {
		st = c.insert
	}
	_, err = st.ExecContext(always, e.ID, e.Version, t.next(), c.db.opts.Now().UnixMilli(), keys, pending, string(e.Doc))
	return e, err
}

// before is the state that a document may be written over, or the refusal.
func (c *collection) before(e store.Envelope, insert bool) (state, error) {
	if !insert {
		return c.live(e.ID, e.Version)
	}
	s, err := c.state(e.ID)
	if err == nil && s.version > 0 && (!s.deleted || e.Once) {
		err = store.ErrDuplicate
	}
	return s, err
}

// column is a list as its column holds it: NULL when empty.
func column(v any, n int) (any, error) {
	if n == 0 {
		return nil, nil
	}
	text, err := json.Marshal(v)
	return string(text), err
}

// freeKeys refuses unique keys that another document holds.
func (c *collection) freeKeys(old store.Keys, e store.Envelope) error {
	for _, key := range e.Keys.Unique {
		if slices.Contains(old.Unique, key) {
			continue
		}
		var id string
		err := c.holder.QueryRowContext(always, key).Scan(&id)
		if err == nil {
			return fmt.Errorf("unique key: %w", store.ErrDuplicate)
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
	}
	return nil
}

func (c *collection) moveKeys(id string, old, now store.Keys) error {
	return errors.Join(
		move(id, old.Unique, now.Unique, c.dropUnique, c.addUnique),
		move(id, old.Lookup, now.Lookup, c.dropLookup, c.addLookup))
}

func move(id string, old, now []string, drop, add *sql.Stmt) error {
	for _, key := range old {
		if !slices.Contains(now, key) {
			if _, err := drop.ExecContext(always, key, id); err != nil {
				return err
			}
		}
	}
	for _, key := range now {
		if !slices.Contains(old, key) {
			if _, err := add.ExecContext(always, key, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// Delete leaves a tombstone.
func (c *collection) Delete(ctx context.Context, id string, version int64) error {
	err := c.db.transact(ctx, func(t *tx) error {
		s, err := c.live(id, version)
		if err != nil {
			return err
		}
		if err := c.moveKeys(id, s.keys, store.Keys{}); err != nil {
			return err
		}
		_, err = c.remove.ExecContext(always, id, version+1, t.next(), c.db.opts.Now().UnixMilli())
		return err
	})
	return c.fail(ctx, err, "delete", id)
}

// TrimPending removes carried effects.
func (c *collection) TrimPending(ctx context.Context, id string, version int64, carried []store.Pending) error {
	err := c.db.transact(ctx, func(*tx) error {
		s, err := c.state(id)
		if err != nil || s.version != version {
			return err
		}
		rest := store.Without(s.pending, carried)
		pending, err := column(rest, len(rest))
		if err != nil {
			return err
		}
		_, err = c.trim.ExecContext(always, id, pending)
		return err
	})
	return c.fail(ctx, err, "trim", id)
}
