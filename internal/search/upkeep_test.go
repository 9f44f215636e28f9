package search

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	index "github.com/blevesearch/bleve_index_api"

	"sourcier/internal/search/query"
	"sourcier/internal/store"
	"sourcier/internal/store/sqlite"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

func newEngine(t testing.TB, size int, clock func() time.Time) *Engine {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	db, err := sqlite.Open(ctx, filepath.Join(dir, "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	structures, err := store.OpenStructures(ctx, db)
	if err != nil {
		t.Fatal(err)
	}
	for i := range size {
		s := structure.Structure{ID: fmt.Sprintf("id%d", i), Name: fmt.Sprintf("Structure %d", i)}
		if _, err := structures.Insert(ctx, s, store.Change{Actor: "test"}); err != nil {
			t.Fatal(err)
		}
	}
	e, err := Open(ctx, Options{Dir: filepath.Join(dir, "index"), Structures: structures, Atlas: territory.Default(),
		Taxonomy: taxonomy.Default(), Rules: structure.DefaultBasisRules(), Now: clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return e
}

// upkeep does what Run has done beside it.
func (e *Engine) upkeepNow(ctx context.Context) {
	e.maintain(ctx)
	e.upkeep.Lock()
	defer e.upkeep.Unlock()
}

// lose removes documents from bleve behind the engine's back.
func lose(t testing.TB, c *core, ids ...string) {
	t.Helper()
	batch := index.NewBatch()
	for _, id := range ids {
		ord, _, ok, err := c.lookup(id)
		if err != nil || !ok {
			t.Fatal(id, ok, err)
		}
		document, err := c.document(ord, id)
		if err != nil {
			t.Fatal(err)
		}
		batch.Delete(document)
	}
	if err := c.index.Batch(batch); err != nil {
		t.Fatal(err)
	}
}

// compareNow compares what bleve holds now.
func (e *Engine) compareNow(t testing.TB) CheckReport {
	t.Helper()
	at, err := e.core.moment()
	if err != nil {
		t.Fatal(err)
	}
	defer at.view.release()
	report, err := e.compare(context.Background(), at)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// What a batch that failed half-way may leave, documents twice, documents of
// nobody, columns without a document, is put right by the next Sync.
func TestBrokenBatchIsReconciled(t *testing.T) {
	e := newEngine(t, 10, time.Now)
	ctx, c := context.Background(), e.core
	lose(t, c, "id0", "id2")
	batch := index.NewBatch()
	for i, stray := range []change{{id: "id0", version: 1}, {id: "id1", version: 7}, {id: "nobody", version: 1}} {
		s := &structure.Structure{ID: stray.id, Name: "Structure"}
		batch.Update(projection(c.next+uint32(i), c.writer.names.packRecord(stray.version, s), s, e.options.Atlas))
	}
	if err := c.index.Batch(batch); err != nil {
		t.Fatal(err)
	}
	if report := e.compareNow(t); len(report.Differences) != 5 {
		t.Errorf("the comparison sees only %+v", report)
	}
	c.broken = true
	if err := e.Sync(ctx); err != nil || c.broken {
		t.Fatal(err)
	}
	if report := e.compareNow(t); len(report.Differences) > 0 || report.Indexed != 10 || c.writer.count != 10 {
		t.Errorf("after: %+v, %d live", report, c.writer.count)
	}
}

// Ids and versions are compared after an opening, then once a night, after
// reconcileHour in Paris.
func TestNightlyReconciliation(t *testing.T) {
	at := time.Date(2026, 11, 23, 20, 0, 0, 0, structure.Paris)
	e := newEngine(t, 3, func() time.Time { return at })
	ctx := context.Background()
	lose(t, e.core, "id1")
	e.upkeepNow(ctx)
	if report := e.compareNow(t); len(report.Differences) != 0 {
		t.Errorf("after the opening: %+v", report)
	}
	lose(t, e.core, "id1")
	for _, step := range []struct {
		hour    int
		missing int
	}{{23, 1}, {24 + 2, 1}, {24 + 3, 0}} {
		at = time.Date(2026, 11, 23, step.hour, 30, 0, 0, structure.Paris)
		e.upkeepNow(ctx)
		if report := e.compareNow(t); len(report.Differences) != step.missing {
			t.Errorf("at %s: %+v", at, report)
		}
	}
	lose(t, e.core, "id1")
	e.upkeepNow(ctx) // done for this night
	if report := e.compareNow(t); len(report.Differences) != 1 {
		t.Errorf("twice in one night: %+v", report)
	}
}

// An index of mostly dead versions is rebuilt.
func TestCrowdedIndexIsRebuilt(t *testing.T) {
	e := newEngine(t, 3, time.Now)
	old := e.core
	e.upkeepNow(context.Background())
	if e.core != old {
		t.Error("rebuilt for nothing")
	}
	old.next = 2_000_000
	e.upkeepNow(context.Background())
	if e.core == old || e.core.next != 3 {
		t.Error("not rebuilt")
	}
}

// An index that another release built, or that lost its mark, is not used.
func TestOtherMappingIsRefused(t *testing.T) {
	e := newEngine(t, 3, time.Now)
	batch := index.NewBatch()
	batch.SetInternal(mappingKey, []byte("0-other"))
	if err := e.core.index.Batch(batch); err != nil {
		t.Fatal(err)
	}
	if err := e.core.inspect(fingerprint(e.options.Taxonomy)); err == nil {
		t.Error("accepted")
	}
	old := e.core.dir
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Open(context.Background(), e.options)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = again.Close() }()
	if again.core.dir == old || again.core.writer.count != 3 {
		t.Errorf("opened %s with %d rows", again.core.dir, again.core.writer.count)
	}
}

// find lists the ids that a text finds.
func (e *Engine) find(t testing.TB, text string) string {
	t.Helper()
	r, err := e.Search(context.Background(), query.Query{Text: text, On: "2026-11-23", Page: 1, PerPage: 20, Sort: query.SortName})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, item := range r.Items {
		ids = append(ids, item.ID)
	}
	return strings.Join(ids, " ")
}

func (e *Engine) insert(t testing.TB, s structure.Structure) {
	t.Helper()
	if _, err := e.options.Structures.Insert(context.Background(), s, store.Change{Actor: "test"}); err != nil {
		t.Fatal(err)
	}
	if err := e.Sync(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// An ordinal is given once, by a process and the next: the documents of those
// that were deleted are still in the files.
func TestOrdinalsAreGivenOnce(t *testing.T) {
	ctx := context.Background()
	e := newEngine(t, 9, time.Now)
	if err := errors.Join(e.options.Structures.Raw().Delete(ctx, "id8", 1), e.Sync(ctx), e.Close()); err != nil {
		t.Fatal(err)
	}
	again, err := Open(ctx, e.options)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = again.Close() }()
	again.insert(t, structure.Structure{ID: "zebra", Name: "Zèbre nouveau"})
	if got := again.find(t, "zèbre"); got != "zebra" {
		t.Errorf("zèbre finds %q", got)
	}
	if got := again.find(t, `"structure 8"`); got != "" {
		t.Errorf("what was deleted is found: %q", got)
	}
	if report, err := again.Check(ctx); err != nil || len(report.Differences) > 0 {
		t.Errorf("%+v, %v", report, err)
	}
}

// What is deleted between the reading of its page and the comparison does not
// come back.
func TestDeletedWhileCompared(t *testing.T) {
	ctx := context.Background()
	e := newEngine(t, 5, time.Now)
	steps := 0
	_, err := e.reconcile(ctx, e.core, func(c *core, do func() error) error {
		if steps++; steps == 2 {
			if err := errors.Join(e.options.Structures.Raw().Delete(ctx, "id2", 1), e.Sync(ctx)); err != nil {
				t.Fatal(err)
			}
		}
		return e.between(c, do)
	}, false)
	if err != nil {
		t.Fatal(err)
	}
	if got := e.find(t, "structure"); got != "id0 id1 id3 id4" {
		t.Errorf("found: %s", got)
	}
}

// A view that is still in use meets block summaries that a newer one has counted,
// with labels that it does not know.
func TestSummaryOfNewerView(t *testing.T) {
	ctx := context.Background()
	e := newEngine(t, 3, time.Now)
	e.core.next = blockSize // the first block is full, of dead ordinals
	e.insert(t, structure.Structure{ID: "one", Name: "Une"})
	old, err := e.acquire()
	if err != nil {
		t.Fatal(err)
	}
	defer old.release()
	e.insert(t, structure.Structure{ID: "two", Name: "Deux", Labels: []structure.Label{{Code: "rge"}, {Code: "emplitude"}}})
	q := query.Query{On: "2026-11-23", Page: 1, PerPage: 20, Facets: true, Sort: query.SortName}
	if r, err := e.Search(ctx, q); err != nil || r.Total != 5 {
		t.Fatal(r.Total, err)
	}
	if r, err := e.answer(ctx, old, q, &scratch{}); err != nil || r.Total != 4 {
		t.Errorf("the older view finds %d, %v", r.Total, err)
	}
}

// A radius reaches what the rule of package structure says, to the metre.
func TestReachIsExact(t *testing.T) {
	atlas := territory.Default()
	chance := rand.New(rand.NewPCG(3, 4))
	for _, value := range []string{"dep:94", "reg:11", "94081", "dep:974", "reg:94"} {
		place, err := atlas.Resolve(value)
		if err != nil {
			t.Fatal(err)
		}
		q := newZoneQuestion(atlas, place, false)
		for range 400 {
			c := atlas.At(chance.Uint32N(number(atlas.Len())))
			at := location{noCommune, c.Lat + chance.Float64()/50, c.Lon + chance.Float64()/50}
			km := []float64{5, 20, 60, 200, structure.MaxRadiusKM}[chance.IntN(5)]
			zone := structure.Zone{RadiusKM: km}
			address := structure.Address{Point: structure.Point{Lat: at.lat, Lon: at.lon, Precision: structure.PrecisionExact}}
			l := &lists{radii: []float64{km}}
			if got, want := q.answer(l, refRadii, at), zone.Serves(atlas, address, place); got != want {
				t.Fatalf("%s from %v, %g km: %t, want %t", value, at, km, got, want)
			}
		}
	}
}
