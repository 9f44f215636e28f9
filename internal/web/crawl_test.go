package web_test

import (
	"context"
	"encoding/xml"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/web"
	"sourcier/internal/web/webtest"
)

const site = "https://sourcier.example.org"

func published(d *web.Deps) { d.Config.Production, d.Config.BaseURL = true, site }

func TestRobots(t *testing.T) {
	webtest.Run(t, newPortal(t), []webtest.Scenario{
		{Name: "stay out before production", URL: "/robots.txt", Status: 200, Contains: []string{"Disallow: /\n"}, Lacks: []string{"Sitemap"}},
	})
	webtest.Run(t, newPortal(t, published), []webtest.Scenario{
		{Name: "read pages and sheets, not searches", URL: "/robots.txt", Status: 200, Lacks: []string{"Disallow: /\n", "Disallow: /structures\n", "Disallow: /api\n"},
			Contains: []string{"Disallow: /structures?\n", "Disallow: /api/v1/\n", "Disallow: /comparer\n", "Disallow: /exporter\n", "Disallow: /cadre\n", "Disallow: /carte?\n", "Disallow: /structures.csv\n", "Disallow: /administration\n", "Disallow: /connexion\n", "Disallow: /deconnexion\n", "Disallow: /compte\n",
				"Sitemap: " + site + "/sitemap.xml\n"}},
	})
}

// listing is what a page tells search engines.
type listing struct{ robots, canonical string }

const (
	unlisted = "noindex, follow"
	origin   = "http://localhost:8080"
)

type pageListing struct {
	name, url string
	status    int
	want      listing
}

// listings is every kind of page with what it must say. A page that is neither
// listed under one address nor kept out would be listed under each that leads to it.
var listings = []pageListing{
	{"home", "/", 200, listing{"", origin + "/"}},
	{"results", "/structures", 200, listing{"", origin + "/structures"}},
	{"results by the address of a campaign", "/structures?utm_source=mail", 200, listing{"", origin + "/structures"}},
	{"results of an empty form", "/structures?q=&serves=", 200, listing{"", origin + "/structures"}},
	{"filtered results", "/structures?kind=ESAT", 200, listing{unlisted, ""}},
	{"results of a text", "/structures?q=nettoyage", 200, listing{unlisted, ""}},
	{"ordered results", "/structures?sort=name", 200, listing{unlisted, ""}},
	{"no results", "/structures?q=introuvable", 200, listing{unlisted, ""}},
	{"the second page", "/structures?page=2", 200, listing{unlisted, ""}},
	{"the agenda", "/agenda", 200, listing{"", origin + "/agenda"}},
	{"the agenda of a kind", "/agenda?type=atelier", 200, listing{unlisted, ""}},
	{"a sheet", "/structures/" + idProprete, 200, listing{"", origin + "/structures/" + idProprete}},
	{"a sheet from a search", "/structures/" + idProprete + "?retour=q%3Dnettoyage", 200, listing{"", origin + "/structures/" + idProprete}},
	{"a sheet by its SIRET", "/structures/" + siretProprete, 200, listing{"", origin + "/structures/" + idProprete}},
	{"sheets of a shared SIRET", "/structures/" + siretShared, 200, listing{unlisted, ""}},
	{"sources", "/credits", 200, listing{"", origin + "/credits"}},
	{"the API", "/api", 200, listing{"", origin + "/api"}},
	{"territories", "/territoires", 200, listing{"", origin + "/territoires"}},
	{"a place that is not known", "/territoires?ou=zzzz", 200, listing{unlisted, ""}},
	{"a territory", "/territoires/94081", 200, listing{"", origin + "/territoires/94081"}},
	{"sectors", "/secteurs", 200, listing{"", origin + "/secteurs"}},
	{"a sector", "/secteurs/proprete", 200, listing{"", origin + "/secteurs/proprete"}},
	{"the map of all", "/carte", 200, listing{"", origin + "/carte"}},
	{"the map of a search", "/carte?kind=ESAT", 200, listing{unlisted, ""}},
	{"a comparison", "/comparer?id=" + idProprete, 200, listing{unlisted, ""}},
	{"the frame", "/cadre", 200, listing{unlisted, ""}},
	{"the code of the frame", "/integrer", 200, listing{"", origin + "/integrer"}},
	{"the code of a search", "/integrer?q=nettoyage", 200, listing{unlisted, ""}},
	{"columns", "/exporter?q=nettoyage", 200, listing{unlisted, ""}},
	{"a report", "/structures/" + idProprete + "/signaler", 200, listing{unlisted, ""}},
	{"sources of the directory", "/sources", 200, listing{"", origin + "/sources"}},
	{"help", "/aide", 200, listing{"", origin + "/aide"}},
	{"help for buyers", "/aide/acheteurs", 200, listing{"", origin + "/aide/acheteurs"}},
	{"help on events", "/aide/evenements", 200, listing{"", origin + "/aide/evenements"}},
	{"help on planned purchases", "/aide/programme", 200, listing{"", origin + "/aide/programme"}},
	{"help for structures", "/aide/structures", 200, listing{"", origin + "/aide/structures"}},
	{"how to answer a tender", "/repondre-a-un-marche", 200, listing{"", origin + "/repondre-a-un-marche"}},
	{"sourçages that take candidates", "/sourcages-ouverts", 200, listing{"", origin + "/sourcages-ouverts"}},
	{"the charter of sourçages", "/charte-du-sourcage", 200, listing{"", origin + "/charte-du-sourcage"}},
	{"insertion hours", "/heures-d-insertion", 200, listing{"", origin + "/heures-d-insertion"}},
	{"insertion hours of a lot", "/heures-d-insertion?montant=1000", 422, listing{unlisted, ""}},
	{"accessibility", "/accessibilite", 200, listing{"", origin + "/accessibilite"}},
	{"personal data", "/donnees-personnelles", 200, listing{"", origin + "/donnees-personnelles"}},
	{"legal notice", "/mentions-legales", 200, listing{"", origin + "/mentions-legales"}},
	{"an account that is gone", "/compte-efface", 200, listing{unlisted, ""}},
	{"registering", "/inscription", 200, listing{"", origin + "/inscription"}},
	{"what is to come", "/achats-a-venir", 200, listing{"", origin + "/achats-a-venir"}},
	{"what is to come in a quarter", "/achats-a-venir?trimestre=2027-T1", 200, listing{unlisted, ""}},
	{"signing in", "/connexion", 200, listing{unlisted, ""}},
	{"every page", "/plan-du-site", 200, listing{"", origin + "/plan-du-site"}},
	{"nothing there", "/nulle-part", 404, listing{unlisted, ""}},
	{"no such sheet", "/structures/zzz", 404, listing{unlisted, ""}},
	{"a refused search", "/structures?kind=XXL", 422, listing{unlisted, ""}},
}

// noPages are routes that answer no page, and those that these tests cannot open: that
// of a report that was sent, /_style, which production has not, and what is for who is
// signed in, signs in or holds a link (signin_test.go, account_test.go,
// organisation_test.go, admin_test.go, ownsheet_test.go, programme_*_test.go).
var noPages = regexp.MustCompile(`^(/api/v1.*|/.*/:ref|/connexion/.*|/deconnexion|/compte(/.*)?|/organisations.*|/mes-fiches.*|/mes-sourcages.*|/mes-invitations|/disponibilite/.*|/administration(/.*)?|/invitations/.*|/desinscription/.*|/inscription/.*|/structures/:id/images/:hash|/groupements.*|/listes(/.*)?|/recherches(/.*)?|/labels(/.*)?|/reseau(/.*)?|/adhesions|/programme.*|/achats-a-venir/.*|/sourcage/.*|/sourcages(/.*)?|/sourcages-ouverts/.*|/evenements(/.*)?|/participation/.*|/relais/.*|/agenda/.*|/enquete/.*|/_style|/public/.*|.*\.(csv|xlsx|xml|txt|ico|rss|ics)|/healthz|/readyz|/)$`)

// Whoever adds a page says what it tells search engines.
func TestEveryPageIsInListings(t *testing.T) {
	for _, stack := range newPortal(t).Stack() {
		for _, r := range stack {
			said := slices.ContainsFunc(listings, func(c pageListing) bool {
				path, _, _ := strings.Cut(c.url, "?")
				return fiber.RoutePatternMatch(path, r.Path) && c.status == 200
			})
			if r.Method == fiber.MethodGet && !noPages.MatchString(r.Path) && !said {
				t.Errorf("%s: no line in listings", r.Path)
			}
		}
	}
}

func TestWhatSearchEnginesList(t *testing.T) {
	app := newPortal(t)
	for _, c := range listings {
		t.Run(c.name, func(t *testing.T) {
			res := webtest.Scenario{URL: c.url}.Do(t, app)
			if got := listingOf(t, res.Body); res.Status != c.status || got != c.want {
				t.Errorf("status %d, %+v, want %d, %+v", res.Status, got, c.status, c.want)
			}
		})
	}
}

func listingOf(tb testing.TB, body string) (l listing) {
	tb.Helper()
	root := webtest.ParseHTML(tb, body)
	for _, n := range webtest.Find(root, "meta[name=robots]") {
		l.robots, _ = webtest.Attr(n, "content")
	}
	for _, n := range webtest.Find(root, "link[rel=canonical]") {
		l.canonical, _ = webtest.Attr(n, "href")
	}
	return l
}

// samples are addresses of the routes that have a parameter.
var samples = map[string]string{
	"/structures/:id":                                         "/structures/" + idProprete,
	"/structures/:id/signaler":                                "/structures/" + idProprete + "/signaler",
	"/structures/:id/signaler/:ref":                           "/structures/" + idProprete + "/signaler/aaaaaaaaaa",
	"/programme/achats/:id/lots/:lot":                         "/programme/achats/aaaa/lots/l1",
	"/territoires/:value":                                     "/territoires/94081",
	"/secteurs/:code":                                         "/secteurs/nettoyage-locaux",
	"/connexion/lien/:token":                                  "/connexion/lien/" + csrf,
	"/compte/adresse/:token":                                  "/compte/adresse/" + csrf,
	"/programme/contrats/:id":                                 "/programme/contrats/aaaa",
	"/programme/contrats/:id/modifier":                        "/programme/contrats/aaaa/modifier",
	"/programme/contrats/:id/terminer":                        "/programme/contrats/aaaa/terminer",
	"/administration/seuils/services-L2113-15/:range/retirer": "/administration/seuils/services-L2113-15/80000000-80999999-2019-04-01/retirer",
	"/administration/seuils/:code":                            "/administration/seuils/formal_works",
	"/administration/seuils/:code/:from/retirer":              "/administration/seuils/formal_works/2026-01-01/retirer",
	"/administration/personnes/:id":                           "/administration/personnes/aaaa",
	"/administration/personnes/:id/suspendre":                 "/administration/personnes/aaaa/suspendre",
	"/administration/organisations/:id":                       "/administration/organisations/aaaa",
	"/administration/organisations/:id/fermer":                "/administration/organisations/aaaa/fermer",
	"/administration/messages/:id":                            "/administration/messages/aaaa",
	"/compte/messages/:id":                                    "/compte/messages/aaaa",
	"/administration/imports/:id":                             "/administration/imports/aaaa",
	"/administration/moderation/fiches/:id":                   "/administration/moderation/fiches/aaaa",
	"/administration/moderation/conflits/:id":                 "/administration/moderation/conflits/aaaa",
	"/administration/moderation/signalements/:ref":            "/administration/moderation/signalements/aaaa",
	"/administration/moderation/suspendues/:id":               "/administration/moderation/suspendues/aaaa",
	"/administration/doublons/:kept/:duplicate":               "/administration/doublons/aaaa/bbbb",
	"/administration/doublons/reunions/:kept/:duplicate":      "/administration/doublons/reunions/aaaa/bbbb",
	"/organisations/:id":                                      "/organisations/aaaa",
	"/organisations/:id/quitter":                              "/organisations/aaaa/quitter",
	"/organisations/:id/membres/:person":                      "/organisations/aaaa/membres/bbbb",
	"/organisations/:id/membres/:person/retirer":              "/organisations/aaaa/membres/bbbb/retirer",
	"/invitations/:token":                                     "/invitations/AAAAAAAAAAAAAAAAAAAAAAAAAA",
	"/desinscription/:word":                                   "/desinscription/a.b.c",
	"/inscription/preuve/:token":                              "/inscription/preuve/" + csrf,
	"/inscription/:id":                                        "/inscription/" + idProprete,
	"/inscription/:id/quoi":                                   "/inscription/" + idProprete + "/quoi",
	"/inscription/:id/ou":                                     "/inscription/" + idProprete + "/ou",
	"/inscription/:id/contact":                                "/inscription/" + idProprete + "/contact",
	"/inscription/:id/fin":                                    "/inscription/" + idProprete + "/fin",
	"/mes-fiches/:id":                                         "/mes-fiches/aaaa",
	"/mes-fiches/:id/apercu":                                  "/mes-fiches/aaaa/apercu",
	"/mes-fiches/:id/abandonner":                              "/mes-fiches/aaaa/abandonner",
	"/mes-fiches/:id/historique":                              "/mes-fiches/aaaa/historique",
	"/mes-fiches/:id/presentation":                            "/mes-fiches/aaaa/presentation",
	"/mes-fiches/:id/coordonnees":                             "/mes-fiches/aaaa/coordonnees",
	"/mes-fiches/:id/adresse":                                 "/mes-fiches/aaaa/adresse",
	"/mes-fiches/:id/contacts":                                "/mes-fiches/aaaa/contacts",
	"/mes-fiches/:id/activites":                               "/mes-fiches/aaaa/activites",
	"/mes-fiches/:id/activites/:activity":                     "/mes-fiches/aaaa/activites/1",
	"/disponibilite/:word":                                    "/disponibilite/a.b.20261231.c",
	"/programme/achats/:id":                                   "/programme/achats/aaaa",
	"/programme/achats/:id/modifier":                          "/programme/achats/aaaa/modifier",
	"/programme/achats/:id/etat":                              "/programme/achats/aaaa/etat",
	"/programme/reglages/services/:service":                   "/programme/reglages/services/aaaa",
	"/mes-fiches/:id/bilan":                                   "/mes-fiches/" + idProprete + "/bilan",
	"/public/*":                                               "/public/css/sourcier.css",
	"/sitemap-:part.xml":                                      "/sitemap-pages.xml",
	"/structures/:id/images/:hash":                            "/structures/" + idProprete + "/images/aaaa",
	"/mes-fiches/:id/offres":                                  "/mes-fiches/aaaa/offres",
	"/mes-fiches/:id/offres/:offer":                           "/mes-fiches/aaaa/offres/1",
	"/mes-fiches/:id/offres/:offer/images":                    "/mes-fiches/aaaa/offres/1/images",
	"/mes-fiches/:id/references":                              "/mes-fiches/aaaa/references",
	"/mes-fiches/:id/labels":                                  "/mes-fiches/aaaa/labels",
	"/mes-fiches/:id/labels/:label":                           "/mes-fiches/aaaa/labels/fsc",
	"/mes-fiches/:id/labels/:label/justificatif":              "/mes-fiches/aaaa/labels/fsc/justificatif",
	"/mes-fiches/:id/logo":                                    "/mes-fiches/aaaa/logo",
	"/mes-fiches/:id/fichiers/:hash":                          "/mes-fiches/aaaa/fichiers/aaaa",
	"/programme/achats/:id/lots/:lot/decision":                "/programme/achats/aaaa/lots/l1/decision",
	"/programme/revues/:id":                                   "/programme/revues/aaaa",
	"/programme/revues/:id/compte-rendu":                      "/programme/revues/aaaa/compte-rendu",
	"/sourcages/:id/lancement":                                "/sourcages/aaaa/lancement",
	"/programme/revues/:id/compte-rendu.docx":                 "/programme/revues/aaaa/compte-rendu.docx",
	"/groupements/:id":                                        "/groupements/aaaa",
	"/groupements/:id/quitter":                                "/groupements/aaaa/quitter",
	"/groupements/:id/dissoudre":                              "/groupements/aaaa/dissoudre",
	"/listes/:id":                                             "/listes/aaaa",
	"/listes/:id/export.csv":                                  "/listes/aaaa/export.csv",
	"/listes/:id/export.xlsx":                                 "/listes/aaaa/export.xlsx",
	"/listes/:id/modifier":                                    "/listes/aaaa/modifier",
	"/listes/:id/supprimer":                                   "/listes/aaaa/supprimer",
	"/listes/:id/structures/:structure":                       "/listes/aaaa/structures/bbbb",
	"/recherches/:id":                                         "/recherches/aaaa",
	"/recherches/:id/supprimer":                               "/recherches/aaaa/supprimer",
	"/desinscription/recherche/:word":                         "/desinscription/recherche/a.b.c",
	"/labels/criteres/:slug":                                  "/labels/criteres/aaaa",
	"/labels/:id":                                             "/labels/aaaa",
	"/labels/:id/modifier":                                    "/labels/aaaa/modifier",
	"/labels/:id/terminer":                                    "/labels/aaaa/terminer",
	"/labels/:id/titulaires/:structure":                       "/labels/aaaa/titulaires/bbbb",
	"/labels/:id/titulaires/:structure/retirer":               "/labels/aaaa/titulaires/bbbb/retirer",
	"/achats-a-venir/:id":                                     "/achats-a-venir/aaaa",
	"/programme/import/:id":                                   "/programme/import/aaaa",
	"/programme/import/:id/apercu":                            "/programme/import/aaaa/apercu",
	"/sourcages/:id":                                          "/sourcages/aaaa",
	"/sourcages/:id/modifier":                                 "/sourcages/aaaa/modifier",
	"/sourcages/:id/equipe":                                   "/sourcages/aaaa/equipe",
	"/sourcages/:id/equipe/:person/recuser":                   "/sourcages/aaaa/equipe/bbbb/recuser",
	"/sourcages/:id/panel":                                    "/sourcages/aaaa/panel",
	"/sourcages/:id/apercu":                                   "/sourcages/aaaa/apercu",
	"/sourcages/:id/ajouter":                                  "/sourcages/aaaa/ajouter",
	"/sourcages/:id/structures/:supplier/adresse":             "/sourcages/aaaa/structures/bbbb/adresse",
	"/sourcages/:id/relance":                                  "/sourcages/aaaa/relance",
	"/programme/import/:id/lignes-refusees.csv":               "/programme/import/aaaa/lignes-refusees.csv",
	"/programme/achats/:id/annonce":                           "/programme/achats/aaaa/annonce",
	"/reseau/:id":                                             "/reseau/aaaa",
	"/reseau/:id/retirer":                                     "/reseau/aaaa/retirer",
	"/sourcages/:id/entretiens":                               "/sourcages/aaaa/entretiens",
	"/sourcages/:id/entretiens/nouveau":                       "/sourcages/aaaa/entretiens/nouveau",
	"/sourcages/:id/entretiens/ordre-du-jour":                 "/sourcages/aaaa/entretiens/ordre-du-jour",
	"/sourcages/:id/entretiens/:exchange":                     "/sourcages/aaaa/entretiens/bbbb",
	"/sourcages/:id/entretiens/:exchange/modifier":            "/sourcages/aaaa/entretiens/bbbb/modifier",
	"/sourcages/:id/registre":                                 "/sourcages/aaaa/registre",
	"/sourcages/:id/registre/informer":                        "/sourcages/aaaa/registre/informer",
	"/sourcages/:id/registre/noter":                           "/sourcages/aaaa/registre/noter",
	"/sourcages/:id/registre/questions":                       "/sourcages/aaaa/registre/questions",
	"/sourcages/:id/registre/questions/:question":             "/sourcages/aaaa/registre/questions/bbbb",
	"/sourcages/:id/registre/annexe":                          "/sourcages/aaaa/registre/annexe",
	"/sourcages/:id/registre/annexe.docx":                     "/sourcages/aaaa/registre/annexe.docx",
	"/sourcages/:id/registre/:info":                           "/sourcages/aaaa/registre/bbbb",
	"/mes-sourcages/:id":                                      "/mes-sourcages/aaaa",
	"/mes-sourcages/:id/fichiers/:hash":                       "/mes-sourcages/aaaa/fichiers/aaaa",
}

// Every page, those to come too, is listed under its own address or not at all.
func TestEveryPageHasOneAddressOrNone(t *testing.T) {
	app := newPortal(t)
	for _, r := range app.GetRoutes(true) {
		if r.Method != fiber.MethodGet || strings.HasPrefix(r.Path, "/api/") || strings.HasPrefix(r.Path, "/inscription/choix/") { // no pages
			continue
		}
		address := r.Path
		if strings.ContainsAny(address, ":*") {
			if address = samples[r.Path]; address == "" {
				t.Errorf("%s has no sample in this test", r.Path)
				continue
			}
		}
		res := webtest.Scenario{URL: address}.Do(t, app)
		if !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") || res.Status >= 300 && res.Status < 400 {
			continue
		}
		l := listingOf(t, res.Body)
		if l.robots == "" && l.canonical != origin+address || l.robots != "" && l.robots != unlisted {
			t.Errorf("%s: %+v", address, l)
		}
	}
}

func TestFictionalAndClosedSheetsAreNotListed(t *testing.T) {
	fictional, closed, open := of(structure.ESAT), of(structure.ESAT), of(structure.ESAT)
	fictional.ID, fictional.SIRET, fictional.Demo = idESAT1, "", true
	closed.ID, closed.SIRET, closed.Closed = idESAT2, "", true
	app := newPortal(t, published, holding(t, fictional, closed, open))
	for _, v := range []structure.Structure{fictional, closed} {
		if got := listingOf(t, webtest.Scenario{URL: "/structures/" + v.ID}.Do(t, app).Body); got.robots != unlisted {
			t.Errorf("demo %v, closed %v: %+v", v.Demo, v.Closed, got)
		}
	}
	if list := sitemapOf(t, app, "/sitemap-1-1.xml").URLs; len(list) != 1 || list[0].Loc != site+"/structures/"+open.ID {
		t.Errorf("sitemap %+v", list)
	}
}

type sitemapDoc struct {
	Parts []struct {
		Loc string `xml:"loc"`
	} `xml:"sitemap"`
	URLs []struct {
		Loc     string `xml:"loc"`
		LastMod string `xml:"lastmod"`
	} `xml:"url"`
}

func sitemapOf(tb testing.TB, app *fiber.App, url string) (doc sitemapDoc) {
	tb.Helper()
	res := webtest.Scenario{URL: url}.Do(tb, app)
	if res.Status != 200 || res.Header.Get("Content-Type") != "application/xml; charset=utf-8" || res.Header.Get("ETag") == "" {
		tb.Fatalf("%s: status %d, %v", url, res.Status, res.Header)
	}
	if err := xml.Unmarshal([]byte(res.Body), &doc); err != nil {
		tb.Fatal(err)
	}
	return doc
}

func TestSitemap(t *testing.T) {
	app := newPortal(t, published)
	index := sitemapOf(t, app, "/sitemap.xml")
	if len(index.Parts) != 2 || index.Parts[0].Loc != site+"/sitemap-pages.xml" || index.Parts[1].Loc != site+"/sitemap-1-1.xml" {
		t.Fatalf("index %+v", index)
	}
	sheets := map[string]string{}
	for _, u := range sitemapOf(t, app, "/sitemap-1-1.xml").URLs {
		sheets[strings.TrimPrefix(u.Loc, site+"/structures/")] = u.LastMod
	}
	if want := []string{idProprete, idESAT1, idESAT2, idTravaux}; len(sheets) != len(want) || sheets[idProprete] != "2026-11-13T11:00:00Z" {
		t.Errorf("sheets %v, want %v", sheets, want)
	}
	var pages []string
	for _, u := range sitemapOf(t, app, "/sitemap-pages.xml").URLs {
		pages = append(pages, strings.TrimPrefix(u.Loc, site))
	}
	for _, want := range []string{"/", "/structures", "/carte", "/territoires/94081", "/credits", "/api"} {
		if !slices.Contains(pages, want) {
			t.Errorf("pages %v lack %s", pages, want)
		}
	}
	for _, page := range pages {
		if res := (webtest.Scenario{URL: page}).Do(t, app); res.Status != 200 || listingOf(t, res.Body) != (listing{"", site + page}) {
			t.Errorf("the sitemap names %s, which answers %d, %+v", page, res.Status, listingOf(t, res.Body))
		}
	}
}

func TestSitemapAnswers(t *testing.T) {
	app := newPortal(t, published)
	tag := webtest.Scenario{URL: "/sitemap-1-1.xml"}.Do(t, app).Header.Get("ETag")
	webtest.Run(t, app, []webtest.Scenario{
		{Name: "the crawler has it", URL: "/sitemap-1-1.xml", Header: map[string]string{"If-None-Match": tag}, Status: 304},
		{Name: "kept for an hour", Method: "HEAD", URL: "/sitemap.xml", Status: 200, WantHeader: map[string]string{"Cache-Control": "public, max-age=3600"}},
		{Name: "a part of another cut", URL: "/sitemap-2-4.xml", Status: 404, HTML: errorPage},
		{Name: "no part", URL: "/sitemap-..%2f.xml", Status: 404, HTML: errorPage},
		{Name: "compressed", URL: "/sitemap-pages.xml", Header: map[string]string{"Accept-Encoding": "gzip"}, Status: 200, WantHeader: map[string]string{"Content-Encoding": "gzip"}, Lacks: []string{"<url>"}},
	})
	webtest.Run(t, newPortal(t, published, func(d *web.Deps) { d.Demo = func() bool { return true } }), []webtest.Scenario{
		{Name: "no fictional sheet", URL: "/sitemap.xml", Status: 200, Contains: []string{"sitemap-pages.xml"}, Lacks: []string{"sitemap-1-1.xml"}},
		{Name: "nor by its address", URL: "/sitemap-1-1.xml", Status: 404, HTML: errorPage},
	})
	webtest.Run(t, newPortal(t, published, func(d *web.Deps) { d.Search = failing(context.DeadlineExceeded) }), []webtest.Scenario{
		{Name: "too slow", URL: "/sitemap.xml", Status: 504, HTML: errorPage},
	})
}

// A large directory is cut into parts that together name every sheet once.
func TestSitemapParts(t *testing.T) {
	total := 60_000
	app := newPortal(t, published, func(d *web.Deps) {
		d.Search = searcher{func(context.Context, query.Query) (query.Result, error) { return query.Result{Total: total}, nil }}
	})
	index := sitemapOf(t, app, "/sitemap.xml")
	if len(index.Parts) != 1+4 {
		t.Fatalf("%d parts of 60,000 sheets", len(index.Parts))
	}
	seen := map[string]int{}
	for _, part := range index.Parts[1:] {
		for _, u := range sitemapOf(t, app, strings.TrimPrefix(part.Loc, site)).URLs {
			seen[strings.TrimPrefix(u.Loc, site+"/structures/")]++
		}
	}
	ids := []string{idProprete, idESAT1, idESAT2, idTravaux}
	slices.Sort(ids)
	if got := slices.Sorted(maps.Keys(seen)); !slices.Equal(got, ids) {
		t.Errorf("sheets %v, want %v", got, ids)
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s is named %d times", id, n)
		}
	}
}

// TestSitemapIsKept: parts asked for in turn are each made once, and not as often as
// pages may be read: one is a scan of the store.
func TestSitemapIsKept(t *testing.T) {
	made := 0
	counting := func(d *web.Deps) {
		d.Search = searcher{func(_ context.Context, q query.Query) (query.Result, error) {
			if q.Facets {
				made++
			}
			return query.Result{Total: 4}, nil
		}}
	}
	app := newPortal(t, published, counting)
	for range 3 {
		sitemapOf(t, app, "/sitemap-pages.xml")
		sitemapOf(t, app, "/sitemap-1-1.xml")
	}
	if made != 1 {
		t.Errorf("the pages were listed %d times", made)
	}
	webtest.Run(t, newPortal(t, published, counting, func(d *web.Deps) { d.Config.RateLimit = 100 }), []webtest.Scenario{
		{Name: "one of a hundred", URL: "/sitemap-pages.xml", Status: 200, WantHeader: map[string]string{"RateLimit-Limit": "1"}, Contains: []string{"<urlset"}},
		{Name: "and no more", URL: "/sitemap-1-1.xml", Status: 429, HTML: errorPage},
	})
}

func TestAPIPage(t *testing.T) {
	webtest.Run(t, newPortal(t), []webtest.Scenario{
		{Name: "tells every route, with an example that can be opened", URL: "/api", Status: 200, HTML: []webtest.Check{
			webtest.Count(".api-routes li", 7), webtest.In(`a[href="/api/v1/openapi.json"]`), webtest.In(".api-command", webtest.HasText("curl 'http://localhost:8080/api/v1/structures?q=nettoyage+vitry&per_page=5'")),
			webtest.In(".api-limits", webtest.HasText("100 au plus")), webtest.In(".api-routes", webtest.HasText("/api/v1/structures/{id}"), webtest.HasText("radius_km"))}},
		{Name: "a failure near it is a page", Method: "POST", URL: "/api", Status: 405, HTML: errorPage},
	})
	res := webtest.Scenario{URL: "/api"}.Do(t, newPortal(t))
	app := newPortal(t)
	for _, a := range webtest.Find(webtest.ParseHTML(t, res.Body), ".api-routes a") {
		href, _ := webtest.Attr(a, "href")
		if got := (webtest.Scenario{URL: href}).Do(t, app); got.Status != 200 {
			t.Errorf("%s answers %d", href, got.Status)
		}
	}
}
