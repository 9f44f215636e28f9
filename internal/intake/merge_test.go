package intake

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// saying builds a draft from a source on a day.
func saying(source structure.Source, day structure.Date, line int, facts structure.Structure) *Draft {
	d := &Draft{SIRET: facts.SIRET, FINESS: facts.FINESS, Facts: facts}
	d.Origin = structure.Origin{Source: source, AsOf: day, File: "f-" + string(source), Line: line}
	for i := range d.Facts.Agreements {
		d.Facts.Agreements[i].Source, d.Facts.Agreements[i].AsOf = source, day
	}
	return d
}

func apply(s *structure.Structure, drafts ...*Draft) (changed, dirty bool) {
	rules := rulesOf(territory.Default(), taxonomy.Default(), nil)
	for _, d := range drafts {
		identify(s, d)
		diff := rules.Merge(s, d.claim())
		changed, dirty = changed || diff.Changed, dirty || diff.Dirty
	}
	return changed, dirty
}

func TestMergeRank(t *testing.T) {
	name := func(n string) structure.Structure { return structure.Structure{Name: n} }
	for title, c := range map[string]struct {
		drafts []*Draft
		want   string
	}{
		"a better source": {[]*Draft{saying("generic", "2026-01-01", 1, name("A")), saying("sirene", "2020-01-01", 1, name("B"))}, "B"},
		"a weaker source": {[]*Draft{saying("sirene", "2020-01-01", 1, name("A")), saying("generic", "2026-01-01", 1, name("B"))}, "A"},
		"newer":           {[]*Draft{saying("lemarche", "2025-01-01", 1, name("A")), saying("lemarche", "2026-01-01", 1, name("B"))}, "B"},
		"older":           {[]*Draft{saying("lemarche", "2026-01-01", 1, name("A")), saying("lemarche", "2025-01-01", 1, name("B"))}, "A"},
		"later line":      {[]*Draft{saying("generic", "2026-01-01", 1, name("A")), saying("generic", "2026-01-01", 2, name("B"))}, "B"},
		"earlier line":    {[]*Draft{saying("generic", "2026-01-01", 2, name("A")), saying("generic", "2026-01-01", 1, name("B"))}, "A"},
		"the structure":   {[]*Draft{saying("self", "2020-01-01", 0, name("A")), saying("sirene", "2026-01-01", 1, name("B"))}, "A"},
		"a moderator":     {[]*Draft{saying("moderator", "2020-01-01", 0, name("A")), saying("sirene", "2026-01-01", 1, name("B"))}, "A"},
		"nothing said":    {[]*Draft{saying("generic", "2026-01-01", 1, name("A")), saying("sirene", "2026-01-01", 1, name(""))}, "A"},
	} {
		var s structure.Structure
		if apply(&s, c.drafts...); s.Name != c.want {
			t.Errorf("%s: %q, want %q", title, s.Name, c.want)
		}
	}
}

// TestMergeCorrectedFile believes the file changed last when two of one source
// and day contradict each other, whichever is imported last.
func TestMergeCorrectedFile(t *testing.T) {
	first, second := saying("generic", "2026-01-01", 9, structure.Structure{Name: "A"}), saying("generic", "2026-01-01", 2, structure.Structure{Name: "B"})
	first.Origin.File, second.Origin.File = "69000000-ffffffff", "69000001-00000000"
	for _, order := range [][]*Draft{{first, second}, {second, first}} {
		var s structure.Structure
		if apply(&s, order...); s.Name != "B" {
			t.Errorf("name %q, want that of the corrected file", s.Name)
		}
	}
}

func TestMergeOrigin(t *testing.T) {
	var s structure.Structure
	facts := structure.Structure{Name: "A"}
	apply(&s, saying("lemarche", "2025-01-01", 1, facts))
	if changed, dirty := apply(&s, saying("lemarche", "2025-01-01", 1, facts)); changed || dirty {
		t.Error("the same record changed something")
	}
	if changed, dirty := apply(&s, saying("lemarche", "2026-01-01", 7, facts)); changed || !dirty || s.Origins[structure.FieldName].AsOf != "2026-01-01" {
		t.Errorf("a later record of the same value must move its date only: %v %v %+v", changed, dirty, s.Origins)
	}
	if changed, dirty := apply(&s, saying("sirene", "2020-01-01", 3, facts)); changed || !dirty || s.Origins[structure.FieldName].Source != "sirene" {
		t.Error("a better source of the same value must be named")
	}
}

func TestMergeActivities(t *testing.T) {
	derived := structure.Structure{Activities: []structure.Activity{{Sectors: []string{"a"}, Derived: true}}}
	declared := structure.Structure{Activities: []structure.Activity{{Sectors: []string{"b"}}}}
	zone := structure.Structure{Activities: []structure.Activity{{Zone: structure.Zone{France: true}}}}
	for title, c := range map[string]struct {
		facts [2]structure.Structure
		by    [2]structure.Source
		want  structure.Structure
	}{
		"declared stays":          {[2]structure.Structure{declared, derived}, [2]structure.Source{"generic", "sirene"}, declared},
		"declared replaces":       {[2]structure.Structure{derived, declared}, [2]structure.Source{"sirene", "generic"}, declared},
		"a sector beats none":     {[2]structure.Structure{zone, derived}, [2]structure.Source{"emplois", "generic"}, derived},
		"the structure's own win": {[2]structure.Structure{derived, declared}, [2]structure.Source{"self", "generic"}, derived},
	} {
		var s structure.Structure
		apply(&s, saying(c.by[0], "2026-01-01", 1, c.facts[0]), saying(c.by[1], "2026-01-01", 1, c.facts[1]))
		if !reflect.DeepEqual(s.Activities, c.want.Activities) {
			t.Errorf("%s: %+v", title, s.Activities)
		}
	}
}

func TestMergePoint(t *testing.T) {
	exact := structure.Point{Lat: 48.78, Lon: 2.39, Precision: structure.PrecisionExact}
	in := func(p structure.Point) structure.Structure {
		return structure.Structure{Address: structure.Address{City: "Vitry", Commune: "94081", Point: p}}
	}
	var s structure.Structure
	apply(&s, saying("sirene", "2026-01-01", 1, in(structure.Point{})))
	if p := s.Address.Point; p.Precision != structure.PrecisionCommune || s.Origins[structure.FieldPoint].Source != "sirene" {
		t.Errorf("point %+v without coordinates", p)
	}
	apply(&s, saying("generic", "2020-01-01", 1, in(exact)))
	if s.Address.Point != exact || s.Origins[structure.FieldAddress].Source != "sirene" {
		t.Errorf("an exact point must beat that of the commune: %+v", s.Address)
	}
	apply(&s, saying("sirene", "2026-02-01", 1, in(structure.Point{})))
	if s.Address.Point != exact {
		t.Errorf("the exact point is gone: %+v", s.Address)
	}
}

func TestMergeDenied(t *testing.T) {
	var s structure.Structure
	yes, no := saying("generic", "2026-01-01", 1, structure.Structure{ESUS: true}), saying("generic", "2026-02-01", 1, structure.Structure{})
	no.Denied = []structure.Field{structure.FieldESUS}
	if apply(&s, yes, no); s.ESUS {
		t.Error("a later no must count")
	}
	if apply(&s, yes); s.ESUS {
		t.Error("an older yes must not")
	}
}

func TestMergeAgreements(t *testing.T) {
	with := func(numbers ...string) structure.Structure {
		var s structure.Structure
		for _, n := range numbers {
			s.Agreements = append(s.Agreements, structure.Agreement{Kind: structure.EI, Number: n})
		}
		return s
	}
	var s structure.Structure
	apply(&s, saying("lemarche", "2026-01-01", 1, with("")), saying("emplois", "2026-01-01", 1, with("")))
	if len(s.Agreements) != 2 {
		t.Fatalf("each source keeps its own: %+v", s.Agreements)
	}
	apply(&s, saying("emplois", "2026-02-01", 1, with("12")), saying("emplois", "2026-03-01", 1, with("")))
	if len(s.Agreements) != 2 || s.Agreements[1].Number != "12" {
		t.Errorf("a number replaces its absence: %+v", s.Agreements)
	}
	s.Origins[structure.FieldAgreements] = structure.Origin{Source: structure.SourceModerator}
	if changed, _ := apply(&s, saying("emplois", "2026-09-01", 1, with("99"))); changed {
		t.Error("a moderator's agreements changed")
	}
}

// TestMergeAnyOrder merges the same drafts in many orders: the same facts win.
func TestMergeAnyOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	sources := []structure.Source{"generic", "lemarche", "emplois", "sirene"}
	for round := range 200 {
		var drafts []*Draft
		for n := range 6 {
			day := structure.Date(fmt.Sprintf("2026-0%d-01", 1+random.IntN(3)))
			d := saying(sources[random.IntN(len(sources))], day, n+1, structure.Structure{
				Name: fmt.Sprint("n", random.IntN(3)), Contact: structure.Contact{Phone: fmt.Sprint(random.IntN(3))},
				Address:    structure.Address{City: fmt.Sprint("c", random.IntN(2)), Commune: []string{"94081", "94022"}[random.IntN(2)]},
				Agreements: []structure.Agreement{{Kind: structure.Kinds[random.IntN(3)], Number: fmt.Sprint(random.IntN(3))}},
				Activities: []structure.Activity{{Sectors: []string{fmt.Sprint(random.IntN(2))}, Derived: random.IntN(2) == 0}},
				ESUS:       random.IntN(2) == 0,
			})
			drafts = append(drafts, d)
		}
		var want structure.Structure
		apply(&want, drafts...)
		for range 10 {
			random.Shuffle(len(drafts), func(i, j int) { drafts[i], drafts[j] = drafts[j], drafts[i] })
			var got structure.Structure
			apply(&got, drafts...)
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("round %d:\ngot  %+v\nwant %+v", round, got, want)
			}
			if changed, dirty := apply(&got, drafts...); changed || dirty {
				t.Fatalf("round %d: merging again changed something: %+v", round, got)
			}
		}
	}
}

// TestMergeOutdatedAnyOrder takes away what an APE code suggested when the register
// has another by now, whenever each is heard of.
func TestMergeOutdatedAnyOrder(t *testing.T) {
	derived, declared := []structure.Activity{{Sectors: []string{"nettoyage-locaux"}, Derived: true}}, []structure.Activity{{Sectors: []string{"traiteur"}}}
	cleaning, church := structure.Structure{NAF: "8121Z", Activities: derived}, structure.Structure{NAF: "9491Z"}
	for name, c := range map[string]struct {
		drafts []*Draft
		want   []structure.Activity
	}{
		"left the sectors":       {[]*Draft{saying("sirene", "2026-01-01", 1, cleaning), saying("emplois", "2026-04-01", 1, cleaning), saying("sirene", "2026-03-01", 1, church)}, nil},
		"came into them":         {[]*Draft{saying("sirene", "2026-03-01", 1, cleaning), saying("sirene", "2026-01-01", 1, church)}, derived},
		"a weaker source left":   {[]*Draft{saying("sirene", "2026-01-01", 1, cleaning), saying("generic", "2026-03-01", 1, church)}, derived},
		"declared by the weaker": {[]*Draft{saying("sirene", "2026-01-01", 1, cleaning), saying("sirene", "2026-03-01", 1, church), saying("generic", "2026-01-01", 1, structure.Structure{Activities: declared})}, declared},
		"a code that is none":    {[]*Draft{saying("sirene", "2026-01-01", 1, cleaning), saying("sirene", "2026-03-01", 1, structure.Structure{NAF: "0000Z"})}, derived},
	} {
		random := rand.New(rand.NewPCG(1, 2))
		for range 10 {
			random.Shuffle(len(c.drafts), func(i, j int) { c.drafts[i], c.drafts[j] = c.drafts[j], c.drafts[i] })
			var s structure.Structure
			if apply(&s, c.drafts...); !reflect.DeepEqual(s.Activities, c.want) {
				t.Errorf("%s: %+v, want %+v", name, s.Activities, c.want)
			}
			if changed, dirty := apply(&s, c.drafts...); changed || dirty {
				t.Errorf("%s: merging again changed something: %+v", name, s)
			}
		}
	}
}
