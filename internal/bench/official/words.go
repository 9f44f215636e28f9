package official

import "strings"

// trade is an activity: its code, what it was in 1973, what it will be.
type trade struct{ naf, nap, naf25 string }

func (t trade) code(old bool) string {
	if old {
		return t.nap
	}
	return t.naf
}

// trades are those that most of the register has, about as often: letting of
// property and holdings, which no buyer looks for, before all others.
var trades = func() (out []trade) {
	for _, t := range []struct {
		trade
		times int
	}{
		{trade{"68.20B", "81.11", "68.20H"}, 14}, {trade{"68.20A", "81.10", "68.20G"}, 4}, {trade{"70.10Z", "77.10", "70.10Y"}, 5},
		{trade{"94.99Z", "97.23", "94.99Y"}, 7}, {trade{"64.20Z", "89.02", "64.21Y"}, 4}, {trade{"01.50Z", "01.10", "01.50Y"}, 4},
		{trade{"01.11Z", "01.10", "01.11Y"}, 3}, {trade{"53.20Z", "72.02", "53.20Y"}, 5}, {trade{"86.90F", "84.13", "86.99Y"}, 3},
		{trade{"70.22Z", "77.01", "70.20Y"}, 5}, {trade{"47.91B", "64.12", "47.12Y"}, 3}, {trade{"96.09Z", "87.10", "96.99Y"}, 3},
		{trade{"85.59B", "82.02", "85.59Y"}, 2}, {trade{"43.21A", "55.71", "43.21A"}, 2}, {trade{"43.34Z", "55.73", "43.34Y"}, 2},
		{trade{"43.22A", "55.71", "43.22A"}, 2}, {trade{"43.99C", "55.70", "43.91A"}, 3}, {trade{"81.21Z", "87.08", "81.21Y"}, 3},
		{trade{"81.30Z", "87.08", "81.30Y"}, 2}, {trade{"56.10A", "67.01", "56.11A"}, 4}, {trade{"56.10C", "67.03", "56.11B"}, 3},
		{trade{"56.21Z", "67.02", "56.21Y"}, 1}, {trade{"49.41A", "69.11", "49.41A"}, 2}, {trade{"49.32Z", "69.23", "49.33Y"}, 3},
		{trade{"62.01Z", "77.03", "62.10Y"}, 2}, {trade{"62.02A", "77.03", "62.20Y"}, 2}, {trade{"73.11Z", "77.10", "73.11Y"}, 1},
		{trade{"18.12Z", "51.10", "18.12Y"}, 1}, {trade{"45.20A", "65.06", "95.31A"}, 2}, {trade{"88.10A", "95.12", "88.10A"}, 1},
	} {
		for range t.times {
			out = append(out, t.trade)
		}
	}
	return out
}()

var (
	legalCategories = strings.Fields("5499 5499 5499 5710 5710 5710 6540 6540 9220 9220 5498 5720 6599 5458")
	streets         = strings.Split("DES LILAS|DE LA REPUBLIQUE|VICTOR HUGO|DU GENERAL LECLERC|JEAN JAURES|DE L'EGLISE|DES ACACIAS|DE PARIS|PASTEUR|DU MOULIN|DES ECOLES|DE VERDUN|GAMBETTA|DU 8 MAI 1945|EMILE ZOLA|DE LA GARE", "|")
	firstNames      = strings.Fields("MARIE JEAN PIERRE NATHALIE PHILIPPE ISABELLE MICHEL CATHERINE ALAIN SYLVIE MOHAMED NICOLAS FATIMA JULIEN")
	lastNames       = strings.Fields("MARTIN BERNARD THOMAS PETIT ROBERT RICHARD DURAND DUBOIS MOREAU LAURENT SIMON MICHEL LEFEBVRE LEROY ROUX DAVID")
	words           = strings.Fields("ATELIERS SERVICES BATIMENT RENOVATION PROPRETE JARDINS TRANSPORTS CONSEIL SOLUTIONS GROUPE AVENIR ENERGIE HORIZON EXPRESS CENTRAL NORD SUD EST OUEST FRANCE ILE SEINE MARNE BIEVRE TECHNIQUE GENERALE PEINTURE MACONNERIE TRAITEUR SAVEURS MULTI PRO")
)
