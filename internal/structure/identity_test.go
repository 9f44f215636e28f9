package structure

import (
	"errors"
	"testing"
)

func TestParseSIRET(t *testing.T) {
	tests := []struct {
		name, in, want string
		repaired       bool
		err            error
	}{
		{"plain", "73282932000074", "73282932000074", false, nil},
		{"grouped", "732 829 320 00074", "73282932000074", false, nil},
		{"no-break spaces", "732\u00a0829\u202f320 00074", "73282932000074", false, nil},
		{"leading zero lost", "5410220000117", "05410220000117", true, nil},
		{"two leading zeros lost", "540000000203", "00540000000203", true, nil},
		{"a spreadsheet's float", "73282932000074.0", "73282932000074", false, nil},
		{"La Poste head office", "35600000000048", "35600000000048", false, nil},
		{"La Poste, sum a multiple of 5", "35600000049837", "35600000049837", false, nil},
		{"scientific with comma", "8,07469E+13", "", false, ErrScientific},
		{"scientific with point", "8.07469e13", "", false, ErrScientific},
		{"checksum", "73282932000075", "", false, ErrChecksum},
		{"too short", "732829320", "", false, ErrLength},
		{"too long", "732829320000741", "", false, ErrLength},
		{"empty", "", "", false, ErrLength},
		{"all zeros, as files write none", "00000000000000", "", false, ErrChecksum},
		{"all zeros, some lost", "000000000000", "", false, ErrChecksum},
		{"an establishment of no SIREN", "00000000000018", "", false, ErrChecksum},
		{"letters", "7328293200007A", "", false, ErrNotDigits},
		{"other digits", "٧٣٢٨٢٩٣٢٠٠٠٠٧٤", "", false, ErrNotDigits},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, repaired, err := ParseSIRET(tt.in)
			if got != tt.want || repaired != tt.repaired || !errors.Is(err, tt.err) {
				t.Errorf("ParseSIRET(%q) = %q, %v, %v; want %q, %v, %v", tt.in, got, repaired, err, tt.want, tt.repaired, tt.err)
			}
		})
	}
}

func TestParseSIRENRefusesZeros(t *testing.T) {
	for _, s := range []string{"000000000", "0000000"} {
		if got, _, err := ParseSIREN(s); !errors.Is(err, ErrChecksum) {
			t.Errorf("ParseSIREN(%q) = %q, %v", s, got, err)
		}
	}
}

func FuzzParseSIRET(f *testing.F) {
	for _, s := range []string{"73282932000074", "8,07469E+13", "35600000049837", " ", "0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		siret, _, err := ParseSIRET(s)
		if err == nil && !ValidSIRET(siret) {
			t.Errorf("ParseSIRET(%q) = %q, which is not valid", s, siret)
		}
		if again, repaired, err2 := ParseSIRET(siret); err == nil && (again != siret || repaired || err2 != nil) {
			t.Errorf("ParseSIRET(%q) does not read its own answer %q", s, siret)
		}
	})
}

func TestParseFINESS(t *testing.T) {
	for in, want := range map[string]string{"940012345": "940012345", "2a0012345": "2A0012345", " 94 001 2345 ": "940012345", "94001234": "", "ABC": ""} {
		if got, err := ParseFINESS(in); got != want || (err == nil) != (want != "") {
			t.Errorf("ParseFINESS(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
}

func TestIdentityPrefersFINESS(t *testing.T) {
	tests := []struct {
		s    Structure
		want string
	}{
		{Structure{FINESS: "940012345", SIRET: "73282932000074"}, "finess:940012345"},
		{Structure{SIRET: "73282932000074", RNA: "W941234567"}, "siret:73282932000074"},
		{Structure{RNA: "W941234567"}, "rna:W941234567"},
		{Structure{}, ""},
	}
	for _, tt := range tests {
		if got := tt.s.Identity(); got != tt.want {
			t.Errorf("Identity() = %q, want %q", got, tt.want)
		}
	}
}

func TestNewIDIsStableAndUnlikeItsNeighbour(t *testing.T) {
	a, b := NewID("siret:73282932000074"), NewID("siret:73282932000082")
	if a != NewID("siret:73282932000074") || a == b || len(a) != 16 {
		t.Errorf("NewID gives %q and %q", a, b)
	}
}

func TestMayBe(t *testing.T) {
	for name, c := range map[string]struct {
		free, numbered []Kind
		want           bool
	}{
		"nothing known":     {nil, nil, true},
		"no kind of ours":   {nil, []Kind{ESAT}, true},
		"the same":          {[]Kind{EA}, []Kind{EA}, true},
		"a sister":          {[]Kind{EA}, []Kind{ESAT}, false},
		"temporary work":    {[]Kind{EATT}, []Kind{EA}, true},
		"of the IAE":        {[]Kind{EI}, []Kind{ESAT}, true},
		"one is a sister's": {[]Kind{ESAT, EA}, []Kind{ESAT}, false},
		"one of both":       {[]Kind{EA}, []Kind{ESAT, EA}, true},
	} {
		if got := MayBe(c.free, c.numbered); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
