package browser

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"sourcier/internal/account"
	"sourcier/internal/reach"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// counted makes a sheet that is on line, that its organisation holds, and its person.
func (p place) counted(b *tab) (id string, owner account.Person) {
	b.Helper()
	owner = p.somebody(b, "lou", "Lou Bernard")
	at := time.Now()
	o := account.Organisation{ID: account.NewID(), Kind: account.KindOwner, Name: "Les Ateliers du Lac", CreatedAt: at, ConfirmedAt: at}
	err := o.Enrol(owner.ID, []account.Role{account.Structure}, true, at)
	if err == nil {
		_, err = p.People.Organisations.Insert(b.ctx, o, store.Change{})
	}
	r := registration.New(structure.NewID("siret:20005801400019"), "20005801400019", "", "Les Ateliers du Lac", at)
	if err == nil {
		_, err = r.Ask(o.ID, owner.ID, at)
	}
	if err == nil {
		err = r.Grant(o.ID, registration.ProofMail, at)
	}
	if err == nil {
		_, err = p.Directory.Registrations.Insert(b.ctx, r, store.Change{})
	}
	if err == nil {
		_, err = p.Structures.Insert(b.ctx, structure.Structure{ID: r.ID, SIRET: r.SIRET, Name: "Les Ateliers du Lac Nettoyage", CreatedAt: at, UpdatedAt: at}, store.Change{})
	}
	if err == nil {
		err = p.Directory.Written(b.ctx)
	}
	if err != nil {
		b.Fatal(err)
	}
	return r.ID, owner
}

// waitCounted stores what visitors saw until a structure has so much of it.
func (p place) waitCounted(b *tab, id string, found, viewed int64) {
	b.Helper()
	var last []reach.Month
	for start := time.Now(); time.Since(start) < 10*time.Second; time.Sleep(20 * time.Millisecond) {
		for _, m := range p.Reach.Take() {
			if err := p.People.Reaches.Add(b.ctx, m, time.Now()); err != nil {
				b.Fatal(err)
			}
		}
		var err error
		if last, err = p.People.Reaches.Of(b.ctx, id, reach.Months(structure.DateOf(time.Now()), 1)); err != nil {
			b.Fatal(err)
		}
		if len(last) == 1 && last[0].Found == found && last[0].Viewed == viewed {
			return
		}
	}
	b.Fatalf("counted %+v", last)
}

// TestWhatThePortalBrings: a page that somebody looks at is counted once, and its
// structure reads what it was told of.
func TestWhatThePortalBrings(t *testing.T) {
	eachStore(t, nil, func(t *testing.T, p place) {
		b := p.tab(t, wide, true)
		id, owner := p.counted(b)
		b.open("/structures?q=nettoyage")
		p.waitCounted(b, id, 1, 0)
		b.open("/structures?q=ateliers")
		b.open("/structures/" + id)
		p.waitCounted(b, id, 1, 1)

		p.enterAs(b, owner.Email)
		b.open("/mes-fiches/" + id + "/bilan")
		b.looksRight(true)
		p.yearOfVisits(b, id)
		for name, width := range widths {
			t.Run(name, func(t *testing.T) {
				b := p.tab(t, width, true)
				p.enterAs(b, owner.Email)
				b.open("/mes-fiches/" + id + "/bilan")
				b.waitHeading("Ce que le portail m’apporte")
				b.do(chromedp.Click(chromedp.CSS(".desk-main details summary")))
				b.looksRight(true)
			})
		}
	})
}

func (p place) yearOfVisits(b *tab, id string) {
	b.Helper()
	for i, month := range reach.Months(structure.DateOf(time.Now()), 12) {
		m := reach.Month{Structure: id, Month: month, Found: int64(3 + 4*i), Viewed: int64(i), Words: map[string]int64{"nettoyage": int64(i), "bureaux": 2}}
		if err := p.People.Reaches.Add(b.ctx, m, time.Now()); err != nil {
			b.Fatal(err)
		}
	}
}

// TestTheListIsTicked: what is ticked is still so when one comes back, on this browser
// alone; without JavaScript the same list is read.
func TestTheListIsTicked(t *testing.T) {
	t.Run("without JavaScript", func(t *testing.T) {
		b := newTab(t, narrow, false)
		b.open("/repondre-a-un-marche")
		b.looksRight(false)
		if text := b.text(".checklist"); len(text) < 2000 {
			b.Errorf("the list is not there: %s", text)
		}
	})
	for name, width := range widths {
		t.Run(name, func(t *testing.T) { newTab(t, width, true).ticks() })
	}
}

func (b *tab) ticks() {
	b.Helper()
	const ticked = `document.querySelectorAll("[data-item] input:checked").length`
	b.open("/repondre-a-un-marche")
	b.do(chromedp.Click(chromedp.CSS(`[data-item="dossier"] label`)), chromedp.Click(chromedp.CSS(`[data-item="dume"] label`)))
	b.open("/repondre-a-un-marche")
	if n := ask(b, chromedp.Evaluate[int](ticked)); n != 2 {
		b.Errorf("%d boxes are ticked when one comes back", n)
	}
	b.looksRight(true)
	b.do(chromedp.Click(chromedp.CSS("[data-clear]")))
	b.open("/repondre-a-un-marche")
	if said := fmt.Sprint(ask(b, chromedp.Evaluate[int](ticked)), " ", b.text(".checklist-done")); said[:2] != "0 " {
		b.Errorf("after all was cleared: %s", said)
	}
}
