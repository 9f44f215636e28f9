package web_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/event"
	"sourcier/internal/store"
	"sourcier/internal/web/webtest"
)

const doorAt = "/evenements/matinale/accueil"

// doorWorld is the door of an event that has begun.
type doorWorld struct {
	*crowd
	app    *fiber.App
	cookie string
	guest  event.Guest
}

func atTheDoor(t *testing.T) *doorWorld {
	t.Helper()
	who, use := withPeople(t)
	app := newPortal(t, use)
	who.organisation(t, "ville", account.KindPublic)
	who.person(t, "camille@ville.example", "ville", true, account.Organiser)
	return &doorWorld{who, app, who.signIn(t, "camille@ville.example"), who.atDoor(t, "ville", "matinale", "nadia-ferhat01")}
}

// tell sends what a phone tells, and gives what became of it.
func (w *doorWorld) tell(t *testing.T, clock time.Time, scans ...map[string]any) (status int, got []map[string]any) {
	t.Helper()
	text, err := json.Marshal(map[string]any{"device": "telephone-1", "now": clock.UnixMilli(), "scans": scans})
	if err != nil {
		t.Fatal(err)
	}
	res := post(t, w.app, doorAt+"/passages", w.cookie, url.Values{"passages": {string(text)}})
	var body struct{ Scans []map[string]any }
	_ = json.Unmarshal([]byte(res.Body), &body)
	return res.Status, body.Scans
}

func TestDoorByName(t *testing.T) {
	w := atTheDoor(t)
	found := webtest.Scenario{URL: doorAt + "?q=FERHAT", Header: as(w.cookie)}.Do(t, w.app)
	for _, text := range []string{"Nadia Ferhat", "Attendu", `name="invite"`} {
		if !strings.Contains(found.Body, text) {
			t.Errorf("the list does not say %q", text)
		}
	}
	enter := url.Values{"envoi": {"passage-0001"}, "voie": {"nom"}, "invite": {w.guest.ID}}
	for range 2 { // sent twice, it is once
		if got := post(t, w.app, doorAt+"/entree", w.cookie, enter); got.Status != 303 || got.Header.Get("Location") != doorAt+"?fait=entre" {
			t.Fatalf("%d %s", got.Status, got.Header.Get("Location"))
		}
	}
	enter.Set("envoi", "passage-0002")
	if got := post(t, w.app, doorAt+"/entree", w.cookie, enter); got.Header.Get("Location") != doorAt+"?fait=deja" {
		t.Errorf("in already: %s", got.Header.Get("Location"))
	}
	page := webtest.Scenario{URL: doorAt + "?q=nadia", Header: as(w.cookie)}.Do(t, w.app)
	if !strings.Contains(page.Body, "Entrée à") || !strings.Contains(page.Body, `name="annule"`) {
		t.Error("the list does not say that the guest is in")
	}
	if got := post(t, w.app, doorAt+"/entree", w.cookie, url.Values{"envoi": {"passage-0003"}, "voie": {"nom"}, "annule": {"passage-0001"}}); got.Header.Get("Location") != doorAt+"?fait=annule" {
		t.Errorf("%d %s", got.Status, got.Header.Get("Location"))
	}
	for name, form := range map[string]url.Values{"nobody": {"envoi": {"passage-0004"}, "voie": {"nom"}}, "no way": {"envoi": {"passage-0004"}, "invite": {w.guest.ID}}} {
		if got := post(t, w.app, doorAt+"/entree", w.cookie, form); got.Status < 400 || got.Status >= 500 {
			t.Errorf("%s: %d", name, got.Status)
		}
	}
	if got := post(t, w.app, doorAt+"/entree", w.cookie, url.Values{"envoi": {"passage-0005"}, "voie": {"nom"}, "invite": {"personne"}}); got.Status != 404 {
		t.Errorf("a guest of nobody: %d", got.Status)
	}
}

func TestDoorWalkIn(t *testing.T) {
	w := atTheDoor(t)
	got := post(t, w.app, doorAt+"/sur-place", w.cookie, url.Values{"envoi": {"passage-0001"}, "nom": {" "}, "organisme": {"Atelier"}, "role": {"s"}})
	if got.Status != 422 || !strings.Contains(got.Body, "Écrivez le nom") || !strings.Contains(got.Body, `value="Atelier"`) || !strings.Contains(got.Body, "<title>Erreur") {
		t.Errorf("%d: what was typed is given back", got.Status)
	}
	got = post(t, w.app, doorAt+"/sur-place", w.cookie, url.Values{"envoi": {"passage-0001"}, "nom": {"Bakary"}, "courriel": {"pas une adresse"}, "role": {"s"}})
	if got.Status != 422 || !strings.Contains(got.Body, `id="courriel-erreur"`) {
		t.Errorf("an address that is none: %d", got.Status)
	}
	got = post(t, w.app, doorAt+"/sur-place", w.cookie, url.Values{"envoi": {"passage-0001"}, "nom": {"Bakary"}, "role": {"s"}})
	if got.Status != 303 {
		t.Errorf("%d", got.Status)
	}
	screen := webtest.Scenario{URL: doorAt + "/ecran", Header: as(w.cookie)}.Do(t, w.app)
	if !strings.Contains(screen.Body, "<strong>1</strong>") {
		t.Error("the screen does not count who walked in")
	}
}

func TestDoorPhone(t *testing.T) {
	w := atTheDoor(t)
	page := webtest.Scenario{URL: doorAt + "/telephone", Header: as(w.cookie)}.Do(t, w.app)
	if page.Status != 200 || !strings.Contains(page.Header.Get("Permissions-Policy"), "camera=(self)") {
		t.Errorf("%d, %s", page.Status, page.Header.Get("Permissions-Policy"))
	}
	// The phone keeps the page: nothing of it names anybody, nor opens a name.
	code := w.Gathering.DoorCode("matinale")
	for _, text := range []string{"Nadia", "camille", "Camille", code, csrf} {
		if strings.Contains(page.Body, text) {
			t.Errorf("the page that a phone keeps says %q", text)
		}
	}
	list := webtest.Scenario{URL: doorAt + "/liste", Header: as(w.cookie)}.Do(t, w.app)
	for _, text := range []string{"Nadia", "Atelier du Val", "nadia@", w.Gathering.TicketToken(&w.guest), w.Gathering.GuestToken(&w.guest)} {
		if strings.Contains(list.Body, text) {
			t.Errorf("the list that a phone keeps says %q", text)
		}
	}
	if !strings.Contains(list.Body, account.HashToken(w.Gathering.TicketToken(&w.guest))) || list.Header.Get("Cache-Control") != "no-store" {
		t.Error("the list has no hash of the ticket, or is kept by caches")
	}
	other := webtest.Scenario{URL: doorAt, Header: as(w.cookie)}.Do(t, w.app)
	if !strings.Contains(other.Header.Get("Permissions-Policy"), "camera=()") {
		t.Error("another page may use the camera")
	}
	worker := webtest.Scenario{URL: doorAt + "/telephone.js", Header: as(w.cookie)}.Do(t, w.app)
	if worker.Status != 200 || worker.Header.Get("Service-Worker-Allowed") != "" || !strings.Contains(worker.Body, `"page":"`+doorAt+`/telephone"`) {
		t.Errorf("the worker: %d", worker.Status)
	}
}

func TestDoorSync(t *testing.T) {
	w := atTheDoor(t)
	ticket := account.HashToken(w.Gathering.TicketToken(&w.guest))
	scan := map[string]any{"id": "passage-0001", "at": clock().UnixMilli(), "way": "code", "ticket": ticket}
	for range 3 {
		status, got := w.tell(t, clock(), scan)
		if status != 200 || len(got) != 1 || got[0]["result"] != "entre" || got[0]["name"] != "Nadia Ferhat" {
			t.Fatalf("%d %v", status, got)
		}
	}
	_, got := w.tell(t, clock(), map[string]any{"id": "passage-0002", "at": clock().UnixMilli(), "way": "nom", "guest": w.guest.ID, "result": "entre", "offline": true})
	if got[0]["result"] != "entre" || got[0]["conflict"] != true {
		t.Errorf("what was told offline stays, and is shown: %v", got)
	}
	sealed, err := w.Gathering.SealForDoor("matinale", "passage-0003", []byte(`{"name":"Bakary Sissoko","body":"","role":"s"}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, got := w.tell(t, clock(), map[string]any{"id": "passage-0003", "at": clock().UnixMilli(), "way": "sur-place", "walker": sealed, "result": "entre", "offline": true}); got[0]["name"] != "Bakary Sissoko" {
		t.Errorf("a walk-in that waited sealed: %v", got)
	}
	for name, x := range map[string]map[string]any{
		"no id":             {"id": "", "at": clock().UnixMilli(), "way": "code", "ticket": ticket},
		"no time":           {"id": "passage-0009", "way": "code", "ticket": ticket},
		"a way of none":     {"id": "passage-0009", "at": clock().UnixMilli(), "way": "fenetre", "ticket": ticket},
		"a result of none":  {"id": "passage-0009", "at": clock().UnixMilli(), "way": "code", "result": "annule"},
		"sealed for nobody": {"id": "passage-0009", "at": clock().UnixMilli(), "way": "sur-place", "walker": sealed},
	} {
		if status, _ := w.tell(t, clock(), x); status != 422 {
			t.Errorf("%s: %d", name, status)
		}
	}
	many := make([]map[string]any, 201)
	for i := range many {
		many[i] = map[string]any{"id": fmt.Sprintf("passage-%04d", i), "at": clock().UnixMilli(), "way": "nom", "guest": "x"}
	}
	if status, _ := w.tell(t, clock(), many...); status != 422 {
		t.Errorf("201 scans at once: %d", status)
	}
	if got := post(t, w.app, doorAt+"/passages", w.cookie, url.Values{"passages": {"{"}}); got.Status != 422 {
		t.Errorf("what is no JSON: %d", got.Status)
	}
}

func TestTicketAndCertificate(t *testing.T) {
	w := atTheDoor(t)
	at := "/participation/" + w.Gathering.GuestToken(&w.guest)
	ticket := webtest.Scenario{URL: at + "/billet"}.Do(t, w.app)
	if ticket.Status != 200 || !strings.Contains(ticket.Body, `class="door-code"`) || strings.Contains(ticket.Body, "attestation") {
		t.Errorf("the ticket: %d", ticket.Status)
	}
	if got := (webtest.Scenario{URL: at + "/attestation"}).Do(t, w.app); got.Status != 404 {
		t.Errorf("a certificate before the event: %d", got.Status)
	}
	if got := (webtest.Scenario{URL: "/participation/" + w.Gathering.TicketToken(&w.guest) + "/billet"}).Do(t, w.app); got.Status != 404 {
		t.Errorf("the code of a ticket opens a page: %d", got.Status)
	}
	w.tell(t, clock(), map[string]any{"id": "passage-0001", "at": clock().UnixMilli(), "way": "nom", "guest": w.guest.ID})
	w.change(t, func(e *event.Event) { e.Ends = clock().Add(-time.Minute) })
	after := webtest.Scenario{URL: at + "/billet"}.Do(t, w.app)
	if !strings.Contains(after.Body, at+"/attestation") {
		t.Error("no certificate after the event")
	}
	own := webtest.Scenario{URL: at}.Do(t, w.app).Body
	webtest.MustMatch(t, own, webtest.In(".guest-status", webtest.HasText("votre venue est notée")), webtest.In("a.guest-wide", webtest.HasText("attestation")))
	if !strings.Contains(own, at+"/attestation") || !strings.Contains(own, at+"/suites") || strings.Contains(own, "Votre place est réservée") || strings.Contains(own, "vous invite") {
		t.Error("the guest's page does not lead to what there is after the event, or speaks as before it")
	}
	if got := (webtest.Scenario{URL: at + "/attestation"}).Do(t, w.app); got.Status != 200 || !strings.HasPrefix(got.Body, "%PDF") {
		t.Errorf("the certificate: %d", got.Status)
	}
	w.change(t, func(e *event.Event) { e.Seats[0].Answer = event.Declined })
	if got := (webtest.Scenario{URL: at + "/billet"}).Do(t, w.app); strings.Contains(got.Body, "door-code") {
		t.Error("who does not come has a ticket")
	}
}

func TestDoorClose(t *testing.T) {
	w := atTheDoor(t)
	w.tell(t, clock(), map[string]any{"id": "passage-0001", "at": clock().UnixMilli(), "way": "nom", "guest": w.guest.ID})
	if got := post(t, w.app, doorAt+"/cloture", w.cookie, nil); got.Header.Get("Location") != doorAt+"?fait=cloture" {
		t.Fatalf("%d", got.Status)
	}
	page := webtest.Scenario{URL: doorAt, Header: as(w.cookie)}.Do(t, w.app)
	if !strings.Contains(page.Body, "structure de l’annuaire est venue") {
		t.Error("the page does not say which structures came")
	}
	w.change(t, func(e *event.Event) { e.CancelledAt = clock() })
	if got := post(t, w.app, doorAt+"/entree", w.cookie, url.Values{"envoi": {"passage-0002"}, "voie": {"nom"}, "invite": {w.guest.ID}}); got.Status != 422 || !strings.Contains(got.Body, "annulé") {
		t.Errorf("an entry to a cancelled event: %d", got.Status)
	}
}

// change writes into the event as it is stored.
func (w *doorWorld) change(t *testing.T, do func(*event.Event)) {
	t.Helper()
	_, err := store.Update(t.Context(), w.Gathering.Events.Events, "matinale", func(e *event.Event) (store.Change, error) {
		do(e)
		return store.Change{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
