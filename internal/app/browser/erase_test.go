package browser

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"sourcier/internal/account"
	"sourcier/internal/people"
	"sourcier/internal/store"
)

// TestExportAndEraseAnAccount goes from the own data to the last page of an account,
// over an address that is not the right one.
func TestExportAndEraseAnAccount(t *testing.T) {
	onEachScreen(t, func(b *tab, p place, javascript bool) {
		id, manager := p.townHall(b, "Ville de l’effacement")
		zelie := p.somebody(b, "zelie", "Zélie Quincampoix")
		email := zelie.Email
		if _, err := store.Update(b.ctx, p.People.Organisations.Collection, id, func(o *account.Organisation) (store.Change, error) {
			return store.Change{}, o.Enrol(zelie.ID, []account.Role{account.Prescripteur}, false, p.Now())
		}); err != nil {
			b.Fatal(err)
		}
		p.enterAs(b, email)
		b.open("/compte/donnees")
		if said := b.text("main"); !strings.Contains(said, "Zélie Quincampoix") || strings.Contains(said, manager.Name) {
			b.Errorf("what is held: %s", said)
		}
		b.well(javascript)

		dir := b.TempDir()
		b.downloadTo(dir)
		b.do(chromedp.Click(chromedp.CSS(`.desk-main a[download]`)))
		text, err := os.ReadFile(b.waitFile(dir, "mes-donnees-sourcier-*.json"))
		told := people.Told{}
		if err = errors.Join(err, json.Unmarshal(text, &told)); err != nil || told.Account.Email != string(email) || len(told.Organisations) != 1 {
			b.Errorf("the file holds %+v, %v", told.Account, err)
		}

		b.do(chromedp.Click(chromedp.CSS(`.desk-main a[href="/compte/effacer"]`)))
		b.waitHeading("Effacer mon compte")
		b.well(javascript)
		b.do(chromedp.SendKeys(chromedp.CSS("#adresse"), "quelquun@ville.example"+kb.Enter))
		b.do(chromedp.WaitVisible(chromedp.CSS(".error-summary")))
		b.forgive() // the browser logs the 422
		b.well(javascript)
		b.do(chromedp.SetValue(chromedp.CSS("#adresse"), string(email)), chromedp.Click(chromedp.CSS(".form-box button")))
		b.waitLocation("/compte-efface")
		b.waitHeading("Votre compte est effacé")
		b.well(javascript)
		if d, err := p.People.People.Get(b.ctx, zelie.ID); err != nil || !d.Value.Erased() {
			b.Errorf("the person is %+v, %v", d.Value, err)
		}
		b.open("/compte/donnees")
		b.waitLocation("/connexion")
	})
}

// TestWhoIsNeededIsToldSo: the only manager of others sees why, and the way out.
func TestWhoIsNeededIsToldSo(t *testing.T) {
	onEachScreen(t, func(b *tab, p place, javascript bool) {
		id, manager := p.townHall(b, "Ville d’une seule")
		other := p.somebody(b, "carl", "Carl")
		if _, err := store.Update(b.ctx, p.People.Organisations.Collection, id, func(o *account.Organisation) (store.Change, error) {
			return store.Change{}, o.Enrol(other.ID, []account.Role{account.Buyer}, false, p.Now())
		}); err != nil {
			b.Fatal(err)
		}
		p.enterAs(b, manager.Email)
		b.open("/compte/effacer")
		b.well(javascript)
		b.do(chromedp.Click(chromedp.CSS(".notice-warn a")))
		b.waitLocation("/organisations/" + id)
	})
}

// TestConservationInTheBrowser: what administrators read of how long things are kept.
func TestConservationInTheBrowser(t *testing.T) {
	onEachScreen(t, func(b *tab, p place, javascript bool) {
		chef := p.somebody(b, "chef", "Camille Chef")
		at := p.Now()
		team := account.Organisation{ID: store.Portal, Kind: account.KindPortal, Name: "Équipe du portail", CreatedAt: at, ConfirmedAt: at}
		if _, err := p.People.Organisations.Insert(b.ctx, team, store.Change{}); err != nil && !errors.Is(err, store.ErrDuplicate) {
			b.Fatal(err)
		}
		if _, err := store.Update(b.ctx, p.People.Organisations.Collection, store.Portal, func(o *account.Organisation) (store.Change, error) {
			return store.Change{}, o.Enrol(chef.ID, []account.Role{account.Administrator}, true, at)
		}); err != nil {
			b.Fatal(err)
		}
		p.enterAs(b, chef.Email)
		b.open("/administration/conservation")
		b.waitHeading("Conservation des données")
		b.well(javascript)
	})
}
