package metrics

import (
	"context"
	"errors"
	"slices"
	"time"

	"sourcier/internal/store"
)

// Store is db, its failures counted: what a caller must expect (absent, changed
// meanwhile, refused) is none, nor is a context that ended.
func (r *Registry) Store(db store.DB) store.DB { return counted{db, r} }

type counted struct {
	store.DB
	registry *Registry
}

// Collection opens a collection whose failures are counted.
func (c counted) Collection(ctx context.Context, name string) (store.Raw, error) {
	raw, err := c.DB.Collection(ctx, name)
	if c.registry.failed(err) != nil {
		return nil, err
	}
	return collection{raw, c.registry}, nil
}

var expected = []error{
	store.ErrNotFound, store.ErrConflict, store.ErrDuplicate, store.ErrTooLarge, store.ErrInvalid, store.ErrFeedGap,
	context.Canceled, context.DeadlineExceeded,
}

// failed counts an error that is a failure of the store, and gives it back.
func (r *Registry) failed(err error) error {
	if err != nil && !slices.ContainsFunc(expected, func(e error) bool { return errors.Is(err, e) }) {
		r.storeFailures.Inc()
	}
	return err
}

// collection counts what fails of a collection.
type collection struct {
	raw      store.Raw
	registry *Registry
}

var _ store.Raw = collection{}

func (c collection) Name() string { return c.raw.Name() }

func (c collection) Get(ctx context.Context, id string) (store.Envelope, error) {
	e, err := c.raw.Get(ctx, id)
	return e, c.registry.failed(err)
}

func (c collection) GetSome(ctx context.Context, ids []string) ([]store.Envelope, error) {
	list, err := c.raw.GetSome(ctx, ids)
	return list, c.registry.failed(err)
}

func (c collection) Insert(ctx context.Context, e store.Envelope) (store.Envelope, error) {
	e, err := c.raw.Insert(ctx, e)
	return e, c.registry.failed(err)
}

func (c collection) Replace(ctx context.Context, e store.Envelope) (store.Envelope, error) {
	e, err := c.raw.Replace(ctx, e)
	return e, c.registry.failed(err)
}

func (c collection) Delete(ctx context.Context, id string, version int64) error {
	return c.registry.failed(c.raw.Delete(ctx, id, version))
}

func (c collection) FindUnique(ctx context.Context, key string) (store.Envelope, error) {
	e, err := c.raw.FindUnique(ctx, key)
	return e, c.registry.failed(err)
}

func (c collection) FindLookup(ctx context.Context, key, after string, limit int) ([]store.Envelope, error) {
	list, err := c.raw.FindLookup(ctx, key, after, limit)
	return list, c.registry.failed(err)
}

func (c collection) Scan(ctx context.Context, after string, limit int) ([]store.Envelope, error) {
	list, err := c.raw.Scan(ctx, after, limit)
	return list, c.registry.failed(err)
}

func (c collection) BulkPut(ctx context.Context, batch []store.Envelope) ([]error, error) {
	each, err := c.raw.BulkPut(ctx, batch)
	return each, c.registry.failed(err)
}

func (c collection) TrimPending(ctx context.Context, id string, version int64, carried []store.Pending) error {
	return c.registry.failed(c.raw.TrimPending(ctx, id, version, carried))
}

func (c collection) ListPending(ctx context.Context, after string, limit int) ([]store.Envelope, error) {
	list, err := c.raw.ListPending(ctx, after, limit)
	return list, c.registry.failed(err)
}

func (c collection) Changes(ctx context.Context, after store.Cursor, limit int) ([]store.Event, store.Cursor, error) {
	events, next, err := c.raw.Changes(ctx, after, limit)
	return events, next, c.registry.failed(err)
}

func (c collection) Head(ctx context.Context) (store.Cursor, error) {
	head, err := c.raw.Head(ctx)
	return head, c.registry.failed(err)
}

func (c collection) Count(ctx context.Context) (int64, error) {
	n, err := c.raw.Count(ctx)
	return n, c.registry.failed(err)
}

func (c collection) CountLookup(ctx context.Context, key string) (int64, error) {
	n, err := c.raw.CountLookup(ctx, key)
	return n, c.registry.failed(err)
}

func (c collection) PurgeTombstones(ctx context.Context, olderThan time.Duration) (int64, error) {
	n, err := c.raw.PurgeTombstones(ctx, olderThan)
	return n, c.registry.failed(err)
}
