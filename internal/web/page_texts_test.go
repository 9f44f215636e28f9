package web_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"sourcier/internal/structure"
	"sourcier/internal/web"
	. "sourcier/internal/web/webtest"
)

var texts = []string{"/aide", "/aide/acheteurs", "/aide/programme", "/aide/evenements", "/aide/structures", "/accessibilite", "/donnees-personnelles", "/mentions-legales", "/sources"}

// The contents of a page are its titles, in their order.
func TestContentsAreTheTitles(t *testing.T) {
	portal := newPortal(t)
	for _, url := range texts {
		doc := ParseHTML(t, Scenario{URL: url}.Do(t, portal).Body)
		var titles, listed []string
		for _, h := range Find(doc, ".prose h2") {
			id, _ := Attr(h, "id")
			titles = append(titles, "#"+id+" "+Text(h))
		}
		for _, a := range Find(doc, ".toc a") {
			href, _ := Attr(a, "href")
			listed = append(listed, href+" "+Text(a))
		}
		if !slices.Equal(titles, listed) {
			t.Errorf("%s: titles\n%q, contents\n%q", url, titles, listed)
		}
	}
}

// Every page has a title, a description and an address of its own.
func TestPagesTellThemselvesApart(t *testing.T) {
	portal := newPortal(t)
	seen := map[string]string{}
	for _, url := range append([]string{"/", "/structures", "/territoires", "/territoires/94054", "/territoires/94081", "/territoires/dep:94", "/secteurs", "/secteurs/proprete", "/secteurs/traiteur", "/credits", "/plan-du-site"}, texts...) {
		doc := ParseHTML(t, Scenario{URL: url}.Do(t, portal).Body)
		title := Text(Find(doc, "title")[0])
		if other, twice := seen[title]; twice {
			t.Errorf("%s and %s: %q", url, other, title)
		}
		seen[title] = url
		if n := len([]rune(strings.TrimSuffix(title, " · Sourcier"))); n > 59 {
			t.Errorf("%s: a title of %d letters", url, n)
		}
		if len(Find(doc, "meta[name=description]")) != 1 || len(Find(doc, "link[rel=canonical][href=http://localhost:8080"+url+"]")) != 1 {
			t.Errorf("%s: no description or no address of its own", url)
		}
	}
}

// Every page leads to the accessibility statement and says its state, and to
// the legal pages; every link of the frame and of the plan of the site that is
// of these pages leads somewhere.
func TestFrameLeadsToThePages(t *testing.T) {
	portal := newPortal(t)
	doc := ParseHTML(t, Scenario{URL: "/plan-du-site"}.Do(t, portal).Body)
	var links []string
	for _, a := range slices.Concat(Find(doc, "header a"), Find(doc, "footer a"), Find(doc, "main a")) {
		href, _ := Attr(a, "href")
		links = append(links, href)
	}
	for _, want := range []string{"/structures", "/territoires", "/secteurs", "/aide", "/accessibilite", "/donnees-personnelles", "/mentions-legales", "/plan-du-site", "/sources", "/credits"} {
		if !slices.Contains(links, want) {
			t.Errorf("nothing leads to %s", want)
		}
	}
	elsewhere := []string{"/carte", "/comparer", "/exporter", "/integrer", "/api"} // their own tests open them
	for _, url := range slices.Compact(slices.Sorted(slices.Values(links))) {
		if slices.Contains(elsewhere, url) || strings.HasPrefix(url, "#") {
			continue
		}
		if got := (Scenario{URL: url}).Do(t, portal); got.Status != 200 {
			t.Errorf("%s: %d", url, got.Status)
		}
	}
	if text := Text(Find(doc, "footer a[href=/accessibilite]")[0]); !strings.Contains(text, "Accessibilité : non conforme") {
		t.Errorf("the frame says %q", text)
	}
}

func TestLegalPages(t *testing.T) {
	Run(t, newPortal(t), []Scenario{
		{
			Name: "nothing is set, nothing is invented", URL: "/mentions-legales", Status: 200,
			HTML: []Check{Count(".to-fill", 5), In(".prose", HasText("SOURCIER_PUBLISHER"), HasText("SOURCIER_HOSTED_BY"), HasText("SOURCIER_PUBLICATION_DIRECTOR"), HasText("SOURCIER_CONTACT_EMAIL"))},
		},
		{Name: "nor here", URL: "/donnees-personnelles", Status: 200, HTML: []Check{Count(".to-fill", 4), In(".prose", HasText("SOURCIER_DPO_EMAIL"), HasText("Aucun tiers"), HasText("Aucun suivi"), HasText("Un nombre de 1 à 4 n’est jamais montré")), NotIn(".prose a[href=mailto:]")}},
		{Name: "no audit is claimed", URL: "/accessibilite", Status: 200, HTML: []Check{In(".prose", HasText("non conforme"), HasText("aucun audit n’a encore été fait"), HasText("Défenseur des droits"))}},
		{Name: "nobody to write to", URL: "/aide/structures", Status: 200, HTML: []Check{In(".prose", HasText("pas encore publié d’adresse"))}},
	})
	Run(t, newPortal(t, withContact, func(d *web.Deps) {
		c := &d.Config
		c.Publisher, c.PublisherAddress, c.Director = "Ville <b>d’Essai</b>", "1 place de la Mairie, 94000 Essai", "Ada Martin, maire"
		c.HostedBy, c.DPOEmail, c.TileHost = "Hébergeur SA, 01 00 00 00 00", "dpo@example.org", "https://tuiles.example.org"
	}), []Scenario{
		{
			Name: "as set", URL: "/mentions-legales", Status: 200, Lacks: []string{"<b>d"},
			HTML: []Check{NotIn(".to-fill"), In(".prose", HasText("Ville <b>d’Essai</b>"), HasText("1 place de la Mairie"), HasText("Ada Martin, maire"), HasText("Hébergeur SA")), In("a[href=mailto:equipe@example.org]")},
		},
		{Name: "who sees the visitor is named", URL: "/donnees-personnelles", Status: 200, HTML: []Check{NotIn(".to-fill"), In("a[href=mailto:dpo@example.org]"), In(".prose", HasText("https://tuiles.example.org"), NoText("Aucun tiers"))}},
		{Name: "who answers", URL: "/accessibilite", Status: 200, HTML: []Check{In(".prose", HasText("Ville <b>d’Essai</b> s’engage")), In("a[href=mailto:equipe@example.org]")}},
	})
}

func TestHelpPages(t *testing.T) {
	Run(t, newPortal(t, withContact), []Scenario{
		{
			Name: "buyers", URL: "/aide/acheteurs", Status: 200,
			HTML: []Check{In("#intervient"), In("#reserver"), Count(".prose h3", 5), In(".prose", HasText("R2113-7"), HasText("se termine le 22 décembre 2026"), HasText("potentiellement éligible")), In("a[href=mailto:equipe@example.org]"), In(".trail a[href=/aide]")},
		},
		{Name: "no such help", URL: "/aide/rien", Status: 404, HTML: append(errorPage, In(".ways a[href=/aide]"))},
	})
	Run(t, newPortal(t, func(d *web.Deps) { d.Rules = structure.BasisRules{} }), []Scenario{
		{Name: "no end of the experiment", URL: "/aide/acheteurs", Status: 200, HTML: []Check{In(".prose", NoText("se termine le"))}},
	})
}

func TestSourcesPage(t *testing.T) {
	tally := structure.NewTally()
	tally.At, tally.Structures = fixtureNow, 1200
	tally.Sources[structure.SourceSIRENE] = structure.SourceTally{Structures: 1000, Newest: "2026-11-01", Fields: map[structure.Field]int{structure.FieldName: 900, structure.FieldNAF: 1000}}
	tally.Sources[structure.SourceESUS] = structure.SourceTally{Structures: 3, Newest: "2026-06-30", Fields: map[structure.Field]int{structure.FieldESUS: 3}}
	Run(t, newPortal(t, func(d *web.Deps) { d.Tally = func() *structure.Tally { return tally } }), []Scenario{{
		Name: "counted", URL: "/sources", Status: 200,
		HTML: []Check{
			In(".prose .note", HasText("Décompte du 23 novembre 2026 à 12 h 00, sur 1 200 structures")), Count(".sources-list li", 2),
			In(".sources-list", HasText("INSEE, base Sirene 1 000 structures , le plus récent du 1er novembre 2026"), HasText("Faits affichés : code APE, nom."), HasText("Licence Ouverte 2.0"), HasText("licence à lire chez le producteur")),
			In(".prose", HasText("FINESS :"), NoText("fictives")),
		},
	}})
	Run(t, newPortal(t), []Scenario{{Name: "not counted yet", URL: "/sources", Status: 200, HTML: []Check{In(".prose", HasText("Le décompte par source se fait")), NotIn(".sources-list")}}})
}

// Every module that the binary requires is credited.
func TestModulesAreCredited(t *testing.T) {
	body := Scenario{URL: "/credits"}.Do(t, newPortal(t)).Body
	doc := ParseHTML(t, body)
	credited := map[string]bool{}
	for _, a := range Find(doc, ".credits strong a") {
		href, _ := Attr(a, "href")
		credited[strings.TrimPrefix(href, "https://pkg.go.dev/")] = true
	}
	linked := modules(t, "list", "-deps", "-f", "{{with .Module}}{{if not .Indirect}}{{.Path}}{{end}}{{end}}", "sourcier/cmd/sourcier")
	if len(linked) < 10 {
		t.Fatalf("only %d modules: %v", len(linked), linked)
	}
	for _, path := range linked {
		if path != "sourcier" && !credited[path] {
			t.Errorf("%s is in the binary and not on the page", path)
		}
	}
	for _, pkg := range frontEnd(t) {
		if !strings.Contains(strings.ToLower(Text(firstMain(doc))), pkg) {
			t.Errorf("%s is loaded by the pages and not named", pkg)
		}
	}
}

func firstMain(doc *html.Node) *html.Node { return Find(doc, "main")[0] }

func modules(t *testing.T, args ...string) []string {
	t.Helper()
	out, err := exec.Command("go", args...).Output()
	if err != nil {
		t.Fatal(err)
	}
	return slices.Compact(slices.Sorted(slices.Values(strings.Fields(string(out)))))
}

// frontEnd names the npm packages of the pages, as people call them.
func frontEnd(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../../public/package.json")
	if err != nil {
		t.Fatal(err)
	}
	var list struct{ Dependencies map[string]string }
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	var out []string
	for name := range list.Dependencies {
		name = name[strings.LastIndex(name, "/")+1:]
		name, _, _ = strings.Cut(name, ".")
		name, _, _ = strings.Cut(name, "-")
		out = append(out, name)
	}
	return out
}
