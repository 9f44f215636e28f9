package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"sourcier/internal/store"
)

// chunks is the table of pieces of blobs.
type chunks struct{ db *DB }

var _ store.Chunks = chunks{}

// Chunks is where the content of blobs lies.
func (db *DB) Chunks() store.Chunks { return chunks{db} }

// PutChunk stores a piece in a transaction of its own: other writers pass between two.
func (c chunks) PutChunk(ctx context.Context, set string, n int, data []byte) error {
	err := c.db.transact(ctx, func(*tx) error {
		if data == nil {
			data = []byte{} // the driver would write NULL
		}
		_, err := c.db.writer.ExecContext(always, "INSERT INTO chunk (set_id, n, data) VALUES (?, ?, ?)", set, n, data)
		return err
	})
	return wrap(ctx, err, "put chunk %s/%d", set, n)
}

// Chunk reads a piece.
func (c chunks) Chunk(ctx context.Context, set string, n int) ([]byte, error) {
	return readChunk(ctx, c.db.read, set, n)
}

type rowQuerier interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}

func readChunk(ctx context.Context, on rowQuerier, set string, n int) (data []byte, err error) {
	err = on.QueryRowContext(ctx, "SELECT data FROM chunk WHERE set_id = ? AND n = ?", set, n).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		err = store.ErrNotFound
	}
	return data, wrap(ctx, err, "chunk %s/%d", set, n)
}

// dropAtOnce is how many pieces one transaction removes: others wait for it.
const dropAtOnce = 64

// DropChunks removes a set.
func (c chunks) DropChunks(ctx context.Context, set string) error {
	for {
		var gone int64
		err := c.db.transact(ctx, func(*tx) error {
			res, err := c.db.writer.ExecContext(always, "DELETE FROM chunk WHERE rowid IN (SELECT rowid FROM chunk WHERE set_id = ? LIMIT ?)", set, dropAtOnce)
			if err != nil {
				return err
			}
			gone, err = res.RowsAffected()
			return err
		})
		if err != nil || gone < dropAtOnce {
			return wrap(ctx, err, "drop chunks %s", set)
		}
	}
}

// ChunkSets lists sets by leaping from one to the next in the index.
func (c chunks) ChunkSets(ctx context.Context, after string, limit int) ([]string, error) {
	rows, err := c.db.read.QueryContext(ctx, `
WITH RECURSIVE s(id) AS (
	SELECT (SELECT min(set_id) FROM chunk WHERE set_id > ?1)
	UNION ALL SELECT (SELECT min(set_id) FROM chunk WHERE set_id > s.id) FROM s WHERE s.id IS NOT NULL)
SELECT id FROM s WHERE id IS NOT NULL LIMIT ?2`, after, limit)
	if err != nil {
		return nil, wrap(ctx, err, "chunk sets")
	}
	list, err := oneColumn(rows)
	return list, wrap(ctx, err, "chunk sets")
}
