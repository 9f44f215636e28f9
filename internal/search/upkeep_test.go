package search

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	index "github.com/blevesearch/bleve_index_api"

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
		batch.Delete(documentID(ord))
	}
	if err := c.index.Batch(batch); err != nil {
		t.Fatal(err)
	}
}

// compareNow compares what bleve holds now.
func (e *Engine) compareNow(t testing.TB) CheckReport {
	t.Helper()
	v, err := e.core.view(0)
	if err != nil {
		t.Fatal(err)
	}
	v.release()
	report, err := e.compare(context.Background(), e.core)
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
