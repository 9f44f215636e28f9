package sourcing_test

import (
	"testing"
	"unicode/utf8"

	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
)

func TestParseEuros(t *testing.T) {
	for _, tt := range []struct {
		text string
		want int64 // -1: refused
	}{
		{"100 k€ HT", 100_000}, {"100k€", 100_000}, {"100 K€", 100_000}, {"100 k", 100_000}, {"1,5 k€", 1500}, {"1,250 M€", 1_250_000}, {"1.250 k€", 1250},
		{"0,5 M€", 500_000}, {"2 millions d’euros", 2_000_000}, {"1 234,56", 1235}, {"1\u202f234,56\u00a0€", 1235}, {"1.234.567,89 €", 1_234_568}, {"1,234,567.89", 1_234_568},
		{"150000", 150_000}, {"150.000", 150_000}, {"150 000,00 € HT", 150_000}, {"150 000 EUR H.T.", 150_000}, {"12.5", 13}, {"1234.567", 1235}, {"0.125", 0}, {"1'500'000", 1_500_000},
		{"1.5E+06", 1_500_000}, {"environ 90 000 €", 90_000}, {"Montant max. : 90 000 €", 90_000}, {"0", 0},
		{"", 0}, {"NC", 0}, {"n.c.", 0}, {" - ", 0}, {"—", 0}, {"à définir", 0}, {"À DÉFINIR", 0}, {"N/A", 0}, {"?", 0},
		{"100 000 € TTC", -1}, {"100 000 - 150 000", -1}, {"entre 100 000 et 150 000 €", -1}, {"100 à 150 k€", -1}, {"-500", -1}, {"150,000", -1}, {"1 500 2 000", -1}, {"15 00", -1},
		{"50 000 €/an", -1}, {"50 000 € par mois", -1}, {"abc", -1}, {"12 rue", -1}, {"9999999999999", -1}, {"1.2.3", -1}, {"1,2,3.4", -1}, {"3 M€ k€", -1}, {"\xff1", -1},
	} {
		got, err := sourcing.ParseEuros(tt.text)
		if (err != nil) != (tt.want < 0) || err == nil && got != tt.want {
			t.Errorf("%q: %d, %v", tt.text, got, err)
		}
	}
}

func TestParseDay(t *testing.T) {
	for _, tt := range []struct {
		text        string
		first, last structure.Date
		refused     bool
	}{
		{text: "2027-12-31", first: "2027-12-31"}, {text: "2027-12-31T00:00:00Z", first: "2027-12-31"}, {text: "2027-12-31 08:00:00", first: "2027-12-31"}, {text: "2027/12/31", first: "2027-12-31"},
		{text: "31/12/2027", first: "2027-12-31"}, {text: "31.12.27", first: "2027-12-31"}, {text: "1/3/2027", first: "2027-03-01"}, {text: "31-12-2027", first: "2027-12-31"},
		{text: "1er mars 2027", first: "2027-03-01"}, {text: "lundi 15 février 2027", first: "2027-02-15"}, {text: "15-juil-27", first: "2027-07-15"}, {text: "3 août 2027", first: "2027-08-03"},
		{text: "mars 2027", first: "2027-03-01", last: "2027-03-31"}, {text: "Févr. 2028", first: "2028-02-01", last: "2028-02-29"}, {text: "03/2027", first: "2027-03-01", last: "2027-03-31"}, {text: "2027-03", first: "2027-03-01", last: "2027-03-31"},
		{text: "T2 2027", first: "2027-04-01", last: "2027-06-30"}, {text: "2e trimestre 2027", first: "2027-04-01", last: "2027-06-30"}, {text: "2ème trimestre 2027", first: "2027-04-01", last: "2027-06-30"},
		{text: "2027-T4", first: "2027-10-01", last: "2027-12-31"}, {text: "2T27", first: "2027-04-01", last: "2027-06-30"}, {text: "deuxième trimestre 2027", first: "2027-04-01", last: "2027-06-30"},
		{text: "S1 2027", first: "2027-01-01", last: "2027-06-30"}, {text: "2nd semestre 2027", first: "2027-07-01", last: "2027-12-31"}, {text: "2027", first: "2027-01-01", last: "2027-12-31"},
		{text: "46477", first: "2027-03-31"}, {text: "46477.5", first: "2027-03-31"}, {text: "NC"}, {text: ""}, {text: "à préciser"},
		{text: "31/02/2027", refused: true}, {text: "12/31/2027", refused: true}, {text: "T5 2027", refused: true}, {text: "S3 2027", refused: true}, {text: "1/1/1027", refused: true}, {text: "prochainement", refused: true},
		{text: "31/12", refused: true}, {text: "99999", refused: true}, {text: "0/1/2027", refused: true}, {text: "fin 2027 ou 2028", refused: true}, {text: "mars", refused: true},
	} {
		if tt.last == "" {
			tt.last = tt.first
		}
		first, err := sourcing.ParseDay(tt.text)
		last, errLast := sourcing.ParseLastDay(tt.text)
		if (err != nil) != tt.refused || (errLast != nil) != tt.refused || first != tt.first || last != tt.last {
			t.Errorf("%q: %s, %s, %v", tt.text, first, last, err)
		}
	}
}

func TestParseMonths(t *testing.T) {
	for _, tt := range []struct {
		text string
		want sourcing.Duration // zero with refused
		bad  bool
	}{
		{text: "4 ans", want: sourcing.Duration{Months: 48}}, {text: "48 mois", want: sourcing.Duration{Months: 48}}, {text: "18", want: sourcing.Duration{Months: 18}}, {text: "1,5 an", want: sourcing.Duration{Months: 18}},
		{text: "un an", want: sourcing.Duration{Months: 12}}, {text: "2 ans et 6 mois", want: sourcing.Duration{Months: 30}}, {text: "90 jours", want: sourcing.Duration{Months: 3}}, {text: "4 ans fermes", want: sourcing.Duration{Months: 48}},
		{text: "1 an reconductible 3 fois", want: sourcing.Duration{Months: 12, Renewals: 3}}, {text: "1 an renouvelable une fois", want: sourcing.Duration{Months: 12, Renewals: 1}},
		{text: "12 mois, tacitement reconductible 3 fois 12 mois", want: sourcing.Duration{Months: 12, Renewals: 3, RenewalMonths: 12}}, {text: "24 mois + 2 x 12 mois", want: sourcing.Duration{Months: 24, Renewals: 2, RenewalMonths: 12}},
		{text: "1 an + 3 reconductions de 1 an", want: sourcing.Duration{Months: 12, Renewals: 3, RenewalMonths: 12}}, {text: "1 an + 3", want: sourcing.Duration{Months: 12, Renewals: 3}},
		{text: "2 ans renouvelable par période de 12 mois", want: sourcing.Duration{Months: 24, Renewals: 1, RenewalMonths: 12}}, {text: "1 an reconductible", want: sourcing.Duration{Months: 12, Renewals: 1}},
		{text: "NC"}, {text: ""}, {text: "longtemps", bad: true}, {text: "400 mois", bad: true}, {text: "-3", bad: true}, {text: "1+1+1+1", bad: true}, {text: "1 + 3", bad: true}, {text: "3 fois", bad: true}, {text: "0", bad: true}, {text: "mois", bad: true},
	} {
		got, err := sourcing.ParseMonths(tt.text)
		if (err != nil) != tt.bad || got != tt.want {
			t.Errorf("%q: %+v, %v", tt.text, got, err)
		}
	}
}

func TestParseCPV(t *testing.T) {
	for _, tt := range []struct {
		text string
		want sourcing.CPV
	}{
		{"90911200", sourcing.CPV{Code: "90911200"}}, {"90911200-8", sourcing.CPV{Code: "90911200", Check: "8"}}, {"909112008", sourcing.CPV{Code: "90911200", Check: "8"}},
		{"90911200-8 Nettoyage de bâtiments", sourcing.CPV{Code: "90911200", Check: "8"}}, {"Nettoyage de bâtiments (90911200-8)", sourcing.CPV{Code: "90911200", Check: "8"}},
		{"3111000", sourcing.CPV{Code: "03111000", Restored: true}}, {"3111000-2", sourcing.CPV{Code: "03111000", Check: "2", Restored: true}}, {"90911200.0", sourcing.CPV{Code: "90911200"}}, {"90.91.12.00-8", sourcing.CPV{Code: "90911200", Check: "8"}},
		{"90911200-8 ; 90911300-9", sourcing.CPV{Code: "90911200", Check: "8", More: 1}}, {"NC", sourcing.CPV{}}, {"", sourcing.CPV{}},
	} {
		if got, err := sourcing.ParseCPV(tt.text); err != nil || got != tt.want {
			t.Errorf("%q: %+v, %v", tt.text, got, err)
		}
	}
	for _, text := range []string{"909", "4511200", "nettoyage", "909112000000", "9,09112E7"} {
		if got, err := sourcing.ParseCPV(text); err == nil {
			t.Errorf("%q passes: %+v", text, got)
		}
	}
}

// FuzzParse: whatever is written, an answer within bounds, or a sentence that can be shown.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"100 k€ HT", "1.234.567,89 €", "31.12.27", "2e trimestre 2027", "1 an reconductible 3 fois", "12 mois + 3 x 12 mois", "90911200-8 Nettoyage", "46477", "1e999", "\xff", "NC"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		euros, err := sourcing.ParseEuros(text)
		if euros < 0 || euros > sourcing.MaxEuros || err != nil && (euros != 0 || !utf8.ValidString(err.Error())) {
			t.Errorf("euros of %q: %d, %v", text, euros, err)
		}
		day, err := sourcing.ParseDay(text)
		last, errLast := sourcing.ParseLastDay(text)
		if (err == nil) != (errLast == nil) || last < day || day != "" && day.Time().IsZero() {
			t.Errorf("day of %q: %q %v, %q %v", text, day, err, last, errLast)
		}
		d, err := sourcing.ParseMonths(text)
		if err == nil && (d.Months < 0 || d.Months > sourcing.MaxMonths || d.Renewals < 0 || d.Renewals > sourcing.MaxRenewals || d.RenewalMonths < 0 || d.RenewalMonths > sourcing.MaxMonths) {
			t.Errorf("months of %q: %+v", text, d)
		}
		if c, err := sourcing.ParseCPV(text); err == nil && c.Code != "" && len(c.Code) != 8 {
			t.Errorf("CPV of %q: %+v", text, c)
		}
	})
}
