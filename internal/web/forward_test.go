package web_test

import (
	"encoding/xml"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/internal/web"
	"sourcier/internal/web/webtest"
)

// ahead is a portal with two buyers and two structures.
type ahead struct {
	*testing.T
	*crowd
	app                    *fiber.App
	mairie, ville          buyer.Member
	buyer, other           string // cookies
	structure, competitor  string // cookies
	sheet, competitorSheet string
}

func newAhead(t *testing.T) *ahead {
	t.Helper()
	who, change := withPeople(t)
	h := &ahead{T: t, crowd: who}
	join := func(id string, kind account.OrganisationKind, role account.Role) (buyer.Member, string) {
		who.organisation(t, id, kind)
		email := id + "@exemple.example"
		person := who.person(t, email, id, true, role)
		return buyer.Member{Person: person, Organisation: id, Kind: kind, Role: role}, who.signIn(t, email)
	}
	h.mairie, h.buyer = join("mairie", account.KindPublic, account.Buyer)
	h.ville, h.other = join("ville", account.KindPublic, account.Buyer)
	_, h.structure = join("atelier", account.KindOwner, account.Structure)
	_, h.competitor = join("concurrent", account.KindOwner, account.Structure)
	for id, sheet := range map[string]*string{"atelier": &h.sheet, "concurrent": &h.competitorSheet} {
		*sheet = structure.NewID("ahead:" + id)
		who.holds(t, who.Directory, id, structure.Structure{ID: *sheet, Name: "Structure " + id, Address: structure.Address{Commune: "94081"}, Activities: []structure.Activity{{Sectors: []string{"nettoyage-locaux"}, Zone: structure.Zone{Territories: []string{"dep:94"}}}}})
	}
	h.app = newPortal(t, change, func(d *web.Deps) { d.Structures = who.Directory.Structures })
	return h
}

func (h *ahead) get(path, cookie string) webtest.Answer {
	h.Helper()
	return webtest.Scenario{URL: path, Header: as(cookie)}.Do(h.T, h.app)
}

// private is what no public answer says, of the purchases that crowd.announce makes.
var private = []string{
	"123457", "123 457", "123\u202f457", "61 111", "61111", "61\u202f111", "62346", "62\u202f346", "Titulaire", "552100554", "service-interne", "interne", "REF-INTERNE", "Raison",
	"mairie@", "17 mai", "2027-05-17", "20270517", "13 septembre", "2027-09-13", "90911200", "Structure concurrent", "intéressée",
}

func TestPublicForwardProgramme(t *testing.T) {
	h := newAhead(t)
	webtest.Run(t, h.app, []webtest.Scenario{
		{Name: "before the first announcement", URL: "/achats-a-venir", Status: 200, HTML: []webtest.Check{webtest.In(".empty", webtest.HasText("Aucun achat n’est annoncé"))}},
		{Name: "an empty feed", URL: "/achats-a-venir.rss", Status: 200, Contains: []string{"<channel>"}, Lacks: []string{"<item>"}},
		{Name: "an empty calendar", URL: "/achats-a-venir.ics", Status: 200, Contains: []string{"END:VCALENDAR"}, Lacks: []string{"VEVENT"}},
	})
	h.announce(t, h.mairie, "achat1", func(a *sourcing.Ahead) { a.Reserved, a.Text = true, "Deux sites & <trois> jours.\nLe matin." })
	h.announce(t, h.ville, "achat2", func(a *sourcing.Ahead) { a.Band, a.Quarter, a.Lots = "", "2027-T4", nil })
	h.announce(t, h.mairie, "retire", nil)
	h.announce(t, h.mairie, "lance", nil)
	ctx := t.Context()
	if err := h.Programme.Retract(ctx, h.mairie, "retire"); err != nil {
		t.Fatal(err)
	}
	if err := h.Programme.Move(ctx, h.mairie, "lance", sourcing.Launched, ""); err != nil {
		t.Fatal(err)
	}
	acts := buyer.Member{Person: "p", Organisation: "concurrent", Kind: account.KindOwner, Role: account.Structure}
	acts.Person = h.person(t, "concurrent@exemple.example", "", false)
	if err := h.Programme.ShowInterest(ctx, acts, "achat1", h.competitorSheet); err != nil {
		t.Fatal(err)
	}
	webtest.Run(t, h.app, []webtest.Scenario{
		{Name: "all", URL: "/achats-a-venir", Status: 200, Lacks: append([]string{"retire", "lance"}, private...), HTML: []webtest.Check{
			webtest.Count(".ahead-entry", 2), webtest.In("#annonces", webtest.HasText("2 achats annoncés")), webtest.In(".ahead-entry .tag-check", webtest.HasText("Prévisionnel et non engageant")),
			webtest.In(".ahead-entry", webtest.HasText("De 90 000 à 200 000 € HT"), webtest.HasText("Organisation mairie"), webtest.HasText("2e trimestre 2027"))}},
		{Name: "of a sector", URL: "/achats-a-venir?secteur=nettoyage-vitres", Status: 200, HTML: []webtest.Check{webtest.Count(".ahead-entry", 2)}},
		{Name: "of a group without any", URL: "/achats-a-venir?secteur=restauration", Status: 200, HTML: []webtest.Check{webtest.Count(".ahead-entry", 0), webtest.In(".empty", webtest.HasText("ne répond à ces filtres"))}},
		{Name: "reserved", URL: "/achats-a-venir?reserve=oui", Status: 200, HTML: []webtest.Check{webtest.Count(".ahead-entry", 1), webtest.In(".ahead-entry", webtest.HasText("achat1"))}},
		{Name: "of a quarter", URL: "/achats-a-venir?trimestre=2027-T4", Status: 200, HTML: []webtest.Check{webtest.Count(".ahead-entry", 1), webtest.In(".ahead-entry", webtest.HasText("achat2"))}},
		{Name: "of a buyer", URL: "/achats-a-venir?acheteur=Organisation+ville", Status: 200, HTML: []webtest.Check{webtest.Count(".ahead-entry", 1)}},
		{Name: "in a place", URL: "/achats-a-venir?ou=Vitry", Status: 200, HTML: []webtest.Check{webtest.Count(".ahead-entry", 2), webtest.In(`a[href="/achats-a-venir.rss?ou=Vitry"]`)}},
		{Name: "in a place elsewhere", URL: "/achats-a-venir?ou=Lyon", Status: 200, HTML: []webtest.Check{webtest.Count(".ahead-entry", 0)}},
		{Name: "in a place that is not known", URL: "/achats-a-venir?ou=zzzz", Status: 422, HTML: []webtest.Check{webtest.In(".error-summary"), webtest.In("#ou-erreur"), webtest.In("title", webtest.HasText("Erreur"))}},
		{Name: "of a sector that is none", URL: "/achats-a-venir?secteur=xxx", Status: 422, HTML: errorPage},
		{Name: "of a quarter that is none", URL: "/achats-a-venir?trimestre=demain", Status: 422, HTML: errorPage},
		{Name: "a feed of a place that is not known", URL: "/achats-a-venir.ics?ou=zzzz", Status: 422, HTML: errorPage},
		{Name: "a page beyond the last", URL: "/achats-a-venir?page=999", Status: 200, HTML: []webtest.Check{webtest.Count(".ahead-entry", 2)}},
		{Name: "one", URL: "/achats-a-venir/achat1", Status: 200, Lacks: private, HTML: []webtest.Check{
			webtest.In(".tag-check", webtest.HasText("Prévisionnel et non engageant")), webtest.In(".ahead-reserved"), webtest.Count(".ahead-lots li", 2), webtest.In(".ahead-act", webtest.HasText("Me connecter")),
			webtest.In(".desk-facts", webtest.HasText("De 90 000 à 200 000 € HT"))}},
		{Name: "one without a band or lots", URL: "/achats-a-venir/achat2", Status: 200, Lacks: append([]string{"€"}, private...), HTML: []webtest.Check{webtest.Count(".ahead-lots li", 0)}},
		{Name: "one that was withdrawn", URL: "/achats-a-venir/retire", Status: 404, HTML: errorPage},
		{Name: "one whose consultation is launched", URL: "/achats-a-venir/lance", Status: 200, Lacks: private, HTML: []webtest.Check{webtest.In(".notice-warn", webtest.HasText("La consultation est lancée"))}},
		{Name: "none", URL: "/achats-a-venir/nulle", Status: 404, HTML: errorPage},
	})
	if l := listingOf(t, h.get("/achats-a-venir/achat1", "").Body); l != (listing{"", origin + "/achats-a-venir/achat1"}) {
		t.Errorf("%+v", l)
	}
	for _, path := range []string{"/achats-a-venir", "/achats-a-venir/achat1", "/achats-a-venir.rss", "/achats-a-venir.ics"} {
		tag := h.get(path, "").Header.Get("ETag")
		if got := (webtest.Scenario{URL: path, Header: map[string]string{"If-None-Match": tag}}).Do(t, h.app); tag == "" || got.Status != 304 {
			t.Errorf("%s with its tag %q: %d", path, tag, got.Status)
		}
	}
	h.feeds()
	// What was just withdrawn is gone for the next request.
	if err := h.Programme.Retract(ctx, h.ville, "achat2"); err != nil {
		t.Fatal(err)
	}
	if body := h.get("/achats-a-venir", "").Body; strings.Contains(body, "achat2") {
		t.Error("a withdrawn purchase is still listed")
	}
}

// feeds are those of the golden files, and hold nothing private.
func (h *ahead) feeds() {
	h.Helper()
	for path, file := range map[string]string{"/achats-a-venir.rss": "ahead.rss", "/achats-a-venir.ics": "ahead.ics"} {
		got := h.get(path, "")
		name := filepath.Join("testdata", file)
		if *update {
			if err := os.WriteFile(name, []byte(got.Body), 0o600); err != nil {
				h.Fatal(err)
			}
		}
		want, err := os.ReadFile(name)
		if err != nil || string(want) != got.Body {
			h.Errorf("%s differs (%v), see -update:\n%s", name, err, got.Body)
		}
		for _, word := range private {
			if strings.Contains(got.Body, word) {
				h.Errorf("%s says %q", path, word)
			}
		}
	}
	var feed struct {
		Items []struct {
			Title string `xml:"title"`
			GUID  string `xml:"guid"`
		} `xml:"channel>item"`
	}
	if err := xml.Unmarshal([]byte(h.get("/achats-a-venir.rss?reserve=oui", "").Body), &feed); err != nil || len(feed.Items) != 1 || feed.Items[0].GUID != "achat1@localhost" {
		h.Errorf("the feed with a filter: %+v, %v", feed, err)
	}
}

func TestInterestPages(t *testing.T) {
	h := newAhead(t)
	h.announce(t, h.mairie, "achat1", nil)
	const page, shown = "/achats-a-venir/achat1", "/programme/achats/achat1/annonce"
	if got := post(t, h.app, page+"/interet", h.competitor, url.Values{"structure": {h.competitorSheet}}); got.Status != 303 {
		t.Fatalf("status %d", got.Status)
	}
	before := h.get(page, h.structure)
	if before.Status != 200 || strings.Contains(before.Body, "Structure concurrent") || strings.Contains(before.Body, h.competitorSheet) || !strings.Contains(before.Body, "Structure atelier") {
		t.Errorf("a structure sees another's interest: %d", before.Status)
	}
	for range 2 {
		if got := post(t, h.app, page+"/interet", h.structure, url.Values{"structure": {h.sheet}}); got.Status != 303 || got.Header.Get("Location") != page+"?fait=signale" {
			t.Errorf("status %d, %s", got.Status, got.Header.Get("Location"))
		}
	}
	for name, got := range map[string]webtest.Answer{
		"in the name of another": post(t, h.app, page+"/interet", h.structure, url.Values{"structure": {h.competitorSheet}}),
		"of what is not public":  post(t, h.app, "/achats-a-venir/nulle/interet", h.structure, url.Values{"structure": {h.sheet}}),
		"taken back for another": post(t, h.app, page+"/interet/retirer", h.structure, url.Values{"structure": {h.competitorSheet}}),
	} {
		if got.Status != 404 {
			t.Errorf("%s: %d", name, got.Status)
		}
	}
	if got := post(t, h.app, page+"/interet", h.buyer, url.Values{"structure": {h.sheet}}); got.Status != 403 {
		t.Errorf("a buyer is interested: %d", got.Status)
	}
	webtest.Run(t, h.app, []webtest.Scenario{
		{Name: "its buyer sees who", URL: shown, Header: as(h.buyer), Status: 200, HTML: []webtest.Check{
			webtest.Count(".desk-table tbody tr", 2), webtest.In(`a[href="/structures/`+h.sheet+`"]`, webtest.HasText("Structure atelier"))}},
		{Name: "another buyer does not", URL: shown, Header: as(h.other), Status: 404, HTML: errorPage},
		{Name: "a structure does not", URL: shown, Header: as(h.structure), Status: 403, HTML: errorPage},
	})
	if got := post(t, h.app, page+"/interet/retirer", h.structure, url.Values{"structure": {h.sheet}}); got.Status != 303 {
		t.Errorf("status %d", got.Status)
	}
	if body := h.get(shown, h.buyer).Body; strings.Contains(body, "Structure atelier") {
		t.Error("an interest that was taken back is shown")
	}
}

func TestFollowPages(t *testing.T) {
	h := newAhead(t)
	h.announce(t, h.mairie, "achat1", nil)
	const page = "/achats-a-venir/suivre"
	webtest.Run(t, h.app, []webtest.Scenario{
		{Name: "prefilled from the sheet", URL: page, Header: as(h.structure), Status: 200, HTML: []webtest.Check{
			webtest.In("#suivi-fiche[checked]"), webtest.In(`input[name=secteur][value="nettoyage-locaux"][checked]`), webtest.In(`input[name=territoire][value="dep:94"][checked]`), webtest.In("button", webtest.HasText("Activer mon alerte"))}},
		{Name: "not for nobody", URL: page, Status: 303},
		{Name: "nor for a buyer", URL: page, Header: as(h.buyer), Status: 403, HTML: errorPage},
	})
	if got := post(t, h.app, page, h.structure, url.Values{"structure": {h.sheet}}); got.Status != 422 || !strings.Contains(got.Body, "Dites ce que vous suivez") {
		t.Errorf("without a way: %d", got.Status)
	}
	if got := post(t, h.app, page, h.structure, url.Values{"structure": {h.competitorSheet}, "suivi": {"fiche"}}); got.Status != 404 {
		t.Errorf("the sheet of another: %d", got.Status)
	}
	for range 2 {
		if got := post(t, h.app, page, h.structure, url.Values{"structure": {h.sheet}, "suivi": {"choix"}, "secteur": {"nettoyage-locaux"}, "territoire": {"94081"}}); got.Status != 303 {
			t.Errorf("status %d", got.Status)
		}
	}
	webtest.Run(t, h.app, []webtest.Scenario{
		{Name: "what was chosen, and what is announced already", URL: page, Header: as(h.structure), Status: 200, HTML: []webtest.Check{
			webtest.In("#suivi-choix[checked]"), webtest.In(`input[name=territoire][value="94081"][checked]`), webtest.Count(".ahead-entry", 1), webtest.In(`form[action="/achats-a-venir/suivre/arreter"]`)}},
	})
	if got := post(t, h.app, page+"/arreter", h.structure, nil); got.Status != 303 {
		t.Errorf("status %d", got.Status)
	}
	if body := h.get(page, h.structure).Body; !strings.Contains(body, "Activer mon alerte") {
		t.Error("the alert goes on")
	}
}

func TestChoicePages(t *testing.T) {
	h := newAhead(t)
	ctx := t.Context()
	p := sourcing.Purchase{ID: "achat", Object: "Objet interne", Euros: 50_000, Places: []string{"94081"}, Publication: "2027-05-17", Lots: []sourcing.Lot{{ID: "l1", Sectors: []string{"nettoyage-locaux"}}}}
	if err := h.Programme.Create(ctx, h.mairie, p); err != nil {
		t.Fatal(err)
	}
	const page = "/programme/achats/achat/annonce"
	webtest.Run(t, h.app, []webtest.Scenario{
		{Name: "an idea", URL: page, Header: as(h.buyer), Status: 200, HTML: []webtest.Check{webtest.In(".notice-warn", webtest.HasText("Une idée ne se publie pas"))}},
	})
	form := func(pairs ...string) url.Values {
		v := url.Values{"objet": {"Nettoyage"}, "texte": {"Deux sites"}, "trimestre": {"2027-T2"}, "montant": {"tranche"}, "reservation": {"oui"}, "rev": {"0"}}
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		return v
	}
	if got := post(t, h.app, page, h.buyer, form()); got.Status != 422 {
		t.Errorf("an idea is published: %d", got.Status)
	}
	if err := h.Programme.Move(ctx, h.mairie, "achat", sourcing.Programmed, ""); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		form   url.Values
		status int
		text   string
	}{
		"no object":         {form("objet", "", "texte", "Gardé tel quel"), 422, "Gardé tel quel"},
		"no quarter":        {form("trimestre", ""), 422, "Choisissez le trimestre prévu"},
		"a quarter before":  {form("trimestre", "2020-T1"), 422, "Ce trimestre est passé"},
		"a quarter beyond":  {form("trimestre", "2099-T1"), 422, "trop loin"},
		"no quarter at all": {form("trimestre", "<script>"), 422, "Choisissez le trimestre prévu"},
		"too long":          {form("objet", strings.Repeat("a", 301)), 422, "300 caractères au plus"},
		"a preview":         {form("apercu", "oui", "objet", "Vu avant"), 200, "Vu avant"},
		"another revision":  {form("rev", "7"), 409, "Quelqu’un d’autre a changé cette annonce"},
	} {
		if got := post(t, h.app, page, h.buyer, c.form); got.Status != c.status || !strings.Contains(got.Body, c.text) {
			t.Errorf("%s: status %d", name, got.Status)
		}
	}
	if got := h.get("/achats-a-venir/achat", ""); got.Status != 404 {
		t.Fatalf("it is public: %d", got.Status)
	}
	for _, cookie := range []string{h.other} {
		if got := post(t, h.app, page, cookie, form()); got.Status != 404 {
			t.Errorf("a foreign buyer publishes: %d", got.Status)
		}
	}
	for range 2 { // the same form twice
		if got := post(t, h.app, page, h.buyer, form()); got.Status != 303 {
			t.Errorf("status %d", got.Status)
		}
	}
	webtest.Run(t, h.app, []webtest.Scenario{
		{Name: "public at once", URL: "/achats-a-venir/achat", Status: 200, Lacks: []string{"Objet interne", "50 000"}, HTML: []webtest.Check{webtest.In("h1", webtest.HasText("Nettoyage")), webtest.In(".desk-facts", webtest.HasText("De 40 000 à 90 000 € HT"))}},
		{Name: "its choice", URL: page, Header: as(h.buyer), Status: 200, HTML: []webtest.Check{webtest.In(`a[href="/achats-a-venir/achat"]`), webtest.In(`form[action="/programme/achats/achat/annonce/retirer"]`), webtest.In("#montant-tranche[checked]")}},
	})
	if got := post(t, h.app, page+"/retirer", h.buyer, nil); got.Status != 303 {
		t.Errorf("status %d", got.Status)
	}
	if got := h.get("/achats-a-venir/achat", ""); got.Status != 404 {
		t.Errorf("withdrawn, it is public: %d", got.Status)
	}
	webtest.Run(t, h.app, []webtest.Scenario{
		{Name: "withdrawn, its purchase says so", URL: "/programme/achats/achat", Header: as(h.buyer), Status: 200, Contains: []string{"n’est pas dans le programme prévisionnel public"}, Lacks: []string{"Annoncé dans le programme"}},
	})
}
