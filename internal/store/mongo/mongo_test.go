package mongo

import (
	"context"
	"crypto/rand"
	"os"
	"strings"
	"testing"
	"time"

	"sourcier/internal/store"
	"sourcier/internal/store/storetest"
)

// server is the address of the test server, without a database.
func server(t testing.TB) string {
	t.Helper()
	uri := os.Getenv("SOURCIER_TEST_MONGO")
	if uri == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("SOURCIER_TEST_MONGO is not set: the MongoDB store would go untested")
		}
		t.Skip("SKIPPED, the MongoDB store is untested: start scripts/mongo/start and set SOURCIER_TEST_MONGO to the address it prints")
	}
	return strings.TrimSuffix(uri, "/")
}

// freshDatabase names a database of the test's own and drops it in the end.
func freshDatabase(t testing.TB) string {
	t.Helper()
	uri := server(t) + "/test_" + strings.ToLower(rand.Text())
	t.Cleanup(func() {
		db := mustOpen(t, uri)
		if err := db.base.Drop(context.Background()); err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return uri
}

func mustOpen(t testing.TB, uri string) *DB {
	t.Helper()
	db, err := Open(context.Background(), uri)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func TestContract(t *testing.T) {
	storetest.Run(t, func(t testing.TB) storetest.Opener {
		uri := freshDatabase(t)
		return func(t testing.TB, _ func() time.Time) store.DB { // no clock of the portal counts here
			t.Helper()
			return mustOpen(t, uri)
		}
	})
}
