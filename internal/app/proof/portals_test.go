package proof

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sourcier/internal/app"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// visibleWithin is how soon a write on one portal must be found on another.
const visibleWithin = 2 * time.Second

// TestTwoPortals runs two portals on one MongoDB and writes on each in turn.
func TestTwoPortals(t *testing.T) {
	server := testMongo(t)
	uri := fmt.Sprintf("%s/portals%d", server, time.Now().UnixNano())
	a, addrA := portal(t, uri)
	b, addrB := portal(t, uri)
	var slowest time.Duration
	const writes = 20
	for i := range writes {
		writer, reader := a, addrB
		if i%2 == 1 {
			writer, reader = b, addrA
		}
		name := fmt.Sprintf("Atelier numero%d", i)
		s := structure.Structure{ID: structure.NewID(name), Name: name, Size: structure.TPE}
		start := time.Now()
		if _, err := writer.Structures.Insert(t.Context(), s, store.Change{At: start}); err != nil {
			t.Fatal(err)
		}
		slowest = max(slowest, waitFound(t, reader, fmt.Sprintf("numero%d", i), start))
	}
	if slowest > visibleWithin {
		t.Errorf("a write took %v to show, must be within %v", slowest, visibleWithin)
	}
	figure(t, "%d writes, the slowest seen by the other portal after %v", writes, slowest.Round(time.Millisecond))
}

// testMongo gives the address of the test server; a test that needs it is skipped
// without, and fails where all must run.
func testMongo(t *testing.T) string {
	t.Helper()
	server := os.Getenv("SOURCIER_TEST_MONGO")
	if server == "" && os.Getenv("CI") == "true" {
		t.Fatal("SOURCIER_TEST_MONGO is not set")
	}
	if server == "" {
		t.Skip("needs a MongoDB-compatible server: set SOURCIER_TEST_MONGO, or run scripts/prove two-portals live")
	}
	return server
}

// portal opens and serves one portal on the store until the test ends.
func portal(t *testing.T, uri string) (*app.App, string) {
	t.Helper()
	a := open(t, filepath.Join(t.TempDir(), "data"), uri)
	ctx, stop := context.WithCancel(context.Background())
	addr, ended := make(chan net.Addr, 1), make(chan error, 1)
	go func() { ended <- a.Serve(ctx, func(bound net.Addr) { addr <- bound }) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	select {
	case bound := <-addr:
		return a, bound.String()
	case err := <-ended:
		t.Fatal(err)
		return nil, ""
	}
}

// waitFound polls the API until the query has a result, and gives the time since start.
func waitFound(t *testing.T, addr, q string, start time.Time) time.Duration {
	t.Helper()
	for time.Since(start) < 4*visibleWithin {
		if total(t, addr, q) > 0 {
			return time.Since(start)
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("%q not found on the other portal after %v", q, time.Since(start))
	return 0
}

func total(t *testing.T, addr, q string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+"/api/v1/structures?q="+q, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode == http.StatusServiceUnavailable {
		return 0 // still loading its index
	}
	var answer struct{ Total int }
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return answer.Total
}
