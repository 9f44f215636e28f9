package french

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func surfaces(words []Word) string {
	var out []string
	for _, w := range words {
		out = append(out, w.Surface)
	}
	return strings.Join(out, " ")
}

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"Entretien des espaces verts":         "entretien espaces verts",
		"L'insertion par l’activité, d'abord": "insertion activite abord",
		"Qu’est-ce qu'une entreprise ?":       "est entreprise",
		"CŒUR de Ville":                       "coeur ville",
		"cafe\u0301 e\u0301quitable":          "cafe equitable", // accents typed apart
		"Vitry-sur-Seine (94)":                "vitry seine 94",
		"sûr et sur":                          "sur",
		"été":                                 "",
		"mise sous pli":                       "mise pli",
		"le de la 🙂 !!":                       "",
		"Empl'itude":                          "empl itude", // not an elision
		"3D, L2113-12":                        "3d l2113 12",
		"straße":                              "strasse",
	} {
		if got := surfaces(Words(text)); got != want {
			t.Errorf("Words(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestWordsPositions(t *testing.T) {
	text := "l’École « à vélo »"
	words := Words(text)
	if len(words) != 2 || text[words[0].Start:words[0].End] != "École" || text[words[1].Start:words[1].End] != "vélo" {
		t.Fatalf("positions %+v", words)
	}
}

// Pairs that a buyer means as one, and pairs that must stay apart.
func TestStem(t *testing.T) {
	stem := func(s string) string { return Words(s)[0].Stem }
	for _, p := range []string{
		"cœur coeurs", "vitres vitre", "vitrerie vitrier", "vitreries vitrerie",
		"espaces espace", "verts vertes", "locaux local", "bureaux bureau", "matériaux matériau",
		"tuyaux tuyau", "bijoux bijou", "animatrice animateur", "laveuses laveur", "ouvrière ouvriers",
		"menuiserie menuisier", "serruriers serrurerie", "adaptée adapté", "adaptées adaptés",
		"recyclées recyclé", "professionnelle professionnels", "publique public", "actifs active",
		"nettoyages nettoyage", "déchets déchet", "repas repas", "ménagère ménager", "œuvres oeuvre",
		"parisiennes parisien", "traiteurs traiteur", "chantiers chantier", "végétaux végétal",
	} {
		a, b, _ := strings.Cut(p, " ")
		if stem(a) != stem(b) {
			t.Errorf("%s and %s: %q, %q", a, b, stem(a), stem(b))
		}
	}
	for _, p := range []string{
		"mobilier mobile", "ménager ménage", "vitrerie vitre", "traiteur trait", "chantier chant", "salle sale", "selle sel",
		"marche mars", "taux tal", "travaux travail", "route routier", "atelier atel", "papier pape",
	} {
		a, b, _ := strings.Cut(p, " ")
		if stem(a) == stem(b) {
			t.Errorf("%s and %s both %q", a, b, stem(a))
		}
	}
}

func TestUnits(t *testing.T) {
	show := func(text string) string {
		var out []string
		for _, u := range Units(text) {
			s := surfaces(u.Words)
			if u.Quoted {
				s = `"` + s + `"`
			}
			if u.Prefix {
				s += "*"
			}
			out = append(out, s)
		}
		return strings.Join(out, "|")
	}
	for text, want := range map[string]string{
		"nettoyage vitres":         "nettoyage|vitres*",
		"nettoyage nettoyage":      "nettoyage*",
		"net net ab":               "net|ab",
		`"espaces verts" tonte`:    `"espaces verts"|tonte*`,
		`tonte "espaces verts"`:    `tonte|"espaces verts"`,
		"« mise sous pli » rapide": `"mise pli"|rapide*`,
		`une "phrase ouverte`:      "phrase|ouverte*",
		`"" "le la" mot`:           "mot*",
		`*:* OR (((`:               "or",
		"traiteur de":              "traiteur*",
		`“a” vélo “vélo”`:          `velo|"velo"`,
	} {
		if got := show(text); got != want {
			t.Errorf("Units(%q) = %s, want %s", text, got, want)
		}
	}
}

func FuzzUnits(f *testing.F) {
	for _, s := range []string{"", "l’été « à vélo »", `"*:* OR (((`, "\x00\xff", "🙂 é́", "ßœæ ﬁn ½", strings.Repeat("e", 300)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, u := range Units(text) {
			if len(u.Words) == 0 {
				t.Fatal("a unit without words")
			}
			for _, w := range u.Words {
				if w.Surface == "" || w.Stem == "" || w.Start < 0 || w.End > len(text) || w.Start >= w.End {
					t.Fatalf("bad word %+v", w)
				}
				if utf8.RuneCountInString(w.Surface) > 2*maxRunes {
					t.Fatalf("word of %d bytes", len(w.Surface))
				}
				// The surface form is what the index holds: cutting it again must give
				// itself, unless folding made a stop word of it.
				again := Words(w.Surface)
				if len(again) == 1 && again[0].Surface != w.Surface {
					t.Fatalf("%q becomes %q", w.Surface, again[0].Surface)
				}
			}
		}
		if !slices.IsSortedFunc(Segments(text), func(a, b Segment) int { return a.Start - b.Start }) {
			t.Fatal("segments out of order")
		}
	})
}
