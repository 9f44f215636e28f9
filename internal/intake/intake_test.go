package intake

import (
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"sourcier/internal/store"
	"sourcier/internal/store/sqlite"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// noon is the instant of every test.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// home is the territory of the tests.
const home = "epci:200058014"

// mustStore opens an empty store that is closed with the test.
func mustStore(tb testing.TB) *store.Structures {
	tb.Helper()
	db, err := sqlite.Open(tb.Context(), filepath.Join(tb.TempDir(), "test.db"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Error(err)
		}
	})
	structures, err := store.OpenStructures(context.Background(), db)
	if err != nil {
		tb.Fatal(err)
	}
	beside(tb, structures, db)
	return structures
}

// besides are what imports remember beside the structures of each test.
var besides sync.Map

func beside(tb testing.TB, structures *store.Structures, db store.DB) {
	tb.Helper()
	p, err := store.OpenProvenance(context.Background(), db)
	if err != nil {
		tb.Fatal(err)
	}
	besides.Store(structures, p)
	tb.Cleanup(func() { besides.Delete(structures) })
}

func mustResolve(tb testing.TB, value string) territory.Territory {
	tb.Helper()
	t, err := territory.Default().Resolve(value)
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

func newImporter(tb testing.TB, structures *store.Structures) *Importer {
	tb.Helper()
	provenance, _ := besides.Load(structures)
	return New(Options{
		Structures: structures, Provenance: provenance.(*store.Provenance), Quarters: mustQuarters(tb), Atlas: territory.Default(), Taxonomy: taxonomy.Default(),
		Home: mustResolve(tb, home), Now: func() time.Time { return noon }, TempDir: tb.TempDir(),
	})
}

// mustRun imports files and gives the report.
func mustRun(tb testing.TB, imp *Importer, opts RunOptions, files ...string) Report {
	tb.Helper()
	opts.RejectsDir = tb.TempDir()
	r, err := imp.Run(tb.Context(), files, opts)
	if err != nil {
		tb.Fatalf("Run: %v\n%s", err, r.Explain())
	}
	balanced(tb, r)
	return r
}

// balanced checks that each record read has exactly one outcome.
func balanced(tb testing.TB, r Report) {
	tb.Helper()
	for _, f := range r.Files {
		sum := f.Created + f.Updated + f.Unchanged + f.Joined + f.Rejected
		for _, n := range f.Skipped {
			sum += n
		}
		if sum != f.Read {
			tb.Errorf("%s: %d records read, %d accounted for\n%s", f.Name, f.Read, sum, r.Explain())
		}
	}
}

// write makes a file whose time is a fixed day before the tests.
func write(tb testing.TB, name, content string) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		tb.Fatal(err)
	}
	day := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	if err := os.Chtimes(path, day, day); err != nil {
		tb.Fatal(err)
	}
	return path
}

// content reads the whole store.
func content(tb testing.TB, structures *store.Structures) map[string]store.Doc[structure.Structure] {
	tb.Helper()
	out := map[string]store.Doc[structure.Structure]{}
	for after := ""; ; {
		docs, err := structures.Scan(context.Background(), after, 500)
		if err != nil {
			tb.Fatal(err)
		}
		for _, d := range docs {
			out[d.ID], after = d, d.ID
		}
		if len(docs) < 500 {
			return out
		}
	}
}

// fixture copies a file of testdata to where its time is fixed.
func fixture(tb testing.TB, name string) string {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return write(tb, name, string(text))
}

// bySIRET finds the one structure with a SIRET.
func bySIRET(tb testing.TB, structures *store.Structures, siret string) store.Doc[structure.Structure] {
	tb.Helper()
	found, err := structures.FindLookup(tb.Context(), "siret:"+siret, 5)
	if err != nil || len(found) != 1 {
		tb.Fatalf("SIRET %s: %d structures, %v", siret, len(found), err)
	}
	return found[0]
}

// rejected reads the file of rejects without its header.
func rejected(tb testing.TB, r Report) [][]string {
	tb.Helper()
	if r.Rejects == "" {
		return nil
	}
	text, err := os.ReadFile(r.Rejects)
	if err != nil {
		tb.Fatal(err)
	}
	body, marked := strings.CutPrefix(string(text), "\ufeff")
	if !marked {
		tb.Error("the file of rejects has no byte order mark")
	}
	src := csv.NewReader(strings.NewReader(body))
	src.Comma = ';'
	rows, err := src.ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	if got := strings.Join(rows[0], ";"); got != "fichier;ligne;colonne;valeur;motif" {
		tb.Errorf("header of the rejects: %s", got)
	}
	return rows[1:]
}

// sameContent compares two stores but for the instants of writing.
func sameContent(tb testing.TB, want, got map[string]store.Doc[structure.Structure]) {
	tb.Helper()
	if len(want) != len(got) {
		tb.Fatalf("%d structures, want %d", len(got), len(want))
	}
	for id, w := range want {
		g := got[id]
		for _, s := range []*structure.Structure{&w.Value, &g.Value} {
			s.CreatedAt, s.UpdatedAt = time.Time{}, time.Time{}
		}
		if g.Version != w.Version || !reflect.DeepEqual(g.Value, w.Value) {
			tb.Fatalf("structure %s differs:\ngot  %d %+v\nwant %d %+v", id, g.Version, g.Value, w.Version, w.Value)
		}
	}
}

// everyFile is one fixture of each format.
func everyFile(tb testing.TB) []string {
	tb.Helper()
	var out []string
	for _, name := range []string{"generic.csv", "StockEtablissement.csv", "StockUniteLegale.csv", "lemarche.json", "lemarche.csv", "emplois_token.json", "emplois_open.json",
		"finess.csv", "finess_plus.json", "data_inclusion.json", "rge.csv", "recherche_entreprises.json",
		"asp_structures.csv", "asp_annexes.csv", "ea2.txt", "geiq.json", "gesat.csv", "esat.csv", "hosmoz.csv", "ess_france.csv", "esus.csv", "lemarche_need.csv"} {
		out = append(out, fixture(tb, name))
	}
	return out
}

// equal compares two values and shows both.
func equal[T any](tb testing.TB, got, want T) {
	tb.Helper()
	if !reflect.DeepEqual(got, want) {
		tb.Errorf("got  %+v\nwant %+v", got, want)
	}
}
