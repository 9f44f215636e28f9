package territory

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFold(t *testing.T) {
	cases := map[string]string{
		"":                        "",
		"Vitry-sur-Seine":         "vitry sur seine",
		"vitry sur seine":         "vitry sur seine",
		"  VITRY   s/ Seine ":     "vitry s seine",
		"L'Haÿ-les-Roses":         "l hay les roses",
		"L’Haÿ\u00a0les Roses":    "l hay les roses",
		"Œuvre, cœur & ÆGIS":      "oeuvre coeur aegis",
		"Île-de-France":           "ile de france",
		"I\u0302le":               "ile", // the accent as a code point of its own
		"Paris 13ᵉ":               "paris 13e",
		"n°\u202f12":              "n 12",
		"Straße Łódź Škoda Çelik": "strasse lodz skoda celik",
		"İstanbul ß ẞ":            "istanbul ss ss",
		"Αθηνα 東京":                "αθηνα 東京",
		"🍕 pizza \x00\xff":        "pizza",
		" a  b ":                  "a b",
		"a ":                      "a",
		" ":                       "",
	}
	for in, want := range cases {
		if got := Fold(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, seed := range []string{"L'Haÿ-les-Roses", "ŒUVRE", "I\u0302le", "\xff\x00", "ǅ ﬁ 𝕏", "  a  b "} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Fold(s)
		if Fold(got) != got {
			t.Errorf("%q folds to %q, then to %q", s, got, Fold(got))
		}
		if !utf8.ValidString(got) || strings.TrimSpace(got) != got || strings.Contains(got, "  ") {
			t.Errorf("%q folds to %q", s, got)
		}
	})
}
