package query

import (
	"errors"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

func newParser(t testing.TB) *Parser {
	t.Helper()
	home, err := territory.Default().Resolve("epci:200058014")
	if err != nil {
		t.Fatal(err)
	}
	return &Parser{Atlas: territory.Default(), Taxonomy: taxonomy.Default(), Home: home,
		Rules: structure.DefaultBasisRules(), Now: func() time.Time { return time.Date(2026, 11, 23, 23, 30, 0, 0, time.UTC) }}
}

func mustParse(t testing.TB, p *Parser, raw string) Query {
	t.Helper()
	v, err := url.ParseQuery(raw)
	if err != nil {
		t.Fatal(err)
	}
	q, err := p.Parse(v)
	if err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return q
}

// Each line: what was typed, and the canonical form of what was understood.
func TestText(t *testing.T) {
	p := newParser(t)
	for _, c := range []struct{ typed, want string }{
		{"nettoyage vitry", "q=nettoyage&serves=94081"},
		{"nettoyage à Vitry-sur-Seine", "q=nettoyage&serves=94081"},
		{"traiteur dans le Val-de-Marne", "q=traiteur&serves=dep:94"},
		{"ESAT Vitry", "kind=ESAT&serves=94081"},
		{"un ESAT à Vitry", "kind=ESAT&serves=94081"},
		{"esat traiteur", "kind=ESAT&q=traiteur"},
		{"EA traiteur", "kind=EA&q=traiteur"},
		{"ea traiteur", "q=ea traiteur"},
		{"ei", "kind=EI"},
		{"Ai", "kind=AI"},
		{"sep", "kind=SEP"},
		{"ea à Vitry", "kind=EA&serves=94081"},
		{"Orly ei", "kind=EI&serves=94054"},
		{"ei peinture", "q=ei peinture"},
		{"« ei »", "q=« ei »"},
		{"l'ai d’un SEP", "kind=SEP"}, // « ai » is no AI,
		{"entreprises adaptées et ESAT : espaces verts", "kind=ESAT&kind=EA&q=et : espaces verts"},
		{"entreprise adaptée de travail temporaire", "kind=EATT"},
		{"chantiers d’insertion à L’Haÿ-les-Roses", "kind=ACI&serves=94038"},
		{"SIAE peinture", "kind=EI&kind=ACI&kind=AI&kind=ETTI&kind=EITI&q=peinture"}, // C. trav. L5132-4: no GEIQ, no SEP
		{"siae", "kind=EI&kind=ACI&kind=AI&kind=ETTI&kind=EITI"},
		{"structures d’insertion par l’activité économique", "kind=EI&kind=ACI&kind=AI&kind=ETTI&kind=EITI"},
		{"structure d’insertion peinture", "family=insertion&q=peinture"},
		{`"ESAT Vitry" traiteur`, `q="ESAT Vitry" traiteur`},
		{"« nettoyage Vitry »", "q=« nettoyage Vitry »"},
		{"saint ESAT denis", "kind=ESAT&serves=93066"}, // what is left is read again
		{"80746945100017", "q=80746945100017"},
		{"807 469 451 00017", "q=80746945100017"},
		{"807 469 451", "q=807469451"},
		{"2a0001234", "q=2A0001234"},
		{"SIRET : 004 633 202 00017", "q=00463320200017"},
		{"siret 00463320200017", "q=00463320200017"},
		{"SIREN 123 456 789", "q=123456789"},
		{"n° SIREN\u00a0:123 456 789", "q=123456789"},
		{"FINESS n° 940001234", "q=940001234"},
		{"SIRET de la mairie", "q=SIRET de la mairie"}, // no number follows
		{"SIREN 123", "q=SIREN 123"},
		{"nettoyage à moins de 10 km de Vitry", "near=94081&q=nettoyage&radius_km=10"},
		{"dans un rayon de 15 km autour d’Orly", "near=94054&radius_km=15"},
		{"traiteur bio dans un rayon de 15 kilomètres autour d’Orly", "near=94054&q=traiteur bio&radius_km=15"},
		{"à 5 km de Thiais", "near=94073&radius_km=5"},
		{"ESAT à 2,5km de L’Haÿ-les-Roses", "kind=ESAT&near=94038&radius_km=2.5"},
		{"ea à 5 km de Thiais, peinture", "near=94073&q=ea , peinture&radius_km=5"},
		{"ea à 5 km de Thiais", "kind=EA&near=94073&radius_km=5"},
		{"tonte à 5 km de Thiais ou à 3 km d’Orly", "near=94073&q=tonte ou à 3 km&radius_km=5&serves=94054"}, // one point only
		{"tonte à Vitry à 5 km de Thiais", "near=94073&q=tonte&radius_km=5&serves=94081"},
		{"course à 500 km de Thiais", "q=course à 500 km&serves=94073"},
		{"course de 10 km", "q=course de 10 km"},
		{"10 km « de Thiais »", "q=10 km « de Thiais »"},
		{"à 5 km du Val-de-Marne", "q=à 5 km&serves=dep:94"},
		{"le de la", ""},
		{"🙂 !!!", ""},
		{"bois", "q=bois"},
		{"  vitres \t vélo\n", "q=vitres vélo"},
		{`*:* OR (((`, "q=*:* OR ((("},
	} {
		q := mustParse(t, p, "q="+url.QueryEscape(c.typed))
		got, err := url.QueryUnescape(q.Values().Encode())
		if err != nil || got != c.want {
			t.Errorf("%q gives %q, want %q (%v)", c.typed, got, c.want, err)
		}
	}
}

func TestRecognised(t *testing.T) {
	p := newParser(t)
	q := mustParse(t, p, "q="+url.QueryEscape("Traiteur ESAT à Vitry"))
	want := []Recognised{{"ESAT", "kind", "ESAT", "ESAT"}, {"Vitry", "serves", "94081", "Vitry-sur-Seine"}}
	if q.Text != "Traiteur" || !reflect.DeepEqual(q.Recognised, want) || q.Sort != SortRelevance {
		t.Errorf("got %+v", q)
	}
	if q := mustParse(t, p, "q="+url.QueryEscape("tonte à 2,5 km de Vitry")); !reflect.DeepEqual(q.Recognised, []Recognised{
		{"à 2,5 km de Vitry", "near", "94081", "Vitry-sur-Seine"}, {"à 2,5 km de Vitry", "radius_km", "2.5", "2,5\u202fkm"}}) {
		t.Errorf("got %+v", q)
	}
	if q.On != "2026-11-24" { // 23:30 UTC is the next day in Paris
		t.Errorf("day %s", q.On)
	}
	q = mustParse(t, p, "q=90911200-8")
	if len(q.Sectors) == 0 || len(q.Recognised) != len(q.Sectors) || q.Text != "" || q.Recognised[0].Words != "90911200-8" {
		t.Errorf("CPV: %+v", q)
	}
	if q := mustParse(t, p, "q=00000000"); q.Text != "00000000" {
		t.Errorf("a code of no sector: %+v", q)
	}
	if q := mustParse(t, p, "q=le+de+la&kind=EA"); q.Text != "" || q.Ignored != "le de la" {
		t.Errorf("stop words: %+v", q)
	}
	if q := mustParse(t, p, "q=80746945100017"); q.Identifier != "80746945100017" || q.Text != "" || q.Sort != SortNeutral {
		t.Errorf("SIRET: %+v", q)
	}
}

// A group that was filtered explicitly is not guessed from the text.
func TestExplicitWins(t *testing.T) {
	p := newParser(t)
	for raw, text := range map[string]string{
		"q=nettoyage+vitry&serves=dep:91":                             "nettoyage vitry",
		"q=ESAT+traiteur&kind=EA":                                     "ESAT traiteur",
		"q=ESAT+traiteur&family=insertion":                            "ESAT traiteur",
		"q=90911200+x&sector=" + taxonomy.Default().Sectors()[0].Code: "90911200 x",
		"q=nettoyage+vitry&territory=94081":                           "nettoyage",
		"q=tonte+a+5+km+de+Thiais&near=94081":                         "tonte a 5 km",
	} {
		if q := mustParse(t, p, raw); q.Text != text {
			t.Errorf("%s: text %q, want %q", raw, q.Text, text)
		}
	}
}

func TestFilters(t *testing.T) {
	p := newParser(t)
	sector := taxonomy.Default().Sectors()[3].Code
	for raw, want := range map[string]string{
		"kind=esat&kind=ASSO&kind=ESAT":              "kind=ESAT&kind=ASSO",
		"size=pme&size=TPE&mode=disp":                "mode=DISP&size=TPE&size=PME",
		"territory=94&territory=94081&covers=FR":     "covers=FR&territory=94081&territory=dep:94",
		"near=94081&radius_km=2,5":                   "near=94081&radius_km=2.5",
		"near=48.790004,+2.39&radius_km=0":           "near=48.79,2.39",
		"near=-21.1,55.5":                            "near=-21.1,55.5",
		"ess=1&esus=oui&facets=on":                   "ess=1&esus=1&facets=1",
		"facets=size&facets=KIND&fields=id":          "facets=kind&facets=size&fields=id",
		"facets=size&facets=1":                       "facets=1",
		"ess=0&esus=&kind=&q=":                       "",
		"sector=" + strings.ToUpper(sector):          "sector=" + sector,
		"label=RGE&workforce=nn&basis=l2113-12":      "basis=L2113-12&label=rge&workforce=NN",
		"availability=Disponible&unknown=1":          "availability=disponible",
		"page=3&per_page=50":                         "page=3&per_page=50",
		"page=1&per_page=20&sort=neutral":            "",
		"sort=relevance":                             "", // no text: neutral
		"q=vitres&sort=relevance":                    "q=vitres",
		"q=vitres&sort=name":                         "q=vitres&sort=name",
		"serves=94081&sort=distance":                 "serves=94081&sort=distance",
		"near=48.79,2.39&sort=distance&radius_km=10": "near=48.79,2.39&radius_km=10&sort=distance",
		"page=100&per_page=100":                      "page=100&per_page=100",
	} {
		got, err := url.QueryUnescape(mustParse(t, p, raw).Values().Encode())
		if err != nil || got != want {
			t.Errorf("%s gives %q, want %q", raw, got, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	p := newParser(t)
	for _, c := range []struct{ raw, param, says string }{
		{"kind=ESATT", "kind", "inconnu"},
		{"family=x", "family", "inconnue"},
		{"size=XL", "size", "inconnue"},
		{"sector=nimporte", "sector", "inconnu"},
		{"sector=ménage", "sector", "le code est"},
		{"mode=x", "mode", "inconnu"},
		{"ess=2", "ess", "1 pour oui"},
		{"territory=00000", "territory", "inconnu"},
		{"serves=qpv:QP094001", "serves", "chercher sa commune"},
		{"covers=dep:999", "covers", "inconnu"},
		{"serves=01001&serves=01002&serves=01004&serves=01005&serves=01006&serves=01007&serves=01008&serves=01009&serves=01010&serves=01011&serves=01012", "serves", "10 au plus"},
		{"near=abc", "near", "commune inconnue"},
		{"near=48.79", "near", "commune inconnue"},
		{"near=148.79,2.39", "near", "mal écrit"},
		{"near=NaN,2", "near", "mal écrit"},
		{"radius_km=10", "radius_km", "point de départ"},
		{"near=94081&radius_km=-1", "radius_km", "de 0 à 200"},
		{"near=94081&radius_km=201", "radius_km", "de 0 à 200"},
		{"near=94081&radius_km=NaN", "radius_km", "de 0 à 200"},
		{"label=a+b", "label", "mal formé"},
		{"basis=L1", "basis", "inconnu"},
		{"workforce=99", "workforce", "inconnue"},
		{"characteristic=x", "characteristic", "inconnue"},
		{"availability=x", "availability", "inconnue"},
		{"sort=random", "sort", "inconnu"},
		{"sort=distance", "sort", "besoin d’un lieu"},
		{"sort=distance&serves=dep:94", "sort", "besoin d’un lieu"},
		{"page=-1", "page", "à partir de 1"},
		{"page=0", "page", "à partir de 1"},
		{"page=x", "page", "à partir de 1"},
		{"page=1000000000", "page", "trop grand"},
		{"page=99999999999999999999", "page", "trop grand"},
		{"per_page=101", "per_page", "trop grand"},
		{"page=501", "page", "trop lointaine"},
		{"q=" + strings.Repeat("a", 501), "q", "trop longue"},
		{"q=" + strings.Repeat("vélo+", 50) + strings.Repeat("x+", 150), "q", "trop longue"},
		{"q=un+a1+a2+a3+a4+a5+a6+a7+a8+a9+a10+a11+a12+a13", "q", "trop de mots"},
		{`q="espaces+verts"+"mise+sous+pli"`, "q", "une seule"},
		{"q=a%00b", "q", "contrôle"},
		{"q=a%1Bb", "q", "contrôle"},
		{"q=%FF%FE", "q", "UTF-8"},
		{"kind=%FF", "kind", "UTF-8"},
		{"cursor=abc", "cursor", "illisible"},
		{"q=vitres&cursor=abc", "cursor", "pertinence"},
		{"kind=" + strings.Join(manyLabels(), "&label="), "label", "trop de valeurs"},
	} {
		v, err := url.ParseQuery(c.raw)
		if err != nil {
			t.Fatal(err)
		}
		_, err = p.Parse(v)
		var bad *ParamError
		if !errors.As(err, &bad) {
			t.Errorf("%.60s: %v, want a ParamError", c.raw, err)
			continue
		}
		if bad.Param != c.param || !strings.Contains(bad.Message, c.says) {
			t.Errorf("%.60s: %s: %s, want %s: …%s…", c.raw, bad.Param, bad.Message, c.param, c.says)
		}
		if bad.Plain == "" || c.param != "cursor" && strings.ContainsAny(bad.Plain, "=_/") {
			t.Errorf("%.60s: a page would say %q", c.raw, bad.Plain)
		}
		if utf8.RuneCountInString(bad.Value) > 80 || !utf8.ValidString(bad.Value) || strings.ContainsAny(bad.Value, "\x00\x1b") {
			t.Errorf("%.60s: shows %q", c.raw, bad.Value)
		}
	}
	_, err := p.Parse(url.Values{"mode": {"x"}})
	var bad *ParamError
	if !errors.As(err, &bad) || !slices.Equal(bad.Allowed, []string{"PREST", "DISP", "BUILD"}) {
		t.Errorf("allowed values: %+v", bad)
	}
}

func manyLabels() []string {
	out := []string{"ESAT"}
	for i := range MaxValues + 1 {
		out = append(out, "l"+strings.Repeat("x", i))
	}
	return out
}

func TestCursor(t *testing.T) {
	p := newParser(t)
	q := mustParse(t, p, "kind=ESAT&per_page=5&facets=1")
	good := Cursor{Value: "1f", ID: "abc", Day: q.On, Query: q.Hash()}
	if got := mustParse(t, p, "kind=ESAT&cursor="+good.Encode()); got.Cursor != good.Encode() {
		t.Errorf("cursor lost: %+v", got)
	}
	yesterday, other, wrong := good, good, good
	yesterday.Day = q.On.AddDays(-1)
	other.Query = "0000000000000000"
	wrong.Value = "not hexadecimal"
	for raw, says := range map[string]string{
		"kind=ESAT&page=2&cursor=" + good.Encode():      "s’excluent",
		"kind=EA&cursor=" + good.Encode():               "autre recherche",
		"kind=ESAT&cursor=" + other.Encode():            "autre recherche",
		"kind=ESAT&cursor=" + yesterday.Encode():        "autre jour",
		"kind=ESAT&cursor=" + wrong.Encode():            "illisible",
		"kind=ESAT&cursor=" + good.Encode() + "A":       "illisible",
		"kind=ESAT&sort=name&cursor=" + good.Encode():   "autre recherche",
		"kind=ESAT&cursor=" + strings.Repeat("A", 3000): "illisible",
	} {
		v, _ := url.ParseQuery(raw)
		_, err := p.Parse(v)
		var bad *ParamError
		if !errors.As(err, &bad) || bad.Param != "cursor" || !strings.Contains(bad.Message, says) {
			t.Errorf("%.50s: %v, want %s", raw, err, says)
		}
	}
}

// The neutral order is another each day, and the same for all on one.
func TestNeutralKey(t *testing.T) {
	ids := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
	order := func(day structure.Date) string {
		list := slices.Clone(ids)
		slices.SortFunc(list, func(x, y string) int {
			if NeutralKey(day, x) < NeutralKey(day, y) {
				return -1
			}
			return 1
		})
		return strings.Join(list, "")
	}
	if order("2026-11-23") == order("2026-11-24") {
		t.Error("the same order two days running")
	}
	if NeutralKey("2026-11-23", "a") != MixNeutral(DaySeed("2026-11-23"), IDKey("a")) {
		t.Error("the halves do not make the whole")
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"q=nettoyage+vitry", "q=%22ESAT+Vitry%22+EA&kind=EA", "q=saint+ESAT+denis", "q=807+469+451+00017",
		"q=90911200-8+%C3%A0+Paris+13", "near=48.79,2.39&radius_km=10&sort=distance", "q=%00%FF", "page=-1&per_page=1e9",
		"q=tonte+a+2,5+km+de+l'hay+et+10km+d'Orly", "q=siret+:+807469451+00017+ei", "q=(ESAT)+,+(Vitry)+de+la", "q=dep+94+repas&serves=dep:94", "cursor=eyJ2IjoiIn0", "q=%C2%AB+a+%C2%BB+%22+SEP",
	} {
		f.Add(s)
	}
	p := newParser(f)
	f.Fuzz(func(t *testing.T, raw string) {
		v, _ := url.ParseQuery(raw) // what could be read of it
		q, err := p.Parse(v)
		var bad *ParamError
		if err != nil {
			if !errors.As(err, &bad) || bad.Message == "" || !utf8.ValidString(bad.Error()) {
				t.Fatalf("%q: %v", raw, err)
			}
			return
		}
		again, err := p.Parse(q.Values())
		if err != nil {
			t.Fatalf("%q: canonical form refused: %v", q.Values().Encode(), err)
		}
		again.Recognised, again.Ignored = q.Recognised, q.Ignored
		if !reflect.DeepEqual(q, again) {
			t.Fatalf("%q:\n%+v\nagain\n%+v", raw, q, again)
		}
	})
}
