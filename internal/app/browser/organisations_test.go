package browser

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"sourcier/internal/account"
	"sourcier/internal/people"
	"sourcier/internal/store"
)

// onEachScreen runs a journey on both stores, with and without JavaScript, wide and
// narrow.
func onEachScreen(t *testing.T, journey func(b *tab, p place, javascript bool)) {
	t.Helper()
	eachStore(t, nil, func(t *testing.T, p place) {
		for name, width := range widths {
			for _, javascript := range []bool{true, false} {
				t.Run(fmt.Sprintf("%s, JavaScript %v", name, javascript), func(t *testing.T) {
					journey(p.tab(t, width, javascript), p, javascript)
				})
			}
		}
	})
}

// enterAs has the tab hold a session of a person, "" of nobody.
func (p place) enterAs(b *tab, email account.Email) {
	b.Helper()
	b.do(chromedp.Navigate("about:blank"))
	if _, err := chromedp.Call(b.ctx, network.ClearBrowserCookies, cdp.Empty{}); err != nil {
		b.Fatal(err)
	}
	if email == "" {
		return
	}
	token, err := p.People.Enter(b.ctx, email, people.Arrival{Method: account.ByLink})
	if err != nil {
		b.Fatal(err)
	}
	if _, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{Name: "sourcier_session", Value: token, URL: b.base}); err != nil {
		b.Fatal(err)
	}
}

// townHall makes a confirmed organisation for a journey, and its manager.
func (p place) townHall(b *tab, name string) (id string, manager account.Person) {
	b.Helper()
	manager = p.somebody(b, "ada", "Ada Morel")
	at := time.Now()
	o := account.Organisation{ID: account.NewID(), Kind: account.KindPublic, Name: name, Territory: "94081", CreatedAt: at, ConfirmedAt: at}
	if err := o.Enrol(manager.ID, []account.Role{account.Buyer}, true, at); err != nil {
		b.Fatal(err)
	}
	if _, err := p.People.Organisations.Insert(b.ctx, o, store.Change{}); err != nil {
		b.Fatal(err)
	}
	return o.ID, manager
}

// somebody makes an account with a name.
func (p place) somebody(b *tab, address, name string) account.Person {
	b.Helper()
	d, err := p.People.Ensure(b.ctx, account.Email(address+"."+account.NewID()[:6]+"@ville.example"), "")
	if err != nil {
		b.Fatal(err)
	}
	if _, err := p.People.Rename(b.ctx, d.ID, name, d.ID); err != nil {
		b.Fatal(err)
	}
	d.Value.Name = name
	return d.Value
}

func (p place) organisationNow(b *tab, id string) account.Organisation {
	b.Helper()
	d, err := p.People.Organisations.Get(b.ctx, id)
	if err != nil {
		b.Fatal(err)
	}
	return d.Value
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
	onEachScreen(t, func(b *tab, p place, javascript bool) {
		id, manager := p.townHall(b, "Ville de Vitry-sur-Seine")
		colleague := account.Email("bea." + account.NewID()[:6] + "@ville.example")
		p.enterAs(b, manager.Email)
		b.open("/organisations/" + id)
		b.waitHeading("Ville de Vitry-sur-Seine")
		b.looksRight(javascript)
		b.do(chromedp.SendKeys(chromedp.CSS("#courriel"), "bea@"), chromedp.Click(chromedp.CSS("#role-buyer")), chromedp.Submit(chromedp.CSS("#courriel")))
		b.do(chromedp.WaitVisible(chromedp.CSS(".error-summary")))
		b.forgive() // the browser logs the 422
		b.looksRight(javascript)
		if !ask(b, chromedp.Evaluate[bool](`document.querySelector("#role-buyer").checked`)) {
			b.Error("the role that was ticked is not kept")
		}
		b.do(chromedp.Clear(chromedp.CSS("#courriel")), chromedp.SendKeys(chromedp.CSS("#courriel"), string(colleague)), chromedp.Submit(chromedp.CSS("#courriel")))
		b.waitDone("Invitation envoyée")
		if text := b.text("main"); !strings.Contains(text, string(colleague)) {
			b.Errorf("the invitation is not shown: %s", text)
		}
		b.looksRight(javascript)

		link := "/invitations/" + p.People.InvitationToken(p.organisationNow(b, id).Invitations[0].ID)
		stranger := p.somebody(b, "eve", "Ève Petit")
		p.enterAs(b, stranger.Email)
		b.open(link)
		b.forgive() // the browser logs the 403
		b.waitHeading("Invitation")
		if text := b.text("main"); strings.Contains(text, "Vitry") || strings.Contains(text, string(colleague)) {
			b.Errorf("another person reads %s", text)
		}
		b.looksRight(javascript)

		p.enterAs(b, "")
		b.open(link)
		b.waitHeading("Rejoindre « Ville de Vitry-sur-Seine »")
		if text := b.text("main"); strings.Contains(text, string(colleague)) || !strings.Contains(text, "b•••@ville.example") {
			b.Errorf("nobody reads %s", text)
		}
		b.looksRight(javascript)
		b.do(chromedp.Click(chromedp.CSS("main a.btn")))
		b.waitHeading("Se connecter")
		b.ask(string(colleague))
		_, code := p.mailed(b.T, colleague)
		b.do(chromedp.SendKeys(chromedp.CSS("#code"), code+kb.Enter))
		b.waitLocation(link)
		b.waitHeading("Rejoindre « Ville de Vitry-sur-Seine »")
		b.looksRight(javascript)
		b.open("/organisations")
		b.waitHeading("Organisations")
		b.looksRight(javascript)
		b.do(chromedp.Click(chromedp.CSS("#invitations + table a")))
		b.waitHeading("Rejoindre « Ville de Vitry-sur-Seine »")
		b.do(chromedp.Click(chromedp.CSS(`button[value="accepter"]`)))
		b.waitDone("Vous êtes membre")
		if text := b.text("main"); !strings.Contains(text, string(colleague)+" (vous)") {
			b.Errorf("the member is not shown: %s", text)
		}
		b.looksRight(javascript)

		p.enterAs(b, manager.Email)
		member := slices.DeleteFunc(p.organisationNow(b, id).Members, func(m account.Member) bool { return m.Person == manager.ID })[0].Person
		b.open("/organisations/" + id + "/membres/" + member)
		b.waitHeading(string(colleague))
		b.looksRight(javascript)
		b.do(chromedp.Click(chromedp.CSS("#role-facilitateur")), chromedp.Submit(chromedp.CSS("#role-facilitateur")))
		b.waitDone("Rôles enregistrés")
		b.open("/organisations/" + id + "/membres/" + member)
		b.do(chromedp.SendKeys(chromedp.CSS("#territoires"), "Orly\nnulle part"), chromedp.Submit(chromedp.CSS("#territoires")))
		b.do(chromedp.WaitVisible(chromedp.CSS(".error-summary")))
		b.forgive()
		b.looksRight(javascript)
		b.do(chromedp.Clear(chromedp.CSS("#territoires")), chromedp.SendKeys(chromedp.CSS("#territoires"), "Orly"), chromedp.Submit(chromedp.CSS("#territoires")))
		b.waitDone("Couverture enregistrée")
		if text := b.text("main"); !strings.Contains(text, "Couvre Orly") {
			b.Errorf("the coverage is not shown: %s", text)
		}
		b.open("/organisations/" + id + "/membres/" + member)
		b.do(chromedp.Click(chromedp.CSS(`main a[href$="/retirer"]`)))
		b.waitHeading("Retirer " + string(colleague))
		b.looksRight(javascript)
		b.do(chromedp.Click(chromedp.CSS("main form button")))
		b.waitDone("n’est plus membre")
	})
}

// TestAskToJoin: a person finds an organisation by a name without its accents, asks,
// and is let in; the last manager cannot leave.
func TestAskToJoin(t *testing.T) {
	onEachScreen(t, func(b *tab, p place, javascript bool) {
		name := "Établissement " + account.NewID()[:8]
		id, manager := p.townHall(b, name)
		person := p.somebody(b, "dan", "Dan Ferrand")
		p.enterAs(b, person.Email)
		b.open("/organisations")
		b.do(chromedp.SendKeys(chromedp.CSS("#q"), "etablissement "+name[len("Établissement "):]), chromedp.Submit(chromedp.CSS("#q")))
		b.waitLocation("?q=")
		b.looksRight(javascript)
		b.do(chromedp.Click(chromedp.CSS(`main a[href="/organisations/` + id + `"]`)))
		b.waitHeading(name)
		if text := b.text("main"); strings.Contains(text, "Ada Morel") {
			b.Errorf("a stranger reads the names of members: %s", text)
		}
		b.looksRight(javascript)
		b.do(chromedp.SendKeys(chromedp.CSS("#texte"), "Je rejoins le service achats."), chromedp.Submit(chromedp.CSS("#texte")))
		b.waitDone("Demande envoyée")
		b.looksRight(javascript)

		p.enterAs(b, manager.Email)
		b.open("/organisations/" + id)
		if text := b.text("main"); !strings.Contains(text, "Dan Ferrand") || !strings.Contains(text, "Je rejoins le service achats.") {
			b.Errorf("the wish is not shown: %s", text)
		}
		b.looksRight(javascript)
		b.do(chromedp.Click(chromedp.CSS(`button[value="accepter"]`)))
		b.waitDone("La personne est membre")

		b.do(chromedp.Click(chromedp.CSS(`main a[href$="/quitter"]`)))
		b.waitHeading("Quitter")
		b.looksRight(javascript)
		b.do(chromedp.Click(chromedp.CSS("main form button")), chromedp.WaitVisible(chromedp.CSS(".error-summary")))
		b.forgive() // the browser logs the 409
		if text := b.text(".error-summary"); !strings.Contains(text, "nommez d’abord quelqu’un d’autre") {
			b.Errorf("refused with %q", text)
		}
		b.looksRight(javascript)
	})
}

// TestProposeAnOrganisation, and the choice of mails.
func TestProposeAnOrganisation(t *testing.T) {
	onEachScreen(t, func(b *tab, p place, javascript bool) {
		person := p.somebody(b, "fay", "Fay Lemoine")
		p.enterAs(b, person.Email)
		b.open("/organisations")
		b.do(chromedp.Click(chromedp.CSS(`a[href="/organisations/proposer"]`)))
		b.waitHeading("Proposer une organisation")
		b.looksRight(javascript)
		b.do(chromedp.SendKeys(chromedp.CSS("#nom"), "Coopérative des quais"), chromedp.SendKeys(chromedp.CSS("#siren"), "123"), chromedp.Submit(chromedp.CSS("#nom")))
		b.do(chromedp.WaitVisible(chromedp.CSS(".error-summary")))
		b.forgive()
		b.looksRight(javascript)
		b.do(chromedp.Clear(chromedp.CSS("#siren")), chromedp.Click(chromedp.CSS("#genre-private")), chromedp.Submit(chromedp.CSS("#nom")))
		b.waitDone("Organisation proposée")
		b.looksRight(javascript)

		b.open("/compte/notifications")
		b.waitHeading("Notifications")
		b.looksRight(javascript)
		b.do(chromedp.Click(chromedp.CSS("#message-role-changed")), chromedp.Submit(chromedp.CSS("#message-role-changed")))
		b.waitDone("Vos choix sont enregistrés")
		if ask(b, chromedp.Evaluate[bool](`document.querySelector("#message-role-changed").checked`)) {
			b.Error("the kind that was switched off is ticked")
		}
		b.open("/desinscription/" + person.ID + ".join-request." + p.People.Secret.Token("unsubscribe", person.ID+"/join-request", 0))
		b.waitHeading("Ne plus recevoir ces messages")
		b.looksRight(javascript)
		b.do(chromedp.Click(chromedp.CSS("main form button")))
		b.waitHeading("C’est fait")
		b.looksRight(javascript)
	})
}
