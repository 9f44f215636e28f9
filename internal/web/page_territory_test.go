package web_test

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
	"sourcier/internal/web"
	. "sourcier/internal/web/webtest"
)

func TestTerritoryPage(t *testing.T) {
	Run(t, newPortal(t), []Scenario{
		{
			Name: "a commune", URL: "/territoires/94054", Status: 200,
			HTML: []Check{
				In("h1", HasText("Orly")), In("title", HasText("Fournisseurs à Orly (94054) · Sourcier")), NotIn("meta[name=robots]"),
				In("link[rel=canonical][href=http://localhost:8080/territoires/94054]"), In(".site-nav a[aria-current=page]", HasText("Territoires")),
				In(".place-facts", HasText("Commune"), HasText("Val-de-Marne (94)"), HasText("habitants")),
				In("a[href=/structures?serves=94054]", HasText("3 structures interviennent à Orly")),
				In("a[href=/structures?territory=94054]", HasText("0 structure y est installée")),
				In("a[href=/structures?family=handicap&serves=94054]", HasText("2")), In("a[href=/structures?family=entreprise&serves=94054]", HasText("0")),
				In("a[href=/structures?basis=L2113-12&serves=94054]", HasText("2 structures potentiellement éligibles")), In("a[href=/structures?basis=L2113-15&serves=94054]", HasText("3 structures")),
				NotIn("a[href=/structures?basis=L2113-13-1&serves=94054]"),
				In(".group a[href=/structures?sector=traiteur&serves=94054]", HasText("Traiteur")), NotIn(".group a[href=/structures?sector=nettoyage-vitres&serves=94054]"),
				In("#manque", HasText("Ce qui manque à Orly")),
				In(".gaps a[href=/secteurs/nettoyage-vitres]", HasText("Nettoyage de vitres")),
				In(".gaps a[href=/structures?sector=nettoyage-vitres&territory=91027]", HasText("1 structure le fait à Athis-Mons, à environ")),
				Count(".gaps li", 1), In(".sheet-more summary", HasText("personne ne propose encore")),
				In("a[href=/territoires/94022]", HasText("Choisy-le-Roi")), In("a[href=/territoires/epci:200058014]"), In("a[href=/territoires/dep:94]"),
				In("main", HasText("Quartiers prioritaires (QPV)"), HasText("contours ne sont pas chargés")),
				In("input[name=lieu][value=94054]"), In("figure.drawing .drawing-in"),
			},
		},
		{
			Name: "too far from everybody", URL: "/territoires/reg:84", Status: 200,
			HTML: []Check{In("h1", HasText("Auvergne-Rhône-Alpes")), In("main", HasText("0 structure intervient")), NotIn(".bases"), In(".gaps", HasText("Personne à moins de 100 km"), NoText("le fait à"))},
		},
		{
			Name: "a wider place lists its communes", URL: "/territoires/epci:200058014", Status: 200,
			HTML: []Check{In("title", HasText("(200058014) · Sourcier")), In("a[href=/territoires/94081]", HasText("Vitry-sur-Seine")), In("main", HasText("24 communes"))},
		},
		{Name: "one page has one address", URL: "/territoires/94", Status: 301, WantHeader: map[string]string{"Location": "/territoires/dep:94"}},
		{Name: "encoded", URL: "/territoires/dep%3A94", Status: 200, HTML: []Check{In("h1", HasText("Val-de-Marne"))}},
		{Name: "no territory", URL: "/territoires/ailleurs", Status: 404, HTML: append(errorPage, In(".ways a[href=/territoires]", HasText("Voir les territoires")))},
		{Name: "a quarter is no territory", URL: "/territoires/qpv:QN09491M", Status: 404, HTML: errorPage},
		{Name: "the whole country is no page", URL: "/territoires/FR", Status: 404, HTML: errorPage},
		{Name: "broken escape", URL: "/territoires/%ZZ", Status: 404, HTML: errorPage},
	})
}

func TestTerritoriesPage(t *testing.T) {
	Run(t, newPortal(t), []Scenario{
		{
			Name: "the home territory", URL: "/territoires", Status: 200,
			HTML: []Check{
				In("main", HasText("4 structures interviennent sur le territoire « Grand-Orly Seine Bièvre »")), Count("tbody tr", 24),
				In("a[href=/structures?territory=94022]", HasText("2 structures installées à Choisy-le-Roi")), In("tbody a[href=/territoires/94054]", HasText("Orly")),
				In("a[href=/territoires/dep:91]"), In("a[href=/territoires/reg:11]"), NotIn("meta[name=robots]"),
			},
		},
		{Name: "the form leads to a territory", URL: "/territoires?ou=vitry", Status: 303, WantHeader: map[string]string{"Location": "/territoires/94081"}},
		{Name: "by postal code", URL: "/territoires?ou=94310", Status: 303, WantHeader: map[string]string{"Location": "/territoires/94054"}},
		{
			Name: "a postal code of several communes", URL: "/territoires?ou=48000", Status: 200,
			HTML: []Check{In("#territoire-erreur", HasText("Plusieurs communes ont ce code postal")), In("#territoire-erreur a[href=/territoires/48095]", HasText("Mende")), In("#territoire-erreur a[href=/territoires/48013]")},
		},
		{
			Name: "words that name nothing", URL: "/territoires?ou=zzzz", Status: 200,
			HTML: []Check{In("#territoire-erreur", HasText("Territoire non reconnu : « zzzz ».")), In("input[name=ou][aria-invalid=true][value=zzzz]"), In("meta[name=robots]")},
		},
		{Name: "no text", URL: "/territoires?ou=%FF", Status: 422, HTML: errorPage},
	})
}

// Where a facet has no room for every sector, those it leaves out are counted
// before anything is said to be missing.
func TestAFullFacetHidesNoSector(t *testing.T) {
	portal := newPortal(t, func(d *web.Deps) {
		var full []query.FacetValue
		for i, v := range d.Taxonomy.Sectors() {
			if i < query.MaxFacetValues {
				full = append(full, query.FacetValue{Value: v.Code, Label: v.Label, Count: 9, Parent: v.Group})
			}
		}
		d.Search = searcher{func(_ context.Context, q query.Query) (query.Result, error) {
			res := query.Result{Total: 9}
			if q.Counts("sector") {
				res.Facets = []query.Facet{{Name: "sector", Values: full}}
			}
			return res, nil
		}}
	})
	Run(t, portal, []Scenario{{Name: "nothing is missing", URL: "/territoires/94054", Status: 200, HTML: []Check{In("#manque"), In("main", HasText("chacun des 204 secteurs")), NotIn(".gaps")}}})
}

// The counts of a page are made once for a view and a day.
func TestCountsAreKept(t *testing.T) {
	calls, day := 0, fixtureNow
	portal := newPortal(t, func(d *web.Deps) {
		d.Search = searcher{func(context.Context, query.Query) (query.Result, error) { calls++; return query.Result{}, nil }}
		d.Now = func() time.Time { return day }
	})
	ask := func() int {
		before := calls
		if got := (Scenario{URL: "/secteurs"}).Do(t, portal); got.Status != http.StatusOK {
			t.Fatal(got.Status)
		}
		return calls - before
	}
	if first, second := ask(), ask(); first == 0 || second != 0 {
		t.Errorf("%d searches, then %d", first, second)
	}
	day = day.AddDate(0, 0, 1)
	if next := ask(); next == 0 {
		t.Error("the counts of yesterday")
	}
}

func TestPlacesAnswerNotModified(t *testing.T) {
	portal := newPortal(t)
	for _, url := range []string{"/territoires", "/territoires/94054", "/secteurs", "/secteurs/proprete", "/sources", "/aide", "/mentions-legales", "/plan-du-site"} {
		tag := Scenario{URL: url}.Do(t, portal).Header.Get("ETag")
		if again := (Scenario{URL: url, Header: map[string]string{"If-None-Match": tag}}).Do(t, portal); tag == "" || again.Status != http.StatusNotModified || again.Body != "" {
			t.Errorf("%s: tag %q, then %d", url, tag, again.Status)
		}
	}
}

func TestSectorPages(t *testing.T) {
	counted := &structure.Tally{At: fixtureNow, Structures: 4, Sectors: map[string]structure.SectorTally{"proprete": {Declared: 1, Derived: 1}, "traiteur": {Declared: 1}}}
	Run(t, newPortal(t, func(d *web.Deps) { d.Tally = func() *structure.Tally { return counted } }), []Scenario{
		{
			Name: "all", URL: "/secteurs", Status: 200,
			HTML: []Check{In("main", HasText("204 secteurs en 28 groupes"), HasText("4 ont au moins une structure, 200 n’en ont aucune")), In("a[href=/secteurs/traiteur]", HasText("1")), In("a[href=/territoires/epci:200058014#manque]"), In("a[href=/secteurs/proprete]")},
		},
		{
			Name: "a sector", URL: "/secteurs/nettoyage-locaux", Status: 200,
			HTML: []Check{
				In("h1", HasText("Nettoyage de locaux")), In("title", HasText("Nettoyage de locaux et de bureaux, secteur et fournisseurs · Sourcier")), In("main", HasText("On dit aussi : nettoyage, ménage")),
				In("a[href=/structures?sector=nettoyage-locaux&serves=epci%3A200058014]", HasText("1 structure intervient")), In("a[href=/structures?sector=nettoyage-locaux]", HasText("dans tout l’annuaire")),
				In("main", HasText("8121Z Nettoyage courant des bâtiments"), HasText("90911 Services de nettoyage")),
				In("a[href=/structures?sector=nettoyage-locaux&serves=91027]", HasText("Athis-Mons")), In(".gap-list a[href=/territoires/91326]", HasText("Juvisy-sur-Orge")),
				In("a[href=/secteurs/nettoyage-vitres]", HasText("Nettoyage de vitres")), In(".trail a[href=/secteurs/proprete]"), NotIn("a[href=/secteurs/nettoyage-locaux]"),
			},
		},
		{
			Name: "a group", URL: "/secteurs/proprete", Status: 200,
			HTML: []Check{In("title", HasText("groupe et fournisseurs")), In("#voisins", HasText("Secteurs du groupe")), NotIn("#codes"), In("main", HasText("1 structure le propose d’après elles-mêmes ou d’après une liste, 1 autre d’après le seul code APE. Décompte du 23 novembre 2026."))},
		},
		{Name: "nothing deduced", URL: "/secteurs/traiteur", Status: 200, HTML: []Check{In("main", HasText("aucune n’est déduite du seul code APE"))}},
		{Name: "no sector", URL: "/secteurs/nimporte", Status: 404, HTML: append(errorPage, In(".ways a[href=/secteurs]"))},
	})
	Run(t, newPortal(t), []Scenario{{Name: "not counted yet", URL: "/secteurs/traiteur", Status: 200, HTML: []Check{NotIn("main .place-top p.note"), In("h1")}}})
}

// A territory of any place and form is bounded, and answers.
func TestTerritoriesOfEveryForm(t *testing.T) {
	portal := newPortal(t)
	for _, value := range []string{"75056", "75101", "97411", "2A004", "dep:2B", "dep:974", "reg:06", "epci:200054781"} {
		got := Scenario{URL: "/territoires/" + value}.Do(t, portal)
		if got.Status != http.StatusOK {
			t.Errorf("%s: %d", value, got.Status)
			continue
		}
		doc := ParseHTML(t, got.Body)
		if n := len(Find(doc, ".gaps li")); n > 12 {
			t.Errorf("%s: %d gaps", value, n)
		}
		if n := len(Find(doc, "#alentour a")) + len(Find(doc, ".place-columns li")); n > 120 {
			t.Errorf("%s: %d lines around", value, n)
		}
		if title := Text(Find(doc, "title")[0]); len([]rune(title)) > 70 {
			t.Errorf("%s: title of %d letters: %s", value, len([]rune(title)), title)
		}
	}
}

func TestQuartersWithOutlines(t *testing.T) {
	list := territory.Default().QuartersOf("94054")
	if len(list) == 0 {
		t.Fatal("no quarter in Orly")
	}
	loaded := territory.NewQuarters([]territory.Quarter{{Code: list[0].Code, Name: list[0].Name, AsOf: "2026-01-31", Outline: territory.Outline{{territory.Ring{0, 0, 10, 0, 10, 10}}}}})
	portal := newPortal(t, func(d *web.Deps) {
		d.Quarters = func() *territory.Quarters { return loaded }
		d.Tally = func() *structure.Tally { return structure.NewTally() }
	})
	Run(t, portal, []Scenario{
		{Name: "of a commune", URL: "/territoires/94054", Status: 200, HTML: []Check{In("main", HasText(list[0].Code), HasText("Leurs contours sont chargés"))}},
		{Name: "among the sources", URL: "/sources", Status: 200, HTML: []Check{In(".sources-list", HasText("1 contour chargé"), HasText("31 janvier 2026"))}},
	})
}

// A failing engine fails the page, which is not kept.
func TestPlacesWithoutAnEngine(t *testing.T) {
	portal := newPortal(t, func(d *web.Deps) { d.Search = failing(context.DeadlineExceeded) })
	for _, url := range []string{"/territoires", "/territoires/94054", "/secteurs", "/secteurs/traiteur"} {
		if got := (Scenario{URL: url}).Do(t, portal); got.Status != http.StatusGatewayTimeout || !strings.Contains(got.Body, "trop longue") {
			t.Errorf("%s: %s", url, strconv.Itoa(got.Status))
		}
	}
}

// A structure may be installed in the very place that it does not serve.
func TestInstalledHereAndServingElsewhere(t *testing.T) {
	portal := newPortal(t, func(d *web.Deps) {
		d.Search = searcher{func(_ context.Context, q query.Query) (query.Result, error) {
			if len(q.Serves) > 0 {
				return query.Result{}, nil
			}
			return query.Result{Total: 2, Items: []query.Item{{Commune: "94054"}}, Facets: []query.Facet{{Name: "sector", Values: []query.FacetValue{{Value: "traiteur", Count: 2, Parent: "restauration"}, {Value: "restauration", Count: 2}}}}}, nil
		}}
	})
	Run(t, portal, []Scenario{{Name: "it is said", URL: "/territoires/94054", Status: 200, HTML: []Check{In(".gaps", HasText("2 structures installées à Orly, qui n’interviennent qu’ailleurs"))}}})
}

// The nearest are looked for twelve times at most, whatever is missing.
func TestNearestAreBounded(t *testing.T) {
	searches := 0
	portal := newPortal(t, func(d *web.Deps) {
		var facet []query.FacetValue
		for _, g := range d.Taxonomy.Groups() {
			facet = append(facet, query.FacetValue{Value: g.Code, Count: 5})
		}
		d.Search = searcher{func(_ context.Context, q query.Query) (query.Result, error) {
			if searches++; len(q.Serves) > 0 {
				return query.Result{}, nil
			}
			return query.Result{Total: 5, Items: []query.Item{{Commune: "94022"}}, Facets: []query.Facet{{Name: "sector", Values: facet}}}, nil
		}}
	})
	Run(t, portal, []Scenario{{Name: "all is missing", URL: "/territoires/94054", Status: 200, HTML: []Check{
		Count(".gaps li", 12), In(".gaps", HasText("5 structures le font à Choisy-le-Roi, à environ 3 km")), In(".sheet-more", HasText("(16)")), In("main", HasText("204 secteurs sur 204 n’ont aucune structure")),
	}}})
	if searches > 60 {
		t.Errorf("%d searches for a page", searches)
	}
}
