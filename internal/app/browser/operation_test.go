package browser

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"sourcier/internal/account"
	"sourcier/internal/people"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// What the express path may cost, from the study of a lot to the preview of the mail.
const (
	expressClicks = 8
	expressTime   = 3 * time.Minute
)

// TestOperationOfABuyer goes from the study of a lot to the launch of its consultation,
// with one supplier who answers on a phone without an account and one who telephones.
func TestOperationOfABuyer(t *testing.T) {
	eachStore(t, nil, func(t *testing.T, p place) {
		for _, c := range []struct {
			width      int64
			javascript bool
			sector     string // of its own: who is found is of this journey
		}{{wide, true, "nettoyage-locaux"}, {narrow, true, "nettoyage-locaux"}, {narrow, false, "nettoyage-vitres"}} {
			if (c.width == wide) == strings.HasSuffix(t.Name(), "mongo") {
				continue // what it looks like depends on no store: each screen on one of them
			}
			t.Run(fmt.Sprintf("%d px, JavaScript %v", c.width, c.javascript), func(t *testing.T) {
				j := newSourced(p.tab(t, c.width, c.javascript), p, c.javascript, c.sector)
				j.prepares()
				j.sends()
				j.answers()
				j.enters()
				j.meets()
				j.contests()
				j.shares()
				j.analyses()
				j.reports()
				j.launches()
				j.follows()
			})
		}
	})
}

// sourced is the journey of a sourçage: the buyer's browser, and that of suppliers.
type sourced struct {
	*buying
	other       *tab // of the suppliers: a phone
	clicks      int  // of the buyer
	asked       sourcing.Purchase
	phone, call *structure.Structure // who answers by its link, who telephones
	caller      account.Email        // of the account of the second
	id, link    string               // of the sourçage, and of the personal page of the first
}

func newSourced(b *tab, p place, javascript bool, sector string) *sourced {
	b.Helper()
	j := &sourced{buying: &buying{tab: b, p: p, javascript: javascript, tag: account.NewID()[:6]}, other: p.tab(b.T, narrow, javascript)}
	_, j.ada = p.townHall(b, "Ville de Vitry-sur-Seine")
	_, phone := p.runs(b.T, "Atelier "+j.tag, structure.EA, sector)
	caller, call := p.runs(b.T, "Propreté "+j.tag, structure.EA, sector)
	j.phone, j.call, j.caller = j.counted(phone), j.counted(call), caller
	m := p.member(b, j.ada.Email)
	j.asked = sourcing.Purchase{
		ID: account.NewID(), Organisation: m.Organisation, Object: "Nettoyage des écoles " + j.tag, CPV: "90911200", Euros: 240_000, Places: []string{"94081"},
		Publication: structure.DateOf(p.Now().AddDate(0, 6, 0)), Lots: []sourcing.Lot{{ID: "l1", Sectors: []string{sector}}},
	}
	if err := p.Programme.Create(b.ctx, m, j.asked); err != nil {
		b.Fatal(err)
	}
	return j
}

// counted gives a structure the number without which no study counts it, and an address of
// its own.
func (j *sourced) counted(sheet string) *structure.Structure {
	j.Helper()
	answerers++
	d, err := store.Update(j.ctx, j.p.Structures, sheet, func(v *structure.Structure) (store.Change, error) {
		v.SIRET, v.Contact.Email = realSIRET(j.T, answerers), "accueil."+sheet+"@structure.example"
		return store.Change{}, nil
	})
	if err != nil {
		j.Fatal(err)
	}
	return &d.Value
}

func (j *sourced) page(path string) string { return "/sourcages/" + j.id + path }

// click is one of the buyer.
func (j *sourced) click(selector string) {
	j.Helper()
	j.clicks++
	j.buying.click(selector)
}

// writes types into a field that is empty.
func writes(b *tab, selector, text string) {
	b.Helper()
	b.do(chromedp.WaitVisible(chromedp.CSS(selector)), chromedp.SendKeys(chromedp.CSS(selector), text))
}

// says fails unless what is read in the tab has each text.
func (b *tab) says(texts ...string) {
	b.Helper()
	got := b.text("main")
	for _, text := range texts {
		if !strings.Contains(got, text) {
			b.Errorf("%s: nothing says %q: %s", b.location(), text, got)
		}
	}
}

// prepares goes from the study of the lot to the preview, by the express path.
func (j *sourced) prepares() {
	j.Helper()
	j.p.enterAs(j.tab, j.ada.Email)
	lot := "/programme/achats/" + j.asked.ID + "/lots/l1"
	for start := time.Now(); time.Since(start) < 20*time.Second; time.Sleep(100 * time.Millisecond) {
		j.open(lot) // the index takes in what the test has just written
		if j.js(`document.querySelector("main").textContent.includes("Propreté `+j.tag+`")`) == "true" {
			break
		}
	}
	j.clicks = 0
	begun := time.Now()
	j.click(`main a[href^="/sourcages/nouveau?"]`)
	j.waitHeading("Lancer un sourçage")
	j.mustNotScrollSideways()
	j.click(`main a[href^="/sourcages/nouveau/express?"]`)
	j.waitHeading("Préparer un sourçage en express")
	j.tab.says("Atelier "+j.tag, "Propreté "+j.tag)
	if got := j.js(`document.querySelectorAll(".op-choices .form-check-input:checked").length`); got != "2" {
		j.Errorf("%s structures are proposed", got)
	}
	j.mustNotScrollSideways()
	j.click("#interets")
	j.click(".op-form .btn-act")
	j.waitHeading("Aperçu du premier message")
	took := time.Since(begun)
	j.Logf("express path: %d clicks, %s", j.clicks, took.Round(100*time.Millisecond))
	if j.clicks > expressClicks || took > expressTime {
		j.Errorf("the express path takes %d clicks and %s", j.clicks, took)
	}
	j.tab.says("Nous préparons un marché public : « Nettoyage des écoles "+j.tag+" »", "Atelier "+j.tag, "Propreté "+j.tag)
	j.well(j.javascript)
	j.id = strings.Split(j.location(), "/")[2]
}

// sends opens the sourçage, and finds the personal link in the mail of the first supplier.
func (j *sourced) sends() {
	j.Helper()
	j.click(".op-open .btn-act")
	j.waitDone("C’est parti")
	j.tab.says("Atelier "+j.tag, "Propreté "+j.tag, "2 structures contactées")
	j.well(j.javascript)
	j.link = j.letter(j.phone)
}

// letter gives the address that the newest mail to a supplier leads to.
func (j *sourced) letter(to *structure.Structure) string {
	j.Helper()
	return j.other.mailLink(j.supplier(to).Email, "")
}

// mailLink gives the address that the newest mail to somebody leads to, of those whose
// subject has a text.
func (b *tab) mailLink(to, about string) string {
	b.Helper()
	row := fmt.Sprintf(`[...document.querySelectorAll(".desk-table tbody a")].find(a => a.textContent.includes(%q))`, about)
	for start := time.Now(); time.Since(start) < 10*time.Second; time.Sleep(50 * time.Millisecond) {
		b.open("/boite?destinataire=" + url.QueryEscape(to))
		if b.js(row) != "undefined" {
			break // the mail follows the write that it is of
		}
	}
	b.open(strings.TrimPrefix(b.js(row+".href"), b.base))
	return strings.TrimPrefix(b.js(`document.querySelector('section[aria-labelledby="message"] .btn-act').href`), b.base)
}

// supplier is a structure as the sourçage knows it.
func (j *sourced) supplier(v *structure.Structure) *sourcing.Supplier {
	j.Helper()
	d, err := j.p.Operation.Operations.Get(j.ctx, j.id)
	if err != nil {
		j.Fatal(err)
	}
	i := slices.IndexFunc(d.Value.Suppliers, func(s sourcing.Supplier) bool { return s.Structure == v.ID })
	if i < 0 {
		j.Fatalf("%s is not asked", v.Name)
	}
	return &d.Value.Suppliers[i]
}

// answers is the first supplier, on a phone and without an account: a draft, then the answer.
func (j *sourced) answers() {
	j.Helper()
	b := j.other
	b.open(j.link)
	b.says("Ville de Vitry-sur-Seine vous consulte avant un marché public", "Charte de déontologie")
	b.mustNotScrollSideways()
	b.do(chromedp.Click(chromedp.CSS(`.answer-end button[value="envoyer"]`)), chromedp.WaitVisible(chromedp.CSS(".error-summary")))
	b.forgive() // the browser logs the 422
	b.well(j.javascript)
	writes(b, "#r-effectif", "12")
	b.do(chromedp.Click(chromedp.CSS(`.answer-end button[value="brouillon"]`)))
	b.waitDone("Brouillon enregistré")
	b.well(j.javascript)
	b.open(j.link)
	if got := b.js(`document.querySelector("#r-effectif").value`); got != "12" {
		b.Errorf("the draft is %q", got)
	}
	writes(b, "#r-territoire", "Vitry et les communes voisines")
	writes(b, "#r-prix", "Grille secrète "+j.tag)
	writes(b, "#nom", "Nora Diallo")
	b.do(chromedp.Click(chromedp.CSS(`.answer-end button[value="envoyer"]`)))
	b.waitDone("Votre réponse est envoyée")
	b.says("Votre réponse enregistrée")
	b.well(j.javascript)
}

// enters is the buyer, who writes what the second supplier says on the telephone.
func (j *sourced) enters() {
	j.Helper()
	j.open(j.page("/reponses"))
	j.tab.says("Nora Diallo")
	j.mustNotScrollSideways()
	j.click(`main a[href$="/reponses/` + j.supplier(j.call).ID + `/saisir"]`)
	j.do(chromedp.WaitVisible(chromedp.CSS("#voie-" + string(sourcing.ByCall))))
	j.mustNotScrollSideways()
	j.do(chromedp.Click(chromedp.CSS("#voie-" + string(sourcing.ByCall))))
	writes(j.tab, "#nom", "Paul Lenoir")
	writes(j.tab, "#note", "Appelé au standard.")
	writes(j.tab, "#r-effectif", "30")
	writes(j.tab, "#r-territoire", "Tout le Val-de-Marne")
	j.click(".answer-form > .btn-act")
	j.waitDone("saisie par l’acheteur")
	j.tab.says("Tout le Val-de-Marne", "Paul Lenoir")
	j.well(j.javascript)
}

// meets notes the same agenda for all, and a talk whose minutes go to the first supplier.
func (j *sourced) meets() {
	j.Helper()
	j.open(j.page("/entretiens/ordre-du-jour"))
	writes(j.tab, "#ordre", "Les sites\nLa reprise du personnel")
	j.mustNotScrollSideways()
	j.click("main .form-box .btn-act")
	j.waitDone("Ordre du jour enregistré")
	j.mustNotScrollSideways()
	j.click(`main a[href$="/entretiens/nouveau"]`)
	j.waitHeading("Noter un entretien")
	j.mustNotScrollSideways()
	at := j.p.Now().Add(-2 * time.Hour).In(structure.Paris)
	j.do(chromedp.SetValue(chromedp.CSS("#structure"), j.supplier(j.phone).ID), chromedp.Click(chromedp.CSS("#forme-visio")),
		chromedp.SetValue(chromedp.CSS("#jour"), at.Format("2006-01-02")), chromedp.SetValue(chromedp.CSS("#heure"), at.Format("15:04")))
	writes(j.tab, "#duree", "40")
	writes(j.tab, "#notres", "Ada Morel")
	writes(j.tab, "#leurs", "Nora Diallo")
	writes(j.tab, "#compte_rendu", "La structure peut ouvrir huit sites en mars.")
	j.click("main .form-box .btn-act")
	j.waitDone("Enregistré")
	j.click(".reg-confirm summary")
	j.well(j.javascript)
	j.click(".reg-confirm form .btn-act")
	j.waitDone("Compte rendu envoyé")
	j.mustNotScrollSideways()
}

// contests is the first supplier, who does not agree with the minutes, and the buyer who replies.
func (j *sourced) contests() {
	j.Helper()
	b := j.other
	b.open(j.link)
	b.says("La structure peut ouvrir huit sites en mars.")
	b.well(j.javascript)
	b.do(chromedp.Click(chromedp.CSS(`button[value="contester"]`)), chromedp.WaitVisible(chromedp.CSS(".error-summary")))
	b.forgive() // the browser logs the 422
	b.well(j.javascript)
	writes(b, `textarea[name^="mot-"]`, "Nous avons dit six sites, pas huit.")
	b.do(chromedp.Click(chromedp.CSS(`button[value="contester"]`)))
	b.waitDone("Votre avis sur le compte rendu est enregistré")
	b.says("Nous avons dit six sites, pas huit.")
	b.well(j.javascript)

	j.open(j.page("/entretiens"))
	j.tab.says("contesté")
	j.click(`.reg-meet a`)
	j.do(chromedp.WaitVisible(chromedp.CSS("#reponse")))
	j.tab.says("Nous avons dit six sites, pas huit.")
	writes(j.tab, "#reponse", "Six sites : c’est noté.")
	j.well(j.javascript)
	j.click(`form[action$="/reponse"] .btn`)
	j.waitDone("Réponse envoyée à la structure")
}

// shares notes what the talk told one supplier alone: a gap of the registre, which one
// click shares with all.
func (j *sourced) shares() {
	j.Helper()
	j.click(`main a[href*="/registre/noter?entretien="]`)
	j.waitHeading("Noter une information donnée")
	writes(j.tab, "#texte", "Les écoles ferment du 2 au 24 août.")
	j.mustNotScrollSideways()
	j.click("main .form-box .btn-act")
	j.waitDone("Enregistré")
	j.open(j.page("/registre"))
	j.tab.says("1 manque", "Les écoles ferment du 2 au 24 août.")
	if got := j.js(`document.querySelectorAll(".reg-table td.reg-manque").length`); got != "1" {
		j.Errorf("%s cells of the registre are gaps: %s", got, j.js(`[...document.querySelectorAll(".reg-table td")].map(e => e.className).join()`))
	}
	j.mustNotScrollSideways()
	j.click("button.reg-share")
	j.waitDone("Partagé")
	j.well(j.javascript)
	j.mustNotScrollSideways()
	j.open(j.page("/registre"))
	if got := j.js(`document.querySelectorAll(".reg-table td.reg-manque").length`); got != "0" {
		j.Errorf("%s cells of the registre are gaps once it is shared", got)
	}
	if got := j.letter(j.call); !strings.HasPrefix(got, "/sourcage/") {
		j.Errorf("the other supplier is told by a mail that leads to %s", got)
	}
	j.open(j.page("/registre/annexe"))
	j.tab.says("Les écoles ferment du 2 au 24 août.")
	j.mustNotScrollSideways()
}

// analyses waits for the deadline, compares and writes what the market makes of it.
func (j *sourced) analyses() {
	j.Helper()
	_, err := store.Update(j.ctx, j.p.Operation.Operations, j.id, func(o *sourcing.Operation) (store.Change, error) {
		o.Deadline = j.p.Now().Add(-time.Minute) // it has passed
		return store.Change{}, nil
	})
	if err != nil {
		j.Fatal(err)
	}
	j.open(j.page("/lancement"))
	j.mustNotScrollSideways()
	j.click(`form[action$="/lancement/analyse"] button`)
	j.waitDone("Les réponses sont en analyse")
	j.open(j.page("/comparaison"))
	j.tab.says("Atelier "+j.tag, "Propreté "+j.tag, "Tout le Val-de-Marne", "Grille secrète "+j.tag)
	j.well(j.javascript)
	j.open(j.page("/constats"))
	writes(j.tab, "#texte", "Deux structures couvrent la ville.")
	j.do(chromedp.SetValue(chromedp.CSS("#effet"), string(sourcing.OnReservation)))
	writes(j.tab, "#consequence", "Réserver le lot aux entreprises adaptées.")
	j.click("main .form-box .btn-act")
	j.waitDone("Constat enregistré")
	j.mustNotScrollSideways()
}

// reports freezes the report and reads both versions, as pages and as files.
func (j *sourced) reports() {
	j.Helper()
	j.open(j.page("/rapport"))
	j.mustNotScrollSideways()
	j.click(`form[action$="/rapport"] .btn-act`)
	j.waitDone("Rapport figé")
	j.mustNotScrollSideways()
	secret := "Grille secrète " + j.tag
	for _, version := range []string{"interne", "communicable"} {
		at := j.page("/rapport/1/" + version)
		j.open(at)
		j.tab.says("Réserver le lot aux entreprises adaptées.", "Nous avons dit six sites, pas huit.", "Les écoles ferment du 2 au 24 août.", "saisie par l’acheteur")
		if strings.Contains(j.text("main"), secret) != (version == "interne") {
			j.Errorf("%s: what is confidential is in the wrong version", version)
		}
		j.mustNotScrollSideways()
		for file, begins := range map[string]string{"rapport.pdf": "%PDF-", "rapport.docx": "PK"} {
			if got := j.p.fetch(j.tab, j.ada.Email, at+"/"+file); !strings.HasPrefix(got, begins) {
				j.Errorf("%s/%s begins with %.20q", at, file, got)
			}
		}
	}
}

// fetch gives a file as somebody takes it away.
func (p place) fetch(b *tab, as account.Email, path string) string {
	b.Helper()
	token, err := p.People.Enter(b.ctx, as, people.Arrival{Method: account.ByLink})
	if err != nil {
		b.Fatal(err)
	}
	req, err := http.NewRequestWithContext(b.ctx, http.MethodGet, p.base+path, http.NoBody)
	if err != nil {
		b.Fatal(err)
	}
	req.AddCookie(&http.Cookie{Name: "sourcier_session", Value: token})
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		b.Errorf("%s: %s, %v", path, res.Status, err)
	}
	return string(body)
}

// launches sends the last message to all.
func (j *sourced) launches() {
	j.Helper()
	j.open(j.page("/lancement"))
	j.mustNotScrollSideways()
	j.click(`form[action$="/lancement/apercu"] .btn-act`)
	j.do(chromedp.WaitVisible(chromedp.CSS(`main form[action$="/lancement"] .btn-act`)))
	j.tab.says("Ce message part à 2 structures")
	j.well(j.javascript)
	j.click(`main form[action$="/lancement"] .btn-act`)
	j.waitDone("Consultation lancée")
	j.well(j.javascript)
	j.open(j.page(""))
	j.tab.says("Atelier "+j.tag, "Propreté "+j.tag)
	j.mustNotScrollSideways()
}

// follows is the second supplier, signed in elsewhere, who finds what was asked, answered
// for it and told, and nobody else; and the link of the first, which is only read.
func (j *sourced) follows() {
	j.Helper()
	b := j.other
	b.open(j.link)
	b.says("Les écoles ferment du 2 au 24 août.", "Six sites : c’est noté.")
	if got := b.js(`document.querySelectorAll("#reponse").length`); got != "0" {
		b.Error("one may still answer after the launch")
	}
	b.well(j.javascript)

	j.p.enterAs(b, j.caller)
	b.open("/mes-sourcages")
	b.waitHeading("Mes sourçages")
	b.says("Nettoyage des écoles "+j.tag, "Ville de Vitry-sur-Seine")
	b.mustNotScrollSideways()
	b.do(chromedp.Click(chromedp.CSS(".own-list h2 a")), chromedp.WaitVisible(chromedp.CSS("section[aria-labelledby=reponses]")))
	b.says("Les écoles ferment du 2 au 24 août.", "Tout le Val-de-Marne", "Saisie par l’acheteur")
	for _, other := range []string{"Atelier " + j.tag, "Nora Diallo", "six sites"} {
		if strings.Contains(b.text("main"), other) {
			b.Errorf("a supplier reads of another: %q", other)
		}
	}
	b.well(j.javascript)
}
