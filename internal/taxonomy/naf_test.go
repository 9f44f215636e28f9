package taxonomy

import (
	"slices"
	"strings"
	"testing"
)

// Every sub-class maps to a sector or says why it does not, never both: what
// falls between would vanish from a SIRENE import without a word.
func TestEveryNAFSubclassHasAPlace(t *testing.T) {
	tax := Default()
	if n := len(tax.nafLabels); n != 732 {
		t.Fatalf("%d sub-classes, want 732", n)
	}
	used := make(map[string]bool)
	for code := range tax.nafLabels {
		sectors := tax.ByNAF(code)
		reason, unmapped := tax.UnmappedNAF(code)
		switch {
		case len(sectors) == 0 && !unmapped:
			t.Errorf("%s maps to no sector and is not listed as unmapped", code)
		case len(sectors) > 0 && unmapped:
			t.Errorf("%s maps to %s and is listed as unmapped", code, sectors[0].Code)
		case unmapped && len(reason) < 5:
			t.Errorf("%s: the reason %q says nothing", code, reason)
		case len(sectors) > 3:
			t.Errorf("%s maps to %d sectors: an APE code cannot say so much", code, len(sectors))
		}
		for _, e := range exclusions {
			if strings.HasPrefix(code, e.prefix) {
				used[e.prefix] = true
			}
		}
	}
	for i, e := range exclusions {
		if !used[e.prefix] {
			t.Errorf("exclusion %s names no sub-class", e.prefix)
		}
		for j, other := range exclusions {
			if i != j && strings.HasPrefix(e.prefix, other.prefix) {
				t.Errorf("exclusions %s and %s overlap", e.prefix, other.prefix)
			}
		}
	}
}

func TestByNAF(t *testing.T) {
	tax := Default()
	tests := []struct {
		code string
		want []string // sector codes that must be there
	}{
		{"8121Z", []string{"nettoyage-locaux"}},
		{"81.21Z", []string{"nettoyage-locaux"}},
		{" 81.21z ", []string{"nettoyage-locaux"}},
		{"81.30Z", []string{"entretien-espaces-verts", "amenagement-paysager"}},
		{"56.21Z", []string{"traiteur"}},
		{"8810C", []string{"ateliers-multi-activites"}},
		{"43.34Z", []string{"peinture"}},
		{"84.11Z", nil},
		{"8121", nil},
		{"", nil},
		{"9999Z", nil},
	}
	for _, tt := range tests {
		got := codes(tax.ByNAF(tt.code))
		if len(tt.want) == 0 && len(got) != 0 {
			t.Errorf("ByNAF(%q) = %v, want none", tt.code, got)
		}
		for _, want := range tt.want {
			if !slices.Contains(got, want) {
				t.Errorf("ByNAF(%q) = %v, want %s in it", tt.code, got, want)
			}
		}
	}
}

func TestUnmappedNAF(t *testing.T) {
	tax := Default()
	for _, code := range []string{"84.11Z", "6420Z", "05.10z", "9700Z", "8610Z", "0893Z"} {
		if reason, ok := tax.UnmappedNAF(code); !ok || reason == "" {
			t.Errorf("UnmappedNAF(%s) = %q, %v, want a reason", code, reason, ok)
		}
	}
	for _, code := range []string{"8121Z", "8411", "84", "", "nope", "8499Z"} {
		if reason, ok := tax.UnmappedNAF(code); ok {
			t.Errorf("UnmappedNAF(%s) = %q, want none", code, reason)
		}
	}
}

func TestNAFLabel(t *testing.T) {
	tax := Default()
	for code, want := range map[string]string{"81.21Z": "Nettoyage courant des bâtiments", "8121Z": "Nettoyage courant des bâtiments", "8810C": "Aide par le travail"} {
		if got, ok := tax.NAFLabel(code); !ok || got != want {
			t.Errorf("NAFLabel(%s) = %q, %v, want %q", code, got, ok, want)
		}
	}
	if got, ok := tax.NAFLabel("8121"); ok {
		t.Errorf("NAFLabel(8121) = %q, want none: a class is no sub-class", got)
	}
	for code, label := range tax.nafLabels {
		if strings.ContainsAny(label, "'\t") || strings.TrimSpace(label) == "" {
			t.Errorf("%s: label %q", code, label)
		}
	}
}

func codes(sectors []Sector) []string {
	var out []string
	for _, s := range sectors {
		out = append(out, s.Code)
	}
	return out
}
