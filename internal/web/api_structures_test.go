package web_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"sourcier/internal/search/query"
	"sourcier/internal/web"
	"sourcier/internal/web/webtest"
)

const (
	jsonType    = "application/json"
	problemType = "application/problem+json"
)

func TestAPISearch(t *testing.T) {
	webtest.Run(t, newPortal(t), []webtest.Scenario{
		{Name: "everything", URL: "/api/v1/structures", Status: 200,
			WantHeader: map[string]string{"Content-Type": jsonType, "Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"},
			JSON: map[string]any{"total": 4, "page": 1, "per_page": 20, "items.#": 4, "next": nil,
				"took_ms": webtest.Present, "facets": webtest.AbsentJSON}},
		{Name: "by name", URL: "/api/v1/structures?q=%22Propret%C3%A9+Solidaire%22", Status: 200, JSON: map[string]any{
			"total": 1, "items.0.id": idProprete, "items.0.siret": siretProprete, "items.0.finess": nil,
			"items.0.name": "Propreté Solidaire", "items.0.kind": "EI", "items.0.kinds": []string{"EI", "ASSO"},
			"items.0.family": "insertion", "items.0.size": "PME",
			"items.0.sectors": []any{map[string]string{"code": "nettoyage-locaux", "label": "Nettoyage de locaux et de bureaux"}},
			"items.0.commune": map[string]string{"code": "94081", "name": "Vitry-sur-Seine"}, "items.0.department": "94",
			"items.0.lat": 48.7875, "items.0.lon": 2.3923, "items.0.distance_km": nil, "items.0.why.0": webtest.Present}},
		{Name: "unknown is null, no list is null", URL: "/api/v1/structures?size=TPE", Status: 200, JSON: map[string]any{
			"total": 1, "items.0.kind": "TPE", "items.0.kinds": []string{}, "items.0.lat": nil, "items.0.lon": nil}},
		{Name: "repeated parameters mean OR", URL: "/api/v1/structures?kind=EI&kind=ESAT", Status: 200, JSON: map[string]any{"total": 3}},
		{Name: "a distance in the text is a filter", URL: "/api/v1/structures?q=dans+un+rayon+de+5+km+autour+de+Vitry", Status: 200, JSON: map[string]any{"total": 3, "items.0.distance_km": webtest.Present}},
		{Name: "groups mean AND", URL: "/api/v1/structures?kind=EI&family=handicap", Status: 200, JSON: map[string]any{"total": webtest.Present}},
		{Name: "served place says why", URL: "/api/v1/structures?serves=94081&kind=EI", Status: 200, JSON: map[string]any{
			"total": 1, "items.0.why": []string{"dessert Vitry-sur-Seine\u202f; zone\u202f: Val-de-Marne (94), Athis-Mons"}}},
		{Name: "distance", URL: "/api/v1/structures?near=94081&radius_km=20&kind=EI", Status: 200, JSON: map[string]any{
			"total": 1, "items.0.distance_km": webtest.Present}},
		{Name: "facets when asked", URL: "/api/v1/structures?facets=1", Status: 200, JSON: map[string]any{
			"facets.kind.0.value": "ESAT", "facets.kind.0.label": webtest.Present, "facets.kind.0.count": 2, "facets.size": webtest.Present}},
		{Name: "facets by name, ids only", URL: "/api/v1/structures?facets=size&fields=id&kind=EI", Status: 200, JSON: map[string]any{
			"facets.kind": webtest.AbsentJSON, "facets.size": webtest.Present, "items.0.id": idProprete, "items.0.name": webtest.AbsentJSON}},
		{Name: "a page beyond the last is empty", URL: "/api/v1/structures?page=3", Status: 200, JSON: map[string]any{"total": 4, "items": []any{}, "page": 3}},
		{Name: "only stop words", URL: "/api/v1/structures?q=de+la+du", Status: 200, JSON: map[string]any{"total": webtest.Present}},
		{Name: "emojis", URL: "/api/v1/structures?q=" + url.QueryEscape("🧹🪣 😀"), Status: 200, JSON: map[string]any{"total": webtest.Present}},
		{Name: "query syntax is text", URL: "/api/v1/structures?q=" + url.QueryEscape(`"*:* OR (((`), Status: 200, JSON: map[string]any{"total": webtest.Present}},
		{Name: "an unknown parameter is ignored", URL: "/api/v1/structures?utm_source=mail", Status: 200, JSON: map[string]any{"total": 4}},
	})
}

func TestAPISearchRefusals(t *testing.T) {
	refused := func(parameter string) map[string]any {
		return map[string]any{"type": "about:blank", "status": 422, "title": "Recherche impossible", "detail": webtest.Present,
			"errors.#": 1, "errors.0.parameter": parameter, "errors.0.message": webtest.Present, "errors.0.value": webtest.Present}
	}
	var list []webtest.Scenario
	for _, c := range []struct{ name, params, parameter string }{
		{"unknown kind", "kind=EII", "kind"},
		{"unknown family", "family=autre", "family"},
		{"unknown sector", "sector=rien", "sector"},
		{"unknown mode", "mode=PRET", "mode"},
		{"unknown size", "size=XXL", "size"},
		{"unknown basis", "basis=L1", "basis"},
		{"unknown sort", "sort=prix", "sort"},
		{"unknown territory", "serves=99999", "serves"},
		{"QPV", "territory=qpv:QN09401M", "territory"},
		{"page -1", "page=-1", "page"},
		{"page 10^9", "page=1000000000", "page"},
		{"page beyond integers", "page=99999999999999999999", "page"},
		{"page that is no number", "page=deux", "page"},
		{"per_page too large", "per_page=1000", "per_page"},
		{"radius without a place", "near=abc&radius_km=5", "near"},
		{"null byte", "q=a%00b", "q"},
		{"broken UTF-8", "q=%ff%fe", "q"},
		{"broken UTF-8 in a filter", "kind=%c3%28", "kind"},
		{"text too long", "q=" + strings.Repeat("a", 600), "q"},
		{"unknown facet", "facets=couleur", "facets"},
		{"unknown fields", "fields=nom", "fields"},
		{"broken cursor", "sort=name&cursor=zzz", "cursor"},
	} {
		list = append(list, webtest.Scenario{Name: c.name, URL: "/api/v1/structures?" + c.params, Status: 422, JSON: refused(c.parameter),
			WantHeader: map[string]string{"Content-Type": problemType, "Cache-Control": "no-store", "Etag": webtest.Absent}})
	}
	list = append(list,
		webtest.Scenario{Name: "broken escape", URL: "/api/v1/structures?q=%zz", Status: 400,
			WantHeader: map[string]string{"Content-Type": problemType}, JSON: map[string]any{"status": 400, "title": "Requête illisible"}},
		webtest.Scenario{Name: "9 kB of query", URL: "/api/v1/structures?q=" + strings.Repeat("a", 9000), Status: 414,
			WantHeader: map[string]string{"Content-Type": problemType}, JSON: map[string]any{"status": 414, "title": "Adresse trop longue"}},
		webtest.Scenario{Name: "QPV is no place to search", URL: "/api/v1/structures?serves=qpv:QN09401M", Status: 422,
			Contains: []string{"chercher sa commune"}},
		webtest.Scenario{Name: "allowed values are listed", URL: "/api/v1/structures?size=XXL", Status: 422,
			JSON: map[string]any{"errors.0.value": "XXL", "errors.0.allowed": []string{"TPE", "PME", "ETI", "GE"}}},
		webtest.Scenario{Name: "what was typed comes back harmless", URL: "/api/v1/structures?kind=" + url.QueryEscape("<script>alert(1)</script>"), Status: 422,
			Lacks: []string{"<script>"}},
	)
	webtest.Run(t, newPortal(t), list)
}

func TestAPISearchETag(t *testing.T) {
	app := newPortal(t)
	const path = "/api/v1/structures?kind=EI"
	first := webtest.Scenario{URL: path}.Do(t, app)
	tag := first.Header.Get("ETag")
	if !strings.HasPrefix(tag, `W/"`) {
		t.Fatalf("ETag %q", tag)
	}
	webtest.Run(t, app, []webtest.Scenario{
		{Name: "the client has it", URL: path, Header: map[string]string{"If-None-Match": `"other", ` + tag}, Status: 304, WantHeader: map[string]string{"Etag": tag, "Cache-Control": "no-cache"}},
		{Name: "strong form of the tag", URL: path, Header: map[string]string{"If-None-Match": strings.TrimPrefix(tag, "W/")}, Status: 304},
		{Name: "HEAD too", Method: "HEAD", URL: path, Header: map[string]string{"If-None-Match": tag}, Status: 304},
		{Name: "another query", URL: "/api/v1/structures?kind=ESAT", Header: map[string]string{"If-None-Match": tag}, Status: 200, JSON: map[string]any{"total": 2}},
		{Name: "with facets it is another answer", URL: path + "&facets=1", Header: map[string]string{"If-None-Match": tag}, Status: 200, JSON: map[string]any{"facets": webtest.Present}},
		{Name: "the same question otherwise asked", URL: "/api/v1/structures?page=1&kind=EI&per_page=20", Header: map[string]string{"If-None-Match": tag}, Status: 304},
	})
	tomorrow := newPortal(t, func(d *web.Deps) {
		p := *d.Parser
		p.Now = func() time.Time { return fixtureNow.AddDate(0, 0, 1) }
		d.Parser = &p
	})
	res := webtest.Scenario{URL: path, Header: map[string]string{"If-None-Match": tag}}.Do(t, tomorrow)
	if res.Status != http.StatusOK {
		t.Errorf("another process on another day answers %d to the tag", res.Status)
	}
}

func TestETagFollowsTheDayAndTheView(t *testing.T) {
	now, generation := fixtureNow, uint64(1)
	app := newPortal(t, func(d *web.Deps) {
		p := *d.Parser
		p.Now = func() time.Time { return now }
		d.Parser = &p
		d.Search = &counting{generation: &generation}
	})
	seen := map[string]string{}
	for _, step := range []string{"first", "same", "view", "day"} {
		switch step {
		case "view":
			generation++
		case "day":
			now = now.AddDate(0, 0, 1)
		}
		res := webtest.Scenario{URL: "/api/v1/structures"}.Do(t, app)
		seen[step] = res.Header.Get("ETag")
	}
	if seen["first"] != seen["same"] || seen["view"] == seen["same"] || seen["day"] == seen["view"] {
		t.Errorf("tags %v", seen)
	}
}

// counting answers nothing from a view whose number the test sets.
type counting struct{ generation *uint64 }

func (s *counting) Search(context.Context, query.Query) (query.Result, error) {
	return query.Result{Generation: *s.generation}, nil
}
func (s *counting) Generation() uint64 { return *s.generation }

func TestSearchFailures(t *testing.T) {
	secret := errors.New("open /srv/data/index: token=hunter2")
	cases := []struct {
		name   string
		err    error
		ready  error
		status int
		retry  string
	}{
		{"the index breaks", secret, nil, 500, webtest.Absent},
		{"too slow", fmt.Errorf("search: %w", context.DeadlineExceeded), nil, 504, webtest.Absent},
		{"still loading", secret, errors.New("loading"), 503, "5"},
		{"too slow while loading", context.DeadlineExceeded, errors.New("loading"), 504, webtest.Absent},
	}
	for _, c := range cases {
		app := newPortal(t, func(d *web.Deps) {
			d.Search = failing(c.err)
			d.Ready = func(context.Context) error { return c.ready }
		})
		webtest.Run(t, app, []webtest.Scenario{
			{Name: c.name + ", API", URL: "/api/v1/structures", Status: c.status,
				WantHeader: map[string]string{"Content-Type": problemType, "Retry-After": c.retry, "Etag": webtest.Absent, "Cache-Control": "no-store"},
				JSON:       map[string]any{"status": c.status, "request_id": webtest.Present, "errors": webtest.AbsentJSON}, Lacks: []string{"hunter2", "/srv"}},
			{Name: c.name + ", page", URL: "/structures", Status: c.status,
				WantHeader: map[string]string{"Content-Type": "text/html; charset=utf-8", "Retry-After": c.retry},
				HTML:       errorPage, Lacks: []string{"hunter2", "/srv"}},
		})
	}
}

func TestAPanicIsAnError(t *testing.T) {
	app := newPortal(t, func(d *web.Deps) {
		d.Search = searcher{func(context.Context, query.Query) (query.Result, error) { panic("hunter2") }}
	})
	webtest.Run(t, app, []webtest.Scenario{
		{Name: "API", URL: "/api/v1/structures", Status: 500, JSON: map[string]any{"status": 500}, Lacks: []string{"hunter2", "goroutine"},
			WantHeader: map[string]string{"Content-Security-Policy": csp, "X-Content-Type-Options": "nosniff"}},
		{Name: "page", URL: "/structures", Status: 500, HTML: errorPage, Lacks: []string{"hunter2", "goroutine"}},
	})
}

func TestSearchesHaveADeadline(t *testing.T) {
	var left time.Duration
	app := newPortal(t, func(d *web.Deps) {
		d.Search = searcher{func(ctx context.Context, _ query.Query) (query.Result, error) {
			if end, ok := ctx.Deadline(); ok {
				left = time.Until(end)
			}
			return query.Result{}, nil
		}}
	})
	res := webtest.Scenario{URL: "/api/v1/structures"}.Do(t, app)
	if res.Status != http.StatusOK || left <= 0 || left > 10*time.Second {
		t.Errorf("status %d, %v left", res.Status, left)
	}
}

// brokenAssets breaks every page, the error page included.
type brokenAssets struct{ assets }

func (brokenAssets) URL(string) string { panic("hunter2") }

func TestTheLastResortNeedsNothing(t *testing.T) {
	app := newPortal(t, func(d *web.Deps) { d.Assets = brokenAssets{} })
	webtest.Run(t, app, []webtest.Scenario{
		{Name: "a page", URL: "/", Status: 500, WantHeader: map[string]string{"Content-Security-Policy": csp, "Content-Type": "text/html; charset=utf-8"},
			HTML: []webtest.Check{webtest.In("html[lang=fr] main h1", webtest.HasText("Erreur du portail")), webtest.NotIn("link")}, Lacks: []string{"hunter2"}},
		{Name: "no page", URL: "/nowhere", Status: 404, HTML: []webtest.Check{webtest.In("main h1", webtest.HasText("Introuvable")), webtest.NotIn("link")}},
	})
}
