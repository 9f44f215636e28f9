package structure

import (
	"testing"
)

// TestDayOfALapseStays imports more editions than are remembered: what lapsed
// with one of the first keeps its day, and is not written again.
func TestDayOfALapseStays(t *testing.T) {
	const first = Date("2026-01-01")
	for name, facts := range map[string]Structure{
		"an agreement": {Agreements: []Agreement{{Kind: EI}}},
		"a label":      {Labels: []Label{{Code: "rge"}}},
		"the rest":     {Description: "A"},
	} {
		l := Listing{Source: SourceLeMarche, Kinds: Kinds, Labels: true}
		var s, late Structure
		testRules().Merge(&s, says(SourceLeMarche, first, facts))
		lapse := func(s *Structure) Date {
			switch {
			case len(s.Agreements) > 0:
				return s.Agreements[0].Stale
			case len(s.Labels) > 0:
				return s.Labels[0].Stale
			}
			return s.Sightings[SourceLeMarche].Stale
		}
		for n := 1; n <= 3*MaxEditions; n++ {
			day := first.AddDays(n)
			l.Add(Everywhere, Edition{Ref: NewRef(day, "f-1"), Day: day})
			d := testRules(l).Merge(&s)
			if got := lapse(&s); got != first.AddDays(1) || d.Dirty != (n == 1) {
				t.Fatalf("%s, edition %d: lapsed on %s, %+v", name, n, got, d)
			}
			if said := says(SourceLeMarche, first, facts); testRules(l).Merge(&s, said).Dirty {
				t.Fatalf("%s, edition %d: the oldest file again changes it", name, n)
			}
		}
		// Named by a later file, it lapses with the first one after that.
		testRules(l).Merge(&s, says(SourceLeMarche, first.AddDays(3*MaxEditions-2), facts))
		if got := lapse(&s); got != first.AddDays(3*MaxEditions-1) {
			t.Errorf("%s: seen again, lapsed on %s", name, got)
		}
		testRules(l).Merge(&s, says(SourceLeMarche, first.AddDays(3*MaxEditions), facts))
		if got := lapse(&s); got != "" {
			t.Errorf("%s: in the newest, lapsed on %s", name, got)
		}
		// Of what comes in late, the day is that of the newest edition forgotten.
		testRules(l).Merge(&late, says(SourceLeMarche, first, facts))
		if got := lapse(&late); got != l.Dropped[Everywhere].Day || got != first.AddDays(2*MaxEditions) {
			t.Errorf("%s: late, lapsed on %s", name, got)
		}
	}
}

// TestDrop takes a file out of the editions, whatever its last change.
func TestDrop(t *testing.T) {
	var l Listing
	for n, area := range []string{"94", "94", "75"} {
		day := Date("2026-01-01").AddDays(n)
		l.Add(area, Edition{Ref: NewRef(day, "6b000c10-aaaa"), Day: day})
		l.Add(area, Edition{Ref: NewRef(day, "6b000c11-bbbb"), Day: day})
	}
	before := l.Clone()
	if l.Drop("aaa") || !l.Drop("aaaa") || l.Drop("aaaa") {
		t.Error("dropped what is not there, or kept what is")
	}
	if len(l.Areas["94"]) != 2 || len(l.Areas["75"]) != 1 || len(before.Areas["94"]) != 4 {
		t.Errorf("%+v, before %+v", l, before)
	}
	if e, found := l.Newer("2026-01-01 x", []string{"94", "75"}); !found || e.Day != "2026-01-03" {
		t.Errorf("newer %+v", e)
	}
	if e, found := l.Newer("2026-01-04", []string{"94"}); found {
		t.Errorf("newer %+v", e)
	}
}
