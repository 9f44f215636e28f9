package format

import (
	"math"
	"strings"
	"testing"
	"time"

	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// spaces makes the no-break spaces of a result readable: ~ is NBSP, _ is NNBSP.
func spaces(s string) string { return strings.NewReplacer(NBSP, "~", NNBSP, "_").Replace(s) }

func TestNumber(t *testing.T) {
	for n, want := range map[int]string{0: "0", 12: "12", 999: "999", 1000: "1_000", 12345: "12_345", 1234567: "1_234_567", -1234: "−1_234"} {
		if got := spaces(Number(n)); got != want {
			t.Errorf("Number(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestCountKeepsTheSingularBelowTwo(t *testing.T) {
	for n, want := range map[int]string{0: "0~structure", 1: "1~structure", 2: "2~structures", 1500: "1_500~structures"} {
		if got := spaces(Count(n, "structure", "structures")); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestDates(t *testing.T) {
	cases := []struct {
		day         structure.Date
		long, short string
	}{
		{"2026-05-01", "1er~mai~2026", "1er~mai~2026"},
		{"2026-07-20", "20~juillet~2026", "20~juil.~2026"},
		{"2026-12-31", "31~décembre~2026", "31~déc.~2026"},
		{"", "", ""},
		{"31/12/2026", "", ""},
	}
	for _, c := range cases {
		if got := spaces(Date(c.day)); got != c.long {
			t.Errorf("Date(%q) = %q, want %q", c.day, got, c.long)
		}
		if got := spaces(ShortDate(c.day)); got != c.short {
			t.Errorf("ShortDate(%q) = %q, want %q", c.day, got, c.short)
		}
	}
}

// A late evening in universal time is already the next day in Paris.
func TestDayIsCountedInParis(t *testing.T) {
	if got := spaces(Day(time.Date(2026, 7, 1, 22, 30, 0, 0, time.UTC))); got != "2~juillet~2026" {
		t.Errorf("Day = %q", got)
	}
	if got := Day(time.Time{}); got != "" {
		t.Errorf("Day of no time = %q", got)
	}
}

func TestDistance(t *testing.T) {
	cases := []struct {
		km     float64
		approx bool
		want   string
	}{
		{0, false, "moins de~100~m"}, {0.42, false, "400~m"}, {0.949, false, "900~m"}, {0.96, false, "1,0~km"},
		{2.35, false, "2,4~km"}, {9.94, false, "9,9~km"}, {9.96, false, "10~km"}, {1234.4, false, "1_234~km"},
		{2.35, true, "environ~2~km"}, {0, true, "moins de~1~km"}, {-1, false, ""}, {math.NaN(), true, ""},
	}
	for _, c := range cases {
		if got := spaces(Distance(c.km, c.approx)); got != c.want {
			t.Errorf("Distance(%v, %v) = %q, want %q", c.km, c.approx, got, c.want)
		}
	}
	if got := spaces(Radius(7.5)); got != "7,5~km" {
		t.Errorf("Radius = %q", got)
	}
}

func TestNumbersOfPeopleAndOffices(t *testing.T) {
	cases := map[string]string{
		SIRET("20005801400019"):                  "200~058~014~00019",
		SIRET("123"):                             "123",
		Phone("0146800102"):                      "01~46~80~01~02",
		Phone("01.46.80.01.02"):                  "01~46~80~01~02",
		Phone("+33146800102"):                    "01~46~80~01~02",
		Phone("3949"):                            "3949",
		Phone("+32 2 511 11 11"):                 "+32 2 511 11 11",
		Dial("+33 (0)1 46 00 00 00"):             "+33146000000",
		Dial("0199000001 / 06 99 00 00 02"):      "0199000001",
		Dial("01-99-00-00-03 ou 06 99 00 00 04"): "0199000003",
		Phone("+33 (0)1 99 00 00 05"):            "01~99~00~00~05",
		Phone("0199000006 / 06 99 00 00 07"):     "0199000006 / 06 99 00 00 07",
	}
	for got, want := range cases {
		if spaces(got) != want {
			t.Errorf("got %q, want %q", spaces(got), want)
		}
	}
}

func TestWords(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{List(nil), ""},
		{List([]string{"a"}), "a"},
		{List([]string{"a", "b", "c"}), "a, b et c"},
		{Quote("ménage"), "«~ménage~»"},
		{Text("Il dit : « l'offre » !"), "Il dit_: «~l’offre~»_!"},
		{Upper("été"), "Été"},
		{Upper(""), ""},
	} {
		if spaces(c.got) != c.want {
			t.Errorf("got %q, want %q", spaces(c.got), c.want)
		}
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		text string
		n    int
		want string
	}{
		{"court", 10, "court"},
		{"Les Ateliers de la Rivière-Claire", 20, "Les Ateliers de la…"},
		{"Anticonstitutionnellement", 10, "Anticonst…"},
		{"« nettoyage » à Orly", 12, "« nettoyage…"},
		{"éééééé", 3, "éé…"},
		{"x", 0, "…"},
	} {
		if got := Cut(c.text, c.n); got != c.want || len([]rune(got)) > max(c.n, 1) {
			t.Errorf("Cut(%q, %d) = %q, want %q", c.text, c.n, got, c.want)
		}
	}
}

func TestIn(t *testing.T) {
	cases := []struct {
		place territory.Territory
		want  string
	}{
		{territory.Territory{Kind: territory.KindCommune, Label: "Vitry-sur-Seine"}, "à Vitry-sur-Seine"},
		{territory.Territory{Kind: territory.KindCommune, Label: "Le Kremlin-Bicêtre"}, "au Kremlin-Bicêtre"},
		{territory.Territory{Kind: territory.KindCommune, Label: "Les Lilas"}, "aux Lilas"},
		{territory.Territory{Kind: territory.KindCommune, Label: "L'Haÿ-les-Roses"}, "à L’Haÿ-les-Roses"},
		{territory.Territory{Kind: territory.KindDepartment, Value: "dep:94", Label: "Val-de-Marne (94)"}, "dans le Val-de-Marne (94)"},
		{territory.Territory{Kind: territory.KindDepartment, Value: "dep:91", Label: "Essonne (91)"}, "dans l’Essonne (91)"},
		{territory.Territory{Kind: territory.KindDepartment, Value: "dep:77", Label: "Seine-et-Marne (77)"}, "en Seine-et-Marne (77)"},
		{territory.Territory{Kind: territory.KindRegion, Value: "reg:32", Label: "Hauts-de-France"}, "dans les Hauts-de-France"},
		{territory.Territory{Kind: territory.KindRegion, Value: "reg:11", Label: "Île-de-France"}, "en Île-de-France"},
		{territory.Territory{Kind: territory.KindFrance, Label: "France entière"}, "en France"},
		{territory.Territory{Kind: territory.KindEPCI, Label: "Grand-Orly Seine Bièvre"}, "sur le territoire «~Grand-Orly Seine Bièvre~»"},
	}
	for _, c := range cases {
		if got := spaces(In(c.place)); got != c.want {
			t.Errorf("In(%s) = %q, want %q", c.place.Label, got, c.want)
		}
	}
}

func marked(segments []Segment) string {
	var b strings.Builder
	for _, s := range segments {
		if s.Mark {
			b.WriteString("[" + s.Text + "]")
		} else {
			b.WriteString(s.Text)
		}
	}
	return b.String()
}

func TestMark(t *testing.T) {
	cases := []struct{ text, search, want string }{
		{"Nettoyage de bureaux, vitrerie.", "nettoyage bureau", "[Nettoyage] de [bureaux], vitrerie."},
		{"L’entretien des locaux", "local d'entretien", "L’[entretien] des [locaux]"},
		{"ÉLAGAGE et tonte", "elagage", "[ÉLAGAGE] et tonte"},
		{"Au cœur du métier", "coeur metier", "Au [cœur] du [métier]"},
		{"e\u0301lagage", "élagage", "[e\u0301lagage]"},
		{"Animatrices et animateurs", "animateur", "[Animatrices] et [animateurs]"},
		{"nettoyer le linge", "nettoyage linge", "nettoyer le [linge]"}, // another stem: the search does not find it either
		{"marché, marchand", "marchand de", "marché, [marchand]"},
		{"Nettoyages, netto", "netto", "[Nettoyages], [netto]"},       // the last word may be a beginning
		{"Nettoyage et tonte", "netto tonte", "Nettoyage et [tonte]"}, // the others may not
		{"art, artisanat, part", "art", "[art], [artisanat], part"},
		{"EA et ea, eau", "ea", "[EA] et [ea], eau"}, // two letters begin nothing
		{"mise sous pli, pli et mise", "\"mise sous pli\"", "[mise sous pli], pli et mise"},
		{"espaces verts", "« espace vert » verts", "[espaces verts]"},
		{"vitreries", "vitrerie", "[vitreries]"},
		{"le la les", "le la", "le la les"},
		{"Rien ici", "nettoyage", "Rien ici"},
		{"Rien", "", "Rien"},
		{"…", "x", "…"},
		{"", "x", ""},
	}
	for _, c := range cases {
		if got := marked(NewMarker(c.search).Mark(c.text)); got != c.want {
			t.Errorf("%q marked for %q: %q, want %q", c.text, c.search, got, c.want)
		}
	}
}

// Marking loses nothing of the text, whatever it holds.
func FuzzMark(f *testing.F) {
	f.Add("Nettoyage de bureaux", "bureau ménage")
	f.Add("\xff\u0301é🙂", "é")
	f.Fuzz(func(t *testing.T, text, words string) {
		var b strings.Builder
		for _, s := range NewMarker(words).Mark(text) {
			if s.Text == "" {
				t.Error("an empty segment")
			}
			b.WriteString(s.Text)
		}
		if b.String() != text {
			t.Errorf("%q became %q", text, b.String())
		}
	})
}

func TestOfCommune(t *testing.T) {
	for label, want := range map[string]string{
		"Vitry-sur-Seine": "de Vitry-sur-Seine", "Orly": "d’Orly", "Évry-Courcouronnes": "d’Évry-Courcouronnes", "Yerres": "d’Yerres",
		"Le Kremlin-Bicêtre": "du Kremlin-Bicêtre", "Les Lilas": "des Lilas", "La Courneuve": "de La Courneuve", "L'Haÿ-les-Roses": "de L’Haÿ-les-Roses", "": "de ",
	} {
		if got := OfCommune(label); got != want {
			t.Errorf("%q: %q, want %q", label, got, want)
		}
	}
}

func TestArticles(t *testing.T) {
	for in, want := range map[string]string{
		"part de 50 % (R2113-7), L2113-13-1 et C. trav. L5132-4.": "part de 50 % (|[R2113-7]|), |[L2113-13-1]| et C. trav. |[L5132-4]|.",
		"rien": "rien", "": "", "R2113-7": "[R2113-7]",
	} {
		var got []string
		for _, s := range Articles(in) {
			if s.Mark {
				s.Text = "[" + s.Text + "]"
			}
			got = append(got, s.Text)
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestDistricts(t *testing.T) {
	if got := Text("Paris 18e Arrondissement, Lyon 1er Arrondissement"); got != "Paris 18e arrondissement, Lyon 1er arrondissement" {
		t.Error(got)
	}
	for in, want := range map[string]string{"Paris 18e Arrondissement": "Paris", "Lyon 1er Arrondissement": "Lyon", "Vitry-sur-Seine": "Vitry-sur-Seine"} {
		if got := WithoutDistrict(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}
