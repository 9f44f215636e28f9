package search_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sourcier/internal/search"
	"sourcier/internal/search/query"
	"sourcier/internal/store"
	"sourcier/internal/store/sqlite"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// today is the day on which every test searches.
const today structure.Date = "2026-11-23"

// fixture is a store, the engine on it, and what the engine logged.
type fixture struct {
	structures *store.Structures
	options    search.Options
	log        *bytes.Buffer
	engine     *search.Engine
}

func newFixture(t testing.TB, list ...structure.Structure) *fixture {
	t.Helper()
	dir := t.TempDir()
	db, err := sqlite.Open(context.Background(), filepath.Join(dir, "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	structures, err := store.OpenStructures(context.Background(), db)
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{structures: structures, log: &bytes.Buffer{}}
	f.options = options(t, filepath.Join(dir, "index"), structures, f.log)
	f.put(t, list...)
	return f
}

func options(t testing.TB, dir string, structures *store.Structures, log *bytes.Buffer) search.Options {
	t.Helper()
	return search.Options{Dir: dir, Structures: structures, Atlas: territory.Default(), Taxonomy: taxonomy.Default(),
		Home: place(t, "epci:200058014"), Rules: structure.DefaultBasisRules(), Log: slog.New(slog.NewTextHandler(log, nil)),
		Now: now}
}

func (f *fixture) put(t testing.TB, list ...structure.Structure) {
	t.Helper()
	for _, s := range list {
		if _, err := f.structures.Insert(context.Background(), s, store.Change{Actor: "test"}); err != nil {
			t.Fatal(err)
		}
	}
}

func (f *fixture) open(t testing.TB) *search.Engine {
	t.Helper()
	e, err := search.Open(context.Background(), f.options)
	if err != nil {
		t.Fatal(err)
	}
	f.engine = e
	t.Cleanup(func() { _ = e.Close() })
	return e
}

func (f *fixture) close(t testing.TB) {
	t.Helper()
	if err := f.engine.Close(); err != nil {
		t.Fatal(err)
	}
}

func (f *fixture) search(t testing.TB, q query.Query) query.Result {
	t.Helper()
	if q.On == "" {
		q.On = today
	}
	if q.PerPage == 0 {
		q.Page, q.PerPage = 1, 100
	}
	if q.Sort == "" && q.Text != "" {
		q.Sort = query.SortRelevance
	}
	r, err := f.engine.Search(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// names lists what a text finds, in order.
func (f *fixture) names(t testing.TB, text string) string {
	t.Helper()
	var out []string
	for _, item := range f.search(t, query.Query{Text: text}).Items {
		out = append(out, item.Name)
	}
	return strings.Join(out, ", ")
}

func (f *fixture) checkClean(t testing.TB, stored int) {
	t.Helper()
	report, err := f.engine.Check(context.Background())
	if err != nil || len(report.Differences) > 0 || report.Stored != stored || report.Indexed != stored {
		t.Fatalf("check: %+v, %v, want %d structures", report, err, stored)
	}
}

func named(id, name string) structure.Structure {
	return structure.Structure{ID: id, Name: name, UpdatedAt: today.Time()}
}

func many(n int) []structure.Structure {
	var out []structure.Structure
	for i := range n {
		out = append(out, named(fmt.Sprintf("id%04d", i), fmt.Sprintf("Structure numéro %d", i)))
	}
	return out
}

// An intact index is opened, not rebuilt, and brought up to the store.
func TestReopenReconciles(t *testing.T) {
	f := newFixture(t, many(20)...)
	f.open(t)
	before := indexes(t, f.options.Dir)
	f.close(t)
	f.put(t, named("new", "Nouvelle venue"))
	d, err := f.structures.Get(context.Background(), "id0003")
	if err != nil {
		t.Fatal(err)
	}
	d.Value.Name = "Renommée"
	if _, err := f.structures.Replace(context.Background(), d, store.Change{Actor: "test"}); err != nil {
		t.Fatal(err)
	}
	if err := f.structures.Raw().Delete(context.Background(), "id0004", 1); err != nil {
		t.Fatal(err)
	}
	f.open(t)
	if !slices.Equal(before, indexes(t, f.options.Dir)) {
		t.Error("rebuilt")
	}
	for text, want := range map[string]string{"nouvelle": "Nouvelle venue", "renommée": "Renommée", `"numéro 4"`: "", `"numéro 3"`: ""} {
		if got := f.names(t, text); got != want {
			t.Errorf("%s finds %q", text, got)
		}
	}
	f.checkClean(t, 20)
}

// Another holder of the files must not make opening wait for ever.
func TestLockedIndexIsLeftBehind(t *testing.T) {
	f := newFixture(t, many(3)...)
	first := f.open(t)
	start := time.Now()
	f.open(t)
	if d := time.Since(start); d > 10*time.Second {
		t.Errorf("opened after %s", d)
	}
	f.checkClean(t, 3)
	if err := first.Close(); err != nil {
		t.Error(err)
	}
}

func TestFollowing(t *testing.T) {
	f := newFixture(t, named("a", "Alpha"))
	f.open(t)
	ctx := context.Background()
	generation := f.engine.Generation()
	if err := f.engine.Sync(ctx); err != nil || f.engine.Generation() != generation {
		t.Errorf("a new generation of nothing new: %v", err)
	}
	f.put(t, named("b", "Bravo"))
	if err := f.engine.Sync(ctx); err != nil || f.names(t, "bravo") != "Bravo" || f.engine.Generation() == generation {
		t.Errorf("own write not seen: %v", err)
	}
	closed, err := f.structures.Get(ctx, "b")
	if err != nil {
		t.Fatal(err)
	}
	closed.Value.Closed = true
	if _, err := f.structures.Replace(ctx, closed, store.Change{Actor: "test"}); err != nil {
		t.Fatal(err)
	}
	if err := f.engine.Sync(ctx); err != nil || f.names(t, "bravo") != "" || f.search(t, query.Query{}).Total != 1 {
		t.Errorf("a closed structure is found: %v", err)
	}
	f.checkClean(t, 2) // it stays known, for the comparison

	running, stop := context.WithCancel(ctx)
	done := make(chan error)
	go func() { done <- f.engine.Run(running) }()
	f.put(t, named("c", "Charlie"))
	for deadline := time.Now().Add(3 * time.Second); f.names(t, "charlie") == ""; {
		if time.Now().After(deadline) {
			t.Fatal("the follower does not follow")
		}
		time.Sleep(20 * time.Millisecond)
	}
	stop()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("Run: %v", err)
	}
}

// A document of a newer release is left out, with a word; the others are found.
func TestUnreadableDocument(t *testing.T) {
	f := newFixture(t, named("a", "Alpha"))
	newer := store.Envelope{ID: "z", Doc: []byte(`{"schema":999,"body":{"id":"z","name":"Zoulou"}}`)}
	if _, err := f.structures.Raw().Insert(context.Background(), newer); err != nil {
		t.Fatal(err)
	}
	f.open(t)
	if got := f.search(t, query.Query{}).Total; got != 1 || !strings.Contains(f.log.String(), "cannot be read") {
		t.Errorf("%d found; log: %s", got, f.log)
	}
	report, err := f.engine.Check(context.Background())
	if err != nil || len(report.Differences) != 1 || !strings.Contains(report.Differences[0], "z\u202f: absente de l’index") {
		t.Errorf("check: %+v, %v", report, err)
	}
}

// Queries never fail while the index is rebuilt and changed under them, and what
// was written and followed is found by the next query, whichever index answers.
func TestRebuildUnderLoad(t *testing.T) {
	f := newFixture(t, many(200)...)
	f.open(t)
	stop := make(chan struct{})
	var wait sync.WaitGroup
	var answers, writes atomic.Int64
	wait.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			name := fmt.Sprintf("Nouvelle%04d", i)
			f.put(t, named("new"+name, name))
			if err := f.engine.Sync(context.Background()); err != nil {
				t.Error(err)
			}
			if got := f.names(t, name); got != name {
				t.Errorf("%s was written, and %q is found", name, got)
				return
			}
			writes.Add(1)
		}
	})
	for range 2 {
		wait.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				r, err := f.engine.Search(context.Background(), query.Query{Text: "structure", On: today, Page: 1, PerPage: 5, Facets: true})
				if err != nil || r.Total < 200 || len(r.Items) != 5 {
					t.Errorf("total %d: %v", r.Total, err)
					return
				}
				answers.Add(1)
			}
		})
	}
	old := indexes(t, f.options.Dir)
	for i := range 3 {
		f.put(t, named(fmt.Sprint("extra", i), "Structure de plus"))
		calls := 0
		err := f.engine.Rebuild(context.Background(), func(done, total int) {
			if calls++; done > total {
				t.Errorf("progress %d of %d", done, total)
			}
		})
		if err != nil || calls == 0 {
			t.Errorf("rebuild %d: %v, %d calls", i, err, calls)
		}
	}
	close(stop)
	wait.Wait()
	all := 203 + int(writes.Load())
	f.checkClean(t, all)
	t.Logf("figure: 3 rebuilds under %d answers and %d writes, none failed or missed", answers.Load(), writes.Load())
	if now := indexes(t, f.options.Dir); len(now) != 1 || slices.Equal(now, old) {
		t.Errorf("indexes %v, before %v", now, old)
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if err := f.engine.Rebuild(cancelled, nil); err == nil || len(indexes(t, f.options.Dir)) != 1 {
		t.Errorf("a rebuild stopped leaves %v: %v", indexes(t, f.options.Dir), err)
	}
	f.checkClean(t, all)
}

func TestClosedEngine(t *testing.T) {
	f := newFixture(t, many(2)...)
	f.open(t)
	if err := f.engine.Ready(); err != nil {
		t.Error(err)
	}
	f.close(t)
	ctx := context.Background()
	_, err := f.engine.Search(ctx, query.Query{On: today, Page: 1, PerPage: 1})
	_, errCheck := f.engine.Check(ctx)
	for _, err := range []error{err, errCheck, f.engine.Sync(ctx), f.engine.Rebuild(ctx, nil), f.engine.Ready(), f.engine.Run(ctx)} {
		if !errors.Is(err, search.ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
	}
	f.close(t) // twice is harmless
}

func TestDeadline(t *testing.T) {
	f := newFixture(t, many(100)...)
	f.open(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, q := range []query.Query{{}, {Text: "structure"}, {Text: `"structure numéro"`}} {
		q.On, q.Page, q.PerPage, q.Facets = today, 1, 10, true
		if _, err := f.engine.Search(ctx, q); !errors.Is(err, context.Canceled) {
			t.Errorf("%+v: %v", q, err)
		}
	}
}

// A query whose time is over ends, whatever it was about to do.
func TestQueriesEndWithTheirTime(t *testing.T) {
	f := newFixture(t, many(200)...)
	f.open(t)
	over, cancel := context.WithTimeout(context.Background(), 0)
	defer cancel()
	vitry := place(t, "94081")
	for name, q := range map[string]query.Query{
		"everything":  {Facets: true},
		"a word":      {Text: "structure", Facets: true},
		"a beginning": {Text: "struct"},
		"a phrase":    {Text: `"structure numéro"`, Facets: true},
		"filters":     {Sizes: []structure.Size{structure.TPE}, Modes: []structure.Mode{structure.PREST}, Facets: true},
		"a zone":      {Serves: []territory.Territory{vitry}},
		"no filter":   {Sort: query.SortName},
	} {
		q.On, q.Page, q.PerPage = today, 1, 20
		if r, err := f.engine.Search(over, q); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %d found, %v", name, r.Total, err)
		}
	}
	if got := f.search(t, query.Query{Text: "structure", Facets: true}).Total; got != 200 {
		t.Errorf("afterwards: %d found", got)
	}
}
