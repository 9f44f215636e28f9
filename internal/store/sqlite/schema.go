package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"sourcier/internal/store"
)

const (
	applicationID = 0x536f7572 // "Sour", in the header of the file
	layout        = 1          // of the tables; user_version in the header
)

// perFile is what a new file gets. meta holds the id of the store, purged the
// highest change number of the tombstones removed from each collection.
const perFile = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE sequence (n INTEGER NOT NULL) STRICT;
CREATE TABLE purged (collection TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO sequence VALUES (0);`

// perFileToo is what files of an earlier release of this layout lack.
const perFileToo = `
CREATE TABLE IF NOT EXISTS chunk (set_id TEXT NOT NULL, n INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (set_id, n)) STRICT;`

// perCollection is what each collection gets; @ is its name. The document comes
// last in its row, so that reading the other columns never touches it.
const perCollection = `
CREATE TABLE IF NOT EXISTS doc_@ (
	id TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, seq INTEGER NOT NULL,
	changed INTEGER NOT NULL, deleted INTEGER NOT NULL, keys TEXT, pending TEXT, doc TEXT) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS seq_@ ON doc_@ (seq);
CREATE INDEX IF NOT EXISTS pending_@ ON doc_@ (id) WHERE pending IS NOT NULL;
CREATE INDEX IF NOT EXISTS deleted_@ ON doc_@ (changed) WHERE deleted = 1;
CREATE TABLE IF NOT EXISTS unique_@ (key TEXT PRIMARY KEY NOT NULL, id TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lookup_@ (key TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (key, id)) STRICT, WITHOUT ROWID;`

// recognise refuses a file that is not ours before anything is written to it.
func (db *DB) recognise(ctx context.Context) error {
	var app, version, tables int64
	row := db.writer.QueryRowContext(ctx, "SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_schema)")
	if err := row.Scan(&app, &version, &tables); err != nil {
		return err
	}
	switch {
	case app == 0 && tables == 0:
		return nil
	case app != applicationID:
		return errors.New("this SQLite file belongs to another program")
	case version > layout:
		return fmt.Errorf("table layout %d, this release knows up to %d: %w", version, layout, store.ErrNewer)
	}
	return nil
}

// settle sets the journal and makes the tables of a new file. The journal grows
// to 32 MiB before it is folded into the file: with SQLite's 4 MiB every batch
// of an import would pay for that, several times over for the same pages.
func (db *DB) settle(ctx context.Context) error {
	pragmas := "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 8192; PRAGMA journal_size_limit = 67108864;"
	if db.opts.MaxPages > 0 {
		pragmas += fmt.Sprintf("PRAGMA max_page_count = %d;", db.opts.MaxPages)
	}
	if _, err := db.writer.ExecContext(ctx, pragmas); err != nil {
		return err
	}
	// Two processes may make the same new file: the second finds it made.
	if _, err := db.writer.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	if err := db.create(ctx); err != nil {
		_, _ = db.writer.ExecContext(ctx, "ROLLBACK")
		return err
	}
	_, err := db.writer.ExecContext(ctx, "COMMIT")
	return err
}

func (db *DB) create(ctx context.Context) error {
	var version int64
	if err := db.writer.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version == 0 {
		header := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;", applicationID, layout)
		if _, err := db.writer.ExecContext(ctx, perFile+header); err != nil {
			return err
		}
		if _, err := db.writer.ExecContext(ctx, "INSERT INTO meta VALUES ('store', ?)", rand.Text()); err != nil {
			return err
		}
	}
	if _, err := db.writer.ExecContext(ctx, perFileToo); err != nil {
		return err
	}
	return db.writer.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'store'").Scan(&db.id)
}

// Collection opens a collection, making its tables when absent.
func (db *DB) Collection(ctx context.Context, name string) (store.Raw, error) {
	if err := store.CheckName(name); err != nil {
		return nil, err
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	if c, ok := db.collections[name]; ok {
		return c, nil
	}
	c := &collection{db: db, name: name}
	err := db.transact(ctx, func(*tx) error {
		_, err := db.writer.ExecContext(context.WithoutCancel(ctx), strings.ReplaceAll(perCollection, "@", name))
		return err
	})
	if err == nil {
		err = c.prepare(ctx)
	}
	if err != nil {
		return nil, wrap(ctx, err, "collection %s", name)
	}
	db.collections[name] = c
	return c, nil
}

type querier interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}

// verify runs a check that answers "ok" or what is broken.
func verify(ctx context.Context, on querier, pragma string) (err error) {
	rows, err := on.QueryContext(ctx, pragma)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return err
		}
		if line != "ok" {
			return fmt.Errorf("%s: %w", line, store.ErrDamaged)
		}
	}
	return rows.Err()
}

// strays counts what must not be: broken documents, keys of no live document.
const strays = `
SELECT (SELECT count(*) FROM doc_@ WHERE deleted = 0 AND NOT json_valid(doc))
+ (SELECT count(*) FROM unique_@ k LEFT JOIN doc_@ d ON d.id = k.id WHERE d.deleted IS NOT 0)
+ (SELECT count(*) FROM lookup_@ k LEFT JOIN doc_@ d ON d.id = k.id WHERE d.deleted IS NOT 0)`

// Check reads the whole file: its pages and indexes, that documents are JSON,
// and that keys belong to live documents. store.ErrDamaged.
func (db *DB) Check(ctx context.Context) error {
	if err := verify(ctx, db.read, "PRAGMA integrity_check(1)"); err != nil {
		return wrap(ctx, err, "check")
	}
	names, err := names(ctx, db.read)
	if err != nil {
		return wrap(ctx, err, "check")
	}
	for _, name := range names {
		var n int64
		if err := db.read.QueryRowContext(ctx, strings.ReplaceAll(strays, "@", name)).Scan(&n); err != nil {
			return wrap(ctx, err, "check %s", name)
		}
		if n > 0 {
			return fmt.Errorf("check %s: %d broken documents or stray keys: %w", name, n, store.ErrDamaged)
		}
	}
	return nil
}

// names lists the collections of the file.
func names(ctx context.Context, on querier) (names []string, err error) {
	rows, err := on.QueryContext(ctx, "SELECT substr(name, 5) FROM sqlite_schema WHERE type = 'table' AND name LIKE 'doc\\_%' ESCAPE '\\' ORDER BY name")
	if err != nil {
		return nil, err
	}
	return oneColumn(rows)
}

// oneColumn reads rows of one text, and closes them.
func oneColumn(rows *sql.Rows) (list []string, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		list = append(list, text)
	}
	return list, rows.Err()
}
