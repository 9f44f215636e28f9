package web_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/directory"
	"sourcier/internal/reach"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/web"
	. "sourcier/internal/web/webtest"
)

// reached is a portal that counts, with an organisation that holds the sheet of
// idProprete and one that asks for it.
type reached struct {
	*testing.T
	*crowd
	app     *fiber.App
	counter *reach.Counter
}

func newReached(t *testing.T, change ...func(*web.Deps)) *reached {
	t.Helper()
	who, usePeople := withPeople(t)
	sheets, err := directory.Open(t.Context(), who.db, who.Service, clock)
	if err != nil {
		t.Fatal(err)
	}
	r := &reached{T: t, crowd: who, counter: reach.NewCounter(func() structure.Date { return structure.DateOf(clock()) })}
	r.app = newPortal(t, append(change, usePeople, func(d *web.Deps) { d.Directory, d.Reach = sheets, r.counter })...)
	for _, id := range []string{"esat", "autre", "mairie"} {
		kind, role := account.KindOwner, account.Structure
		if id == "mairie" {
			kind, role = account.KindPublic, account.Buyer
		}
		who.organisation(t, id, kind)
		who.person(t, "membre@"+id+".example", id, true, role)
	}
	held := registration.New(idProprete, siretProprete, "", "Propreté", clock())
	for _, id := range []string{"esat", "autre"} {
		if _, err := held.Ask(id, "p", clock()); err != nil {
			t.Fatal(err)
		}
	}
	if err := held.Grant("esat", registration.ProofMail, clock()); err != nil {
		t.Fatal(err)
	}
	asked := registration.New(idESAT1, "", "", "Atelier", clock())
	if _, err := asked.Ask("autre", "p", clock()); err != nil {
		t.Fatal(err)
	}
	for _, one := range []registration.Registration{held, asked} {
		if _, err := sheets.Registrations.Insert(t.Context(), one, store.Change{}); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// ticket is the one of a page.
func (r *reached) ticket(path string) string {
	r.Helper()
	page := Scenario{URL: path}.Do(r.T, r.app)
	for _, n := range Find(ParseHTML(r, page.Body), "[data-ticket]") {
		signed, _ := Attr(n, "data-ticket")
		return signed
	}
	r.Fatalf("%s: status %d, no ticket", path, page.Status)
	return ""
}

// hand sends a ticket as the script of a page does.
func (r *reached) hand(signed, cookie string, want int) {
	r.Helper()
	got := Scenario{Method: "POST", URL: "/mesures", Body: url.Values{"billet": {signed}}.Encode(), Header: map[string]string{
		"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8", "Origin": "http://localhost:8080", "Sec-Fetch-Site": "same-origin", "Cookie": cookie,
	}}.Do(r.T, r.app)
	if got.Status != want {
		r.Errorf("status %d, not %d: %s", got.Status, want, got.Body)
	}
}

// of is what waits to be stored of a structure.
func (r *reached) of(id string) (m reach.Month) {
	for _, one := range r.counter.Take() {
		if one.Structure == id {
			m = one
		}
	}
	return m
}

func TestAPageIsCountedWhenItsTicketComesBack(t *testing.T) {
	r := newReached(t)
	search, sheet := "/structures?q=nettoyage", "/structures/"+idProprete
	tag := Scenario{URL: search}.Do(t, r.app).Header.Get("ETag")
	Scenario{Method: "HEAD", URL: sheet}.Do(t, r.app)
	found, viewed := r.ticket(search), r.ticket(sheet)
	if !strings.Contains(found, idProprete) || !strings.Contains(found, " nettoyage ") || strings.Contains(viewed, "nettoyage") {
		t.Errorf("tickets %q, %q", found, viewed)
	}
	if again := (Scenario{URL: search, Header: map[string]string{"If-None-Match": tag}}).Do(t, r.app); again.Status != 304 {
		t.Errorf("the page has another tag each time: %d", again.Status)
	}
	if m := r.of(idProprete); m.Found != 0 || m.Viewed != 0 {
		t.Fatalf("a GET counts: %+v", m)
	}
	for range 3 { // a ticket that is sent again counts no more
		r.hand(found, "", 204)
		r.hand(viewed, "", 204)
	}
	if m := r.of(idProprete); m.Found != 1 || m.Viewed != 1 || m.Words["nettoyage"] != 1 {
		t.Errorf("%+v", m)
	}
	r.hand(found, "", 204)
	if m := r.of(idProprete); m.Found != 0 {
		t.Errorf("counted again once stored: %+v", m)
	}
}

func TestTicketsThatAreRefused(t *testing.T) {
	r := newReached(t)
	viewed := r.ticket("/structures/" + idProprete)
	stale := reach.Ticket{Kind: reach.Viewed, Day: structure.DateOf(clock()).AddDays(-2), Structures: []string{idProprete}}
	for name, signed := range map[string]string{
		"forged": strings.Replace(viewed, idProprete, "aaaaaaaaaaaaaaaa", 1), "none": "", "stale": stale.Sign(r.Secret), "of another use": r.Secret.Token("reach", "", 0),
	} {
		t.Run(name, func(*testing.T) { r.hand(signed, "", 403) })
	}
	form := map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
	elsewhere := map[string]string{"Content-Type": form["Content-Type"], "Origin": "https://ailleurs.example", "Sec-Fetch-Site": "cross-site"}
	body := url.Values{"billet": {viewed}}.Encode()
	Run(t, r.app, []Scenario{
		{Name: "from another site", Method: "POST", URL: "/mesures", Body: body, Header: elsewhere, Status: 403, Contains: []string{"Envoi refusé"}},
		{Name: "too long", Method: "POST", URL: "/mesures", Body: body + strings.Repeat("x", 13_000), Header: form, Status: 413, Contains: []string{"trop volumineuse"}},
		{Name: "no form", Method: "POST", URL: "/mesures", Body: `{"billet":"x"}`, Header: map[string]string{"Content-Type": "application/json"}, Status: 403, Contains: []string{"Rien n’a été compté"}},
	})
	if waiting := r.counter.Take(); len(waiting) != 0 {
		t.Errorf("counted all the same: %+v", waiting)
	}
	Run(t, newPortal(t), []Scenario{{Name: "where nothing is counted", Method: "POST", URL: "/mesures", Body: body, Header: form, Status: 404, Contains: []string{"Introuvable"}}})
}

func TestTicketsAreLimited(t *testing.T) {
	r := newReached(t, func(d *web.Deps) { d.Config.RateLimit = 2 })
	viewed := r.ticket("/structures/" + idProprete)
	r.hand(viewed, "", 204)
	r.hand(viewed, "", 204)
	r.hand(viewed, "", 429)
}

// Whoever writes a sheet does not count as its reader, in whatever role; others do,
// those who only ask for the sheet too.
func TestOwnVisitsDoNotCount(t *testing.T) {
	r := newReached(t)
	viewed := r.ticket("/structures/" + idProprete)
	r.hand(viewed, r.signIn(t, "membre@esat.example"), 204)
	if m := r.of(idProprete); m.Viewed != 0 {
		t.Errorf("the own visit counts: %+v", m)
	}
	r.hand(viewed, r.signIn(t, "membre@autre.example"), 204)
	if m := r.of(idProprete); m.Viewed != 1 {
		t.Errorf("another's does not: %+v", m)
	}
}

var reachPage = "/mes-fiches/" + idProprete + "/bilan"

func (r *reached) stored(m reach.Month) {
	r.Helper()
	m.Structure = idProprete
	if err := r.Reaches.Add(r.Context(), m, clock()); err != nil {
		r.Fatal(err)
	}
}

func TestReachIsForWhoHoldsTheSheet(t *testing.T) {
	r := newReached(t)
	for email, want := range map[string]int{"membre@esat.example": 200, "membre@autre.example": 404, "membre@mairie.example": 404} {
		if got := (Scenario{URL: reachPage, Header: as(r.signIn(t, email))}).Do(t, r.app); got.Status != want {
			t.Errorf("%s: %d, not %d", email, got.Status, want)
		}
	}
	mine := as(r.signIn(t, "membre@esat.example"))
	asker := as(r.signIn(t, "membre@autre.example"))
	desk := strings.TrimSuffix(reachPage, "/bilan")
	Run(t, r.app, []Scenario{
		{Name: "the desk of who holds it leads there", URL: desk, Header: mine, Status: 200, Contains: []string{`href="` + reachPage + `"`}},
		{Name: "that of who only asks does not", URL: "/mes-fiches/" + idESAT1, Header: asker, Status: 200, Contains: []string{"/mes-fiches/" + idESAT1}, Lacks: []string{"/bilan"}},
		{Name: "who only asks", URL: "/mes-fiches/" + idESAT1 + "/bilan", Header: asker, Status: 404, Contains: []string{"Introuvable"}},
		{Name: "nobody", URL: reachPage, Status: 303, WantHeader: map[string]string{"Location": "/connexion?suite=" + url.QueryEscape(reachPage)}},
		{Name: "no such sheet", URL: "/mes-fiches/aaaaaaaaaaaaaaaa/bilan", Header: mine, Status: 404, Contains: []string{"Introuvable"}},
	})
}

func TestReachSaysWhatMayBeTold(t *testing.T) {
	r := newReached(t)
	mine := as(r.signIn(t, "membre@esat.example"))
	Run(t, r.app, []Scenario{{
		Name: "nobody came", URL: reachPage, Header: mine, Status: 200,
		HTML: []Check{In("h1", HasText("Ce que le portail m’apporte")), In(".desk-main", HasText("Rien à compter pour l’instant"), HasText("Comment c’est compté")), NotIn(".bars")},
	}})
	for month, n := range map[string]int64{"2026-09": 22, "2026-10": 34, "2026-11": 3, "2025-01": 900} {
		r.stored(reach.Month{Month: month, Found: n, Viewed: n / 3, Words: map[string]int64{"nettoyage": n, "secret": 1}})
	}
	got := Scenario{URL: reachPage, Header: mine}.Do(t, r.app)
	if got.Status != 200 || strings.Contains(got.Body, "secret") || strings.Contains(got.Body, "style=") {
		t.Errorf("status %d; a word of one visitor is shown, or a style attribute", got.Status)
	}
	MustMatch(t, got.Body, In(".desk-main", HasText("Mois par mois"), HasText("Pour être trouvé plus souvent"),
		In(".reach-figures", HasText("au moins 56")), HasText("Trouvée 34\u00a0fois en octobre, 12 de plus qu’en septembre."), HasText("trouvée moins de\u00a05\u00a0fois"), HasText("59\u00a0visites")), Count(".bars svg", 2), Count(".table-figures tbody tr", 12))
}
