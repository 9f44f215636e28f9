package web_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/people"
	"sourcier/internal/store"
	"sourcier/internal/web/webtest"
)

// hall is a portal with a town hall: its manager, a member, and strangers.
type hall struct {
	*crowd
	ids     map[string]string
	cookies map[string]string
}

func withHall(t *testing.T) (*hall, *portalOf) {
	t.Helper()
	who, change := withPeople(t)
	h := &hall{who, map[string]string{}, map[string]string{}}
	for id, kind := range map[string]account.OrganisationKind{"portal": account.KindPortal, "mairie": account.KindPublic, "ailleurs": account.KindPublic} {
		who.organisation(t, id, kind)
	}
	for _, p := range []struct {
		name, organisation string
		manager            bool
		roles              []account.Role
	}{
		{"ada", "mairie", true, []account.Role{account.Buyer}}, {"cyr", "mairie", false, []account.Role{account.Prescripteur}},
		{"eve", "ailleurs", true, []account.Role{account.Buyer}}, {"root", "portal", true, []account.Role{account.Administrator}}, {"bea", "", false, nil},
	} {
		h.ids[p.name] = who.person(t, p.name+"@ville.example", p.organisation, p.manager, p.roles...)
		h.cookies[p.name] = who.signIn(t, p.name+"@ville.example")
	}
	return h, &portalOf{t, h, newPortal(t, change)}
}

func (h *hall) get(t *testing.T, id string) account.Organisation {
	t.Helper()
	d, err := h.Organisations.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return d.Value
}

// change changes an organisation as no page does.
func (h *hall) change(t *testing.T, id string, change func(*account.Organisation)) {
	t.Helper()
	_, err := store.Update(t.Context(), h.Organisations.Collection, id, func(o *account.Organisation) (store.Change, error) {
		change(o)
		return store.Change{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// name gives a person a name.
func (h *hall) name(t *testing.T, who, name string) {
	t.Helper()
	_, err := store.Update(t.Context(), h.People.Collection, h.ids[who], func(p *account.Person) (store.Change, error) {
		p.Name = name
		return store.Change{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestOrganisationShowsNamesToItsMembersOnly(t *testing.T) {
	h, p := withHall(t)
	h.name(t, "ada", "Ada <b>Morel</b>")
	h.change(t, "mairie", func(o *account.Organisation) {
		o.Requests = []account.Request{{Person: h.ids["bea"], Text: "Bonjour", At: clock()}}
		o.Invitations = []account.Invitation{{ID: "i1", Email: "fay@ville.example", Roles: []account.Role{account.Buyer}, By: h.ids["ada"], At: clock(), Link: "l"}}
		o.Domains = []account.Domain{{Name: "ville.example", At: clock()}}
	})
	inside := []string{"Ada &lt;b&gt;Morel&lt;/b&gt;", "cyr@ville.example", "bea@ville.example", "fay@ville.example", "Bonjour"}
	p.run([]webtest.Scenario{
		p.as("ada", webtest.Scenario{Name: "a manager", URL: "/organisations/mairie", Status: 200, Contains: append(inside, "/membres/"+h.ids["cyr"], "Déclarer un domaine", "/invitations/i1/retirer"), WantHeader: map[string]string{"Cache-Control": "no-store"}}),
		p.as("cyr", webtest.Scenario{Name: "a member", URL: "/organisations/mairie", Status: 200, Contains: append(inside, "Quitter cette organisation"), Lacks: []string{"/membres/", "Déclarer un domaine", "/invitations/i1/retirer", `name="gestionnaire"`}}),
		p.as("root", webtest.Scenario{Name: "an administrator", URL: "/organisations/mairie", Status: 200, Contains: append(inside, "vous administrez le portail"), Lacks: []string{"Quitter cette organisation"}}),
		p.as("eve", webtest.Scenario{Name: "a stranger", URL: "/organisations/mairie", Status: 200, Contains: []string{"Organisation mairie", "Demander à rejoindre"}, Lacks: append(inside, "Morel", "ada@ville.example")}),
		p.as("bea", webtest.Scenario{Name: "who asks", URL: "/organisations/mairie", Status: 200, Contains: []string{"Votre demande est en attente", "/demande/reprendre"}, Lacks: []string{"Morel", "cyr@"}}),
		p.as("eve", webtest.Scenario{Name: "the team of the portal", URL: "/organisations/portal", Status: 404, HTML: errorPage}),
		p.as("eve", webtest.Scenario{Name: "absent", URL: "/organisations/absente", Status: 404, HTML: errorPage}),
		p.as("eve", webtest.Scenario{Name: "no id", URL: "/organisations/" + strings.Repeat("%00", 10), Status: 404, HTML: errorPage}),
		p.as("eve", webtest.Scenario{Name: "an endless id", URL: "/organisations/" + strings.Repeat("a", 2000), Status: 404, HTML: errorPage}),
		p.as("eve", webtest.Scenario{Name: "a member of another's", URL: "/organisations/mairie/membres/" + h.ids["cyr"], Status: 404, HTML: errorPage}),
		p.as("cyr", webtest.Scenario{Name: "a member's page to who does not manage", URL: "/organisations/mairie/membres/" + h.ids["cyr"], Status: 404, HTML: errorPage}),
		p.as("ada", webtest.Scenario{Name: "who is no member", URL: "/organisations/mairie/membres/" + h.ids["eve"], Status: 404, HTML: errorPage}),
		p.as("eve", webtest.Scenario{Name: "leaving another's", URL: "/organisations/mairie/quitter", Status: 404, HTML: errorPage}),
	})
	for _, state := range []func(*account.Organisation){
		func(o *account.Organisation) { o.ConfirmedAt = time.Time{} }, func(o *account.Organisation) { o.ConfirmedAt, o.ClosedAt = clock(), clock() },
	} {
		h.change(t, "mairie", state)
		p.run([]webtest.Scenario{
			p.as("eve", webtest.Scenario{Name: "to a stranger", URL: "/organisations/mairie", Status: 404, HTML: errorPage}),
			p.as("ada", webtest.Scenario{Name: "to its manager", URL: "/organisations/mairie", Status: 200, HTML: []webtest.Check{webtest.In(".notice-warn")}, Lacks: []string{"Envoyer l’invitation"}}),
		})
	}
}

// A person who administers, and acts as a buyer, is a stranger elsewhere.
func TestAdministratorActsAsOne(t *testing.T) {
	h, p := withHall(t)
	h.person(t, "root@ville.example", "ailleurs", false, account.Buyer)
	who, err := h.Identify(t.Context(), strings.TrimPrefix(h.cookies["root"], "sourcier_session="))
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Switch(t.Context(), who, account.Acting{Organisation: "ailleurs", Role: account.Buyer}); err != nil {
		t.Fatal(err)
	}
	p.run([]webtest.Scenario{p.as("root", webtest.Scenario{Name: "as a buyer", URL: "/organisations/mairie", Status: 200, Contains: []string{"Demander à rejoindre"}, Lacks: []string{"ada@ville.example"}})})
}

func TestOrganisationsAreListedAndFound(t *testing.T) {
	h, p := withHall(t)
	h.change(t, "mairie", func(o *account.Organisation) { o.Name, o.SIREN = "Ville d’Évry-Courcouronnes", "219400819" })
	h.change(t, "ailleurs", func(o *account.Organisation) {
		o.Domains = []account.Domain{{Name: "ville.example", ConfirmedAt: clock()}}
		o.Requests = []account.Request{{Person: h.ids["cyr"], At: clock()}}
		o.Invitations = []account.Invitation{{ID: "i", Email: "BEA@ville.example", Roles: []account.Role{account.Buyer}, At: clock(), Link: account.HashToken(h.InvitationToken("i"))}}
	})
	p.run([]webtest.Scenario{
		p.as("ada", webtest.Scenario{Name: "mine", URL: "/organisations", Status: 200, HTML: []webtest.Check{webtest.In("section[aria-labelledby=miennes] table", webtest.HasText("Ville d’Évry-Courcouronnes"), webtest.HasText("Acheteur · gestionnaire"))}}),
		p.as("bea", webtest.Scenario{Name: "invited, and let in by the address", URL: "/organisations", Status: 200, Contains: []string{"/invitations/" + h.InvitationToken("i"), "membre d’aucune organisation"}, HTML: []webtest.Check{webtest.In("#ouvertes"), webtest.In(`td a[href="/organisations/ailleurs"]`, webtest.HasText("Rejoindre"))}}),
		p.as("eve", webtest.Scenario{Name: "nothing for a member of it", URL: "/organisations", Status: 200, Lacks: []string{`id="ouvertes"`, `id="invitations"`}}),
		p.as("cyr", webtest.Scenario{Name: "what was asked", URL: "/organisations", Status: 200, HTML: []webtest.Check{webtest.In("#demandes")}, Contains: []string{"/organisations/ailleurs/demande/reprendre"}}),
		p.as("bea", webtest.Scenario{Name: "by name, without accents", URL: "/organisations?q=EVRY", Status: 200, Contains: []string{"1\u00a0organisation trouvée"}, HTML: []webtest.Check{webtest.In(`td a[href="/organisations/mairie"]`, webtest.HasText("Rejoindre"))}}),
		p.as("ada", webtest.Scenario{Name: "a member has no way in", URL: "/organisations?q=EVRY", Status: 200, Contains: []string{"Vous en êtes membre"}, Lacks: []string{"Rejoindre <"}}),
		p.as("cyr", webtest.Scenario{Name: "nor has who asked", URL: "/organisations?q=ailleurs", Status: 200, Contains: []string{"Votre demande est en attente"}, Lacks: []string{"Rejoindre <"}}),
		p.as("bea", webtest.Scenario{Name: "by SIREN", URL: "/organisations?q=219+400+819", Status: 200, Contains: []string{"/organisations/mairie"}}),
		p.as("bea", webtest.Scenario{Name: "by nothing", URL: "/organisations?q=zzz", Status: 200, Contains: []string{"Aucune organisation ne porte"}, Lacks: []string{"/organisations/mairie"}}),
		p.as("bea", webtest.Scenario{Name: "by a text without end", URL: "/organisations?q=" + strings.Repeat("%C3%A9", 500), Status: 200, Contains: []string{"Aucune organisation ne porte"}}),
		p.as("bea", webtest.Scenario{Name: "the team of the portal is not found", URL: "/organisations?q=organisation", Status: 200, Lacks: []string{"/organisations/portal"}, Contains: []string{"/organisations/ailleurs"}}),
		{Name: "to nobody", URL: "/organisations?q=evry", Status: 303, WantHeader: map[string]string{"Location": "/connexion?suite=%2Forganisations%3Fq%3Devry"}},
	})
}

func TestInvitingFromThePage(t *testing.T) {
	h, p := withHall(t)
	to := "/organisations/mairie/invitations"
	p.posted("ada", to, url.Values{"courriel": {"bea@"}, "role": {"buyer"}, "gestionnaire": {"oui"}}, 422,
		webtest.In("title", webtest.HasText("Erreur")), webtest.In(`#courriel[value="bea@"][aria-invalid=true]`), webtest.In("#role-buyer[checked]"), webtest.In("#gestionnaire[checked]"))
	p.posted("ada", to, url.Values{"courriel": {"bea@ville.example"}}, 422, webtest.In(`.error-summary a[href="#role-prescripteur"]`))
	p.posted("ada", to, url.Values{"courriel": {"bea@ville.example"}, "role": {"administrator"}}, 422)
	p.posted("ada", to, url.Values{"courriel": {"cyr@ville.example"}, "role": {"buyer"}}, 422, webtest.In("#courriel-erreur", webtest.HasText("déjà membre")))
	p.posted("ada", to, url.Values{"courriel": {"bea@ville.example\r\nBcc: x@ville.example"}, "role": {"buyer"}}, 422)
	if got := p.posted("cyr", to, url.Values{"courriel": {"bea@ville.example"}, "role": {"buyer"}, "gestionnaire": {"oui"}}, 303); got.Header.Get("Location") != "/organisations/mairie?fait=invite" {
		t.Errorf("leads to %s", got.Header.Get("Location"))
	}
	inv := h.get(t, "mairie").Invitations
	if len(inv) != 1 || inv[0].Manager || len(inv[0].Roles) != 1 || inv[0].Roles[0] != account.Prescripteur {
		t.Fatalf("a member gave more than the least: %+v", inv)
	}
	p.run([]webtest.Scenario{p.as("ada", webtest.Scenario{Name: "the form is one step away, above the members", URL: "/organisations/mairie", Status: 200, HTML: []webtest.Check{webtest.In(`a[href="#inviter"]`), webtest.In("h2#inviter")}})})
	p.run([]webtest.Scenario{p.as("cyr", webtest.Scenario{Name: "done", URL: "/organisations/mairie?fait=invite", Status: 200, HTML: []webtest.Check{webtest.In(".notice[role=status]", webtest.HasText("Invitation envoyée"))}}),
		p.as("cyr", webtest.Scenario{Name: "no text from the address", URL: "/organisations/mairie?fait=%3Cb%3Ebonjour", Status: 200, Lacks: []string{"bonjour"}})})
	p.posted("eve", "/organisations/mairie/invitations/"+inv[0].ID+"/retirer", nil, 404)
	p.posted("cyr", "/organisations/mairie/invitations/"+inv[0].ID+"/retirer", nil, 303)
	p.posted("ada", "/organisations/mairie/invitations/"+inv[0].ID+"/retirer", nil, 409, webtest.In(".error-summary"))
}

func TestInvitationPage(t *testing.T) {
	h, p := withHall(t)
	if err := h.Invite(t.Context(), account.Actor{Person: h.ids["ada"]}, "mairie", people.Inviting{Email: "bea@ville.example", Roles: []account.Role{account.Buyer}}); err != nil {
		t.Fatal(err)
	}
	link := "/invitations/" + h.InvitationToken(h.get(t, "mairie").Invitations[0].ID)
	before := fmt.Sprintf("%+v", h.get(t, "mairie"))
	for _, method := range []string{"GET", "HEAD"} {
		for _, who := range []string{"", "eve", "ada", "bea"} {
			webtest.Scenario{Method: method, URL: link, Header: as(h.cookies[who])}.Do(t, p.app)
		}
	}
	if after := fmt.Sprintf("%+v", h.get(t, "mairie")); after != before {
		t.Errorf("changed by being looked at: %s", after)
	}
	kept := map[string]string{"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
	p.run([]webtest.Scenario{
		{Name: "nobody", URL: link, Status: 200, WantHeader: kept, Contains: []string{"Organisation mairie", "Acheteur", "ada@ville.example", "b•••@ville.example", "/connexion?suite=" + url.QueryEscape(link)}, Lacks: []string{"bea@ville.example", "jeton"}},
		p.as("eve", webtest.Scenario{Name: "another", URL: link, Status: 403, Contains: []string{"pour une autre adresse", "eve@ville.example", `href="/deconnexion"`}, Lacks: []string{"Organisation mairie", "ada@ville.example", "bea@", "b•••"}}),
		p.as("bea", webtest.Scenario{Name: "whom it is for", URL: link, Status: 200, HTML: []webtest.Check{webtest.In(`form[action="` + link + `"]`), webtest.In(`button[value=accepter]`), webtest.In(`button[value=refuser]`)}}),
		{Name: "a token of nobody", URL: "/invitations/" + strings.Repeat("A", 26), Status: 410, Contains: []string{"n’est plus valable"}},
		{Name: "cut", URL: link[:len(link)-3], Status: 410, Contains: []string{"n’est plus valable"}},
		{Name: "odd", URL: "/invitations/%00%ff", Status: 410, Contains: []string{"n’est plus valable"}},
	})
	p.posted("eve", link, url.Values{"reponse": {"accepter"}}, 403, webtest.In("h1", webtest.HasText("Invitation")))
	p.posted("bea", link, nil, 422, webtest.In(".error-summary"))
	p.posted("", link, url.Values{"reponse": {"accepter"}}, 401)
	got := p.posted("bea", link, url.Values{"reponse": {"accepter"}}, 303)
	if got.Header.Get("Location") != "/organisations/mairie?fait=rejoint" || !isBuyer(h.get(t, "mairie"), h.ids["bea"]) {
		t.Errorf("leads to %s, %+v", got.Header.Get("Location"), h.get(t, "mairie").Members)
	}
	p.posted("bea", link, url.Values{"reponse": {"accepter"}}, 410)
	p.run([]webtest.Scenario{p.as("bea", webtest.Scenario{Name: "used", URL: link, Status: 410, Contains: []string{"a déjà servi"}})})
}

func TestMembersAreChanged(t *testing.T) {
	h, p := withHall(t)
	own := "/organisations/mairie/membres/" + h.ids["cyr"]
	before := h.get(t, "mairie")
	seen := before.Member(h.ids["cyr"]).Stamp()
	p.run([]webtest.Scenario{p.as("ada", webtest.Scenario{Name: "the form", URL: own, Status: 200, HTML: []webtest.Check{webtest.In(`input[name=vu][value="` + seen + `"]`), webtest.In("#role-prescripteur[checked]")}, Lacks: []string{"couverture"}})})
	p.posted("cyr", own+"/roles", url.Values{"role": {"buyer"}, "gestionnaire": {"oui"}}, 404)
	p.posted("eve", own+"/roles", url.Values{"role": {"buyer"}}, 404)
	p.posted("ada", own+"/roles", url.Values{"vu": {seen}}, 422, webtest.In(`.error-summary a[href="#role-prescripteur"]`))
	p.posted("ada", own+"/roles", url.Values{"vu": {seen}, "role": {"facilitateur"}}, 303)
	// Another manager had the page open since before.
	p.posted("root", own+"/roles", url.Values{"vu": {seen}, "role": {"organiser"}}, 409, webtest.In(".error-summary", webtest.HasText("entre-temps")),
		webtest.In("#role-organiser[checked]"), webtest.In(".desk-facts", webtest.HasText("Facilitateur des clauses")))
	now := h.get(t, "mairie")
	seen = now.Member(h.ids["cyr"]).Stamp()
	p.posted("ada", own+"/couverture", url.Values{"vu": {seen}, "territoires": {"Orly\nnulle part du tout"}, "ajouter": {"x"}}, 422, webtest.In("#territoires-erreur", webtest.HasText("nulle part")), webtest.In(`#ajouter[value=x]`))
	p.posted("ada", own+"/couverture", url.Values{"vu": {seen}, "ajouter": {"organisation"}}, 422, webtest.In("#ajouter-erreur", webtest.HasText("Plusieurs acheteurs")))
	p.posted("ada", own+"/couverture", url.Values{"vu": {seen}, "territoires": {"Orly\r\nVal-de-Marne"}, "ajouter": {"ailleurs"}}, 303)
	now = h.get(t, "mairie")
	if c := now.Member(h.ids["cyr"]).Covers; c == nil || len(c.Territories) != 2 || len(c.Buyers) != 1 || c.Buyers[0] != "ailleurs" {
		t.Errorf("covers %+v", c)
	}
	p.posted("ada", own+"/couverture", url.Values{"vu": {seen}, "acheteur": {"portal"}}, 422)
	p.posted("ada", own+"/couverture", url.Values{"vu": {seen}}, 409)
	p.run([]webtest.Scenario{
		p.as("ada", webtest.Scenario{Name: "before a removal", URL: own + "/retirer", Status: 200, HTML: []webtest.Check{webtest.In(`form[action="` + own + `/retirer"]`)}}),
		p.as("ada", webtest.Scenario{Name: "one's own", URL: "/organisations/mairie/membres/" + h.ids["ada"] + "/retirer", Status: 303, WantHeader: map[string]string{"Location": "/organisations/mairie/quitter"}}),
	})
	p.posted("ada", "/organisations/mairie/quitter", nil, 409, webtest.In(".error-summary", webtest.HasText("nommez d’abord")))
	p.posted("ada", "/organisations/mairie/membres/"+h.ids["ada"]+"/roles", url.Values{"role": {"buyer"}}, 409, webtest.In(".error-summary"))
	p.posted("cyr", own+"/retirer", nil, 404)
	p.posted("ada", own+"/retirer", nil, 303)
	p.posted("ada", own+"/retirer", nil, 404)
	p.run([]webtest.Scenario{p.as("cyr", webtest.Scenario{Name: "at the next request", URL: "/organisations/mairie", Status: 200, Lacks: []string{"ada@ville.example"}})})
}

func TestJoiningFromThePage(t *testing.T) {
	h, p := withHall(t)
	p.posted("bea", "/organisations/mairie/demande", url.Values{"texte": {strings.Repeat("é", 301)}}, 422, webtest.In("#texte-erreur"), webtest.In("#texte", webtest.HasText("éééé")))
	p.posted("bea", "/organisations/portal/demande", nil, 404)
	p.posted("bea", "/organisations/mairie/rejoindre", nil, 422)
	p.posted("bea", "/organisations/mairie/demande", url.Values{"texte": {"Bonjour"}}, 303)
	answer := "/organisations/mairie/demandes/" + h.ids["bea"]
	p.posted("bea", answer, url.Values{"reponse": {"accepter"}}, 404)
	p.posted("eve", answer, url.Values{"reponse": {"accepter"}}, 404)
	p.posted("ada", answer, url.Values{"reponse": {"peut-être"}}, 422)
	p.posted("ada", answer, url.Values{"reponse": {"accepter"}, "role": {"structure"}}, 422)
	p.posted("cyr", answer, url.Values{"reponse": {"accepter"}, "role": {"buyer"}}, 303) // gives the least, whatever was sent
	if o := h.get(t, "mairie"); o.Has(h.ids["bea"], account.Buyer) || !o.Has(h.ids["bea"], account.Prescripteur) {
		t.Errorf("members %+v", o.Members)
	}
	p.posted("ada", answer, url.Values{"reponse": {"refuser"}}, 409, webtest.In(".error-summary", webtest.HasText("déjà répondu")))
	p.posted("bea", "/organisations/mairie/quitter", nil, 303)
	p.posted("cyr", "/organisations/mairie/domaines", url.Values{"domaine": {"ville.example"}}, 403)
	p.posted("ada", "/organisations/mairie/domaines", url.Values{"domaine": {"gmail.com"}}, 422, webtest.In(`#domaine[value="gmail.com"]`), webtest.In("#domaine-erreur"))
	p.posted("ada", "/organisations/mairie/domaines", url.Values{"domaine": {"ville.example"}}, 303)
	if err := h.ConfirmDomain(t.Context(), account.Actor{Person: h.ids["root"], Administrator: true}, "mairie", "ville.example"); err != nil {
		t.Fatal(err)
	}
	p.run([]webtest.Scenario{p.as("bea", webtest.Scenario{Name: "the address opens", URL: "/organisations/mairie", Status: 200, HTML: []webtest.Check{webtest.In(`form[action="/organisations/mairie/rejoindre"]`)}})})
	p.posted("bea", "/organisations/mairie/rejoindre", nil, 303)
	p.posted("bea", "/organisations/mairie/rejoindre", nil, 409)
	p.posted("cyr", "/organisations/mairie/domaines/retirer", url.Values{"domaine": {"ville.example"}}, 403)
	p.posted("ada", "/organisations/mairie/domaines/retirer", url.Values{"domaine": {"ville.example"}}, 303)
}

func TestProposingFromThePage(t *testing.T) {
	h, p := withHall(t)
	p.posted("bea", "/organisations", url.Values{"nom": {"Ville\r\nBcc: x"}, "siren": {"123"}, "territoire": {"nulle part"}, "genre": {"portal"}}, 422,
		webtest.Count(".error-summary li", 4), webtest.In(`#siren[value="123"]`), webtest.In(`.error-summary a[href="#genre-public"]`))
	p.posted("bea", "/organisations", url.Values{"nom": {strings.Repeat("é", 10_000)}, "genre": {"public"}}, 422, webtest.In("#nom-erreur"))
	got := p.posted("bea", "/organisations", url.Values{"nom": {"Ville d’Orly"}, "siren": {"219 400 546"}, "territoire": {"orly"}, "genre": {"public"}}, 303)
	id := strings.TrimSuffix(strings.TrimPrefix(got.Header.Get("Location"), "/organisations/"), "?fait=proposee")
	if o := h.get(t, id); o.Name != "Ville d’Orly" || o.Territory != "94054" || o.Active() || !o.Has(h.ids["bea"], account.Buyer) {
		t.Errorf("proposed %+v", o)
	}
	p.posted("ada", "/organisations", url.Values{"nom": {"Orly"}, "siren": {"219400546"}, "genre": {"public"}}, 422, webtest.In("#siren-erreur", webtest.HasText("déjà")))
	p.run([]webtest.Scenario{
		p.as("bea", webtest.Scenario{Name: "it waits", URL: "/organisations/" + id, Status: 200, Contains: []string{"vérifie cette organisation"}}),
		p.as("ada", webtest.Scenario{Name: "nobody else sees it", URL: "/organisations/" + id, Status: 404, HTML: errorPage}),
		p.as("ada", webtest.Scenario{Name: "nor finds it", URL: "/organisations?q=orly", Status: 200, Lacks: []string{id}}),
	})
}

// A full organisation is shown some members at a time.
func TestFullOrganisation(t *testing.T) {
	h, p := withHall(t)
	h.change(t, "mairie", func(o *account.Organisation) {
		for n := range 120 {
			id := h.person(t, fmt.Sprintf("agent%03d@ville.example", n), "", false)
			if err := o.Enrol(id, []account.Role{account.Prescripteur}, false, clock()); err != nil {
				t.Fatal(err)
			}
		}
	})
	p.run([]webtest.Scenario{
		p.as("ada", webtest.Scenario{Name: "the first page", URL: "/organisations/mairie", Status: 200, HTML: []webtest.Check{webtest.Count("section[aria-labelledby=membres] tbody tr", 50), webtest.In("#membres", webtest.HasText("122\u00a0membres")), webtest.Count(".pages-numbers li", 3)}, Contains: []string{"agent000@"}}),
		p.as("ada", webtest.Scenario{Name: "the last page", URL: "/organisations/mairie?page=3", Status: 200, HTML: []webtest.Check{webtest.Count("section[aria-labelledby=membres] tbody tr", 22)}, Contains: []string{"agent119@"}}),
		p.as("ada", webtest.Scenario{Name: "beyond", URL: "/organisations/mairie?page=999999999999", Status: 200, Contains: []string{"agent119@"}}),
		p.as("ada", webtest.Scenario{Name: "below", URL: "/organisations/mairie?page=-3", Status: 200, HTML: []webtest.Check{webtest.Count("section[aria-labelledby=membres] tbody tr", 50)}}),
	})
}

func TestUnsubscribing(t *testing.T) {
	h, p := withHall(t)
	word := func(person string, kind message.Kind) string {
		return "/desinscription/" + person + "." + string(kind) + "." + h.Secret.Token("unsubscribe", person+"/"+string(kind), 0)
	}
	muted := func() []string {
		t.Helper()
		d, err := h.People.Get(t.Context(), h.ids["bea"])
		if err != nil {
			t.Fatal(err)
		}
		return d.Value.Muted
	}
	link := word(h.ids["bea"], message.RoleChanged)
	p.run([]webtest.Scenario{
		{Name: "the page", URL: link, Status: 200, Contains: []string{"Changement de vos rôles"}, HTML: []webtest.Check{webtest.In(`form[action="` + link + `"] button`)}, Lacks: []string{"bea@"}, WantHeader: map[string]string{"Cache-Control": "no-store"}},
		{Name: "a scanner", Method: "HEAD", URL: link, Status: 200},
	})
	if got := muted(); len(got) != 0 {
		t.Fatalf("switched off by being looked at: %v", got)
	}
	oneClick := webtest.Scenario{Name: "one click", Method: "POST", URL: link, Body: "List-Unsubscribe=One-Click", Header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, Status: 200, Contains: []string{"C’est fait"}}
	p.run([]webtest.Scenario{oneClick, oneClick})
	if got := muted(); len(got) != 1 || got[0] != string(message.RoleChanged) {
		t.Errorf("muted %v", got)
	}
	if _, err := store.NewRelay(h.db, quiet(), people.Sources...).Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	page, err := h.Audit.Page(t.Context(), store.AuditFilter{Subject: h.ids["bea"]}, "", 50)
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for _, l := range page.Lines {
		if l.What == "person.notifications" {
			lines++
		}
	}
	if lines != 1 {
		t.Errorf("%d audit lines of one change", lines)
	}
	other := word(h.ids["bea"], message.JoinRequest)
	token := other[strings.LastIndexByte(other, '.')+1:]
	for name, path := range map[string]string{
		"another kind's token": strings.Replace(link, link[strings.LastIndexByte(link, '.')+1:], token, 1), "another person's": strings.Replace(link, h.ids["bea"], h.ids["ada"], 1),
		"a kind that is needed": word(h.ids["bea"], message.Removed), "no kind": word(h.ids["bea"], "nothing"), "cut": link[:len(link)-1], "empty": "/desinscription/..", "endless": "/desinscription/" + strings.Repeat("a", 3000),
	} {
		for _, method := range []string{"GET", "POST"} {
			if got := (webtest.Scenario{Method: method, URL: path}).Do(t, p.app); got.Status != 404 {
				t.Errorf("%s, %s: status %d", name, method, got.Status)
			}
		}
	}
	p.run([]webtest.Scenario{{Name: "of an account that is gone", Method: "POST", URL: word("absent", message.JoinRequest), Status: 200, Contains: []string{"C’est fait"}}})
	p.posted("bea", "/compte/notifications", url.Values{"message": {"join-request", "removed", "nothing"}}, 303)
	optional := slices.DeleteFunc(message.Traits(), func(k message.Trait) bool { return !k.Optional })
	if got := muted(); len(got) != len(optional)-1 || strings.Contains(fmt.Sprint(got), "join-request") || strings.Contains(fmt.Sprint(got), "removed") {
		t.Errorf("muted %v", got)
	}
	p.run([]webtest.Scenario{p.as("bea", webtest.Scenario{Name: "as chosen", URL: "/compte/notifications?fait=choix", Status: 200, HTML: []webtest.Check{
		webtest.Count("input[name=message][checked]", 1), webtest.In("#message-join-request[checked]"), webtest.In(".notice[role=status]"), webtest.In(".desk-facts", webtest.HasText("Un droit vous est retiré"))}})})
}

// portalOf is the portal of a hall, asked by its people.
type portalOf struct {
	t   *testing.T
	h   *hall
	app *fiber.App
}

func (p *portalOf) run(list []webtest.Scenario) {
	p.t.Helper()
	webtest.Run(p.t, p.app, list)
}

// as is a scenario of a person.
func (p *portalOf) as(who string, sc webtest.Scenario) webtest.Scenario {
	sc.Header = as(p.h.cookies[who])
	return sc
}

// posted sends a form as a person, "" for nobody, and holds its answer to a status and
// checks of its page.
func (p *portalOf) posted(who, path string, fields url.Values, status int, checks ...webtest.Check) webtest.Answer {
	p.t.Helper()
	got := post(p.t, p.app, path, p.h.cookies[who], fields)
	if got.Status != status {
		p.t.Errorf("%s, POST %s %v: status %d, want %d", who, path, fields, got.Status, status)
		return got
	}
	root := webtest.ParseHTML(p.t, got.Body)
	for _, check := range checks {
		if err := check(root); err != nil {
			p.t.Errorf("%s, POST %s: %v", who, path, err)
		}
	}
	return got
}

func isBuyer(o account.Organisation, person string) bool { return o.Has(person, account.Buyer) }
