package web_test

import (
	"archive/zip"
	"bytes"
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/web/webtest"
)

const (
	lotDecision = "/programme/achats/achat/lots/l1/decision"
)

// judgedBy are figures that a study rests on: one of the day of its publication, later
// than the study, and one of a use.
var judgedBy = sourcing.Law{
	{Code: sourcing.FormalSupplies, From: "2028-01-01", Value: 230_000, Source: "Seuils européens 2028-2029"},
	{Code: sourcing.WorkerEuros, From: "2019-04-01", Value: 40_000, Source: "Ordre de grandeur", ToCheck: true},
}

// room is a portal on which a lot is decided on.
type room struct {
	*testing.T
	*crowd
	app                    *fiber.App
	buys, other, advises   string // cookies
	buyer                  buyer.Member
	facilitateur, approver string
}

// deciding fills one: two buyers, a facilitateur, a purchase of two lots.
func deciding(t *testing.T) *room {
	t.Helper()
	w, change := withPeople(t)
	w.organisation(t, "mairie", account.KindPublic)
	r := &room{T: t, crowd: w}
	author := w.person(t, "auteur@ville.example", "mairie", false, account.Buyer)
	r.approver = w.person(t, "autre@ville.example", "mairie", false, account.Buyer)
	r.facilitateur = w.person(t, "clauses@ville.example", "mairie", false, account.Facilitateur)
	r.buyer = buyer.Member{Person: author, Organisation: "mairie", Kind: account.KindPublic, Role: account.Buyer}
	p := sourcing.Purchase{ID: "achat", Object: "Nettoyage des locaux", Euros: 200_000, Places: []string{"94081"}, Lots: []sourcing.Lot{{ID: "l1", Object: "Lot Nord", Euros: 120_000}, {ID: "l2", Object: "Lot Sud", Euros: 80_000}}}
	if err := w.Programme.Create(t.Context(), r.buyer, p); err != nil {
		t.Fatal(err)
	}
	w.Programme.StudyLot = func(context.Context, buyer.Member, string, string) (sourcing.Study, error) {
		return sourcing.Study{On: "2026-11-23", Asked: 3, Rules: judgedBy, Bases: []sourcing.BasisStudy{{Basis: structure.L2113_12, Answerers: 4}},
			Verdicts: []sourcing.Verdict{{Code: sourcing.Reservable, Basis: structure.L2113_12, Reasons: []string{"Quatre répondants."}}}}, nil
	}
	r.app = newPortal(t, change)
	r.buys, r.other, r.advises = w.signIn(t, "auteur@ville.example"), w.signIn(t, "autre@ville.example"), w.signIn(t, "clauses@ville.example")
	return r
}

// sends posts a form and wants a status.
func (r *room) sends(cookie, path string, want int, pairs ...string) webtest.Answer {
	r.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	got := post(r.T, r.app, path, cookie, form)
	if got.Status != want {
		r.Errorf("POST %s %v: %d, want %d\n%s", path, pairs, got.Status, want, refusalText(got.Body))
	}
	return got
}

var summary = regexp.MustCompile(`(?s)class="error-summary".*?</div>`)

func refusalText(body string) string { return summary.FindString(body) }

// page reads one.
func (r *room) page(cookie, path string) string {
	r.Helper()
	got := webtest.Scenario{URL: path, Header: as(cookie)}.Do(r.T, r.app)
	if got.Status != 200 {
		r.Fatalf("GET %s: %d", path, got.Status)
	}
	return got.Body
}

func (r *room) shows(body string, wants ...string) {
	r.Helper()
	for _, want := range wants {
		if !strings.Contains(body, want) {
			r.Errorf("the page lacks %q", want)
		}
	}
}

var seenStamp = regexp.MustCompile(`name="vu" value="([0-9a-f]+)"`)

func (r *room) proposes(cookie, once string, want int, pairs ...string) webtest.Answer {
	r.Helper()
	vu := seenStamp.FindStringSubmatch(r.page(cookie, lotDecision))
	if vu == nil {
		r.Fatal("there is no form to propose")
	}
	return r.sends(cookie, lotDecision+"/proposition", want, append([]string{"envoi", once, "vu", vu[1]}, pairs...)...)
}

func TestDecisionPages(t *testing.T) {
	r := deciding(t)
	once := strings.Repeat("a", 26)
	r.sends(r.buys, lotDecision+"/avis", 422, "facilitateur", r.facilitateur, "pour", "demain")
	r.sends(r.buys, lotDecision+"/avis", 422, "facilitateur", r.approver, "pour", "2026-12-10")
	r.sends(r.buys, lotDecision+"/avis", 303, "envoi", once, "facilitateur", r.facilitateur, "pour", "2026-12-10", "question", "Qui peut ?")
	r.shows(r.page(r.advises, "/programme/avis"), "Lot Nord", "Attendu pour le", "Qui peut", `class="desk-count">1<`)
	r.sends(r.advises, lotDecision+"/avis/"+once, 422, "sens", "", "raisons", "")
	r.sends(r.advises, lotDecision+"/avis/"+once, 303, "sens", "favorable", "raisons", "Trois ESAT.")
	r.sends(r.advises, lotDecision+"/avis/"+once, 409, "sens", "defavorable", "raisons", "Non.") // given already

	refused := r.proposes(r.buys, once, 422, "choix", "reserver", "motifs", "Gardé.")
	r.shows(refused.Body, "Choisissez l’article", "Gardé.", "<title>Erreur")
	r.proposes(r.buys, once, 303, "choix", "reserver", "base", "L2113-12", "motifs", "Quatre répondants.")
	r.shows(r.page(r.buys, lotDecision), "Vous en êtes l’auteur", "Retirer ma proposition")
	at := lotDecision + "/propositions/" + once
	r.sends(r.buys, at+"/approuver", 403)
	r.sends(r.other, at+"/refuser", 422, "motif", "")
	r.shows(r.page(r.other, "/programme/avis"), "Réserver le lot (L2113-12)")
	r.sends(r.other, at+"/approuver", 303)
	r.sends(r.other, at+"/approuver", 303) // the same form again
	r.sends(r.buys, at+"/retirer", 409)
	body := r.page(r.buys, lotDecision)
	r.shows(body, "Décision en vigueur", "res-ws", "shelteredWorkshop", "au moins 50", "Pour l’avis de marché", "Empreinte SHA-256", "Proposer de reprendre")

	_, err := store.Update(t.Context(), r.Programme.Purchases, "achat", func(p *sourcing.Purchase) (store.Change, error) {
		p.Lots[0].Euros = 90_000
		return store.Change{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	r.shows(r.page(r.buys, lotDecision), "L’achat a changé depuis", "90")
	r.sends(r.buys, lotDecision+"/proposition", 409, "envoi", strings.Repeat("b", 26), "vu", "0", "choix", "critere", "motifs", "Autre.", "reprise", "Le besoin a changé.")
	r.Programme.StudyLot = nil
	r.shows(r.page(r.buys, lotDecision), "étude de ce lot n’est pas disponible")
}

func TestReviewPages(t *testing.T) {
	r := deciding(t)
	once := strings.Repeat("r", 26)
	r.sends(r.buys, "/programme/revues", 422, "envoi", once, "jour", "demain", "autres", "Jo")
	r.sends(r.buys, "/programme/revues", 303, "envoi", once, "jour", "2026-11-23", "present", r.facilitateur, "autres", "Jeanne Morel\nAli")
	at := "/programme/revues/" + once
	r.shows(r.page(r.buys, at), "1 sur 1", "Nettoyage des locaux", "Réservable (L2113-12)", "Lot Sud", "s’effacent cinq ans")
	r.sends(r.buys, at+"/achats/achat", 303, "version", "0", "conclusion", "reserver", "note", "Le lot Nord.")
	stale := r.sends(r.other, at+"/achats/achat", 409, "version", "0", "conclusion", "rien", "note", "Ce que j’écrivais.")
	r.shows(stale.Body, "Le lot Nord.", "Ce que j’écrivais.", "Quelqu’un d’autre a noté")
	r.sends(r.other, at+"/achats/absent", 404, "version", "0")
	r.sends(r.buys, at+"/achats/achat", 422, "version", "1", "note", strings.Repeat("a", sourcing.MaxNote+1))
	r.sends(r.buys, at+"/presents", 422, "autres", strings.Repeat("a", sourcing.MaxName+1))
	r.sends(r.buys, at+"/presents", 303, "autres", "Jeanne Morel")
	r.shows(r.page(r.advises, at+"/compte-rendu"), "À réserver", "Le lot Nord.", "Jeanne Morel")
	file := webtest.Scenario{URL: at + "/compte-rendu.docx", Header: as(r.buys)}.Do(t, r.app)
	if z, err := zip.NewReader(bytes.NewReader([]byte(file.Body)), int64(len(file.Body))); err != nil || len(z.File) != 8 {
		t.Error("the minutes are no document", err)
	}
	r.sends(r.buys, at+"/clore", 303)
	r.sends(r.buys, at+"/achats/achat", 409, "version", "1", "conclusion", "rien")
	r.shows(r.page(r.buys, "/programme/revues"), "Close le", "1\u00a0conclusion")
}

func TestInsertionHours(t *testing.T) {
	app := newPortal(t)
	webtest.Run(t, app, []webtest.Scenario{
		{Name: "nothing asked", URL: "/heures-d-insertion", Status: 200, Contains: []string{"1 000", "La formule"}},
		{Name: "the published example", URL: "/heures-d-insertion?montant=1+000+000&main-d-oeuvre=50&insertion=5&cout=30,00", Status: 200, Contains: []string{"833\u00a0heures", "0,5 équivalent"}},
		{Name: "the share of a trade", URL: "/heures-d-insertion?montant=1500000&metier=peinture&insertion=10&lieu=94081", Status: 200,
			Contains: []string{"3\u202f500\u00a0heures", "kind=AI&amp;kind=ETTI&amp;kind=GEIQ&amp;sector=peinture&amp;serves=94081"}},
		{Name: "a place in words", URL: "/heures-d-insertion?montant=1500000&metier=peinture&ou=Vitry-sur-Seine", Status: 200, Contains: []string{"serves=94081"}},
		{Name: "no figures", URL: "/heures-d-insertion?montant=beaucoup&main-d-oeuvre=120&cout=NaN", Status: 422, Contains: []string{"beaucoup", "Le calcul n’est pas fait", "<title>Erreur"}},
		{Name: "no such trade, no such place", URL: "/heures-d-insertion?montant=1000&metier=x&main-d-oeuvre=50&ou=zzzz", Status: 422, Contains: []string{"Choisissez un métier", "Ce lieu n’est pas connu"}},
		{Name: "more than a contract", URL: "/heures-d-insertion?montant=1e300&main-d-oeuvre=50", Status: 422, Contains: []string{"Le calcul n’est pas fait"}},
	})
}

// TestHoursBySettings: the share of a trade is a dated figure that administrators set.
func TestHoursBySettings(t *testing.T) {
	who, change := withPeople(t)
	app := newPortal(t, change)
	rule := sourcing.Rule{Code: "labour_peinture", From: "2020-01-01", Value: 60, Source: "Observatoire du territoire"}
	if err := who.Programme.SetRule(t.Context(), account.Actor{Person: "root", Administrator: true}, rule); err != nil {
		t.Fatal(err)
	}
	webtest.Run(t, app, []webtest.Scenario{{Name: "the share set", URL: "/heures-d-insertion?montant=1000000&metier=peinture&insertion=5&cout=30", Status: 200, Contains: []string{"1\u202f000", "Observatoire du territoire"}}})
}

// TestEvidenceTellsEachFigure: what a study was judged by is all told, of whatever day.
func TestEvidenceTellsEachFigure(t *testing.T) {
	r := deciding(t)
	r.proposes(r.buys, strings.Repeat("f", 26), 303, "choix", "ne-pas-reserver", "motifs", "Trop peu de réponses.")
	r.shows(r.page(r.buys, lotDecision), "230\u202f000\u00a0€\u00a0HT, depuis le 1er\u00a0janvier\u00a02028", "40\u202f000\u00a0€\u00a0HT, depuis le 1er\u00a0avril\u00a02019 (Ordre de grandeur), à vérifier")
}
