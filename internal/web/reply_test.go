package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/message"
	"sourcier/internal/web/webtest"
)

// replying is a portal with an event of two places.
type replying struct {
	*crowd
	app    *fiber.App
	lead   buyer.Member
	cookie string
}

func newReplying(t *testing.T) *replying {
	t.Helper()
	who, change := withPeople(t)
	who.organisation(t, "mairie", account.KindPublic)
	id := who.person(t, "orga@ville.example", "mairie", false, account.Organiser)
	return &replying{who, newPortal(t, change), buyer.Member{Person: id, Organisation: "mairie", Kind: account.KindPublic, Role: account.Organiser}, who.signIn(t, "orga@ville.example")}
}

func invitees(addresses ...string) (out []event.Guest) {
	for _, a := range addresses {
		name, _, _ := strings.Cut(a, "@")
		out = append(out, event.Guest{Name: "Personne " + name, Email: a, Role: event.AsStructure})
	}
	return out
}

func (w *replying) seat(t *testing.T, id, address string) event.Seat {
	t.Helper()
	g, e := w.guestOf(t, id, address), w.eventOf(t, id)
	s := e.Seat(g.ID)
	if s == nil {
		t.Fatalf("%s has no seat", address)
	}
	return *s
}

func (w *replying) page(t *testing.T, url string) webtest.Answer {
	t.Helper()
	return webtest.Scenario{URL: url}.Do(t, w.app)
}

func TestReplyOnThePersonalPage(t *testing.T) {
	w := newReplying(t)
	w.hosted(t, w.lead, "matinale", invitees("alpha@a.example", "beta@b.example"), func(e *event.Event) { e.Needs, e.Photos, e.Room.Party = true, true, 2 })
	page := w.ownPage(t, "matinale", "alpha@a.example")
	// Programs that check mails open links as often as they like.
	for range 3 {
		got := w.page(t, page)
		webtest.MustMatch(t, got.Body, webtest.In("h1", webtest.HasText("Matinale")), webtest.In("form.guest-form button", webtest.HasText("Je viens")))
		if got.Status != 200 || got.Header.Get("Cache-Control") != "no-store" || got.Header.Get("Referrer-Policy") != "no-referrer" || got.Header.Get("Content-Encoding") != "" {
			t.Fatalf("%d %v", got.Status, got.Header)
		}
	}
	if s := w.seat(t, "matinale", "alpha@a.example"); s.Answer != event.Pending {
		t.Fatalf("a GET has answered: %+v", s)
	}
	// More people than the invitation is good for: nothing is kept, what was typed comes back.
	got := post(t, w.app, page, "", url.Values{"personnes": {"3"}, "repas": {"sans gluten"}})
	webtest.MustMatch(t, got.Body, webtest.In("title", webtest.HasText("Erreur")), webtest.In("#personnes-erreur", webtest.HasText("2 personnes au plus")), webtest.In("textarea#repas", webtest.HasText("sans gluten")))
	if g := w.guestOf(t, "matinale", "alpha@a.example"); got.Status != 422 || g.Needy() {
		t.Fatalf("%d %+v", got.Status, g)
	}
	got = post(t, w.app, page, "", url.Values{"repas": {strings.Repeat("é", 301)}})
	if s := w.seat(t, "matinale", "alpha@a.example"); got.Status != 422 || s.Answer != event.Pending {
		t.Fatalf("needs too long: %d, %+v", got.Status, s)
	}
	got = post(t, w.app, page, "", url.Values{"personnes": {"2"}, "repas": {"sans gluten"}, "acces": {"au premier rang"}, "photos": {"non"}})
	if s := w.seat(t, "matinale", "alpha@a.example"); got.Status != 303 || s.Answer != event.Accepted || s.Party != 2 {
		t.Fatalf("%d %+v", got.Status, s)
	}
	g := w.guestOf(t, "matinale", "alpha@a.example")
	if g.Diet != "sans gluten" || g.Access != "au premier rang" || g.Photos != event.PhotosNo || len(g.Trace) != 1 {
		t.Fatalf("%+v", g)
	}
	// Whoever was passed the link reads neither the needs nor another guest.
	body := w.page(t, page).Body
	webtest.MustMatch(t, body, webtest.In(".guest-status", webtest.HasText("Votre place est réservée pour 2 personnes")), webtest.In("a.guest-wide", webtest.HasText("code d’entrée")))
	for _, secret := range []string{"gluten", "premier rang", "beta", "alpha@a.example"} {
		if strings.Contains(body, secret) {
			t.Errorf("the page tells %q", secret)
		}
	}
	// The same again changes nothing, and is told by no second mail.
	post(t, w.app, page, "", url.Values{"personnes": {"2"}, "photos": {"non"}})
	if again := w.guestOf(t, "matinale", "alpha@a.example"); again.Rev != g.Rev {
		t.Errorf("the same answer was written again: %+v", again)
	}
	if n := w.lettersTo(t, "alpha@a.example"); n[message.EventConfirmed] != 1 || n[message.EventDetails] != 0 {
		t.Errorf("%v", n)
	}
	// Needs can be erased without being shown; the address that was invited is told.
	post(t, w.app, page, "", url.Values{"personnes": {"2"}, "effacer": {"oui"}})
	if g := w.guestOf(t, "matinale", "alpha@a.example"); g.Needy() {
		t.Errorf("%+v", g)
	}
	// The event is full: who comes next waits, and is told the rule and no number.
	second := w.ownPage(t, "matinale", "beta@b.example")
	webtest.MustMatch(t, w.page(t, second).Body, webtest.In("form.guest-form button", webtest.HasText("liste d’attente")))
	post(t, w.app, second, "", nil)
	webtest.MustMatch(t, w.page(t, second).Body, webtest.In(".guest-status", webtest.HasText("liste d’attente"), webtest.HasText("ordre d’arrivée")))
	// A place given back is offered to who waits, until a time.
	if got = post(t, w.app, page+"/refus", "", nil); got.Status != 303 {
		t.Fatal(got.Status)
	}
	webtest.MustMatch(t, w.page(t, second).Body, webtest.In(".guest-status", webtest.HasText("Une place vous est proposée"), webtest.HasText("jusqu’au")), webtest.In("form.guest-form button", webtest.HasText("Prendre la place")))
	post(t, w.app, second, "", nil)
	if s := w.seat(t, "matinale", "beta@b.example"); s.Answer != event.Accepted {
		t.Errorf("%+v", s)
	}
	if n := w.lettersTo(t, "alpha@a.example"); n[message.EventReleased] != 1 {
		t.Errorf("%v", n)
	}
}

// A link passed on: the colleague gets an invitation of their own, who was invited is told,
// and the page says the same whether the colleague was a guest already.
func TestReplyByAColleague(t *testing.T) {
	w := newReplying(t)
	w.hosted(t, w.lead, "matinale", invitees("alpha@a.example", "beta@b.example", "gamma@c.example"), nil)
	alpha := w.ownPage(t, "matinale", "alpha@a.example")
	for _, bad := range []url.Values{{"nom": {""}, "courriel": {"x"}}, {"nom": {"Moi"}, "courriel": {"Alpha@A.example"}}} {
		got := post(t, w.app, alpha+"/collegue", "", bad)
		webtest.MustMatch(t, got.Body, webtest.In("#courriel-erreur"), webtest.In("details.guest-other", webtest.HasAttr("open", "")))
		if s := w.seat(t, "matinale", "alpha@a.example"); got.Status != 422 || s.Answer != event.Pending {
			t.Fatalf("%v: %d, %+v", bad, got.Status, s)
		}
	}
	fresh := post(t, w.app, alpha+"/collegue", "", url.Values{"nom": {"Dominique"}, "courriel": {"delta@a.example"}})
	known := post(t, w.app, w.ownPage(t, "matinale", "gamma@c.example")+"/collegue", "", url.Values{"nom": {"Autre"}, "courriel": {"beta@b.example"}})
	if fresh.Status != 303 || known.Status != 303 || strings.SplitAfter(fresh.Header.Get("Location"), "?")[1] != strings.SplitAfter(known.Header.Get("Location"), "?")[1] {
		t.Fatalf("%d %v, %d %v", fresh.Status, fresh.Header, known.Status, known.Header)
	}
	one, other := w.page(t, alpha), w.page(t, w.ownPage(t, "matinale", "gamma@c.example"))
	for _, body := range []string{one.Body, other.Body} {
		webtest.MustMatch(t, body, webtest.In(".guest-status", webtest.HasText("Une autre personne est invitée")), webtest.NotIn("form.guest-form"))
		for _, secret := range []string{"Dominique", "delta", "beta"} {
			if strings.Contains(body, secret) {
				t.Errorf("the page tells %q", secret)
			}
		}
	}
	from, to := w.guestOf(t, "matinale", "alpha@a.example"), w.guestOf(t, "matinale", "delta@a.example")
	if to.From != from.ID || from.To != to.ID || w.seat(t, "matinale", "delta@a.example").Answer != event.Pending {
		t.Errorf("%+v\n%+v", from, to)
	}
	if n := w.lettersTo(t, "alpha@a.example"); n[message.EventNoted] != 1 {
		t.Errorf("who was invited is not told: %v", n)
	}
	if n := w.lettersTo(t, "delta@a.example"); n[message.EventInvitation] != 1 {
		t.Errorf("%v", n)
	}
	if e := w.eventOf(t, "matinale"); len(e.Seats) != 4 {
		t.Errorf("%d seats", len(e.Seats))
	}
}

// What comes too late is refused with a word, and changes nothing.
func TestReplyTooLate(t *testing.T) {
	w := newReplying(t)
	w.hosted(t, w.lead, "clos", invitees("alpha@a.example"), nil)
	w.hosted(t, w.lead, "annule", invitees("alpha@a.example"), nil)
	act := func(id string, do func(*event.Event) error) {
		t.Helper()
		if err := w.Gathering.On(t.Context(), w.lead, id, "event.write", do); err != nil {
			t.Fatal(err)
		}
	}
	act("clos", func(e *event.Event) error { return e.ShutDown(w.lead, clock()) })
	act("annule", func(e *event.Event) error { return e.CallOff(w.lead, "Grève des transports.", clock()) })
	for id, words := range map[string]string{"clos": "closes", "annule": "annulé"} {
		page := w.ownPage(t, id, "alpha@a.example")
		for _, end := range []string{"", "/collegue"} {
			got := post(t, w.app, page+end, "", url.Values{"nom": {"Zoé"}, "courriel": {"zoe@a.example"}})
			webtest.MustMatch(t, got.Body, webtest.In(".error-summary", webtest.HasText(words)))
			if s := w.seat(t, id, "alpha@a.example"); got.Status != 409 || s.Answer != event.Pending {
				t.Errorf("%s%s: %d, %+v", id, end, got.Status, s)
			}
		}
		webtest.MustMatch(t, w.page(t, page).Body, webtest.NotIn("form.guest-form"))
	}
	webtest.MustMatch(t, w.page(t, w.ownPage(t, "annule", "alpha@a.example")).Body, webtest.In(".guest-status", webtest.HasText("annulé"), webtest.HasText("Grève")))
	if got := w.page(t, "/participation/"+missingToken); got.Status != 404 {
		t.Errorf("a link of nobody: %d", got.Status)
	}
}

// TestReplyOnline shows who comes to an event on line the link, and no code for a door.
func TestReplyOnline(t *testing.T) {
	w := newReplying(t)
	w.hosted(t, w.lead, "ligne", invitees("alpha@a.example"), func(e *event.Event) { e.Place = event.Place{Link: "https://visio.example/salle"} })
	page := w.ownPage(t, "ligne", "alpha@a.example")
	if strings.Contains(w.page(t, page).Body, "visio.example") {
		t.Error("who has not answered is told the link")
	}
	post(t, w.app, page, "", nil)
	body := w.page(t, page).Body
	webtest.MustMatch(t, body, webtest.In("a.guest-wide", webtest.HasText("Rejoindre en ligne")), webtest.In(".answer-when", webtest.HasText("Lundi")))
	if strings.Contains(body, "code d’entrée") {
		t.Error("a code for a door that there is not")
	}
}

func TestReplyToAPoll(t *testing.T) {
	w := newReplying(t)
	day := clock().AddDate(0, 1, 0)
	w.hosted(t, w.lead, "sondage", invitees("alpha@a.example"), func(e *event.Event) {
		e.Starts, e.Ends = time.Time{}, time.Time{}
		e.Dates = []event.DateOption{{ID: "d1", Starts: day, Ends: day.Add(time.Hour)}, {ID: "d2", Starts: day.AddDate(0, 0, 1), Ends: day.AddDate(0, 0, 1).Add(time.Hour)}}
	})
	page := w.ownPage(t, "sondage", "alpha@a.example")
	webtest.MustMatch(t, w.page(t, page).Body, webtest.Count("input[type=checkbox]", 2), webtest.NotIn(".guest-give"))
	for range 2 {
		if got := post(t, w.app, page+"/dates", "", url.Values{"date": {"d2", "d9"}}); got.Status != 303 {
			t.Fatal(got.Status)
		}
	}
	if g := w.guestOf(t, "sondage", "alpha@a.example"); len(g.Dates) != 1 || g.Dates[0] != "d2" || len(g.Trace) != 1 {
		t.Errorf("%+v", g)
	}
	if got := post(t, w.app, page, "", nil); got.Status != 409 {
		t.Errorf("a place before there is a date: %d", got.Status)
	}
}

// Whoever asks to come is answered the same; the mail takes the place, and tells its owner
// alone what was known.
func TestRegistration(t *testing.T) {
	w := newReplying(t)
	form := url.Values{"nom": {"Alix Martin"}, "courriel": {"alpha@a.example"}, "organisme": {"Atelier A"}, "role": {"s"}}
	w.hosted(t, w.lead, "ouvert", invitees("alpha@a.example"), func(e *event.Event) { e.Access, e.PublishedAt = event.OpenToAll, clock() })
	w.hosted(t, w.lead, "prive", nil, func(e *event.Event) { e.PublishedAt = clock() })
	const at = "/agenda/ouvert/inscription"
	for path, want := range map[string]int{at: 200, "/agenda/prive/inscription": 404, "/agenda/" + missing + "/inscription": 404, "/relais/" + missingToken: 404} {
		if got := w.page(t, path); got.Status != want {
			t.Errorf("%s: %d", path, got.Status)
		}
	}
	got := post(t, w.app, at, "", url.Values{"nom": {"Alix"}, "courriel": {"x"}, "role": {"i"}})
	webtest.MustMatch(t, got.Body, webtest.In("#courriel-erreur"), webtest.In("#organisme-erreur"), webtest.In("a[href=\"#role-a\"]"), webtest.In("input#nom[value=Alix]"))
	if got.Status != 422 {
		t.Errorf("%d", got.Status)
	}
	known := post(t, w.app, at, "", form)
	form.Set("courriel", "neuf@n.example")
	fresh := post(t, w.app, at, "", form)
	if known.Status != 303 || fresh.Status != 303 || known.Header.Get("Location") != fresh.Header.Get("Location") {
		t.Errorf("%d %v, %d %v", known.Status, known.Header, fresh.Status, fresh.Header)
	}
	if s := w.seat(t, "ouvert", "neuf@n.example"); s.Answer != event.Pending || !s.Registered {
		t.Errorf("asking takes a place: %+v", s)
	}
	if n := w.lettersTo(t, "neuf@n.example"); n[message.EventRegistered] != 1 {
		t.Errorf("%v", n)
	}
	// An address is written to five times in a quarter of an hour, whoever asks.
	last := 0
	for range 6 {
		last = post(t, w.app, at, "", form).Status
	}
	if last != 429 {
		t.Errorf("an address is flooded: %d", last)
	}
	if n := w.lettersTo(t, "neuf@n.example"); n[message.EventRegistered] != 1 {
		t.Errorf("an address is flooded: %v", n)
	}
	if n := len(w.eventOf(t, "ouvert").Seats); n != 2 {
		t.Errorf("%d seats", n)
	}
}

func TestModeratedRegistrationAndItsLine(t *testing.T) {
	w := newReplying(t)
	token := strings.Repeat("R", 26)
	w.hosted(t, w.lead, "modere", nil, func(e *event.Event) {
		e.Access, e.PublishedAt, e.Room.Capacity = event.Moderated, clock(), 1
		e.Partners = []event.Partner{{ID: "p1", Name: "RIAE 94", Relay: account.HashToken(token)}}
	})
	form := url.Values{"nom": {"Alix"}, "courriel": {"alix@a.example"}, "organisme": {"Atelier A"}, "role": {"s"}}
	post(t, w.app, "/agenda/modere/inscription", "", form)
	form.Set("courriel", "bob@b.example")
	webtest.MustMatch(t, w.page(t, "/relais/"+token).Body, webtest.In("main", webtest.HasText("RIAE 94")))
	if got := post(t, w.app, "/relais/"+token, "", form); got.Status != 303 {
		t.Fatal(got.Status)
	}
	if g, s := w.guestOf(t, "modere", "bob@b.example"), w.seat(t, "modere", "bob@b.example"); g.By != "p1" || s.By != "p1" || s.Asked {
		t.Errorf("%+v %+v", g, s)
	}
	page := w.ownPage(t, "modere", "alix@a.example")
	webtest.MustMatch(t, w.page(t, page).Body, webtest.In("form.guest-form button", webtest.HasText("Demander à venir")))
	post(t, w.app, page, "", nil)
	webtest.MustMatch(t, w.page(t, page).Body, webtest.In(".guest-status", webtest.HasText("chez l’organisateur")))
	line := "/evenements/modere/attente"
	got := webtest.Scenario{URL: line, Header: as(w.cookie)}.Do(t, w.app)
	webtest.MustMatch(t, got.Body, webtest.In("#demandes"), webtest.In(".guest-rows", webtest.HasText("Alix")))
	seat := w.seat(t, "modere", "alix@a.example")
	if got := post(t, w.app, line+"/"+seat.Guest+"/demande", w.cookie, url.Values{"choix": {"oui"}}); got.Status != 303 {
		t.Fatal(got.Status)
	}
	if s := w.seat(t, "modere", "alix@a.example"); s.Answer != event.Accepted {
		t.Errorf("%+v", s)
	}
	if got := post(t, w.app, line+"/"+missing+"/demande", w.cookie, url.Values{"choix": {"oui"}}); got.Status != 404 {
		t.Errorf("a guest of nobody: %d", got.Status)
	}
	// The event is full: who comes by the relay waits, and stands on the list with the rank.
	post(t, w.app, w.ownPage(t, "modere", "bob@b.example"), "", nil)
	got = webtest.Scenario{URL: line, Header: as(w.cookie)}.Do(t, w.app)
	webtest.MustMatch(t, got.Body, webtest.In("section.desk-box .guest-rank", webtest.HasText("1")), webtest.In("main", webtest.HasText("1 demande en attente")))
}

// A guest without an account has what is known of the guest erased, by who knows the address:
// a link may have been passed on.
func TestReplyErased(t *testing.T) {
	w := newReplying(t)
	w.hosted(t, w.lead, "matinale", invitees("alpha@a.example"), nil)
	page := w.ownPage(t, "matinale", "alpha@a.example")
	post(t, w.app, page, "", url.Values{})
	webtest.MustMatch(t, w.page(t, page).Body, webtest.In("a[href="+page+"/effacer]", webtest.HasText("Effacer mes données")))
	if got := w.page(t, page+"/effacer?fait=efface"); got.Status != 200 || !strings.Contains(got.Body, "courriel") {
		t.Errorf("it is said to be done before it is: %d", got.Status)
	}
	for _, wrong := range []string{"", "beta@b.example"} {
		got := post(t, w.app, page+"/effacer", "", url.Values{"courriel": {wrong}})
		webtest.MustMatch(t, got.Body, webtest.In("title", webtest.HasText("Erreur")), webtest.In("#courriel-erreur"))
		if s := w.seat(t, "matinale", "alpha@a.example"); got.Status != 422 || s.Answer != event.Accepted || strings.Contains(got.Body, "alpha@a.example") {
			t.Errorf("%q: %d, %+v", wrong, got.Status, s)
		}
	}
	got := post(t, w.app, page+"/effacer", "", url.Values{"courriel": {" Alpha@a.example "}})
	if got.Status != 303 || got.Header.Get("Location") != page+"/effacer?fait=efface" {
		t.Fatalf("%d %s", got.Status, got.Header.Get("Location"))
	}
	if after := w.page(t, page+"/effacer?fait=efface"); after.Status != 200 || !strings.Contains(after.Body, "sont effacées") {
		t.Errorf("afterwards: %d", after.Status)
	}
	e := w.eventOf(t, "matinale")
	if s := e.Seats[0]; !s.Erased() || s.Answer != event.Cancelled {
		t.Errorf("the seat: %+v", s)
	}
	for _, url := range []string{page, page + "/effacer"} {
		if got := w.page(t, url); got.Status != 404 {
			t.Errorf("%s: %d", url, got.Status)
		}
	}
}
