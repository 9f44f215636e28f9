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
