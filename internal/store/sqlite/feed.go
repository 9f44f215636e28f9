package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"sourcier/internal/store"
)

// place is where a follower stands: the number of the last change it was told,
// and how far tombstones were already purged when it began or last caught up.
// Those purged before that, it never needed.
type place struct{ seq, purged int64 }

// cursor is "s:", the store's id and the two numbers of a place.
func (db *DB) cursor(p place) store.Cursor {
	return store.Cursor(fmt.Sprintf("s:%s:%d:%d", db.id, p.seq, p.purged))
}

// place reads a cursor; one that this store did not give is a gap.
func (db *DB) place(after store.Cursor) (p place, err error) {
	numbers, ours := strings.CutPrefix(string(after), "s:"+db.id+":")
	seq, purged, two := strings.Cut(numbers, ":")
	if p.seq, err = strconv.ParseInt(seq, 10, 64); err == nil {
		p.purged, err = strconv.ParseInt(purged, 10, 64)
	}
	if !ours || !two || err != nil {
		return p, fmt.Errorf("cursor of another store: %w", store.ErrFeedGap)
	}
	return p, nil
}

// Changes lists the changes by number.
func (c *collection) Changes(ctx context.Context, after store.Cursor, limit int) ([]store.Event, store.Cursor, error) {
	events, last, err := c.changes(ctx, after, limit)
	if err != nil {
		return nil, after, c.fail(ctx, err, "changes of", "")
	}
	return events, c.db.cursor(last), nil
}

// changes reads the events, the head and the purge in one statement, thus of
// one state of the file. It always answers a row, of NULLs when nothing changed.
func (c *collection) changes(ctx context.Context, after store.Cursor, limit int) (events []store.Event, at place, err error) {
	if after != "" {
		if at, err = c.db.place(after); err != nil {
			return nil, at, err
		}
	}
	rows, err := c.feed.QueryContext(ctx, at.seq, limit)
	if err != nil {
		return nil, at, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	from, head, purged := at, int64(0), int64(0)
	for rows.Next() {
		var e struct {
			id           sql.NullString
			version, seq sql.NullInt64
			deleted      sql.NullBool
		}
		if err := rows.Scan(&head, &purged, &e.id, &e.version, &e.deleted, &e.seq); err != nil {
			return nil, at, err
		}
		if e.id.Valid {
			events = append(events, store.Event{ID: e.id.String, Version: e.version.Int64, Deleted: e.deleted.Bool})
			at.seq = e.seq.Int64
		}
	}
	if err := rows.Err(); err != nil {
		return nil, at, err
	}
	if after == "" {
		from.purged = purged
	}
	if from.seq > head || from.purged < purged && from.seq < purged {
		return nil, at, fmt.Errorf("cursor at %d, purged up to %d, head %d: %w", from.seq, purged, head, store.ErrFeedGap)
	}
	at.purged = purged
	return events, at, nil
}

// Head is the number of the last change.
func (c *collection) Head(ctx context.Context) (store.Cursor, error) {
	var head, purged int64
	if err := c.headAt.QueryRowContext(ctx).Scan(&head, &purged); err != nil {
		return "", c.fail(ctx, err, "head of", "")
	}
	return c.db.cursor(place{seq: head, purged: purged}), nil
}

// PurgeTombstones removes old tombstones and remembers the last number removed.
func (c *collection) PurgeTombstones(ctx context.Context, olderThan time.Duration) (n int64, err error) {
	before := c.db.opts.Now().Add(-olderThan).UnixMilli()
	err = c.db.transact(ctx, func(*tx) error {
		const old = " FROM doc_@ WHERE deleted = 1 AND pending IS NULL AND changed <= ?"
		_, err := c.db.writer.ExecContext(always, strings.ReplaceAll(
			"INSERT INTO purged SELECT '@', max(seq)"+old+" HAVING max(seq) IS NOT NULL ON CONFLICT DO UPDATE SET seq = max(seq, excluded.seq)", "@", c.name), before)
		if err != nil {
			return err
		}
		res, err := c.db.writer.ExecContext(always, strings.ReplaceAll("DELETE"+old, "@", c.name), before)
		if err != nil {
			return err
		}
		n, err = res.RowsAffected()
		return err
	})
	return n, c.fail(ctx, err, "purge", "")
}
