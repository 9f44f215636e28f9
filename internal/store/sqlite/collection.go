package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"sourcier/internal/store"
)

// collection is one collection; its statements are prepared once, the reading
// ones on every connection of the pool by database/sql, the writing ones on the
// writer.
type collection struct {
	db   *DB
	name string

	get, some, unique, lookup, scan, pending, feed, count, held, headAt                      *sql.Stmt
	head, insert, update, remove, trim, holder, addUnique, dropUnique, addLookup, dropLookup *sql.Stmt
}

var _ store.Raw = (*collection)(nil)

const columns = "d.id, d.version, d.deleted, d.keys, d.pending, d.doc"

const feedQuery = `
SELECT s.n, coalesce(p.seq, 0), d.id, d.version, d.deleted, d.seq
FROM sequence s
LEFT JOIN purged p ON p.collection = '@'
LEFT JOIN (SELECT id, version, deleted, seq FROM doc_@ WHERE seq > ? ORDER BY seq LIMIT ?) d
ORDER BY d.seq`

func (c *collection) prepare(ctx context.Context) error {
	for into, text := range map[**sql.Stmt]string{
		&c.get:     "SELECT " + columns + " FROM doc_@ d WHERE id = ? AND deleted = 0",
		&c.some:    "SELECT " + columns + " FROM doc_@ d WHERE id IN (SELECT value FROM json_each(?)) AND deleted = 0 ORDER BY id",
		&c.unique:  "SELECT " + columns + " FROM unique_@ k JOIN doc_@ d ON d.id = k.id WHERE k.key = ?",
		&c.lookup:  "SELECT " + columns + " FROM lookup_@ k JOIN doc_@ d ON d.id = k.id WHERE k.key = ? AND k.id > ? ORDER BY k.id LIMIT ?",
		&c.scan:    "SELECT " + columns + " FROM doc_@ d WHERE id > ? AND deleted = 0 ORDER BY id LIMIT ?",
		&c.pending: "SELECT " + columns + " FROM doc_@ d INDEXED BY pending_@ WHERE id > ? AND pending IS NOT NULL ORDER BY id LIMIT ?",
		&c.feed:    feedQuery,
		&c.count:   "SELECT (SELECT count(*) FROM doc_@) - (SELECT count(*) FROM doc_@ WHERE deleted = 1)",
		&c.held:    "SELECT count(*) FROM lookup_@ WHERE key = ?",
		&c.headAt:  "SELECT (SELECT n FROM sequence), coalesce((SELECT seq FROM purged WHERE collection = '@'), 0)",
	} {
		st, err := c.db.read.PrepareContext(ctx, strings.ReplaceAll(text, "@", c.name)) //nolint:sqlclosecheck // closed with the pool
		if err != nil {
			return err
		}
		*into = st
	}
	for into, text := range map[**sql.Stmt]string{
		&c.head:       "SELECT version, deleted, keys, pending FROM doc_@ WHERE id = ?",
		&c.insert:     "INSERT INTO doc_@ (id, version, seq, changed, deleted, keys, pending, doc) VALUES (?, ?, ?, ?, 0, ?, ?, ?)",
		&c.update:     "UPDATE doc_@ SET version = ?2, seq = ?3, changed = ?4, deleted = 0, keys = ?5, pending = ?6, doc = ?7 WHERE id = ?1",
		&c.remove:     "UPDATE doc_@ SET version = ?2, seq = ?3, changed = ?4, deleted = 1, keys = NULL, doc = NULL WHERE id = ?1",
		&c.trim:       "UPDATE doc_@ SET pending = ?2 WHERE id = ?1",
		&c.holder:     "SELECT id FROM unique_@ WHERE key = ?",
		&c.addUnique:  "INSERT INTO unique_@ (key, id) VALUES (?, ?)",
		&c.dropUnique: "DELETE FROM unique_@ WHERE key = ? AND id = ?",
		&c.addLookup:  "INSERT INTO lookup_@ (key, id) VALUES (?, ?)",
		&c.dropLookup: "DELETE FROM lookup_@ WHERE key = ? AND id = ?",
	} {
		st, err := c.db.prepare(ctx, strings.ReplaceAll(text, "@", c.name)) //nolint:sqlclosecheck // closed by DB.Close
		if err != nil {
			return err
		}
		*into = st
	}
	return nil
}

// Name is the name of the collection.
func (c *collection) Name() string { return c.name }

func (c *collection) fail(ctx context.Context, err error, op, id string) error {
	if err == nil {
		return nil
	}
	return wrap(ctx, err, "%s %s %q", op, c.name, id)
}

// keyList is how keys are written in their column.
type keyList struct {
	Unique []string `json:"u,omitempty"`
	Lookup []string `json:"l,omitempty"`
}

func (c *collection) one(ctx context.Context, st *sql.Stmt, key string) (store.Envelope, error) {
	e, err := read(st.QueryRowContext(ctx, key))
	if errors.Is(err, sql.ErrNoRows) {
		return e, store.ErrNotFound
	}
	return e, err
}

// Get reads one live document.
func (c *collection) Get(ctx context.Context, id string) (store.Envelope, error) {
	e, err := c.one(ctx, c.get, id)
	return e, c.fail(ctx, err, "get", id)
}

// GetSome reads live documents by their ids.
func (c *collection) GetSome(ctx context.Context, ids []string) ([]store.Envelope, error) {
	wanted, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	list, err := many(ctx, c.some, string(wanted))
	return list, c.fail(ctx, err, "get some of", "")
}

// FindUnique reads the document that holds the unique key. The error does not
// repeat the key, which may be personal.
func (c *collection) FindUnique(ctx context.Context, key string) (store.Envelope, error) {
	e, err := c.one(ctx, c.unique, key)
	return e, c.fail(ctx, err, "find unique key in", "")
}

// FindLookup lists the documents that hold the lookup key.
func (c *collection) FindLookup(ctx context.Context, key, after string, limit int) ([]store.Envelope, error) {
	list, err := many(ctx, c.lookup, key, after, limit)
	return list, c.fail(ctx, err, "find lookup key in", "")
}

// Scan lists live documents by id.
func (c *collection) Scan(ctx context.Context, after string, limit int) ([]store.Envelope, error) {
	list, err := many(ctx, c.scan, after, limit)
	return list, c.fail(ctx, err, "scan", after)
}

// ListPending lists documents and tombstones with pending effects by id.
func (c *collection) ListPending(ctx context.Context, after string, limit int) ([]store.Envelope, error) {
	list, err := many(ctx, c.pending, after, limit)
	return list, c.fail(ctx, err, "list pending effects of", after)
}

// Count is the number of live documents.
func (c *collection) Count(ctx context.Context) (n int64, err error) {
	return n, c.fail(ctx, c.count.QueryRowContext(ctx).Scan(&n), "count", "")
}

// CountLookup is the number of documents that hold the lookup key.
func (c *collection) CountLookup(ctx context.Context, key string) (n int64, err error) {
	return n, c.fail(ctx, c.held.QueryRowContext(ctx, key).Scan(&n), "count lookup key in", "")
}

func many(ctx context.Context, st *sql.Stmt, args ...any) (list []store.Envelope, err error) {
	rows, err := st.QueryContext(ctx, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		e, err := read(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, rows.Err()
}

type scanner interface{ Scan(...any) error }

func read(row scanner) (store.Envelope, error) {
	var e store.Envelope
	var keys, pending, doc []byte
	if err := row.Scan(&e.ID, &e.Version, &e.Deleted, &keys, &pending, &doc); err != nil {
		return e, err
	}
	e.Doc = doc
	var err error
	e.Keys, e.Pending, err = columnsOf(keys, pending)
	return e, err
}

// columnsOf reads the two columns that are lists. Their text was written by us:
// when it is not JSON any more, the file is damaged.
func columnsOf(keys, pending []byte) (k store.Keys, p []store.Pending, err error) {
	if keys != nil {
		var list keyList
		err = json.Unmarshal(keys, &list)
		k = store.Keys(list)
	}
	if pending != nil {
		err = errors.Join(err, json.Unmarshal(pending, &p))
	}
	if err != nil {
		err = fmt.Errorf("%w: %w", store.ErrDamaged, err)
	}
	return k, p, err
}
