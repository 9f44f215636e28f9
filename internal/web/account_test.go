package web_test

import (
	"strings"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/people"
	"sourcier/internal/store"
	"sourcier/internal/web/webtest"
)

// signedInWindow is a browser in which an address is signed in.
func signedInWindow(t *testing.T, who *crowd, email string) *window {
	t.Helper()
	w := newWindow(t, newPortal(t, usePeople(who)))
	w.cookies["sourcier_session"] = strings.TrimPrefix(who.signIn(t, email), "sourcier_session=")
	return w
}

func TestProfile(t *testing.T) {
	who, _ := withPeople(t)
	who.organisation(t, "mairie", account.KindPublic)
	who.organisation(t, "reseau", account.KindNetwork)
	who.person(t, "ada@ville.example", "mairie", false, account.Buyer, account.SpaserLead)
	who.person(t, "ada@ville.example", "reseau", false, account.Network)
	w := signedInWindow(t, who, "ada@ville.example")
	page := w.get("/compte")
	says(t, page, "ada@ville.example", "23 novembre 2026", "Organisation mairie", "Acheteur", "Pilote du SPASER", "Réseau", "Rôle actuel", "lien reçu par courriel")
	if page.Header.Get("Cache-Control") != "no-store" || page.Header.Get("Content-Encoding") != "" {
		t.Errorf("%v", page.Header)
	}
	if n := strings.Count(page.Body, "Agir dans ce rôle"); n != 2 {
		t.Errorf("%d roles to switch to, want 2", n)
	}
	must(t, w.post("/compte/role", "role", "reseau/reseau"), 303, "/compte?fait=role")
	page = w.get("/compte?fait=role")
	says(t, page, "Vous agissez dans ce rôle")
	webtest.Run(t, w.app, []webtest.Scenario{{Name: "the header says so", URL: "/", Header: as("sourcier_session=" + w.cookies["sourcier_session"]), Status: 200, HTML: []webtest.Check{webtest.In(".site-account", webtest.HasText("Réseau"))}}})
	for _, foreign := range []string{"", "administrator/portal", "buyer/reseau", "buyer/nulle", "buyer/", "/", strings.Repeat("x", 10_000)} {
		must(t, w.post("/compte/role", "role", foreign), 404, "")
	}
}

func TestRename(t *testing.T) {
	who, _ := withPeople(t)
	w := signedInWindow(t, who, "ada@ville.example")
	must(t, w.post("/compte/nom", "nom", "  Ada   Lovelace "), 303, "/compte?fait=nom")
	says(t, w.get("/compte?fait=nom"), "Votre nom est enregistré", `value="Ada Lovelace"`)
	for name, typed := range map[string]string{"none": " ", "a header": "Ada\r\nBcc: x@y.example", "10,000 letters": strings.Repeat("é", 10_000), "a line": "Ada\nL", "a turn": "Ada\u202eL"} {
		got := w.post("/compte/nom", "nom", typed)
		must(t, got, 422, "")
		says(t, got, "Le nom n’est pas enregistré", `href="#nom"`, "<title>Erreur")
		if len(got.Body) > 40_000 {
			t.Errorf("%s: %d bytes come back", name, len(got.Body))
		}
	}
	says(t, w.get("/compte"), `value="Ada Lovelace"`)
	must(t, w.post("/compte/nom", "nom", `<img src=x onerror="alert(1)">`), 303, "/compte?fait=nom")
	if body := w.get("/compte").Body; strings.Contains(body, "<img src=x") {
		t.Error("a name is markup")
	}
}

func TestChangeAddressPages(t *testing.T) {
	who, _ := withPeople(t)
	who.person(t, "bob@ville.example", "", false)
	w := signedInWindow(t, who, "ada@ville.example")
	says(t, w.get("/compte/adresse"), "ada@ville.example", "24 heures")
	for _, typed := range []string{"", "ada", "ada@ville.example"} {
		got := w.post("/compte/adresse", "courriel", typed)
		must(t, got, 422, "")
		says(t, got, "Aucun message n’est parti")
	}
	link := func(email string) string {
		t.Helper()
		must(t, w.post("/compte/adresse", "courriel", email), 303, "/compte?fait=envoi")
		d, err := who.People.ByEmail(t.Context(), "ada@ville.example")
		if err != nil {
			t.Fatal(err)
		}
		return "/compte/adresse/" + who.Secret.Token("address", d.ID, d.Value.NewEmail.N)
	}
	taken := link("bob@ville.example") // answered as any other
	says(t, w.get("/compte?fait=envoi"), "Un message est parti", "bob@ville.example")
	got := w.post(taken)
	must(t, got, 410, "")
	says(t, got, "autre compte")
	free := link("ada@orly.example")
	must(t, w.get(taken), 410, "")
	page := w.get(free)
	must(t, page, 200, "")
	says(t, page, "ada@orly.example", "ada@ville.example")
	if page.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("referrer policy %q", page.Header.Get("Referrer-Policy"))
	}
	stranger := signedInWindow(t, who, "bob@ville.example")
	must(t, stranger.get(free), 410, "")
	must(t, stranger.post(free), 410, "")
	says(t, w.get("/compte"), "ada@ville.example")
	must(t, w.post(free), 303, "/compte?fait=adresse")
	says(t, w.get("/compte?fait=adresse"), "Votre adresse est changée", "ada@orly.example")
	must(t, w.post(free), 410, "")
	for range people.PerAddress {
		w.post("/compte/adresse", "courriel", "cible@ville.example")
	}
	must(t, w.post("/compte/adresse", "courriel", "cible@ville.example"), 429, "")
}

func TestSessionsPage(t *testing.T) {
	who, _ := withPeople(t)
	w := signedInWindow(t, who, "ada@ville.example")
	phone, tablet, bob := signedInWindow(t, who, "ada@ville.example"), signedInWindow(t, who, "ada@ville.example"), signedInWindow(t, who, "bob@ville.example")
	if n := strings.Count(w.get("/compte/sessions").Body, "<tr>"); n != 4 {
		t.Errorf("%d lines, want a head and three", n)
	}
	must(t, w.post("/compte/sessions", "fermer", account.HashToken(bob.cookies["sourcier_session"])), 404, "")
	must(t, w.post("/compte/sessions", "fermer", ""), 404, "")
	must(t, w.post("/compte/sessions", "fermer", account.HashToken(phone.cookies["sourcier_session"])), 303, "/compte/sessions?fait=fermee")
	must(t, phone.get("/compte"), 303, "/connexion?suite=%2Fcompte")
	must(t, w.post("/compte/sessions", "fermer", "autres"), 303, "/compte/sessions?fait=autres")
	must(t, tablet.get("/compte"), 303, "/connexion?suite=%2Fcompte")
	says(t, w.get("/compte/sessions?fait=autres"), "Toutes les autres connexions sont fermées", "Ce navigateur")
	other := signedInWindow(t, who, "ada@ville.example")
	must(t, w.post("/compte/sessions", "fermer", "toutes"), 303, "/connexion?fait=partout")
	must(t, other.get("/compte"), 303, "/connexion?suite=%2Fcompte")
	must(t, bob.get("/compte"), 200, "")
	if w.cookies["sourcier_session"] != "" {
		t.Error("the cookie stays")
	}
	alone := signedInWindow(t, who, "ada@ville.example")
	must(t, alone.post("/compte/sessions", "fermer", account.HashToken(alone.cookies["sourcier_session"])), 303, "/connexion?fait=deconnexion")
}

func TestRoleTakenAwayWhileSignedIn(t *testing.T) {
	who, _ := withPeople(t)
	who.organisation(t, "mairie", account.KindPublic)
	id := who.person(t, "ada@ville.example", "mairie", false, account.Buyer)
	w := signedInWindow(t, who, "ada@ville.example")
	says(t, w.get("/compte"), "Organisation mairie")
	_, err := store.Update(t.Context(), who.Organisations.Collection, "mairie", func(o *account.Organisation) (store.Change, error) {
		o.Members = nil
		return store.Change{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	page := w.get("/compte")
	says(t, page, "Trouver mon organisation")
	if strings.Contains(page.Body, "Organisation mairie") {
		t.Errorf("%s keeps a role that was taken away", id)
	}
}
