package taxonomy

import (
	"strings"
	"testing"

	"sourcier/internal/structure"
)

func TestEveryCodedValueHasAName(t *testing.T) {
	check := func(code string, n Name) {
		t.Helper()
		if n.Short == "" || n.Long == "" || n.Long == code {
			t.Errorf("%s has the names %+v", code, n)
		}
		if strings.ContainsAny(n.Short+n.Long, "'") {
			t.Errorf("%s: %+v: typographic apostrophes", code, n)
		}
	}
	for _, k := range structure.Kinds {
		check(string(k), KindName(k))
		if TypeName(string(k)) != KindName(k) || !strings.HasSuffix(KindName(k).Long, "("+string(k)+")") {
			t.Errorf("%s is shown as %+v", k, TypeName(string(k)))
		}
	}
	for _, e := range structure.ESSFamilies {
		check(string(e), ESSName(e))
		if TypeName(string(e)) != ESSName(e) {
			t.Errorf("%s is shown as %+v", e, TypeName(string(e)))
		}
	}
	for _, s := range structure.Sizes {
		check(string(s), SizeName(s))
		if TypeName(string(s)) != SizeName(s) {
			t.Errorf("%s is shown as %+v", s, TypeName(string(s)))
		}
	}
	for _, f := range structure.Families {
		check(string(f), FamilyName(f))
	}
	for _, m := range structure.Modes {
		check(string(m), ModeName(m))
	}
	for _, w := range structure.Workforces {
		check(string(w), Name{WorkforceLabel(w), WorkforceLabel(w)})
	}
	for _, a := range []structure.AvailabilityState{structure.Available, structure.BookedUp, structure.OnQuote, ""} {
		check(string(a), Name{AvailabilityLabel(a), AvailabilityLabel(a)})
	}
}

func TestNames(t *testing.T) {
	for _, tt := range []struct{ got, want string }{
		{KindName(structure.ESAT).Long, "Établissement ou service d’accompagnement par le travail (ESAT)"},
		{KindName(structure.ESAT).Short, "ESAT"},
		{FamilyName(structure.Insertion).Long, "Insertion (SIAE, GEIQ, SEP)"},
		{FamilyName(structure.Handicap).Long, "Handicap (EA, ESAT)"},
		{FamilyName(structure.Entreprise).Short, "TPE, PME"},
		{SizeName(structure.TPE).Long, "TPE (moins de 10 personnes)"},
		{WorkforceLabel("11"), "10 à 19 salariés"},
		{WorkforceLabel("42"), "1\u202f000 à 1\u202f999 salariés"},
		{WorkforceLabel(""), "Effectif inconnu"},
		{AvailabilityLabel(""), "Non déclarée"},
		// a value from a later version shows itself
		{KindName("XYZ").Long, "XYZ"},
		{TypeName("XYZ").Short, "XYZ"},
		{WorkforceLabel("99"), "99"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestBasisInfo(t *testing.T) {
	for _, b := range structure.Bases {
		text := BasisInfo(b)
		if !strings.HasPrefix(text.Short, string(b)+" ·") || !strings.Contains(text.Long, string(b)) {
			t.Errorf("%s is shown as %q, %q", b, text.Short, text.Long)
		}
		if !strings.HasSuffix(text.Explain, ".") || strings.Count(text.Explain, ". ") > 4 {
			t.Errorf("%s: %q is not a sentence", b, text.Explain)
		}
	}
	// R2113-7 sets the share for 12, 13 and 13-1 only.
	for _, b := range []structure.Basis{structure.L2113_12, structure.L2113_13, structure.L2113_13_1} {
		if !strings.Contains(BasisInfo(b).Explain, "R2113-7") {
			t.Errorf("%s does not name the share of R2113-7", b)
		}
	}
	for _, b := range []structure.Basis{structure.L2113_12, structure.L2113_13, structure.L2113_15} {
		if BasisInfo(b).ToCheck == "" {
			t.Errorf("%s: nothing to check, though its application to some kinds was not read in the law", b)
		}
	}
	// Being of the ESS is not enough, nor is the service.
	if !strings.Contains(BasisInfo(structure.L2113_15).ToCheck, "mission de service public") {
		t.Errorf("L2113-15: %q", BasisInfo(structure.L2113_15).ToCheck)
	}
	if got := BasisInfo("L9999-1"); got.Short != "L9999-1" || got.Explain != "" {
		t.Errorf("an unknown basis shows %+v", got)
	}
}

func TestNationalLabels(t *testing.T) {
	seen := make(map[string]string)
	usual := 0
	for _, l := range NationalLabels() {
		checkLabel(t, l)
		for _, name := range append([]string{l.Code, l.Name}, l.aliases...) {
			if other, taken := seen[nameKey(name)]; taken && other != l.Code {
				t.Errorf("%q means %s and %s", name, other, l.Code)
			}
			seen[nameKey(name)] = l.Code
			if got, ok := NationalLabelOf(strings.ToUpper(name)); !ok || got.Code != l.Code {
				t.Errorf("NationalLabelOf(%q) = %q, %v, want %s", name, got.Code, ok, l.Code)
			}
		}
		if l.Usual {
			usual++
		}
	}
	if usual == 0 || usual == len(seen) {
		t.Errorf("%d usual labels", usual)
	}
	for _, text := range []string{"", "Empl’itude", "le", "zzz"} {
		if got, ok := NationalLabelOf(text); ok {
			t.Errorf("NationalLabelOf(%q) = %s, want none", text, got.Code)
		}
	}
}

func checkLabel(t *testing.T, l NationalLabel) {
	t.Helper()
	if !slug.MatchString(l.Code) || l.Name == "" || len(l.About) < 10 {
		t.Errorf("label %+v", l)
	}
}
