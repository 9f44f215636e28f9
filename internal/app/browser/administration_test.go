package browser

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/people"
	"sourcier/internal/store"
)

// office is the portal with a team and things that wait for it, for one journey.
type office struct {
	*people.Service
	t     *testing.T
	tag   string // tells the persons of journeys apart
	admin string // token of the administrator
}

var offices int

// newOffice fills the portal: an administrator, forty persons, an organisation that is
// proposed with a domain, mails in every state.
func newOffice(t *testing.T) *office {
	t.Helper()
	offices++
	o := &office{Service: portal.People, t: t, tag: fmt.Sprintf("b%d", offices)}
	ctx := t.Context()
	if _, err := o.Organisations.Insert(ctx, account.Organisation{
		ID: store.Portal, Kind: account.KindPortal, Name: "Équipe du portail", CreatedAt: time.Now(), ConfirmedAt: time.Now(),
	}, store.Change{}); err != nil && !strings.Contains(err.Error(), "duplicate") {
		t.Fatal(err)
	}
	chief := o.person("chef")
	o.must(o.enrol(store.Portal, chief.ID, true, account.Administrator))
	o.admin = o.enter("chef")
	for i := range 40 {
		o.person(fmt.Sprintf("agent%02d", i))
	}
	proposer := o.person("proposant")
	_, err := o.Organisations.Insert(ctx, account.Organisation{
		ID: "ville-" + o.tag, Kind: account.KindPublic, Name: "Mairie " + o.tag, CreatedAt: time.Now(), CreatedBy: proposer.ID,
		Domains: []account.Domain{{Name: o.tag + ".example", By: proposer.ID, At: time.Now()}},
		Members: []account.Member{{Person: proposer.ID, Roles: []account.Role{account.Buyer}, Manager: true, Since: time.Now()}},
	}, store.Change{Actor: proposer.ID, At: time.Now(), Audit: true, What: "organisation.propose"})
	o.must(err)
	for _, state := range message.States() {
		o.mail(state, "")
	}
	return o
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) address(name string) account.Email {
	return account.Email(name + "." + o.tag + "@ville.example")
}

func (o *office) person(name string) account.Person {
	o.t.Helper()
	d, err := o.Ensure(o.t.Context(), o.address(name), "")
	o.must(err)
	return d.Value
}

func (o *office) enrol(id, person string, manager bool, roles ...account.Role) error {
	_, err := store.Update(o.t.Context(), o.Organisations.Collection, id, func(org *account.Organisation) (store.Change, error) {
		return store.Change{}, org.Enrol(person, roles, manager, time.Now())
	})
	return err
}

// enter signs somebody in and gives the token of the session.
func (o *office) enter(name string) string {
	o.t.Helper()
	token, err := o.Enter(o.t.Context(), o.address(name), people.Arrival{Method: account.ByLink})
	o.must(err)
	return token
}

// mail makes a message in a state; its id.
func (o *office) mail(state message.State, sender string) string {
	o.t.Helper()
	now := time.Now()
	m, err := message.New(message.Order{
		Key: message.Key{Kind: message.Invitation, Object: string(state) + o.tag + sender, Recipient: "dest." + o.tag + "@ville.example"},
		To:  "dest." + o.tag + "@ville.example", Sender: sender, QueuedAt: now, Details: map[string]string{message.DetailOrganisation: "Mairie"},
	})
	o.must(err)
	o.must(m.Lease(now, "w", now.Add(time.Minute)))
	try := message.Attempt{At: now, Stage: message.StageReply, Code: 250, Text: "ok"}
	switch state {
	case message.Queued:
		o.must(m.Retry("w", message.Attempt{At: now, Stage: message.StageRcpt, Code: 450, Enhanced: "4.2.0", Text: "liste grise"}, now.Add(time.Hour)))
	case message.Sent:
		o.must(m.Accept("w", try))
	case message.Refused:
		o.must(m.Reject("w", message.Attempt{At: now, Stage: message.StageRcpt, Code: 550, Enhanced: "5.1.1", Text: "inconnu"}, message.ByServer))
	case message.Uncertain:
		o.must(m.Hand(now, "w"))
		o.must(m.Lose("w", message.Attempt{At: now, Stage: message.StageReply}))
	}
	o.must(o.Messages.Queue(o.t.Context(), m))
	return m.ID
}

// carried waits until the journal holds what was done.
func (o *office) carried() {
	o.t.Helper()
	_, err := store.NewRelay(portal.DB(), slog.New(slog.NewTextHandler(io.Discard, nil)), people.Sources...).Once(context.Background())
	o.must(err)
}

// session signs the tab in.
func (b *tab) session(token string) {
	b.Helper()
	if _, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{Name: "sourcier_session", Value: token, URL: base}); err != nil {
		b.Fatal(err)
	}
}

// well looks at a page as everybody does. axe-core is a script.
func (b *tab) well(javascript bool) {
	b.Helper()
	if javascript {
		b.mustBeAccessible()
	}
	b.mustNotScrollSideways()
}

// press clicks and waits for the page that the form leads to.
func (b *tab) press(selector, where string) {
	b.Helper()
	b.do(chromedp.WaitVisible(chromedp.CSS(selector)), chromedp.Click(chromedp.CSS(selector)))
	b.waitLocation(where)
	b.do(chromedp.WaitReady(chromedp.CSS("main")))
}

// TestAdministration is a morning of the team: what waits, an organisation and its
// domain, somebody who must not come in any more, a mail that may have left, the journal.
func TestAdministration(t *testing.T) {
	eachScreen(t, func(b *tab, javascript bool, _ int64) {
		o := newOffice(b.T)
		b.session(o.admin)
		b.open("/administration")
		b.well(javascript)
		if text := b.text("main"); !strings.Contains(text, "à confirmer ou à refuser") || !strings.Contains(text, "peut-être pas") {
			b.Errorf("what waits: %s", text)
		}

		b.open("/administration/organisations?q=" + o.tag)
		b.well(javascript)
		b.do(chromedp.Click(chromedp.CSS(".desk-table tbody a")))
		b.waitHeading("Mairie " + o.tag)
		b.well(javascript)
		b.press(`form[action$="/confirmer"] button`, "fait=confirmee")
		if text := b.text("[role=status].notice"); !strings.Contains(text, "confirmée") {
			b.Errorf("said %q", text)
		}
		b.press(`form[action$="/domaines"] button.btn-act`, "fait=domaine")
		b.well(javascript)

		victim := o.enter("agent07")
		other := newTab(b.T, narrow, true)
		other.session(victim)
		other.open("/compte/messages")
		other.waitHeading("Messages envoyés")
		other.well(true)

		b.open("/administration/personnes?q=agent07." + o.tag)
		b.well(javascript)
		b.do(chromedp.Click(chromedp.CSS(".desk-table tbody a")))
		b.waitHeading("agent07." + o.tag)
		b.well(javascript)
		b.press(`a[href$="/suspendre"]`, "/suspendre")
		b.do(chromedp.WaitVisible(chromedp.CSS("#motif")), chromedp.SendKeys(chromedp.CSS("#motif"), "Départ de la collectivité"))
		b.well(javascript)
		b.press(`form[action$="/suspendre"] button`, "fait=suspendu")
		b.well(javascript)
		other.do(chromedp.Navigate(base + "/compte/messages"))
		other.waitLocation("/connexion")
		other.forgive()

		b.open("/administration/messages?etat=a-decider")
		b.well(javascript)
		b.do(chromedp.Click(chromedp.CSS(".desk-table tbody a")))
		b.do(chromedp.WaitVisible(chromedp.CSS("#decision")))
		b.well(javascript)
		b.press(`form[action$="/decision"] button`, "fait=renvoye")

		o.carried()
		b.open("/administration/journal")
		b.well(javascript)
		text := b.text("main")
		for _, want := range []string{"Message incertain renvoyé", "Compte suspendu", "Départ de la collectivité", "Domaine de messagerie confirmé", "Organisation confirmée"} {
			if !strings.Contains(text, want) {
				b.Errorf("the journal lacks %q", want)
			}
		}
		b.do(chromedp.Click(chromedp.CSS(`.pages a[rel=next]`)))
		b.waitLocation("apres=")
		b.well(javascript)
		if javascript {
			b.exported(`form[action$="/journal.csv"] button`)
		}
	})
}

// exported asks for a file as the button does, and reads it.
func (b *tab) exported(button string) {
	b.Helper()
	const ask = `(async () => { const form = document.querySelector(%q).form;
		const r = await fetch(form.action, {method: "POST", body: new URLSearchParams(new FormData(form))});
		return r.status + " " + r.headers.get("content-disposition") + " " + (await r.text()).slice(0, 200); })()`
	text, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](fmt.Sprintf(ask, button), chromedp.EvalAwaitPromise))
	if err != nil || !strings.HasPrefix(text, "200 ") || !strings.Contains(text, "journal-") || !strings.Contains(text, "auteur") {
		b.Errorf("exported %.300q, %v", text, err)
	}
}
