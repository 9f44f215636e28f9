package territory

import (
	"strings"
	"testing"
)

func TestLocate(t *testing.T) {
	cases := []struct{ city, postal, want string }{
		{"Vitry-sur-Seine", "94400", "94081"},
		{"VITRY SUR SEINE", "94400", "94081"},
		{"Vitry s/ Seine", "94400", "94081"},
		{"Vitry s/Seine", "", "94081"},
		{"VITRY", "94400", "94081"},
		{"94400 VITRY", "", "94081"},
		{"F-94400 VITRY SUR SEINE", "", "94081"},
		{"VITRY SUR SEINE CEDEX", "94408", "94081"}, // no such code in the table
		{"VITRY CEDEX", "94408", "94081"},
		{"VITRY SUR SIENE", "94400", "94081"}, // a slip of the pen: the postal code has one commune
		{"", "94400", "94081"},
		{"", "94 400", "94081"},
		{"ST MAUR DES FOSSES CEDEX", "94107", "94068"},
		{"St-Maur", "94100", "94068"},
		{"SAINT MAUR DES FOSSES CEDEX 9", "", "94068"},
		{"LE KREMLIN BICETRE", "94270", "94043"},
		{"KREMLIN BICETRE", "94270", "94043"},
		{"KREMLIN-BICÊTRE (LE)", "94270", "94043"},
		{"L HAY LES ROSES", "94240", "94038"},
		{"L’Haÿ-les-Roses", "94240", "94038"},
		{"LHAY LES ROSES", "94240", "94038"},
		{"HAY LES ROSES", "94240", "94038"},
		{"EVRY", "91000", "91228"},
		{"EVRY CEDEX", "91025", "91228"},
		{"COURCOURONNES", "91080", "91228"},
		{"Paris", "75013", "75113"},
		{"PARIS 13", "75013", "75113"},
		{"PARIS 13", "", "75113"},
		{"PARIS 13E ARRONDISSEMENT", "", "75113"},
		{"Paris 13ème", "", "75113"},
		{"Paris 1er Arrondissement", "", "75101"},
		{"PARIS CEDEX 13", "75646", "75113"},
		{"Paris 16", "75116", "75116"},
		{"", "75013", "75113"},
		{"PARIS", "", "75056"},
		{"PARIS", "75000", "75056"},
		{"PARIS 21", "", "75056"}, // there is no 21st
		{"LYON CEDEX 03", "69423", "69383"},
		{"LYON 3EME", "", "69383"},
		{"MARSEILLE CEDEX 20", "13331", "13055"},
		{"Marseille", "13008", "13208"},
		{"VILLENEUVE LE ROI", "94290", "94077"},
		{"VILLENEUVE", "94290", "94077"},
		{"VILLENEUVE ST GEORGES", "94190", "94078"},
		{"BOURG EN BRESSE", "1000", "01053"}, // the zero that a spreadsheet took
		{"AJACCIO CEDEX 1", "20181", "2A004"},
		{"BASTIA", "20200", "2B033"},
		{"ST DENIS", "97400", "97411"},
		{"ST DENIS", "93200", "93066"},
		{"Saint-Barthélemy", "97133", "97701"},
		{"IVRY SUR SEINE", "94400", "94041"}, // a whole name outweighs a postal code of its department
	}
	for _, c := range cases {
		t.Run(c.city+" "+c.postal, func(t *testing.T) {
			got, ok := Default().Locate(c.city, c.postal)
			if !ok || got.Code != c.want {
				t.Errorf("%q, %v, want %s", got.Code, ok, c.want)
			}
		})
	}
}

func TestLocateFindsNone(t *testing.T) {
	cases := []struct{ city, postal string }{
		{"", ""},
		{"Vitry", ""},           // Vitry-sur-Seine, Vitry-le-François…
		{"Saint-Denis", ""},     // of the 93, of La Réunion…
		{"VILLENEUVE", "94999"}, // two in the department
		{"ATLANTIS", "94999"},
		{"ATLANTIS", ""},
		{"Bruxelles", "B-1000 "},
		{"CEDEX", ""},
		{"", "01400"}, // several communes share it
		{strings.Repeat("x ", 1e5), "94999"},
	}
	for _, c := range cases {
		if got, ok := Default().Locate(c.city, c.postal); ok {
			t.Errorf("%.20q %s: %s %s, want none", c.city, c.postal, got.Code, got.Name)
		}
	}
}

// Every commune is found by its own name and postal code, whatever the way of
// writing; the few that are not share both with a neighbour.
func TestLocateFindsEveryCommune(t *testing.T) {
	a := Default()
	ways := map[string]func(string) string{
		"as is":  func(s string) string { return s },
		"upper":  func(s string) string { return strings.ToUpper(Fold(s)) },
		"short":  func(s string) string { return strings.NewReplacer("Saint", "St", "-sur-", " s/ ").Replace(s) },
		"solid":  func(s string) string { return strings.ReplaceAll(Fold(s), " ", "") },
		"noLink": func(s string) string { return strings.NewReplacer("-sur-", " ", "-en-", " ", "-de-", " ").Replace(s) },
	}
	for way, write := range ways {
		wrong, missed := 0, 0
		for i, c := range a.communes {
			if way != "as is" && i%5 != 0 { // a fifth is enough to see a way of writing fail
				continue
			}
			if len(c.PostalCodes) == 0 || len(a.areas[c.Code].Value) > 0 { // a city with a postal code is an arrondissement
				continue
			}
			got, ok := a.Locate(write(c.Name), c.PostalCodes[0])
			switch {
			case !ok:
				missed++
			case got.Code != c.Code:
				wrong++
			}
		}
		if wrong > 0 || missed > 5 {
			t.Errorf("%s: %d wrong, %d missed of %d", way, wrong, missed, a.Len())
		}
	}
}
