package sqlite

import (
	"path/filepath"
	"testing"
	"time"

	"sourcier/internal/store"
	"sourcier/internal/store/storetest"
)

func BenchmarkBulkPut(b *testing.B) {
	path := filepath.Join(b.TempDir(), "store.db")
	storetest.BenchmarkBulkPut(b, func(t testing.TB, now func() time.Time) store.DB {
		return mustOpen(t, path, Options{Now: now})
	})
}
