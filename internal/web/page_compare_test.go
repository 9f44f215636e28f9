package web_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"sourcier/internal/search/query"
	"sourcier/internal/web"
	. "sourcier/internal/web/webtest"
)

// compareURL is the address of a comparison.
func compareURL(back string, ids ...string) string {
	values := url.Values{"id": ids}
	if back != "" {
		values.Set("retour", back)
	}
	return "/comparer?" + values.Encode()
}

func TestComparePage(t *testing.T) {
	three := compareURL("q=nettoyage&serves=94081", idProprete, idESAT1, idTravaux)
	unknown := strings.Repeat("a", 16)
	Run(t, newPortal(t), []Scenario{
		{
			Name: "three structures", URL: three, Status: 200,
			WantHeader: map[string]string{"Cache-Control": "no-cache"},
			HTML: []Check{
				In("h1", HasText("Comparer 3 structures")), Count(".compare-table thead th", 4),
				In("meta[name=robots][content=noindex, follow]"), NotIn("link[rel=canonical]"),
				In(".trail", HasText("Résultats : « nettoyage » à Vitry-sur-Seine")),
				In("thead", HasText("Propreté Solidaire")), In("thead", HasText("<script>alert(1)</script>")),
				In("section.compare-scroll[tabindex=0][aria-labelledby=titre]"),
				In("tbody", HasText("de Vitry-sur-Seine")),
				In("tbody .tone-good", HasText("✓ À Vitry-sur-Seine")), In("tbody .tone-warn", HasText("✗ Pas à Vitry-sur-Seine")),
				In("tbody", HasText("Potentiellement éligible L2113-13 , L2113-14 D’après Les emplois de l’inclusion, 1er nov. 2026")),
				In("tbody", HasText("Potentiellement éligible L2113-15 à vérifier D’après")),
				In("tbody", HasText("EI, jusqu’au 31 déc. 2027 Les emplois de l’inclusion, 1er nov. 2026"), NoText("ACI")),
				In("tbody", HasText("ESAT, fin non connue")),
				In("tbody", HasText("Complet jusqu’au 15 déc. 2026 Déclarée le 1er octobre 2026")),
				In("tbody", HasText("Écolabel européen En vigueur, jusqu’au 31 mai 2028")),
				In("tbody", HasText("Ville de Vitry-sur-Seine")), In("tbody", HasText("Prestation de service")),
				In("tbody", HasText("Nettoyage de vitres Déduits du code APE, non déclarés")),
				In("td a[href=tel:0199000000]"), In("td a[href=mailto:contact@example.org]"), In("td a[href=https://www.example.org]"),
				In("a[data-removes=" + idESAT1 + "][href=" + compareURL("q=nettoyage&serves=94081", idProprete, idTravaux) + "]"),
				NotIn(".notice"),
			},
			Lacks: []string{"<script>alert"},
		},
		{
			Name: "no place was asked for", URL: compareURL("", idProprete, idESAT1), Status: 200,
			HTML: []Check{In(".trail a[href=/structures]", HasText("Annuaire")), In("tbody", NoText("✓"), NoText("km de"))},
		},
		{
			Name: "the same one twice counts once", URL: compareURL("", idProprete, idProprete, idESAT1), Status: 200,
			HTML: []Check{In("h1", HasText("Comparer 2 structures")), NotIn(".notice")},
		},
		{
			Name: "only what differs", URL: compareURL("", idESAT1, idESAT2) + "&ecarts=1", Status: 200,
			HTML: []Check{
				In(".found-note", HasText("lignes identiques ne sont pas montrées")), In("tbody th", HasText("Métiers"), NoText("Où")),
				In(".compare-tools a[href="+compareURL("", idESAT1, idESAT2)+"]", HasText("Tout montrer")),
			},
		},
		{
			Name: "none", URL: "/comparer", Status: 200,
			HTML: []Check{In("h1", HasText("Comparer des structures")), In(".empty", HasText("Choisissez d’abord des structures")), In(".empty a[href=/structures]"), NotIn("table")},
		},
		{
			Name: "empty boxes", URL: "/comparer?id=&id=", Status: 200, HTML: []Check{In(".empty"), NotIn(".notice")},
		},
		{
			Name: "one", URL: compareURL("", idProprete), Status: 200,
			HTML: []Check{In("h1", HasText("Comparer 1 structure")), In(".notice", HasText("Une seule structure est choisie"))},
		},
		{
			Name: "one that is gone", URL: compareURL("", idProprete, unknown, idESAT1), Status: 200,
			HTML: []Check{In("h1", HasText("Comparer 2 structures")), In(".notice", HasText("1 structure demandée n’est pas dans l’annuaire, ou n’y est plus."))},
		},
		{
			Name: "all gone", URL: compareURL("serves=94081", unknown, "../../etc/passwd"), Status: 404,
			HTML:  []Check{In("h1", HasText("Comparer des structures")), In(".notice", HasText("2 structures demandées ne sont pas dans l’annuaire, ou n’y sont plus.")), In(".empty a[href=/structures?serves=94081]")},
			Lacks: []string{"passwd"},
		},
		{
			Name: "too many", URL: compareURL("", idProprete, idESAT1, idESAT2, idTravaux, unknown, strings.Repeat("b", 16), strings.Repeat("c", 16)), Status: 200,
			HTML: []Check{In("h1", HasText("Comparer 4 structures")), In(".notice", HasText("La comparaison s’arrête à 5 structures")), In(".notice", HasText("2 autres ne le sont pas"))},
		},
		{Name: "a way back that is no search of ours", URL: compareURL("q=a&kind=NOPE", idProprete, idESAT1), Status: 200, HTML: []Check{In(".trail a[href=/structures]")}},
		{Name: "an id that is no text", URL: "/comparer?id=%FF", Status: 422, HTML: []Check{In("h1", HasText("Recherche impossible"))}},
		{Name: "POST", Method: "POST", URL: "/comparer", Status: 405, HTML: errorPage},
	})
}

func TestCompareKeepsItsTag(t *testing.T) {
	app := newPortal(t)
	at := compareURL("", idProprete, idESAT1)
	tag := Scenario{URL: at}.Do(t, app).Header.Get("ETag")
	for at, want := range map[string]int{at: 304, at + "&ecarts=1": 200, compareURL("", idESAT1, idProprete): 200, compareURL("serves=94081", idProprete, idESAT1): 200} {
		if got := (Scenario{URL: at, Header: map[string]string{"If-None-Match": tag}}).Do(t, app).Status; got != want {
			t.Errorf("%s: %d, want %d", at, got, want)
		}
	}
}

// The boxes work without a script: they are a form that leads to the comparison,
// and back to the search.
func TestResultsOfferToCompare(t *testing.T) {
	Run(t, newPortal(t), []Scenario{
		{
			Name: "with a search", URL: "/structures?serves=94081", Status: 200,
			HTML: []Check{
				In("form#comparer[action=/comparer][method=get]"), In("#comparer input[name=retour][value=serves=94081]"),
				In("input[type=checkbox][name=id][value=" + idProprete + "][form=comparer]"),
				In(".cards", HasText("Comparer Propreté Solidaire")),
			},
		},
		{Name: "without", URL: "/structures", Status: 200, HTML: []Check{Count(".pick", 4), NotIn("#comparer input[name=retour]")}},
		{Name: "nothing found", URL: "/structures?q=introuvable", Status: 200, HTML: []Check{In("form#comparer[hidden]"), NotIn(".pick"), NotIn(".share")}},
		{Name: "a list of sheets offers none", URL: "/structures/" + siretShared, Status: 200, HTML: []Check{NotIn(".pick")}},
	})
}

// A long list never looks like a short one.
func TestSizeOfAResultIsSaid(t *testing.T) {
	total := func(n int) func(*web.Deps) {
		return func(d *web.Deps) {
			d.Search = searcher{func(_ context.Context, q query.Query) (query.Result, error) {
				res := query.Result{Total: n}
				for range min(n, q.PerPage) {
					res.Items = append(res.Items, query.Item{ID: idProprete, Name: "Propreté Solidaire"})
				}
				return res, nil
			}}
		}
	}
	for _, c := range []struct {
		total     int
		url, says string
		leaf      string
		cut       string // "" for a list that its pages show whole
	}{
		{1, "/structures", "Toute la liste", "", ""},
		{20, "/structures", "Toutes sur cette page", "", ""},
		{60, "/structures?page=2", "21 à 40 sur 60", "page 2 sur 3", ""},
		{6000, "/structures?page=2", "21 à 40 sur 6 000", "page 2 sur 300", ""},
		{12345, "/structures", "1 à 20 sur 12 345", "page 1 sur 500", "Les pages s’arrêtent à la 10 000e structure sur 12 345"},
	} {
		checks := []Check{In(".found-range", HasText(c.says)), In(".found-leaf", HasText(c.leaf))}
		if c.cut != "" {
			checks = append(checks, In(".found-note", HasText(c.cut)))
		} else {
			checks = append(checks, NotIn(".found-foot .found-note"))
		}
		Run(t, newPortal(t, total(c.total)), []Scenario{{Name: c.says, URL: c.url, Status: 200, HTML: checks}})
	}
}

func TestResultsOnPaper(t *testing.T) {
	Run(t, newPortal(t), []Scenario{
		{
			Name: "the search in words", URL: "/structures?q=nettoyage&serves=94081&family=insertion", Status: 200,
			HTML: []Check{
				In(".print-head", HasText("Filtres : Intervient à Vitry-sur-Seine · Insertion")),
				In(".found", HasText("Annuaire consulté le 23 novembre 2026 : http://localhost:8080/structures?family=insertion&q=nettoyage&serves=94081")),
			},
		},
		{Name: "a comparison", URL: compareURL("", idProprete, idESAT1), Status: 200, HTML: []Check{In(".print-head", HasText("Comparaison du 23 novembre 2026 : http://localhost:8080/comparer?id="))}},
	})
}
