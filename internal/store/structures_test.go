package store_test

import (
	"os"
	"path/filepath"
	"testing"

	"sourcier/internal/store"
	"sourcier/internal/store/sqlite"
	"sourcier/internal/structure"
)

// TestStructureOfSchema1 reads a structure as the first releases wrote it.
func TestStructureOfSchema1(t *testing.T) {
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	structures, err := store.OpenStructures(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile(filepath.Join("testdata", "structure_schema1.json"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := structures.Decode(store.Envelope{ID: "abcdefghij234567", Version: 1, Doc: doc})
	if err != nil {
		t.Fatal(err)
	}
	s := d.Value
	if l := s.Labels[0]; l.Source != structure.SourceLeMarche || l.AsOf != "2026-05-06" || l.To != "2027-12-31" {
		t.Errorf("label %+v", l)
	}
	if s.Name != "Atelier fictif" || !s.HasESUS("2030-01-01") || len(s.KindsInForce("2026-11-23")) != 1 || s.CreatedAt.IsZero() {
		t.Errorf("read %+v", s)
	}
	if got := s.Sources(); len(got) != 2 || got[0] != structure.SourceGeneric || got[1] != structure.SourceLeMarche {
		t.Errorf("sources %v", got)
	}
}
