package web_test

import (
	"strings"
	"testing"

	"sourcier/internal/web"
	. "sourcier/internal/web/webtest"
)

const siteThatEmbeds = "https://intranet.example.org"

func embedding(d *web.Deps) {
	d.Config.EmbedHosts = []string{siteThatEmbeds, "https://reseau.example.org"}
}

// One page may be framed, by the sites named; every other page by nobody.
func TestOnlyTheFrameIsFramed(t *testing.T) {
	framed := map[string]string{
		"Content-Security-Policy":      strings.Replace(csp, "frame-ancestors 'none'", "frame-ancestors "+siteThatEmbeds+" https://reseau.example.org", 1),
		"X-Frame-Options":              Absent,
		"Cross-Origin-Resource-Policy": "cross-origin",
	}
	never := map[string]string{"Content-Security-Policy": csp, "X-Frame-Options": "DENY", "Cross-Origin-Resource-Policy": "same-origin"}
	var list []Scenario
	for url, status := range map[string]int{"/cadre": 200, "/cadre/": 200, "/cadre?q=nettoyage&serves=94081": 200, "/cadre?kind=NOPE": 422, "/cadre?ou=Vitry-sur-Seine": 303} {
		list = append(list, Scenario{Name: url, URL: url, Status: status, WantHeader: framed, Lacks: []string{"panic"}})
	}
	for url, status := range map[string]int{
		"/": 200, "/structures": 200, "/comparer": 200, "/integrer": 200, "/structures/" + siretProprete: 200,
		"/CADRE": 404, "/cadre/x": 404, "/public/abc123/css/sourcier.css": 200, "/structures?kind=NOPE": 422,
	} {
		list = append(list, Scenario{Name: url, URL: url, Status: status, WantHeader: never, Lacks: []string{"panic"}})
	}
	list = append(list, Scenario{Name: "the API, which any origin may read", URL: "/api/v1/structures", Status: 200, WantHeader: map[string]string{
		"Content-Security-Policy": csp, "X-Frame-Options": "DENY", "Cross-Origin-Resource-Policy": "cross-origin",
	}, Lacks: []string{"panic"}})
	Run(t, newPortal(t, embedding), list)
	Run(t, newPortal(t), []Scenario{{Name: "no site is named", URL: "/cadre", Status: 200, WantHeader: never, Lacks: []string{"panic"}}})
}

func TestFramePage(t *testing.T) {
	Run(t, newPortal(t, embedding), []Scenario{
		{
			Name: "a search", URL: "/cadre?q=nettoyage&serves=94081&family=insertion&sort=name", Status: 200,
			HTML: []Check{
				In("h1", HasText("1 structure pour « nettoyage » à Vitry-sur-Seine")), In("base[target=_blank]"),
				In("meta[name=robots][content=noindex, follow]"), NotIn("link[rel=canonical]"),
				NotIn("script"), NotIn(".site-header"), NotIn(".site-footer"), NotIn(".filters"), NotIn(".pick"), NotIn("a[href=/]"),
				In("form[action=/cadre][target=_self] input[name=family][type=hidden][value=insertion]"),
				In("form input[name=sort][value=name]"), In("form input[name=lieu][value=94081]"), In("input[name=q][value=nettoyage]"),
				In(".chip[target=_self][href=/cadre?family=insertion&q=nettoyage&sort=name]", HasText("Intervient à Vitry-sur-Seine")),
				In(".card-structure", HasText("Propreté Solidaire")),
				In("a[href=/structures?family=insertion&q=nettoyage&serves=94081&sort=name][target=_blank][rel=noopener]", HasText("Voir sur Sourcier (nouvel onglet)")),
			},
		},
		{
			Name: "pages stay in the frame", URL: "/cadre?per_page=1", Status: 200,
			HTML: []Check{In("a[rel=next][target=_self][href=/cadre?page=2&per_page=1]"), In(".found-range", HasText("1 à 1 sur 4, page 1 sur 4")), NotIn("a[rel=prev]")},
		},
		{
			Name: "the words of a place", URL: "/cadre?q=nettoyage&ou=vitry+sur+seine&lieu=&family=insertion", Status: 303,
			WantHeader: map[string]string{"Location": "/cadre?family=insertion&q=nettoyage&serves=94081"},
		},
		{
			Name: "words that name no place", URL: "/cadre?ou=Nullepart-sur-Rien", Status: 200,
			HTML: []Check{In("#ou[aria-invalid=true]"), In("#ou-erreur", HasText("Lieu non reconnu : « Nullepart-sur-Rien »"))},
		},
		{
			Name: "nothing found", URL: "/cadre?q=introuvable&family=insertion", Status: 200,
			HTML: []Check{In(".empty a[target=_self][href=/cadre?family=insertion]"), In(".empty a[target=_self][href=/cadre]", HasText("Voir tout l’annuaire"))},
		},
		{
			Name: "what cannot be read", URL: "/cadre?kind=NOPE", Status: 422,
			HTML: []Check{In("h1", HasText("Recherche impossible")), In("base[target=_blank]"), NotIn(".site-header"), NotIn("script"), In(".ways a[target=_self][href=/cadre]")},
		},
	})
	Run(t, newPortal(t, embedding, func(d *web.Deps) { d.Demo = func() bool { return true } }), []Scenario{{
		Name: "demonstration data is said", URL: "/cadre", Status: 200, HTML: []Check{In(".demo-banner")},
	}})
}

func TestEmbedPage(t *testing.T) {
	Run(t, newPortal(t, embedding, withContact), []Scenario{
		{
			Name: "a search", URL: "/integrer?q=nettoyage+%22%3E&serves=94081&sort=name", Status: 200,
			HTML: []Check{
				In("h1", HasText("Intégrer la recherche à votre site")), In(".tags", HasText("Intervient à Vitry-sur-Seine")), In("meta[name=robots]"),
				In("#code-a-copier", HasText(`<iframe src="http://localhost:8080/cadre?q=nettoyage`), HasText("serves=94081"), NoText("sort"), NoText(`">"`)),
				In("main", HasText(siteThatEmbeds)), In("a[href=mailto:equipe@example.org]"), In("button[data-copy=code-a-copier][hidden]"),
			},
		},
		{
			Name: "the whole directory", URL: "/integrer", Status: 200,
			HTML: []Check{In("link[rel=canonical][href=http://localhost:8080/integrer]"), NotIn("meta[name=robots]"), In("#code-a-copier", HasText(`src="http://localhost:8080/cadre"`))},
		},
		{Name: "what cannot be read", URL: "/integrer?kind=NOPE", Status: 422, HTML: errorPage},
	})
	Run(t, newPortal(t), []Scenario{{
		Name: "no site is named", URL: "/integrer", Status: 200, HTML: []Check{In("main", HasText("Aucun site n’est autorisé pour l’instant"), HasText("SOURCIER_EMBED_HOSTS"))},
	}})
	Run(t, newPortal(t), []Scenario{{
		Name: "from a list", URL: "/structures?q=nettoyage&sort=name", Status: 200, HTML: []Check{In(".found-more a[href=/integrer?q=nettoyage]")},
	}})
}
