package intake

import (
	"context"
	"os"
	"path/filepath"
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
	return structures
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
	return New(Options{
		Structures: structures, Atlas: territory.Default(), Taxonomy: taxonomy.Default(),
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
