package web_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/oidc"
	"sourcier/internal/oidc/oidctest"
	"sourcier/internal/store"
	"sourcier/internal/web"
)

// withProvider gives a portal a real OpenID Connect provider.
func withProvider(t *testing.T) (*oidctest.Provider, func(*web.Deps)) {
	t.Helper()
	p := oidctest.Start(t, oidctest.Options{})
	return p, useProvider(p.Issuer)
}

func useProvider(issuer string) func(*web.Deps) {
	return func(d *web.Deps) {
		// Tokens are judged by the clock of the machine that made them.
		d.OIDC = oidc.New(oidc.Settings{Issuer: issuer, ClientID: oidctest.ClientID, ClientSecret: oidctest.ClientSecret, RedirectURL: "http://localhost:8080/connexion/oidc/retour", Name: "Mon Agence"}, time.Now)
	}
}

// elsewhere presses the button and goes through the provider; it gives where that
// sends the person back to.
func (w *window) elsewhere(p *oidctest.Provider, login string, fields ...string) string {
	w.t.Helper()
	got := w.post("/connexion/oidc", fields...)
	to := got.Header.Get("Location")
	if got.Status != 303 || !strings.HasPrefix(to, p.Issuer) {
		w.t.Fatalf("status %d, to %q\n%s", got.Status, to, mainOf(got.Body))
	}
	if login == "" {
		return p.Refuse(to).RequestURI()
	}
	return p.Login(to, login).RequestURI()
}

func TestFirstSignInElsewhere(t *testing.T) {
	who, change := withPeople(t)
	p, elsewhere := withProvider(t)
	who.organisation(t, "mairie", account.KindPublic)
	_, err := store.Update(t.Context(), who.Organisations.Collection, "mairie", func(o *account.Organisation) (store.Change, error) {
		o.SIREN = "111111111"
		return store.Change{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w := newWindow(t, newPortal(t, change, elsewhere))
	says(t, w.get("/connexion?suite=/comparer"), "Continuer avec Mon Agence")
	back := w.elsewhere(p, "nadia", "suite", "/compte/sessions")
	must(t, w.get(back), 303, "/connexion/oidc/compte")
	page := w.get("/connexion/oidc/compte")
	says(t, page, "Nadia Benali", "nadia.benali@ville.example", "Créer mon compte")
	if _, err := who.People.ByEmail(t.Context(), "nadia.benali@ville.example"); !errors.Is(err, store.ErrNotFound) || w.cookies["sourcier_session"] != "" {
		t.Errorf("opening pages makes an account: %v", err)
	}
	got := w.get(back) // again, by the back button: the attempt is spent
	must(t, got, 410, "")
	says(t, got, "Recommencez")
	must(t, w.post("/connexion/oidc/compte"), 303, "/compte/sessions")
	says(t, w.get("/compte/sessions"), "fournisseur d’identité", "Nadia Benali")
	says(t, w.get("/compte"), "Organisation mairie", "Demander à la rejoindre", "Ne plus utiliser Mon Agence")
	must(t, w.post("/connexion/oidc/compte"), 303, "/connexion") // what was kept is gone

	again := newWindow(t, w.app)
	must(t, again.get(again.elsewhere(p, "nadia")), 303, "/compte?fait=connexion")
	got = again.post("/deconnexion")
	if to := got.Header.Get("Location"); !strings.HasPrefix(to, p.Issuer) || !strings.Contains(to, "id_token_hint=") || again.cookies["sourcier_session"] != "" {
		t.Errorf("signing out leads to %q", to)
	}
	must(t, w.post("/compte/identite"), 303, "/compte?fait=delie")
	must(t, w.post("/compte/identite"), 404, "")
	must(t, again.get(again.elsewhere(p, "nadia")), 303, "/connexion/oidc/compte")
	says(t, again.get("/connexion/oidc/compte"), "Relier et continuer", "existe déjà")
	must(t, again.post("/connexion/oidc/compte"), 303, "/compte?fait=connexion")
}

// An address that the provider does not vouch for opens nothing: who owns it says so by
// mail first, then links.
func TestUnverifiedAddressElsewhere(t *testing.T) {
	who, change := withPeople(t)
	p, elsewhere := withProvider(t)
	who.person(t, "paul.martin@courriel.example", "", false)
	w := newWindow(t, newPortal(t, change, elsewhere))
	must(t, w.get(w.elsewhere(p, "paul")), 303, "/connexion/oidc/compte")
	page := w.get("/connexion/oidc/compte")
	says(t, page, "ne garantit pas votre adresse", "par courriel")
	if strings.Contains(page.Body, "<form class=\"form-box\"") || strings.Contains(page.Body, "existe déjà") {
		t.Error("a button is there, or the account is told")
	}
	must(t, w.post("/connexion/oidc/compte"), 303, "/connexion/oidc/compte")
	if w.cookies["sourcier_session"] != "" {
		t.Fatal("a session is open")
	}
	w.cookies["sourcier_session"] = strings.TrimPrefix(who.signIn(t, "paul.martin@courriel.example"), "sourcier_session=")
	must(t, w.get(w.elsewhere(p, "paul")), 303, "/connexion/oidc/compte")
	says(t, w.get("/connexion/oidc/compte"), "paul.martin@courriel.example", "Relier et continuer")
	must(t, w.post("/connexion/oidc/compte"), 303, "/compte?fait=relie")

	// Somebody else who is signed in cannot take it over, nor is sent into Paul's account.
	bob := newWindow(t, w.app)
	bob.cookies["sourcier_session"] = strings.TrimPrefix(who.signIn(t, "bob@ville.example"), "sourcier_session=")
	got := bob.get(bob.elsewhere(p, "paul"))
	must(t, got, 409, "")
	says(t, got, "déjà relié à un autre compte")
	says(t, bob.get("/compte"), "bob@ville.example")
}

func TestSuspendedAccountElsewhere(t *testing.T) {
	who, change := withPeople(t)
	p, elsewhere := withProvider(t)
	id := who.person(t, "nadia.benali@ville.example", "", false)
	_, err := store.Update(t.Context(), who.People.Collection, id, func(p *account.Person) (store.Change, error) {
		p.SuspendedAt = clock()
		return store.Change{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w := newWindow(t, newPortal(t, change, elsewhere))
	must(t, w.get(w.elsewhere(p, "nadia")), 303, "/connexion/oidc/compte")
	got := w.post("/connexion/oidc/compte")
	must(t, got, 403, "")
	says(t, got, "Compte suspendu")
	if d, err := who.People.Get(t.Context(), id); err != nil || len(d.Value.Identities) != 0 || w.cookies["sourcier_session"] != "" {
		t.Errorf("linked or signed in: %+v, %v", d.Value, err)
	}
}

func TestWhatAProviderMaySay(t *testing.T) {
	_, change := withPeople(t)
	p, elsewhere := withProvider(t)
	app := newPortal(t, change, elsewhere)
	for name, c := range map[string]struct {
		back   func(*window) string
		status int
		says   string
	}{
		"declined":        {func(w *window) string { return w.elsewhere(p, "") }, 403, "Vous avez renoncé"},
		"another state":   {func(w *window) string { return edited(w.elsewhere(p, "nadia"), "state", "x") }, 400, "ne correspond pas"},
		"another code":    {func(w *window) string { return edited(w.elsewhere(p, "nadia"), "code", "x") }, 403, "a refusé la connexion"},
		"another issuer":  {func(w *window) string { return edited(w.elsewhere(p, "nadia"), "iss", "https://ailleurs.example") }, 400, "ne correspond pas"},
		"another browser": {func(*window) string { return newWindow(t, app).elsewhere(p, "nadia") }, 410, "même navigateur"},
		"nothing asked":   {func(*window) string { return "/connexion/oidc/retour?code=x&state=y" }, 410, "Recommencez"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWindow(t, app)
			got := w.get(c.back(w))
			must(t, got, c.status, "")
			says(t, got, c.says)
			if w.cookies["sourcier_session"] != "" || w.cookies["sourcier_attempt"] != "" {
				t.Errorf("cookies %v", w.cookies)
			}
		})
	}
	p.Stop()
	w := newWindow(t, newPortal(t, change, useProvider(p.Issuer)))
	got := w.post("/connexion/oidc")
	must(t, got, 503, "")
	says(t, got, "Mon Agence ne répond pas", "par courriel")
}

// edited is an address with one parameter of its query replaced.
func edited(address, name, value string) string {
	u, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = q.Encode()
	return u.RequestURI()
}
