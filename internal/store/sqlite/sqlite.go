// Package sqlite keeps a store in one SQLite file.
//
// Each collection has three tables: its documents by id, its unique keys and
// its lookup keys. A table per collection keeps ids of one collection together,
// so that scans read neighbouring pages, and needs no collection column in any
// key. Change numbers are one sequence over all collections, given inside the
// write transaction: there is one writer, so numbers become visible in order.
//
// The journal is a WAL: readers see the last commit while the writer works, and
// a killed process loses nothing that was committed. synchronous is FULL, which
// syncs the WAL at each commit, because a commit has consequences outside the
// file: a mail leaves, the search index moves on. With NORMAL a power loss
// could undo commits whose consequences stay, and give their change numbers
// again to other documents. Bulk writes pay one sync for a whole batch.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the driver

	"sourcier/internal/store"
)

const (
	busyTimeout = 5000 // ms; another process may hold the file for the time of a commit
	scrubWait   = 200  // ms that Scrub waits for readers, and writers for Scrub
	// checkBelow is the size in bytes up to which Open verifies the whole file:
	// the time of a blink, and most portals are smaller.
	checkBelow = 64 << 20
)

// Options change how a file is opened; the zero value is right for a portal.
type Options struct {
	Now      func() time.Time // clock that dates tombstones; time.Now when nil
	MaxPages int              // bounds the file, in pages of 4 KiB, so that it fills before the disk does; 0: no bound
}

// DB is an open store.
type DB struct {
	path   string
	opts   Options
	id     string // of the store, in every cursor
	write  *sql.DB
	writer *sql.Conn // the one connection that writes
	free   chan struct{}
	scrub  bool // the journal holds what is to go; of who has free
	read   *sql.DB

	closing sync.Once
	closed  error // of Close

	mu          sync.Mutex
	collections map[string]*collection
	statements  []*sql.Stmt // of the writer
	sequence    *sql.Stmt
	advance     *sql.Stmt
}

var _ store.DB = (*DB)(nil)

// Open opens or creates the store in a file. store.ErrDamaged when the file is
// no SQLite database or its pages are broken, store.ErrNewer when a newer
// release made it.
func Open(ctx context.Context, path string) (*DB, error) {
	return OpenWith(ctx, path, Options{})
}

// OpenWith is Open with options.
func OpenWith(ctx context.Context, path string, opts Options) (_ *DB, err error) {
	defer func() { err = wrap(ctx, err, "open %s", path) }()
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if path, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	size, err := touch(path)
	if err != nil {
		return nil, err
	}
	db := &DB{path: path, opts: opts, free: make(chan struct{}, 1), collections: map[string]*collection{}}
	if err := db.connect(ctx, size); err != nil {
		_ = db.Close() // the reason why it did not open is worth more
		return nil, err
	}
	return db, nil
}

// touch creates the file when there is none, and tells its size. SQLite would
// make it readable by all, and it gives its journal the mode of the file. A file
// that exists is not opened: closing it again would drop the locks that another
// handle of this process has on it.
func touch(path string) (size int64, err error) {
	info, err := os.Stat(path) // #nosec G703 -- the path is the operator's setting
	if err == nil {
		return info.Size(), nil
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600) // #nosec G304 G703 -- the path is the operator's setting
	if errors.Is(err, os.ErrExist) {
		return 0, nil // another process was quicker
	}
	if err != nil {
		return 0, err
	}
	return 0, f.Close()
}

func (db *DB) connect(ctx context.Context, size int64) (err error) {
	if db.write, err = sql.Open("sqlite", db.dsn(false)); err != nil {
		return err
	}
	db.write.SetMaxOpenConns(1)
	if db.writer, err = db.write.Conn(ctx); err != nil {
		return err
	}
	if err := db.recognise(ctx); err != nil {
		return err
	}
	if size <= checkBelow {
		if err := verify(ctx, db.writer, "PRAGMA quick_check(1)"); err != nil {
			return err
		}
	}
	if err := db.settle(ctx); err != nil {
		return err
	}
	if db.read, err = sql.Open("sqlite", db.dsn(true)); err != nil {
		return err
	}
	db.read.SetMaxOpenConns(2 + runtime.GOMAXPROCS(0))
	db.read.SetMaxIdleConns(2 + runtime.GOMAXPROCS(0))
	if db.sequence, err = db.prepare(ctx, "SELECT n FROM sequence"); err != nil {
		return err
	}
	db.advance, err = db.prepare(ctx, "UPDATE sequence SET n = ?")
	return err
}

// prepare prepares a statement of the writer. database/sql does not close those
// of a single connection with it, and SQLite keeps a connection with open
// statements, its locks and its journal, alive: Close closes them.
func (db *DB) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	st, err := db.writer.PrepareContext(ctx, text)
	if err == nil {
		db.statements = append(db.statements, st)
	}
	return st, err
}

func (db *DB) dsn(readOnly bool) string {
	q := url.Values{}
	q.Add("_pragma", fmt.Sprintf("busy_timeout(%d)", busyTimeout))
	if readOnly {
		q.Add("_pragma", "query_only(1)")
	} else {
		q.Add("_pragma", "cache_size(-32768)") // KiB
		q.Add("_pragma", "secure_delete(1)")   // what is deleted is overwritten: no destroyed key is found in a free page
	}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(db.path), RawQuery: q.Encode()}
	return u.String()
}

// Ping reads from the file.
func (db *DB) Ping(ctx context.Context) error {
	var n int64
	return wrap(ctx, db.read.QueryRowContext(ctx, "SELECT n FROM sequence").Scan(&n), "ping")
}

// Close waits for a write under way and ends the connections; the journal is
// folded into the file. A second Close does nothing.
func (db *DB) Close() error {
	db.closing.Do(func() {
		db.free <- struct{}{}
		defer func() { <-db.free }()
		var errs []error
		if db.read != nil {
			errs = append(errs, db.read.Close())
		}
		for _, st := range db.statements {
			errs = append(errs, st.Close())
		}
		if db.writer != nil {
			errs = append(errs, db.writer.Close())
		}
		if db.write != nil {
			errs = append(errs, db.write.Close())
		}
		db.closed = errors.Join(errs...)
	})
	return db.closed
}

// tx is a write transaction; its statements run on the writer.
type tx struct {
	db    *DB
	seq   int64 // last change number given
	first int64
}

// next gives a change number.
func (t *tx) next() int64 { t.seq++; return t.seq }

// transact runs fn in a write transaction. The context ends the wait for the
// writer; a transaction once begun is finished, so that a caller never has to
// wonder whether it was.
func (db *DB) transact(ctx context.Context, fn func(*tx) error) error {
	if err := db.take(ctx); err != nil {
		return err
	}
	defer func() { <-db.free }()
	ctx = context.WithoutCancel(ctx)
	if _, err := db.writer.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err := db.commit(ctx, fn)
	if err != nil {
		// Fails when SQLite rolled back by itself, as it does on a full disk.
		_, _ = db.writer.ExecContext(ctx, "ROLLBACK")
		return err
	}
	if db.scrub {
		_ = db.fold(ctx, 0) // tried again after the next write
	}
	return nil
}

// take waits for the writer, which is given back by receiving from free.
func (db *DB) take(ctx context.Context) error {
	select {
	case db.free <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := ctx.Err(); err != nil {
		<-db.free
		return err
	}
	return nil
}

// Scrub folds the journal into the file and empties it: until then it holds pages
// as they were. Free room in the file itself is overwritten by secure_delete.
func (db *DB) Scrub(ctx context.Context) error {
	if err := db.take(ctx); err != nil {
		return wrap(ctx, err, "scrub")
	}
	defer func() { <-db.free }()
	db.scrub = true
	return wrap(ctx, db.fold(context.WithoutCancel(ctx), scrubWait), "scrub")
}

// fold waits for readers for that many ms; while some go on, db.scrub stays.
func (db *DB) fold(ctx context.Context, wait int) error {
	if _, err := db.writer.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout = %d", wait)); err != nil {
		return err
	}
	var busy, pages, folded int
	err := db.writer.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &folded)
	db.scrub = err != nil || busy != 0
	_, err2 := db.writer.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout = %d", busyTimeout))
	return errors.Join(err, err2)
}

func (db *DB) commit(ctx context.Context, fn func(*tx) error) error {
	t := &tx{db: db}
	if err := db.sequence.QueryRowContext(ctx).Scan(&t.seq); err != nil {
		return err
	}
	t.first = t.seq
	if err := fn(t); err != nil {
		return err
	}
	if t.seq != t.first {
		if _, err := db.advance.ExecContext(ctx, t.seq); err != nil {
			return err
		}
	}
	_, err := db.writer.ExecContext(ctx, "COMMIT")
	return err
}
