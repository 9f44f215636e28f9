package app

import (
	"path/filepath"
	"testing"

	"sourcier/internal/store"
	"sourcier/internal/store/sqlite"
	"sourcier/internal/structure"
)

func TestMixed(t *testing.T) {
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	structures, err := store.OpenStructures(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	a := &App{Structures: structures}
	for _, step := range []struct {
		siret string
		demo  bool
		want  bool
	}{{"00000001800010", true, false}, {"00000002600013", true, false}, {"00000003400017", false, true}} {
		s := structure.Structure{ID: structure.NewID("siret:" + step.siret), SIRET: step.siret, Name: "N", Demo: step.demo}
		if _, err := structures.Insert(t.Context(), s, store.Change{Actor: "test"}); err != nil {
			t.Fatal(err)
		}
		if got, err := a.mixed(t.Context()); err != nil || got != step.want {
			t.Errorf("after %s: mixed %v, %v", step.siret, got, err)
		}
	}
}
