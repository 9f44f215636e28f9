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
	eachScreen(t, func(b *tab, javascript bool, _ int64) {
		id, manager := townHall(b.T, "Ville de l’effacement "+account.NewID()[:6])
		email := account.Email("zelie." + account.NewID()[:6] + "@ville.example")
		zelie := somebody(b.T, email, "Zélie Quincampoix")
		if _, err := store.Update(b.ctx, portal.People.Organisations.Collection, id, func(o *account.Organisation) (store.Change, error) {
			return store.Change{}, o.Enrol(zelie.ID, []account.Role{account.Prescripteur}, false, portal.Now())
		}); err != nil {
			b.Fatal(err)
		}
		b.enterAs(email)
		b.open("/compte/donnees")
		if said := b.text("main"); !strings.Contains(said, "Zélie Quincampoix") || strings.Contains(said, manager.Name) {
			b.Errorf("what is held: %s", said)
		}
		b.mustBeFine(javascript)

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
		b.mustBeFine(javascript)
		b.do(chromedp.SendKeys(chromedp.CSS("#adresse"), "quelquun@ville.example"+kb.Enter))
		b.do(chromedp.WaitVisible(chromedp.CSS(".error-summary")))
		b.forgive() // the browser logs the 422
		b.mustBeFine(javascript)
		b.do(chromedp.SetValue(chromedp.CSS("#adresse"), string(email)), chromedp.Click(chromedp.CSS(".form-box button")))
		b.waitLocation("/compte-efface")
		b.waitHeading("Votre compte est effacé")
		b.mustBeFine(javascript)
		if d, err := portal.People.People.Get(b.ctx, zelie.ID); err != nil || !d.Value.Erased() {
			b.Errorf("the person is %+v, %v", d.Value, err)
		}
		b.open("/compte/donnees")
		b.waitLocation("/connexion")
	})
}

// TestWhoIsNeededIsToldSo: the only manager of others sees why, and the way out.
func TestWhoIsNeededIsToldSo(t *testing.T) {
	eachScreen(t, func(b *tab, javascript bool, _ int64) {
		id, manager := townHall(b.T, "Ville d’une seule "+account.NewID()[:6])
		other := somebody(b.T, account.Email("carl."+account.NewID()[:6]+"@ville.example"), "Carl")
		if _, err := store.Update(b.ctx, portal.People.Organisations.Collection, id, func(o *account.Organisation) (store.Change, error) {
			return store.Change{}, o.Enrol(other.ID, []account.Role{account.Buyer}, false, portal.Now())
		}); err != nil {
			b.Fatal(err)
		}
		b.enterAs(manager.Email)
		b.open("/compte/effacer")
		b.mustBeFine(javascript)
		b.do(chromedp.Click(chromedp.CSS(".notice-warn a")))
		b.waitLocation("/organisations/" + id)
	})
}

// TestConservationInTheBrowser: what administrators read of how long things are kept.
func TestConservationInTheBrowser(t *testing.T) {
	chef := somebody(t, account.Email("chef."+account.NewID()[:6]+"@portail.example"), "Camille Chef")
	administrate(t, chef.ID)
	eachScreen(t, func(b *tab, javascript bool, _ int64) {
		b.enterAs(chef.Email)
		b.open("/administration/conservation")
		b.waitHeading("Conservation des données")
		b.mustBeFine(javascript)
	})
}

// administrate makes a person administrator of the portal.
func administrate(t *testing.T, person string) {
	t.Helper()
	at := portal.Now()
	_, err := portal.People.Organisations.Insert(t.Context(), account.Organisation{ID: store.Portal, Kind: account.KindPortal, Name: "Équipe du portail", CreatedAt: at, ConfirmedAt: at}, store.Change{})
	if err != nil && !errors.Is(err, store.ErrDuplicate) {
		t.Fatal(err)
	}
	if _, err := store.Update(t.Context(), portal.People.Organisations.Collection, store.Portal, func(o *account.Organisation) (store.Change, error) {
		return store.Change{}, o.Enrol(person, []account.Role{account.Administrator}, true, at)
	}); err != nil {
		t.Fatal(err)
	}
}
