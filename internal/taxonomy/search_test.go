package taxonomy

import (
	"slices"
	"strings"
	"testing"
)

func TestSearch(t *testing.T) {
	tax := Default()
	cases := []struct {
		q, first, synonym string
		others            []string // somewhere behind
	}{
		{"nettoyage de locaux", "nettoyage-locaux", "", nil},
		{"nettoy", "nettoyage-locaux", "nettoyage", []string{"nettoyage-vitres"}},
		{"MENAGE", "nettoyage-locaux", "ménage", nil},
		{"ménages", "nettoyage-locaux", "ménage", nil},
		{"bureaux nettoyage", "nettoyage-locaux", "", nil},
		{"bur net", "nettoyage-locaux", "", nil},
		{"nettoyage d", "nettoyage-facades-graffitis", "", []string{"nettoyage-vitres"}},
		{"tonte", "entretien-espaces-verts", "tonte", nil},
		{"propreté et", "proprete", "", nil},
		{"restauration", "restauration", "", []string{"restauration-collective"}},
		{"plateau rep", "plateaux-repas", "plateau-repas", nil},
		{"l’étanchéité", "", "", nil},
		{"repas", "plateaux-repas", "repas livrés", []string{"portage-repas"}},
	}
	for _, c := range cases {
		got := tax.Search(c.q, 5)
		if len(got) == 0 {
			if c.first != "" {
				t.Errorf("%q suggests nothing", c.q)
			}
			continue
		}
		if c.first != "" && (got[0].Code != c.first || got[0].Synonym != c.synonym) {
			t.Errorf("%q: first %+v, want %s by %q", c.q, got[0], c.first, c.synonym)
		}
		for _, code := range c.others {
			if !slices.ContainsFunc(got, func(m Match) bool { return m.Code == code }) {
				t.Errorf("%q: %s is not in %+v", c.q, code, got)
			}
		}
	}
}

func TestSearchGivesEachCodeOnce(t *testing.T) {
	for _, q := range []string{"nettoyage", "e", "entretien", "repas", "a"} {
		got := Default().Search(q, 8)
		seen := map[string]bool{}
		for _, m := range got {
			if seen[m.Code] {
				t.Errorf("%q: %s twice in %+v", q, m.Code, got)
			}
			seen[m.Code] = true
		}
		if len(got) != 8 && q != "repas" {
			t.Errorf("%q: %d suggestions", q, len(got))
		}
	}
}

func TestSearchRefuses(t *testing.T) {
	for _, q := range []string{"", "  ", "!?", "zzzz", "nettoyage zzzz", strings.Repeat("a ", 13), strings.Repeat("a", 501)} {
		if got := Default().Search(q, 5); len(got) != 0 {
			t.Errorf("%.20q suggests %v", q, got)
		}
	}
	if got := Default().Search("nettoyage", 0); len(got) != 0 {
		t.Errorf("none asked for, %v given", got)
	}
}

func TestSearchCPV(t *testing.T) {
	cases := []struct {
		digits string
		want   []string
	}{
		{"90911", []string{"90911000", "90911300"}},
		{"9091120", []string{"90911200"}},
		{"90911200-8", []string{"90911200"}},
		{"909192", []string{"90919200"}},
		{"9", nil}, {"", nil}, {"90a", nil}, {"00", nil}, {"909112008", nil}, {"9091-8", nil}, {"90 911", nil},
	}
	for _, c := range cases {
		if got := Default().SearchCPV(c.digits, 5); !slices.Equal(got, c.want) {
			t.Errorf("%q: %v, want %v", c.digits, got, c.want)
		}
	}
	if got := Default().SearchCPV("90", 4); len(got) != 4 || got[0] != "90000000" || !slices.IsSorted(got) {
		t.Errorf("a division: %v", got)
	}
}

func TestWords(t *testing.T) {
	shown := map[string]string{}
	for folded, word := range Default().Words() {
		if _, seen := shown[folded]; !seen {
			shown[folded] = word
		}
	}
	for folded, want := range map[string]string{"menage": "ménage", "nettoyage": "nettoyage", "etancheite": "étanchéité", "de": "", "bureaux": "bureaux"} {
		if shown[folded] != want {
			t.Errorf("%s is shown %q, want %q", folded, shown[folded], want)
		}
	}
}

func BenchmarkSearch(b *testing.B) {
	Default().Search("a", 1)
	b.ReportAllocs()
	for b.Loop() {
		Default().Search("e", 5)
	}
}
