package web_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/web"
	. "sourcier/internal/web/webtest"
)

func withContact(d *web.Deps) { d.Config.ContactEmail = "equipe@example.org" }

func TestHomePage(t *testing.T) {
	Run(t, newPortal(t), []Scenario{{
		Name: "figures lead to the structures they count", URL: "/", Status: 200,
		HTML: []Check{
			In("h1", HasText("Trouvez qui peut répondre")),
			In(".home-section h2", HasText("4 structures interviennent")),
			In("a[href=/structures?family=handicap&serves=epci%3A200058014] .figure-count", HasText("2")),
			In("a[href=/structures?family=insertion&serves=epci%3A200058014] .figure-help", HasText("GEIQ, SEP")),
			In(".sector-link", HasText("Propreté")),
			In("datalist option[value=Vitry-sur-Seine]"), In("datalist option[value=L’Haÿ-les-Roses]"),
			NotIn(".demo-banner"),
			NotIn("meta[name=robots]"),
			Count(".door", 4), In(".door-links a[href=/territoires/epci:200058014]"), In(".door-links a[href=/aide/structures]"),
			// The newest first, with the day it changed and who said it.
			Count(".news li", 4), In(".news time[datetime=2026-11-20]", HasText("20 novembre 2026")), In(".news .note", HasText("D’après Les emplois de l’inclusion, 1er nov. 2026")),
			In(".news-more a[href=/structures?serves=epci%3A200058014&sort=updated]"),
			In(".sector-link use[href=/public/abc123/img/icons.svg#s-proprete]"),
		},
	}})
	Run(t, newPortal(t, func(d *web.Deps) {
		d.Search = searcher{func(context.Context, query.Query) (query.Result, error) { return query.Result{Total: 1}, nil }}
	}), []Scenario{{
		Name: "no heading over nothing", URL: "/", Status: 200, HTML: []Check{NotIn("#secteurs"), NotIn("#reserver"), NotIn("#nouveau"), In("#aide")},
	}})
	Run(t, newPortal(t, func(d *web.Deps) {
		d.Search = searcher{func(context.Context, query.Query) (query.Result, error) {
			return query.Result{Total: 1, Items: []query.Item{{ID: "aaaaaaaaaaaaaaaa"}}}, nil
		}}
	}), []Scenario{{
		Name: "a sheet that was taken out since is no news", URL: "/", Status: 200, HTML: []Check{NotIn("#nouveau"), In("#pour-vous")},
	}})
	Run(t, newPortal(t, func(d *web.Deps) { d.Demo = func() bool { return true } }), []Scenario{{
		Name: "demonstration data is said", URL: "/", Status: 200,
		// Real files may have been imported beside them.
		HTML: []Check{In(".demo-banner", HasText("Données de démonstration : l’annuaire contient des structures fictives, leur fiche le dit"), NoText("toutes"))},
	}})
}

func TestResultsPage(t *testing.T) {
	Run(t, newPortal(t), []Scenario{
		{
			Name: "text and place", URL: "/structures?q=nettoyage&serves=94081", Status: 200,
			HTML: []Check{
				In("h1", HasText("pour « nettoyage » à Vitry-sur-Seine")),
				In("title", HasText("pour « nettoyage » à Vitry-sur-Seine")),
				In("meta[name=robots][content=noindex, follow]"),
				In("input[name=q][value=nettoyage]"), In("input[name=ou][value=Vitry-sur-Seine]"), In("input[name=lieu][value=94081]"),
				In(".chips", HasText("Intervient à Vitry-sur-Seine")),
				In(".card-structure .fact-good", HasText("Intervient à Vitry-sur-Seine (Val-de-Marne, Athis-Mons)")),
				In(".card-facts", HasText("Potentiellement éligible L2113-13 d’après Les emplois de l’inclusion, 1er nov. 2026, jusqu’au 31 déc. 2027")),
				In(".card-structure .fact-warn", HasText("Complet jusqu’au 15 déc. 2026")),
				In(".card-sectors mark", HasText("Nettoyage")),
			},
		},
		{
			Name: "a place alone", URL: "/structures?serves=94022", Status: 200,
			HTML: []Check{In("h1", HasText("interviennent à Choisy-le-Roi")), In("input[name=q][value=]"), In(".filters-open", HasText("Filtres · 1"))},
		},
		{
			Name: "a name as it is written in French", URL: "/structures?serves=94038", Status: 200,
			HTML: []Check{In("input[name=ou][value=L’Haÿ-les-Roses]"), In("input[name=lieu][value=94038]"), In(".search-summary", HasText("L’Haÿ"))}, Lacks: []string{"L&#39;Ha", "L'Ha"},
		},
		{
			Name: "every filter is counted", URL: "/structures?serves=94022&near=94081&radius_km=5&family=handicap&kind=SEP", Status: 200,
			HTML: []Check{Count(".chip", 5), In(".filters-open", HasText("Filtres · 4"))}, // and « Tout effacer »
		},
		{
			Name: "everything is indexable", URL: "/structures", Status: 200,
			HTML: []Check{In("h1", HasText("4 structures dans l’annuaire")), NotIn("meta[name=robots]"), In("link[rel=canonical][href=http://localhost:8080/structures]"), NotIn(".chips")},
		},
		{
			Name: "names are text, whatever they hold", URL: "/structures?q=travaux", Status: 200,
			HTML: []Check{In(".card-name", HasText("<script>alert(1)</script>"))}, Lacks: []string{"<script>alert"},
		},
		{
			Name: "a filter that no facet lists stays in the form", URL: "/structures?covers=94081&near=94081&radius_km=5&kind=SEP", Status: 200,
			HTML: []Check{In("input[name=covers][type=hidden]"), In("input[name=near][type=hidden]"), In("input[name=radius_km][value=5]"), In("input[name=kind][value=SEP]")},
		},
		{
			Name: "a chosen sector opens its group", URL: "/structures?sector=nettoyage-locaux", Status: 200,
			HTML: []Check{In("#f-sector-nettoyage-locaux[checked]"), In(".choice-in #f-sector-nettoyage-locaux")},
		},
		{
			Name: "only signs", URL: "/structures?q=" + url.QueryEscape("!? …"), Status: 200,
			HTML: []Check{In(".found-note", HasText("ne contient aucun mot à chercher")), Count(".card-structure", 4)},
		},
		{
			Name: "words that name a place become a filter", URL: "/structures?q=nettoyage+vitry", Status: 200,
			HTML: []Check{In(".chips", HasText("Intervient à Vitry-sur-Seine")), In("input[name=q][value=nettoyage]")},
		},
		{
			Name: "words that name a distance become a filter", URL: "/structures?q=nettoyage+%C3%A0+moins+de+10+km+d%27Orly", Status: 200,
			HTML: []Check{
				In(".chips a[href=/structures?q=nettoyage]", HasText("À moins de 10 km d’Orly")), In("input[name=q][value=nettoyage]"),
				In("input[name=near][value=94054]"), In("input[name=radius_km][value=10]"), In("input[name=ou][value=]"),
			},
		},
		{
			Name: "a distance from a point", URL: "/structures?near=48.79,2.39&radius_km=5", Status: 200,
			HTML: []Check{In(".chips", HasText("À moins de 5 km du point 48,790"))},
		},
		{
			Name: "beyond the last page", URL: "/structures?page=9", Status: 200,
			HTML: []Check{In(".empty", HasText("Cette page de résultats n’existe pas")), In(".empty a[href=/structures]")},
		},
		{
			Name: "what cannot be read is said", URL: "/structures?kind=XX", Status: 422,
			HTML: []Check{
				In("h1", HasText("Recherche impossible")), In("form[role=search]"),
				In(".error-details", HasText("Type de structure « XX » : choix inconnu : le reprendre dans les filtres de la recherche.")),
			}, Lacks: []string{"gardés ci-dessus"},
		},
		{
			Name: "what was typed is kept, and said so", URL: "/structures?kind=XX&q=tonte", Status: 422,
			HTML: []Check{In("main", HasText("Le texte et le lieu sont gardés ci-dessus."))},
		},
	})
}

// What is wrong is said once, in the words of the page: no parameter, no code.
func TestRefusalsInPlainFrench(t *testing.T) {
	for _, c := range []struct{ sent, says string }{
		{"sector=nimporte", "Secteur « nimporte »"}, {"sector=m%C3%A9nage", "choisir « Nettoyage de locaux"}, {"mode=x", "Mode d’intervention « x »"},
		{"ess=2", "Type de structure"}, {"label=a+b", "Labels « a b »"}, {"territory=00000", "Lieu d’implantation « 00000 » : lieu inconnu"},
		{"near=abc", "commune inconnue"}, {"near=148.79,2.39", "point de départ illisible"}, {"radius_km=10", "commune de départ"},
		{"sort=random", "ordre inconnu"}, {"sort=distance", "une seule commune"}, {"page=501", "s’arrête à 10 000 structures"}, {"page=x", "Page « x »"},
		{"q=" + strings.Repeat("a", 501), "trop longue"}, {"q=%FF", "texte illisible"}, {"foo=%FF", "Adresse de la page"},
	} {
		got := Scenario{URL: "/structures?" + c.sent}.Do(t, newPortal(t))
		if got.Status != 422 {
			t.Errorf("%s: status %d", c.sent, got.Status)
		}
		page := Text(Find(ParseHTML(t, got.Body), "main")[0])
		if strings.Count(page, c.says) != 1 {
			t.Errorf("%s: says %q, want once %q", c.sent, page, c.says)
		}
		for _, wrong := range []string{"Paramètre", "per_page", "next", "/api", "near", "radius_km", "UTF-8", "octets", "INSEE", "dep:94", "valeurs possibles", "=", "code"} {
			if strings.Contains(page, wrong) {
				t.Errorf("%s: %q in %q", c.sent, wrong, page)
			}
		}
	}
}

func TestPagesOfResults(t *testing.T) {
	Run(t, newPortal(t), []Scenario{
		{
			Name: "first", URL: "/structures?per_page=1", Status: 200,
			HTML: []Check{In("a[rel=next][href=/structures?page=2&per_page=1]"), NotIn("a[rel=prev]"), In("[aria-current=page].pages-number", HasText("1")), In(".found-range", HasText("1 à 1 sur 4"))},
		},
		{
			Name: "second", URL: "/structures?page=2&per_page=1", Status: 200,
			HTML: []Check{In("a[rel=prev][href=/structures?per_page=1]"), In("title", HasText("page 2")), In("meta[name=robots]")},
		},
	})
}

// Without a script the form sends words; the answer is the address that says
// what they mean.
func TestPlaceInWords(t *testing.T) {
	cases := []struct{ name, sent, want string }{
		{"a name", "q=nettoyage&ou=vitry", "/structures?q=nettoyage&serves=94081"},
		{"a postal code", "ou=94400", "/structures?serves=94081"},
		{"a department number", "ou=94", "/structures?serves=dep%3A94"},
		{"left as it was", "ou=Choisy-le-Roi&lieu=94022&family=handicap", "/structures?family=handicap&serves=94022"},
		{"typed over", "ou=orly&lieu=94022", "/structures?serves=94054"},
		{"emptied", "q=tonte&ou=&lieu=94022", "/structures?q=tonte"},
		{"nothing filled in", "q=&ou=&sort=", "/structures"},
		{"left as it was, with its apostrophe", "ou=L%E2%80%99Ha%C3%BF-les-Roses&lieu=94038", "/structures?serves=94038"},
		{"a cursor of the API", "kind=ESAT&cursor=abc", "/structures?kind=ESAT"},
		{"a second place is kept", "ou=orly&serves=94022", "/structures?serves=94022&serves=94054"},
	}
	for _, c := range cases {
		Run(t, newPortal(t), []Scenario{{Name: c.name, URL: "/structures?" + c.sent, Status: 303, WantHeader: map[string]string{"Location": c.want}}})
	}
	Run(t, newPortal(t), []Scenario{{
		Name: "unknown", URL: "/structures?q=nettoyage&ou=Vitrizz", Status: 200,
		HTML: []Check{In("#ou-erreur", HasText("Lieu non reconnu : « Vitrizz »")), In("input[name=ou][aria-invalid=true][value=Vitrizz]"), In("input[name=q][value=nettoyage]")},
	}})
}

func TestSheetPage(t *testing.T) {
	Run(t, newPortal(t, withContact), []Scenario{
		{
			Name: "all facts", URL: "/structures/" + idProprete, Status: 200,
			HTML: []Check{
				In("h1", HasText("Propreté Solidaire")), In("title", HasText("Propreté Solidaire, Vitry-sur-Seine (00000001800010) · Sourcier")),
				In("link[rel=canonical][href=http://localhost:8080/structures/" + idProprete + "]"),
				In(".sheet-summary", HasText("Val-de-Marne (94), Athis-Mons"), HasText("10 à 19 salariés (PME)"), HasText("L2113-13 · insertion"), HasText("Potentiellement éligible d’après Les emplois de l’inclusion, 1er nov. 2026")),
				In(".sheet-contact a[href=tel:0199000000]", HasText("01 99 00 00 00")), In(".sheet-contact a[href=mailto:contact@example.org]"), In(".sheet-contact a[href=https://www.example.org]", HasText("example.org")),
				In("section[aria-labelledby=labels] tbody th", HasText("Écolabel européen Nettoyage")), In("main", HasText("Code APE (NAF 2025) 8121Y")),
				In("#agrements"), In("tbody tr", HasText("En vigueur")), In("tbody", HasText("Terminé")),
				In(".legal", HasText("L2113-13"), HasText("L2113-15"), HasText("à vérifier")), In(".notice .article", HasText("R2113-7")), In(".legal .article", HasText("L5132-4")), In(".legal-check", HasText("à vérifier le service")),
				In(".sheet-sources", HasText("La structure, 1er oct. 2026"), HasText("INSEE, base Sirene, 31 oct. 2026")),
				In(".sheet-sources a.btn", HasText("Signaler une erreur")),
				In(".trail a[href=/structures]", HasText("Annuaire")),
			},
		},
		{
			Name: "back to the search", URL: "/structures/" + idProprete + "?retour=" + url.QueryEscape("q=nettoyage&serves=94081&page=2"), Status: 200,
			HTML: []Check{In(".trail a[href=/structures?page=2&q=nettoyage&serves=94081]", HasText("Résultats : « nettoyage » à Vitry-sur-Seine"))},
		},
		{
			Name: "what is deduced says so", URL: "/structures/" + idTravaux, Status: 200,
			HTML: []Check{In(".activities", HasText("Déduit du code APE"), HasText("Zone Non déclarée")), In("#bases"), NotIn(".legal"), NotIn(".notice")},
		},
		{
			Name: "by SIRET", URL: "/structures/" + siretProprete, Status: 200,
			HTML: []Check{In("h1", HasText("Propreté Solidaire")), In("link[rel=canonical][href=http://localhost:8080/structures/" + idProprete + "]")},
		},
		{
			Name: "a SIRET that two share", URL: "/structures/" + siretShared, Status: 200,
			HTML: []Check{In("h1", HasText("000 000 026 00013")), Count(".card-structure", 2), In(".cards", HasText("FINESS : 940000001"), HasText("FINESS : 940000002"))},
		},
		{Name: "unknown", URL: "/structures/aaaaaaaaaaaaaaaa", Status: 404, HTML: []Check{In("form[role=search]"), In(".ways a[href=/structures]")}},
	})
}

func TestSheetLeadsBackOnlyToASearch(t *testing.T) {
	for _, back := range []string{"//evil.example", "https://evil.example", "javascript:alert(1)", "kind=XX", "q=%FF", strings.Repeat("a", 3000)} {
		Run(t, newPortal(t), []Scenario{{
			Name: "retour " + back[:min(len(back), 20)], URL: "/structures/" + idProprete + "?retour=" + url.QueryEscape(back), Status: 200,
			HTML: []Check{In(".trail a[href=/structures]", HasText("Annuaire"))},
		}})
	}
}

func TestNobodyToWriteTo(t *testing.T) {
	Run(t, newPortal(t), []Scenario{{Name: "no address, the form alone", URL: "/structures/" + idProprete + "/signaler", Status: 200, HTML: []Check{In("form.form-box")}, Lacks: []string{"mailto:"}}})
}

func TestCreditsPage(t *testing.T) {
	Run(t, newPortal(t, withContact), []Scenario{{
		Name: "sources and licences", URL: "/credits", Status: 200,
		HTML: []Check{In(".credits", HasText("GeoNames"), HasText("CC BY 4.0"), HasText("Licence Ouverte 2.0")), In("a[href=mailto:equipe@example.org]")},
	}})
}

func TestPagesAreNotSentTwice(t *testing.T) {
	app := newPortal(t)
	for _, address := range []string{"/", "/structures?q=nettoyage", "/structures/" + idProprete, "/credits"} {
		got := Scenario{URL: address}.Do(t, app)
		tag := got.Header.Get("ETag")
		if tag == "" {
			t.Errorf("%s has no ETag", address)
		}
		Run(t, app, []Scenario{{Name: address, URL: address, Header: map[string]string{"If-None-Match": tag}, Status: 304}})
	}
}

type brokenSearch struct{ err error }

func (b brokenSearch) Search(context.Context, query.Query) (query.Result, error) {
	return query.Result{}, b.err
}
func (brokenSearch) Generation() uint64 { return 0 }

// The page of a failure shows no word of it.
func TestFailuresHaveTheirPage(t *testing.T) {
	broken := func(err error, ready func(context.Context) error) *fiber.App {
		return newPortal(t, func(d *web.Deps) { d.Search, d.Ready = brokenSearch{err}, ready })
	}
	secret := errors.New("mongodb://user:secret@host")
	Run(t, broken(secret, nil), []Scenario{{
		Name: "internal", URL: "/structures", Status: 500, HTML: []Check{In("h1", HasText("Erreur")), In(".site-header"), In("code")}, Lacks: []string{"secret"},
	}})
	Run(t, broken(secret, func(context.Context) error { return web.Reason("l’index se charge") }), []Scenario{{
		Name: "starting", URL: "/", Status: 503, HTML: []Check{In("h1"), In(".site-header")}, Lacks: []string{"secret"},
	}})
	Run(t, broken(context.DeadlineExceeded, nil), []Scenario{{
		Name: "too long", URL: "/structures?q=x", Status: 504, HTML: []Check{In("h1", HasText("trop longue")), In(".site-header")},
	}})
}

// Titles tell pages apart, in a history as in a search engine.
func TestTitlesAreUnique(t *testing.T) {
	app := newPortal(t)
	seen := map[string]string{}
	for _, address := range []string{
		"/", "/structures", "/structures?q=nettoyage", "/structures?q=nettoyage&serves=94081", "/structures?serves=94081", "/structures?per_page=1&page=2",
		"/structures/" + idProprete, "/structures/" + idESAT1, "/structures/" + idESAT2, "/structures/" + siretShared, "/credits", "/nulle-part", "/structures?q=" + strings.Repeat("nettoyage", 12), "/structures?kind=XX",
	} {
		title := Text(Find(ParseHTML(t, Scenario{URL: address}.Do(t, app).Body), "title")[0])
		if len([]rune(title)) > 70 {
			t.Errorf("%s: title %q is cut by search engines", address, title)
		}
		if other, ok := seen[title]; ok {
			t.Errorf("%s and %s have the title %q", address, other, title)
		}
		seen[title] = address
	}
}

// finding gives a portal these items as the answer to every search.
func finding(items ...query.Item) func(*web.Deps) {
	return func(d *web.Deps) {
		d.Search = searcher{func(context.Context, query.Query) (query.Result, error) {
			return query.Result{Total: len(items), Items: items}, nil
		}}
	}
}

// A card says on what it rests that a contract may be reserved, as the sheet does.
func TestCardSaysWhatToCheck(t *testing.T) {
	claim := func(basis structure.Basis, a structure.Agreement) query.Item {
		return query.Item{ID: idTravaux, Name: "Travaux & fils", Bases: []structure.BasisClaim{{Basis: basis, Agreement: a}}}
	}
	ess := claim(structure.L2113_15, structure.Agreement{})
	ess.Bases[0].ToCheck, ess.ESSOrigin = true, structure.Origin{Source: structure.SourceSIRENE, AsOf: "2026-10-31"}
	old := structure.Agreement{Kind: structure.EI, Source: structure.SourceEmplois, AsOf: "2025-11-22"}
	recent, ends := old, old
	recent.AsOf, ends.End = "2025-11-23", "2027-12-31"
	for _, c := range []struct {
		name string
		item query.Item
		want Check
	}{
		{"the source of the ESS", ess, In(".card-facts", HasText("Potentiellement éligible L2113-15 à vérifier d’après l’INSEE, base Sirene, 31 oct. 2026"))},
		{"an old list without an end", claim(structure.L2113_13, old), In(".card-facts .tag-check", HasText("à vérifier"))},
		{"a year is not old", claim(structure.L2113_13, recent), NotIn(".tag-check")},
		{"an old list with an end", claim(structure.L2113_13, ends), NotIn(".tag-check")},
	} {
		Run(t, newPortal(t, holding(t, of()), finding(c.item)), []Scenario{{Name: c.name, URL: "/structures", Status: 200, HTML: []Check{c.want}}})
	}
}

// Where all is fictional the banner says it; among real structures each says it.
func TestFictionalAmongReal(t *testing.T) {
	yes := func() bool { return true }
	genuine, fake := of(structure.EI), of(structure.EI)
	fake.ID, fake.SIRET, fake.Demo = idProprete, siretProprete, true
	items := finding(query.Item{ID: fake.ID, Name: "Fausse", Demo: true}, query.Item{ID: genuine.ID, Name: "Vraie"})
	mixed := newPortal(t, holding(t, genuine, fake), items, func(d *web.Deps) { d.Demo, d.Mixed = yes, yes })
	alone := newPortal(t, holding(t, genuine, fake), items, func(d *web.Deps) { d.Demo = yes })
	Run(t, mixed, []Scenario{
		{Name: "list", URL: "/structures", Status: 200, HTML: []Check{Count(".tag-fictional", 1), In(".card-structure", HasText("Fausse"), In(".tag-fictional", HasText("fictive")))}},
		{Name: "sheet", URL: "/structures/" + fake.ID, Status: 200, HTML: []Check{In(".sheet-badges .tag-fictional"), In(".notice", HasText("Structure fictive"))}},
		{Name: "real sheet", URL: "/structures/" + genuine.ID, Status: 200, HTML: []Check{NotIn(".tag-fictional")}},
	})
	Run(t, alone, []Scenario{
		{Name: "list of fictional ones only", URL: "/structures", Status: 200, HTML: []Check{NotIn(".tag-fictional")}},
		{Name: "sheet among fictional ones only", URL: "/structures/" + fake.ID, Status: 200, HTML: []Check{NotIn(".tag-fictional"), In(".notice", HasText("Structure fictive"))}},
	})
}
