// Package fuzz feeds odd files to the importer as a whole. It is apart from
// package intake because its store is a stub: with a real one in the binary,
// coverage would watch the store far more than the readers.
package fuzz

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"sourcier/internal/intake"
	"sourcier/internal/store"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// noStore is an empty collection of which a dry run needs no more than this.
type noStore struct{ store.Raw }

func (noStore) Get(context.Context, string) (store.Envelope, error) {
	return store.Envelope{}, store.ErrNotFound
}

func (noStore) Name() string { return "structure" }
func (noStore) FindUnique(context.Context, string) (store.Envelope, error) {
	return store.Envelope{}, store.ErrNotFound
}
func (noStore) FindLookup(context.Context, string, string, int) ([]store.Envelope, error) {
	return nil, nil
}
func (noStore) Scan(context.Context, string, int) ([]store.Envelope, error) { return nil, nil }

type noDB struct{ store.DB }

func (noDB) Collection(context.Context, string) (store.Raw, error) { return noStore{}, nil }

func importer(tb testing.TB) *intake.Importer {
	tb.Helper()
	structures, err := store.OpenStructures(context.Background(), noDB{})
	if err != nil {
		tb.Fatal(err)
	}
	quarters, err := store.OpenQuarters(context.Background(), noDB{})
	if err != nil {
		tb.Fatal(err)
	}
	provenance, err := store.OpenProvenance(context.Background(), noDB{})
	if err != nil {
		tb.Fatal(err)
	}
	return intake.New(intake.Options{
		Structures: structures, Provenance: provenance, Quarters: quarters, Atlas: territory.Default(), Taxonomy: taxonomy.Default(), TempDir: tb.TempDir(),
		Now: func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) },
	})
}

// run reads contents in a dry run: whatever they are, each record has one
// outcome, and every draft is one that the store takes.
func run(t *testing.T, imp *intake.Importer, contents ...[]byte) {
	t.Helper()
	dir := t.TempDir()
	var files []string
	for i, c := range contents {
		path := filepath.Join(dir, string(rune('a'+i)))
		if err := os.WriteFile(path, c, 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, path)
	}
	r, err := imp.Run(t.Context(), files, intake.RunOptions{DryRun: true, RejectsDir: dir})
	if err != nil {
		t.Fatalf("%v\n%s", err, r.Explain())
	}
	for _, f := range r.Files {
		sum := f.Created + f.Updated + f.Unchanged + f.Joined + f.Rejected
		for _, n := range f.Skipped {
			sum += n
		}
		if sum != f.Read {
			t.Errorf("%d records read, %d accounted for\n%s", f.Read, sum, r.Explain())
		}
	}
	if text := r.Explain(); !utf8.ValidString(text) {
		t.Errorf("the report is not UTF-8: %q", text)
	}
}

func fixture(tb testing.TB, name string) []byte {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("..", "testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

// seed adds fixtures, whole and with what is likely to upset a reader.
func seed(f *testing.F, names ...string) {
	f.Helper()
	for _, name := range names {
		text := fixture(f, name)
		f.Add(text)
		f.Add(text[:len(text)/2])
		f.Add([]byte(strings.ReplaceAll(string(text), "e", "\xe9")))
		f.Add([]byte(strings.ReplaceAll(string(text), ",", "\"")))
	}
}

func FuzzTables(f *testing.F) {
	seed(f, "generic.csv", "lemarche.csv", "finess.csv", "rge.csv", "rfar.csv",
		"lemarche_need.csv", "ea2.txt", "gesat.csv", "esat.csv", "hosmoz.csv", "ess_france.csv", "esus.csv")
	imp := importer(f)
	f.Fuzz(func(t *testing.T, content []byte) { run(t, imp, content) })
}

func FuzzLists(f *testing.F) {
	seed(f, "lemarche.json", "emplois_token.json", "emplois_open.json",
		"finess_plus.json", "data_inclusion.json", "recherche_entreprises.json", "geiq.json")
	imp := importer(f)
	f.Fuzz(func(t *testing.T, content []byte) { run(t, imp, content) })
}

func FuzzGeolocation(f *testing.F) {
	seed(f, "geolocation.csv")
	imp := importer(f)
	f.Fuzz(func(t *testing.T, content []byte) { run(t, imp, content) })
}

func FuzzQuarters(f *testing.F) {
	seed(f, "qpv.geojson")
	imp := importer(f)
	f.Fuzz(func(t *testing.T, content []byte) { run(t, imp, content) })
}

func FuzzASP(f *testing.F) {
	structures, annexes := fixture(f, "asp_structures.csv"), fixture(f, "asp_annexes.csv")
	f.Add(structures, annexes)
	f.Add(annexes, structures)
	f.Add(structures[:len(structures)-50], annexes[:len(annexes)-150])
	imp := importer(f)
	f.Fuzz(func(t *testing.T, a, b []byte) { run(t, imp, a, b) })
}

func FuzzSirene(f *testing.F) {
	stock, units := fixture(f, "StockEtablissement.csv"), fixture(f, "StockUniteLegale.csv")
	f.Add(stock, units)
	f.Add(units, stock)
	f.Add(stock[:2000], units[:1200])
	imp := importer(f)
	f.Fuzz(func(t *testing.T, a, b []byte) { run(t, imp, a, b) })
}
