package web_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/web/webtest"
)

// prepared is a town that buys, its people and a purchase of two lots with its étude.
type prepared struct {
	*testing.T
	*crowd
	app          *fiber.App
	buys, helps  string // cookies
	lead, second buyer.Member
	purchase     sourcing.Purchase
}

func newPrepared(t *testing.T) *prepared {
	t.Helper()
	who, use := withPeople(t)
	p := &prepared{T: t, crowd: who, app: newPortal(t, use)}
	who.organisation(t, "ville", account.KindPublic)
	member := func(email string) buyer.Member {
		return buyer.Member{Person: who.person(t, email, "ville", true, account.Buyer), Organisation: "ville", Kind: account.KindPublic, Role: account.Buyer}
	}
	p.lead, p.second = member("achats@ville.example"), member("aide@ville.example")
	p.buys, p.helps = who.signIn(t, "achats@ville.example"), who.signIn(t, "aide@ville.example")
	p.purchase = who.studied(t, "ville", p.lead.Person)
	return p
}

func (p *prepared) get(path, cookie string) webtest.Answer {
	p.Helper()
	return webtest.Scenario{URL: path, Header: as(cookie)}.Do(p.T, p.app)
}

// shows asks for a page and holds what it says.
func (p *prepared) shows(path, cookie string, status int, texts ...string) string {
	p.Helper()
	return p.says(p.get(path, cookie), path, status, texts...)
}

// sends posts a form and holds what the answer says; it gives where it leads, or the page.
func (p *prepared) sends(path, cookie string, form url.Values, status int, texts ...string) string {
	p.Helper()
	got := post(p.T, p.app, path, cookie, form)
	page := p.says(got, path, status, texts...)
	if status == fiber.StatusSeeOther {
		return got.Header.Get("Location")
	}
	return page
}

func (p *prepared) says(got webtest.Answer, path string, status int, texts ...string) string {
	p.Helper()
	page := got.Body
	if got.Status != status {
		p.Fatalf("%s: status %d, not %d", path, got.Status, status)
	}
	for _, text := range texts {
		if !strings.Contains(page, text) {
			p.Errorf("%s does not say %q", path, text)
		}
	}
	return page
}

func (p *prepared) operation(id string) *sourcing.Operation {
	p.Helper()
	d, err := p.Operation.Operations.Get(p.Context(), id)
	if err != nil {
		p.Fatal(err)
	}
	return &d.Value
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)

// express is the form of the express path as the page fills it, each candidate excluded.
func (p *prepared) express(lot string) url.Values {
	p.Helper()
	page := p.shows("/sourcages/nouveau/express?achat="+p.purchase.ID+"&lot="+lot, p.buys, 200, "Étude", "Nous préparons un marché public", "Charte de déontologie")
	form := url.Values{"titre": {"Nettoyage Nord"}, "message": {"Nous préparons un marché public."}, "jour": {"18/12/2026"}, "heure": {"12:00"}, "modele": {"general"}, "interets": {"aucun"}}
	for _, f := range hiddenField.FindAllStringSubmatch(page, -1) {
		if f[1] != "jeton" {
			form.Set(f[1], f[2])
		}
	}
	for i := range 4 {
		form.Set("motif-"+strconv.Itoa(i), "capacite")
	}
	return form
}

// TestExpressPath: from a lot to the first message, and what is told while answers come.
func TestExpressPath(t *testing.T) {
	p := newPrepared(t)
	lot := "/programme/achats/" + p.purchase.ID + "/lots/l1"
	start := "/sourcages/nouveau?achat=" + p.purchase.ID + "&amp;lot=l1"
	p.shows(lot, p.buys, 200, "Lancer un sourçage", start)
	p.shows("/sourcages/nouveau?achat="+p.purchase.ID+"&lot=l1", p.buys, 200, "Parcours express", "Parcours complet")
	form := p.express("l1")
	p.sends("/sourcages/nouveau/express", p.buys, form, 422, "Cochez au moins une structure")
	form.Set("contact-0", "oui")
	p.sends("/sourcages/nouveau/express", p.buys, form, 422, "Atelier", "n’est pas complète", "Nous préparons un marché public.")
	form.Set("adresse-0", "accueil@atelier.example")
	form.Del("motif-1")
	p.sends("/sourcages/nouveau/express", p.buys, form, 422, "dites pour quel motif elle est écartée")
	form.Set("motif-1", "hors-territoire")
	form.Del("interets")
	p.sends("/sourcages/nouveau/express", p.buys, form, 422, "Déclarez vos intérêts")
	form.Set("interets", "aucun")
	form.Set("jour", "18/12/2024")
	p.sends("/sourcages/nouveau/express", p.buys, form, 422, "laisser une heure au moins")
	form.Set("jour", "18/12/2026")
	form.Set("vu", "autre")
	p.sends("/sourcages/nouveau/express", p.buys, form, 409, "L’étude du lot a changé")
	form = p.express("l1")
	form.Set("contact-0", "oui")
	form.Set("adresse-0", "accueil@atelier.example")
	preview := p.sends("/sourcages/nouveau/express", p.buys, form, 303)
	if again := p.sends("/sourcages/nouveau/express", p.buys, form, 303); again != preview {
		t.Errorf("sent twice it leads to %s and %s", preview, again)
	}
	id := strings.Split(preview, "/")[2]
	p.shows(preview, p.buys, 200, "accueil@atelier.example", "Envoyer à 1\u00a0structure", "Nous préparons un marché public.", "18 décembre 2026", "/charte-du-sourcage")
	own := "/sourcages/" + id
	p.sends(own+"/ouvrir", p.helps, url.Values{"version": {fmt.Sprint(p.operation(id).Rev)}}, 403, "pas de l’équipe")
	p.sends(own+"/ouvrir", p.buys, url.Values{"version": {"1"}}, 409, "Rien n’est parti")
	if to := p.sends(own+"/ouvrir", p.buys, url.Values{"version": {fmt.Sprint(p.operation(id).Rev)}}, 303); to != own+"?fait=ouvert" {
		t.Error(to)
	}
	p.shows(own, p.buys, 200, "Demande en attente d’envoi", "Aucune réponse", "1\u00a0structure contactée", "Ajouter une structure")
	p.shows("/programme/achats/"+p.purchase.ID, p.buys, 200, "En sourçage", own)
	p.shows("/sourcages?qui=moi", p.buys, 200, "Nettoyage Nord", "0 sur 1")
	p.shows("/sourcages?qui=moi", p.helps, 200, "Aucun sourçage ne répond")
	p.shows(own+"/modifier", p.buys, 409, "déjà ouvert")
	p.running(own, id)
}

// running are what is sent while a sourçage runs.
func (p *prepared) running(own, id string) {
	p.Helper()
	p.sends(own+"/ajouter", p.buys, url.Values{"nom": {"Gamma"}, "courriel": {"gamma"}}, 422, "n’est pas complète", `value="Gamma"`)
	p.sends(own+"/ajouter", p.buys, url.Values{"fiche": {"/structures/personne"}}, 422, "Aucune fiche")
	p.sends(own+"/ajouter", p.buys, url.Values{"nom": {"Gamma"}, "courriel": {"gamma@structure.example"}}, 303)
	late := p.operation(id).Suppliers[1]
	p.sends(own+"/structures/"+late.ID+"/adresse", p.buys, url.Values{"courriel": {"juste@structure.example"}}, 303)
	p.sends(own+"/structures/s99/adresse", p.buys, url.Values{"courriel": {"juste@structure.example"}}, 404)
	if now := p.operation(id).Supplier(late.ID); now.Email != "juste@structure.example" || now.Link == late.Link {
		p.Errorf("%+v", now)
	}
	p.shows(own+"/relance", p.buys, 200, "Envoyer la relance à 2\u00a0structures", "C’est la seule relance")
	p.sends(own+"/relance", p.buys, url.Values{"message": {" "}}, 422, "Écrivez le texte")
	p.sends(own+"/relance", p.buys, url.Values{"message": {"Votre réponse est attendue."}}, 303)
	p.sends(own+"/relance", p.buys, url.Values{"message": {"Encore."}}, 422, "il n’y en a qu’une")
	p.shows(own, p.buys, 200, "Relance en attente d’envoi", "juste@structure.example")
}

// TestFullPath: two buyers write one sourçage, the interests are declared, and what is
// missing is told until nothing is.
func TestFullPath(t *testing.T) {
	p := newPrepared(t)
	p.shows("/sourcages", p.buys, 200, "Aucun sourçage pour l’instant", "R2111-1")
	p.sends("/sourcages/nouveau", p.buys, url.Values{"achat": {p.purchase.ID}, "titre": {" "}}, 422, "Donnez un titre")
	to := p.sends("/sourcages/nouveau", p.buys, url.Values{"achat": {p.purchase.ID}, "titre": {"Sourçage complet"}, "envoi": {strings.Repeat("c", 26)}}, 303)
	own := strings.TrimSuffix(to, "?fait=cree")
	id := strings.TrimPrefix(own, "/sourcages/")
	p.shows(to, p.buys, 200, "Ce qui manque avant l’envoi", "Figez le panel", "Approuvez le questionnaire", "Déclarez vos intérêts")
	words := url.Values{"titre": {"Autre titre"}, "objectif": {"Savoir si deux lots suffisent."}, "message": {"Nous préparons un marché."}, "jour": {"18/12/2026"}, "heure": {"12:00"}, "lots": {"l1"}, "version": {"1"}}
	p.sends(own+"/modifier", p.helps, words, 403, "pas de l’équipe")
	p.sends(own+"/modifier", p.buys, words, 303)
	words.Set("titre", "Titre de l’autre")
	p.sends(own+"/modifier", p.buys, words, 409, `value="Titre de l’autre"`, "Ce qui est enregistré maintenant", "Autre titre")

	p.shows(own+"/equipe", p.buys, 200, "Vos intérêts ne sont pas déclarés", "ni les réponses, ni les fichiers joints")
	p.sends(own+"/equipe/interets", p.buys, url.Values{}, 422, "Dites si vous avez un intérêt")
	p.sends(own+"/equipe/interets", p.buys, url.Values{"interets": {"oui"}}, 422, "Dites lequel")
	p.sends(own+"/equipe/interets", p.buys, url.Values{"interets": {"non"}}, 303)
	p.sends(own+"/equipe", p.buys, url.Values{"personne": {"quelqu-un"}, "place": {"membre"}}, 422, "Choisissez une personne")
	p.sends(own+"/equipe", p.buys, url.Values{"personne": {p.second.Person}, "place": {"membre"}}, 303)
	p.sends(own+"/equipe/interets", p.helps, url.Values{"interets": {"oui"}, "lesquels": {"Mon frère travaille chez Atelier A."}}, 303)
	p.shows(own+"/equipe", p.buys, 200, "Mon frère travaille")
	p.sends(own+"/equipe/"+p.second.Person+"/recuser", p.helps, url.Values{"motif": {""}}, 422, "Dites pourquoi")
	p.sends(own+"/equipe/"+p.second.Person+"/recuser", p.helps, url.Values{"motif": {"Mon frère."}}, 303)
	p.shows(own+"/equipe", p.helps, 200, "Vous êtes récusé")
	p.sends(own+"/modifier", p.helps, words, 403, "récusé")
	p.sends(own+"/equipe/"+p.lead.Person+"/retirer", p.buys, nil, 422, "Une autre personne")
	p.sends(own+"/equipe/"+p.second.Person+"/retirer", p.buys, nil, 303)

	for _, v := range fixture() { // what the search finds is in the directory
		if _, err := p.Directory.Structures.Insert(t.Context(), v, store.Change{}); err != nil {
			t.Fatal(err)
		}
	}
	p.sends(own+"/panel/figer", p.buys, url.Values{"recherche": {"https://ailleurs.example/"}}, 422, "celle d’une recherche")
	p.sends(own+"/panel/figer", p.buys, url.Values{"recherche": {"q=nettoyage"}, "etude": {"l1"}}, 422, "une seule")
	p.sends(own+"/panel/figer", p.buys, url.Values{"recherche": {"http://localhost:8080/structures?q=nettoyage&page=2"}}, 303)
	l, err := p.Operation.Panel(t.Context(), p.operation(id))
	if err != nil || l.Sources[0].Query != "q=nettoyage" || l.Sources[0].Label == "" || l.Sources[0].Data == "" || len(l.Rows) != l.Sources[0].Total {
		t.Fatalf("%+v, %v", l, err)
	}
	p.shows(own+"/panel", p.buys, 200, "Recherche de l’annuaire", "à décider", l.Hash[:16])
	p.sends(own+"/panel/figer", p.buys, url.Values{"etude": {"l1"}, "ajouter": {"oui"}}, 303)
	more, err := p.Operation.Panel(t.Context(), p.operation(id))
	if err != nil || len(more.Sources) != 2 || len(more.Rows) <= len(l.Rows) {
		t.Errorf("%+v, %v", more.Sources, err)
	}
}

// TestPanelKeepsOtherPages: choices of one page do not lose those of another.
func TestPanelKeepsOtherPages(t *testing.T) {
	p := newPrepared(t)
	id := strings.Repeat("p", 26)
	o, _ := operationReady(id, "ville", p.purchase.ID, p.lead.Person)
	o.Panel, o.Suppliers, o.Excluded = nil, nil, nil
	if _, err := p.Operation.Operations.Insert(t.Context(), o, store.Change{}); err != nil {
		t.Fatal(err)
	}
	var l sourcing.Longlist
	for i := range 600 {
		l.Rows = append(l.Rows, sourcing.Row{Structure: fmt.Sprintf("st%03d", i), Name: fmt.Sprintf("Structure %d", i)})
	}
	if err := p.Operation.Freeze(t.Context(), p.lead, id, l); err != nil {
		t.Fatal(err)
	}
	at := "/sourcages/" + id + "/panel"
	choose := func(first int, decisions map[string]string, status int, texts ...string) {
		t.Helper()
		form := url.Values{"version": {fmt.Sprint(p.operation(id).Rev)}, "faire": {"enregistrer"}, "vue": {"toutes"}}
		for i := range 40 {
			form.Set(fmt.Sprintf("ligne-%d", i), fmt.Sprintf("st%03d", first+i))
		}
		for name, value := range decisions {
			form.Set(name, value)
		}
		p.sends(at, p.buys, form, status, texts...)
	}
	choose(0, map[string]string{"motif-0": "contacter", "adresse-0": "zero@structure.example", "motif-1": "doublon"}, 303)
	choose(40, map[string]string{"motif-3": "contacter", "adresse-3": "quarante@structure.example"}, 303)
	choose(80, map[string]string{"motif-0": "contacter"}, 422, "n’est pas complète")
	choose(80, map[string]string{"motif-0": "autre", "precision-0": "court"}, 422, "10 caractères", `value="court"`)
	choose(80, map[string]string{"motif-0": "conflit", "version": "1"}, 409, "entre-temps", `value="conflit" selected`)
	if o := p.operation(id); len(o.Suppliers) != 2 || len(o.Excluded) != 1 {
		t.Fatalf("%d contacted, %d excluded", len(o.Suppliers), len(o.Excluded))
	}
	p.shows(at+"?vue=contactees", p.buys, 200, "quarante@structure.example", "2\u00a0structures contactées")
	choose(80, map[string]string{"motif-0": "conflit", "faire": "tous"}, 422, "Choisissez le motif")
	choose(80, map[string]string{"motif-0": "conflit", "faire": "tous", "tous": "hors-territoire"}, 303)
	o = *p.operation(id)
	panel, err := p.Operation.Panel(t.Context(), &o)
	if err != nil || len(o.Suppliers) != 2 || len(o.Excluded) != 598 || len(o.Undecided(panel)) != 0 {
		t.Errorf("%d contacted, %d excluded, %d undecided, %v", len(o.Suppliers), len(o.Excluded), len(o.Undecided(panel)), err)
	}
	p.shows(at, p.buys, 200, "Voir l’aperçu du courriel")
}
