package browser

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"sourcier/internal/account"
	"sourcier/internal/directory"
	"sourcier/internal/mail"
	"sourcier/internal/message"
	"sourcier/internal/people"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// TestDeskOfABuyer goes from a search to its alert, to a list with a note and its file,
// then to the mail of the alert and to its end by the link of the mail.
func TestDeskOfABuyer(t *testing.T) {
	eachStore(t, nil, func(t *testing.T, p place) {
		for _, c := range []struct {
			width      int64
			javascript bool
		}{{wide, true}, {narrow, true}, {narrow, false}} {
			if (c.width == wide || !c.javascript) && strings.HasSuffix(t.Name(), "mongo") {
				continue // what it looks like depends on no store
			}
			t.Run(fmt.Sprintf("%d px, JavaScript %v", c.width, c.javascript), func(t *testing.T) {
				deskJourney(p.tab(t, c.width, c.javascript), p, c.javascript)
			})
		}
	})
}

func deskJourney(b *tab, p place, javascript bool) {
	b.Helper()
	_, ada := p.townHall(b, "Ville d’Orly")
	p.enterAs(b, ada.Email)
	p.fresh(b, "Paysages du Val")
	b.open("/listes")
	b.waitHeading("Listes de structures")
	b.looksRight(javascript)

	b.open("/structures?q=tonte")
	b.looksRight(javascript)
	b.press(".found-more a[href^='/recherches']", "/recherches/enregistrer")
	b.waitHeading("Enregistrer cette recherche")
	b.looksRight(javascript)
	b.do(chromedp.Submit(chromedp.CSS("#nom")))
	b.waitDone("Recherche enregistrée")
	b.looksRight(javascript)

	p.onAList(b, javascript)
	b.noted(javascript)
	dir := b.TempDir()
	b.downloadTo(dir)
	b.do(chromedp.Click(chromedp.CSS("a[href$='export.csv']")))
	b.waitFile(dir, "structures-*.csv")
	b.compared(javascript)

	p.fresh(b, "Tonte et Compagnie")
	p.alerted(b)
	b.stopped(p, ada, javascript)
}

// fresh adds a structure that sells mowing, and waits until it is found.
func (p place) fresh(b *tab, name string) {
	b.Helper()
	s := structure.Structure{
		ID: structure.NewID("rna:" + account.NewID()), Name: name + " " + account.NewID()[:4], Demo: true, Size: structure.TPE,
		Address:    structure.Address{City: "Orly", Commune: "94054", PostalCode: "94310"},
		Activities: []structure.Activity{{Sectors: []string{"entretien-espaces-verts"}, Zone: structure.Zone{France: true}}},
	}
	if _, err := p.Structures.Insert(b.ctx, s, store.Change{}); err != nil {
		b.Fatal(err)
	}
	for start := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		b.open("/structures?q=" + strings.ReplaceAll(s.Name, " ", "+"))
		if strings.Contains(b.text("h1"), "1 structure") {
			return
		}
		if time.Since(start) > 10*time.Second {
			b.Fatalf("%s is not found\n%s", s.Name, b.snapshot())
		}
	}
}

// onAList puts the first result on a new list, without losing the results.
func (p place) onAList(b *tab, javascript bool) {
	b.Helper()
	b.open("/structures?q=tonte")
	b.do(chromedp.Click(chromedp.CSS("a[data-add]")))
	b.do(chromedp.WaitVisible(chromedp.CSS("#nom-liste")))
	b.looksRight(javascript)
	b.do(chromedp.SendKeys(chromedp.CSS("#nom-liste"), "Espaces verts 2027"), chromedp.Click(chromedp.CSS("#ajouter .btn-act")))
	if javascript {
		b.do(chromedp.WaitVisible(chromedp.CSS(".add-said")))
		if got := b.location(); !strings.HasPrefix(got, "/structures?") {
			b.Errorf("the results are lost: %s", got)
		}
		b.looksRight(javascript)
		b.open("/listes")
		b.do(chromedp.Click(chromedp.CSS(".desk-table tbody th a")))
	}
	b.waitHeading("Espaces verts 2027")
}

// noted writes a note, then another over one that a colleague has written meanwhile.
func (b *tab) noted(javascript bool) {
	b.Helper()
	b.looksRight(javascript)
	list := strings.Split(b.location(), "?")[0]
	b.do(chromedp.Click(chromedp.CSS(".list-entry a.btn")), chromedp.WaitVisible(chromedp.CSS("#note")))
	entry := b.location()
	b.looksRight(javascript)
	b.do(chromedp.SendKeys(chromedp.CSS("#note"), "Devis reçu, bon contact."), chromedp.Submit(chromedp.CSS("#note")))
	b.waitDone("Note enregistrée")
	b.looksRight(javascript)
	b.open(entry)
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("[name=version]").value = "0"`))
	b.do(chromedp.Clear(chromedp.CSS("#note")), chromedp.SendKeys(chromedp.CSS("#note"), "Trop loin."), chromedp.Submit(chromedp.CSS("#note")))
	b.do(chromedp.WaitVisible(chromedp.CSS(".error-summary")))
	b.forgive() // the browser logs the 409
	b.looksRight(javascript)
	if text := b.text("main"); !strings.Contains(text, "Devis reçu, bon contact.") || !strings.Contains(text, "Remplacer par ma version") {
		b.Errorf("both versions are not shown: %s", text)
	}
	b.open(list)
	b.waitHeading("Espaces verts 2027")
}

// compared leads from the list to the comparison, and from there back to a list.
func (b *tab) compared(javascript bool) {
	b.Helper()
	b.do(chromedp.Click(chromedp.CSS(".pick input")))
	if !javascript {
		b.do(chromedp.Click(chromedp.CSS("#comparer [type=submit]")))
		b.waitHeading("Comparer 1 structure")
	} else {
		id := ask(b, chromedp.Evaluate[string](`document.querySelector(".pick input").value`))
		b.open("/comparer?id=" + id)
	}
	b.do(chromedp.Click(chromedp.CSS("a[data-add]")), chromedp.WaitVisible(chromedp.CSS("#liste")))
	b.looksRight(javascript)
}

// alerted has the alerts of the day after run, as another portal would whose clock is
// there.
func (p place) alerted(b *tab) {
	b.Helper()
	tomorrow := *p.Desk
	at := time.Now().In(structure.Paris).AddDate(0, 0, 1)
	tomorrow.Now = func() time.Time {
		return time.Date(at.Year(), at.Month(), at.Day(), directory.AlertHour, 5, 0, 0, structure.Paris)
	}
	if run, err := tomorrow.RunAlerts(b.ctx); err != nil || run.Digests == 0 {
		b.Fatalf("%+v, %v", run, err)
	}
	if _, err := store.NewRelay(p.DB(), slog.New(slog.DiscardHandler), people.Sources...).Once(b.ctx); err != nil {
		b.Fatal(err)
	}
}

// stopped reads the mail of the alert and ends it by its link, signed out.
func (b *tab) stopped(p place, to account.Person, javascript bool) {
	b.Helper()
	docs, err := p.People.Messages.FindLookup(b.ctx, store.MessagesOf(to.ID), 10)
	if err != nil {
		b.Fatal(err)
	}
	i := slices.IndexFunc(docs, func(d store.Doc[message.Message]) bool { return d.Value.Kind == message.Alert })
	if i < 0 {
		b.Fatalf("no alert among %d mails", len(docs))
	}
	letter, err := mail.Composer{BaseURL: b.base, Portal: "Sourcier", From: "sourcier@localhost", Tokens: p.People.Secret}.Compose(&docs[i].Value)
	if err != nil || !strings.Contains(letter.Letter.Subject, "1\u00a0nouvelle structure") || !strings.Contains(letter.Text, "Tonte et Compagnie") {
		b.Fatalf("%v\n%s\n%s", err, letter.Letter.Subject, letter.Text)
	}
	link := letter.Letter.Blocks[0].Stop.URL
	p.enterAs(b, "")
	b.open(strings.TrimPrefix(link, b.base))
	b.waitHeading("Arrêter cette alerte")
	b.looksRight(javascript)
	b.do(chromedp.Click(chromedp.CSS("main .btn-act")))
	b.waitHeading("C’est fait")
	b.looksRight(javascript)
	p.enterAs(b, to.Email)
	b.open("/recherches")
	if text := b.text("main"); !strings.Contains(text, "Sans alerte") {
		b.Errorf("the alert goes on: %s", text)
	}
}

// TestSheetsLastReadStayInTheBrowser: they are named on the next page, never sent, and
// forgotten when that is asked.
func TestSheetsLastReadStayInTheBrowser(t *testing.T) {
	for _, javascript := range []bool{true, false} {
		b := newTab(t, narrow, javascript)
		b.open("/structures?family=handicap&sort=name")
		b.do(chromedp.Click(chromedp.CSS(".card-name a")))
		b.waitLocation("/structures/")
		name := b.text("h1")
		b.open("/")
		shown := ask(b, chromedp.Evaluate[bool](`!document.getElementById("vues").hidden`))
		if shown != javascript {
			b.Fatalf("the list is shown: %v", shown)
		}
		if !javascript {
			continue
		}
		if got := b.text(".recent-list"); got != name {
			b.Errorf("%q, want %q", got, name)
		}
		b.looksRight(true)
		b.do(chromedp.Click(chromedp.CSS(".recent-clear")))
		b.open("/")
		if !ask(b, chromedp.Evaluate[bool](`document.getElementById("vues").hidden && localStorage.length === 0`)) {
			b.Error("they are remembered all the same")
		}
	}
}
