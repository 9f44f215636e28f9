package web_test

import (
	"testing"

	"sourcier/internal/search/query"
	. "sourcier/internal/web/webtest"
)

// A card marks what answers the search by the rule of the search, and says which
// words only a synonym answers.
func TestCardMarksWhatAnswers(t *testing.T) {
	item := query.Item{
		ID: idProprete, Name: "SARL Dupont", TradeName: "Le Bureau net", Sectors: []string{"nettoyage-vitres", "nettoyage-locaux"},
		Excerpt: "L’entretien du bureau, des bureautiques et des ménages.",
		Why: []query.Reason{
			{Field: "sector", Label: "secteur", Text: "Nettoyage de locaux et de bureaux", Words: []string{"ménage", "bureaux"}},
			{Field: "reference", Label: "référence", Text: "Bureaux de la Ville d’Orly", Words: []string{"bureaux"}},
		},
	}
	Run(t, answering(t, query.Result{Total: 1, Items: []query.Item{item}}), []Scenario{{
		Name: "name, trade name, sector, excerpt, reason", URL: "/structures?q=m%C3%A9nage+bureaux", Status: 200,
		HTML: []Check{
			NotIn(".card-name mark"), In(".card-trade mark", HasText("Bureau")),
			In(".card-sectors", HasText("Nettoyage de locaux et de bureaux · Nettoyage de vitres (répond à « ménage »)")),
			Count(".card-sectors mark", 1), In(".card-sectors mark", HasText("bureaux")),
			Count(".card-excerpt mark", 2),
			In(".card-why mark", HasText("Bureaux")),
		},
	}, {
		Name: "an identifier", URL: "/structures?q=" + siretProprete, Status: 200, HTML: []Check{NotIn(".card-excerpt mark")},
	}})
}

// A file writes « VITRY SUR SEINE »; the card says it as the sheet does.
func TestCardNamesItsCommuneAsTheSheetDoes(t *testing.T) {
	item := query.Item{ID: idProprete, Name: "Propreté Solidaire", City: "VITRY SUR SEINE", Commune: "94081"}
	Run(t, answering(t, query.Result{Total: 1, Items: []query.Item{item}}), []Scenario{{
		Name: "known commune", URL: "/structures", Status: 200, HTML: []Check{In(".card-structure", HasText("Vitry-sur-Seine"))},
	}})
}
