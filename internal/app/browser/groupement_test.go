package browser

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"sourcier/internal/account"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// runs makes a structure in Vitry, held by an organisation of its own, and who acts for it.
func (p place) runs(t *testing.T, name string, kind structure.Kind, sector string) (account.Email, string) {
	t.Helper()
	email := account.Email(strings.ToLower(account.NewID()[:8]) + "@structure.example")
	d, err := p.People.Ensure(t.Context(), email, "")
	if err != nil {
		t.Fatal(err)
	}
	o := account.Organisation{ID: account.NewID(), Kind: account.KindOwner, Name: name, CreatedAt: p.Now(), ConfirmedAt: p.Now()}
	if err := o.Enrol(d.ID, []account.Role{account.Structure}, true, p.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := p.People.Organisations.Insert(t.Context(), o, store.Change{}); err != nil {
		t.Fatal(err)
	}
	v := structure.Structure{
		ID: structure.NewID("browser:" + o.ID), Name: name, CreatedAt: p.Now(), UpdatedAt: p.Now(),
		Activities: []structure.Activity{{Sectors: []string{sector}, Modes: []structure.Mode{structure.PREST}, Zone: structure.Zone{Territories: []string{"dep:94"}}}},
		Address:    structure.Address{City: "Vitry-sur-Seine", Commune: "94081", PostalCode: "94400", Point: structure.Point{Lat: 48.7872, Lon: 2.4033, Precision: structure.PrecisionCommune}},
		Contact:    structure.Contact{Email: "contact@structure.example"},
	}
	if kind != "" {
		v.Agreements = []structure.Agreement{{Kind: kind, Source: structure.SourceASP, AsOf: structure.DateOf(p.Now()), End: structure.DateOf(p.Now().AddDate(1, 0, 0))}}
	}
	if _, err := p.Structures.Insert(t.Context(), v, store.Change{}); err != nil {
		t.Fatal(err)
	}
	r := registration.New(v.ID, "", "", name, p.Now())
	if _, err := r.Ask(o.ID, d.ID, p.Now()); err != nil {
		t.Fatal(err)
	}
	if err := r.Grant(o.ID, registration.ProofMail, p.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Directory.Registrations.Insert(t.Context(), r, store.Change{}); err != nil {
		t.Fatal(err)
	}
	return email, v.ID
}

// TestGroupement goes from a need to a groupement that a buyer finds under the basis of
// its members, and no longer once one of them is outside.
func TestGroupement(t *testing.T) {
	eachStore(t, nil, func(t *testing.T, p place) {
		lead, _ := p.runs(t, "ESAT du Lac", structure.ESAT, "espaces-verts")
		second, secondID := p.runs(t, "EA des Pins", structure.EA, "nettoyage-locaux")
		third, thirdID := p.runs(t, "Travaux du Pont", "", "traiteur")
		b := p.tab(t, narrow, true)

		p.enterAs(b, lead)
		b.open("/groupements")
		b.waitHeading("Mes groupements")
		b.looksRight(true)
		b.do(chromedp.Click(chromedp.CSS("main a.btn-act")))
		b.waitHeading("Créer un groupement")
		b.looksRight(true)
		b.do(chromedp.SendKeys(chromedp.CSS("#besoin"), "nettoyage"), chromedp.SendKeys(chromedp.CSS("#lieu"), "Vitry"), chromedp.Submit(chromedp.CSS("#nom")))
		b.do(chromedp.WaitVisible(chromedp.CSS(".error-summary")))
		b.forgive() // the browser logs the 422
		b.looksRight(true)
		if got := b.js(`document.querySelector("#besoin").value`); got != "nettoyage" {
			b.Errorf("the need that was typed is now %q", got)
		}
		b.do(chromedp.SendKeys(chromedp.CSS("#nom"), "Bureaux et jardins"), chromedp.Clear(chromedp.CSS("#lieu")), chromedp.SendKeys(chromedp.CSS("#lieu"), "Vitry-sur-Seine"),
			chromedp.SetValue(chromedp.CSS("#base"), "L2113-12"), chromedp.Click(chromedp.CSS("#activite-espaces-verts")), chromedp.Submit(chromedp.CSS("#nom")))
		b.waitDone("Groupement créé")
		page := b.location()
		for start := time.Now(); !strings.Contains(b.text("main"), "EA des Pins") && time.Since(start) < 10*time.Second; time.Sleep(100 * time.Millisecond) {
			b.open(page) // the index takes in what the test has just written
		}
		if text := b.text("main"); !strings.Contains(text, "Autre activité") || !strings.Contains(text, "Même base : potentiellement éligible L2113-12") {
			b.Errorf("nobody says why it is proposed: %s", text)
		}
		b.looksRight(true)
		b.do(chromedp.Click(chromedp.CSS(`form[action$="/invitations"]:has([value="` + secondID + `"]) button`)))
		b.waitDone("Invitation envoyée")

		p.enterAs(b, second)
		b.open("/groupements")
		b.looksRight(true)
		b.do(chromedp.Click(chromedp.CSS(`section[aria-labelledby="invitations"] a.btn`)))
		b.waitHeading("Bureaux et jardins")
		b.looksRight(true)
		b.do(chromedp.Click(chromedp.CSS("#activite-nettoyage-locaux")), chromedp.Click(chromedp.CSS(`button[value="accepter"]`)))
		b.waitDone("membre du groupement")
		b.looksRight(true)

		p.enterAs(b, lead)
		b.open(page)
		b.do(chromedp.Click(chromedp.CSS(`form[action$="/publication"] button`)))
		b.waitDone("présenté aux acheteurs")
		b.looksRight(true)

		p.enterAs(b, "")
		b.open("/structures?kind=GROUPEMENT&basis=L2113-12&serves=94081")
		if text := b.text("#resultats"); !strings.Contains(text, "Bureaux et jardins") || !strings.Contains(text, "2 membres") || !strings.Contains(text, "Potentiellement éligible L2113-12") {
			b.Errorf("a buyer finds %s", text)
		}
		b.looksRight(true)
		b.do(chromedp.Click(chromedp.CSS("#resultats .cards a")))
		b.waitHeading("Bureaux et jardins")
		b.looksRight(true)

		p.enterAs(b, lead) // an ordinary company joins
		b.open(page)
		b.do(chromedp.SendKeys(chromedp.CSS("#structure"), p.base+"/structures/"+thirdID), chromedp.Submit(chromedp.CSS("#structure")))
		b.waitDone("Invitation envoyée")
		p.enterAs(b, third)
		b.open(strings.Split(page, "?")[0])
		b.do(chromedp.SendKeys(chromedp.CSS("#apport"), "une cuisine"), chromedp.Click(chromedp.CSS(`button[value="accepter"]`)))
		b.waitDone("membre du groupement")
		b.open("/structures?kind=GROUPEMENT&basis=L2113-12")
		b.waitHeading("Aucune structure ne correspond à vos filtres") // one member is outside of the basis
		b.open("/structures?kind=GROUPEMENT")
		if text := b.text("#resultats"); !strings.Contains(text, "Non éligible au lot réservé L2113-12") || !strings.Contains(text, "Travaux du Pont") {
			b.Errorf("a buyer reads %s", text)
		}
		b.looksRight(true)
		b.do(chromedp.Click(chromedp.CSS("#resultats .cards a")))
		b.waitHeading("Bureaux et jardins")
		b.looksRight(true)
	})
}
