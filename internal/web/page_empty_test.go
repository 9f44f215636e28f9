package web_test

import (
	"context"
	"testing"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/search/query"
	"sourcier/internal/web"
	. "sourcier/internal/web/webtest"
)

// answering is a portal whose search always answers res.
func answering(t *testing.T, res query.Result) *fiber.App {
	return newPortal(t, func(d *web.Deps) {
		d.Search = searcher{func(context.Context, query.Query) (query.Result, error) { return res, nil }}
	})
}

func TestEmptyResultSaysWhatToDrop(t *testing.T) {
	cases := []struct {
		name, url string
		ways      []query.Relaxation
		html      []Check
	}{
		{
			"one filter", "/structures?q=tonte&serves=94054",
			[]query.Relaxation{{Params: []string{"serves"}, Total: 14}},
			[]Check{
				In("h1", HasText("Aucune structure pour « tonte » à Orly")), In(".empty p", HasText("En élargissant la recherche, vous trouveriez :")),
				In(".empty a[href=/structures?q=tonte]", HasText("Sans le filtre « Intervient à Orly » : 14 structures")), Count(".empty li", 1),
				In(".empty a[href=/structures]", HasText("Voir tout l’annuaire")),
			},
		},
		{
			"a word, then all of them", "/structures?q=tonte+urgent&mode=PREST",
			[]query.Relaxation{{Params: []string{"q"}, Words: "urgent", Text: "tonte", Total: 1234}, {Params: []string{"q"}, Words: "tonte", Text: "urgent", Total: 1}, {Params: []string{"q"}, Total: 1}},
			[]Check{
				In(".empty a[href=/structures?mode=PREST&q=tonte]", HasText("Sans le mot « urgent » : 1 234 structures")),
				In(".empty a[href=/structures?mode=PREST&q=urgent]", HasText("Sans le mot « tonte » : 1 structure")),
				In(".empty a[href=/structures?mode=PREST]", HasText("Sans le texte « tonte urgent » : 1 structure")),
			},
		},
		{
			"a phrase", "/structures?q=%22fin+de+chantier%22+gare&sort=distance&serves=94081",
			[]query.Relaxation{{Params: []string{"q"}, Words: "fin de chantier", Text: "gare", Total: 3}},
			[]Check{In(".empty a[href=/structures?q=gare&serves=94081]", HasText("Sans l’expression « fin de chantier » : 3 structures"))},
		},
		{
			"the only word", "/structures?q=urgent&kind=EI",
			[]query.Relaxation{{Params: []string{"q"}, Words: "urgent", Total: 2}},
			[]Check{In(".empty a[href=/structures?kind=EI]", HasText("Sans le mot « urgent » : 2 structures"))},
		},
		{
			"groups of several parameters", "/structures?kind=EI&kind=ACI&family=handicap&near=94081&radius_km=3",
			[]query.Relaxation{{Params: []string{"kind", "family"}, Total: 5}, {Params: []string{"near", "radius_km"}, Total: 2}},
			[]Check{
				In(".empty a[href=/structures?near=94081&radius_km=3]", HasText("Sans les filtres « Handicap (EA, ESAT) », « EI » et « ACI » : 5 structures")),
				In(".empty a[href=/structures?family=handicap&kind=EI&kind=ACI]", HasText("Sans le filtre « À moins de 3 km de Vitry-sur-Seine » : 2 structures")),
			},
		},
		{
			"many filters of a group", "/structures?kind=EI&kind=ACI&kind=AI&kind=ETTI&kind=GEIQ&mode=PREST",
			[]query.Relaxation{{Params: []string{"kind", "family"}, Total: 5}},
			[]Check{In(".empty a[href=/structures?mode=PREST]", HasText("et 2 autres : 5 structures"))},
		},
		{
			"no way out", "/structures?q=zzzzqq", nil,
			[]Check{In("h1", HasText("Aucune structure pour « zzzzqq »")), In(".empty p", HasText("Essayez un mot plus courant")), Count(".empty li", 0), In(".empty a[href=/structures]", HasText("Voir tout l’annuaire"))},
		},
	}
	for _, c := range cases {
		Run(t, answering(t, query.Result{Relaxations: c.ways}), []Scenario{{Name: c.name, URL: c.url, Status: 200, HTML: c.html}})
	}
}

func TestCorrectedSpellingIsSaid(t *testing.T) {
	mended := &query.Correction{Text: "nettoyage des bureaux", Words: []query.Mended{{Typed: "netoyage", Meant: "nettoyage"}}}
	item := query.Item{ID: idProprete, Name: "Le bon nettoyage", Excerpt: "Nettoyage de bureaux."}
	Run(t, answering(t, query.Result{Total: 3, Items: []query.Item{item}, Correction: mended}), []Scenario{{
		Name: "results of the mended text", URL: "/structures?q=netoyage+des+bureaux&serves=94081", Status: 200,
		HTML: []Check{
			In("h1", HasText("3 structures pour « nettoyage des bureaux » à Vitry-sur-Seine")), In("title", HasText("nettoyage des bureaux")),
			In(".correction", HasText("Aucun résultat pour « netoyage des bureaux ». Résultats affichés pour « nettoyage des bureaux ».")),
			Count(".correction strong", 1), In(".correction strong", HasText("nettoyage")),
			In("input[name=q][value=netoyage des bureaux]"), // what was typed stays there to be mended by hand
			In(".card-name mark", HasText("nettoyage")), Count(".card-excerpt mark", 2),
		},
	}})
	Run(t, answering(t, query.Result{Correction: mended, Relaxations: []query.Relaxation{{Params: []string{"serves"}, Total: 2}}}), []Scenario{{
		Name: "nothing with the filters", URL: "/structures?q=netoyage+des+bureaux&serves=94081", Status: 200,
		HTML: []Check{
			In("h1", HasText("Aucune structure pour « nettoyage des bureaux » à Vitry-sur-Seine")),
			In(".correction", HasText("Aucun résultat pour « netoyage des bureaux ». La recherche porte sur « nettoyage des bureaux ».")),
			In(".empty a[href=/structures?q=netoyage+des+bureaux]", HasText("Sans le filtre « Intervient à Vitry-sur-Seine » : 2 structures")),
		},
	}})
	Run(t, newPortal(t), []Scenario{{Name: "no correction, no word of it", URL: "/structures?q=nettoyage", Status: 200, HTML: []Check{NotIn(".correction")}}})
}

func TestAPISaysCorrectionAndRelaxations(t *testing.T) {
	res := query.Result{
		Correction:  &query.Correction{Text: "nettoyage", Words: []query.Mended{{Typed: "netoyage", Meant: "nettoyage"}}},
		Relaxations: []query.Relaxation{{Params: []string{"kind", "family"}, Total: 9}, {Params: []string{"q"}, Words: "urgent", Text: "nettoyage", Total: 2}},
	}
	Run(t, answering(t, res), []Scenario{{
		Name: "both", URL: "/api/v1/structures?q=netoyage+urgent&kind=EI", Status: 200, JSON: map[string]any{
			"correction":    map[string]any{"text": "nettoyage", "words": []any{map[string]any{"typed": "netoyage", "meant": "nettoyage"}}},
			"relaxations.0": map[string]any{"parameters": []string{"kind", "family"}, "words": nil, "text": nil, "total": 9},
			"relaxations.1": map[string]any{"parameters": []string{"q"}, "words": "urgent", "text": "nettoyage", "total": 2},
		},
	}})
	Run(t, answering(t, query.Result{}), []Scenario{{Name: "neither", URL: "/api/v1/structures", Status: 200, JSON: map[string]any{"correction": nil, "relaxations": []any{}}}})
}
