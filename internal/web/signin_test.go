package web_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/people"
	"sourcier/internal/store"
	"sourcier/internal/web"
	"sourcier/internal/web/webtest"
)

// window is a browser without a script: it keeps cookies and sends forms.
type window struct {
	t       *testing.T
	app     *fiber.App
	cookies map[string]string
	agent   string
	raw     []*http.Cookie // as last set
}

func newWindow(t *testing.T, app *fiber.App) *window {
	return &window{t: t, app: app, cookies: map[string]string{}, agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"}
}

func (w *window) send(sc webtest.Scenario) webtest.Answer {
	w.t.Helper()
	var list []string
	for name, value := range w.cookies {
		list = append(list, name+"="+value)
	}
	header := map[string]string{"Cookie": strings.Join(list, "; "), "User-Agent": w.agent}
	for name, value := range sc.Header {
		header[name] = value
	}
	sc.Header = header
	got := sc.Do(w.t, w.app)
	for _, c := range (&http.Response{Header: got.Header}).Cookies() {
		w.raw = append(w.raw, c)
		if c.MaxAge < 0 {
			delete(w.cookies, c.Name)
		} else {
			w.cookies[c.Name] = c.Value
		}
	}
	return got
}

func (w *window) get(path string) webtest.Answer {
	w.t.Helper()
	return w.send(webtest.Scenario{URL: path})
}

// post sends a form as a page of ours does.
func (w *window) post(path string, fields ...string) webtest.Answer {
	w.t.Helper()
	if w.cookies["sourcier_form"] == "" {
		w.get("/connexion")
	}
	form := url.Values{"jeton": {w.cookies["sourcier_form"]}}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return w.send(webtest.Scenario{Method: "POST", URL: path, Body: form.Encode(), Header: map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}})
}

// mailed are the token and the code of the newest message to an address.
func (w *crowd) mailed(t *testing.T, email account.Email) (token, code string) {
	t.Helper()
	list, err := w.SignIns.Of(t.Context(), email)
	if err != nil || len(list) == 0 {
		t.Fatalf("%d requests for %s, %v", len(list), email, err)
	}
	d := slices.MaxFunc(list, func(a, b store.Doc[account.SignIn]) int { return a.Value.At.Compare(b.Value.At) })
	return w.Secret.Token("signin", d.ID, 0), w.Secret.Code(d.ID)
}

func must(t *testing.T, got webtest.Answer, status int, location string) {
	t.Helper()
	if got.Status != status || got.Header.Get("Location") != location {
		t.Fatalf("status %d, location %q, want %d, %q\n%s", got.Status, got.Header.Get("Location"), status, location, mainOf(got.Body))
	}
}

// mainOf is what a person reads of a page.
func mainOf(body string) string {
	if _, after, ok := strings.Cut(body, "<main"); ok {
		body, _, _ = strings.Cut(after, "</main>")
	}
	return body
}

func says(t *testing.T, got webtest.Answer, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(plainText(got.Body), text) {
			t.Errorf("does not say %q:\n%s", text, mainOf(got.Body))
		}
	}
}

func plainText(body string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(body)
}

func TestSignInByCode(t *testing.T) {
	who, change := withPeople(t)
	w := newWindow(t, newPortal(t, change))
	says(t, w.get("/connexion?suite=/comparer"), `name="suite" value="/comparer"`)
	must(t, w.post("/connexion", "courriel", "Ada@ville.example", "suite", "/comparer"), 303, "/connexion/code")
	page := w.get("/connexion/code")
	says(t, page, "Ada@ville.example", `inputmode="numeric"`, `autocomplete="one-time-code"`, "12 h 15")
	if page.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("kept: %s", page.Header.Get("Cache-Control"))
	}
	_, code := who.mailed(t, "Ada@ville.example")
	for _, c := range []struct{ typed, says string }{{"12345", "six chiffres"}, {"abcdef", "six chiffres"}, {strings.Repeat("1", 10_000), "six chiffres"}, {wrongCode(code), "Il reste 4 essais"}} {
		got := w.post("/connexion/code", "code", c.typed)
		must(t, got, 422, "")
		says(t, got, c.says, "<title>Erreur", `aria-invalid="true"`)
	}
	before := w.cookies["sourcier_form"]
	must(t, w.post("/connexion/code", "code", " "+code[:3]+" "+code[3:]+" "), 303, "/comparer")
	if w.cookies["sourcier_session"] == "" || w.cookies["sourcier_asking"] != "" || w.cookies["sourcier_form"] == before {
		t.Errorf("cookies %v", w.cookies)
	}
	says(t, w.get("/"), "Ada@ville.example")
	says(t, w.get("/connexion"), "déjà connecté", "Ada@ville.example")
	says(t, w.get("/compte/sessions"), "Firefox, Windows", "0.0.0…", "code reçu par courriel", "Ce navigateur")
}

func wrongCode(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}

func TestSixthGuessOnThePage(t *testing.T) {
	who, change := withPeople(t)
	w := newWindow(t, newPortal(t, change))
	w.post("/connexion", "courriel", "ada@ville.example")
	_, code := who.mailed(t, "ada@ville.example")
	for range account.MaxTries {
		w.post("/connexion/code", "code", wrongCode(code))
	}
	got := w.post("/connexion/code", "code", code)
	must(t, got, 429, "")
	says(t, got, "Cinq codes faux", "Recevoir un nouveau message")
}

func TestGuessesOfANetworkOnThePage(t *testing.T) {
	who, change := withPeople(t)
	app := newPortal(t, change)
	var w *window
	var code string
	for n := range people.PerGuessing/account.MaxTries + 1 {
		w = newWindow(t, app)
		email := fmt.Sprintf("nom%d@ville.example", n)
		w.post("/connexion", "courriel", email)
		if _, code = who.mailed(t, account.Email(email)); n == people.PerGuessing/account.MaxTries {
			break
		}
		for range account.MaxTries {
			w.post("/connexion/code", "code", wrongCode(code))
		}
	}
	got := w.post("/connexion/code", "code", code)
	must(t, got, 429, "")
	says(t, got, "Trente codes faux", "Ouvrez le lien du message")
	if got.Header.Get("Retry-After") != "900" || w.cookies["sourcier_session"] != "" {
		t.Errorf("%v", got.Header)
	}
}

func TestSignInByLink(t *testing.T) {
	who, change := withPeople(t)
	w := newWindow(t, newPortal(t, change))
	w.post("/connexion", "courriel", "ada@ville.example", "suite", "/structures?q=net")
	token, _ := who.mailed(t, "ada@ville.example")
	link := "/connexion/lien/" + token
	for _, method := range []string{"HEAD", "GET", "GET"} { // a scanner, a preview, the reader
		got := w.send(webtest.Scenario{Method: method, URL: link})
		if got.Status != 200 || got.Header.Get("Referrer-Policy") != "no-referrer" || got.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d, %v", method, got.Status, got.Header)
		}
	}
	if w.cookies["sourcier_session"] != "" {
		t.Fatal("opening the link signs in")
	}
	page := w.get(link)
	says(t, page, "ada@ville.example", "transmis ce lien")
	if strings.Contains(page.Body, "autre navigateur") {
		t.Error("takes this browser for another")
	}
	must(t, w.post(link), 303, "/structures?q=net")
	got := w.post(link)
	must(t, got, 410, "")
	says(t, got, "déjà servi", "Recevoir un nouveau message", "ada@ville.example")
	if got.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Error("a refused link leaks by the referrer")
	}
	must(t, w.get("/connexion/lien/"+strings.Repeat("A", 26)), 404, "")
	must(t, w.get("/connexion/lien/%00%ff"), 404, "")
	must(t, w.get("/connexion/lien/"+strings.Repeat("A", 5000)), 404, "")
}

// A link that was forwarded: the page says whose account it is, and that it was asked
// for elsewhere; who was signed in here is told, and signed out by going on.
func TestForwardedLink(t *testing.T) {
	who, change := withPeople(t)
	app := newPortal(t, change)
	asked, reader := newWindow(t, app), newWindow(t, app)
	asked.post("/connexion", "courriel", "ada@ville.example")
	token, code := who.mailed(t, "ada@ville.example")
	reader.cookies["sourcier_session"] = strings.TrimPrefix(who.signIn(t, "bob@ville.example"), "sourcier_session=")
	says(t, reader.get("/connexion/lien/"+token), "autre navigateur", "autre compte", "bob@ville.example", "ada@ville.example")
	must(t, reader.post("/connexion/code", "code", code), 410, "")
	bob := reader.cookies["sourcier_session"]
	must(t, reader.post("/connexion/lien/"+token), 303, "/compte?fait=connexion")
	if _, err := who.Identify(t.Context(), bob); !errors.Is(err, people.ErrSignedOut) {
		t.Errorf("the session before lives: %v", err)
	}
	says(t, reader.get("/compte?fait=connexion"), "ouvert dans ce navigateur", "ada@ville.example")
	must(t, asked.post("/connexion/code", "code", code), 422, "")
}

func TestLeadsNowhereElse(t *testing.T) {
	who, change := withPeople(t)
	app := newPortal(t, change)
	for n, next := range []string{"https://ailleurs.example/", "//ailleurs.example", `/\ailleurs.example`, "/\t/ailleurs.example", "javascript:alert(1)", "/connexion", "/connexion/code", "/deconnexion?x=1", "/compte\r\nSet-Cookie: a=b"} {
		w := newWindow(t, app)
		if body := w.get("/connexion?suite=" + url.QueryEscape(next)).Body; strings.Contains(body, `name="suite"`) {
			t.Errorf("%q is kept in the page", next)
		}
		email := account.Email(fmt.Sprintf("a%d@ville.example", n))
		must(t, w.post("/connexion", "courriel", string(email), "suite", next), 303, "/connexion/code")
		_, code := who.mailed(t, email)
		must(t, w.post("/connexion/code", "code", code), 303, "/compte?fait=connexion")
	}
}

func TestAddressesThatAreRefused(t *testing.T) {
	_, change := withPeople(t)
	w := newWindow(t, newPortal(t, change))
	for _, typed := range []string{"", "ada", "ada@", "ada@ville.example\r\nBcc: x@y.example", strings.Repeat("a", 10_000) + "@ville.example", "<script>@ville.example"} {
		got := w.post("/connexion", "courriel", typed)
		must(t, got, 422, "")
		says(t, got, "Aucun message n’est parti", `href="#courriel"`, "<title>Erreur")
		if len(got.Body) > 40_000 || strings.Contains(got.Body, "<script>@") {
			t.Errorf("%.40q: %d bytes come back", typed, len(got.Body))
		}
	}
	for _, typed := range []string{"ada+orly@ville.example", "ada@école.example"} {
		must(t, w.post("/connexion", "courriel", typed), 303, "/connexion/code")
		says(t, w.get("/connexion/code"), typed)
	}
}

func TestTooManyRequests(t *testing.T) {
	_, change := withPeople(t)
	w := newWindow(t, newPortal(t, change))
	for range people.PerAddress {
		must(t, w.post("/connexion", "courriel", "ada@ville.example"), 303, "/connexion/code")
	}
	got := w.post("/connexion", "courriel", "ada@ville.example")
	must(t, got, 429, "")
	says(t, got, "Cinq messages", "15 minutes")
	if got.Header.Get("Retry-After") != "900" {
		t.Errorf("wait %s s", got.Header.Get("Retry-After"))
	}
	for n := range people.PerNetwork - people.PerAddress {
		must(t, w.post("/connexion", "courriel", fmt.Sprintf("agent%d@ville.example", n)), 303, "/connexion/code")
	}
	got = w.post("/connexion", "courriel", "agent99@ville.example")
	must(t, got, 429, "")
	says(t, got, "Cent messages", "votre réseau")
}

// Lines of IPv6 are counted by the /64 that one has.
func TestNetworksOfIPv6(t *testing.T) {
	_, change := withPeople(t)
	app := newPortal(t, change, func(d *web.Deps) { d.Config.TrustedProxies = []string{"0.0.0.0"} })
	ask := func(ip string, n int) int {
		return webtest.Scenario{Method: "POST", URL: "/connexion", Body: url.Values{"jeton": {csrf}, "courriel": {fmt.Sprintf("a%d@ville.example", n)}}.Encode(),
			Header: map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Cookie": "sourcier_form=" + csrf, "X-Real-IP": ip, "Origin": "http://localhost:8080"}}.Do(t, app).Status
	}
	for n := range people.PerNetwork {
		if got := ask(fmt.Sprintf("2001:db8:1:2::%x", n+1), n); got != 303 {
			t.Fatalf("request %d: %d", n, got)
		}
	}
	if got := ask("2001:db8:1:2:ffff::1", 200); got != 429 {
		t.Errorf("the 101st of the line: %d", got)
	}
	if got := ask("2001:db8:1:3::1", 201); got != 303 {
		t.Errorf("another line: %d", got)
	}
	if got := ask("192.0.2.7", 202); got != 303 {
		t.Errorf("IPv4: %d", got)
	}
}

// A town hall of 100 people behind one address asks at nine o'clock, all at once.
func TestTownHallAtOnce(t *testing.T) {
	_, change := withPeople(t)
	app := newPortal(t, change)
	var wg sync.WaitGroup
	statuses := make([]int, people.PerNetwork)
	for n := range statuses {
		wg.Go(func() {
			statuses[n] = post(t, app, "/connexion", "", url.Values{"courriel": {fmt.Sprintf("agent%d@ville.example", n)}}).Status
		})
	}
	wg.Wait()
	for n, status := range statuses {
		if status != 303 {
			t.Errorf("person %d: status %d", n, status)
		}
	}
}

// brokenDB is a store of which one collection cannot be read.
type brokenDB struct {
	store.DB
	broken string
}

type brokenRaw struct{ store.Raw }

func (brokenRaw) Get(context.Context, string) (store.Envelope, error) {
	return store.Envelope{}, errors.New("the disk is gone")
}

func (d brokenDB) Collection(ctx context.Context, name string) (store.Raw, error) {
	raw, err := d.DB.Collection(ctx, name)
	if name == d.broken {
		return brokenRaw{raw}, err
	}
	return raw, err
}

func TestCountersUnreadable(t *testing.T) {
	who, _ := withPeople(t)
	service, err := people.Open(t.Context(), brokenDB{who.db, store.ThrottleCollection}, who.Secret, clock)
	if err != nil {
		t.Fatal(err)
	}
	w := newWindow(t, newPortal(t, func(d *web.Deps) { d.People = service }))
	got := w.post("/connexion", "courriel", "ada@ville.example")
	must(t, got, 503, "")
	says(t, got, "n’envoie donc aucun message", "ada@ville.example")
	if list, err := who.SignIns.Of(t.Context(), "ada@ville.example"); len(list) != 0 || err != nil {
		t.Errorf("%d requests, %v", len(list), err)
	}
}

func TestSuspendedAccount(t *testing.T) {
	who, change := withPeople(t)
	id := who.person(t, "ada@ville.example", "", false)
	cookie := who.signIn(t, "ada@ville.example")
	w := newWindow(t, newPortal(t, change, func(d *web.Deps) { d.Config.ContactEmail = "equipe@portail.example" }))
	must(t, w.post("/connexion", "courriel", "ada@ville.example"), 303, "/connexion/code")
	_, err := store.Update(t.Context(), who.People.Collection, id, func(p *account.Person) (store.Change, error) {
		p.SuspendedAt = clock()
		return store.Change{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	_, code := who.mailed(t, "ada@ville.example")
	got := w.post("/connexion/code", "code", code)
	must(t, got, 403, "")
	says(t, got, "Compte suspendu", "equipe@portail.example")
	if w.cookies["sourcier_session"] != "" {
		t.Error("a session is open")
	}
	must(t, webtest.Scenario{URL: "/compte", Header: as(cookie)}.Do(t, w.app), 303, "/connexion?suite=%2Fcompte")
}

// Cookies: only the portal reads them, only this host gets them where there is HTTPS.
func TestCookiesOfTheSession(t *testing.T) {
	who, change := withPeople(t)
	for _, c := range []struct {
		base, prefix string
		secure       bool
	}{{"http://localhost:8080", "", false}, {"https://sourcier.example.org", "__Host-", true}} {
		app := newPortal(t, change, func(d *web.Deps) { d.Config.BaseURL = c.base })
		email := account.Email(fmt.Sprintf("c%v@ville.example", c.secure))
		header := func(cookies string) map[string]string {
			return map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Cookie": c.prefix + "sourcier_form=" + csrf + cookies, "Origin": c.base}
		}
		asked := webtest.Scenario{Method: "POST", URL: "/connexion", Body: url.Values{"jeton": {csrf}, "courriel": {string(email)}}.Encode(), Header: header("")}.Do(t, app)
		asking := (&http.Response{Header: asked.Header}).Cookies()[0]
		_, code := who.mailed(t, email)
		got := webtest.Scenario{Method: "POST", URL: "/connexion/code", Body: url.Values{"jeton": {csrf}, "code": {code}}.Encode(),
			Header: header("; " + asking.Name + "=" + asking.Value)}.Do(t, app)
		must(t, got, 303, "/compte?fait=connexion")
		seen := map[string]bool{}
		for _, cookie := range append((&http.Response{Header: got.Header}).Cookies(), asking) {
			seen[cookie.Name] = true
			strict := cookie.Name == c.prefix+"sourcier_form"
			if !cookie.HttpOnly || cookie.Secure != c.secure || cookie.Path != "/" || cookie.Domain != "" || strict && cookie.SameSite != http.SameSiteStrictMode || !strict && cookie.SameSite != http.SameSiteLaxMode {
				t.Errorf("%s: %+v", c.base, cookie)
			}
			if strings.Contains(cookie.Value, "ville") {
				t.Errorf("%s holds the address", cookie.Name)
			}
		}
		for _, name := range []string{"sourcier_session", "sourcier_asking", "sourcier_form"} {
			if !seen[c.prefix+name] {
				t.Errorf("%s: no cookie %s", c.base, c.prefix+name)
			}
		}
	}
}

// A session that somebody has planted in the browser is not the one that signing in
// opens.
func TestSessionIsNew(t *testing.T) {
	who, change := withPeople(t)
	w := newWindow(t, newPortal(t, change))
	planted := strings.TrimPrefix(who.signIn(t, "mallory@ville.example"), "sourcier_session=")
	w.cookies["sourcier_session"] = planted
	w.post("/connexion", "courriel", "ada@ville.example")
	token, _ := who.mailed(t, "ada@ville.example")
	must(t, w.post("/connexion/lien/"+token), 303, "/compte?fait=connexion")
	if w.cookies["sourcier_session"] == planted || w.cookies["sourcier_session"] == token {
		t.Error("the session is that of somebody else")
	}
}

// The log tells the route of a link, never its token, nor an address.
func TestNothingOfASignInIsLogged(t *testing.T) {
	who, change := withPeople(t)
	var log bytes.Buffer
	w := newWindow(t, newPortal(t, change, func(d *web.Deps) {
		d.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}))
	w.post("/connexion", "courriel", "ada@ville.example")
	token, code := who.mailed(t, "ada@ville.example")
	w.get("/connexion/lien/" + token)
	w.post("/connexion/code", "code", wrongCode(code))
	w.post("/connexion/lien/" + token)
	w.post("/connexion/lien/" + token)
	w.get("/compte")
	for _, secret := range []string{token, code, "ada@", w.cookies["sourcier_session"], w.cookies["sourcier_form"]} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("%s is in the log:\n%s", secret, &log)
		}
	}
	if !strings.Contains(log.String(), "route=/connexion/lien/:token") {
		t.Errorf("the route is not:\n%s", &log)
	}
}

func TestSignOut(t *testing.T) {
	who, change := withPeople(t)
	w := newWindow(t, newPortal(t, change))
	says(t, w.get("/deconnexion"), "Personne n’est connecté")
	session := strings.TrimPrefix(who.signIn(t, "ada@ville.example"), "sourcier_session=")
	w.cookies["sourcier_session"] = session
	says(t, w.get("/deconnexion"), "ada@ville.example", "Me déconnecter")
	if w.cookies["sourcier_session"] == "" {
		t.Fatal("the page signs out")
	}
	form := w.cookies["sourcier_form"]
	must(t, w.post("/deconnexion"), 303, "/connexion?fait=deconnexion")
	if w.cookies["sourcier_session"] != "" || w.cookies["sourcier_form"] == form {
		t.Errorf("cookies %v", w.cookies)
	}
	if _, err := who.Identify(t.Context(), session); !errors.Is(err, people.ErrSignedOut) {
		t.Errorf("the session lives: %v", err)
	}
	says(t, w.get("/connexion?fait=deconnexion"), "fermé dans ce navigateur")
	if strings.Contains(w.get("/connexion?fait=<script>").Body, "script>\"") {
		t.Error("text of the address is shown")
	}
	must(t, w.post("/deconnexion"), 303, "/connexion")
}

// Nothing of an account is looked for when the page is shown, and nothing answers that
// an account is there.
func TestAnswersAreTheSame(t *testing.T) {
	who, change := withPeople(t)
	who.person(t, "aaa@ville.example", "", false)
	app := newPortal(t, change)
	answer := func(email string) string {
		w := newWindow(t, app)
		w.cookies["sourcier_form"] = csrf
		sent := w.post("/connexion", "courriel", email)
		page := w.get("/connexion/code")
		sent.Header.Del("X-Request-Id")
		page.Header.Del("X-Request-Id")
		sent.Header.Del("Ratelimit-Remaining")
		page.Header.Del("Ratelimit-Remaining")
		for _, h := range []http.Header{sent.Header, page.Header} {
			for i, c := range h["Set-Cookie"] {
				name, value, _ := strings.Cut(c, "=")
				value, rest, _ := strings.Cut(value, ";")
				h["Set-Cookie"][i] = fmt.Sprint(name, len(value), rest)
			}
		}
		return strings.ReplaceAll(fmt.Sprint(sent, page), email, "ADDRESS")
	}
	if a, b := answer("aaa@ville.example"), answer("bbb@ville.example"); a != b {
		t.Errorf("with an account:\n%s\nwithout:\n%s", a, b)
	}
}

func TestNobodySignsInWithoutPeople(t *testing.T) {
	app := newPortal(t)
	for _, path := range []string{"/connexion/code", "/connexion/lien/" + csrf, "/deconnexion"} {
		if got := (webtest.Scenario{URL: path}).Do(t, app); got.Status != 404 {
			t.Errorf("%s: %d", path, got.Status)
		}
	}
	if got := post(t, app, "/connexion", "", url.Values{"courriel": {"a@ville.example"}}); got.Status != 404 {
		t.Errorf("asked: %d", got.Status)
	}
}
