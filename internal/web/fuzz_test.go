package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"sourcier/internal/web/webtest"
)

// hostile is text that people and scanners really send.
var hostile = []string{
	"", "nettoyage vitry", "de la du", "🧹 😀", `"*:* OR (((`, "a\x00b", "\xff\xfe", "-1", "1000000000", "é̀́̂", "<script>alert(1)</script>",
	"' OR 1=1 --", "../../etc/passwd", "%00", "+name:a~2^9", strings.Repeat("(", 400), "٣", "NaN,Inf", "48.79,2.39", "1e309", "dep:94", "qpv:QN", "\u202e\u200b",
}

func FuzzAPISearch(f *testing.F) {
	for _, seed := range hostile {
		f.Add(seed)
	}
	app := newPortal(f)
	params := []string{"q", "kind", "sector", "serves", "near", "radius_km", "label", "page", "per_page", "cursor", "sort", "ess", "facets", "fields"}
	f.Fuzz(func(t *testing.T, value string) {
		for _, param := range params {
			res := webtest.Scenario{URL: "/api/v1/structures?" + param + "=" + url.QueryEscape(value)}.Do(t, app)
			if !slices.Contains([]int{200, 414, 422, 431}, res.Status) {
				t.Errorf("%s=%q: status %d: %.300s", param, value, res.Status, res.Body)
			}
			if res.Status != http.StatusRequestHeaderFieldsTooLarge && !json.Valid([]byte(res.Body)) {
				t.Errorf("%s=%q: not JSON: %.300s", param, value, res.Body)
			}
		}
	})
}

// Whatever the query string, the answer is one that the document allows: the
// contract holds every scenario to it.
func FuzzAPIQuery(f *testing.F) {
	for _, seed := range []string{
		"q=nettoyage+vitry&facets=1", "kind=ESAT&kind=ea&per_page=100&page=101", "near=48.79,2.39&radius_km=2,5&sort=distance", "%zz", "a=%ff&q=%00", "&&==&q",
		"serves=dep:94&covers=94081&fields=id", "q=;&page=1;2", "cursor=abc&sort=name", "ess=oui&esus=&label=RGE", strings.Repeat("kind=EI&", 60),
	} {
		f.Add(seed)
	}
	app := newPortal(f)
	f.Fuzz(func(t *testing.T, query string) {
		for _, path := range []string{"structures", "suggest", "territories", "sectors"} {
			res := webtest.Scenario{URL: apiRoot + path + "?" + strings.Map(visible, query)}.Do(t, app)
			if !slices.Contains([]int{200, 400, 414, 422, 431}, res.Status) {
				t.Errorf("%s?%q: status %d: %.300s", path, query, res.Status, res.Body)
			}
		}
	})
}

// visible keeps a request line one line.
func visible(r rune) rune {
	if r <= ' ' || r == 0x7f {
		return '+'
	}
	return r
}

func FuzzAPISheetPath(f *testing.F) {
	for _, seed := range append(hostile, idProprete, siretShared) {
		f.Add(seed)
	}
	app := newPortal(f)
	f.Fuzz(func(t *testing.T, segment string) {
		res := webtest.Scenario{URL: "/api/v1/structures/" + url.PathEscape(segment)}.Do(t, app)
		if !slices.Contains([]int{200, 404, 431}, res.Status) {
			t.Errorf("%q: status %d: %.300s", segment, res.Status, res.Body)
		}
	})
}
