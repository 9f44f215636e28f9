package web_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/web/webtest"
)

// launchRoom is a portal with a sourçage that waits for the launch of its consultation.
type launchRoom struct {
	*testing.T
	*crowd
	app         *fiber.App
	buys, other string // cookies: of the team, and not
	buyer       buyer.Member
}

const launchAt = "/sourcages/sourcage/lancement"

func launchRoomOf(t *testing.T) *launchRoom {
	t.Helper()
	w, change := withPeople(t)
	w.organisation(t, "mairie", account.KindPublic)
	r := &launchRoom{T: t, crowd: w}
	author := w.person(t, "auteur@ville.example", "mairie", false, account.Buyer)
	w.person(t, "autre@ville.example", "mairie", false, account.Buyer)
	r.buyer = buyer.Member{Person: author, Organisation: "mairie", Kind: account.KindPublic, Role: account.Buyer}
	p := sourcing.Purchase{ID: "achat", Object: "Nettoyage des locaux", Lots: []sourcing.Lot{{ID: "l1"}}}
	if err := w.Programme.Create(t.Context(), r.buyer, p); err != nil {
		t.Fatal(err)
	}
	if err := w.Programme.Move(t.Context(), r.buyer, "achat", sourcing.Programmed, ""); err != nil {
		t.Fatal(err)
	}
	opened := clock().AddDate(0, -1, 0)
	o := sourcing.Operation{
		ID: "sourcage", Organisation: "mairie", Purchase: "achat", Title: "Sourçage nettoyage", OpenedAt: opened, Deadline: clock().AddDate(0, 0, -1), Rev: 1,
		Team: []sourcing.Teammate{{Person: author, Part: sourcing.Leads, AddedAt: opened, DeclaredAt: opened}},
		Suppliers: []sourcing.Supplier{
			{ID: "s1", Name: "Alpha", Email: "alpha@structure.example", ContactedAt: opened}, {ID: "s2", Name: "Beta", Email: "beta@structure.example", ContactedAt: opened},
			{ID: "s3", Name: "Gamma", Email: "gamma@structure.example", Spontaneous: true, AddedAt: opened},
		},
		Ledger: []sourcing.Info{{ID: "i1", Origin: sourcing.FromExchange, Text: "Le site ferme en août.", At: opened, Cells: []sourcing.Cell{{Supplier: "s1", GivenAt: opened}}}},
		Asked:  []sourcing.Asked{{ID: "q1", Supplier: "s1", Text: "Combien de mètres carrés ?", At: opened}},
	}
	if _, err := w.Operation.Operations.Insert(t.Context(), o, store.Change{}); err != nil {
		t.Fatal(err)
	}
	r.app = newPortal(t, change)
	r.buys, r.other = w.signIn(t, "auteur@ville.example"), w.signIn(t, "autre@ville.example")
	return r
}

func (r *launchRoom) get(path string) string {
	r.Helper()
	got := webtest.Scenario{URL: path, Header: as(r.buys)}.Do(r.T, r.app)
	if got.Status != fiber.StatusOK {
		r.Fatalf("%s: %d", path, got.Status)
	}
	return got.Body
}

// says fails unless a page has all of these words.
func (r *launchRoom) says(body string, words ...string) {
	r.Helper()
	for _, w := range words {
		if !strings.Contains(body, w) {
			r.Errorf("the page does not say %q", w)
		}
	}
}

func (r *launchRoom) operation() *sourcing.Operation {
	r.Helper()
	d, err := r.Operation.Operations.Get(r.Context(), "sourcage")
	if err != nil {
		r.Fatal(err)
	}
	return &d.Value
}

func TestLaunchPage(t *testing.T) {
	r := launchRoomOf(t)
	r.says(r.get(launchAt), "3\u00a0structures", "information que des structures n’ont pas eue", "question de structure sans réponse", "candidature spontanée sans suite", "Rapport pas encore établi", "Nettoyage des locaux", "profil d’acheteur")
	words := url.Values{"message": {"La consultation est publiée ce matin."}}
	preview := post(t, r.app, launchAt+"/apercu", r.buys, words)
	r.says(preview.Body, "La consultation est publiée ce matin.", "Lancer et prévenir 3", "Restera écrit dans le rapport")
	if preview.Status != 200 || r.operation().Silent() {
		t.Fatalf("the preview: %d, silent %v", preview.Status, r.operation().Silent())
	}
	again := post(t, r.app, launchAt+"/apercu", r.buys, url.Values{"message": words["message"], "etape": {"reprendre"}})
	r.says(again.Body, "La consultation est publiée ce matin.", "Relire avant de lancer")
	got := post(t, r.app, launchAt, r.buys, words)
	if got.Status != 303 {
		t.Fatalf("launched: %d", got.Status)
	}
	o := r.operation()
	p, err := r.Programme.Purchases.Get(t.Context(), "achat")
	if err != nil || !o.Silent() || o.LaunchedAt.IsZero() || o.Last != words.Get("message") || p.Value.State() != sourcing.Launched {
		t.Fatalf("silent %v, launched %v, %q, purchase %s, %v", o.SilencedAt, o.LaunchedAt, o.Last, p.Value.State(), err)
	}
	r.says(r.get(got.Header.Get("Location")), "Consultation lancée. Le dernier message est parti", "La consultation est publiée ce matin.", "Corriger le dernier message", "Candidats rejetés")
	if got := post(t, r.app, launchAt, r.buys, url.Values{"message": {"Une autre fois."}}); got.Status != 303 || r.operation().Last != words.Get("message") {
		t.Errorf("sent twice: %d, %q", got.Status, r.operation().Last)
	}
	if got := post(t, r.app, launchAt+"/apercu", r.buys, words); got.Status != 409 {
		t.Errorf("previewed after the launch: %d", got.Status)
	}
}

func TestLaunchPageRefuses(t *testing.T) {
	r := launchRoomOf(t)
	long := strings.Repeat("é", sourcing.MaxMessage+1)
	for name, c := range map[string]struct {
		path, cookie string
		form         url.Values
		status       int
		says         string
	}{
		"no message":            {"/apercu", r.buys, url.Values{"message": {" "}}, 422, "Écrivez le dernier message"},
		"long message":          {"/apercu", r.buys, url.Values{"message": {long}}, 422, long},
		"launched without":      {"", r.buys, url.Values{}, 422, "Écrivez le dernier message"},
		"not of the team":       {"", r.other, url.Values{"message": {"Bonjour"}}, 403, "pas de l’équipe"},
		"correction too soon":   {"/correction", r.buys, url.Values{"correction": {"Le 4."}}, 422, "n’est pas parti"},
		"rejection too soon":    {"/candidats", r.buys, url.Values{"nom": {"Oméga"}, "jour": {"2026-01-02"}, "forme": {"courrier"}}, 422, "n’est pas lancée"},
		"closed without report": {"/clore", r.buys, url.Values{}, 422, "Établissez d’abord le rapport"},
	} {
		t.Run(name, func(t *testing.T) {
			got := post(t, r.app, launchAt+c.path, c.cookie, c.form)
			if got.Status != c.status || !strings.Contains(got.Body, c.says) || !strings.Contains(got.Body, "<title>Erreur") {
				t.Errorf("status %d, want %d with %.40q", got.Status, c.status, c.says)
			}
		})
	}
	if o := r.operation(); o.Silent() || len(o.Rejections) > 0 {
		t.Error("something was done")
	}
}

func TestPurchaseLeadsToTheLaunch(t *testing.T) {
	r := launchRoomOf(t)
	got := post(t, r.app, "/programme/achats/achat/etat", r.buys, url.Values{"de": {"programme"}, "etat": {"consultation"}})
	if got.Status != 422 || !strings.Contains(got.Body, "Sourçage nettoyage") || !strings.Contains(got.Body, `href="`+launchAt+`"`) {
		t.Errorf("status %d", got.Status)
	}
	if p, _ := r.Programme.Purchases.Get(t.Context(), "achat"); p.Value.State() != sourcing.Programmed {
		t.Errorf("the purchase is %s", p.Value.State())
	}
}

func TestAfterTheLaunch(t *testing.T) {
	r := launchRoomOf(t)
	post(t, r.app, launchAt, r.buys, url.Values{"message": {"La consultation est publiée."}})
	for _, text := range []string{"Le 4, et non le 3.", "Le 4, et non le 3.", "À 12 heures."} {
		if got := post(t, r.app, launchAt+"/correction", r.buys, url.Values{"correction": {text}}); got.Status != 303 {
			t.Errorf("correction: %d", got.Status)
		}
	}
	if o := r.operation(); len(o.Corrections) != 2 {
		t.Errorf("%d corrections", len(o.Corrections))
	}
	line := url.Values{"structure": {"s1"}, "jour": {"2026-01-02"}, "forme": {"courrier"}, "note": {"Recommandé."}}
	for range 2 { // a button pressed twice
		if got := post(t, r.app, launchAt+"/candidats", r.buys, line); got.Status != 303 {
			t.Fatalf("noted: %d", got.Status)
		}
	}
	o := r.operation()
	if len(o.Rejections) != 1 || o.Rejections[0].Name != "Alpha" {
		t.Fatalf("%v", o.Rejections)
	}
	body := r.get(launchAt + "?ligne=" + o.Rejections[0].ID)
	r.says(body, "Modifier l’information donnée", "Recommandé.", `value="`+o.Rejections[0].ID+`"`)
	_, rest, _ := strings.Cut(body, `name="vu" value="`)
	seen, _, _ := strings.Cut(rest, `"`)
	change := url.Values{"ligne": {o.Rejections[0].ID}, "vu": {seen}, "structure": {"s1"}, "jour": {"2026-01-03"}, "forme": {"courriel"}}
	if got := post(t, r.app, launchAt+"/candidats", r.buys, change); got.Status != 303 || r.operation().Rejections[0].Form != sourcing.ByMail {
		t.Errorf("changed: %d, %v", got.Status, r.operation().Rejections)
	}
	change.Set("vu", "1")
	change.Set("note", "Perdu ?")
	if got := post(t, r.app, launchAt+"/candidats", r.buys, change); got.Status != 409 || !strings.Contains(got.Body, "Perdu ?") {
		t.Errorf("over another's change: %d", got.Status)
	}
	for _, bad := range []url.Values{{"jour": {"2026-01-02"}, "forme": {"courrier"}}, {"nom": {"X"}, "jour": {"2999-01-02"}, "forme": {"courrier"}}, {"nom": {"X"}, "jour": {"2026-01-02"}, "forme": {"pigeon"}}} {
		if got := post(t, r.app, launchAt+"/candidats", r.buys, bad); got.Status != 422 {
			t.Errorf("%v: %d", bad, got.Status)
		}
	}
	if got := post(t, r.app, launchAt+"/analyse", r.buys, nil); got.Status != 303 || r.operation().State() != sourcing.Analysing {
		t.Errorf("analysis: %d, %s", got.Status, r.operation().State())
	}
}
