package web_test

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/message"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/web/webtest"
)

// asker is a portal on which a buyer prepares a sourçage.
type asker struct {
	*crowd
	app    *fiber.App
	cookie string
	at     string // path of the sourçage
}

func newAsker(t *testing.T, change func(*sourcing.Operation)) *asker {
	t.Helper()
	who, use := withPeople(t)
	who.organisation(t, "mairie", account.KindPublic)
	id := who.person(t, "ada@ville.example", "mairie", false, account.Buyer)
	m := buyer.Member{Person: id, Organisation: "mairie", Kind: account.KindPublic, Role: account.Buyer}
	p := sourcing.Purchase{ID: "achat", Organisation: "mairie", Object: "Nettoyage", CPV: "90911200", Lots: []sourcing.Lot{{ID: "l1"}}, Rev: 1}
	if _, err := who.Programme.Purchases.Insert(t.Context(), p, store.Change{}); err != nil {
		t.Fatal(err)
	}
	o := sourcing.Operation{ID: "questions", Purchase: "achat", Title: "Sourçage nettoyage"}
	if err := o.Begin(m, clock()); err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(&o)
	}
	if _, err := who.Operation.Operations.Insert(t.Context(), o, store.Change{}); err != nil {
		t.Fatal(err)
	}
	return &asker{who, newPortal(t, use), who.signIn(t, "ada@ville.example"), "/sourcages/questions"}
}

func (a *asker) read(t *testing.T) *sourcing.Operation {
	t.Helper()
	d, err := a.Operation.Operations.Get(t.Context(), "questions")
	if err != nil {
		t.Fatal(err)
	}
	return &d.Value
}

// sends posts a form, and tells what came of it.
func (a *asker) sends(t *testing.T, path string, fields url.Values, status int, contains ...string) webtest.Answer {
	t.Helper()
	got := post(t, a.app, a.at+path, a.cookie, fields)
	if got.Status != status {
		t.Fatalf("%s: status %d, want %d", path, got.Status, status)
	}
	for _, text := range contains {
		if !strings.Contains(got.Body, text) {
			t.Errorf("%s: no %q", path, text)
		}
	}
	return got
}

func (a *asker) rev(t *testing.T) string {
	t.Helper()
	return strconv.FormatInt(a.read(t).Rev, 10)
}

func TestQuestionnaireFromATemplate(t *testing.T) {
	a := newAsker(t, nil)
	webtest.Run(t, a.app, []webtest.Scenario{
		{Name: "what it may start from", URL: a.at + "/questionnaire", Header: as(a.cookie), Status: 200, HTML: []webtest.Check{webtest.In("main", webtest.HasText("nettoyage de locaux"), webtest.HasText("d’après les secteurs de l’achat"))}},
	})
	a.sends(t, "/questionnaire/debut", url.Values{"version": {a.rev(t)}}, 422, "Choisissez de quoi partir", "Erreur")
	a.sends(t, "/questionnaire/debut", url.Values{"depart": {"modele-nettoyage"}, "version": {a.rev(t)}}, 303)
	a.sends(t, "/questionnaire/debut", url.Values{"depart": {"vide"}, "version": {a.rev(t)}}, 409)
	o := a.read(t)
	if o.Draft == nil || o.Draft.Template != "nettoyage" || len(o.Draft.Questions) < 10 {
		t.Fatalf("%+v", o.Draft)
	}
	a.sends(t, "/questionnaire/approuver", url.Values{"version": {strconv.FormatInt(o.Rev-1, 10)}}, 409, "a changé depuis")
	a.sends(t, "/questionnaire/approuver", url.Values{"version": {a.rev(t)}}, 303)
	if o := a.read(t); o.Approved == nil || o.Approved.Version != 1 || o.Draft != nil {
		t.Errorf("%+v", o.Approved)
	}
}

// typedQuestions is a form of three questions.
func typedQuestions(version string) url.Values {
	v := url.Values{"titre": {"Nettoyage"}, "intro": {"Bonjour."}, "version": {version}, "question": {"q-0", "q-1", "q-2"}}
	for i, text := range []string{"Combien de personnes ?", "Quels produits ?", "Vos prix ?"} {
		key := "q-" + strconv.Itoa(i)
		v.Set(key+"-texte", text)
		v.Set(key+"-forme", "texte")
	}
	v.Set("q-1-forme", "plusieurs")
	v.Set("q-1-choix", "Écolabel\r\n\r\n  Autres ")
	v.Set("q-2-confidentiel", "oui")
	v.Set("q-2-motif", "Secret des affaires")
	return v
}

func TestQuestionnaireIsReshapedWithoutScript(t *testing.T) {
	a := newAsker(t, nil)
	order := func(got webtest.Answer) (out []string) {
		for _, part := range strings.Split(got.Body, `name="question" value="`)[1:] {
			key, _, _ := strings.Cut(part, `"`)
			out = append(out, key)
		}
		return out
	}
	for button, c := range map[string]struct{ key, want string }{
		"monter": {"q-2", "q-0 q-2 q-1"}, "descendre": {"q-0", "q-1 q-0 q-2"}, "retirer": {"q-1", "q-0 q-2"}, "ajouter": {"q-0", "q-0 q-3 q-1 q-2"},
	} {
		form := typedQuestions("1")
		form.Set(button, c.key)
		got := a.sends(t, "/questionnaire/modifier", form, 200, "Combien de personnes ?", "Secret des affaires", "Bonjour.")
		if keys := strings.Join(order(got), " "); keys != c.want {
			t.Errorf("%s: %s, want %s", button, keys, c.want)
		}
	}
	if a.read(t).Draft != nil {
		t.Error("a button that reshapes stores something")
	}
}

func TestQuestionnaireIsKeptWhenItIsRefused(t *testing.T) {
	a := newAsker(t, nil)
	a.sends(t, "/questionnaire/modifier", typedQuestions(a.rev(t)), 303)
	if o := a.read(t); len(o.Draft.Questions) != 3 || len(o.Draft.Questions[1].Options) != 2 || o.Draft.Questions[2].Rationale == "" {
		t.Fatalf("%+v", o.Draft)
	}
	form := typedQuestions("1") // of before
	form.Set("q-0-texte", "Combien de machines ?")
	a.sends(t, "/questionnaire/modifier", form, 409, "Combien de machines ?", "pendant que vous l’écriviez", "Question ajoutée")
	form = typedQuestions(a.rev(t))
	form.Set("q-1-choix", "Un seul")
	form.Set("suite", "relire")
	a.sends(t, "/questionnaire/modifier", form, 422, "De 2 à 20 choix", `href="#q-1-choix"`, "Un seul")
	form.Del("suite") // a draft may lack it
	a.sends(t, "/questionnaire/modifier", form, 303)
	webtest.Run(t, a.app, []webtest.Scenario{{Name: "what is missing", URL: a.at + "/questionnaire", Header: as(a.cookie), Status: 200, Contains: []string{"/questionnaire/modifier#q-1-choix"}, Lacks: []string{"Relire et approuver"}}})
	form.Set("q-0-texte", strings.Repeat("é", 401))
	a.sends(t, "/questionnaire/modifier", form, 422, "Erreur")
	form = typedQuestions(a.rev(t))
	form.Set("q-0-forme", "poème")
	a.sends(t, "/questionnaire/modifier", form, 422, "Choisissez la forme")
}

func TestDeadlineOfASourcageIsMoved(t *testing.T) {
	a := newAsker(t, func(o *sourcing.Operation) {
		o.OpenedAt, o.Deadline = clock(), clock().AddDate(0, 0, 14)
		o.Suppliers = []sourcing.Supplier{{ID: "s1", Name: "Zeta", Email: "z@structure.example", AddedAt: clock(), AddedBy: "x", ContactedAt: clock()}}
	})
	from := a.read(t).Deadline.Format("2006-01-02T15:04:05.999999999Z07:00")
	a.sends(t, "/calendrier", url.Values{"jour": {"32/01/2027"}, "heure": {"soir"}, "depuis": {from}}, 422, "32/01/2027", `href="#jour"`, `href="#heure"`)
	a.sends(t, "/calendrier", url.Values{"jour": {"12/01/2027"}, "heure": {"12 h"}, "depuis": {"2026-01-01T00:00:00Z"}}, 409, "12/01/2027")
	day := clock().AddDate(0, 1, 0).Format("02/01/2006")
	a.sends(t, "/calendrier", url.Values{"jour": {day}, "heure": {"17h30"}, "depuis": {from}}, 303)
	if o := a.read(t); len(o.Ledger) != 1 || o.Ledger[0].Origin != sourcing.FromCalendar || o.Deadline.Minute() != 30 {
		t.Errorf("%v, %v", o.Deadline, o.Ledger)
	}
}

func TestCandidateOfThePublicPage(t *testing.T) {
	a := newAsker(t, nil)
	const call, text = "/sourcages-ouverts/questions", "Nous cherchons qui entretiendrait les locaux de douze écoles."
	webtest.Run(t, a.app, []webtest.Scenario{
		{Name: "nothing is published", URL: "/sourcages-ouverts", Status: 200, Contains: []string{"Aucun sourçage n’est ouvert"}},
		{Name: "not published", URL: call, Status: 404, Contains: []string{"Introuvable"}},
	})
	a.sends(t, "/candidatures/publier", url.Values{"avis": {text + " Budget de 90 000 €."}, "version": {a.rev(t)}}, 422, "Retirez le montant", "90 000")
	a.sends(t, "/candidatures/publier", url.Values{"avis": {text}, "version": {a.rev(t)}}, 303)
	webtest.Run(t, a.app, []webtest.Scenario{
		{Name: "published", URL: call, Status: 200, Contains: []string{text, "Organisation mairie", "Se porter candidat"}, Lacks: []string{"noindex"}},
		{Name: "listed", URL: "/sourcages-ouverts", Status: 200, Contains: []string{call}},
	})
	for field, form := range map[string]url.Values{
		"nom": {"courriel": {"z@structure.example"}}, "courriel": {"nom": {"Zeta"}, "courriel": {"z@"}}, "siret": {"nom": {"Zeta"}, "courriel": {"z@structure.example"}, "siret": {"12345678901234"}},
	} {
		if got := post(t, a.app, call, "", form); got.Status != 422 || !strings.Contains(got.Body, `href="#`+field+`"`) {
			t.Errorf("%s: status %d", field, got.Status)
		}
	}
	before := webtest.Scenario{URL: call}.Do(t, a.app)
	form := url.Values{"nom": {"Zeta"}, "courriel": {"z@structure.example"}, "mot": {"Nous sommes là."}, "envoi": {strings.Repeat("c", 26)}}
	for range 2 {
		if got := post(t, a.app, call, "", form); got.Status != 303 {
			t.Fatalf("status %d", got.Status)
		}
	}
	if o := a.read(t); len(o.Candidacies) != 1 || len(o.Suppliers) != 0 {
		t.Fatalf("%+v", o.Candidacies)
	}
	link := call + "/confirmer/" + a.Secret.Token(message.PurposeCandidacy, message.CandidacyObject("questions", strings.Repeat("c", 26)), 0)
	webtest.Run(t, a.app, []webtest.Scenario{{Name: "opening the link does nothing", URL: link, Status: 200, Contains: []string{"Zeta", "noindex"}}})
	if len(a.read(t).Suppliers) != 0 {
		t.Fatal("a GET makes a candidate")
	}
	for want, at := range map[int]string{303: link, 410: call + "/confirmer/" + strings.Repeat("A", 26)} {
		if got := post(t, a.app, at, "", nil); got.Status != want {
			t.Fatalf("%s: status %d, want %d", at, got.Status, want)
		}
	}
	if got := post(t, a.app, link, "", nil); got.Status != 410 {
		t.Errorf("the link again: status %d", got.Status)
	}
	strip := func(body string) string {
		_, main, _ := strings.Cut(body, "<main")
		return onceValue.ReplaceAllString(main, "")
	}
	if after := (webtest.Scenario{URL: call}).Do(t, a.app); strip(after.Body) != strip(before.Body) {
		t.Error("the public page tells that somebody has applied")
	}
	o := a.read(t)
	if len(o.Suppliers) != 1 || !o.Suppliers[0].Spontaneous {
		t.Fatalf("%+v", o.Suppliers)
	}
	at := "/candidatures/" + o.Suppliers[0].ID
	a.sends(t, at, url.Values{"choix": {"refuser"}, "motif-" + o.Suppliers[0].ID: {"Trop loin."}}, 422, "Trop loin.", "30 caractères")
	a.sends(t, "/candidatures/nul", url.Values{"choix": {"refuser"}}, 404)
	a.sends(t, at, url.Values{"choix": {"refuser"}, "motif-" + o.Suppliers[0].ID: {"Vous n’intervenez pas dans le Val-de-Marne."}}, 303)
	a.sends(t, "/candidatures/retirer", nil, 303)
	webtest.Run(t, a.app, []webtest.Scenario{{Name: "withdrawn", URL: call, Status: 404, Contains: []string{"Introuvable"}}})
}

// onceValue is what each answer has of its own: the tokens of its forms.
var onceValue = regexp.MustCompile(`name="(envoi|jeton)" value="[^"]*"`)
