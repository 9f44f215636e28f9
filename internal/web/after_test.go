package web_test

import (
	"maps"
	"net/url"
	"strings"
	"testing"

	"sourcier/internal/event"
	"sourcier/internal/store"
)

// ended is a matinale of the town that is over, and its address.
func (h *hosting) ended() string {
	h.Helper()
	return "/evenements/" + pastEvent(h.T, h.crowd, "ville", "passee").event.ID
}

// Two organisers write what an event cost: the second is told, keeps what was typed, and
// writes it again knowingly.
func TestBudgetIsWrittenOver(t *testing.T) {
	h := newHosting(t)
	own := h.ended() + "/budget"
	form := url.Values{"version": {"1"}, "ligne": {"l-0"}, "l-0-quoi": {"Traiteur"}, "l-0-imputation": {"6232"}, "l-0-prevu": {"5 000"}, "l-0-paye": {"324,50"}}
	for field, c := range map[string][2]string{"l-0-paye": {"beaucoup", "montant"}, "l-0-quoi": {"", "Dites de quelle dépense"}, "l-0-prevu": {"-1", "montant"}, "l-0-imputation": {strings.Repeat("a", 151), "150 caractères"}} {
		bad := maps.Clone(form)
		bad.Set(field, c[0])
		h.sends(own, h.writes, bad, 422, c[1], "Erreur", `href="#`+field+`"`, `aria-invalid="true"`)
	}
	added := maps.Clone(form)
	added.Set("ajouter", "fin")
	h.sends(own, h.writes, added, 200, "Dépense 2", `value="Traiteur"`, `value="324,50"`)
	if len(h.stored(h.at()).Budget) != 0 {
		t.Error("something is stored of what was refused")
	}
	h.sends(own, h.writes, form, 303)
	h.shows(own, h.writes, 200, "324,50", "Par personne venue", "Par place restée vide")
	form.Set("l-0-paye", "400")
	page := h.sends(own, h.too, form, 409, "a changé pendant que vous écriviez", `value="400"`, "Erreur")
	if got := h.stored(h.at()).Budget; len(got) != 1 || got[0].Actual != 32450 || got[0].Planned != 500000 {
		t.Errorf("%+v", got)
	}
	form.Set("version", guestVersion.FindStringSubmatch(page)[1])
	h.sends(own, h.too, form, 303)
	h.shows(own, h.reads, 200, "400\u00a0€", "Imputation")
	h.sends(own, h.reads, form, 403)
	h.sends(own, h.theirs, form, 404)
}

func (h *hosting) at() string { return "/evenements/passee" }

func TestBalanceIsWritten(t *testing.T) {
	h := newHosting(t)
	own := h.ended() + "/bilan"
	form := url.Values{"version": {"1"}, "bilan": {"De bons contacts."}, "prochaine": {strings.Repeat("é", event.MaxText+1)}}
	h.sends(own, h.writes, form, 422, "000 caractères au plus", `href="#prochaine"`, "De bons contacts.")
	form.Set("prochaine", "Un jeudi.")
	h.sends(own, h.writes, form, 303)
	form.Set("bilan", "Autre chose.")
	h.sends(own, h.too, form, 409, "a changé pendant que vous écriviez", "Autre chose.", `name="version" value="2"`)
	h.shows(own, h.reads, 200, "De bons contacts.", "Un jeudi.", "Présence par rôle")
	if got := h.get(own+"/bilan.pdf", h.reads); got.Status != 200 || !strings.HasPrefix(got.Body, "%PDF-") {
		t.Errorf("report: %d", got.Status)
	}
}

func TestMeetingIsNoted(t *testing.T) {
	h := newHosting(t)
	own := h.ended() + "/rencontres"
	form := url.Values{"forme": {"rencontre"}, "jour": {"01/03/2024"}, "acheteur": {"buyer-passee"}, "structure": {"came-passee"}, "sujet": {"Deux squares."}}
	for field, c := range map[string][2]string{
		"forme": {"", "Choisissez la forme"}, "jour": {"demain", "jour"}, "acheteur": {"", "Dites qui"}, "structure": {"inconnue", "pas sur la liste"}, "sujet": {strings.Repeat("a", event.MaxRemark+1), "500 caractères"},
	} {
		bad := maps.Clone(form)
		bad.Set(field, c[0])
		h.sends(own, h.writes, bad, 422, c[1], "Erreur", "La rencontre n’est pas notée")
	}
	form.Set("jour", "31/12/2099")
	h.sends(own, h.writes, form, 422, "pas encore passé")
	form.Set("jour", "01/03/2024")
	h.sends(own, h.writes, form, 303)
	h.shows(own, h.writes, 200, "Deux squares.", "Paul Tavernier, Voirie", "À confirmer")
	match := url.Values{"cote": {"acheteur"}, "invite": {"buyer-passee"}, "version": {"7"}}
	h.sends(own+"/met-passee/rapprocher", h.writes, match, 409, "Rien n’a changé")
	match.Set("version", "1")
	h.sends(own+"/met-passee/rapprocher", h.writes, match, 303)
	h.sends(own+"/nulle/rapprocher", h.writes, match, 404)
}

// A survey from its first question to its end: two who write it, bad figures, questions that
// are frozen by the first answer.
func TestSurveyOfAnEvent(t *testing.T) {
	h := newHosting(t)
	past := pastEvent(t, h.crowd, "ville", "passee")
	fresh := past.event
	fresh.ID = "neuve"
	if _, err := h.Gathering.Events.Events.Insert(t.Context(), fresh, store.Change{}); err != nil {
		t.Fatal(err)
	}
	begun := "/evenements/neuve/enquete"
	h.sends(begun+"/debut", h.writes, url.Values{"depart": {"rien"}}, 422, "Choisissez de quoi partir")
	h.sends(begun+"/debut", h.writes, url.Values{"depart": {"rencontre"}}, 303)
	form := url.Values{"version": {"1"}, "titre": {"Votre avis"}, "question": {"q-0"}, "q-0-texte": {"Qu’en dites-vous ?"}, "q-0-forme": {"texte"}}
	bad := maps.Clone(form)
	bad.Set("q-0-texte", " ")
	h.sends(begun+"/modifier", h.writes, bad, 422, "Les questions ne sont pas enregistrées", `value="Votre avis"`)
	h.sends(begun+"/modifier", h.writes, form, 303)
	form.Set("titre", "Donnez votre avis")
	h.sends(begun+"/modifier", h.too, form, 409, "Quelqu’un d’autre", `value="Donnez votre avis"`, `name="version" value="2"`)
	h.sends(begun+"/envoyer", h.writes, url.Values{"jours": {"14"}}, 422, "Erreur")

	own := "/evenements/passee/enquete"
	h.sends(own+"/envoyer", h.writes, url.Values{"jours": {"0"}, "mot": {"Merci."}}, 422, "de 1 à 90 jours", `href="#jours"`, "Merci.")
	h.sends(own+"/envoyer", h.writes, url.Values{"jours": {"14"}, "mot": {strings.Repeat("a", event.MaxLetter+1)}}, 422, "500 caractères", `href="#mot"`)
	h.sends(own+"/envoyer", h.writes, url.Values{"jours": {"14"}}, 303)
	_, token := splitLink(h.Gathering.SurveyLink(&past.came))
	link := "/enquete/passee." + token
	h.sends(link, "", url.Values{}, 422, "au moins à une question")
	h.sends(link, "", url.Values{"r-utile": {"Les présentations."}}, 303)
	h.sends(link, "", url.Values{"r-utile": {"Encore."}}, 409, "déjà répondu")
	if to := h.get(own+"/modifier", h.writes); to.Status != 303 || to.Header.Get("Location") != own {
		t.Errorf("frozen questions: %d", to.Status)
	}
	frozen := maps.Clone(form)
	frozen.Set("version", "1")
	h.sends(own+"/modifier", h.writes, frozen, 409, "Une première réponse est arrivée")
	page := h.shows(own, h.writes, 200, "Une première réponse est arrivée", "réponses reçues")
	if strings.Contains(page, "Les présentations.") || strings.Contains(page, own+"/modifier") {
		t.Error("one answer is read, or its question may be changed")
	}
	h.sends(own+"/clore", h.writes, nil, 303)
	h.sends(own+"/clore", h.reads, nil, 403)
	if page := h.shows(own, h.reads, 200, "Moins de cinq réponses"); strings.Contains(page, "Les présentations.") {
		t.Error("less than five answers are read")
	}
}
