package store_test

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"sourcier/internal/store"
	"sourcier/internal/store/sqlite"
	"sourcier/internal/structure"
)

func opened(t testing.TB) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// TestAuditOfEarlierReleases reads a line whose id has no time: it comes after
// those that have one, is found by its document, its actor and its day, and purged.
func TestAuditOfEarlierReleases(t *testing.T) {
	db := opened(t)
	doc, err := os.ReadFile(filepath.Join("testdata", "audit_before_time.json"))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := db.Collection(t.Context(), store.AuditCollection)
	if err != nil {
		t.Fatal(err)
	}
	old := store.EffectID("structure", "abcdefghij234567", store.Pending{Version: 3})
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for day, at := range []time.Time{now, now.AddDate(0, 0, -10)} {
		e, err := store.AuditEffect("structure", "abcdefghij234567", int64(4+day), store.Change{Actor: "p1", At: at})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := raw.Insert(t.Context(), store.Envelope{ID: e.ID, Doc: e.Doc, Keys: store.Keys{Lookup: e.Lookup}}); err != nil {
			t.Fatal(err)
		}
	}
	keys := store.Keys{Lookup: []string{"doc:structure/abcdefghij234567", "actor:p1"}}
	if _, err := raw.Insert(t.Context(), store.Envelope{ID: old, Doc: doc, Keys: keys}); err != nil {
		t.Fatal(err)
	}
	audit, err := store.OpenAudit(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	versions := func(f store.AuditFilter) (list []int64) {
		t.Helper()
		for after := ""; ; {
			page, err := audit.Page(t.Context(), f, after, 1)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range page.Lines {
				list = append(list, l.Version)
			}
			if after = page.Next; after == "" {
				return list
			}
		}
	}
	for name, c := range map[string]struct {
		f    store.AuditFilter
		want []int64
	}{
		"all":        {store.AuditFilter{}, []int64{4, 5, 3}},
		"document":   {store.AuditFilter{Collection: "structure", Document: "abcdefghij234567"}, []int64{4, 5, 3}},
		"actor, day": {store.AuditFilter{Actor: "p1", From: "2026-11-20", To: "2026-11-20"}, []int64{3}},
		"from":       {store.AuditFilter{From: "2026-11-20"}, []int64{4, 3}},
		"to":         {store.AuditFilter{To: "2026-11-19"}, []int64{5}},
	} {
		if got := versions(c.f); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: versions %v, want %v", name, got, c.want)
		}
	}
	for _, day := range []structure.Date{"2026-11-20", "2026-11-21"} { // the line of the 13th, then that of the 20th
		if n, err := audit.Purge(t.Context(), day, now); err != nil || n != 1 {
			t.Errorf("%d lines of before %s purged, %v", n, day, err)
		}
	}
}

// TestAuditAppendsOnly: nothing that changes or removes a line is within reach.
func TestAuditAppendsOnly(t *testing.T) {
	audit := reflect.TypeFor[*store.Audit]()
	var methods []string
	for m := range audit.Methods() {
		methods = append(methods, m.Name)
	}
	if !reflect.DeepEqual(methods, []string{"CountBefore", "Export", "Note", "Page", "Purge"}) || audit.Elem().NumField() != 1 || audit.Elem().Field(0).IsExported() {
		t.Errorf("Audit offers %v", methods)
	}
}

// TestAuditIDs: a later line comes first, whatever its time.
func TestAuditIDs(t *testing.T) {
	times := []time.Time{{}, time.Unix(0, 0), time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC),
		time.Date(2026, 11, 23, 0, 0, 0, 1e6, time.UTC), time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(20_000, 1, 1, 0, 0, 0, 0, time.UTC)}
	var before string
	for _, at := range times {
		e, err := store.AuditEffect("thing", "a", 1, store.Change{At: at})
		if at.Year() > 9999 {
			if err == nil {
				t.Error("a year that JSON has no form for is accepted")
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if before != "" && at.After(time.Unix(0, 0)) && e.ID >= before {
			t.Errorf("%s: %s does not come before %s", at, e.ID, before)
		}
		before = e.ID
	}
	same, _ := store.AuditEffect("thing", "a", 1, store.Change{At: times[3]})
	again, _ := store.AuditEffect("thing", "a", 1, store.Change{At: times[3]})
	next, _ := store.AuditEffect("thing", "a", 2, store.Change{At: times[3]})
	if same.ID != again.ID || same.ID == next.ID {
		t.Errorf("ids %s %s %s", same.ID, again.ID, next.ID)
	}
}

// FuzzAuditPlace: a place that anybody made up gives an ordered page or a refusal.
func FuzzAuditPlace(f *testing.F) {
	db := opened(f)
	raw, err := db.Collection(f.Context(), store.AuditCollection)
	if err != nil {
		f.Fatal(err)
	}
	for i := range 20 {
		e, err := store.AuditEffect("thing", "a", int64(i), store.Change{Actor: "p1", At: time.UnixMilli(int64(i) * 1e11)})
		if err != nil {
			f.Fatal(err)
		}
		if _, err := raw.Insert(f.Context(), store.Envelope{ID: e.ID, Doc: e.Doc, Keys: store.Keys{Lookup: e.Lookup}}); err != nil {
			f.Fatal(err)
		}
		f.Add(e.ID, "p1", "2026-11-23", "2026-11-23")
	}
	audit, err := store.OpenAudit(f.Context(), db)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, after, actor, from, to string) {
		page, err := audit.Page(t.Context(), store.AuditFilter{Actor: actor, From: date(from), To: date(to)}, after, 5)
		if err != nil {
			return
		}
		for _, l := range page.Lines {
			if l.ID <= after || actor != "" && l.Actor != actor {
				t.Errorf("%q gives %+v", after, l)
			}
			after = l.ID
		}
	})
}
