package browser

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"sourcier/internal/account"
	"sourcier/internal/people"
	"sourcier/internal/store"
)

// enterAs has the tab hold a session of the owner of an address.
func (b *tab) enterAs(email account.Email) {
	b.Helper()
	token, err := portal.People.Enter(b.ctx, email, people.Arrival{Method: account.ByLink})
	if err != nil {
		b.Fatal(err)
	}
	if _, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{Name: "sourcier_session", Value: token, URL: base}); err != nil {
		b.Fatal(err)
	}
}

// townHall makes a confirmed organisation of its own for a journey, and its manager.
func townHall(t *testing.T, name string) (id string, manager account.Person) {
	t.Helper()
	manager = somebody(t, account.Email("ada."+account.NewID()[:6]+"@ville.example"), "Ada Morel")
	at := time.Now()
	o := account.Organisation{ID: account.NewID(), Kind: account.KindPublic, Name: name, Territory: "94081", CreatedAt: at, ConfirmedAt: at}
	if err := o.Enrol(manager.ID, []account.Role{account.Buyer}, true, at); err != nil {
		t.Fatal(err)
	}
	if _, err := portal.People.Organisations.Insert(t.Context(), o, store.Change{}); err != nil {
		t.Fatal(err)
	}
	return o.ID, manager
}

// somebody makes an account with a name.
func somebody(t *testing.T, email account.Email, name string) account.Person {
	t.Helper()
	d, err := portal.People.Ensure(t.Context(), email, "")
	if err != nil {
		t.Fatal(err)
	}
	d, err = store.Update(t.Context(), portal.People.People.Collection, d.ID, func(p *account.Person) (store.Change, error) {
		p.Name = name
		return store.Change{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return d.Value
}

func organisationNow(t *testing.T, id string) account.Organisation {
	t.Helper()
	d, err := portal.People.Organisations.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return d.Value
}

// mustBeFine holds a page to what every page is held to.
func (b *tab) mustBeFine(javascript bool) {
	b.Helper()
	b.mustNotScrollSideways()
	if javascript { // axe is a script
		b.mustBeAccessible()
	}
}

// waitDone waits for the notice that something was done.
func (b *tab) waitDone(part string) {
	b.Helper()
	const notice = `document.querySelector(".notice[role=status]")?.innerText ?? ""`
	for start := time.Now(); time.Since(start) < 10*time.Second; time.Sleep(20 * time.Millisecond) {
		// Between two pages there is nobody to ask.
		if got, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](notice)); err == nil && strings.Contains(got, part) {
			return
		}
	}
	b.Fatalf("nothing says %q\n%s", part, b.snapshot())
}

// TestInviteAColleague: a manager invites, another person learns nothing by the link,
// the colleague accepts, and the manager changes what the colleague is.
func TestInviteAColleague(t *testing.T) {
	eachScreen(t, func(b *tab, javascript bool, _ int64) {
		id, manager := townHall(b.T, "Ville de Vitry-sur-Seine")
		colleague := account.Email("bea." + account.NewID()[:6] + "@ville.example")
		b.enterAs(manager.Email)
		b.open("/organisations/" + id)
		b.waitHeading("Ville de Vitry-sur-Seine")
		b.mustBeFine(javascript)
		b.do(chromedp.SendKeys(chromedp.CSS("#courriel"), "bea@"), chromedp.Click(chromedp.CSS("#role-buyer")), chromedp.Submit(chromedp.CSS("#courriel")))
		b.do(chromedp.WaitVisible(chromedp.CSS(".error-summary")))
		b.forgive() // the browser logs the 422
		b.mustBeFine(javascript)
		if !ask(b, chromedp.Evaluate[bool](`document.querySelector("#role-buyer").checked`)) {
			b.Error("the role that was ticked is not kept")
		}
		b.do(chromedp.Clear(chromedp.CSS("#courriel")), chromedp.SendKeys(chromedp.CSS("#courriel"), string(colleague)), chromedp.Submit(chromedp.CSS("#courriel")))
		b.waitDone("Invitation envoyée")
		if text := b.text("main"); !strings.Contains(text, string(colleague)) {
			b.Errorf("the invitation is not shown: %s", text)
		}
		b.mustBeFine(javascript)

		link := "/invitations/" + portal.People.InvitationToken(organisationNow(b.T, id).Invitations[0].ID)
		stranger := somebody(b.T, account.Email("eve."+account.NewID()[:6]+"@ailleurs.example"), "Ève Petit")
		b.enterAs(stranger.Email)
		b.open(link)
		b.forgive() // the browser logs the 403
		b.waitHeading("Invitation")
		if text := b.text("main"); strings.Contains(text, "Vitry") || strings.Contains(text, string(colleague)) {
			b.Errorf("another person reads %s", text)
		}
		b.mustBeFine(javascript)

		b.do(chromedp.Navigate("about:blank"))
		if _, err := chromedp.Call(b.ctx, network.ClearBrowserCookies, cdp.Empty{}); err != nil {
			b.Fatal(err)
		}
		b.open(link)
		b.waitHeading("Rejoindre « Ville de Vitry-sur-Seine »")
		if text := b.text("main"); strings.Contains(text, string(colleague)) || !strings.Contains(text, "b•••@ville.example") {
			b.Errorf("nobody reads %s", text)
		}
		if to := ask(b, chromedp.AttributeValue(chromedp.CSS("main a.btn"), "href")).Value; to != "/connexion?suite="+url.QueryEscape(link) {
			b.Errorf("one signs in at %s", to)
		}
		b.mustBeFine(javascript)

		somebody(b.T, colleague, "Béatrice Nguyen")
		b.enterAs(colleague)
		b.open("/organisations")
		b.waitHeading("Organisations")
		b.mustBeFine(javascript)
		b.do(chromedp.Click(chromedp.CSS("#invitations + table a")))
		b.waitLocation(link)
		b.mustBeFine(javascript)
		b.do(chromedp.Click(chromedp.CSS(`button[value="accepter"]`)))
		b.waitDone("Vous êtes membre")
		if text := b.text("main"); !strings.Contains(text, "Béatrice Nguyen (vous)") {
			b.Errorf("the member is not shown: %s", text)
		}
		b.mustBeFine(javascript)

		b.enterAs(manager.Email)
		member := slices.DeleteFunc(organisationNow(b.T, id).Members, func(m account.Member) bool { return m.Person == manager.ID })[0].Person
		b.open("/organisations/" + id + "/membres/" + member)
		b.waitHeading("Béatrice Nguyen")
		b.mustBeFine(javascript)
		b.do(chromedp.Click(chromedp.CSS("#role-facilitateur")), chromedp.Submit(chromedp.CSS("#role-facilitateur")))
		b.waitDone("Rôles enregistrés")
		b.open("/organisations/" + id + "/membres/" + member)
		b.do(chromedp.SendKeys(chromedp.CSS("#territoires"), "Orly\nnulle part"), chromedp.Submit(chromedp.CSS("#territoires")))
		b.do(chromedp.WaitVisible(chromedp.CSS(".error-summary")))
		b.forgive()
		b.mustBeFine(javascript)
		b.do(chromedp.Clear(chromedp.CSS("#territoires")), chromedp.SendKeys(chromedp.CSS("#territoires"), "Orly"), chromedp.Submit(chromedp.CSS("#territoires")))
		b.waitDone("Couverture enregistrée")
		if text := b.text("main"); !strings.Contains(text, "Couvre Orly") {
			b.Errorf("the coverage is not shown: %s", text)
		}
		b.open("/organisations/" + id + "/membres/" + member)
		b.do(chromedp.Click(chromedp.CSS(`main a[href$="/retirer"]`)))
		b.waitHeading("Retirer Béatrice Nguyen")
		b.mustBeFine(javascript)
		b.do(chromedp.Click(chromedp.CSS("main form button")))
		b.waitDone("n’est plus membre")
	})
}

// TestAskToJoin: a person finds an organisation by a name without its accents, asks,
// and is let in; the last manager cannot leave.
func TestAskToJoin(t *testing.T) {
	eachScreen(t, func(b *tab, javascript bool, _ int64) {
		name := "Établissement " + account.NewID()[:8]
		id, manager := townHall(b.T, name)
		person := somebody(b.T, account.Email("dan."+account.NewID()[:6]+"@ville.example"), "Dan Ferrand")
		b.enterAs(person.Email)
		b.open("/organisations")
		b.do(chromedp.SendKeys(chromedp.CSS("#q"), "etablissement "+name[len("Établissement "):]), chromedp.Submit(chromedp.CSS("#q")))
		b.waitLocation("?q=")
		b.mustBeFine(javascript)
		b.do(chromedp.Click(chromedp.CSS(`main a[href="/organisations/` + id + `"]`)))
		b.waitHeading(name)
		if text := b.text("main"); strings.Contains(text, "Ada Morel") {
			b.Errorf("a stranger reads the names of members: %s", text)
		}
		b.mustBeFine(javascript)
		b.do(chromedp.SendKeys(chromedp.CSS("#texte"), "Je rejoins le service achats."), chromedp.Submit(chromedp.CSS("#texte")))
		b.waitDone("Demande envoyée")
		b.mustBeFine(javascript)

		b.enterAs(manager.Email)
		b.open("/organisations/" + id)
		if text := b.text("main"); !strings.Contains(text, "Dan Ferrand") || !strings.Contains(text, "Je rejoins le service achats.") {
			b.Errorf("the wish is not shown: %s", text)
		}
		b.mustBeFine(javascript)
		b.do(chromedp.Click(chromedp.CSS(`button[value="accepter"]`)))
		b.waitDone("La personne est membre")

		b.do(chromedp.Click(chromedp.CSS(`main a[href$="/quitter"]`)))
		b.waitHeading("Quitter")
		b.mustBeFine(javascript)
		b.do(chromedp.Click(chromedp.CSS("main form button")), chromedp.WaitVisible(chromedp.CSS(".error-summary")))
		b.forgive() // the browser logs the 409
		if text := b.text(".error-summary"); !strings.Contains(text, "nommez d’abord quelqu’un d’autre") {
			b.Errorf("refused with %q", text)
		}
		b.mustBeFine(javascript)
	})
}

// TestProposeAnOrganisation, and the choice of mails.
func TestProposeAnOrganisation(t *testing.T) {
	eachScreen(t, func(b *tab, javascript bool, _ int64) {
		person := somebody(b.T, account.Email("fay."+account.NewID()[:6]+"@ville.example"), "Fay Lemoine")
		b.enterAs(person.Email)
		b.open("/organisations")
		b.do(chromedp.Click(chromedp.CSS(`a[href="/organisations/proposer"]`)))
		b.waitHeading("Proposer une organisation")
		b.mustBeFine(javascript)
		b.do(chromedp.SendKeys(chromedp.CSS("#nom"), "Coopérative des quais"), chromedp.SendKeys(chromedp.CSS("#siren"), "123"), chromedp.Submit(chromedp.CSS("#nom")))
		b.do(chromedp.WaitVisible(chromedp.CSS(".error-summary")))
		b.forgive()
		b.mustBeFine(javascript)
		b.do(chromedp.Clear(chromedp.CSS("#siren")), chromedp.Click(chromedp.CSS("#genre-private")), chromedp.Submit(chromedp.CSS("#nom")))
		b.waitDone("Organisation proposée")
		b.mustBeFine(javascript)

		b.open("/compte/notifications")
		b.waitHeading("Notifications")
		b.mustBeFine(javascript)
		b.do(chromedp.Click(chromedp.CSS("#message-role-changed")), chromedp.Submit(chromedp.CSS("#message-role-changed")))
		b.waitDone("Vos choix sont enregistrés")
		if ask(b, chromedp.Evaluate[bool](`document.querySelector("#message-role-changed").checked`)) {
			b.Error("the kind that was switched off is ticked")
		}
		b.open("/desinscription/" + unsubscribeWord(person.ID, "join-request"))
		b.waitHeading("Ne plus recevoir ces messages")
		b.mustBeFine(javascript)
		b.do(chromedp.Click(chromedp.CSS("main form button")))
		b.waitHeading("C’est fait")
		b.mustBeFine(javascript)
	})
}

func unsubscribeWord(person, kind string) string {
	return person + "." + kind + "." + portal.People.Secret.Token("unsubscribe", person+"/"+kind, 0)
}
