package web_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"sourcier/internal/search/query"
	"sourcier/internal/web"
	"sourcier/internal/web/webtest"
)

const suggestPath = "/api/v1/suggest"

func TestAPISuggest(t *testing.T) {
	webtest.Run(t, newPortal(t), []webtest.Scenario{
		{Name: "a sector by its synonym", URL: suggestPath + "?q=m%C3%A9nag", Status: 200,
			WantHeader: map[string]string{"Content-Type": jsonType, "Cache-Control": "private, max-age=60"},
			JSON: map[string]any{"corrected": nil, "items.0": map[string]any{"kind": "sector", "value": "nettoyage-locaux", "label": "Nettoyage de locaux et de bureaux",
				"detail": "ménage", "rest": "", "url": "/structures?sector=nettoyage-locaux"}}},
		{Name: "a group", URL: suggestPath + "?q=propret%C3%A9+et+hyg", Status: 200, JSON: map[string]any{"items.0.value": "proprete", "items.0.detail": "9 secteurs"}},
		{Name: "a commune", URL: suggestPath + "?q=VITRY+s", Status: 200, JSON: map[string]any{
			"items.0": map[string]any{"kind": "territory", "value": "94081", "label": "Vitry-sur-Seine", "detail": "Val-de-Marne (94)", "rest": "", "url": "/structures?serves=94081"}}},
		{Name: "a commune with an apostrophe", URL: suggestPath + "?q=L%27Hay-les-roses", Status: 200, JSON: map[string]any{"items.0.value": "94038", "items.0.label": "L’Haÿ-les-Roses"}},
		{Name: "behind other words", URL: suggestPath + "?q=zzzzqq+L%27Hay", Status: 200, JSON: map[string]any{"items.0.value": "94038", "items.0.label": "L’Haÿ-les-Roses"}},
		{Name: "a CPV code", URL: suggestPath + "?q=909113", Status: 200, JSON: map[string]any{
			"items.0": map[string]any{"kind": "cpv", "value": "90911300", "label": "Nettoyage de vitres", "detail": "Services de nettoyage de vitres", "rest": "", "url": "/structures?q=90911300"}}},
		{Name: "a structure", URL: suggestPath + "?q=prosol", Status: 200, JSON: map[string]any{
			"items.0.kind": "structure", "items.0.value": idProprete, "items.0.label": "Propreté Solidaire", "items.0.url": "/structures/" + idProprete}},
		{Name: "a place behind other words", URL: suggestPath + "?q=nettoyage+de+bureaux+%C3%A0+vitr", Status: 200, JSON: map[string]any{
			"items.0.kind": "territory", "items.0.value": "94081", "items.0.rest": "nettoyage de bureaux", "items.0.detail": "Val-de-Marne (94)",
			"items.0.url": "/structures?q=nettoyage+de+bureaux&serves=94081", "corrected": nil}},
		{Name: "spelling mended", URL: suggestPath + "?q=netoyage", Status: 200, JSON: map[string]any{"corrected": "nettoyage", "items.0.value": "nettoyage-locaux"}},
		{Name: "nothing", URL: suggestPath + "?q=zzzzqq", Status: 200, JSON: map[string]any{"items": []any{}, "corrected": nil}},
		{Name: "no text yet", URL: suggestPath, Status: 200, JSON: map[string]any{"items": []any{}, "corrected": nil}},
		{Name: "only spaces", URL: suggestPath + "?q=+++", Status: 200, JSON: map[string]any{"items": []any{}}},
		{Name: "only signs", URL: suggestPath + "?q=%21%3F", Status: 200, JSON: map[string]any{"items": []any{}}},
		{Name: "HEAD", Method: "HEAD", URL: suggestPath + "?q=vitry", Status: 200, WantHeader: map[string]string{"Content-Type": jsonType}},
	})
}

func TestAPISuggestRefuses(t *testing.T) {
	refused := func(name, q string, message any) webtest.Scenario {
		return webtest.Scenario{Name: name, URL: suggestPath + "?q=" + q, Status: 422, WantHeader: map[string]string{"Content-Type": problemType, "Cache-Control": "no-store"},
			JSON: map[string]any{"status": 422, "errors.#": 1, "errors.0.parameter": "q", "errors.0.message": message}}
	}
	webtest.Run(t, newPortal(t), []webtest.Scenario{
		refused("too long", strings.Repeat("a", query.MaxTextBytes+1), "recherche trop longue\u202f: 500 octets au plus, soit environ 80 mots"),
		refused("too many words", url.QueryEscape("un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze"), webtest.Present),
		refused("a control character", "a%07b", "la recherche contient un caractère de contrôle invisible\u202f: la retaper au clavier"),
		refused("invalid UTF-8", "%ff", "texte mal encodé\u202f; le portail attend de l’UTF-8"),
		refused("a null byte", "%00", "le texte contient un caractère nul\u202f; retirez-le"),
		{Name: "no query at all", URL: suggestPath + "?q=%zz", Status: 400, JSON: map[string]any{"status": 400}},
		{Name: "a method that writes", Method: "POST", URL: suggestPath, Status: 405, JSON: map[string]any{"status": 405}},
	})
}

// suggester is a double of the port.
type suggester struct {
	found query.Suggestions
	err   error
}

func (s suggester) Suggest(context.Context, string) (query.Suggestions, error) { return s.found, s.err }

func TestAPISuggestFailures(t *testing.T) {
	loading := func(d *web.Deps) {
		d.Suggest = suggester{err: errors.New("no engine yet")}
		d.Ready = func(context.Context) error { return web.Reason("l’index de recherche se charge") }
	}
	webtest.Run(t, newPortal(t, loading), []webtest.Scenario{
		{Name: "the index loads", URL: suggestPath + "?q=vitry", Status: 503, WantHeader: map[string]string{"Content-Type": problemType, "Retry-After": "5"}, JSON: map[string]any{"status": 503}},
	})
	webtest.Run(t, newPortal(t, func(d *web.Deps) { d.Suggest = suggester{err: errors.New("mongodb://user:secret@host")} }), []webtest.Scenario{
		{Name: "a failure keeps its words", URL: suggestPath + "?q=vitry", Status: 500, JSON: map[string]any{"status": 500}, Lacks: []string{"secret"}},
	})
	webtest.Run(t, newPortal(t, func(d *web.Deps) { d.Suggest = suggester{err: fmt.Errorf("names: %w", context.DeadlineExceeded)} }), []webtest.Scenario{
		{Name: "too slow", URL: suggestPath + "?q=vitry", Status: 504, JSON: map[string]any{"status": 504}},
	})
}

// Typing has its own allowance: it neither uses up the searches nor is stopped by them.
func TestTypingIsLimitedApart(t *testing.T) {
	app := newPortal(t, func(d *web.Deps) { d.Config.RateLimit = 2 })
	for i := range 8 {
		if res := (webtest.Scenario{URL: suggestPath + "?q=vitry"}).Do(t, app); res.Status != 200 {
			t.Fatalf("request %d: status %d", i+1, res.Status)
		}
	}
	webtest.Run(t, app, []webtest.Scenario{
		{Name: "beyond it", URL: suggestPath + "?q=vitry", Status: 429, WantHeader: map[string]string{"RateLimit-Limit": "8", "Retry-After": "8"}, JSON: map[string]any{"status": 429}},
		{Name: "searches go on", URL: "/api/v1/sectors", Status: 200, WantHeader: map[string]string{"RateLimit-Limit": "2", "RateLimit-Remaining": "1"}, JSON: map[string]any{"items": webtest.Present}},
	})
}
