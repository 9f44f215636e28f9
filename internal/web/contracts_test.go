package web_test

import (
	"maps"
	"net/url"
	"strings"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/web/webtest"
)

// contractForm is what the form of a contract sends.
func contractForm(pairs ...string) url.Values {
	form := url.Values{"envoi": {"abcdefghijklmnopqrstuvwxyz"}, "objet": {"Gardiennage des écoles"}, "montant": {"240 k€"}, "debut": {"01/07/2025"}, "fin": {"30/06/2029"}}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

func TestContractIsEntered(t *testing.T) {
	who, change := withPeople(t)
	who.organisation(t, "mairie", account.KindPublic)
	who.person(t, "ada@ville.example", "mairie", false, account.Buyer)
	app := newPortal(t, change)
	cookie := who.signIn(t, "ada@ville.example")
	for field, value := range map[string]string{
		"objet": "", "montant": "100 TTC", "debut": "32/01/2026", "fin": "bientôt", "cpv": "12", "titulaire_siren": "123456789", "reconductions": "-1", "reconductions_faites": "3",
	} {
		got := post(t, app, "/programme/contrats/nouveau", cookie, contractForm(field, value))
		root := webtest.ParseHTML(t, got.Body)
		if got.Status != 422 || len(webtest.Find(root, "#"+field+"-erreur")) != 1 || !strings.Contains(got.Body, "Erreur") || !strings.Contains(got.Body, `value="240 k€"`) && field != "montant" {
			t.Errorf("%s %q: status %d", field, value, got.Status)
		}
	}
	for range 2 { // the same form sent twice
		if got := post(t, app, "/programme/contrats/nouveau", cookie, contractForm()); got.Status != 303 || got.Header.Get("Location") != "/programme/contrats/abcdefghijklmnopqrstuvwxyz?fait=ajoute" {
			t.Fatalf("status %d, to %q", got.Status, got.Header.Get("Location"))
		}
	}
	page := "/programme/contrats/abcdefghijklmnopqrstuvwxyz"
	webtest.Run(t, app, []webtest.Scenario{
		{Name: "list", URL: "/programme/contrats", Header: as(cookie), Status: 200, HTML: []webtest.Check{webtest.Count("main tbody tr", 1), webtest.In("main tbody", webtest.HasText("60\u202f000\u00a0€\u00a0HT par an"))}},
		{Name: "narrowed to nothing", URL: "/programme/contrats?fin=6", Header: as(cookie), Status: 200, HTML: []webtest.Check{webtest.Count("main tbody tr", 0), webtest.In("main .empty", webtest.HasText("Aucun marché ne correspond"))}},
		{Name: "by words", URL: "/programme/contrats?q=ecoles+gardien", Header: as(cookie), Status: 200, HTML: []webtest.Check{webtest.Count("main tbody tr", 1)}},
		{Name: "page", URL: page, Header: as(cookie), Status: 200, HTML: []webtest.Check{webtest.In("#suite", webtest.HasText("Renouvellement")), webtest.Count(".backplan-step", 8)}},
	})
	// Ada has the form open while a colleague changes the contract.
	if got := post(t, app, page+"/modifier", cookie, contractForm("version", "1", "titulaire", "Vigie")); got.Status != 303 {
		t.Fatalf("status %d", got.Status)
	}
	got := post(t, app, page+"/modifier", cookie, contractForm("version", "1", "titulaire", "Rondes et Cie"))
	if root := webtest.ParseHTML(t, got.Body); got.Status != 409 || !strings.Contains(got.Body, "Rondes et Cie") || !strings.Contains(got.Body, "Vigie") || len(webtest.Find(root, "#entre-temps")) != 1 {
		t.Errorf("two versions: status %d", got.Status)
	}
	if got := post(t, app, page+"/modifier", cookie, contractForm("version", "2", "titulaire", "Rondes et Cie")); got.Status != 303 {
		t.Errorf("written over on purpose: status %d", got.Status)
	}
	if got := post(t, app, page+"/proposer", cookie, nil); got.Status != 303 {
		t.Errorf("proposed: status %d", got.Status)
	}
	webtest.Run(t, app, []webtest.Scenario{
		{Name: "followed", URL: page, Header: as(cookie), Status: 200, HTML: []webtest.Check{webtest.In("main", webtest.HasText("L’achat qui suit")), webtest.Count("main form[action=/programme/contrats/abcdefghijklmnopqrstuvwxyz/proposer]", 0)}},
	})
	if got := post(t, app, page+"/terminer", cookie, url.Values{"version": {"3"}}); got.Status != 422 {
		t.Errorf("ended without a reason: status %d", got.Status)
	}
	if got := post(t, app, page+"/terminer", cookie, url.Values{"version": {"3"}, "motif": {"Résiliation"}}); got.Status != 303 {
		t.Errorf("ended: status %d", got.Status)
	}
	webtest.Run(t, app, []webtest.Scenario{
		{Name: "ended, in red and in words", URL: "/programme/contrats", Header: as(cookie), Status: 200, HTML: []webtest.Check{webtest.In("main tbody", webtest.HasText("terminé avant son terme")), webtest.Count("main tbody .state-bad", 2)}},
		{Name: "on its page", URL: page, Header: as(cookie), Status: 200, HTML: []webtest.Check{webtest.In("main .notice-warn", webtest.HasText("Résiliation")), webtest.Count("main a[href=/programme/contrats/abcdefghijklmnopqrstuvwxyz/modifier]", 0)}},
	})
}

func TestContractsComeByPages(t *testing.T) {
	who, change := withPeople(t)
	who.organisation(t, "mairie", account.KindPublic)
	ada := buyer.Member{Person: who.person(t, "ada@ville.example", "mairie", false, account.Buyer), Organisation: "mairie", Kind: account.KindPublic, Role: account.Buyer}
	for range 51 {
		who.contract(t, ada, sourcing.Contract{ID: account.NewID(), Object: "Marché", End: "2030-01-01"})
	}
	app := newPortal(t, change)
	cookie := who.signIn(t, "ada@ville.example")
	webtest.Run(t, app, []webtest.Scenario{
		{Name: "first", URL: "/programme/contrats", Header: as(cookie), Status: 200, HTML: []webtest.Check{webtest.Count("main tbody tr", 50)}},
		{Name: "second, with its filter", URL: "/programme/contrats?suite=non&page=2", Header: as(cookie), Status: 200, HTML: []webtest.Check{webtest.Count("main tbody tr", 1)}},
	})
}

func TestLawBookOfAdministrators(t *testing.T) {
	who, change := withPeople(t)
	who.organisation(t, "portal", account.KindPortal)
	who.person(t, "root@portail.example", "portal", true, account.Administrator)
	app := newPortal(t, change)
	cookie := who.signIn(t, "root@portail.example")
	page := "/administration/seuils/formal_supplies"
	form := url.Values{"valeur": {"230 000 €"}, "effet": {"01/01/2028"}, "source": {"Seuils européens 2028-2029"}}
	for field, value := range map[string]string{"valeur": "beaucoup", "effet": "", "source": "x"} {
		bad := url.Values{}
		for name, list := range form {
			bad[name] = list
		}
		bad.Set(field, value)
		got := post(t, app, page, cookie, bad)
		if got.Status != 422 || len(webtest.Find(webtest.ParseHTML(t, got.Body), "#"+field+"-erreur")) != 1 {
			t.Errorf("%s %q: status %d", field, value, got.Status)
		}
	}
	for range 2 {
		if got := post(t, app, page, cookie, form); got.Status != 303 {
			t.Fatalf("status %d", got.Status)
		}
	}
	form.Set("valeur", "231 000")
	if got := post(t, app, page, cookie, form); got.Status != 422 || !strings.Contains(got.Body, "fixée à la main") {
		t.Errorf("two values from one day: status %d", got.Status)
	}
	webtest.Run(t, app, []webtest.Scenario{
		{Name: "all figures", URL: "/administration/seuils", Header: as(cookie), Status: 200, HTML: []webtest.Check{
			webtest.Count("main tbody tr", len(sourcing.RuleCodes())), webtest.In("main", webtest.HasText("230\u202f000\u00a0€\u00a0HT à partir du 1er\u00a0janv.\u00a02028")),
		}},
		{Name: "one", URL: page, Header: as(cookie), Status: 200, HTML: []webtest.Check{webtest.Count("main tbody tr", 3), webtest.Count("main tbody a[href=/administration/seuils/formal_supplies/2028-01-01/retirer]", 1)}},
		{Name: "not there", URL: "/administration/seuils/inconnu", Header: as(cookie), Status: 404, HTML: []webtest.Check{webtest.In("h1", webtest.HasText(""))}},
		{Name: "asked before it goes", URL: page + "/2028-01-01/retirer", Header: as(cookie), Status: 200, HTML: []webtest.Check{webtest.In("main form", webtest.HasText("Retirer la valeur"))}},
	})
	if got := post(t, app, page+"/2028-01-01/retirer", cookie, nil); got.Status != 303 {
		t.Errorf("status %d", got.Status)
	}
	webtest.Run(t, app, []webtest.Scenario{
		{Name: "taken out", URL: page, Header: as(cookie), Status: 200, HTML: []webtest.Check{webtest.Count("main tbody tr", 2)}},
	})
}

// TestServicesOfL211315: the dated list by which a service may be reserved to the social
// economy is kept by administrators, and an étude judges by it.
func TestServicesOfL211315(t *testing.T) {
	who, change := withPeople(t)
	who.organisation(t, "portal", account.KindPortal)
	who.person(t, "root@portail.example", "portal", true, account.Administrator)
	app := newPortal(t, change)
	cookie := who.signIn(t, "root@portail.example")
	page := "/administration/seuils/services-L2113-15"
	form := url.Values{"premier": {"85000000-9"}, "dernier": {"85999999"}, "effet": {"01/04/2019"}, "source": {"Avis annexé au code, 31 mars 2019"}, "lecture": {"a-verifier"}}
	for field, value := range map[string]string{"premier": "santé", "dernier": "80000000", "effet": "", "fin": "01/01/2010", "source": "x"} {
		bad := maps.Clone(form)
		bad.Set(field, value)
		got := post(t, app, page, cookie, bad)
		if got.Status != 422 || len(webtest.Find(webtest.ParseHTML(t, got.Body), "#"+field+"-erreur")) != 1 || !strings.Contains(got.Body, "31 mars 2019") && field != "source" {
			t.Errorf("%s %q: status %d", field, value, got.Status)
		}
	}
	for range 2 {
		if got := post(t, app, page, cookie, form); got.Status != 303 {
			t.Fatalf("status %d: %s", got.Status, got.Body)
		}
	}
	form.Set("fin", "31/12/2030")
	if got := post(t, app, page, cookie, form); got.Status != 422 || !strings.Contains(got.Body, "déjà listée") {
		t.Errorf("the range with other days: status %d", got.Status)
	}
	drop := page + "/85000000-85999999-2019-04-01/retirer"
	webtest.Run(t, app, []webtest.Scenario{
		{Name: "the way to it", URL: "/administration/seuils", Header: as(cookie), Status: 200, HTML: []webtest.Check{webtest.In("main a[href="+page+"]", webtest.HasText("1 plage de codes"))}},
		{Name: "the list", URL: page, Header: as(cookie), Status: 200, HTML: []webtest.Check{webtest.Count("main tbody tr", 1), webtest.In("main tbody", webtest.HasText("en vigueur")), webtest.In("main tbody", webtest.HasText("à vérifier"))}},
		{Name: "asked before it goes", URL: drop, Header: as(cookie), Status: 200, HTML: []webtest.Check{webtest.In("main form", webtest.HasText("Retirer la plage"))}},
	})
	book, err := who.Programme.Book(t.Context())
	if err != nil || len(book.Services) != 1 || !book.Services[0].Lists("85311000", "2026-11-28") || book.Services[0].Lists("85311000", "2019-03-31") || book.Services[0].Lists("90911200", "2026-11-28") {
		t.Errorf("%+v, %v", book.Services, err)
	}
	for range 2 {
		if got := post(t, app, drop, cookie, nil); got.Status != 303 {
			t.Errorf("status %d", got.Status)
		}
	}
	webtest.Run(t, app, []webtest.Scenario{{Name: "taken out", URL: page, Header: as(cookie), Status: 200, HTML: []webtest.Check{webtest.Count("main tbody tr", 0), webtest.In("main", webtest.HasText("n’est pas renseignée"))}}})
}
