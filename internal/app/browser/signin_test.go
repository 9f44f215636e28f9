package browser

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"sourcier/internal/account"
	"sourcier/internal/app"
	"sourcier/internal/oidc/oidctest"
	"sourcier/internal/store"
)

// place is a portal of a test's own.
type place struct {
	*app.App
	base string
}

// eachStore runs a journey on a portal of each store: on MongoDB only where a server
// is, which CI has.
func eachStore(t *testing.T, settings map[string]string, journey func(*testing.T, place)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { journey(t, newPlace(t, settings, "")) })
	t.Run("mongo", func(t *testing.T) {
		server := os.Getenv("SOURCIER_TEST_MONGO")
		if server == "" {
			if os.Getenv("CI") == "true" {
				t.Fatal("SOURCIER_TEST_MONGO is not set")
			}
			t.Skip("SKIPPED, journeys on MongoDB are untested: set SOURCIER_TEST_MONGO")
		}
		journey(t, newPlace(t, settings, strings.TrimSuffix(server, "/")+"/browser_"+strings.ToLower(rand.Text())))
	})
}

func newPlace(t *testing.T, settings map[string]string, uri string) place {
	t.Helper()
	ln, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := ln.Addr().String()
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	all := map[string]string{"SOURCIER_DATA": t.TempDir(), "SOURCIER_ADDR": addr, "SOURCIER_BASE_URL": "http://" + addr, "SOURCIER_STORE": uri}
	for name, value := range settings {
		all[name] = value
	}
	a, base, stop, err := openPortal(all, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return place{a, base}
}

// tab opens a browser of its own on the portal.
func (p place) tab(t *testing.T, width int64, javascript bool) *tab {
	t.Helper()
	b := newTab(t, width, javascript)
	b.base = p.base
	return b
}

// mailed are the link and the code of the newest message to an address, which derive
// from the secret of the portal.
func (p place) mailed(t *testing.T, email account.Email) (link, code string) {
	t.Helper()
	list, err := p.People.SignIns.Of(t.Context(), email)
	if err != nil || len(list) == 0 {
		t.Fatalf("%d requests of %s, %v", len(list), email, err)
	}
	d := slices.MaxFunc(list, func(a, b store.Doc[account.SignIn]) int { return a.Value.At.Compare(b.Value.At) })
	return "/connexion/lien/" + p.People.Secret.Token("signin", d.ID, 0), p.People.Secret.Code(d.ID)
}

// ask asks for a message, from the keyboard.
func (b *tab) ask(email string) {
	b.Helper()
	b.do(chromedp.SendKeys(chromedp.CSS("#courriel"), email+kb.Enter))
	b.waitHeading("Consultez votre messagerie")
}

// enter signs an address in by its code.
func (p place) enter(b *tab, email account.Email) {
	b.Helper()
	b.open("/connexion")
	b.ask(string(email))
	_, code := p.mailed(b.T, email)
	b.do(chromedp.SendKeys(chromedp.CSS("#code"), code+kb.Enter))
	b.waitHeading("Mon compte")
}

// looksRight holds the page to what every page must be.
func (b *tab) looksRight(javascript bool) {
	b.Helper()
	b.mustNotScrollSideways()
	if javascript { // axe is a script
		b.mustBeAccessible()
	}
}

// TestFirstSignInByCode comes from a page that only a person reads, over a code that
// is wrong, to that page.
func TestFirstSignInByCode(t *testing.T) {
	eachStore(t, nil, func(t *testing.T, p place) {
		for _, javascript := range []bool{true, false} {
			for name, width := range widths {
				t.Run(fmt.Sprintf("%s, JavaScript %v", name, javascript), func(t *testing.T) {
					email := account.Email(fmt.Sprintf("camille.%d.%v@ville.example", width, javascript))
					b := p.tab(t, width, javascript)
					b.open("/compte/sessions")
					b.waitHeading("Se connecter")
					b.looksRight(javascript)
					b.do(chromedp.SendKeys(chromedp.CSS("#courriel"), "camille@"+kb.Enter), chromedp.WaitVisible(chromedp.CSS(".error-summary")))
					b.forgive() // the browser logs the 422
					b.looksRight(javascript)
					b.do(chromedp.Clear(chromedp.CSS("#courriel")))
					b.ask(string(email))
					b.looksRight(javascript)
					_, code := p.mailed(t, email)
					wrong := "000000"
					if code == wrong {
						wrong = "000001"
					}
					b.do(chromedp.SendKeys(chromedp.CSS("#code"), wrong+kb.Enter), chromedp.WaitVisible(chromedp.CSS(".field-error")))
					b.forgive()
					if got := b.text(".field-error"); !strings.Contains(got, "Il reste 4 essais") {
						b.Errorf("says %q", got)
					}
					b.looksRight(javascript)
					b.do(chromedp.SendKeys(chromedp.CSS("#code"), code+kb.Enter))
					b.waitHeading("Connexions ouvertes")
					if got := b.text(".site-account"); !strings.Contains(got, string(email)) {
						b.Errorf("the header says %q", got)
					}
					b.looksRight(javascript)
					b.open("/compte")
					b.waitHeading("Mon compte")
					b.looksRight(javascript)
				})
			}
		}
	})
}

// TestFirstSignInByLink opens the link in another browser than the one that asked, by
// the keyboard alone.
func TestFirstSignInByLink(t *testing.T) {
	eachStore(t, nil, func(t *testing.T, p place) {
		const email = "camille@ville.example"
		asked, phone := p.tab(t, wide, true), p.tab(t, narrow, true)
		asked.open("/connexion?suite=" + "%2Fcomparer")
		asked.ask(email)
		link, _ := p.mailed(t, email)
		phone.open(link)
		phone.waitHeading("Confirmer la connexion")
		if got := phone.text("main"); !strings.Contains(got, email) || !strings.Contains(got, "autre navigateur") {
			phone.Errorf("says %q", got)
		}
		phone.looksRight(true)
		phone.tabTo(".form-box .btn")
		phone.do(chromedp.KeyEvent(kb.Enter))
		phone.waitLocation("/comparer")
		phone.open(link)
		phone.waitHeading("Ce lien ne sert plus")
		phone.forgive() // the browser logs the 410
		phone.looksRight(true)
		phone.open("/compte")
		phone.do(chromedp.SendKeys(chromedp.CSS("#nom"), "Camille Roux"+kb.Enter), chromedp.WaitVisible(chromedp.CSS(`[role="status"].notice`)))
		if got := phone.text(".site-account"); !strings.Contains(got, "Camille Roux") {
			phone.Errorf("the header says %q", got)
		}
		phone.looksRight(true)
	})
}

func TestSwitchRole(t *testing.T) {
	eachStore(t, nil, func(t *testing.T, p place) {
		const email = "camille@ville.example"
		p.organisation(t, "orly", "Ville d’Orly", email, account.Buyer, account.Organiser)
		p.organisation(t, "vitry", "Ville de Vitry-sur-Seine", email, account.SpaserLead)
		for _, width := range widths {
			b := p.tab(t, width, true)
			p.enter(b, email)
			if got := b.text(".site-account"); !strings.Contains(got, "Acheteur") {
				b.Errorf("begins as %q", got)
			}
			b.looksRight(true)
			b.tabTo(".desk-table tr:nth-child(3) .btn")
			b.do(chromedp.KeyEvent(kb.Enter))
			b.waitLocation("fait=role")
			b.waitHeading("Mon compte")
			if got := b.text(".site-account"); !strings.Contains(got, "Pilote du SPASER") {
				b.Errorf("acts as %q", got)
			}
			b.looksRight(true)
		}
	})
}

// organisation makes one in which an address has roles.
func (p place) organisation(t *testing.T, id, name string, email account.Email, roles ...account.Role) {
	t.Helper()
	d, err := p.People.Ensure(t.Context(), email, "")
	if err != nil {
		t.Fatal(err)
	}
	v := account.Organisation{ID: id, Kind: account.KindPublic, Name: name, CreatedAt: p.Now(), ConfirmedAt: p.Now()}
	if err := v.Enrol(d.ID, roles, true, p.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := p.People.Organisations.Insert(t.Context(), v, store.Change{}); err != nil {
		t.Fatal(err)
	}
}

// TestSignOutEverywhere ends, from one browser, what another has open.
func TestSignOutEverywhere(t *testing.T) {
	eachStore(t, nil, func(t *testing.T, p place) {
		const email = "camille@ville.example"
		office, phone := p.tab(t, wide, true), p.tab(t, narrow, true)
		p.enter(office, email)
		p.enter(phone, email)
		phone.open("/compte/sessions")
		if got := phone.js(`document.querySelectorAll(".desk-table tbody tr").length`); got != "2" || !strings.Contains(phone.text(".desk-table"), "Ce navigateur") {
			phone.Errorf("lists %s: %q", got, phone.text(".desk-table"))
		}
		phone.looksRight(true)
		phone.mustBeTouchable(".desk-main .btn")
		phone.do(chromedp.Click(chromedp.CSS(".form-row form:last-child .btn")))
		phone.waitHeading("Se connecter")
		if got := phone.text("main"); !strings.Contains(got, "fermé dans tous les navigateurs") {
			phone.Errorf("says %q", got)
		}
		phone.looksRight(true)
		office.open("/compte")
		office.waitHeading("Se connecter")
		office.looksRight(true)
	})
}

// TestChangeOfAddress follows the link that is sent to the new address.
func TestChangeOfAddress(t *testing.T) {
	eachStore(t, nil, func(t *testing.T, p place) {
		b := p.tab(t, narrow, true)
		p.enter(b, "camille@ville.example")
		b.open("/compte/adresse")
		b.looksRight(true)
		b.do(chromedp.SendKeys(chromedp.CSS("#courriel"), "camille@orly.example"+kb.Enter))
		b.waitLocation("fait=envoi")
		b.looksRight(true)
		d, err := p.People.People.ByEmail(context.Background(), "camille@ville.example")
		if err != nil {
			t.Fatal(err)
		}
		b.open("/compte/adresse/" + p.People.Secret.Token("address", d.ID, d.Value.NewEmail.N))
		b.looksRight(true)
		b.do(chromedp.Click(chromedp.CSS(".form-box .btn")))
		b.waitLocation("fait=adresse")
		if got := b.text(".desk-facts"); !strings.Contains(got, "camille@orly.example") {
			b.Errorf("says %q", got)
		}
	})
}

// TestSignInElsewhere goes through a real OpenID Connect provider: the account is made
// by a button, the second sign-in needs none, signing out ends both sessions.
func TestSignInElsewhere(t *testing.T) {
	provider := oidctest.Start(t, oidctest.Options{})
	settings := map[string]string{
		"SOURCIER_OIDC_ISSUER": provider.Issuer, "SOURCIER_OIDC_CLIENT_ID": oidctest.ClientID, "SOURCIER_OIDC_CLIENT_SECRET": oidctest.ClientSecret, "SOURCIER_OIDC_NAME": "Mon Agence",
	}
	eachStore(t, settings, func(t *testing.T, p place) {
		p.organisation(t, "orly", "Ville d’Orly", "chef@ville.example", account.Buyer)
		_, err := store.Update(t.Context(), p.People.Organisations.Collection, "orly", func(o *account.Organisation) (store.Change, error) {
			o.SIREN = "111111111"
			return store.Change{}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		b := p.tab(t, wide, true)
		elsewhere := func(login string) {
			b.Helper()
			b.open("/connexion")
			b.looksRight(true)
			b.do(chromedp.Click(chromedp.CSS(`form[action="/connexion/oidc"] .btn`)), chromedp.WaitVisible(chromedp.CSS(`input[name="login"]`)),
				chromedp.SendKeys(chromedp.CSS(`input[name="login"]`), login+kb.Enter))
		}
		elsewhere("nadia")
		b.waitHeading("Bienvenue")
		if got := b.text("main"); !strings.Contains(got, "Nadia Benali") || !strings.Contains(got, "nadia.benali@ville.example") {
			b.Errorf("says %q", got)
		}
		b.looksRight(true)
		if _, err := p.People.People.ByEmail(t.Context(), "nadia.benali@ville.example"); err == nil {
			b.Error("an account is made before the button is pressed")
		}
		b.do(chromedp.Click(chromedp.CSS(".form-box .btn")))
		b.waitHeading("Mon compte")
		if got := b.text("main"); !strings.Contains(got, "Ville d’Orly") || !strings.Contains(got, "fournisseur d’identité") {
			b.Errorf("says %q", got)
		}
		b.looksRight(true)
		b.open("/deconnexion")
		b.looksRight(true)
		b.do(chromedp.Click(chromedp.CSS(".form-box .btn")))
		b.leaveProvider()
		b.forgive()
		b.open("/")
		if got := b.text(".site-account"); !strings.Contains(got, "Se connecter") {
			b.Errorf("the header says %q", got)
		}
		elsewhere("nadia")
		b.waitHeading("Mon compte")
		b.forgive() // the pages of the provider have no icon
	})
}

// leaveProvider confirms at the provider that its session ends, and comes back.
func (b *tab) leaveProvider() {
	b.Helper()
	b.until(`document.querySelector('button[name="logout"]') !== null`)
	b.do(chromedp.Click(chromedp.CSS(`button[name="logout"]`)))
	b.until(`location.search.startsWith("?state=") && document.querySelector("main") !== null`)
}
