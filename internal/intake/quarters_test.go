package intake

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sourcier/internal/store"
	"sourcier/internal/store/sqlite"
	"sourcier/internal/territory"
)

func mustQuarters(tb testing.TB) *store.Quarters {
	tb.Helper()
	db, err := sqlite.Open(tb.Context(), filepath.Join(tb.TempDir(), "quarters.db"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Error(err)
		}
	})
	quarters, err := store.OpenQuarters(tb.Context(), db)
	if err != nil {
		tb.Fatal(err)
	}
	return quarters
}

// loaded reads the outlines that an importer has stored.
func loaded(tb testing.TB, imp *Importer) map[string]territory.Quarter {
	tb.Helper()
	docs, err := store.AllQuarters(tb.Context(), imp.opts.Quarters)
	if err != nil {
		tb.Fatal(err)
	}
	out := map[string]territory.Quarter{}
	for _, d := range docs {
		out[d.ID] = d.Value
	}
	return out
}

func TestQuarterOutlines(t *testing.T) {
	imp := newImporter(t, mustStore(t))
	file := fixture(t, "qpv.geojson")
	if r := mustRun(t, imp, RunOptions{DryRun: true}, file); r.Files[0].Created != 3 || len(loaded(t, imp)) != 0 {
		t.Errorf("a dry run: %s", r.Explain())
	}
	r := mustRun(t, imp, RunOptions{}, file)
	got := loaded(t, imp)
	if r.Files[0].Created != 3 || r.Refused() || len(got) != 3 {
		t.Fatalf("%s", r.Explain())
	}
	two := got["QN09492N"]
	equal(t, two.Communes, []string{"94022", "94081"})
	if two.Name != "Deux Rives" || two.AsOf != "2026-11-02" || len(two.Outline) != 2 || two.Simplified != 0 {
		t.Errorf("%+v", two)
	}
	if hole := got["QN09491M"].Outline; hole.Contains(48.785, 2.395) || !hole.Contains(48.781, 2.391) {
		t.Error("the hole is not one")
	}
	if r := mustRun(t, imp, RunOptions{}, file); r.Files[0].Unchanged != 3 || r.Files[0].Updated != 0 {
		t.Errorf("again: %s", r.Explain())
	}
}

// TestQuartersOfTerritory keeps those of the territory asked for.
func TestQuartersOfTerritory(t *testing.T) {
	imp := newImporter(t, mustStore(t))
	r := mustRun(t, imp, RunOptions{Territory: []territory.Territory{mustResolve(t, "dep:94")}}, fixture(t, "qpv.geojson"))
	if len(loaded(t, imp)) != 2 || r.Files[0].Skipped[SkipOutside] != 1 {
		t.Errorf("%s", r.Explain())
	}
}

// one makes a feature of one quarter, with its properties as they stand.
func one(properties, geometry string) string {
	return `{"type":"Feature","properties":{` + properties + `},"geometry":` + geometry + `}`
}

func collectionOf(features ...string) string {
	return `{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`
}

const marseille = `{"type":"Polygon","coordinates":[[[5.37,43.3],[5.38,43.3],[5.38,43.31],[5.37,43.3]]]}`

const triangle = `{"type":"Polygon","coordinates":[[[2.39,48.78],[2.40,48.78],[2.40,48.79],[2.39,48.78]]]}`

// TestQuartersInAnyOrder: of two files the later holds, whichever is read last.
func TestQuartersInAnyOrder(t *testing.T) {
	older := write(t, "a.json", collectionOf(one(`"code":"QN09491M","name":"Ancien","communes":["94081"]`, triangle), one(`"code":"QN09495M"`, triangle)))
	newer := write(t, "b.json", collectionOf(one(`"CODE_QP":"qn09491m","NOM_QP":"Nouveau","INSEE_COM":"94022"`, triangle)))
	later := noon.AddDate(0, 0, -5)
	if err := os.Chtimes(newer, later, later); err != nil {
		t.Fatal(err)
	}
	var want map[string]territory.Quarter
	for _, runs := range [][][]string{{{older}, {newer}}, {{newer}, {older}}, {{newer, older}}} {
		imp := newImporter(t, mustStore(t))
		var last Report
		for _, files := range runs {
			last = mustRun(t, imp, RunOptions{}, files...)
		}
		got := loaded(t, imp)
		if q := got["QN09491M"]; q.Name != "Nouveau" || len(got) != 2 || got["QN09495M"].Name != "QN09495M" {
			t.Errorf("%v: %+v", runs, got)
		}
		if want != nil {
			equal(t, got, want)
		}
		want = got
		if len(runs) == 2 && runs[1][0] == newer && !strings.Contains(last.Explain(), "QN09495M") {
			t.Errorf("a quarter that is no longer listed is not told: %s", last.Explain())
		}
	}
}

// TestQuarterRefusals: what is wrong with a feature rejects it, what is wrong
// with the file refuses it, and nothing of it is stored.
func TestQuarterRefusals(t *testing.T) {
	good := one(`"code_qp":"QN09491M"`, triangle)
	for name, c := range map[string]struct {
		content string
		cause   Cause
		says    string
		stored  int
	}{
		"metres":          {collectionOf(good, one(`"code_qp":"QN09492M"`, `{"type":"Polygon","coordinates":[[[652000,6862000],[653000,6862000],[653000,6863000],[652000,6862000]]]}`)), BadContent, "WGS84", 0},
		"of 2015":         {collectionOf(one(`"code_qp":"QP094001"`, triangle)), NotRead, "2024", 0},
		"of communes":     {collectionOf(one(`"code":"94081","nom":"Vitry-sur-Seine"`, triangle)), NotRead, "connaît déjà les communes", 0},
		"cut":             {strings.TrimSuffix(collectionOf(good, good), triangle[20:]+"}]}"), "damaged", "mal formé", 0},
		"a point":         {collectionOf(good, one(`"code_qp":"QN09492M"`, `{"type":"Point","coordinates":[2,48]}`)), "", "", 1},
		"another code":    {collectionOf(good, one(`"code_qp":"QP094001"`, triangle), one(`"code_qp":7`, triangle), `7`), "", "", 1},
		"twice":           {collectionOf(good, one(`"code_qp":"QN09491M","lib_qp":"Suite"`, triangle)), "", "", 1},
		"elsewhere":       {collectionOf(good, one(`"code_qp":"QN09492M"`, marseille), one(`"code_qp":"QN01301M"`, marseille)), "", "", 2},
		"partly":          {collectionOf(one(`"code_qp":"QN09492M"`, `{"type":"MultiPolygon","coordinates":[[[[2.39,48.78],[2.40,48.78],[2.40,48.79]]],[[[5.37,43.3],[5.38,43.3],[5.38,43.31]]]]}`), good), "", "", 1},
		"Corsica":         {collectionOf(one(`"code_qp":"QN02A01M"`, `{"type":"Polygon","coordinates":[[[8.73,41.92],[8.74,41.92],[8.74,41.93]]]}`)), "", "", 1},
		"overseas":        {collectionOf(one(`"code_qp":"QN97301M"`, `{"type":"Polygon","coordinates":[[[-52.33,4.93],[-52.32,4.93],[-52.32,4.94]]]}`), one(`"code_qp":"QN98701M"`, `{"type":"Polygon","coordinates":[[[-149.57,-17.53],[-149.56,-17.53],[-149.56,-17.54]]]}`)), "", "", 2},
		"unknown commune": {collectionOf(one(`"code_qp":"QN09491M","insee_com":"99999"`, triangle)), "", "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			imp := newImporter(t, mustStore(t))
			r := mustRun(t, imp, RunOptions{}, write(t, "x.json", c.content))
			if f := r.Files[0]; f.Cause != c.cause || !strings.Contains(plainSpaces(f.Refusal), c.says) || len(loaded(t, imp)) != c.stored {
				t.Errorf("%s", r.Explain())
			}
			if f := r.Files[0]; f.Refusal != "" && strings.Contains(f.Refusal, "prise") {
				t.Errorf("nothing is stored, and yet: %s", f.Refusal)
			}
		})
	}
}

// TestLargeQuarter bends the outline that no document holds, and says so.
func TestLargeQuarter(t *testing.T) {
	var corners []string
	const n = 90_000
	for i := range n {
		a := 2 * math.Pi * float64(i) / n
		r := 0.01 + 0.00002*float64(i%2)
		corners = append(corners, fmt.Sprintf("[%.6f,%.6f]", 2.4+r*math.Cos(a), 48.8+r*math.Sin(a)))
	}
	corners = append(corners, corners[0])
	imp := newImporter(t, mustStore(t))
	r := mustRun(t, imp, RunOptions{}, write(t, "x.json", collectionOf(one(`"code_qp":"QN09491M"`, `{"type":"Polygon","coordinates":[[`+strings.Join(corners, ",")+`]]}`))))
	q := loaded(t, imp)["QN09491M"]
	if q.Simplified == 0 || q.Outline.Corners() < 20 || len(r.Files[0].Notes) != 1 || !strings.Contains(r.Files[0].Notes[0], "simplifié") {
		t.Errorf("simplified by %d m to %d corners\n%s", q.Simplified, q.Outline.Corners(), r.Explain())
	}
	if !q.Outline.Contains(48.8, 2.4) || q.Outline.Contains(48.82, 2.4) {
		t.Error("the outline is no longer that of the quarter")
	}
}
