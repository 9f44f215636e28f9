package spreadsheet

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
)

func TestInert(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "ESAT L’Avenir (94)", "ESAT L’Avenir (94)"},
		{"empty", "", ""},
		{"equals", `=HYPERLINK("http://x")`, `'=HYPERLINK("http://x")`},
		{"plus", "+33 1 99 00 00 00", "'+33 1 99 00 00 00"},
		{"minus", "-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"},
		{"at", "@SUM(1+1)", "'@SUM(1+1)"},
		{"tab", "\t=1+1", "'\t'=1+1"},
		{"tab alone", "\tx", "'\tx"},
		{"carriage return", "\r=1+1", "'=1+1"},
		{"line feed", "\n=1+1", "'=1+1"},
		{"nul", "\x00=1+1", "'=1+1"},
		{"full width", "＝1+1", "'＝1+1"},
		{"full width plus", "＋1", "'＋1"},
		{"full width minus", "－1", "'－1"},
		{"full width at", "＠SUM(1)", "'＠SUM(1)"},
		{"small equals", "\uFE661", "'\uFE661"},
		{"minus sign", "\u22121", "'\u22121"},
		{"after blanks", "  =1", "'  =1"},
		{"after a no-break space", "\u00a0=1", "'\u00a0=1"},
		{"after a byte order mark", "\uFEFF=1", "'\uFEFF=1"},
		{"after a zero-width space", "\u200b=1", "'\u200b=1"},
		{"after quotes", `"=1`, `'"=1`},
		{"after an apostrophe", "'=1", "''=1"},
		{"after guillemets", "« =1 »", "'« =1 »"},
		{"behind a comma", `Nettoyage,=1+1`, `Nettoyage,'=1+1`},
		{"behind a semicolon and a quote", `Nettoyage;"=1+1`, `Nettoyage;'"=1+1`},
		{"behind a line break", "Nettoyage\r\n=1+1", "Nettoyage =1+1"},
		{"a sum within a text", "Tri + collecte = propreté", "Tri + collecte = propreté"},
		{"a hyphen within a text", "Saint-Denis, - 10 %", "Saint-Denis, - 10 %"},
		{"lines", "Tonte\r\nTaille", "Tonte Taille"},
		{"SIRET", "00000001800010", "'00000001800010"},
		{"SIRET without a zero", "18000123400010", "'18000123400010"},
		{"SIREN", "180001234", "180001234"},
		{"postal code", "94400", "94400"},
		{"postal code of the Ain", "01000", "'01000"},
		{"department", "2A", "2A"},
		{"telephone", "01 99 00 00 00", "'01 99 00 00 00"},
		{"telephone with dots", "01.99.00.00.00", "'01.99.00.00.00"},
		{"zero", "0", "0"},
		{"day", "2026-11-23", "2026-11-23"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Inert(tt.in); got != tt.want {
				t.Errorf("Inert(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestCSV(t *testing.T) {
	var b bytes.Buffer
	out, err := NewCSV(&b, "nom", "effet")
	if err != nil {
		t.Fatal(err)
	}
	if err := out.Write(`Les "Tilleuls"; Orly`, "=1"); err != nil {
		t.Fatal(err)
	}
	if err := out.Flush(); err != nil {
		t.Fatal(err)
	}
	want := "\uFEFFnom;effet\r\n\"Les \"\"Tilleuls\"\"; Orly\";'=1\r\n"
	if b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}

// FuzzInert: whatever the text, and whichever separator a spreadsheet cuts at, no
// cell begins a formula; and a text never makes a row.
func FuzzInert(f *testing.F) {
	for _, seed := range []string{"=1", "a,=1", "\t@x", `";"=1`, "'-1", "a\n=1", `a;""=1`, "\r\n\r\n+1", "a,b,-1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var b bytes.Buffer
		out, err := NewCSV(&b, "a", "b")
		if err != nil {
			t.Fatal(err)
		}
		if err := out.Write("x", s); err != nil {
			t.Fatal(err)
		}
		if err := out.Flush(); err != nil {
			t.Fatal(err)
		}
		file := strings.TrimPrefix(b.String(), bom)
		for _, separator := range []string{";", ",", "\t"} {
			for cell := range strings.SplitSeq(file, separator) {
				if cell = strings.TrimLeft(cell, `"`); cell != "" && strings.ContainsRune(starters, []rune(cell)[0]) {
					t.Errorf("%q gives the cell %q when cut at %q", s, cell, separator)
				}
			}
		}
		r := csv.NewReader(strings.NewReader(file))
		r.Comma = ';'
		if rows, err := r.ReadAll(); err != nil || len(rows) != 2 {
			t.Errorf("%q gives %d rows, %v", s, len(rows), err)
		}
	})
}
