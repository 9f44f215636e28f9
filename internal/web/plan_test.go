package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/web/webtest"
)

// bureau is a portal with the programme of a town: a buyer, a colleague, a prescripteur.
type bureau struct {
	who                 *crowd
	app                 *fiber.App
	m                   buyer.Member
	buys, sees, advises string // cookies
}

func newBureau(t *testing.T) *bureau {
	t.Helper()
	who, change := withPeople(t)
	who.organisation(t, "mairie", account.KindPublic)
	o := &bureau{who: who, app: newPortal(t, change)}
	o.m = buyer.Member{Person: who.person(t, "ada@ville.example", "mairie", true, account.Buyer), Organisation: "mairie", Kind: account.KindPublic, Role: account.Buyer}
	who.person(t, "ben@ville.example", "mairie", false, account.Prescripteur)
	who.person(t, "eve@ville.example", "mairie", false, account.Facilitateur)
	o.buys, o.sees, o.advises = who.signIn(t, "ada@ville.example"), who.signIn(t, "ben@ville.example"), who.signIn(t, "eve@ville.example")
	return o
}

// stored is the purchase of an id.
func (o *bureau) stored(t *testing.T, id string) sourcing.Purchase {
	t.Helper()
	d, err := o.who.Programme.Purchases.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return d.Value
}

func (o *bureau) all(t *testing.T) int64 {
	t.Helper()
	n, err := o.who.Programme.Purchases.CountLookup(t.Context(), store.PurchasesOf("mairie"))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

const formID = "bbbbbbbbbbbbbbbbbbbbbbbbbb"

// cleaningForm is the form of a purchase of two lots.
func cleaningForm(pairs ...string) url.Values {
	form := url.Values{
		"envoi": {formID}, "objet": {"Nettoyage des écoles"}, "nature": {"services"}, "montant": {"240 k€"}, "cpv": {"90911200-8"}, "lieu": {"94081"}, "publication": {"01/03/2027"}, "debut": {"2027-09-01"}, "duree": {"1 an reconductible 3 fois"},
		"lot": {"lot-0", "lot-1"}, "lot-0-objet": {"Nord"}, "lot-0-montant": {"140 000"}, "lot-1-objet": {"Sud"}, "lot-1-montant": {"1 234,56"}, "lot-1-secteur": {"nettoyage-vitres"}, "lot-1-modalite": {"PREST"},
	}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

func TestPurchaseIsEntered(t *testing.T) {
	o := newBureau(t)
	for range 2 { // sent twice, it is one
		if got := post(t, o.app, "/programme/achats/nouveau", o.buys, cleaningForm()); got.Status != 303 {
			t.Fatalf("status %d: %s", got.Status, got.Body)
		}
	}
	p := o.stored(t, formID)
	if o.all(t) != 1 || p.Euros != 240_000 || p.CPV != "90911200" || p.Publication != "2027-03-01" || p.Months != 12 || p.Renewals != 3 || len(p.Lots) != 2 || p.Lots[1].Euros != 1235 || p.Lots[1].Sectors[0] != "nettoyage-vitres" || p.Lots[0].ID == p.Lots[1].ID {
		t.Errorf("%d purchases, %+v", o.all(t), p)
	}
	webtest.Run(t, o.app, []webtest.Scenario{
		{Name: "its page", URL: "/programme/achats/" + formID, Header: as(o.buys), Status: 200, Contains: []string{"Nettoyage des écoles", "/lots/l1", "Annonce publique", "Modifier l’achat"}},
		{Name: "who advises writes nothing", URL: "/programme/achats/" + formID, Header: as(o.advises), Status: 200, Lacks: []string{"Modifier l’achat", "/annonce", "Abandonner"}},
		{Name: "its form", URL: "/programme/achats/" + formID + "/modifier", Header: as(o.buys), Status: 200, Contains: []string{`value="01/03/2027"`, `name="lot-1-id" value="l2"`}},
		{Name: "the board", URL: "/programme/tableau", Header: as(o.buys), Status: 200, Contains: []string{"Nettoyage des écoles", "Programmer"}},
		{Name: "the calendar", URL: "/programme/calendrier", Header: as(o.buys), Status: 200, Contains: []string{"Publication", "1er\u00a0mars", "Début"}},
		{Name: "a line a lot", URL: "/programme/export.csv", Header: as(o.buys), Status: 200, Contains: []string{"Nettoyage des écoles;;Idée;Services;;Nord", ";Sud;90911200;"}},
		{Name: "nobody but the service", URL: "/programme", Header: as(o.sees), Status: 200, Contains: []string{"Aucun service ne vous nomme encore"}, Lacks: []string{"Nettoyage des écoles"}},
		{Name: "nor its export", URL: "/programme/export.csv", Header: as(o.sees), Status: 200, Lacks: []string{"Nettoyage des écoles"}},
		{Name: "a place of execution", URL: "/programme?lieu=Vitry-sur-Seine", Header: as(o.buys), Status: 200, Contains: []string{"Nettoyage des écoles"}},
		{Name: "another place", URL: "/programme?lieu=Marseille", Header: as(o.buys), Status: 200, Contains: []string{"Aucun achat ne répond à ces filtres"}},
		{Name: "a place that is none", URL: "/programme?lieu=zzzz", Header: as(o.buys), Status: 422, Contains: []string{"Erreur", "Ce lieu n’est pas connu"}},
		{Name: "a picker", URL: "/programme/choix/secteurs?_id=lot-3-secteur&lot-3-secteur_mots=tonte", Header: as(o.buys), Status: 200, Contains: []string{`name="lot-3-secteur"`}},
		{Name: "no picker of the form", URL: "/programme/choix/secteurs?_id=objet", Header: as(o.buys), Status: 404, Contains: []string{"Introuvable"}},
	})
}

func TestPurchaseIsRefused(t *testing.T) {
	o := newBureau(t)
	script := "<script>alert(1)</script>"
	for _, c := range []struct {
		name, field, value, fault string
	}{
		{"no object", "objet", "", "Indiquez l’objet de l’achat."},
		{"a text of 10,000 letters", "objet", strings.Repeat("é", 10_000), "est trop long"},
		{"an amount that is none", "montant", "beaucoup", "montant"},
		{"a lot larger than its purchase", "lot-0-montant", "300 000", "dépasse le montant de l’achat"},
		{"lots larger together", "lot-1-montant", "200 000", "Les lots font ensemble"},
		{"an end before its start", "debut", "01/02/2027", "Le début d’exécution précède la publication."},
		{"a day that is none", "publication", "31/02/2027", "31/02/2027"},
		{"a code that is none", "cpv", "12345678", "n’est pas dans la nomenclature"},
		{"words of many codes", "cpv", "nettoyage", "Choisissez un code"},
		{"a service of nobody", "service", "x", "Choisissez une réponse de la liste."},
		{"a facilitateur who is none", "facilitateur", o.m.Person, "Choisissez une réponse de la liste."},
		{"a SIREN that is none", "titulaire_siren", "123", "SIREN"},
		{"a duration that is none", "duree", script, "durée"},
		{"words without a tick", "lot-0-secteur_mots", "tonte", "Cochez un secteur"},
		{"a lot without an object", "lot-0-objet", "", "Indiquez l’objet de ce lot."},
	} {
		got := post(t, o.app, "/programme/achats/nouveau", o.buys, cleaningForm(c.field, c.value))
		if got.Status != 422 || !strings.Contains(got.Body, c.fault) || !strings.Contains(got.Body, "<title>Erreur") {
			t.Errorf("%s: status %d, no %q", c.name, got.Status, c.fault)
		}
		if !strings.Contains(got.Body, "140 000") && c.field != "lot-0-montant" || strings.Contains(got.Body, script) {
			t.Errorf("%s: what was typed is lost, or runs", c.name)
		}
	}
	if n := o.all(t); n != 0 {
		t.Errorf("%d purchases are stored", n)
	}
	form := cleaningForm("objet", script, "lot-0-objet", script, "titulaire", script, "description", script)
	if got := post(t, o.app, "/programme/achats/nouveau", o.buys, form); got.Status != 303 {
		t.Fatalf("status %d", got.Status)
	}
	for _, page := range []string{"/programme", "/programme/tableau", "/programme/calendrier", "/programme/achats/" + formID, "/programme/achats/" + formID + "/modifier"} {
		if got := (webtest.Scenario{URL: page, Header: as(o.buys)}).Do(t, o.app); got.Status != 200 || strings.Contains(got.Body, script) {
			t.Errorf("%s: status %d, or a script runs", page, got.Status)
		}
	}
}

// Buttons of the form give it back, and store nothing.
func TestLotsAreAddedWithoutAScript(t *testing.T) {
	o := newBureau(t)
	send := func(name, value string) string {
		got := post(t, o.app, "/programme/achats/nouveau", o.buys, cleaningForm(name, value))
		if got.Status != 200 || !strings.Contains(got.Body, "Nettoyage des écoles") {
			t.Errorf("%s %s: status %d", name, value, got.Status)
		}
		return got.Body
	}
	if body := send("ajouter", "lot"); strings.Count(body, `name="lot" value=`) != 3 || !strings.Contains(body, `name="lot-2-objet"`) {
		t.Error("no third lot")
	}
	if body := send("retirer", "lot-0"); strings.Count(body, `name="lot" value=`) != 1 || !strings.Contains(body, "lot-1-objet") {
		t.Error("the first lot is still there")
	}
	if body := post(t, o.app, "/programme/achats/nouveau", o.buys, cleaningForm("chercher", "cpv", "cpv", "services de traiteur")).Body; !strings.Contains(body, "cpv-choix") {
		t.Error("no code is proposed")
	}
	form := cleaningForm("ajouter", "lot")
	form["lot"] = nil
	for n := range sourcing.MaxLots {
		form.Add("lot", fmt.Sprintf("lot-%d", n))
	}
	if got := post(t, o.app, "/programme/achats/nouveau", o.buys, form); strings.Count(got.Body, `name="lot" value=`) != sourcing.MaxLots {
		t.Errorf("one lot more than %d", sourcing.MaxLots)
	}
	if o.all(t) != 0 {
		t.Error("a purchase is stored")
	}
}

func TestTwoWriteOnePurchase(t *testing.T) {
	o := newBureau(t)
	post(t, o.app, "/programme/achats/nouveau", o.buys, cleaningForm())
	edit := "/programme/achats/" + formID + "/modifier"
	first := cleaningForm("version", "1", "objet", "Nettoyage et vitres", "lot-0-id", "l1", "lot-1-id", "l2")
	if got := post(t, o.app, edit, o.buys, first); got.Status != 303 {
		t.Fatalf("status %d", got.Status)
	}
	second := cleaningForm("version", "1", "objet", "Nettoyage des crèches", "lot-0-id", "l1", "lot-1-id", "l2")
	got := post(t, o.app, edit, o.buys, second)
	if got.Status != 409 {
		t.Errorf("status %d over a revision that has passed", got.Status)
	}
	for _, want := range []string{"Nettoyage et vitres", `value="Nettoyage des crèches"`, `name="version" value="2"`, "Ce qui a changé entre-temps"} {
		if !strings.Contains(got.Body, want) {
			t.Errorf("no %q on the page", want)
		}
	}
	if p := o.stored(t, formID); p.Object != "Nettoyage et vitres" || p.Lots[1].ID != "l2" {
		t.Errorf("%+v", p)
	}
	second.Set("version", "2")
	if got := post(t, o.app, edit, o.buys, second); got.Status != 303 || o.stored(t, formID).Object != "Nettoyage des crèches" {
		t.Errorf("status %d when it replaces what was shown", got.Status)
	}
}

func TestPurchaseMoves(t *testing.T) {
	o := newBureau(t)
	post(t, o.app, "/programme/achats/nouveau", o.buys, cleaningForm())
	page := "/programme/achats/" + formID
	move := func(from, to, reason string, want int) webtest.Answer {
		t.Helper()
		got := post(t, o.app, page+"/etat", o.buys, url.Values{"de": {from}, "etat": {to}, "motif": {reason}, "retour": {"/programme/tableau?nature=services"}})
		if got.Status != want {
			t.Errorf("%s to %s: status %d, want %d", from, to, got.Status, want)
		}
		return got
	}
	webtest.Run(t, o.app, []webtest.Scenario{{Name: "an idea is not announced", URL: page, Header: as(o.buys), Status: 200, Contains: []string{"programmez d’abord"}, Lacks: []string{page + "/annonce"}}})
	if to := move("idee", "programme", "", 303).Header.Get("Location"); to != "/programme/tableau?fait=deplace&nature=services" {
		t.Errorf("leads to %s", to)
	}
	move("idee", "programme", "", 303)     // the same form again
	move("idee", "abandonne", "x", 409)    // from a state that has passed
	move("programme", "attribue", "", 422) // not foreseen
	webtest.Run(t, o.app, []webtest.Scenario{
		{Name: "it is published by its announcement", URL: page, Header: as(o.buys), Status: 200, Contains: []string{`href="` + page + `/annonce"`, "Publier l’annonce"}, Lacks: []string{`name="etat" value="publie"`}},
		{Name: "so does the board", URL: "/programme/tableau", Header: as(o.buys), Status: 200, Contains: []string{`href="` + page + `/annonce"`}, Lacks: []string{`name="etat" value="publie"`}},
	})
	move("programme", "publie", "", 422) // not without what the public will read
	move("programme", "abandonne", "", 422)
	if got := move("programme", "abandonne", strings.Repeat("a", 1001), 422); !strings.Contains(got.Body, "aaaa</textarea>") {
		t.Error("the reason that was typed is lost")
	}
	move("programme", "abandonne", "Besoin couvert autrement", 303)
	webtest.Run(t, o.app, []webtest.Scenario{
		{Name: "why it ended", URL: page, Header: as(o.buys), Status: 200, Contains: []string{"Besoin couvert autrement", "Abandonné"}, Lacks: []string{"Modifier l’achat", "Annonce publique"}},
		{Name: "it is written no more", URL: page + "/modifier", Header: as(o.buys), Status: 409, Contains: []string{"terminé"}},
		{Name: "another state asks first", URL: page + "/etat?vers=programme", Header: as(o.buys), Status: 200, Contains: []string{"Reprogrammer"}},
		{Name: "a state that does not follow", URL: page + "/etat?vers=attribue", Header: as(o.buys), Status: 404, Contains: []string{"Introuvable"}},
	})
	if got := post(t, o.app, page+"/modifier", o.buys, cleaningForm("version", "1")); got.Status != 422 || !strings.Contains(got.Body, "Nettoyage des écoles") {
		t.Errorf("written when it has ended: status %d", got.Status)
	}
}

func TestServices(t *testing.T) {
	o := newBureau(t)
	person := o.who.person(t, "ben@ville.example", "", false)
	form := url.Values{"envoi": {formID}, "nom": {"Moyens généraux"}}
	for range 2 {
		if got := post(t, o.app, "/programme/reglages/services", o.buys, form); got.Status != 303 {
			t.Fatalf("status %d", got.Status)
		}
	}
	service := "/programme/reglages/services/" + formID
	for _, c := range []struct {
		path  string
		form  url.Values
		want  int
		fault string
	}{
		{"/programme/reglages/services", url.Values{"nom": {""}}, 422, "Donnez un nom au service."},
		{"/programme/reglages/services", url.Values{"nom": {"MOYENS GÉNÉRAUX"}}, 422, "porte déjà ce nom"},
		{"/programme/reglages/services", url.Values{"nom": {strings.Repeat("a", 10_000)}}, 422, "trop long"},
		{service + "/personnes", url.Values{"choix": {"ajouter"}, "personne": {o.m.Person}}, 422, "prescripteur"},
		{service + "/personnes", url.Values{"choix": {"ajouter"}, "personne": {person}}, 303, ""},
		{"/programme/reglages", url.Values{"seuil": {"0"}, "mois": {"99"}, "cout": {"gratuit"}, "version": {"2"}}, 422, "de 1 à 36"},
		{"/programme/reglages", url.Values{"seuil": {"4"}, "mois": {"18"}, "cout": {"14,50 €"}, "version": {"1"}}, 409, "Quelqu’un d’autre"},
		{"/programme/reglages", url.Values{"seuil": {"4"}, "mois": {"18"}, "cout": {"14,50 €"}, "version": {"2"}}, 303, ""},
	} {
		if got := post(t, o.app, c.path, o.buys, c.form); got.Status != c.want || !strings.Contains(got.Body, c.fault) {
			t.Errorf("%s %v: status %d, want %d and %q", c.path, c.form, got.Status, c.want, c.fault)
		}
	}
	set, err := o.who.Programme.Of(t.Context(), o.m)
	if err != nil || set.HourlyCents != 1450 || set.Asked() != 4 || set.Ahead() != 18 {
		t.Errorf("%+v %v", set, err)
	}
	once := cleaningForm("envoi", "cccccccccccccccccccccccccc", "service", formID)
	if got := post(t, o.app, "/programme/achats/nouveau", o.buys, once); got.Status != 303 {
		t.Fatalf("status %d", got.Status)
	}
	if got := post(t, o.app, service+"/supprimer", o.buys, nil); got.Status != 422 {
		t.Errorf("a service that a purchase names goes: status %d", got.Status)
	}
	webtest.Run(t, o.app, []webtest.Scenario{
		{Name: "the prescripteur sees the own service", URL: "/programme", Header: as(o.sees), Status: 200, Contains: []string{"Nettoyage des écoles", "Moyens généraux"}, Lacks: []string{"Inscrire un achat"}},
		{Name: "and its purchase", URL: "/programme/achats/cccccccccccccccccccccccccc", Header: as(o.sees), Status: 200, Contains: []string{"Nettoyage des écoles"}},
	})
	post(t, o.app, service+"/personnes", o.buys, url.Values{"choix": {"retirer"}, "personne": {person}})
	if got := (webtest.Scenario{URL: "/programme/achats/cccccccccccccccccccccccccc", Header: as(o.sees)}).Do(t, o.app); got.Status != 404 {
		t.Errorf("a prescripteur of no service any more: status %d", got.Status)
	}
}

// The totals are those of the whole programme, whatever the page shows.
func TestCountsAreOfTheWholeProgramme(t *testing.T) {
	o := newBureau(t)
	for n := range 53 {
		p := sourcing.Purchase{ID: account.NewID(), Object: fmt.Sprintf("Achat %02d", n), Euros: 1000, Nature: sourcing.Works, Lots: []sourcing.Lot{{ID: "l1"}}}
		if err := o.who.Programme.Create(t.Context(), o.m, p); err != nil {
			t.Fatal(err)
		}
	}
	webtest.Run(t, o.app, []webtest.Scenario{
		{Name: "the first page", URL: "/programme", Header: as(o.buys), Status: 200, Contains: []string{"53\u00a0achats, 53\u00a0lots, 53\u202f000\u00a0€\u00a0HT estimés", "Travaux (53)", "page=2"}},
		{Name: "the second", URL: "/programme?page=2&nature=travaux", Header: as(o.buys), Status: 200, Contains: []string{"53\u00a0achats", "Travaux (53)"}},
		{Name: "a page that is none", URL: "/programme?page=99999", Header: as(o.buys), Status: 200, Contains: []string{"53\u00a0achats"}},
		{Name: "filters that are none", URL: "/programme?etat=x&service=y&nature=z&periode=abcd-T9&montant=w", Header: as(o.buys), Status: 200, Contains: []string{"53\u00a0achats"}},
		{Name: "none of them", URL: "/programme?nature=services", Header: as(o.buys), Status: 200, Contains: []string{"0\u00a0achat sur 53", "Travaux (53)"}},
		{Name: "a workbook", URL: "/programme/export.xlsx?nature=travaux", Header: as(o.buys), Status: 200, Contains: []string{"xl/worksheets/sheet1.xml"}},
	})
}
