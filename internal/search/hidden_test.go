package search_test

import (
	"testing"
	"time"

	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// TestNotShownIsNotIndexed takes what is suspended or stands for nothing any more out
// of the index, however the index comes to be, and puts it back.
func TestNotShownIsNotIndexed(t *testing.T) {
	hidden := named("hidden", "Lavoir suspendu")
	hidden.Suspend("p", "Une raison qui se lit.", time.Now(), false)
	f := newFixture(t, named("a", "Lavoir des Lilas"), named("b", "Lavoir des Roses"), hidden)
	change := func(id string, do func(*structure.Structure)) {
		t.Helper()
		_, err := store.Update(t.Context(), f.structures, id, func(s *structure.Structure) (store.Change, error) {
			do(s)
			return store.Change{Actor: "test"}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	holds := func(when string, stored int, want string) {
		t.Helper()
		if err := f.engine.Sync(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := f.names(t, "lavoir"); got != want {
			t.Errorf("%s: found %q, want %q", when, got, want)
		}
		f.checkClean(t, stored)
	}
	e := f.open(t)
	holds("built", 2, f.names(t, "lavoir"))
	change("a", func(s *structure.Structure) { s.Suspend("p", "Une raison qui se lit.", time.Now(), false) })
	holds("suspended", 1, "Lavoir des Roses")
	change("a", func(s *structure.Structure) { s.Restore() })
	change("b", func(s *structure.Structure) { s.MergedInto = "a" })
	holds("restored, and merged", 1, "Lavoir des Lilas")
	generation := e.Generation()
	holds("again", 1, "Lavoir des Lilas")
	if e.Generation() != generation {
		t.Error("a sheet that is not shown makes a view of its own")
	}
	if err := e.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	holds("rebuilt", 1, "Lavoir des Lilas")
	f.close(t)
	change("hidden", func(s *structure.Structure) { s.Restore() })
	change("a", func(s *structure.Structure) { s.Suspend("p", "Une raison qui se lit.", time.Now(), false) })
	f.open(t)
	holds("opened again", 1, "Lavoir suspendu")
}
