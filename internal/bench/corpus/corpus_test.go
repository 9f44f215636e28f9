package corpus

import (
	"reflect"
	"strings"
	"testing"

	"sourcier/internal/structure"
)

const sample = 10_000

func textBytes(s *structure.Structure) int {
	n := len(s.Name) + len(s.TradeName) + len(s.Description) + len(s.Address.City)
	for _, r := range s.References {
		n += len(r)
	}
	for _, a := range s.Activities {
		n += len(a.Offer)
	}
	return n
}

func TestStructureDependsOnSeedAndNumberAlone(t *testing.T) {
	a, b, other := New(1), New(1), New(2)
	for _, i := range []int{0, 33, 1234, 999_999} {
		_ = a.Structure(i + 7)
		first, again := a.Structure(i), b.Structure(i)
		if !reflect.DeepEqual(first, again) {
			t.Errorf("structure %d differs from one generator to the next", i)
		}
		if s := other.Structure(i); s.Description == first.Description && s.Name == first.Name {
			t.Errorf("structure %d is the same with another seed", i)
		}
	}
	f1, err1 := a.Fingerprint()
	f2, err2 := b.Fingerprint()
	f3, err3 := other.Fingerprint()
	if err1 != nil || err2 != nil || err3 != nil || f1 != f2 || f1 == f3 {
		t.Errorf("fingerprints %s %s %s, errors %v %v %v", f1, f2, f3, err1, err2, err3)
	}
}

func TestMix(t *testing.T) {
	g := New(DefaultSeed)
	bytes, derived, planted := 0, 0, 0
	ids := map[string]bool{}
	for i := range sample {
		s := g.Structure(i)
		if !structure.ValidSIRET(s.SIRET) || s.ID != structure.NewID(s.Identity()) || ids[s.ID] {
			t.Fatalf("structure %d: SIRET %s, id %s", i, s.SIRET, s.ID)
		}
		ids[s.ID] = true
		bytes += textBytes(&s)
		if s.Activities[0].Derived {
			derived++
		}
		if strings.Contains(s.Description, RareWord) != Planted(i) {
			t.Errorf("structure %d: the rare word goes with being planted (%v)", i, Planted(i))
		}
		if Planted(i) {
			planted++
		}
		if strings.Contains(s.Description, "{") || s.Name == "" {
			t.Errorf("structure %d: %q, %q", i, s.Name, s.Description)
		}
	}
	if mean := bytes / sample; mean < 600 || mean > 700 {
		t.Errorf("%d bytes of text each on average, want about 650", mean)
	}
	if share := derived * 100 / sample; share < 77 || share > 83 {
		t.Errorf("%d %% have a derived activity, want about 80", share)
	}
	if planted != PlantedCount {
		t.Errorf("%d planted in %d, want %d", planted, sample, PlantedCount)
	}
}

// TestSelectiveSetsStaySmall: what the planted hold, nobody else does, so that a
// selective query has as many answers at each size.
func TestSelectiveSetsStaySmall(t *testing.T) {
	g := New(DefaultSeed)
	for i := PlantedCount * plantEvery; i < PlantedCount*plantEvery+sample; i++ {
		s := g.Structure(i)
		for _, l := range s.Labels {
			if l.Code == RareLabel {
				t.Errorf("structure %d has the rare label", i)
			}
		}
		for _, a := range s.Activities {
			for _, code := range a.Sectors {
				if code == RareSectors()[0] || code == RareSectors()[1] {
					t.Errorf("structure %d sells %s", i, code)
				}
			}
		}
	}
}

func BenchmarkStructure(b *testing.B) {
	g := New(DefaultSeed)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		_ = g.Structure(i)
		i++
	}
}
