package sqlite

import (
	"path/filepath"
	"testing"
	"time"

	"sourcier/internal/store"
	"sourcier/internal/store/storetest"
)

func TestContract(t *testing.T) {
	storetest.Run(t, func(t testing.TB) storetest.Opener {
		path := filepath.Join(t.TempDir(), "store.db")
		return func(t testing.TB, now func() time.Time) store.DB {
			t.Helper()
			return mustOpen(t, path, Options{Now: now})
		}
	})
}

func mustOpen(t testing.TB, path string, opts Options) *DB {
	t.Helper()
	db, err := OpenWith(t.Context(), path, opts)
	if err != nil {
		t.Fatal(err)
	}
	return db
}
