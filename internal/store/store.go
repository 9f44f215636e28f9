// Package store is the storage contract: collections of JSON documents with
// compare-and-swap, keys, ordered scans, bulk writes, a change feed and an
// outbox of effects. Two adapters satisfy it, store/sqlite and store/mongo, and
// one suite (store/storetest) holds them to it.
package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"
)

// Errors that an adapter returns, wrapped with its context.
var (
	ErrNotFound  = errors.New("not found")
	ErrConflict  = errors.New("version conflict")   // the document changed since it was read
	ErrDuplicate = errors.New("duplicate key")      // another document holds one of the unique keys
	ErrTooLarge  = errors.New("document too large") // above MaxDocument
	ErrFull      = errors.New("no space left")      // the disk or the quota is full; nothing of the batch was written
	ErrDamaged   = errors.New("store is damaged")   // restore a backup
	ErrNewer     = errors.New("written by a newer version of Sourcier")
	ErrFeedGap   = errors.New("change feed no longer reaches back that far") // follower must reconcile
)

// MaxDocument bounds a document as stored, in bytes.
const MaxDocument = 1 << 20

// Keys are how a document is found other than by id.
type Keys struct {
	Unique []string // e.g. "siret:…": at most one live document of the collection holds each
	Lookup []string // e.g. "siren:…": any number of documents
}

// Envelope is a document as the adapters see it.
type Envelope struct {
	ID      string
	Version int64 // 1 on insert, +1 on each replace
	Keys    Keys
	Doc     json.RawMessage
	Pending []Pending // effects not yet carried by the relay
	Deleted bool      // tombstone: Doc is empty
}

// Change says who changes a document and what follows from it.
type Change struct {
	Actor   string // person id, or "import:RUN", "system"
	At      time.Time
	Patch   json.RawMessage // before/after of the changed fields, for the audit
	Effects []Effect
}

// Effect is something to do because of a write: it is stored in the same
// document write and carried by the relay to the collection To, by insert with
// a key that makes a second carry a no-op.
type Effect struct {
	To  string          `json:"to"`  // collection
	Doc json.RawMessage `json:"doc"` // the document to insert there
}

// Pending is an effect waiting in its document. Its key at destination is
// (collection, id, Version, N).
type Pending struct {
	Version int64  `json:"version"`
	N       int    `json:"n"`
	Effect  Effect `json:"effect"`
}

// Event is one line of the change feed.
type Event struct {
	ID      string
	Version int64
	Deleted bool
}

// Cursor is a place in the change feed; "" is the beginning. Its content
// belongs to the adapter.
type Cursor string

// Raw is one collection of an adapter. Every method honours the context.
type Raw interface {
	Name() string
	// Get returns ErrNotFound for an absent or deleted id.
	Get(ctx context.Context, id string) (Envelope, error)
	// Insert stores version 1. ErrDuplicate when the id or a unique key is taken.
	// A tombstone with the same id is replaced, its version continued.
	Insert(ctx context.Context, e Envelope) (Envelope, error)
	// Replace stores e when the stored version is e.Version and returns it with
	// the new version. ErrConflict, ErrNotFound, ErrDuplicate.
	Replace(ctx context.Context, e Envelope) (Envelope, error)
	// Delete leaves a tombstone when the stored version is version.
	Delete(ctx context.Context, id string, version int64) error
	// FindUnique gives the document that holds the unique key, or ErrNotFound.
	FindUnique(ctx context.Context, key string) (Envelope, error)
	// FindLookup lists at most limit documents that hold the lookup key, by id.
	FindLookup(ctx context.Context, key string, limit int) ([]Envelope, error)
	// Scan lists at most limit live documents with id > after, by id.
	Scan(ctx context.Context, after string, limit int) ([]Envelope, error)
	// BulkPut writes the documents in one commit (as near to one as the server
	// can): Version 0 inserts, else replaces by compare-and-swap. It returns one
	// error per document (nil, ErrConflict, ErrDuplicate, ErrTooLarge); a failure
	// of the whole batch is the second result.
	BulkPut(ctx context.Context, batch []Envelope) ([]error, error)
	// TrimPending removes the carried effects from a document that is still at
	// version, without a new version; a changed document is left alone.
	TrimPending(ctx context.Context, id string, version int64, carried []Pending) error
	// Changes lists what changed after the cursor, in an order in which nothing
	// is lost; an event may come twice. ErrFeedGap when tombstones that the
	// cursor needs have been purged.
	Changes(ctx context.Context, after Cursor, limit int) ([]Event, Cursor, error)
	// Head is the cursor of now.
	Head(ctx context.Context) (Cursor, error)
	// Count is the number of live documents.
	Count(ctx context.Context) (int64, error)
	// PurgeTombstones removes those older than the given age.
	PurgeTombstones(ctx context.Context, olderThan time.Duration) (int64, error)
}

// DB is an open store.
type DB interface {
	// Collection opens a collection, making its indexes when absent.
	Collection(ctx context.Context, name string) (Raw, error)
	// Ping reports whether the store answers.
	Ping(ctx context.Context) error
	// Check verifies the store's own integrity. ErrDamaged.
	Check(ctx context.Context) error
	Close() error
}
