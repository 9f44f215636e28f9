package web_test

import (
	"context"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/directory"
	"sourcier/internal/gathering"
	"sourcier/internal/operation"
	"sourcier/internal/people"
	"sourcier/internal/programme"
	"sourcier/internal/store"
	"sourcier/internal/store/sqlite"
	"sourcier/internal/structure"
	"sourcier/internal/web"
	"sourcier/internal/web/webtest"
)

// crowd is who uses the portal of a test: an account for each role, all in
// organisations of their own kind.
type crowd struct {
	*people.Service
	Directory *directory.Service
	db        store.DB
	desk      *directory.Desk
	Programme *programme.Service
	Operation *operation.Service
	Gathering *gathering.Service
}

// withPeople gives a portal a store of its own for who signs in.
func withPeople(t *testing.T) (*crowd, func(*web.Deps)) {
	t.Helper()
	who := peopleIn(t, t.TempDir())
	return who, usePeople(who)
}

// peopleIn opens the store of a directory.
func peopleIn(t *testing.T, dir string) *crowd {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(dir, "people.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return peopleOn(t, db)
}

// peopleOn opens those of a store.
func peopleOn(t *testing.T, db store.DB) *crowd {
	t.Helper()
	secret := account.Secret(strings.Repeat("k", account.SecretSize))
	service, err := people.Open(t.Context(), db, secret, clock)
	if err != nil {
		t.Fatal(err)
	}
	sheets, err := directory.Open(t.Context(), db, service, clock)
	if err != nil {
		t.Fatal(err)
	}
	desk, err := directory.OpenDesk(t.Context(), db, directory.Desk{People: service, Find: nothingFound{}, Describe: func(v *structure.Structure) string { return v.Address.City }, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	service.Holders = append(service.Holders, desk.Holder())
	plans, err := programme.Open(t.Context(), db, service, clock)
	if err != nil {
		t.Fatal(err)
	}
	plans.Sheets = sheets
	service.Holders = append(service.Holders, plans.ForwardHolder())
	operations, err := operation.Open(t.Context(), db, plans, clock)
	if err != nil {
		t.Fatal(err)
	}
	gatherings, err := gathering.Open(t.Context(), db, operations, clock)
	if err != nil {
		t.Fatal(err)
	}
	return &crowd{service, sheets, db, desk, plans, operations, gatherings}
}

// nothingFound is the search that the alerts of a test ask.
type nothingFound struct{}

func (nothingFound) Find(context.Context, string, int) ([]string, int, error) { return nil, 0, nil }

// usePeople gives a portal those who are there.
func usePeople(who *crowd) func(*web.Deps) {
	return func(d *web.Deps) {
		who.desk.Structures = d.Structures
		d.People, d.Directory, d.Desk, d.Programme, d.Operation, d.Gathering = who.Service, who.Directory, who.desk, who.Programme, who.Operation, who.Gathering
	}
}

// organisation makes a confirmed organisation.
func (w *crowd) organisation(t *testing.T, id string, kind account.OrganisationKind) {
	t.Helper()
	_, err := w.Organisations.Insert(t.Context(), account.Organisation{
		ID: id, Kind: kind, Name: "Organisation " + id, CreatedAt: clock(), ConfirmedAt: clock(),
	}, store.Change{})
	if err != nil {
		t.Fatal(err)
	}
}

// person makes an account with a role in an organisation that is there ("" for none)
// and gives its id.
func (w *crowd) person(t *testing.T, email, organisation string, manager bool, roles ...account.Role) string {
	t.Helper()
	e, err := account.ParseEmail(email)
	if err != nil {
		t.Fatal(err)
	}
	d, err := w.Ensure(t.Context(), e, "")
	if err != nil {
		t.Fatal(err)
	}
	if organisation != "" {
		_, err = store.Update(t.Context(), w.Organisations.Collection, organisation, func(o *account.Organisation) (store.Change, error) {
			return store.Change{}, o.Enrol(d.ID, roles, manager, clock())
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return d.ID
}

// signIn opens a session and gives its cookie.
func (w *crowd) signIn(t *testing.T, email string) string {
	t.Helper()
	token, err := w.Enter(t.Context(), account.Email(email), people.Arrival{Method: account.ByLink})
	if err != nil {
		t.Fatal(err)
	}
	return "sourcier_session=" + token
}

// as is the header of a request of who holds the cookie.
func as(cookie string) map[string]string { return map[string]string{"Cookie": cookie} }

const csrf = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// post sends a form as a page of the portal does, by who holds the cookie ("" for
// nobody).
func post(t *testing.T, app *fiber.App, path, cookie string, fields url.Values) webtest.Answer {
	t.Helper()
	form := url.Values{"jeton": {csrf}}
	for name, list := range fields {
		form[name] = list
	}
	return webtest.Scenario{Method: "POST", URL: path, Body: form.Encode(), Header: map[string]string{
		"Content-Type": "application/x-www-form-urlencoded", "Cookie": strings.TrimPrefix(cookie+"; sourcier_form="+csrf, "; "), "Origin": "http://localhost:8080",
	}}.Do(t, app)
}

func TestWhoIsSignedInIsShown(t *testing.T) {
	who, change := withPeople(t)
	who.organisation(t, "mairie", account.KindPublic)
	who.person(t, "ada@ville.example", "mairie", false, account.Buyer)
	app := newPortal(t, change)
	cookie := who.signIn(t, "ada@ville.example")
	named := []webtest.Check{webtest.In(".site-account", webtest.HasText("ada@ville.example"), webtest.HasText("Acheteur"))}
	webtest.Run(t, app, []webtest.Scenario{
		{Name: "nobody", URL: "/", Status: 200, HTML: []webtest.Check{webtest.In(".site-account", webtest.HasText("Se connecter"))}},
		{Name: "a buyer", URL: "/", Header: as(cookie), Status: 200, HTML: named, WantHeader: map[string]string{"Cache-Control": "private, no-cache"}},
		{Name: "on a page that says nothing of caches", URL: "/exporter", Header: as(cookie), Status: 200, HTML: named, WantHeader: map[string]string{"Cache-Control": "private, no-cache"}},
		{Name: "on a page that is missing", URL: "/nulle-part", Header: as(cookie), Status: 404, HTML: named},
		{Name: "a token of nobody", URL: "/", Header: as("sourcier_session=" + strings.Repeat("A", 26)), Status: 200, HTML: []webtest.Check{webtest.In(".site-account", webtest.HasText("Se connecter"))}},
	})
	tag := webtest.Scenario{URL: "/"}.Do(t, app).Header.Get("ETag")
	if got := (webtest.Scenario{URL: "/", Header: map[string]string{"Cookie": cookie, "If-None-Match": tag}}).Do(t, app); got.Status != 200 {
		t.Errorf("the page of nobody is that of a buyer: status %d", got.Status)
	}
}
