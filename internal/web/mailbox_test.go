package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/mail"
	"sourcier/internal/message"
	"sourcier/internal/store"
	"sourcier/internal/web"
	"sourcier/internal/web/webtest"
)

// withMailbox gives a portal the page of its mails.
func withMailbox(t *testing.T) (*crowd, func(*web.Deps)) {
	t.Helper()
	who, change := withPeople(t)
	return who, func(d *web.Deps) {
		change(d)
		d.Letters = mail.Composer{BaseURL: d.Config.BaseURL, Portal: "Sourcier", From: "sourcier@localhost", Tokens: who.Secret}
	}
}

// receive stores a mail as it lies there once it is sent.
func (w *crowd) receive(t *testing.T, kind message.Kind, to string, n int) string {
	t.Helper()
	at := clock().Add(time.Duration(n) * time.Second)
	m, err := message.New(message.Order{
		Key: message.Key{Kind: kind, Object: fmt.Sprintf("o%d", n), Recipient: to, Version: 1}, To: to, Person: "p1",
		Details: map[string]string{message.DetailOrganisation: "Ville d’Orly", message.DetailBy: `<b onclick="x()">Eve</b>`}, QueuedAt: at,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Messages.Queue(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	return m.ID
}

func TestMailbox(t *testing.T) {
	who, change := withMailbox(t)
	app := newPortal(t, change)
	run := func(list []webtest.Scenario) {
		t.Helper()
		for i := range list {
			list[i].Header = map[string]string{"Host": "localhost:8080"}
		}
		webtest.Run(t, app, list)
	}
	run([]webtest.Scenario{
		{Name: "empty", URL: "/boite", Status: 200, HTML: []webtest.Check{webtest.In("main", webtest.HasText("0 message"), webtest.HasText("page de connexion"))}},
	})
	link := who.receive(t, message.SignIn, "ada@b.example", 0)
	join := who.receive(t, message.JoinRequest, "bob@xn--bcher-kva.example", 1)
	inactive := who.receive(t, message.Inactive, "ada@b.example", 2)
	for n := 3; n < 60; n++ {
		who.receive(t, message.RoleChanged, fmt.Sprintf("nom%d@ville.example", n), n)
	}
	token := who.Secret.Token("signin", "o0", 1)
	run([]webtest.Scenario{
		{Name: "the newest first", URL: "/boite", Status: 200, WantHeader: map[string]string{"Cache-Control": "no-store"},
			HTML: []webtest.Check{webtest.In("tbody", webtest.HasText("nom59@ville.example"), webtest.HasText("nom35@ville.example"), webtest.NoText("nom34@ville.example")), webtest.In("main", webtest.HasText("60 messages")), webtest.In(".pages")}},
		{Name: "the last page", URL: "/boite?page=3", Status: 200, HTML: []webtest.Check{webtest.In("tbody", webtest.HasText("ada@b.example"))}},
		{Name: "a page beyond", URL: "/boite?page=4", Status: 404, HTML: errorPage},
		{Name: "no page", URL: "/boite?page=x", Status: 404, HTML: errorPage},
		{Name: "of one recipient", URL: "/boite?destinataire=ADA@b", Status: 200, HTML: []webtest.Check{webtest.In("main", webtest.HasText("2 messages"))}},
		{Name: "of one in letters of its own", URL: "/boite?destinataire=b%C3%BCcher", Status: 200, HTML: []webtest.Check{webtest.In("main", webtest.HasText("1 message"))}},
		{Name: "of nobody", URL: "/boite?destinataire=%3Cscript%3E", Status: 200, HTML: []webtest.Check{webtest.In("main", webtest.HasText("Aucun message"))}, Lacks: []string{"<script>"}},
		{Name: "a letter", URL: "/boite/" + link, Status: 200, HTML: []webtest.Check{
			webtest.In(`.desk-box a[href="http://localhost:8080/connexion/lien/` + token + `"]`), webtest.In(".desk-box .font-monospace", webtest.HasText(who.Secret.Code("o0"))),
			webtest.In(`pre a[href="http://localhost:8080/connexion/lien/` + token + `"]`),
		}},
		{Name: "a letter with what somebody wrote", URL: "/boite/" + join, Status: 200, Lacks: []string{`<b onclick`}, HTML: []webtest.Check{webtest.In("h1", webtest.HasText(`<b onclick="x()">Eve</b>`))}},
		{Name: "addresses in a text are links", URL: "/boite/" + inactive, Status: 200, HTML: []webtest.Check{webtest.In(`.desk-box p a[href="http://localhost:8080/compte/donnees"]`)}},
		{Name: "no letter", URL: "/boite/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", Status: 404, HTML: errorPage},
	})
	gone, err := who.Messages.Get(t.Context(), link)
	if err != nil {
		t.Fatal(err)
	}
	gone.Value.Scrub(clock())
	if _, err := who.Messages.Replace(t.Context(), gone, store.Change{}); err != nil {
		t.Fatal(err)
	}
	run([]webtest.Scenario{
		{Name: "a letter of somebody erased", URL: "/boite/" + link, Status: 200, Contains: []string{"a été effacé"}, Lacks: []string{token}},
		{Name: "its line", URL: "/boite?page=3", Status: 200, Contains: []string{"adresse effacée"}},
	})
}

// TestMailboxIsForThisMachine: to anybody else it answers as an address that there is
// not, to the last header.
func TestMailboxIsForThisMachine(t *testing.T) {
	who, change := withMailbox(t)
	id := who.receive(t, message.SignIn, "ada@b.example", 0)
	app := newPortal(t, change)
	host := func(name string) map[string]string { return map[string]string{"Host": name} }
	for name, header := range map[string]map[string]string{
		"another name":            host("sourcier.example.org"),
		"a name led here":         host("localhost.example.org:8080"),
		"the address of loopback": host("127.0.0.1:8080"),
		"another port":            host("localhost:8081"),
		"no port":                 host("localhost"),
		"Forwarded":               {"Forwarded": "for=192.0.2.1"},
		"X-Forwarded-For":         {"X-Forwarded-For": "127.0.0.1"},
		"X-Forwarded-Host":        {"X-Forwarded-Host": "localhost:8080"},
		"X-Forwarded-Proto":       {"x-forwarded-proto": "https"},
		"X-Real-IP":               {"X-Real-IP": "127.0.0.1"},
		"Via":                     {"Via": "1.1 proxy"},
	} {
		for _, path := range []string{"/boite", "/boite/", "/boite/" + id, "/boite?destinataire=a"} {
			t.Run(name+path, func(t *testing.T) { sameAsUnknown(t, app, "GET", path, header) })
		}
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS"} {
		t.Run(method, func(t *testing.T) { sameAsUnknown(t, app, method, "/boite", nil) })
	}
	for _, header := range []map[string]string{host("localhost:8080"), host("LOCALHOST:8080")} {
		if got := (webtest.Scenario{URL: "/boite", Header: header}).Do(t, app); got.Status != 200 {
			t.Errorf("%v: %d", header, got.Status)
		}
	}
}

// TestNoMailboxWithAMailServer: then there is no such route.
func TestNoMailboxWithAMailServer(t *testing.T) {
	_, change := withPeople(t)
	app, table := newPortalWithRoutes(t, change)
	for _, r := range table {
		if strings.HasPrefix(r.Path, "/boite") {
			t.Errorf("route %s", r.Path)
		}
	}
	for _, method := range []string{"GET", "HEAD", "POST", "DELETE", "OPTIONS"} {
		t.Run(method, func(t *testing.T) { sameAsUnknown(t, app, method, "/boite", nil) })
	}
}

// sameAsUnknown holds the answer to a path to that of an address that there is not.
func sameAsUnknown(t *testing.T, app *fiber.App, method, path string, header map[string]string) {
	t.Helper()
	ask := func(path string) (int, http.Header, string) {
		req, err := http.NewRequestWithContext(t.Context(), method, "http://localhost:8080"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range header {
			if name == "Host" {
				req.Host = value
			} else {
				req.Header.Set(name, value)
			}
		}
		req.Header.Set("Accept-Encoding", "gzip")
		res, err := app.Test(req, -1)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		res.Header.Del("X-Request-Id")
		res.Header.Del("Date")
		return res.StatusCode, res.Header, fmt.Sprint(res.ContentLength)
	}
	status, got, size := ask(path)
	wantStatus, want, wantSize := ask(strings.Replace(path, "/boite", "/bolte", 1))
	if status != wantStatus || fmt.Sprint(got) != fmt.Sprint(want) || size != wantSize {
		t.Errorf("%s %s: %d %v %s\nunknown: %d %v %s", method, path, status, got, size, wantStatus, want, wantSize)
	}
}
