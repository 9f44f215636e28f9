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

// workshop makes a sheet that an organisation owns, and its person.
func (p place) workshop(b *tab, siret string) (id string, owner account.Person) {
	b.Helper()
	owner = p.somebody(b, "lou", "Lou Bernard")
	at := time.Now()
	o := account.Organisation{ID: account.NewID(), Kind: account.KindOwner, Name: "Les Ateliers du Lac", CreatedAt: at, ConfirmedAt: at}
	if err := o.Enrol(owner.ID, []account.Role{account.Structure}, true, at); err != nil {
		b.Fatal(err)
	}
	if _, err := p.People.Organisations.Insert(b.ctx, o, store.Change{}); err != nil {
		b.Fatal(err)
	}
	r := registration.New(structure.NewID("siret:"+siret), siret, "", "", at)
	_, err := r.Ask(o.ID, owner.ID, at)
	if err == nil {
		err = r.Grant(o.ID, registration.ProofMail, at)
	}
	if err == nil {
		_, err = p.Directory.Registrations.Insert(b.ctx, r, store.Change{})
	}
	if err != nil {
		b.Fatal(err)
	}
	return r.ID, owner
}

// fill types into a field what replaces its content.
func (b *tab) fill(field, text string) {
	b.Helper()
	b.do(chromedp.SetValue(chromedp.CSS(field), text))
}

// tells has a field say that it was typed in.
func (b *tab) tells(field string) {
	b.Helper()
	ask(b, chromedp.Evaluate[bool](`document.querySelector("`+field+`").dispatchEvent(new Event("input", { bubbles: true }))`))
}

// save sends a screen into the draft.
func (b *tab) save(field string) {
	b.Helper()
	b.do(chromedp.Submit(chromedp.CSS(field)))
	b.waitDone("Enregistré")
}

// TestAStructureWritesItsSheet fills the screens, looks at the preview, publishes, is
// found by a search, and goes back to what was.
func TestAStructureWritesItsSheet(t *testing.T) {
	p := newPlace(t, nil, "")
	for name, width := range widths {
		t.Run(name, func(t *testing.T) {
			b := p.tab(t, width, true)
			id, owner := p.workshop(b, map[string]string{"wide": "20005801400019", "narrow": "20005801400027"}[name])
			p.enterAs(b, owner.Email)
			b.open("/mes-fiches")
			b.looksRight(true)
			b.do(chromedp.Click(chromedp.CSS(".own-list h2 a")))
			b.waitLocation("/mes-fiches/" + id)
			b.looksRight(true)
			at := "/mes-fiches/" + id
			b.open(at + "/presentation")
			b.fill("#nom", "Les Ateliers du Lac "+name)
			b.fill("#presentation", "Quinze personnes nettoient bureaux, écoles et parties communes, avec des produits écolabellisés et des horaires de jour.")
			b.looksRight(true)
			b.save("#nom")
			b.open(at + "/adresse")
			b.fill("#postal", "94400")
			b.fill("#ville", "Vitry-sur-Seine")
			b.looksRight(true)
			b.save("#ville")
			b.open(at + "/coordonnees")
			b.fill("#telephone", "01 23 45 67 89")
			b.looksRight(true)
			b.save("#telephone")
			b.drawsAZone(at)
			b.open(at + "/contacts")
			b.fill("#sourcing-nom", "Zoé Marchand")
			b.fill("#sourcing-courriel", "zoe@ateliers.example")
			b.looksRight(true)
			b.do(chromedp.Submit(chromedp.CSS("#sourcing-nom")))
			b.waitDone("Contacts enregistrés")
			b.looksRight(true)
			b.open(at + "/apercu")
			b.waitHeading("Les Ateliers du Lac")
			b.looksRight(true)
			b.open(at)
			b.do(chromedp.Click(chromedp.CSS(`form[action$="/publier"] button`)))
			b.waitDone("en ligne")
			b.looksRight(true)
			if width == narrow { // the same at any width
				p.isFound(b, name, at)
				p.twoBrowsers(b, width, at, owner.Email)
			}
		})
	}
}

// drawsAZone fills an activity, its radius by the slider and by its number.
func (b *tab) drawsAZone(at string) {
	b.Helper()
	b.open(at + "/activites/nouvelle")
	b.do(chromedp.SendKeys(chromedp.CSS("#secteur_mots"), "nettoyage de bureaux"), chromedp.WaitVisible(chromedp.CSS("#secteur-choix input[type=checkbox]")))
	b.waitSettled()
	b.do(chromedp.Click(chromedp.CSS("#secteur-choix input[type=checkbox]")), chromedp.Click(chromedp.CSS("#mode-PREST")), chromedp.Click(chromedp.CSS("#disponibilite-disponible")))
	b.until(`document.querySelector(".zone-frame .leaflet-container, .zone-frame.leaflet-container, .map-box.leaflet-container") !== null`)
	b.fill("#rayon", "12")
	b.tells("#rayon")
	b.until(`document.querySelector(".zone-slide input").value === "12" && /12.km autour de Vitry-sur-Seine.*communes/.test(document.querySelector(".zone-said").textContent)`)
	ask(b, chromedp.Evaluate[string](`document.querySelector(".zone-slide input").value = "7"`))
	b.tells(".zone-slide input")
	b.until(`document.querySelector("#rayon").value === "7"`)
	b.looksRight(true)
	b.do(chromedp.Submit(chromedp.CSS("#offre")))
	b.waitDone("Activité enregistrée")
	b.looksRight(true)
}

// isFound: what is published is found, what is undone is not.
func (p place) isFound(b *tab, name, at string) {
	b.Helper()
	search := "/structures?q=ateliers+du+lac+" + name
	b.open(search)
	if b.found() != 1 {
		b.Errorf("what is published is not found: %s", b.text("#resultats"))
	}
	b.open(at + "/presentation")
	b.fill("#presentation", "Nous taillons aussi des haies et des massifs.")
	b.save("#nom")
	b.do(chromedp.Click(chromedp.CSS(`form[action$="/publier"] button`)))
	b.waitDone("en ligne")
	b.open(at + "/historique")
	b.looksRight(true)
	b.do(chromedp.Click(chromedp.CSS(`form[action$="/historique/1"] button`)))
	b.waitDone("de nouveau en ligne")
	if text := b.text("main"); !strings.Contains(text, "Retour à la version 1") {
		b.Errorf("the history does not tell the return: %s", text)
	}
}

// twoBrowsers write the same screen: the second sees both versions and chooses.
func (p place) twoBrowsers(b *tab, width int64, at string, email account.Email) {
	b.Helper()
	other := p.tab(b.T, width, true)
	p.enterAs(other, email)
	other.open(at + "/coordonnees")
	b.open(at + "/coordonnees")
	b.fill("#telephone", "01 11 11 11 11")
	b.save("#telephone")
	other.fill("#telephone", "02 22 22 22 22")
	other.fill("#site", "www.ateliers.example")
	other.do(chromedp.Submit(chromedp.CSS("#telephone")))
	other.waitHeading("Coordonnées : deux versions")
	other.forgive() // the browser logs the 409
	other.looksRight(true)
	other.do(chromedp.Click(chromedp.CSS("#telephone-leur")), chromedp.Submit(chromedp.CSS("#telephone-leur")))
	other.waitDone("Enregistré")
	other.open(at + "/coordonnees")
	got := ask(other, chromedp.Evaluate[string](`document.querySelector("#telephone").value + " " + document.querySelector("#site").value`))
	if !strings.HasPrefix(strings.ReplaceAll(got, "\u00a0", " "), "01 11 11 11 11") || !strings.HasSuffix(got, "www.ateliers.example") {
		b.Errorf("after the choice: %q", got)
	}
}
