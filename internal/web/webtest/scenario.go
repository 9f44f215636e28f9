package webtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
)

// Scenario is a request and what must come back.
type Scenario struct {
	Name   string
	Method string // GET when empty
	URL    string
	Header map[string]string
	Body   string

	Status int
	// WantHeader gives headers by exact value; Absent for one that must not be there.
	WantHeader map[string]string
	// HTML holds on the answer as a page or a fragment.
	HTML []Check
	// JSON gives values by path: "items.0.name", "items.#" for a length. Values
	// are compared as JSON; Absent and Present are understood.
	JSON map[string]any
	// Contains and Lacks hold on the raw body. Use them where structure cannot say it.
	Contains, Lacks []string
}

type expectation string

// Expectations that are no value.
const (
	// Present matches anything that is there, null included.
	Present expectation = "(present)"
	// AbsentJSON matches a path that is not there.
	AbsentJSON expectation = "(absent)"
	// Absent matches a header that is not there.
	Absent = "(absent)"
)

// Run plays the scenarios, each as a sub-test. A body that no expectation looks
// at fails the scenario.
func Run(t *testing.T, app *fiber.App, scenarios []Scenario) {
	t.Helper()
	for _, sc := range scenarios {
		t.Run(sc.Name, func(t *testing.T) {
			t.Helper()
			sc.check(t, sc.Do(t, app))
		})
	}
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// Watch sees every request and its answer when it is set; TestMain does.
var Watch func(tb testing.TB, sc Scenario, got Answer)

// Do sends the request.
func (sc Scenario) Do(tb testing.TB, app *fiber.App) Answer {
	tb.Helper()
	method := sc.Method
	if method == "" {
		method = http.MethodGet
	}
	req := httptest.NewRequest(method, "/", strings.NewReader(sc.Body))
	req.RequestURI = sc.URL // as written: a broken escape must reach the portal
	for name, value := range sc.Header {
		req.Header.Set(name, value)
	}
	if host := sc.Header["Host"]; host != "" {
		req.Host = host
	}
	res, err := app.Test(req, -1)
	if err != nil {
		tb.Fatalf("%s %s: %v", method, clipURL(sc.URL), err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		tb.Fatalf("read the answer: %v", err)
	}
	got := Answer{Status: res.StatusCode, Header: res.Header, Body: string(body)}
	if Watch != nil {
		sc.Method = method
		Watch(tb, sc, got)
	}
	return got
}

func clipURL(url string) string { return url[:min(len(url), 200)] }

func (sc Scenario) check(tb testing.TB, got Answer) {
	tb.Helper()
	if got.Status != sc.Status {
		tb.Errorf("status %d, want %d; body: %.500s", got.Status, sc.Status, got.Body)
	}
	for name, want := range sc.WantHeader {
		checkHeader(tb, got.Header, name, want)
	}
	looked := len(sc.HTML) + len(sc.JSON) + len(sc.Contains) + len(sc.Lacks)
	if got.Body != "" && looked == 0 {
		tb.Errorf("nothing looks at the body: %.300s", got.Body)
	}
	if len(sc.HTML) > 0 {
		MustMatch(tb, got.Body, sc.HTML...)
	}
	if len(sc.JSON) > 0 {
		MustMatchJSON(tb, got.Body, sc.JSON)
	}
	for _, want := range sc.Contains {
		if !strings.Contains(got.Body, want) {
			tb.Errorf("body lacks %q: %.500s", want, got.Body)
		}
	}
	for _, unwanted := range sc.Lacks {
		if strings.Contains(got.Body, unwanted) {
			tb.Errorf("body contains %q: %.500s", unwanted, got.Body)
		}
	}
}

func checkHeader(tb testing.TB, h http.Header, name, want string) {
	tb.Helper()
	got := h.Values(name)
	switch {
	case want == Absent && len(got) > 0:
		tb.Errorf("header %s is %q, want none", name, got)
	case want != Absent && strings.Join(got, ", ") != want:
		tb.Errorf("header %s is %q, want %q", name, got, want)
	}
}

// MustMatchJSON fails the test for each path that does not hold the value.
func MustMatchJSON(tb testing.TB, body string, want map[string]any) {
	tb.Helper()
	var doc any
	if err := json.Unmarshal([]byte(body), &doc); err != nil {
		tb.Fatalf("not JSON: %v: %.300s", err, body)
	}
	for path, value := range want {
		if err := checkPath(doc, path, value); err != nil {
			tb.Error(err)
		}
	}
}

func checkPath(doc any, path string, want any) error {
	got, found := lookup(doc, path)
	switch {
	case want == AbsentJSON && found:
		return fmt.Errorf("%s is %v, want it absent", path, got)
	case want == AbsentJSON:
		return nil
	case !found:
		return fmt.Errorf("%s is absent", path)
	case want == Present:
		return nil
	}
	normal, err := normalise(want)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if !reflect.DeepEqual(got, normal) {
		return fmt.Errorf("%s is %#v, want %#v", path, got, normal)
	}
	return nil
}

// normalise gives the value the types that decoding JSON gives.
func normalise(v any) (out any, err error) {
	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(v); err != nil {
		return nil, err
	}
	err = json.Unmarshal(buf.Bytes(), &out)
	return out, err
}

func lookup(doc any, path string) (any, bool) {
	for key := range strings.SplitSeq(path, ".") {
		switch node := doc.(type) {
		case map[string]any:
			value, ok := node[key]
			if !ok {
				return nil, false
			}
			doc = value
		case []any:
			if key == "#" {
				doc = float64(len(node))
				continue
			}
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(node) {
				return nil, false
			}
			doc = node[i]
		default:
			return nil, false
		}
	}
	return doc, true
}
