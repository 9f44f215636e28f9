package metrics

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sourcier/internal/search/query"
	"sourcier/internal/store"
	"sourcier/internal/store/sqlite"
)

func written(r *Registry) string {
	var b bytes.Buffer
	r.Write(&b)
	return b.String()
}

func wantLines(t *testing.T, r *Registry, lines ...string) {
	t.Helper()
	got := written(r)
	for _, line := range lines {
		if !strings.Contains(got, line+"\n") {
			t.Errorf("no line %q", line)
		}
	}
}

func TestRequests(t *testing.T) {
	r := New()
	r.Request("GET", "/structures/:id", 200, 3*time.Millisecond)
	r.Request("GET", "/structures/:id", 404, time.Millisecond)
	r.Request("GET", "", 404, time.Millisecond)
	r.Mail("sent")
	r.Gauge("sourcier_index_ready", func() float64 { return 1 })
	wantLines(t, r,
		`sourcier_requests_total{method="GET",route="/structures/:id",status="200"} 1`,
		`sourcier_requests_total{method="GET",route="",status="404"} 1`,
		`sourcier_request_seconds_bucket{route="/structures/:id",le="0.005"} 2`,
		`sourcier_request_seconds_count{route="/structures/:id"} 2`,
		`sourcier_mails_total{outcome="sent"} 1`,
		`sourcier_index_ready 1`)
	if !strings.Contains(written(r), "go_goroutines ") {
		t.Error("nothing of the Go runtime")
	}
}

// fake answers a search with a total or an error.
type fake struct {
	total int
	err   error
}

func (f fake) Search(context.Context, query.Query) (query.Result, error) {
	return query.Result{Total: f.total}, f.err
}
func (fake) Generation() uint64 { return 7 }

func TestSearches(t *testing.T) {
	r := New()
	for _, f := range []fake{{total: 3}, {total: 1}, {}, {err: errors.New("boom")}} {
		s := r.Searcher(f)
		if _, err := s.Search(t.Context(), query.Query{Text: "secret"}); !errors.Is(err, f.err) || s.Generation() != 7 {
			t.Errorf("%+v: %v", f, err)
		}
	}
	wantLines(t, r, `sourcier_searches_total{outcome="found"} 2`, `sourcier_searches_total{outcome="nothing"} 1`,
		`sourcier_searches_total{outcome="failed"} 1`, `sourcier_search_seconds_count 4`)
	if strings.Contains(written(r), "secret") {
		t.Error("the text of a search is told")
	}
}

// TestStore: what a caller must expect is no failure, a store that is closed is.
func TestStore(t *testing.T) {
	r := New()
	inner, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	db := r.Store(inner)
	c, err := db.Collection(t.Context(), "thing")
	if err != nil || c.Name() != "thing" {
		t.Fatal(err)
	}
	e, err := c.Insert(t.Context(), store.Envelope{ID: "a", Doc: []byte(`{"schema":1,"body":{}}`)})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := c.GetSome(t.Context(), []string{"a", "b"}); err != nil || len(got) != 1 {
		t.Fatalf("%d, %v", len(got), err)
	}
	if _, err := c.Get(t.Context(), "absent"); !errors.Is(err, store.ErrNotFound) {
		t.Fatal(err)
	}
	if err := c.Delete(t.Context(), "a", e.Version+1); !errors.Is(err, store.ErrConflict) {
		t.Fatal(err)
	}
	wantLines(t, r, "sourcier_store_errors_total 0")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Get(t.Context(), "a"); err == nil {
		t.Fatal("a closed store answers")
	}
	if _, err := c.Count(t.Context()); err == nil {
		t.Fatal("a closed store counts")
	}
	wantLines(t, r, "sourcier_store_errors_total 2")
}
