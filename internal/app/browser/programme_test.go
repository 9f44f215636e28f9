package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"sourcier/internal/account"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// TestProgrammeOfABuyer goes from a file to a purchase, its study, an opinion, a decision
// by two and its text, then from its announcement to a structure that is interested.
func TestProgrammeOfABuyer(t *testing.T) {
	eachStore(t, nil, func(t *testing.T, p place) {
		for _, c := range []struct {
			width      int64
			javascript bool
		}{{wide, true}, {narrow, true}, {narrow, false}} {
			if (c.width == wide || !c.javascript) == strings.HasSuffix(t.Name(), "mongo") {
				continue // what it looks like depends on no store: each screen on one of them
			}
			t.Run(fmt.Sprintf("%d px, JavaScript %v", c.width, c.javascript), func(t *testing.T) {
				j := newBuying(p.tab(t, c.width, c.javascript), p, c.javascript)
				j.imports()
				j.studies()
				j.advised()
				j.decides()
				j.announces()
				j.followed()
			})
		}
	})
}

// buying is the journey of a purchase under way.
type buying struct {
	*tab
	p              place
	javascript     bool
	tag            string         // in the names of what is its own
	ada, bea, carl account.Person // who buys, who advises, who buys too
	structure      account.Email  // who acts for one that could answer
	purchase       string         // its page
	decision       string         // that of its lot
}

var answerers = 300_000 // numbers of their own

func newBuying(b *tab, p place, javascript bool) *buying {
	b.Helper()
	j := &buying{tab: b, p: p, javascript: javascript, tag: account.NewID()[:6]}
	var id string
	id, j.ada = p.townHall(b, "Ville de Vitry-sur-Seine")
	j.bea, j.carl = p.somebody(b, "bea", "Béa Nguyen"), p.somebody(b, "carl", "Carl Petit")
	_, err := store.Update(b.ctx, p.People.Organisations.Collection, id, func(o *account.Organisation) (store.Change, error) {
		for person, role := range map[string]account.Role{j.bea.ID: account.Facilitateur, j.carl.ID: account.Buyer} {
			if err := o.Enrol(person, []account.Role{role}, false, p.Now()); err != nil {
				return store.Change{}, err
			}
		}
		return store.Change{}, nil
	})
	if err != nil {
		b.Fatal(err)
	}
	for _, name := range []string{"Atelier", "Propreté", "Services"} {
		var sheet string
		j.structure, sheet = p.runs(b.T, name+" "+j.tag, structure.EA, "nettoyage-locaux")
		answerers++
		_, err := store.Update(b.ctx, p.Structures, sheet, func(v *structure.Structure) (store.Change, error) {
			v.SIRET = realSIRET(b.T, answerers) // without one it is not counted
			return store.Change{}, nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return j
}

// looks is for a page that TestProgrammeIsAccessible does not see, in this state.
func (j *buying) looks() { j.Helper(); j.looksRight(j.javascript) }

// says fails unless the element holds each text.
func (j *buying) says(selector string, texts ...string) {
	j.Helper()
	got := j.text(selector)
	for _, text := range texts {
		if !strings.Contains(got, text) {
			j.Errorf("%s: nothing says %q: %s", j.location(), text, got)
		}
	}
}

func (j *buying) click(selector string) {
	j.Helper()
	j.do(chromedp.WaitVisible(chromedp.CSS(selector)), chromedp.Click(chromedp.CSS(selector)))
}

// imports sends a file of two lines, one of which is wrong.
func (j *buying) imports() {
	j.Helper()
	j.p.enterAs(j.tab, j.ada.Email)
	j.open("/programme")
	j.waitHeading("Programme d’achats")
	j.mustNotScrollSideways()
	file := filepath.Join(j.TempDir(), "programme-"+j.tag+".csv")
	rows := "N° de marché;Intitulé;Montant estimé HT;Code CPV;Lieu d’exécution;Publication prévue;Sans suite\n" +
		"M1;Nettoyage des écoles " + j.tag + ";240 k€ HT;90911200;Vitry;15/03/2027;x\nM2;Papier;beaucoup;;;;\n"
	if err := os.WriteFile(file, []byte(rows), 0o600); err != nil {
		j.Fatal(err)
	}
	j.open("/programme/import")
	j.click("main form .btn-act")
	j.do(chromedp.WaitVisible(chromedp.CSS(".error-summary")))
	j.forgive() // the browser logs the 422
	j.looks()
	j.do(chromedp.SetUploadFiles(chromedp.CSS("#fichier"), []string{file}))
	j.press("main form .btn-act", "/programme/import/")
	j.do(chromedp.WaitVisible(chromedp.CSS(".import-columns")))
	if got := j.js(`[...document.querySelectorAll(".import-columns select")].map(e => e.value).join()`); got != "reference,objet,montant,cpv,lieux,publication," {
		j.Errorf("the columns are understood as %s", got)
	}
	j.mustNotScrollSideways()
	j.click(`form[action$="/colonnes"] .btn-act`)
	j.waitHeading("Aperçu de")
	j.says("main", "240 000", "Vitry-sur-Seine", "beaucoup")
	j.mustNotScrollSideways()
	j.click(`form[action$="/importer"] .btn-act`)
	j.waitHeading("Import de")
	j.says("main", "Import terminé", "1 achat ajouté")
	j.looks()
}

// studies opens the purchase, then the study of its lot.
func (j *buying) studies() {
	j.Helper()
	j.click("main .acts .btn-act")
	j.waitHeading("Programme d’achats")
	j.click(`main a[href^="/programme/achats/"]:not([href$="/nouveau"])`)
	j.waitHeading("Nettoyage des écoles " + j.tag)
	j.purchase = strings.Split(j.location(), "?")[0]
	j.says("main", "Lot unique", "240 000", "Rétroplanning")
	j.mustNotScrollSideways()
	j.click(`#lots ~ * a[href*="/lots/"], section a[href*="/lots/"]`)
	j.do(chromedp.WaitVisible(chromedp.CSS(".study-verdict")))
	j.says(".study-first", "Réservable", "L2113-12")
	j.click(".study-circles a") // who is behind a number
	j.do(chromedp.WaitVisible(chromedp.CSS(".study-list[open]")))
	j.says(".study-list[open]", "Atelier "+j.tag, "Propreté "+j.tag, "Services "+j.tag)
	j.looks()
	j.click(".study-verdict .btn-act")
	j.waitHeading("Décision")
	j.decision = j.location()
}

// advised asks for an opinion, which the facilitateur finds and gives.
func (j *buying) advised() {
	j.Helper()
	j.do(chromedp.SetValue(chromedp.CSS("#facilitateur"), j.bea.ID), chromedp.SendKeys(chromedp.CSS("#question"), "Trois structures suffisent-elles ?"), chromedp.Submit(chromedp.CSS("#question")))
	j.waitDone("Avis demandé")
	j.p.enterAs(j.tab, j.bea.Email)
	j.open("/programme/avis")
	j.says("main", "Trois structures suffisent-elles ?", "Ada Morel")
	j.mustNotScrollSideways()
	j.click(`main a[href$="/decision"]`)
	j.waitHeading("Décision")
	j.click(`form[action*="/avis/"] .btn-act`)
	j.do(chromedp.WaitVisible(chromedp.CSS(".error-summary")))
	j.forgive() // the browser logs the 422
	j.looks()
	j.do(chromedp.Click(chromedp.CSS("#sens-favorable")), chromedp.SendKeys(chromedp.CSS("#raisons"), "Oui : trois entreprises adaptées."), chromedp.Submit(chromedp.CSS("#raisons")))
	j.waitDone("Avis rendu")
}

// decides proposes, cannot approve of it, and has a colleague do so: the texts are there.
func (j *buying) decides() {
	j.Helper()
	j.p.enterAs(j.tab, j.ada.Email)
	j.open(j.decision)
	j.says("main", "Favorable", "Oui : trois entreprises adaptées.")
	j.do(chromedp.Click(chromedp.CSS("#choix-reserver")), chromedp.SetValue(chromedp.CSS("#base"), "L2113-12"),
		chromedp.SendKeys(chromedp.CSS("#motifs"), "Une concurrence suffisante."), chromedp.Submit(chromedp.CSS("#motifs")))
	j.waitDone("Proposition enregistrée")
	j.says("main", "Vous en êtes l’auteur")
	j.looks()
	if j.js(`document.querySelectorAll('form[action$="/approuver"]').length`) != "0" {
		j.Error("the author is offered to approve")
	}
	j.js(`document.querySelector('form[action$="/retirer"]').action = document.querySelector('form[action$="/retirer"]').action.replace("/retirer", "/approuver")`)
	j.click(`form[action$="/approuver"] button`)
	j.do(chromedp.WaitVisible(chromedp.CSS(".error-summary")))
	j.forgive() // the browser logs the 403
	j.looks()

	j.p.enterAs(j.tab, j.carl.Email)
	j.open(j.decision)
	j.looks()
	j.click(`form[action$="/approuver"] .btn-act`)
	j.waitDone("Proposition approuvée")
	j.says("main", "Décision en vigueur", "Texte pour la consultation", "res-ws")
	if text := j.js(`document.querySelector(".copy-field textarea").value`); !strings.Contains(text, "L2113-12") || !strings.Contains(text, "entreprises adaptées") {
		j.Errorf("the text for the notice is %q", text)
	}
	j.looks()
}

// announces puts the purchase into the public forward programme.
func (j *buying) announces() {
	j.Helper()
	j.p.enterAs(j.tab, j.ada.Email)
	j.open(j.purchase)
	j.click(`form:has([name="etat"][value="programme"]) button`)
	j.waitDone("État de l’achat changé")
	j.mustNotScrollSideways()
	j.click(`main a[href$="/annonce"]`)
	j.waitHeading("Annonce publique : Nettoyage des écoles " + j.tag)
	j.do(chromedp.Click(chromedp.CSS("#reservation-oui")), chromedp.Click(chromedp.CSS("#montant-tranche")))
	j.click("main .form-box .btn-act")
	j.waitDone("L’annonce est publique")
	j.mustNotScrollSideways()
}

// followed is the structure that follows what is to come and shows its interest, and its
// buyer who sees it.
func (j *buying) followed() {
	j.Helper()
	object := "Nettoyage des écoles " + j.tag
	j.p.enterAs(j.tab, j.structure)
	j.open("/achats-a-venir")
	j.says("main", object, "Réservation envisagée", "De 200 000 à 500 000 € HT", "Prévisionnel et non engageant")
	j.mustNotScrollSideways()
	j.click(`main a[href="/achats-a-venir/suivre"]`)
	j.waitHeading("M’alerter des achats à venir")
	j.mustNotScrollSideways()
	j.click("main .form-box > .btn-act")
	j.waitDone("Votre alerte est active")
	j.says("main", "Déjà annoncés", object)
	j.looks()
	j.open("/achats-a-venir/" + j.purchase[strings.LastIndex(j.purchase, "/")+1:])
	j.click(`form[action$="/interet"] .btn-act`)
	j.waitDone("Votre intérêt est signalé")
	j.says("main", "Signalé au nom de Services "+j.tag)
	j.looks()

	j.p.enterAs(j.tab, j.ada.Email)
	j.open(j.purchase + "/annonce")
	j.says("#interets + *, section[aria-labelledby=interets]", "Services "+j.tag)
	j.looks()
}
