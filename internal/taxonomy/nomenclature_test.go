package taxonomy

import "testing"

func TestLabel(t *testing.T) {
	for _, c := range []struct {
		of         Nomenclature
		code, want string
	}{
		{NAFRev2, "81.21Z", "Nettoyage courant des bâtiments"},
		{NAF2025, "81.21Z", ""}, // of the other one
		{NAF2025, "01.12Y", "Culture du riz"},
		{NAF2025, "0112y", "Culture du riz"},
		{NAFRev2, "0112Y", ""},
		{CPV2008, "03111000", "Graines"},
		{CPV2008, "03111000-2", "Graines"},
		{CPV2008, "03111000-3", ""}, // a digit was mistyped
		{CPV2008, "03111000-", ""},
		{CPV2008, "03111", ""},
		{CPV2008, "", ""},
		{"NACE", "0112Y", ""},
	} {
		if got, ok := Default().Label(c.of, c.code); got != c.want && ok || ok != (c.want != "") {
			t.Errorf("%s %s: %q, %v", c.of, c.code, got, ok)
		}
	}
}

// TestNomenclaturesAreWhole: the editions that the credits name, and no code of
// activity that two of them would read in two ways.
func TestNomenclaturesAreWhole(t *testing.T) {
	if n := len(cpv2008()); n != 9454 {
		t.Errorf("%d CPV codes", n)
	}
	if n := len(naf2025()); n != 747 {
		t.Errorf("%d codes of NAF 2025", n)
	}
	for code := range naf2025() {
		if label, both := Default().NAFLabel(code); both {
			t.Errorf("%s is in both NAF: %s", code, label)
		}
	}
	for _, s := range Default().Sectors() {
		for _, prefix := range s.CPV {
			if _, ok := cpv2008()[(prefix + "00000000")[:8]]; !ok {
				t.Errorf("sector %s: no CPV code begins like %s", s.Code, prefix)
			}
		}
	}
}

func TestReadListRefuses(t *testing.T) {
	for _, text := range []string{"A\n", "\n", "A\t\n", "A\tx\nA\ty\n"} {
		if got, err := readList(text); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}
