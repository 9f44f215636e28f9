package web_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/web"
	"sourcier/internal/web/webtest"
)

const csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func TestEveryAnswerIsSecured(t *testing.T) {
	secured := map[string]string{
		"Content-Security-Policy": csp, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
		"Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()", "X-Frame-Options": "DENY",
		"Cross-Origin-Resource-Policy": "same-origin", "Server": webtest.Absent, "Set-Cookie": webtest.Absent,
		"Strict-Transport-Security": webtest.Absent, "Access-Control-Allow-Origin": webtest.Absent,
	}
	var list []webtest.Scenario
	for url, status := range map[string]int{
		"/": 200, "/structures": 200, "/api/v1/structures": 200, "/api/v1/sectors": 200, "/api/v1/suggest?q=vitry": 200, "/healthz": 200, "/robots.txt": 200,
		"/public/abc123/css/sourcier.css": 200, "/nowhere": 404, "/api/v1/nowhere": 404, "/structures?kind=XXL": 422,
	} {
		want := maps.Clone(secured)
		if strings.HasPrefix(url, "/api/") { // public, without credentials: pages of any origin may read it
			want["Cross-Origin-Resource-Policy"], want["Access-Control-Allow-Origin"] = "cross-origin", "*"
			want["Access-Control-Allow-Credentials"] = webtest.Absent
		}
		list = append(list, webtest.Scenario{Name: url, URL: url, Status: status, WantHeader: want, Lacks: []string{"panic"}})
	}
	webtest.Run(t, newPortal(t), list)
}

func TestProductionHeaders(t *testing.T) {
	app := newPortal(t, func(d *web.Deps) { d.Config.Production, d.Config.BaseURL = true, "https://sourcier.example.org" })
	webtest.Run(t, app, []webtest.Scenario{{Name: "healthz", URL: "/healthz", Status: 200, JSON: map[string]any{"status": "ok"}, WantHeader: map[string]string{
		"Strict-Transport-Security": "max-age=31536000", "X-Frame-Options": "DENY", "Content-Security-Policy": csp,
	}}})
}

func TestMethodsAndRoutes(t *testing.T) {
	webtest.Run(t, newPortal(t), []webtest.Scenario{
		{Name: "HEAD of the API", Method: "HEAD", URL: "/api/v1/structures", Status: 200, WantHeader: map[string]string{"Content-Type": jsonType}},
		{Name: "HEAD of a page", Method: "HEAD", URL: "/structures", Status: 200, WantHeader: map[string]string{"Content-Type": "text/html; charset=utf-8"}},
		{Name: "HEAD of what is not there", Method: "HEAD", URL: "/api/v1/structures/zzz", Status: 404},
		{Name: "POST to the API", Method: "POST", URL: "/api/v1/structures", Status: 405,
			WantHeader: map[string]string{"Allow": "GET, HEAD", "Content-Type": problemType}, JSON: map[string]any{"status": 405, "title": "Méthode non prise en charge"}},
		{Name: "DELETE of a page", Method: "DELETE", URL: "/structures", Status: 405,
			WantHeader: map[string]string{"Allow": "GET, HEAD"}, HTML: errorPage},
		{Name: "OPTIONS gives no CORS", Method: "OPTIONS", URL: "/api/v1/structures", Status: 405, Header: map[string]string{"Origin": "https://evil.example"},
			WantHeader: map[string]string{"Access-Control-Allow-Origin": webtest.Absent}, JSON: map[string]any{"status": 405}},
		{Name: "a method of no standard", Method: "FOO", URL: "/structures", Status: 405, WantHeader: map[string]string{"Allow": "GET, HEAD", "Content-Security-Policy": csp},
			HTML: errorPage, Lacks: []string{"Invalid http method"}},
		{Name: "in small letters, to the API", Method: "get", URL: "/api/v1/structures", Status: 405, WantHeader: map[string]string{"X-Content-Type-Options": "nosniff"},
			JSON: map[string]any{"status": 405, "title": "Méthode non prise en charge"}},
		{Name: "no page", URL: "/nowhere/%3Cscript%3E", Status: 404, HTML: errorPage, Lacks: []string{"<script>", "Cannot GET"}},
		{Name: "no API route", URL: "/api/v2/structures", Status: 404, WantHeader: map[string]string{"Content-Type": problemType}, JSON: map[string]any{"status": 404, "title": "Introuvable"}},
		{Name: "the API answers JSON whatever is accepted", URL: "/api/v1/sectors", Header: map[string]string{"Accept": "text/html"}, Status: 200,
			WantHeader: map[string]string{"Content-Type": jsonType}, JSON: map[string]any{"items.0.code": webtest.Present}},
		{Name: "and its errors too", URL: "/api/v1/nowhere", Header: map[string]string{"Accept": "text/html"}, Status: 404, JSON: map[string]any{"status": 404}},
		{Name: "a page answers HTML whatever is accepted", URL: "/nowhere", Header: map[string]string{"Accept": "application/json"}, Status: 404,
			WantHeader: map[string]string{"Content-Type": "text/html; charset=utf-8"}, HTML: errorPage},
		{Name: "compressed request", URL: "/api/v1/structures", Header: map[string]string{"Content-Encoding": "gzip"}, Body: "x", Status: 415, JSON: map[string]any{"status": 415}},
		{Name: "another site's host changes nothing", URL: "/structures", Header: map[string]string{"Host": "evil.example", "X-Forwarded-Host": "evil.example"}, Status: 200,
			Lacks: []string{"evil.example"}},
	})
}

func TestCompression(t *testing.T) {
	app := newPortal(t)
	for _, encoding := range []string{"br", "gzip"} {
		for _, url := range []string{"/api/v1/sectors", "/public/abc123/css/sourcier.css"} {
			res := webtest.Scenario{URL: url, Header: map[string]string{"Accept-Encoding": encoding}}.Do(t, app)
			if got := res.Header.Get("Content-Encoding"); got != encoding || res.Body == "" {
				t.Errorf("%s for %s: encoded %q", url, encoding, got)
			}
			if got := res.Header.Get("Vary"); got != "Accept-Encoding" {
				t.Errorf("%s: Vary %q", url, got)
			}
		}
	}
	res := webtest.Scenario{URL: "/public/abc123/css/sourcier.css"}.Do(t, app)
	if res.Header.Get("Content-Encoding") != "" || res.Body != styleSheet {
		t.Error("encoded for a client that takes no encoding")
	}
}

func TestFiles(t *testing.T) {
	webtest.Run(t, newPortal(t), []webtest.Scenario{
		{Name: "hashed asset", URL: "/public/abc123/css/sourcier.css", Status: 200, Contains: []string{"#123456"},
			WantHeader: map[string]string{"Cache-Control": "public, max-age=31536000, immutable", "Content-Type": "text/css; charset=utf-8"}},
		{Name: "asset without its hash", URL: "/public/css/sourcier.css", Status: 200, Contains: []string{"#123456"}, WantHeader: map[string]string{"Cache-Control": "no-cache"}},
		{Name: "asset of another build", URL: "/public/000000/css/sourcier.css", Status: 404, HTML: errorPage, WantHeader: map[string]string{"Cache-Control": "no-store"}},
		{Name: "no way out", URL: "/public/../go.mod", Status: 404, Lacks: []string{"module"}},
		{Name: "no encoded way out", URL: "/public/%2e%2e%2fgo.mod", Status: 404, Lacks: []string{"module"}},
		{Name: "favicon", URL: "/favicon.ico", Status: 200, WantHeader: map[string]string{"Content-Type": "image/svg+xml"}, Contains: []string{"<svg"}},
	})
}

func TestProbes(t *testing.T) {
	ready := func(err, missing error) func(*web.Deps) {
		return func(d *web.Deps) {
			d.Ready = func(context.Context) error { return err }
			d.Assets = assets{missing: missing}
		}
	}
	webtest.Run(t, newPortal(t, ready(nil, nil)), []webtest.Scenario{
		{Name: "alive", URL: "/healthz", Status: 200, JSON: map[string]any{"status": "ok"}, WantHeader: map[string]string{"Cache-Control": "no-store"}},
		{Name: "ready", URL: "/readyz", Status: 200, JSON: map[string]any{"status": "ok", "reasons": webtest.AbsentJSON}},
	})
	loading := fmt.Errorf("index: %w", web.Reason("l’index de recherche se charge"))
	webtest.Run(t, newPortal(t, ready(loading, errors.New("fichiers absents : vendor/htmx.min.js"))), []webtest.Scenario{
		{Name: "alive while loading", URL: "/healthz", Status: 200, JSON: map[string]any{"status": "ok"}},
		{Name: "not ready, with reasons", URL: "/readyz", Status: 503, WantHeader: map[string]string{"Retry-After": "5"},
			JSON: map[string]any{"status": "unavailable", "reasons": []string{"l’index de recherche se charge", "fichiers absents\u202f: vendor/htmx.min.js"}}},
	})
	webtest.Run(t, newPortal(t, ready(errors.New("mongodb://admin:hunter2@db"), nil)), []webtest.Scenario{
		{Name: "an internal reason is not shown", URL: "/readyz", Status: 503, JSON: map[string]any{"reasons.#": 1}, Lacks: []string{"hunter2"}},
	})
}

func TestRateLimit(t *testing.T) {
	now := fixtureNow
	app := newPortal(t, func(d *web.Deps) {
		d.Config.RateLimit = 2
		d.Now = func() time.Time { return now }
	})
	webtest.Run(t, app, []webtest.Scenario{
		{Name: "first", URL: "/api/v1/sectors", Status: 200, WantHeader: map[string]string{"RateLimit-Limit": "2", "RateLimit-Remaining": "1", "RateLimit-Reset": "30"}, JSON: map[string]any{"items": webtest.Present}},
		{Name: "pages count too", URL: "/structures", Status: 200, WantHeader: map[string]string{"RateLimit-Remaining": "0", "Retry-After": webtest.Absent}, Lacks: []string{"Trop de requêtes"}},
		{Name: "third", URL: "/api/v1/sectors", Status: 429, WantHeader: map[string]string{"RateLimit-Remaining": "0", "RateLimit-Reset": "60", "Retry-After": "30", "Content-Type": problemType},
			JSON: map[string]any{"status": 429, "title": "Trop de requêtes"}},
		{Name: "as a page", URL: "/structures", Status: 429, HTML: append(errorPage, webtest.In("main h1", webtest.HasText("Trop de requêtes")))},
		{Name: "a spoofed address is not believed", URL: "/api/v1/sectors", Header: map[string]string{"X-Real-IP": "192.0.2.9", "X-Forwarded-For": "192.0.2.9"}, Status: 429, JSON: map[string]any{"status": 429}},
		{Name: "maps have a limit of their own, no larger", URL: "/api/v1/map", Status: 200, WantHeader: map[string]string{"RateLimit-Limit": "2", "RateLimit-Remaining": "1"}, JSON: map[string]any{"type": "FeatureCollection"}},
		{Name: "assets are not limited", URL: "/public/abc123/css/sourcier.css", Status: 200, WantHeader: map[string]string{"RateLimit-Limit": webtest.Absent}, Contains: []string{"body"}},
		{Name: "probes are not limited", URL: "/healthz", Status: 200, JSON: map[string]any{"status": "ok"}},
	})
	now = now.Add(30 * time.Second)
	webtest.Run(t, app, []webtest.Scenario{{Name: "after Retry-After", URL: "/api/v1/sectors", Status: 200, JSON: map[string]any{"items": webtest.Present}}})
}

func TestTrustedProxyNamesTheClient(t *testing.T) {
	app := newPortal(t, func(d *web.Deps) {
		d.Config.RateLimit = 1
		d.Config.TrustedProxies = []string{"0.0.0.0"} // the address of the test connection
	})
	for _, client := range []string{"192.0.2.1", "192.0.2.2"} {
		res := webtest.Scenario{URL: "/api/v1/sectors", Header: map[string]string{"X-Real-IP": client}}.Do(t, app)
		if res.Status != http.StatusOK {
			t.Errorf("%s: status %d", client, res.Status)
		}
	}
}

func TestAccessLogHoldsNothingPersonal(t *testing.T) {
	var log bytes.Buffer
	app := newPortal(t, func(d *web.Deps) {
		d.Log = slog.New(slog.NewJSONHandler(&log, nil))
		d.Config.TrustedProxies = []string{"0.0.0.0"}
	})
	for _, url := range []string{"/api/v1/structures?q=madame+dupont", "/structures/" + siretProprete, "/nowhere/dupont"} {
		webtest.Scenario{URL: url, Header: map[string]string{"X-Real-IP": "192.0.2.77", "X-Request-ID": "dupont", "User-Agent": "dupont"}}.Do(t, app)
	}
	for _, private := range []string{"dupont", "192.0.2.77", siretProprete} {
		if strings.Contains(log.String(), private) {
			t.Errorf("%q is in the log: %s", private, log.String())
		}
	}
	for _, want := range []string{`"route":"/api/v1/structures"`, `"route":"/structures/:id"`, `"route":""`, `"client":"192.0.2.0/24"`, `"status":404`} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("%s is not in the log: %s", want, log.String())
		}
	}
}

// TestHugeQueryGetsItsAnswer sends 100 kB over a real connection: the reason
// must arrive, not a reset.
func TestHugeQueryGetsItsAnswer(t *testing.T) {
	addr := listen(t, newPortal(t))
	for _, request := range []string{
		"GET /structures?q=" + strings.Repeat("a", 100_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"POST /structures HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n" + strings.Repeat("a", 100_000),
	} {
		method, _, _ := strings.Cut(request, " ")
		t.Run(method, func(t *testing.T) {
			res, body := exchange(t, addr, request)
			if res.StatusCode != http.StatusRequestHeaderFieldsTooLarge && res.StatusCode != http.StatusRequestEntityTooLarge {
				t.Errorf("status %d", res.StatusCode)
			}
			if got := res.Header.Get("Content-Security-Policy"); got != csp {
				t.Errorf("CSP %q", got)
			}
			webtest.MustMatch(t, body, errorPage...)
		})
	}
}

// listen serves a portal over real connections until the test ends.
func listen(t *testing.T, app *fiber.App) (addr string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- app.Listener(ln) }()
	t.Cleanup(func() {
		if err := errors.Join(app.Shutdown(), <-served); err != nil {
			t.Error(err)
		}
	})
	return ln.Addr().String()
}

// breakOff sends the beginning of a request and hangs up.
func breakOff(tb testing.TB, addr, begun string) {
	tb.Helper()
	conn, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err == nil {
		_, err = io.WriteString(conn, begun)
		err = errors.Join(err, conn.Close())
	}
	if err != nil {
		tb.Fatal(err)
	}
}

func exchange(tb testing.TB, addr, request string) (*http.Response, string) {
	tb.Helper()
	conn, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		tb.Fatal(err)
	}
	if _, err := io.WriteString(conn, request); err != nil {
		tb.Fatalf("write: %v", err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		tb.Fatalf("read: %v", err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		tb.Fatalf("read the body: %v", err)
	}
	return res, string(body)
}

// TestSlashAtTheEnd: an address with one is the page without it, in all that goes by the path.
func TestSlashAtTheEnd(t *testing.T) {
	webtest.Run(t, newPortal(t), []webtest.Scenario{
		{
			Name: "a file keeps its length", URL: "/structures.csv//?colonnes=siret", Status: 200, Header: map[string]string{"Accept-Encoding": "gzip"},
			WantHeader: map[string]string{"Content-Encoding": webtest.Absent}, Contains: []string{"SIRET\r\n"},
		},
		{Name: "a page has one address", URL: "/aide/", Status: 200, HTML: []webtest.Check{webtest.In("link[rel=canonical][href=http://localhost:8080/aide]")}},
		{Name: "a page with a parameter", URL: "/structures/" + siretProprete + "/", Status: 200, HTML: []webtest.Check{webtest.In("h1", webtest.HasText("Propreté Solidaire"))}},
		{Name: "nothing but slashes", URL: "//", Status: 404, Contains: []string{"Introuvable"}},
	})
}
