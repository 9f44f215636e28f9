package territory

import (
	"strings"
	"testing"
)

func TestRecognise(t *testing.T) {
	cases := []struct {
		text, want string
		n          int
	}{
		{"vitry", "94081", 1},
		{"vitry sur seine nettoyage", "94081", 3},
		{"vitry 94", "94081", 1},
		{"kremlin bicetre", "94043", 2},
		{"le kremlin bicetre", "94043", 3},
		{"choisy", "94022", 1},
		{"choisy le roi", "94022", 3},
		{"l hay", "94038", 2},
		{"l hay les roses", "94038", 4},
		{"hay les roses", "94038", 3},
		{"villeneuve saint georges", "94078", 3},
		{"villeneuve st georges", "94078", 3},
		{"villeneuve le roi menage", "94077", 3},
		{"orly", "94054", 1},
		{"rungis traiteur", "94065", 1},
		{"savigny", "91589", 1},
		{"athis", "91027", 1},
		{"creteil", "94028", 1}, // home department
		{"evry courcouronnes", "91228", 2},
		{"mandres les roses", "94047", 3},
		{"saint denis", "93066", 2}, // nearer home than the one of La Réunion
		{"montreuil", "93048", 1},
		{"lyon", "69123", 1},
		{"lyon 3", "69383", 2},
		{"paris", "75056", 1},
		{"paris 13", "75113", 2},
		{"paris 13e arrondissement", "75113", 3},
		{"paris 94", "75056", 1},
		{"lens", "62498", 1},
		{"sceaux", "92071", 1},
		{"bordeaux", "33063", 1},
		{"val de marne", "dep:94", 3},
		{"essonne", "dep:91", 1},
		{"seine saint denis", "dep:93", 3},
		{"94", "dep:94", 1},
		{"94 nettoyage", "dep:94", 1},
		{"91", "dep:91", 1},
		{"69", "dep:69", 1},
		{"2a", "dep:2A", 1},
		{"ile de france", "reg:11", 3},
		{"bretagne", "reg:53", 1},
		{"grand orly seine bievre", homeEPT, 4},
		{"metropole du grand paris", "epci:200054781", 4},
		{"94400", "94081", 1},
		{"departement du nord", "dep:59", 3},
		{"departement 94", "dep:94", 2},
		{"departement 974", "dep:974", 2},
		{"ville de tours", "37261", 3},
		{"ville de vitry", "94081", 3},
		{"ville de choisy", "94022", 3}, // a village of the 74 bears that very name
		{"commune d orly", "94054", 3},
		{"region ile de france", "reg:11", 4},
		{"martinique", "dep:972", 1},
	}
	home := resolve(t, homeEPT)
	for _, c := range cases {
		t.Run(c.text, func(t *testing.T) {
			got, n, ok := Default().Recognise(strings.Fields(c.text), home)
			if !ok || got.Value != c.want || n != c.n {
				t.Errorf("%q in %d words, %v, want %s in %d", got.Value, n, ok, c.want, c.n)
			}
		})
	}
}

func TestRecogniseLeavesWordsAlone(t *testing.T) {
	home := resolve(t, homeEPT)
	for _, text := range []string{
		"", "nettoyage", "villeneuve", "saint", "le", "l", "sens", "tours", "lot", "lot 2", "la reunion", "reunion annuelle",
		"bois", "port", "la garde", "garde d enfants", "fontaine a eau", "croix rouge", "orange", "macon", "nord", "manche", "cher",
		"creuse", "somme", "vitre", "avion", "ville", "commune", "region", "departement", "marche", "plan", "vert", "lisses",
		"94 repas", "75 personnes", "50 chaises", "30 ordinateurs portables", "80 g", "13 lots", "94 12", "00", "20", "99",
		"us", "esat", "ea", "traiteur", "mise sous pli", "espaces verts", "entretien", "94 400", "90910", "45210", "jardin", "table",
		"grand", "seine", "val", "saint martin", "saint barthelemy", "sainte marie", "fleury", "beaumont",
	} {
		if got, n, ok := Default().Recognise(strings.Fields(text), home); ok {
			t.Errorf("%q: %s %s in %d words", text, got.Value, got.Label, n)
		}
	}
}

// A town that is an ordinary word is meant by those who live there.
func TestRecogniseDependsOnHome(t *testing.T) {
	words := []string{"tours"}
	if got, _, ok := Default().Recognise(words, resolve(t, "37261")); !ok || got.Value != "37261" {
		t.Errorf("tours at home in Tours: %q, %v", got.Value, ok)
	}
	if got, _, ok := Default().Recognise([]string{"vitry"}, resolve(t, "dep:51")); ok {
		t.Errorf("vitry in the Marne, where four communes begin so: %s", got.Label)
	}
	if _, _, ok := Default().Recognise([]string{"kremlin"}, Territory{}); ok {
		t.Error("a short name without home")
	}
	if got, _, ok := Default().Recognise([]string{"saint", "denis"}, Territory{}); ok {
		t.Errorf("saint denis without home: %s", got.Value)
	}
}
