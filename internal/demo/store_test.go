package demo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"sourcier/internal/intake"
	"sourcier/internal/store"
	"sourcier/internal/store/sqlite"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

func mustOpen(t testing.TB) *store.Structures {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "demo.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	structures, err := store.OpenStructures(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	provenance, err := store.OpenProvenance(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	besides.Store(structures, provenance)
	return structures
}

// besides are what imports remember beside the structures of each test.
var besides sync.Map

// stored reads the whole collection, by id.
func stored(t testing.TB, structures *store.Structures) map[string]store.Doc[structure.Structure] {
	t.Helper()
	out := map[string]store.Doc[structure.Structure]{}
	for after := ""; ; {
		docs, err := structures.Scan(t.Context(), after, 500)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range docs {
			out[d.ID], after = d, d.ID
		}
		if len(docs) < 500 {
			return out
		}
	}
}

func TestFillTwiceChangesNothing(t *testing.T) {
	structures := mustOpen(t)
	var seen []int
	progress := func(done, total int) {
		if total != 1500 {
			t.Errorf("total %d", total)
		}
		seen = append(seen, done)
	}
	opts := testOptions(t, 1500)
	if err := Fill(t.Context(), structures, opts, progress); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(seen, []int{1000, 1500}) {
		t.Errorf("progress %v", seen)
	}
	before := stored(t, structures)
	want := map[string]structure.Structure{}
	for _, s := range generated(t, 1500) {
		want[s.ID] = s
	}
	for id, d := range before {
		if d.Version != 1 || d.Value.Name != want[id].Name || !d.Value.Demo {
			t.Errorf("%s: version %d, %q instead of %q", id, d.Version, d.Value.Name, want[id].Name)
		}
	}
	opts.Today = opts.Today.AddDays(1) // the next day
	if err := Fill(t.Context(), structures, opts, nil); err != nil {
		t.Fatal(err)
	}
	after := stored(t, structures)
	if len(before) != 1500 || len(after) != len(before) {
		t.Fatalf("%d structures, then %d", len(before), len(after))
	}
	for id, d := range after {
		if d.Version != 1 || d.Value.UpdatedAt != before[id].Value.UpdatedAt {
			t.Errorf("%s was written again", id)
		}
	}
}

func TestFillStops(t *testing.T) {
	structures := mustOpen(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := Fill(ctx, structures, testOptions(t, 2100), func(int, int) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("after a cancelled context: %v", err)
	}
	if n := len(stored(t, structures)); n != fillBatch {
		t.Errorf("%d structures of the only batch committed", n)
	}
	if err := Fill(t.Context(), structures, testOptions(t, 2100), nil); err != nil {
		t.Fatal(err)
	}
	if n := len(stored(t, structures)); n != 2100 {
		t.Errorf("%d structures after it ran again", n)
	}
}

// imported runs the importer over files and gives its report.
func imported(t *testing.T, structures *store.Structures, files ...string) *intake.Report {
	t.Helper()
	france, err := territory.Default().Resolve(territory.France)
	if err != nil {
		t.Fatal(err)
	}
	provenance, _ := besides.Load(structures)
	importer := intake.New(intake.Options{Structures: structures, Provenance: provenance.(*store.Provenance), Atlas: territory.Default(), Taxonomy: taxonomy.Default(), TempDir: t.TempDir()})
	report, err := importer.Run(t.Context(), files, intake.RunOptions{Territory: []territory.Territory{france}, RejectsDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if report.Refused() || report.Total().Rejected > 0 || report.Rejects != "" {
		rejects, _ := os.ReadFile(report.Rejects)
		t.Errorf("%+v\n%.2100s", report.Total(), rejects)
	}
	return &report
}

func TestCSVImportsCleanly(t *testing.T) {
	const size = 800
	file := filepath.Join(t.TempDir(), "demo.csv")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(WriteCSV(f, Generate(testOptions(t, size))), f.Close()); err != nil {
		t.Fatal(err)
	}
	structures := mustOpen(t)
	if n := imported(t, structures, file).Total(); n.Created != size || n.Ignored > 0 {
		t.Errorf("first import: %+v", n)
	}
	back := stored(t, structures)
	for _, s := range generated(t, size) {
		checkBack(t, &s, back[s.ID].Value)
	}
	if n := imported(t, structures, file).Total(); n.Unchanged != size {
		t.Errorf("second import: %+v", n)
	}
}

// checkBack compares what the format can hold.
func checkBack(t *testing.T, s *structure.Structure, b structure.Structure) {
	t.Helper()
	for what, pair := range map[string][2]any{
		"name":       {b.Name, s.Name},
		"trade name": {b.TradeName, s.TradeName},
		// The importer tidies spaces, no-break ones included.
		"description": {tidy(b.Description), tidy(s.Description)},
		"references":  {tidy(strings.Join(b.References, "|")), tidy(strings.Join(s.References, "|"))},
		"family":      {b.ESS, s.ESS},
		"esus":        {b.ESUS, s.ESUS},
		"size":        {b.Size, s.Size},
		"workforce":   {b.Workforce, s.Workforce},
		"mail":        {b.Contact.Email, s.Contact.Email},
		"site":        {b.Contact.Website, s.Contact.Website},
		"commune":     {b.Address.Commune, s.Address.Commune},
		"postal code": {b.Address.PostalCode, s.Address.PostalCode},
		"kinds":       {fmt.Sprint(b.KindsInForce(testDay)), fmt.Sprint(s.KindsInForce(testDay))},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %s came back as %q, was %q", s.Name, what, pair[0], pair[1])
		}
	}
	if len(s.Activities) == 0 || len(b.Activities) == 0 {
		t.Errorf("%s: %d activities, %d back", s.Name, len(s.Activities), len(b.Activities))
		return
	}
	got, want := b.Activities[0].Zone, s.Activities[0].Zone
	if got.France != want.France || got.RadiusKM != want.RadiusKM || !slices.Equal(got.Territories, want.Territories) {
		t.Errorf("%s: zone %+v, want %+v", s.Name, got, want)
	}
	sectors := map[string]bool{}
	for _, a := range s.Activities {
		for _, code := range a.Sectors {
			sectors[code] = true
		}
	}
	for _, code := range b.Activities[0].Sectors {
		delete(sectors, code)
	}
	if len(sectors) > 0 {
		t.Errorf("%s lost %v", s.Name, slices.Collect(maps.Keys(sectors)))
	}
	for _, l := range s.Labels {
		if !slices.ContainsFunc(b.Labels, func(x structure.Label) bool { return x.Code == l.Code }) {
			t.Errorf("%s lost label %s: %v", s.Name, l.Code, b.Labels)
		}
	}
}

func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestSIRENEImportsCleanly(t *testing.T) {
	const size = 400
	dir := t.TempDir()
	list := generated(t, size)
	if err := WriteSIRENE(dir, slices.Values(list)); err != nil {
		t.Fatal(err)
	}
	structures := mustOpen(t)
	report := imported(t, structures, filepath.Join(dir, EstablishmentFile), filepath.Join(dir, UnitFile))
	back := map[string]structure.Structure{}
	for _, d := range stored(t, structures) {
		back[d.Value.SIRET] = d.Value
	}
	for _, s := range list {
		b, ok := back[s.SIRET]
		if sells := len(taxonomy.Default().ByNAF(s.NAF)) > 0; ok != sells {
			t.Errorf("%s, APE code %s: imported %v", s.Name, s.NAF, ok)
			continue
		}
		if !ok || s.FINESS != "" {
			continue
		}
		head := s.SIRET == siret(s.SIREN(), 1) // the importer gives others the band of the legal unit
		if b.NAF != s.NAF || head && b.Workforce != s.Workforce || b.Size != s.Size || b.Address.Commune != s.Address.Commune {
			t.Errorf("%s came back as %+v", s.Name, b)
		}
		if p := s.Address.Point; p.Precision == structure.PrecisionExact && !strings.HasPrefix(s.Address.Commune, "97") {
			if d := territory.DistanceKM(p.Lat, p.Lon, b.Address.Point.Lat, b.Address.Point.Lon); d > 0.005 {
				t.Errorf("%s: Lambert-93 moved it by %.0f m", s.Name, 1000*d)
			}
		}
	}
	t.Logf("%+v", report.Total())
}
