package app

import (
	"io"
	"log/slog"
	"testing"

	"sourcier/internal/structure"
)

// The directory is counted structure by structure, and again when it changed.
func TestDirectoryIsCounted(t *testing.T) {
	cfg, err := LoadConfig(env("SOURCIER_DATA", t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	a, err := Open(t.Context(), cfg, "test", slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	if err := a.countDirectory(t.Context()); err != nil || a.tally.Load().Structures != 0 {
		t.Fatalf("empty: %+v, %v", a.tally.Load(), err)
	}
	if err := a.Demo(t.Context(), 40, func(int, int) {}); err != nil {
		t.Fatal(err)
	}
	if err := a.countDirectory(t.Context()); err != nil {
		t.Fatal(err)
	}
	tally := a.tally.Load()
	demo := tally.Sources[structure.SourceDemo]
	if tally.Structures != 40 || demo.Structures != 40 || demo.Newest == "" || demo.Fields[structure.FieldName] != 40 || tally.At.IsZero() {
		t.Errorf("%+v", tally)
	}
	if tally.Sectors["proprete"].Declared == 0 {
		t.Error("no structure declares a sector of the group")
	}
	if n := tally.Sectors[""]; n != (structure.SectorTally{}) {
		t.Errorf("sectors of no group: %+v", n)
	}
}
