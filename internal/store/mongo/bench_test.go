package mongo

import (
	"testing"
	"time"

	"sourcier/internal/store"
	"sourcier/internal/store/storetest"
)

func BenchmarkBulkPut(b *testing.B) {
	uri := freshDatabase(b)
	storetest.BenchmarkBulkPut(b, func(t testing.TB, _ func() time.Time) store.DB { return mustOpen(t, uri) })
}
