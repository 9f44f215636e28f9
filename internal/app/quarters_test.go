package app

import (
	"log/slog"
	"path/filepath"
	"testing"

	"sourcier/internal/store"
	"sourcier/internal/store/sqlite"
	"sourcier/internal/territory"
)

// TestQuartersFollowTheStore loads the outlines when, and only when, they changed.
func TestQuartersFollowTheStore(t *testing.T) {
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	a := &App{Log: slog.New(slog.DiscardHandler)}
	if a.Quarters, err = store.OpenQuarters(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	var seen store.Cursor
	for _, step := range []struct {
		code    string
		changed bool
	}{{"", false}, {"QN09491M", true}, {"", false}, {"QN09492M", true}, {"", false}} {
		if step.code != "" {
			q := territory.Quarter{Code: step.code, Outline: territory.Outline{{territory.Ring{0, 0, 10, 0, 10, 10}}}}
			if _, err := a.Quarters.Insert(t.Context(), q, store.Change{Actor: "test"}); err != nil {
				t.Fatal(err)
			}
		}
		changed, at, err := a.quartersChanged(t.Context(), seen)
		if err != nil || changed != step.changed {
			t.Errorf("%q: changed %v, %v", step.code, changed, err)
		}
		seen = at
	}
	if err := a.loadQuarters(t.Context()); err != nil || a.quarters.Load().Len() != 2 {
		t.Errorf("%d loaded, %v", a.quarters.Load().Len(), err)
	}
	if changed, _, err := a.quartersChanged(t.Context(), "s:another:1:1"); err != nil || !changed {
		t.Errorf("a gap in the feed: changed %v, %v", changed, err)
	}
}
