package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sourcier/internal/store"
	"sourcier/internal/structure"
)

var auditTests = map[string]func(*testing.T, Opener){
	"newest first, page by page": testAuditPages,
	"filters":                    testAuditFilters,
	"a bounded look":             testAuditBounded,
	"carried twice":              testAuditTwice,
	"refused questions":          testAuditRefused,
	"purged":                     testAuditPurge,
}

var auditNoon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func openAudit(t testing.TB, db store.DB) *store.Audit {
	t.Helper()
	audit, err := store.OpenAudit(t.Context(), db)
	noErr(t, err)
	return audit
}

// logged stores lines as the relay does, and gives them newest first.
func logged(t testing.TB, db store.DB, lines ...store.AuditLine) []store.AuditLine {
	t.Helper()
	var batch []store.Envelope
	for i, l := range lines {
		e, err := store.AuditEffect(l.Collection, l.Document, l.Version, store.Change{
			Actor: l.Actor, At: l.At, What: l.What, Subject: l.Subject, Patch: l.Patch})
		noErr(t, err)
		lines[i].ID = e.ID
		batch = append(batch, store.Envelope{ID: e.ID, Doc: e.Doc, Keys: store.Keys{Lookup: e.Lookup}})
	}
	for part := range slices.Chunk(batch, 500) {
		for _, err := range bulk(t, collection(t, db, store.AuditCollection), part...) {
			noErr(t, err)
		}
	}
	slices.SortFunc(lines, func(a, b store.AuditLine) int {
		if !a.At.Equal(b.At) {
			return b.At.Compare(a.At)
		}
		return strings.Compare(a.ID, b.ID)
	})
	return lines
}

// someLines are n lines of a few people and documents, over some days.
func someLines(n int) []store.AuditLine {
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a seeded test
	lines := make([]store.AuditLine, n)
	for i := range lines {
		lines[i] = store.AuditLine{
			Actor: fmt.Sprint("p", r.IntN(3)), At: auditNoon.Add(-time.Duration(r.IntN(400)) * time.Hour / 4), What: "thing.change",
			Collection: []string{"thing", "other"}[r.IntN(2)], Document: fmt.Sprint("d", r.IntN(4)), Version: int64(i + 1),
		}
		if r.IntN(2) == 0 {
			lines[i].Subject = fmt.Sprint("p", r.IntN(3))
		}
	}
	return lines
}

// readAudit reads everything of a filter in pages.
func readAudit(t testing.TB, audit *store.Audit, f store.AuditFilter, limit int) []store.AuditLine {
	t.Helper()
	var out []store.AuditLine
	for after, pages := "", 0; ; pages++ {
		page, err := audit.Page(t.Context(), f, after, limit)
		noErr(t, err)
		if len(page.Lines) > limit || pages > 10_000 {
			t.Fatalf("page %d of %d lines for a limit of %d", pages, len(page.Lines), limit)
		}
		out = append(out, page.Lines...)
		if after = page.Next; after == "" {
			return out
		}
	}
}

func sameLines(t testing.TB, got, want []store.AuditLine) {
	t.Helper()
	ids := func(list []store.AuditLine) []string {
		out := []string{}
		for _, l := range list {
			out = append(out, l.ID)
		}
		return out
	}
	equal(t, ids(got), ids(want))
}

func testAuditPages(t *testing.T, open Opener) {
	db := portal(t, open)
	audit := openAudit(t, db)
	want := logged(t, db, someLines(230)...)
	for _, limit := range []int{1, 7, 229, 230, 231, store.MaxAuditPage} {
		got := readAudit(t, audit, store.AuditFilter{}, limit)
		sameLines(t, got, want)
	}
	// The place is exact: nothing follows the last line, however long its page is.
	page, err := audit.Page(t.Context(), store.AuditFilter{}, want[227].ID, 2)
	noErr(t, err)
	sameLines(t, page.Lines, want[228:])
	equal(t, page.Next, "")
	page, err = audit.Page(t.Context(), store.AuditFilter{}, want[226].ID, 2)
	noErr(t, err)
	equal(t, page.Next, want[228].ID)
	// What comes meanwhile is on the first page, and moves no other.
	logged(t, db, store.AuditLine{Actor: "p1", At: auditNoon.Add(time.Hour), Collection: "thing", Document: "new", Version: 1})
	page, err = audit.Page(t.Context(), store.AuditFilter{}, page.Next, 2)
	noErr(t, err)
	sameLines(t, page.Lines, want[229:])
}

func testAuditFilters(t *testing.T, open Opener) {
	db := portal(t, open)
	audit := openAudit(t, db)
	// The last and the first instants of days in Paris, an hour ahead of UTC.
	edges := []store.AuditLine{
		{Actor: "p0", At: time.Date(2026, 11, 20, 22, 59, 59, 999_999_999, time.UTC), Collection: "thing", Document: "d0", Version: 900},
		{Actor: "p0", At: time.Date(2026, 11, 20, 23, 0, 0, 0, time.UTC), Collection: "thing", Document: "d0", Version: 901},
	}
	all := logged(t, db, append(edges, someLines(300)...)...)
	days := []structure.Date{"", "2026-11-20", "2026-11-21", "2026-11-22"}
	r := rand.New(rand.NewPCG(3, 4)) //nolint:gosec // a seeded test
	one := func(list ...string) string { return list[r.IntN(len(list))] }
	for range 60 {
		f := store.AuditFilter{
			Actor: one("", "p0", "p1", "nobody"), Subject: one("", "", "p0", "p2"), Collection: one("", "thing", "other"),
			From: days[r.IntN(4)], To: days[r.IntN(4)],
		}
		if f.Collection != "" {
			f.Document = one("", "d0", "d1")
		}
		want := slices.DeleteFunc(slices.Clone(all), func(l store.AuditLine) bool { return !wanted(f, l) })
		sameLines(t, readAudit(t, audit, f, 1+r.IntN(40)), want)
		var told []store.AuditLine
		noErr(t, audit.Export(t.Context(), f, func(l store.AuditLine) error { told = append(told, l); return nil }))
		sameLines(t, told, want)
	}
	stop := errors.New("stop")
	wantErr(t, audit.Export(t.Context(), store.AuditFilter{}, func(store.AuditLine) error { return stop }), stop)
}

// wanted is the filter, the obvious way.
func wanted(f store.AuditFilter, l store.AuditLine) bool {
	for _, pair := range [][2]string{{f.Actor, l.Actor}, {f.Subject, l.Subject}, {f.Collection, l.Collection}, {f.Document, l.Document}} {
		if pair[0] != "" && pair[0] != pair[1] {
			return false
		}
	}
	day := structure.DateOf(l.At)
	return (f.From == "" || day >= f.From) && (f.To == "" || day <= f.To)
}

// testAuditBounded: what few lines hold among many of another is looked for in
// steps, and found.
func testAuditBounded(t *testing.T, open Opener) {
	db := portal(t, open)
	audit := openAudit(t, db)
	lines := make([]store.AuditLine, 2600)
	for i := range lines {
		lines[i] = store.AuditLine{Actor: "p1", At: auditNoon.Add(-time.Duration(i) * time.Minute), Collection: "thing", Document: "d", Version: int64(i)}
	}
	lines[2500].Collection = "other"
	rare := lines[2500]
	logged(t, db, lines...)
	f := store.AuditFilter{Actor: "p1", Collection: "other"}
	page, err := audit.Page(t.Context(), f, "", 10)
	noErr(t, err)
	equal(t, len(page.Lines), 0)
	if page.Next == "" {
		t.Fatal("2,600 lines were looked at for one page")
	}
	page, err = audit.Page(t.Context(), f, page.Next, 10)
	noErr(t, err)
	equal(t, len(page.Lines), 1)
	equal(t, page.Lines[0].At.Equal(rare.At), true)
	equal(t, page.Next, "")
}

func testAuditTwice(t *testing.T, open Opener) {
	db := portal(t, open)
	c := fruits(collection(t, db, "thing"), 1)
	_, err := c.Insert(t.Context(), fruit{ID: "a", Name: "Figue"}, store.Change{
		Actor: "p1", Subject: "p2", What: "fruit.add", At: auditNoon, Patch: json.RawMessage(`{"name":[null,"Figue"]}`), Audit: true})
	noErr(t, err)
	var left atomic.Int64
	left.Store(2) // the effects are listed, the line is inserted, nothing is trimmed
	_, err = relay(mortal{DB: db, left: &left}).Once(t.Context())
	wantErr(t, err, errKilled)
	equal(t, len(readAudit(t, openAudit(t, db), store.AuditFilter{}, 10)), 1)
	carry(t, db, 1)
	got := readAudit(t, openAudit(t, portal(t, open)), store.AuditFilter{Subject: "p2"}, 10)
	equal(t, len(got), 1)
	equal(t, got[0].What, "fruit.add")
	equal(t, got[0].Subject, "p2")
}

func testAuditRefused(t *testing.T, open Opener) {
	audit := openAudit(t, portal(t, open))
	for name, ask := range map[string]struct {
		f     store.AuditFilter
		after string
		limit int
	}{
		"no line":                     {limit: 0},
		"too many":                    {limit: store.MaxAuditPage + 1},
		"document alone":              {f: store.AuditFilter{Document: "d"}, limit: 1},
		"a day that is none":          {f: store.AuditFilter{From: "2026-02-30"}, limit: 1},
		"a last day that is none":     {f: store.AuditFilter{To: "hier"}, limit: 1},
		"a place that no store takes": {after: "a\x00", limit: 1},
		"an actor of a thousand":      {f: store.AuditFilter{Actor: strings.Repeat("a", 1000)}, limit: 1},
	} {
		if _, err := audit.Page(t.Context(), ask.f, ask.after, ask.limit); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := audit.Purge(t.Context(), "2026-11-24", auditNoon) // a day that is not over
	wantErr(t, err, store.ErrInvalid)
	_, err = audit.Purge(t.Context(), "", auditNoon)
	wantErr(t, err, store.ErrInvalid)
}

func testAuditPurge(t *testing.T, open Opener) {
	db := portal(t, open)
	audit := openAudit(t, db)
	lines := make([]store.AuditLine, 1100) // more than two batches
	for i := range lines {
		lines[i] = store.AuditLine{Actor: "p1", At: time.Date(2026, 11, 20, 23, 0, 0, 0, time.UTC).Add(time.Duration(2*(i%2)-1) * time.Duration(i+1) * time.Millisecond),
			Collection: "thing", Document: "d", Version: int64(i)}
	}
	lines[0].At = time.Date(2026, 11, 20, 23, 0, 0, 0, time.UTC) // midnight in Paris stays
	kept := slices.DeleteFunc(logged(t, db, lines...), func(l store.AuditLine) bool { return structure.DateOf(l.At) < "2026-11-21" })
	equal(t, len(kept), 551)
	n, err := audit.Purge(t.Context(), "2026-11-21", auditNoon)
	noErr(t, err)
	equal(t, n, int64(549))
	got := readAudit(t, audit, store.AuditFilter{}, 500)
	sameLines(t, got[1:], kept)
	equal(t, got[0].What, store.AuditPurged)
	equal(t, got[0].Document, "2026-11-21")
	equal(t, got[0].Actor, "system")
	sameJSON(t, got[0].Patch, json.RawMessage(`{"before":[null,"2026-11-21"],"lines":[549,0]}`))
	n, err = audit.Purge(t.Context(), "2026-11-21", auditNoon)
	noErr(t, err)
	equal(t, n, int64(0))
	equal(t, len(readAudit(t, audit, store.AuditFilter{}, 500)), 552)
	equal(t, len(readAudit(t, audit, store.AuditFilter{Collection: store.AuditCollection}, 500)), 1)
}
