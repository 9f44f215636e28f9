package people_test

import (
	"fmt"
	"sync"
	"testing"

	"sourcier/internal/people"
	"sourcier/internal/reach"
)

// Two portals that store their counts at the same moment lose none of them.
func TestReachFromTwoPortals(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		other, err := people.Open(t.Context(), w.db, key, w.now)
		if err != nil {
			t.Fatal(err)
		}
		var both sync.WaitGroup
		for _, portal := range []*people.Service{w.Service, other} {
			for n := range 8 {
				both.Go(func() {
					m := reach.Month{Structure: "aaa", Month: "2026-11", Found: 3, Viewed: 1, Words: map[string]int64{"jardin": 2, fmt.Sprint("mot", n): 1}}
					if err := portal.Reaches.Add(t.Context(), m, w.now()); err != nil {
						t.Error(err)
					}
				})
			}
		}
		both.Wait()
		if err := w.Reaches.Add(t.Context(), reach.Month{Structure: "aaa", Month: "2026-10", Invited: 2}, w.now()); err != nil {
			t.Fatal(err)
		}
		months, err := w.Reaches.Of(t.Context(), "aaa", []string{"2026-09", "2026-10", "2026-11"})
		if err != nil || len(months) != 2 {
			t.Fatalf("%d months, %v", len(months), err)
		}
		if m := months[1]; months[0].Invited != 2 || m.Found != 48 || m.Viewed != 16 || m.Words["jardin"] != 32 || m.Words["mot3"] != 2 || len(m.Words) != 9 {
			t.Errorf("%+v", months)
		}
	})
}

// Months are kept for 24 after their end; a count of what would go writes nothing.
func TestReachIsKeptForTwoYears(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		for _, m := range []reach.Month{
			{Structure: "aaa", Month: "2024-10", Found: 9}, {Structure: "bbb", Month: "2023-01", Found: 9},
			{Structure: "aaa", Month: "2024-11", Found: 9}, {Structure: "aaa", Month: "2026-11", Found: 9},
		} {
			if err := w.Reaches.Add(t.Context(), m, w.now()); err != nil {
				t.Fatal(err)
			}
		}
		left := func() int64 {
			n, err := w.Reaches.Raw().Count(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		dry, err := w.RetainDry(t.Context())
		if err != nil || dry.Counts[people.RetainReach] != 2 || left() != 4 {
			t.Errorf("would delete %d, %d left, %v", dry.Counts[people.RetainReach], left(), err)
		}
		run, err := w.Retain(t.Context())
		if err != nil || run.Counts[people.RetainReach] != 2 || left() != 2 {
			t.Errorf("deleted %d, %d left, %v", run.Counts[people.RetainReach], left(), err)
		}
		if kept, err := w.Reaches.Of(t.Context(), "aaa", []string{"2024-11", "2026-11"}); err != nil || len(kept) != 2 {
			t.Errorf("%+v, %v", kept, err)
		}
	})
}
