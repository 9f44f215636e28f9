// Package mongo keeps a store on a MongoDB-compatible server.
//
// A document is {_id, version, changed, keys, doc}: keys is {u: […], l: […]}, a
// list left out when empty and keys itself when both are; doc is the document
// as real BSON (see json.go). Effects that wait for the relay add pending, and a
// tombstone is {_id, version, changed, deleted} with the effects it still has.
//
// Compatible servers differ in what they support, so little is asked of them:
// updates by compare-and-swap with $set, $unset and $currentDate, range scans
// on _id and changed, $in, $exists, sparse indexes. No transaction, no change
// stream, no upsert, no update inside an array; the one question asked of an
// array is $size, of the effects still pending. Time is the server's only.
package mongo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/mongo/writeconcern"

	"sourcier/internal/store"
)

const (
	defaultDatabase  = "sourcier"
	selectionTimeout = 5 * time.Second  // to find a server at all
	callTimeout      = 10 * time.Second // for one document or one page
	longTimeout      = 2 * time.Minute  // for a batch, a count, an index
	metaCollection   = "_meta"          // no name that CheckName lets through
	chunkCollection  = "_chunk"
)

// DB is an open store.
type DB struct {
	client *driver.Client
	base   *driver.Database
	id     string // of the store, in every cursor

	mu          sync.Mutex
	collections map[string]*collection
}

var _ store.DB = (*DB)(nil)

// Open connects to the server of a mongodb:// or mongodb+srv:// address, whose
// path names the database ("sourcier" by default), and pings it.
func Open(ctx context.Context, uri string) (*DB, error) {
	opts := options.Client().ApplyURI(uri)
	if opts.ServerSelectionTimeout == nil {
		opts.SetServerSelectionTimeout(selectionTimeout)
	}
	// Several compatible servers refuse retryable writes, and the address can
	// ask for them where they are supported.
	if opts.RetryWrites == nil {
		opts.SetRetryWrites(false)
	}
	if opts.WriteConcern == nil {
		journal := true
		opts.SetWriteConcern(&writeconcern.WriteConcern{W: "majority", Journal: &journal})
	}
	client, err := driver.Connect(ctx, opts)
	if err != nil {
		return nil, wrap(ctx, err, "connect")
	}
	db := &DB{client: client, base: client.Database(databaseOf(uri)), collections: map[string]*collection{}}
	if err := errors.Join(db.Ping(ctx), db.identify(ctx)); err != nil {
		_ = db.Close() // the reason why it did not open is worth more
		return nil, err
	}
	return db, nil
}

// databaseOf is the path of an address. A slash inside a password is escaped.
func databaseOf(uri string) string {
	_, rest, _ := strings.Cut(uri, "://")
	_, path, _ := strings.Cut(rest, "/")
	name, _, _ := strings.Cut(path, "?")
	if name == "" {
		return defaultDatabase
	}
	return name
}

// identify gives the store an id on its first start.
func (db *DB) identify(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	meta := db.base.Collection(metaCollection)
	_, err := meta.InsertOne(ctx, bson.D{{Key: "_id", Value: "store"}, {Key: "id", Value: rand.Text()}})
	if err != nil && !driver.IsDuplicateKeyError(err) {
		return wrap(ctx, err, "identify")
	}
	var d struct {
		ID string `bson:"id"`
	}
	err = meta.FindOne(ctx, bson.D{{Key: "_id", Value: "store"}}).Decode(&d)
	db.id = d.ID
	return wrap(ctx, err, "identify")
}

// Ping asks the server.
func (db *DB) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return wrap(ctx, db.client.Ping(ctx, nil), "ping")
}

// Scrub has nothing to do: the files are the server's.
func (db *DB) Scrub(context.Context) error { return nil }

// Close ends the connections.
func (db *DB) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	err := db.client.Disconnect(ctx)
	if errors.Is(err, driver.ErrClientDisconnected) {
		return nil
	}
	return wrap(ctx, err, "close")
}

func ascending(fields ...string) bson.D {
	d := bson.D{}
	for _, f := range fields {
		d = append(d, bson.E{Key: f, Value: 1})
	}
	return d
}

// indexes of every collection, by name. Sparse: a document without the field is
// not in the index, so that a missing unique key is no value to collide on. Those
// that end with _id give their documents in its order, from any id on.
var indexes = map[string]driver.IndexModel{
	"keys_u":     {Keys: ascending("keys.u"), Options: options.Index().SetUnique(true).SetSparse(true)},
	"keys_l_id":  {Keys: ascending("keys.l", "_id"), Options: options.Index()},
	"pending":    {Keys: ascending("pending.version"), Options: options.Index().SetSparse(true)},
	"deleted":    {Keys: ascending("deleted"), Options: options.Index().SetSparse(true)},
	"changed_id": {Keys: ascending("changed", "_id"), Options: options.Index()},
}

// Collection opens a collection, making its indexes when absent.
func (db *DB) Collection(ctx context.Context, name string) (store.Raw, error) {
	if err := store.CheckName(name); err != nil {
		return nil, err
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	if c, ok := db.collections[name]; ok {
		return c, nil
	}
	ctx, cancel := context.WithTimeout(ctx, longTimeout)
	defer cancel()
	c := &collection{db: db, name: name, docs: db.base.Collection(name), sessions: map[string]*session{}}
	var models []driver.IndexModel
	for _, index := range slices.Sorted(maps.Keys(indexes)) {
		model := indexes[index]
		options := *model.Options
		models = append(models, driver.IndexModel{Keys: model.Keys, Options: options.SetName(index)})
	}
	if _, err := c.docs.Indexes().CreateMany(ctx, models); err != nil {
		return nil, wrap(ctx, err, "indexes of %s", name)
	}
	// Releases before this one had an index that keys_l_id replaces; where it is not
	// there, or cannot go, nothing is wrong.
	_, _ = c.docs.Indexes().DropOne(ctx, "keys_l")
	db.collections[name] = c
	return c, nil
}

// Check pings the server and looks whether the indexes of the open collections
// are still there; the integrity of its files is the server's own affair.
func (db *DB) Check(ctx context.Context) error {
	if err := db.Ping(ctx); err != nil {
		return err
	}
	db.mu.Lock()
	open := slices.Collect(maps.Values(db.collections))
	db.mu.Unlock()
	for _, c := range open {
		if err := c.checkIndexes(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (c *collection) checkIndexes(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	specs, err := c.docs.Indexes().ListSpecifications(ctx)
	if err != nil {
		return wrap(ctx, err, "indexes of %s", c.name)
	}
	for _, name := range slices.Sorted(maps.Keys(indexes)) {
		if !slices.ContainsFunc(specs, func(s *driver.IndexSpecification) bool { return s.Name == name }) {
			return fmt.Errorf("mongo: collection %s has no index %s: restart the portal, which makes it: %w", c.name, name, store.ErrDamaged)
		}
	}
	return nil
}

// never is when a document changed whose change the server has not dated yet.
var never = primitive.DateTime(0)

// stamped is the part of an update that has the server date it.
var stamped = bson.E{Key: "$currentDate", Value: bson.D{{Key: "changed", Value: true}}}
