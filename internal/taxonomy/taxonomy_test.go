package taxonomy

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"sourcier/internal/territory"
)

var slug = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func TestGroupsAndSectorsAreWellFormed(t *testing.T) {
	tax := Default()
	if n := len(tax.Groups()); n < 24 {
		t.Errorf("%d groups, want at least 24", n)
	}
	if n := len(tax.Sectors()); n < 150 {
		t.Errorf("%d sectors, want at least 150", n)
	}
	for _, g := range tax.Groups() {
		checkHead(t, g.Code, g.Label)
		if len(tax.InGroup(g.Code)) == 0 {
			t.Errorf("group %s has no sector", g.Code)
		}
		if _, clash := tax.Sector(g.Code); clash {
			t.Errorf("%s is a group and a sector", g.Code)
		}
	}
	for _, s := range tax.Sectors() {
		checkHead(t, s.Code, s.Label)
		if _, ok := tax.Group(s.Group); !ok {
			t.Errorf("%s: unknown group %q", s.Code, s.Group)
		}
		checkSector(t, tax, s)
	}
}

// checkHead checks a code and a label as they are written by hand.
func checkHead(t *testing.T, code, label string) {
	t.Helper()
	if !slug.MatchString(code) {
		t.Errorf("code %q is no slug", code)
	}
	if strings.ContainsAny(label, "'\"") || strings.TrimSpace(label) != label {
		t.Errorf("%s: label %q: typographic apostrophes, no space around", code, label)
	}
	if regexp.MustCompile(`[^\x{202f}][:;!?]`).MatchString(label) {
		t.Errorf("%s: label %q: a narrow no-break space comes before ; : ! ?", code, label)
	}
}

func checkSector(t *testing.T, tax *Taxonomy, s Sector) {
	t.Helper()
	keys := make(map[string]bool)
	for _, synonym := range s.Synonyms {
		keys[nameKey(synonym)] = true
	}
	if len(keys) < 4 || len(keys) != len(s.Synonyms) {
		t.Errorf("%s: %d synonyms of which %d differ, want 4 or more and no repetition", s.Code, len(s.Synonyms), len(keys))
	}
	if len(s.CPV) == 0 || len(s.Aliases) == 0 {
		t.Errorf("%s: %d CPV prefixes, %d aliases: want some", s.Code, len(s.CPV), len(s.Aliases))
	}
	for _, p := range s.CPV {
		if bare, ok := bareCPV(p); !ok || bare != p {
			t.Errorf("%s: CPV prefix %q: want 2 to 8 digits without trailing zeros", s.Code, p)
		}
	}
	if len(s.NAF) == 0 {
		t.Errorf("%s: no NAF sub-class", s.Code)
	}
	for _, naf := range s.NAF {
		if _, known := tax.NAFLabel(naf); !known {
			t.Errorf("%s: no NAF sub-class %s", s.Code, naf)
		}
	}
	if len(slices.Compact(slices.Sorted(slices.Values(s.NAF)))) != len(s.NAF) {
		t.Errorf("%s: a NAF sub-class is there twice", s.Code)
	}
}

// Two sectors that answer to the same name would make imports depend on the
// order of the files.
func TestNoNameMeansTwoSectors(t *testing.T) {
	owner := make(map[string]string)
	for _, s := range Default().Sectors() {
		names := append([]string{s.Code, s.Label}, s.Synonyms...)
		for _, name := range append(names, s.Aliases...) {
			key := nameKey(name)
			if other, taken := owner[key]; taken && other != s.Code {
				t.Errorf("%q means %s and %s", name, other, s.Code)
			}
			owner[key] = s.Code
		}
	}
}

func TestSectorsAreSortedByGroupThenLabel(t *testing.T) {
	tax := Default()
	var again []Sector
	for _, g := range tax.Groups() {
		again = append(again, tax.InGroup(g.Code)...)
	}
	all := tax.Sectors()
	if len(again) != len(all) {
		t.Fatalf("%d sectors in groups, %d in all", len(again), len(all))
	}
	for i, s := range all {
		if s.Code != again[i].Code {
			t.Fatalf("sector %d is %s, in its group %s", i, s.Code, again[i].Code)
		}
		if i > 0 && all[i-1].Group == s.Group && territory.Fold(all[i-1].Label) > territory.Fold(s.Label) {
			t.Errorf("%q comes after %q", s.Label, all[i-1].Label)
		}
	}
}

func TestLookupsGiveCopies(t *testing.T) {
	tax := Default()
	tax.Sectors()[0].Code = "changed"
	tax.Groups()[0].Code = "changed"
	tax.InGroup("proprete")[0].Code = "changed"
	tax.ByNAF("8121Z")[0].Code = "changed"
	NationalLabels()[0].Code = "changed"
	tax.Characteristics()[0].Code = "changed"
	if _, ok := tax.Sector("nettoyage-locaux"); !ok || tax.Groups()[0].Code != "proprete" {
		t.Error("a caller changed the taxonomy")
	}
	if tax.ByNAF("8121Z")[0].Code != "nettoyage-locaux" || NationalLabels()[0].Code != "rge" || tax.Characteristics()[0].Code == "changed" {
		t.Error("a caller changed a list of the taxonomy")
	}
}

func TestUnknownCodesAreNotFound(t *testing.T) {
	tax := Default()
	if s, ok := tax.Sector("nope"); ok {
		t.Errorf("Sector(nope) = %v", s)
	}
	if g, ok := tax.Group(""); ok {
		t.Errorf("Group() = %v", g)
	}
	if c, ok := tax.Characteristic("nope"); ok {
		t.Errorf("Characteristic(nope) = %v", c)
	}
	if list := tax.InGroup("nope"); len(list) != 0 {
		t.Errorf("InGroup(nope) = %v", list)
	}
}

func TestCharacteristics(t *testing.T) {
	tax := Default()
	all := tax.Characteristics()
	if len(all) < 20 || len(all) > 30 {
		t.Errorf("%d characteristics, want about 25", len(all))
	}
	for _, c := range all {
		checkHead(t, c.Code, c.Label)
		if found, ok := tax.Characteristic(c.Code); !ok || found != c {
			t.Errorf("Characteristic(%s) = %v, %v", c.Code, found, ok)
		}
	}
	// DESIGN names these; their codes are stored in every activity.
	for _, code := range []string{"reemploi", "matieres-recyclees", "biosource", "bio", "saison", "circuit-court", "equitable",
		"livraison-velo", "critair-0-1", "vaisselle-lavable", "zero-plastique", "produits-ecolabel"} {
		if _, ok := tax.Characteristic(code); !ok {
			t.Errorf("no characteristic %s", code)
		}
	}
}

func TestParserRefusals(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"sector before a group", "a | A\n", "before any group"},
		{"head without label", "= a\n", "expected « code | label »"},
		{"head with an empty label", "= a |\n", "expected « code | label »"},
		{"field before a sector", "= g | G\n  naf: 81.21Z\n", "below a sector"},
		{"field without a colon", "= g | G\na | A\n  naf 81.21Z\n", "below a sector"},
		{"unknown key", "= g | G\na | A\n  nace: 81\n", `unknown key "nace"`},
		{"line number", "# comment\n\n= g\n", "line 3"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var p parser
			err := p.read(tt.text)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("read = %v, want an error with %q", err, tt.want)
			}
		})
	}
}

func TestParserReads(t *testing.T) {
	var p parser
	err := p.read("# comment\n= g | Group\n\na | A, b\n  synonyms: x; y z ;\n  synonyms: w\n  naf: 81.21z\n  cpv: 90; 9091\n  aliases: L'autre, oui\n")
	if err != nil {
		t.Fatal(err)
	}
	got := p.sectors[0]
	if got.Code != "a" || got.Label != "A, b" || got.Group != "g" || !slices.Equal(got.Synonyms, []string{"x", "y z", "w"}) ||
		!slices.Equal(got.NAF, []string{"8121Z"}) || !slices.Equal(got.CPV, []string{"90", "9091"}) || !slices.Equal(got.Aliases, []string{"L'autre, oui"}) {
		t.Errorf("read %+v", got)
	}
}

func TestIndexRefusesACodeUsedTwice(t *testing.T) {
	for name, tax := range map[string]*Taxonomy{
		"two groups":         {groups: []Group{{"g", "G"}, {"g", "H"}}},
		"two sectors":        {groups: []Group{{"g", "G"}}, sectors: []Sector{{Code: "a", Group: "g"}, {Code: "a", Group: "g"}}},
		"a group and sector": {groups: []Group{{"g", "G"}}, sectors: []Sector{{Code: "g", Group: "g"}}},
	} {
		if err := tax.index(); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
