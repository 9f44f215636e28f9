package web_test

import (
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/mail"
	"sourcier/internal/web"
	"sourcier/internal/web/webtest"
)

// A supplier learns neither who else is asked nor how many. Two portals: in one, alpha is
// asked with others, of whom every word bears a mark; in the other, alone. All that alpha
// reaches, by its link, its account or as anybody, is asked of both, a route that is to
// come too: no mark, and the same bytes, headers and readings of the store. `scripts/prove
// supplier-blind` prints how much that was.

// told is what one request was answered, and what it took.
type told struct {
	text         string // status, headers and body
	calls, found map[string]int
}

// noise is what differs between two answers to the same request of one portal: numbers of
// requests, tokens of forms and sessions, codes, ids of persons and mails, dates, times and so lengths of answers.
var noise = regexp.MustCompile(`\b_?([A-Z2-7]{26}|[a-z2-7]{26,48}|[0-9a-f]{16,64})\b|(?m)^(X-Request-Id|Date|Etag|Content-Length): .*$|"took_ms":[0-9.]+|>\d{6}<|(?m)^ {4}\d{6}\r?$`)

func (w *suppliers) ask(method, address, cookie string) told {
	w.Helper()
	w.reads.take()
	var got webtest.Answer
	if method == fiber.MethodPost {
		got = post(w.T, w.app, address, cookie, url.Values{"reponse": {"x"}, "texte": {"x"}, "question": {"x"}, "mot": {"x"}})
	} else {
		got = webtest.Scenario{URL: address, Header: as(cookie)}.Do(w.T, w.app)
	}
	calls, found := w.reads.take()
	var text strings.Builder
	fmt.Fprintln(&text, got.Status)
	for _, name := range slices.Sorted(maps.Keys(got.Header)) {
		fmt.Fprintf(&text, "%s: %s\n", name, strings.Join(got.Header[name], ", "))
	}
	return told{text.String() + "\n" + got.Body, calls, found}
}

// reaches reports whether a supplier, or anybody, may use a route.
func reaches(r *web.Route) bool {
	return !r.SignedIn || len(r.Roles) == 0 || slices.Contains(r.Roles, account.Structure)
}

// addresses fills the parameters of a route with all that alpha knows; a route that has
// nothing to do with sourçages is asked once.
func (w *suppliers) addresses(path string) (out []string) {
	token := w.Operation.LinkToken(w.id, w.named("Alpha"))
	known := []string{token, w.ref(), w.alpha, w.id, w.named("Alpha").ID, w.file, w.exchange(), "1", "2"}
	if !strings.Contains(path, "sourc") {
		known = []string{w.alpha}
	}
	out = []string{""}
	for _, part := range strings.Split(strings.TrimPrefix(path, "/"), "/") {
		var next []string
		for _, before := range out {
			if !strings.ContainsAny(part, ":*") {
				next = append(next, before+"/"+part)
				continue
			}
			for _, value := range known {
				next = append(next, before+"/"+parameter.ReplaceAllString(part, value))
			}
		}
		out = next
	}
	return out
}

var parameter = regexp.MustCompile(`:[a-z]+|\*`)

func (w *suppliers) ref() string {
	list, err := w.Operation.Requests(w.Context(), []string{w.alpha})
	w.must(err)
	if len(list) != 1 {
		w.Fatalf("%d requests of alpha", len(list))
	}
	return list[0].Ref
}

func (w *suppliers) exchange() string { return account.HashToken("Compte rendu d’alpha")[:26] }

// asked are the requests that alpha makes, readings first.
func (w *suppliers) asked() (out [][2]string) {
	for _, method := range []string{fiber.MethodGet, fiber.MethodPost} {
		for i := range w.routes {
			r := &w.routes[i]
			if r.Method != method || !reaches(r) || !strings.Contains(r.Path, "sourc") && (method == fiber.MethodPost || strings.HasSuffix(r.Path, ".xlsx")) {
				continue // a workbook is written in no fixed order
			}
			for _, address := range w.addresses(r.Path) {
				out = append(out, [2]string{method, address})
			}
		}
	}
	for _, q := range []string{"/structures?q=beta+gamma", "/api/v1/structures?q=beta+gamma", "/structures?answered=oui", "/api/v1/structures?answered=oui&facets=true", "/api/v1/suggest?q=bet", "/nulle-part"} {
		out = append(out, [2]string{fiber.MethodGet, q})
	}
	return out
}

// learns asks all of it, as who holds the sheet and as nobody.
func (w *suppliers) learns() (map[string]told, []string) {
	out := map[string]told{}
	var order []string
	for _, cookie := range []string{w.cookie, ""} {
		who := map[bool]string{true: "nobody", false: "alpha"}[cookie == ""]
		for _, q := range w.asked() {
			name := who + " " + q[0] + " " + q[1]
			out[name] = w.ask(q[0], q[1], cookie)
			order = append(order, name)
		}
	}
	return out, order
}

// letters are the mails to alpha as they go, headers too.
func (w *suppliers) letters() (out []string) {
	composer := mail.Composer{BaseURL: "http://localhost:8080", Portal: "Sourcier", From: "sourcier@localhost", Tokens: w.Secret}
	for _, m := range w.mails() {
		letter, err := composer.Mail(&m, clock())
		w.must(err)
		out = append(out, string(m.Kind)+"\n"+string(letter.Content))
	}
	slices.SortFunc(out, func(a, b string) int {
		return strings.Compare(noise.ReplaceAllString(a, "…"), noise.ReplaceAllString(b, "…"))
	})
	return out
}

// quietly is an answer without its noise. What was done at one instant, which a clock that
// moves does not show, stands in a person's data in the order of random ids.
func quietly(name, text string) string {
	text = noise.ReplaceAllString(text, "…")
	if strings.Contains(name, "/compte/donnees") {
		lines := strings.FieldsFunc(strings.NewReplacer("</tr>", "\n", "<tr", "\n<tr").Replace(text), func(r rune) bool { return r == '\n' })
		slices.Sort(lines)
		return strings.Join(lines, "\n")
	}
	return text
}

func tells(text string) bool {
	return strings.Contains(strings.ToLower(text), secretWord) || strings.Contains(text, secretNumber)
}

func TestSupplierBlind(t *testing.T) {
	crowded, alone := newSuppliers(t, true), newSuppliers(t, false)
	bytes, reads, mails := 0, 0, 0
	compare := func(when string) {
		got, order := crowded.learns()
		want, _ := alone.learns()
		for _, name := range order {
			a, b := got[name], want[name]
			if tells(a.text) {
				t.Errorf("%s, %s tells of others:\n%.600s", when, name, a.text)
			}
			if x, y := quietly(name, a.text), quietly(name, b.text); x != y {
				t.Errorf("%s, %s differs with who else is asked: %s", when, name, firstDifference(x, y))
			}
			if !reflect.DeepEqual(a.calls, b.calls) || !reflect.DeepEqual(a.found, b.found) {
				t.Errorf("%s, %s takes %v %v, alone %v %v", when, name, a.calls, a.found, b.calls, b.found)
			}
			bytes += len(a.text)
			for _, n := range a.calls {
				reads += n
			}
		}
		x, y := crowded.letters(), alone.letters()
		if len(x) != len(y) || len(x) < 6 {
			t.Fatalf("%s: %d mails to alpha, alone %d", when, len(x), len(y))
		}
		for i := range x {
			if tells(x[i]) {
				t.Errorf("%s, a mail tells of others:\n%s", when, x[i])
			}
			if a, b := noise.ReplaceAllString(x[i], "…"), noise.ReplaceAllString(y[i], "…"); a != b {
				t.Errorf("%s, a mail differs with who else is asked: %s", when, firstDifference(a, b))
			}
		}
		mails += len(x)
		t.Logf("%s: %d requests", when, len(order))
	}
	compare("while it runs")
	crowded.launch()
	alone.launch()
	compare("after the launch")
	t.Logf("figure: %d bytes in answers to all that a supplier reaches, %d readings of the store, %d mails: no word of another supplier, and the same alone", bytes, reads, mails)
}

// The proof sees what it looks for: the marks are in the store, and each way to tell of
// others would be found.
func TestBlindSeesOthers(t *testing.T) {
	w := newSuppliers(t, true)
	buyer := w.signIn(t, "ada@ville.example")
	o := w.read()
	if len(o.Contacts()) != 5 || len(o.Suppliers) != 7 || len(o.Gaps()) == 0 {
		t.Fatalf("%d contacted of %d", len(o.Contacts()), len(o.Suppliers))
	}
	if got := w.ask(fiber.MethodGet, "/sourcages/"+w.id+"/registre", buyer); strings.HasPrefix(got.text, "200") && !tells(got.text) {
		t.Error("the registre of the buyer names nobody")
	}
	if !tells("… Zzmarque …") || tells("rien") || firstDifference("abc", "abd") == "" {
		t.Error("a mark is not seen")
	}
	w.reads.take()
	if _, err := w.Operation.Operation(t.Context(), w.lead, w.id); err != nil {
		t.Fatal(err)
	}
	if calls, _ := w.reads.take(); calls["operation.get"] == 0 {
		t.Errorf("readings are not counted: %v", calls)
	}
	if n := len(w.addresses("/sourcage/:token/fichiers/:hash")); n != 81 {
		t.Errorf("%d addresses of a route that is to come", n)
	}
}

// firstDifference shows where two texts part.
func firstDifference(a, b string) string {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	cut := func(s string) string { return s[min(max(0, n-60), len(s)):min(n+120, len(s))] }
	if n == len(a) && n == len(b) {
		return ""
	}
	return fmt.Sprintf("%q, alone %q", cut(a), cut(b))
}
