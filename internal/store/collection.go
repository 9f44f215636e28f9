package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// Doc is a decoded document with the version it was read at.
type Doc[T any] struct {
	ID      string
	Version int64
	Value   T
	pending []Pending
}

// Codec says how a type is stored.
type Codec[T any] struct {
	Schema int // newest schema, written on every document
	ID     func(*T) string
	Keys   func(*T) Keys
	// SetID gives a decoded value its id, for types whose id is not in their
	// JSON because the relay chose it. nil otherwise.
	SetID func(*T, string)
	// Upgrade turns an older document into the newest; called once for each step
	// with the schema found. nil when there is only one schema.
	Upgrade func(schema int, body json.RawMessage) (json.RawMessage, error)
}

// Collection is a typed view of a Raw collection.
type Collection[T any] struct {
	raw   Raw
	codec Codec[T]
}

// NewCollection wraps raw.
func NewCollection[T any](raw Raw, codec Codec[T]) *Collection[T] {
	return &Collection[T]{raw: raw, codec: codec}
}

// Raw gives the collection underneath, for the follower, the relay and backup.
func (c *Collection[T]) Raw() Raw { return c.raw }

// Decode reads an envelope; ErrNewer when it was written by a newer release.
func (c *Collection[T]) Decode(e Envelope) (Doc[T], error) { return c.codec.decode(c.raw.Name(), e) }

func (c Codec[T]) decode(collection string, e Envelope) (Doc[T], error) {
	d := Doc[T]{ID: e.ID, Version: e.Version, pending: e.Pending}
	if body := bodyOf(e.Doc, c.Schema); body != nil && json.Unmarshal(body, &d.Value) == nil {
		return c.named(d), nil
	}
	d.Value = *new(T) // of a body that could not be read
	var w wrapped
	if err := json.Unmarshal(e.Doc, &w); err != nil {
		return d, fmt.Errorf("%s/%s: %w", collection, e.ID, err)
	}
	if w.Schema > c.Schema {
		return d, fmt.Errorf("%s/%s: schema %d, this release reads up to %d: %w", collection, e.ID, w.Schema, c.Schema, ErrNewer)
	}
	if w.Schema < 1 || w.Schema < c.Schema && c.Upgrade == nil {
		return d, fmt.Errorf("%s/%s: schema %d cannot be read: %w", collection, e.ID, w.Schema, ErrInvalid)
	}
	for s := w.Schema; s < c.Schema; s++ {
		body, err := c.Upgrade(s, w.Body)
		if err != nil {
			return d, fmt.Errorf("%s/%s: upgrade from schema %d: %w", collection, e.ID, s, err)
		}
		w.Body = body
	}
	if err := json.Unmarshal(w.Body, &d.Value); err != nil {
		return d, fmt.Errorf("%s/%s: %w", collection, e.ID, err)
	}
	return c.named(d), nil
}

// named gives the value its id, for types that do not write it.
func (c Codec[T]) named(d Doc[T]) Doc[T] {
	if c.SetID != nil {
		c.SetID(&d.Value, d.ID)
	}
	return d
}

// Encode builds the envelope of a value at a version, with the effects of the
// change behind those still pending. ErrTooLarge, ErrInvalid.
func (c *Collection[T]) Encode(d Doc[T], ch Change) (Envelope, error) {
	id := c.codec.ID(&d.Value)
	doc, err := c.codec.encode(&d.Value)
	if err != nil {
		return Envelope{}, fmt.Errorf("%s/%s: %w", c.raw.Name(), id, err)
	}
	e := Envelope{ID: id, Version: d.Version, Keys: c.codec.Keys(&d.Value), Doc: doc}
	e.Pending = append(e.Pending, d.pending...)
	effects, acts := ch.Effects, ch.Acts
	if ch.Audit {
		acts = append(acts[:len(acts):len(acts)], ch)
	}
	for _, act := range acts {
		line, err := AuditEffect(c.raw.Name(), id, d.Version+1, act)
		if err != nil {
			return Envelope{}, fmt.Errorf("%s/%s: audit: %w", c.raw.Name(), id, err)
		}
		effects = append(effects[:len(effects):len(effects)], line)
	}
	for n, effect := range effects {
		p := Pending{Version: d.Version + 1, N: n, Effect: effect}
		if !ch.At.IsZero() {
			p.At = ch.At.UnixMilli()
		}
		e.Pending = append(e.Pending, p)
	}
	// The document is what json.Marshal made; an adapter looks at all of it again.
	if err := errors.Join(checkSizes(e), checkDepth(e.Doc)); err != nil {
		return Envelope{}, fmt.Errorf("%s/%s: %w", c.raw.Name(), id, err)
	}
	return e, nil
}

// encode writes the document as every reader of the collection expects it.
func (c Codec[T]) encode(value *T) (json.RawMessage, error) {
	body, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return wrap(c.Schema, body), nil
}

// Get reads one document.
func (c *Collection[T]) Get(ctx context.Context, id string) (Doc[T], error) {
	e, err := c.raw.Get(ctx, id)
	if err != nil {
		return Doc[T]{}, err
	}
	return c.Decode(e)
}

// GetSome reads those of the ids that are there, by id.
func (c *Collection[T]) GetSome(ctx context.Context, ids []string) ([]Doc[T], error) {
	return c.decodeAll(c.raw.GetSome(ctx, ids))
}

// Insert stores a new document.
func (c *Collection[T]) Insert(ctx context.Context, value T, ch Change) (Doc[T], error) {
	e, err := c.Encode(Doc[T]{Value: value}, ch)
	if err != nil {
		return Doc[T]{}, err
	}
	if e, err = c.raw.Insert(ctx, e); err != nil {
		return Doc[T]{}, err
	}
	if c.codec.SetID != nil {
		c.codec.SetID(&value, e.ID)
	}
	return Doc[T]{ID: e.ID, Version: e.Version, Value: value, pending: e.Pending}, nil
}

// Replace stores the value when nobody changed the document since d was read.
func (c *Collection[T]) Replace(ctx context.Context, d Doc[T], ch Change) (Doc[T], error) {
	e, err := c.Encode(d, ch)
	if err != nil {
		return d, err
	}
	if e, err = c.raw.Replace(ctx, e); err != nil {
		return d, err
	}
	d.Version, d.pending = e.Version, e.Pending
	return d, nil
}

// Delete removes the document when nobody changed it since d was read.
func (c *Collection[T]) Delete(ctx context.Context, d Doc[T]) error {
	return c.raw.Delete(ctx, d.ID, d.Version)
}

// FindUnique reads the document that holds a unique key.
func (c *Collection[T]) FindUnique(ctx context.Context, key string) (Doc[T], error) {
	e, err := c.raw.FindUnique(ctx, key)
	if err != nil {
		return Doc[T]{}, err
	}
	return c.Decode(e)
}

// FindLookup reads at most limit documents that hold a lookup key, by id.
func (c *Collection[T]) FindLookup(ctx context.Context, key string, limit int) ([]Doc[T], error) {
	return c.PageLookup(ctx, key, "", limit)
}

// PageLookup is FindLookup for ids > after.
func (c *Collection[T]) PageLookup(ctx context.Context, key, after string, limit int) ([]Doc[T], error) {
	return c.decodeAll(c.raw.FindLookup(ctx, key, after, limit))
}

// CountLookup is the number of documents that hold a lookup key.
func (c *Collection[T]) CountLookup(ctx context.Context, key string) (int64, error) {
	return c.raw.CountLookup(ctx, key)
}

// Scan reads at most limit documents with id > after, by id.
func (c *Collection[T]) Scan(ctx context.Context, after string, limit int) ([]Doc[T], error) {
	return c.decodeAll(c.raw.Scan(ctx, after, limit))
}

func (c *Collection[T]) decodeAll(list []Envelope, err error) ([]Doc[T], error) {
	if err != nil {
		return nil, err
	}
	out := make([]Doc[T], 0, len(list))
	for _, e := range list {
		d, err := c.Decode(e)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

// foundPage is how many documents EachFound reads at a time: some may be large.
const foundPage = 20

// EachFound reads the documents of a lookup key, a page at a time. An error of do ends it.
func EachFound[T any](ctx context.Context, c *Collection[T], key string, do func(Doc[T]) error) error {
	for after := ""; ; {
		docs, err := c.PageLookup(ctx, key, after, foundPage)
		if err != nil {
			return err
		}
		for _, d := range docs {
			after = d.ID
			if err := do(d); err != nil {
				return err
			}
		}
		if len(docs) < foundPage {
			return nil
		}
	}
}

// Drop deletes a document that may be gone, or change meanwhile.
func Drop[T any](ctx context.Context, c *Collection[T], id string) error {
	for {
		d, err := c.Get(ctx, id)
		if err == nil {
			err = c.Delete(ctx, d)
		}
		switch {
		case err == nil, errors.Is(err, ErrNotFound):
			return nil
		case !errors.Is(err, ErrConflict):
			return err
		}
	}
}
