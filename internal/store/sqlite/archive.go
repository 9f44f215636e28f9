package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"strings"

	"sourcier/internal/store"
)

// snapshot is a read transaction: the journal keeps what it sees, and cannot be
// folded into the file beyond that point until it ends.
type snapshot struct {
	db   *DB
	conn *sql.Conn
	at   int64 // ms since 1970
}

// Snapshot begins a read transaction.
func (db *DB) Snapshot(ctx context.Context) (_ store.Snapshot, err error) {
	defer func() { err = wrap(ctx, err, "snapshot") }()
	conn, err := db.read.Conn(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := conn.ExecContext(ctx, "BEGIN"); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	s := &snapshot{db: db, conn: conn, at: db.opts.Now().UnixMilli()}
	var n int64 // a transaction sees what was committed when it first reads
	if err := conn.QueryRowContext(ctx, "SELECT n FROM sequence").Scan(&n); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Collections lists the tables of documents.
func (s *snapshot) Collections(ctx context.Context) ([]string, error) {
	list, err := names(ctx, s.conn)
	list = slices.DeleteFunc(list, func(name string) bool { return !store.Archived(name) })
	return list, wrap(ctx, err, "collections")
}

// Count counts documents and tombstones.
func (s *snapshot) Count(ctx context.Context, collection string) (n int64, err error) {
	if err := store.CheckName(collection); err != nil {
		return 0, err
	}
	err = s.conn.QueryRowContext(ctx, strings.ReplaceAll("SELECT count(*) FROM doc_@", "@", collection)).Scan(&n)
	return n, wrap(ctx, err, "count %s", collection)
}

// Documents reads a collection by id.
func (s *snapshot) Documents(ctx context.Context, collection string, tell func([]store.Envelope) error) (err error) {
	if err := store.CheckName(collection); err != nil {
		return err
	}
	rows, err := s.conn.QueryContext(ctx, strings.ReplaceAll("SELECT "+columns+" FROM doc_@ d ORDER BY id", "@", collection))
	if err != nil {
		return wrap(ctx, err, "read %s", collection)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	batches := store.Batches{Tell: tell}
	for rows.Next() {
		e, err := read(rows)
		if err != nil {
			return wrap(ctx, err, "read %s", collection)
		}
		if err := batches.Add(e); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return wrap(ctx, err, "read %s", collection)
	}
	return batches.Flush()
}

// Settle has nothing to tell: nothing changes in a transaction.
func (s *snapshot) Settle(context.Context, func(string, []store.Envelope) error) (int64, error) {
	return s.at, nil
}

// Chunk reads a piece as it was.
func (s *snapshot) Chunk(ctx context.Context, set string, n int) ([]byte, error) {
	return readChunk(ctx, s.conn, set, n)
}

// Close ends the transaction.
func (s *snapshot) Close() error {
	_, err := s.conn.ExecContext(always, "ROLLBACK")
	return errors.Join(err, s.conn.Close())
}

// Restoring reads the note of an unfinished restore.
func (db *DB) Restoring(ctx context.Context) (note string, err error) {
	err = db.read.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'restore'").Scan(&note)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return note, wrap(ctx, err, "restoring")
}

// BeginRestore empties the file in one transaction.
func (db *DB) BeginRestore(ctx context.Context, note string) error {
	list, err := names(ctx, db.read)
	if err != nil {
		return wrap(ctx, err, "begin restore")
	}
	list = slices.DeleteFunc(list, func(name string) bool { return name == store.LeaseCollection })
	id := rand.Text()
	err = db.transact(ctx, func(*tx) error {
		for _, name := range list {
			const all = "DELETE FROM doc_@; DELETE FROM unique_@; DELETE FROM lookup_@;"
			if _, err := db.writer.ExecContext(always, strings.ReplaceAll(all, "@", name)); err != nil {
				return err
			}
		}
		_, err1 := db.writer.ExecContext(always, "DELETE FROM chunk; DELETE FROM purged;")
		_, err2 := db.writer.ExecContext(always, "INSERT OR REPLACE INTO meta VALUES ('restore', ?)", note)
		_, err3 := db.writer.ExecContext(always, "UPDATE meta SET value = ? WHERE name = 'store'", id)
		return errors.Join(err1, err2, err3)
	})
	if err == nil {
		db.id = id
	}
	return wrap(ctx, err, "begin restore")
}

// EndRestore removes the note.
func (db *DB) EndRestore(ctx context.Context) error {
	err := db.transact(ctx, func(*tx) error {
		_, err := db.writer.ExecContext(always, "DELETE FROM meta WHERE name = 'restore'")
		return err
	})
	return wrap(ctx, err, "end restore")
}

// Load stores a batch as it is, in one transaction.
func (db *DB) Load(ctx context.Context, name string, batch []store.Envelope) ([]string, error) {
	raw, err := db.Collection(ctx, name)
	if err != nil {
		return nil, err
	}
	c := raw.(*collection)
	deprived := map[string]bool{}
	err = db.transact(ctx, func(t *tx) error {
		for _, e := range batch {
			if err := c.load(t, e, deprived); err != nil {
				return err
			}
		}
		return nil
	})
	return slices.Sorted(maps.Keys(deprived)), c.fail(ctx, err, "load", "")
}

func (c *collection) load(t *tx, e store.Envelope, deprived map[string]bool) error {
	s, err := c.state(e.ID)
	if err != nil || s.version >= e.Version {
		return err
	}
	e.Keys = e.Keys.Normal()
	for _, key := range e.Keys.Unique {
		if err := c.deprive(key, e.ID, deprived); err != nil {
			return err
		}
	}
	if err := c.moveKeys(e.ID, s.keys, e.Keys); err != nil {
		return err
	}
	delete(deprived, e.ID)
	keys, err1 := column(keyList(e.Keys), len(e.Keys.Unique)+len(e.Keys.Lookup))
	pending, err2 := column(e.Pending, len(e.Pending))
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	var doc any
	if !e.Deleted {
		doc = string(e.Doc)
	}
	const put = "INSERT OR REPLACE INTO doc_@ (id, version, seq, changed, deleted, keys, pending, doc) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
	_, err = c.db.writer.ExecContext(always, strings.ReplaceAll(put, "@", c.name), e.ID, e.Version, t.next(), c.db.opts.Now().UnixMilli(), e.Deleted, keys, pending, doc)
	return err
}

// deprive takes a unique key from another document that holds it.
func (c *collection) deprive(key, id string, deprived map[string]bool) error {
	var holder string
	err := c.holder.QueryRowContext(always, key).Scan(&holder)
	if errors.Is(err, sql.ErrNoRows) || err == nil && holder == id {
		return nil
	}
	if err != nil {
		return err
	}
	s, err := c.state(holder)
	if err != nil {
		return err
	}
	rest := store.Keys{Unique: slices.DeleteFunc(slices.Clone(s.keys.Unique), func(k string) bool { return k == key }), Lookup: s.keys.Lookup}
	keys, err := column(keyList(rest), len(rest.Unique)+len(rest.Lookup))
	if err != nil {
		return err
	}
	if _, err := c.db.writer.ExecContext(always, strings.ReplaceAll("UPDATE doc_@ SET keys = ?2 WHERE id = ?1", "@", c.name), holder, keys); err != nil {
		return err
	}
	deprived[holder] = true
	return c.moveKeys(holder, s.keys, rest)
}
