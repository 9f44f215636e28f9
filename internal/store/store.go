// Package store is the storage contract: collections of JSON documents with
// compare-and-swap, keys, ordered scans, bulk writes, a change feed and an
// outbox of effects. Two adapters satisfy it, store/sqlite and store/mongo, and
// one suite (store/storetest) holds them to it.
package store

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"
)

// Errors that an adapter returns, wrapped with its context.
var (
	ErrNotFound  = errors.New("not found")
	ErrConflict  = errors.New("version conflict")   // the document changed since it was read
	ErrDuplicate = errors.New("duplicate key")      // another document holds one of the unique keys
	ErrTooLarge  = errors.New("document too large") // above MaxDocument
	ErrInvalid   = errors.New("invalid document")   // an id, a key or a JSON text that no store takes
	ErrFull      = errors.New("no space left")      // the disk or the quota is full; nothing of the batch was written
	ErrDamaged   = errors.New("store is damaged")   // restore a backup
	ErrNewer     = errors.New("written by a newer version of Sourcier")
	ErrFeedGap   = errors.New("change feed no longer reaches back that far") // follower must reconcile
)

// MaxDocument bounds a document with its pending effects, in bytes of JSON
// (DESIGN rule 1).
const MaxDocument = 1 << 20

// Keys are how a document is found other than by id.
type Keys struct {
	Unique []string // e.g. "siret:…": at most one live document of the collection holds each
	Lookup []string // e.g. "siren:…": any number of documents
}

// Normal is k sorted, each key once: how the adapters store and return keys.
func (k Keys) Normal() Keys {
	return Keys{Unique: sortedSet(k.Unique), Lookup: sortedSet(k.Lookup)}
}

func sortedSet(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return slices.Compact(slices.Sorted(slices.Values(list)))
}

// Envelope is a document as the adapters see it.
type Envelope struct {
	ID      string
	Version int64 // 1 on insert, +1 on each replace
	Keys    Keys
	Doc     json.RawMessage
	Pending []Pending // effects not yet carried by the relay
	Deleted bool      // tombstone: Doc is empty
	Once    bool      // Insert only: a tombstone with this id also answers ErrDuplicate
}

// Actors that are no person. Those that end with a colon begin an actor: what follows
// is the run of the import, the name of who runs the command.
const (
	ActorSystem  = "system"
	ActorDemo    = "demo"
	ActorVisitor = "visitor" // nobody who is signed in
	ActorImport  = "import:"
	ActorCommand = "command:"
)

// Change says who changes a document and what follows from it.
type Change struct {
	Actor   string // person id, or one of the actors below
	At      time.Time
	What    string          // short code of the action, for the audit: "organisation.member.add"
	Subject string          // id of the person whom the change is about, for the audit; "" when none
	Patch   json.RawMessage // before/after of the changed fields, for the audit
	Effects []Effect
	Audit   bool // writes an AuditLine of this change, as one more effect
	// Acts are what several people did in this one write: each is an AuditLine of its own,
	// of its Actor, At, What, Subject and Patch.
	Acts []Change
}

// Effect is something to do because of a write: it is stored in the same
// document write and carried by the relay to the collection To, by insert with
// a key that makes a second carry a no-op. NewEffect builds one from a typed
// document. Lookup keys only: a unique key that is taken would block the relay.
type Effect struct {
	To     string          `json:"to"`           // collection
	ID     string          `json:"id,omitempty"` // of the document to insert, "" = EffectID: effects that give the same one are one document
	Doc    json.RawMessage `json:"doc"`          // the document to insert there, as its Codec writes it
	Lookup []string        `json:"lookup,omitempty"`
}

// Pending is an effect waiting in its document. Its id at destination is
// EffectID(collection, document, Pending), unless the effect gives its own.
type Pending struct {
	Version int64  `json:"version"`
	N       int    `json:"n"`
	At      int64  `json:"at,omitempty"` // Change.At, Unix ms: tells apart the lives of an id whose tombstone was purged
	Effect  Effect `json:"effect"`
}

// Event is one line of the change feed.
type Event struct {
	ID      string
	Version int64
	Deleted bool
}

// Carry is what is pending after a write: what the store held before, then the
// effects of the write itself, given its version. For the adapters.
func Carry(stored, given []Pending, before, version int64) []Pending {
	out := slices.Clone(stored)
	for _, p := range given {
		if p.Version > before {
			p.Version = version
			out = append(out, p)
		}
	}
	return out
}

// Without is pending less what was carried. For the adapters.
func Without(pending, carried []Pending) []Pending {
	return slices.DeleteFunc(slices.Clone(pending), func(p Pending) bool {
		return slices.ContainsFunc(carried, func(c Pending) bool { return c.Version == p.Version && c.N == p.N && c.At == p.At })
	})
}

// Cursor is a place in the change feed; "" is the beginning. Its content
// belongs to the adapter.
type Cursor string

// Raw is one collection of an adapter. Every method honours the context.
type Raw interface {
	Name() string
	// Get returns ErrNotFound for an absent or deleted id.
	Get(ctx context.Context, id string) (Envelope, error)
	// GetSome gives those of the ids that are live documents, by id.
	GetSome(ctx context.Context, ids []string) ([]Envelope, error)
	// Insert stores version 1. ErrDuplicate when the id or a unique key is taken.
	// A tombstone with the same id is replaced, its version continued and its
	// pending effects kept. The pending effects given take the new version.
	Insert(ctx context.Context, e Envelope) (Envelope, error)
	// Replace stores e when the stored version is e.Version and returns it with
	// the new version. ErrConflict, ErrNotFound, ErrDuplicate. Of the effects
	// pending from earlier versions those that the store holds count, not those
	// in e: what the relay trimmed since e was read stays trimmed.
	Replace(ctx context.Context, e Envelope) (Envelope, error)
	// Delete leaves a tombstone, one version later, when the stored version is
	// version. Effects still pending stay with it. ErrConflict, ErrNotFound.
	Delete(ctx context.Context, id string, version int64) error
	// FindUnique gives the document that holds the unique key, or ErrNotFound.
	FindUnique(ctx context.Context, key string) (Envelope, error)
	// FindLookup lists at most limit documents with id > after that hold the
	// lookup key, by id; what it reads does not grow with what else holds the key.
	FindLookup(ctx context.Context, key, after string, limit int) ([]Envelope, error)
	// CountLookup is the number of documents that hold the lookup key.
	CountLookup(ctx context.Context, key string) (int64, error)
	// Scan lists at most limit live documents with id > after, by id.
	Scan(ctx context.Context, after string, limit int) ([]Envelope, error)
	// BulkPut writes the documents in one commit (as near to one as the server
	// can): Version 0 inserts, else replaces by compare-and-swap. It returns one
	// error per document (nil, ErrConflict, ErrDuplicate, ErrNotFound,
	// ErrTooLarge, ErrInvalid); a failure of the whole batch is the second result,
	// after which SQLite has written nothing and MongoDB perhaps some documents.
	// No id may come twice: which of the two is written first is not said.
	BulkPut(ctx context.Context, batch []Envelope) ([]error, error)
	// TrimPending removes the carried effects from a document that is still at
	// version, without a new version; a changed document is left alone. Works on
	// a tombstone.
	TrimPending(ctx context.Context, id string, version int64, carried []Pending) error
	// ListPending lists at most limit documents with id > after that hold pending
	// effects, tombstones included, by id.
	ListPending(ctx context.Context, after string, limit int) ([]Envelope, error)
	// Changes lists what changed after the cursor, in an order in which nothing
	// is lost; an event may come twice, but a reader that hands back each cursor
	// ends on an empty list when nothing changes. ErrFeedGap when tombstones that
	// the cursor needs have been purged, or when the cursor is of another store
	// or of a later state of this one (a backup was restored).
	Changes(ctx context.Context, after Cursor, limit int) ([]Event, Cursor, error)
	// Head is the cursor of now.
	Head(ctx context.Context) (Cursor, error)
	// Count is the number of live documents.
	Count(ctx context.Context) (int64, error)
	// PurgeTombstones removes those older than the given age that hold no pending
	// effect, and tells how many.
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
	// Scrub sees to it that what was replaced or deleted before lies in no file of
	// the store any more: at once, or after one of the next writes when somebody
	// reads meanwhile. What a database server keeps is its own affair.
	Scrub(ctx context.Context) error
	// Chunks is where the content of blobs lies.
	Chunks() Chunks
	Archivable
	Close() error
}
