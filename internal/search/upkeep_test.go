package search

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

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

// What a batch that failed half-way may leave, documents twice, documents of
// nobody, rows without a document, is put right by the next Sync.
func TestBrokenBatchIsReconciled(t *testing.T) {
	e := newEngine(t, 10, time.Now)
	ctx, c := context.Background(), e.core
	batch := c.index.NewBatch()
	for i, stray := range []change{{id: "id0", version: 1}, {id: "id1", version: 7}, {id: "nobody", version: 1}} {
		if err := batch.IndexAdvanced(projection(c.next+uint32(i), stray.id, stray.version, []passage{newPassage(FieldName, "Structure")})); err != nil {
			t.Fatal(err)
		}
	}
	batch.Delete(documentID(c.byID["id2"].ord))
	batch.Delete(documentID(0))
	if err := c.index.Batch(batch); err != nil {
		t.Fatal(err)
	}
	report, err := e.compare(ctx, c)
	if err != nil || len(report.Differences) != 5 {
		t.Errorf("the comparison sees only %+v, %v", report, err)
	}
	c.broken = true
	if err := e.Sync(ctx); err != nil || c.broken {
		t.Fatal(err)
	}
	if report, err = e.compare(ctx, c); err != nil || len(report.Differences) > 0 || report.Indexed != 10 || c.rows.live != 10 {
		t.Errorf("after: %+v, %v, %d rows", report, err, c.rows.live)
	}
}

// Ids and versions are compared once a night, after reconcileHour in Paris.
func TestNightlyReconciliation(t *testing.T) {
	at := time.Date(2026, 11, 23, 20, 0, 0, 0, structure.Paris)
	e := newEngine(t, 3, func() time.Time { return at })
	ctx := context.Background()
	lose := func() { // behind the engine's back
		batch := e.core.index.NewBatch()
		batch.Delete(documentID(e.core.byID["id1"].ord))
		if err := e.core.index.Batch(batch); err != nil {
			t.Fatal(err)
		}
	}
	lose()
	for _, step := range []struct {
		hour    int
		missing int
	}{{23, 1}, {24 + 2, 1}, {24 + 3, 0}} {
		at = time.Date(2026, 11, 23, step.hour, 30, 0, 0, structure.Paris)
		e.maintain(ctx)
		report, err := e.compare(ctx, e.core)
		if err != nil || len(report.Differences) != step.missing {
			t.Errorf("at %s: %+v, %v", at, report, err)
		}
	}
	lose()
	e.maintain(ctx) // done for this night
	if report, err := e.compare(ctx, e.core); err != nil || len(report.Differences) != 1 {
		t.Errorf("twice in one night: %+v, %v", report, err)
	}
}

// An index of mostly dead versions is rebuilt.
func TestCrowdedIndexIsRebuilt(t *testing.T) {
	e := newEngine(t, 3, time.Now)
	old := e.core
	e.maintain(context.Background())
	if e.core != old {
		t.Error("rebuilt for nothing")
	}
	old.next = 2_000_000
	e.maintain(context.Background())
	if e.core == old || e.core.next != 3 {
		t.Error("not rebuilt")
	}
}

// An index that another release built, or that lost its mark, is not used.
func TestOtherMappingIsRefused(t *testing.T) {
	e := newEngine(t, 3, time.Now)
	if err := e.core.index.SetInternal(mappingKey, []byte("0-other")); err != nil {
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
	if again.core.dir == old || again.core.rows.live != 3 {
		t.Errorf("opened %s with %d rows", again.core.dir, again.core.rows.live)
	}
}
