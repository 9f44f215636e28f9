package intake

import (
	"context"
	"path/filepath"
	"testing"

	"sourcier/internal/store"
	"sourcier/internal/store/sqlite"
)

// faultyDB lets a test act before each commit of the collection of structures.
type faultyDB struct {
	store.DB
	// before is called with the number of the commit, from 1; an error takes the
	// place of the commit.
	before func(n int, batch []store.Envelope) error
	n      int
	// after is called when a commit has ended, looking before each search.
	after, looking func()
	// removing takes the place of a removal when it fails.
	removing func() error
}

func (f *faultyDB) Collection(ctx context.Context, name string) (store.Raw, error) {
	raw, err := f.DB.Collection(ctx, name)
	return &faultyRaw{raw, f}, err
}

type faultyRaw struct {
	store.Raw
	db *faultyDB
}

func (f *faultyRaw) BulkPut(ctx context.Context, batch []store.Envelope) ([]error, error) {
	f.db.n++
	if f.db.before != nil {
		if err := f.db.before(f.db.n, batch); err != nil {
			return nil, err
		}
	}
	if f.db.after != nil {
		defer f.db.after()
	}
	return f.Raw.BulkPut(ctx, batch)
}

func (f *faultyRaw) FindLookup(ctx context.Context, key, after string, limit int) ([]store.Envelope, error) {
	if f.db.looking != nil {
		f.db.looking()
	}
	return f.Raw.FindLookup(ctx, key, after, limit)
}

func (f *faultyRaw) Delete(ctx context.Context, id string, version int64) error {
	if f.db.removing != nil {
		if err := f.db.removing(); err != nil {
			return err
		}
	}
	return f.Raw.Delete(ctx, id, version)
}

func mustFaulty(tb testing.TB) (*faultyDB, *store.Structures) {
	tb.Helper()
	db, err := sqlite.Open(tb.Context(), filepath.Join(tb.TempDir(), "test.db"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Error(err)
		}
	})
	faulty := &faultyDB{DB: db}
	structures, err := store.OpenStructures(tb.Context(), faulty)
	if err != nil {
		tb.Fatal(err)
	}
	beside(tb, structures, db)
	return faulty, structures
}
