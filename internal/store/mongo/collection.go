package mongo

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"sourcier/internal/store"
)

type collection struct {
	db   *DB
	name string
	docs *driver.Collection

	mu       sync.Mutex
	sessions map[string]*session // of the followers, see feed.go
}

var _ store.Raw = (*collection)(nil)

// envelope is a document as the server holds it.
type envelope struct {
	ID      string             `bson:"_id"`
	Version int64              `bson:"version"`
	Changed primitive.DateTime `bson:"changed"`
	Keys    *keys              `bson:"keys,omitempty"`
	Doc     bson.Raw           `bson:"doc,omitempty"`
	Pending []pending          `bson:"pending,omitempty"`
	Deleted bool               `bson:"deleted,omitempty"`
}

type keys struct {
	Unique []string `bson:"u,omitempty"`
	Lookup []string `bson:"l,omitempty"`
}

type pending struct {
	Version int64    `bson:"version"`
	N       int      `bson:"n"`
	At      int64    `bson:"at,omitempty"`
	To      string   `bson:"to"`
	ID      string   `bson:"id,omitempty"`
	Lookup  []string `bson:"lookup,omitempty"`
	Doc     bson.Raw `bson:"doc"`
}

// encode makes what goes to the server; changed is never until it dates it.
func encode(e store.Envelope) (envelope, error) {
	out := envelope{ID: e.ID, Version: e.Version, Changed: never}
	if k := e.Keys.Normal(); len(k.Unique)+len(k.Lookup) > 0 {
		out.Keys = &keys{Unique: k.Unique, Lookup: k.Lookup}
	}
	var err error
	if out.Doc, err = rawOf(e.Doc); err != nil {
		return out, err
	}
	for _, p := range e.Pending {
		doc, err := rawOf(p.Effect.Doc)
		if err != nil {
			return out, err
		}
		out.Pending = append(out.Pending, pending{Version: p.Version, N: p.N, At: p.At, To: p.Effect.To, ID: p.Effect.ID, Lookup: p.Effect.Lookup, Doc: doc})
	}
	return out, nil
}

func rawOf(doc []byte) (bson.Raw, error) {
	d, err := toBSON(doc)
	if err != nil {
		return nil, err
	}
	return bson.Marshal(d)
}

func (e envelope) decode() (store.Envelope, error) {
	out := store.Envelope{ID: e.ID, Version: e.Version, Deleted: e.Deleted}
	if e.Keys != nil {
		out.Keys = store.Keys{Unique: e.Keys.Unique, Lookup: e.Keys.Lookup}
	}
	var err error
	if e.Doc != nil {
		if out.Doc, err = toJSON(e.Doc); err != nil {
			return out, err
		}
	}
	for _, p := range e.Pending {
		doc, err := toJSON(p.Doc)
		if err != nil {
			return out, err
		}
		effect := store.Effect{To: p.To, ID: p.ID, Doc: doc, Lookup: p.Lookup}
		out.Pending = append(out.Pending, store.Pending{Version: p.Version, N: p.N, At: p.At, Effect: effect})
	}
	return out, nil
}

// Name is the name of the collection.
func (c *collection) Name() string { return c.name }

func (c *collection) fail(ctx context.Context, err error, op, id string) error {
	if err == nil {
		return nil
	}
	return wrap(ctx, err, "%s %s %q", op, c.name, id)
}

func byID(id string) bson.D { return bson.D{{Key: "_id", Value: id}} }

// absent matches documents without the field.
func absent(field string) bson.E {
	return bson.E{Key: field, Value: bson.D{{Key: "$exists", Value: false}}}
}

// stored reads a document or a tombstone. store.ErrNotFound.
func (c *collection) stored(ctx context.Context, filter bson.D) (e envelope, err error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	err = c.docs.FindOne(ctx, filter).Decode(&e)
	if errors.Is(err, driver.ErrNoDocuments) {
		err = store.ErrNotFound
	}
	return e, err
}

func (c *collection) one(ctx context.Context, filter bson.D) (store.Envelope, error) {
	e, err := c.stored(ctx, filter)
	if err != nil {
		return store.Envelope{}, err
	}
	if e.Deleted {
		return store.Envelope{}, store.ErrNotFound
	}
	return e.decode()
}

// Get reads one live document.
func (c *collection) Get(ctx context.Context, id string) (store.Envelope, error) {
	e, err := c.one(ctx, byID(id))
	return e, c.fail(ctx, err, "get", id)
}

// GetSome reads live documents by their ids.
func (c *collection) GetSome(ctx context.Context, ids []string) ([]store.Envelope, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	among := bson.E{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}
	list, err := c.many(ctx, bson.D{among, absent("deleted")}, 0)
	return list, c.fail(ctx, err, "get some of", "")
}

// FindUnique reads the document that holds the unique key. The error does not
// repeat the key, which may be personal.
func (c *collection) FindUnique(ctx context.Context, key string) (store.Envelope, error) {
	e, err := c.one(ctx, bson.D{{Key: "keys.u", Value: key}})
	return e, c.fail(ctx, err, "find unique key in", "")
}

func (c *collection) many(ctx context.Context, filter bson.D, limit int) ([]store.Envelope, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	cur, err := c.docs.Find(ctx, filter, options.Find().SetSort(ascending("_id")).SetLimit(int64(limit)))
	if err != nil {
		return nil, err
	}
	defer func() { _ = cur.Close(ctx) }()
	var list []store.Envelope
	for cur.Next(ctx) {
		var e envelope
		if err := cur.Decode(&e); err != nil {
			return nil, fmt.Errorf("%w: %w", store.ErrDamaged, err)
		}
		out, err := e.decode()
		if err != nil {
			return nil, fmt.Errorf("%q: %w", e.ID, err)
		}
		list = append(list, out)
	}
	return list, cur.Err()
}

func above(id string) bson.E {
	return bson.E{Key: "_id", Value: bson.D{{Key: "$gt", Value: id}}}
}

// FindLookup lists the documents that hold the lookup key.
func (c *collection) FindLookup(ctx context.Context, key, after string, limit int) ([]store.Envelope, error) {
	list, err := c.many(ctx, bson.D{{Key: "keys.l", Value: key}, above(after)}, limit)
	return list, c.fail(ctx, err, "find lookup key in", "")
}

// Scan lists live documents by id.
func (c *collection) Scan(ctx context.Context, after string, limit int) ([]store.Envelope, error) {
	list, err := c.many(ctx, bson.D{above(after), absent("deleted")}, limit)
	return list, c.fail(ctx, err, "scan", after)
}

// ListPending lists documents and tombstones with pending effects by id.
func (c *collection) ListPending(ctx context.Context, after string, limit int) ([]store.Envelope, error) {
	some := bson.E{Key: "pending.version", Value: bson.D{{Key: "$gt", Value: int64(0)}}}
	list, err := c.many(ctx, bson.D{some, above(after)}, limit)
	return list, c.fail(ctx, err, "list pending effects of", after)
}

// CountLookup is the number of documents that hold the lookup key.
func (c *collection) CountLookup(ctx context.Context, key string) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, longTimeout)
	defer cancel()
	n, err := c.docs.CountDocuments(ctx, bson.D{{Key: "keys.l", Value: key}})
	return n, c.fail(ctx, err, "count lookup key in", "")
}

// Count is the number of live documents: both counts are answered from an index.
func (c *collection) Count(ctx context.Context) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, longTimeout)
	defer cancel()
	all, err := c.docs.CountDocuments(ctx, bson.D{above("")})
	if err != nil {
		return 0, c.fail(ctx, err, "count", "")
	}
	deleted, err := c.docs.CountDocuments(ctx, bson.D{{Key: "deleted", Value: true}})
	return all - deleted, c.fail(ctx, err, "count", "")
}
