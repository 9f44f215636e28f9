package web_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"sourcier/internal/search/query"
	"sourcier/internal/territory"
	"sourcier/internal/web"
	"sourcier/internal/web/openapi"
	"sourcier/internal/web/webtest"
)

const apiRoot = "/api/v1/"

// read is the document as the portal serves it, and what was held to it.
var (
	read     *webtest.Contract
	readOnce sync.Once
)

func contract(tb testing.TB) *webtest.Contract {
	tb.Helper()
	readOnce.Do(func() {
		res, err := newPortal(tb).Test(httptest.NewRequest(http.MethodGet, apiRoot+"openapi.json", nil), -1)
		if err != nil {
			tb.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		document, err := io.ReadAll(res.Body)
		if err != nil {
			tb.Fatal(err)
		}
		if read, err = webtest.NewContract(document, apiRoot); err != nil {
			tb.Fatal(err)
		}
	})
	if read == nil {
		tb.Fatal("the document cannot be read; see the first failure")
	}
	return read
}

// described is what the document says of its routes.
func described(tb testing.TB) (paths []string, operations map[string]string) {
	tb.Helper()
	operations = map[string]string{}
	var doc struct {
		Paths map[string]map[string]struct {
			ID      string `json:"operationId"`
			Summary string `json:"summary"`
		} `json:"paths"`
	}
	res := webtest.Scenario{URL: apiRoot + "openapi.json"}.Do(tb, newPortal(tb))
	if err := json.Unmarshal([]byte(res.Body), &doc); err != nil {
		tb.Fatal(err)
	}
	for path, methods := range doc.Paths {
		paths = append(paths, path)
		operations[path] = methods["get"].ID
		if methods["get"].Summary == "" || len(methods) != 1 {
			tb.Errorf("%s: needs one operation, GET, with its summary", path)
		}
	}
	slices.Sort(paths)
	return paths, operations
}

// Whoever adds a route of the API describes it, and whoever removes one takes its
// description along.
func TestEveryRouteIsDescribed(t *testing.T) {
	var routes []string
	for _, stack := range newPortal(t).Stack() {
		for _, r := range stack {
			if r.Method == http.MethodGet && strings.HasPrefix(r.Path, apiRoot) {
				routes = append(routes, openapi.Template(r.Path))
			}
		}
	}
	slices.Sort(routes)
	paths, operations := described(t)
	if !slices.Equal(routes, paths) {
		t.Errorf("routes %v\ndescribed %v", routes, paths)
	}
	seen := map[string]bool{}
	for path, id := range operations {
		if id == "" || seen[id] {
			t.Errorf("%s: operationId %q is empty or used twice", path, id)
		}
		seen[id] = true
	}
}

// Values around the limits of each parameter: what the document refuses, the
// portal must refuse (Hold fails otherwise), and of each parameter the document
// must refuse at least one value, so that it says something.
func TestDocumentAndPortalRefuseTheSame(t *testing.T) {
	app := newPortal(t)
	search := apiRoot + "structures"
	for _, p := range []struct {
		path, name string
		values     []string
	}{
		{search, "q", []string{"nettoyage", strings.Repeat("a", query.MaxTextBytes), strings.Repeat("a", query.MaxTextBytes+1), "a\x07b", "a\tb", "\u0085", "a\u009fb", strings.Repeat("é", 300)}},
		{search, "kind", append(query.KindValues(), "esat", " ESAT ", "EII", "ESAT,EA", "*")},
		{search, "family", []string{"handicap", "HANDICAP", "autre"}},
		{search, "ess", append(slices.Concat(query.Yes, query.No), "OUI", "yes", "2")},
		{search, "esus", []string{"1", "vrai"}},
		{search, "sector", []string{"nettoyage-locaux", "proprete", "Nettoyage-Locaux", "rien"}},
		{search, "mode", []string{"PREST", "prest", "PRET"}},
		{search, "serves", []string{"94081", "94", "dep:94", "DEP:2a", "dep:971", "reg:11", "epci:200058014", "FR", "fr", "99999", "dep:999", "vitry", "qpv:QN09401M"}},
		{search, "covers", []string{"dep:94", "dep:"}},
		{search, "territory", []string{"epci: 200058014", "reg:1"}},
		{search, "near", []string{"94081", "48.79,2.39", "48.79 , 2.39", "-21.1,55.5", ".5,2.", "91,2", "48.79", "1e1,2", "0x1p4,2", "NaN,2", "Inf,2", "48.79;2.39", "2A004", "2a004"}},
		{search, "near=94081&radius_km", []string{"0", "0.5", "2,5", "200", "200.1", "201", "-1", "1e2", "0x10", "NaN", "dix", "+5"}},
		{search, "size", []string{"TPE", "XXL"}},
		{search, "workforce", []string{"NN", "00", "11", "04"}},
		{search, "basis", []string{"L2113-12", "l2113-12", "L2113-99"}},
		{search, "label", []string{"rge", "RGE", "-rge", "é", strings.Repeat("a", 80), strings.Repeat("a", 81)}},
		{search, "characteristic", []string{"produits-ecolabel", "gratuit"}},
		{search, "availability", []string{"disponible", "devis", "complet", "parti"}},
		{search, "sort", []string{"name", "NAME", "neutral", "relevance", "prix"}},
		{search, "page", []string{"0", "1", "+2", "007", "500", "501", "10000", "10001", "-1", "1.5", "deux", "99999999999999999999"}},
		{search, "per_page", []string{"0", "1", "20", "100", "101", "1e1"}},
		{search, "sort=name&cursor", []string{"abc", "a b", "é", strings.Repeat("a", query.MaxCursor+1)}},
		{search, "facets", append([]string{"1", "0", "oui", "couleur", "KIND"}, query.FacetNames...)},
		{search, "fields", []string{"id", "ID", "nom"}},
		{apiRoot + "map", "kind", []string{"ESAT", "EII"}},
		{apiRoot + "map", "zoom=11&bbox", []string{"2.2,48.6,2.6,48.9", " 2.2, 48.6 ,2.6,48.9", "2.2,48.6,2.6", "0x1,2,3,4", "1e1,2,30,4", "2.6,48.6,2.2,48.9", "200,0,201,1", ""}},
		{apiRoot + "map", "bbox=2.2,48.6,2.6,48.9&zoom", []string{"0", "18", "19", "-1", "x", ""}},
		{apiRoot + "suggest", "q", []string{"", "vit", "a\x01", strings.Repeat("a", query.MaxTextBytes+1)}},
		{apiRoot + "territories", "q", []string{"", " ", "a", strings.Repeat("é", 80), strings.Repeat("é", 81)}},
		{apiRoot + "territories", "q=vitry&limit", []string{"0", "1", "50", "51", "dix", "-3"}},
	} {
		refused := 0
		for _, v := range p.values {
			sc := webtest.Scenario{URL: p.path + "?" + p.name + "=" + url.QueryEscape(v)}
			got := sc.Do(t, app)
			if got.Status != 200 && got.Status != 422 {
				t.Errorf("%s=%q: status %d", p.name, v, got.Status)
			}
			if no, ok := contract(t).Refuses(sc); ok && no {
				refused++
			}
		}
		if refused == 0 {
			t.Errorf("%s of %s: the document refuses none of the values", p.name, p.path)
		}
	}
	for _, many := range []string{"kind=" + strings.Join(query.KindValues(), "&kind="), "serves=" + strings.Join(communes(query.MaxZones), "&serves="),
		"serves=" + strings.Join(communes(query.MaxZones+1), "&serves="), "territory=" + strings.Join(communes(query.MaxValues+1), "&territory=")} {
		webtest.Scenario{URL: search + "?" + many}.Do(t, app)
	}
	if no, _ := contract(t).Refuses(webtest.Scenario{URL: search + "?serves=" + strings.Join(communes(query.MaxZones+1), "&serves=")}); !no {
		t.Error("the document lets more zones be asked for than the portal")
	}
}

// communes are codes of communes that exist.
func communes(n int) []string {
	var out []string
	for c := range territory.Default().Len() {
		if len(out) < n {
			out = append(out, territory.Default().At(uint32(c)).Code)
		}
	}
	return out
}

func TestExamplesAreAllowed(t *testing.T) {
	if n := contract(t).HoldExamples(t); n < 30 {
		t.Errorf("only %d examples", n)
	}
}

// Every described route answers, says so to who has the answer, and to HEAD.
func TestDocumentedAddressesAnswer(t *testing.T) {
	paths, _ := described(t)
	app := newPortal(t, func(d *web.Deps) { d.Config.RateLimit = 100 })
	for _, path := range paths {
		sc := webtest.Scenario{URL: strings.NewReplacer("{id}", idProprete).Replace(path)}
		if strings.HasSuffix(path, "territories") {
			sc.URL += "?q=vitry"
		}
		first := sc.Do(t, app)
		tag := first.Header.Get("ETag")
		if first.Status != 200 || tag == "" || first.Header.Get("RateLimit-Limit") == "" {
			t.Errorf("%s: status %d, ETag %q, RateLimit-Limit %q", sc.URL, first.Status, tag, first.Header.Get("RateLimit-Limit"))
		}
		webtest.Run(t, app, []webtest.Scenario{
			{Name: "known " + sc.URL, URL: sc.URL, Header: map[string]string{"If-None-Match": tag}, Status: 304, WantHeader: map[string]string{"Etag": tag}},
			{Name: "HEAD " + sc.URL, Method: "HEAD", URL: sc.URL, Status: 200, WantHeader: map[string]string{"Etag": tag}},
		})
	}
}

func TestLinksOfPages(t *testing.T) {
	const root = "http://localhost:8080/api/v1/structures"
	link := func(rel, params string) string { return "<" + root + params + `>; rel="` + rel + `"` }
	page := func(name, params, want string) webtest.Scenario {
		return webtest.Scenario{Name: name, URL: apiRoot + "structures" + params, Status: 200, WantHeader: map[string]string{"Link": want}, JSON: map[string]any{"total": webtest.Present}}
	}
	webtest.Run(t, newPortal(t), []webtest.Scenario{
		page("all on one page", "", link("first", "")),
		page("first of two", "?per_page=3&kind=EI&kind=ESAT&facets=size", link("first", "?facets=size&kind=ESAT&kind=EI&per_page=3")),
		page("first", "?per_page=3", link("first", "?per_page=3")+", "+link("next", "?page=2&per_page=3")),
		page("last", "?per_page=3&page=2", link("first", "?per_page=3")+", "+link("prev", "?per_page=3")),
	})
}

// Where pages end, at MaxDepth, the next one is given by its cursor.
func TestLinkBeyondThePages(t *testing.T) {
	app := newPortal(t, func(d *web.Deps) {
		d.Search = searcher{func(context.Context, query.Query) (query.Result, error) {
			return query.Result{Total: 50_000, Next: "abc"}, nil
		}}
	})
	res := webtest.Scenario{URL: apiRoot + "structures?page=100&per_page=100"}.Do(t, app)
	if got := res.Header.Get("Link"); !strings.Contains(got, `?cursor=abc&per_page=100>; rel="next"`) {
		t.Errorf("Link %q", got)
	}
}

func TestContractSeesWhatIsWrong(t *testing.T) {
	ok := webtest.Scenario{URL: apiRoot + "sectors"}.Do(t, newPortal(t))
	for _, c := range []struct {
		name  string
		sc    webtest.Scenario
		spoil func(*webtest.Answer)
	}{
		{"a field too many", webtest.Scenario{URL: apiRoot + "sectors"}, func(a *webtest.Answer) { a.Body = strings.Replace(a.Body, `"code"`, `"colour":1,"code"`, 1) }},
		{"a field too few", webtest.Scenario{URL: apiRoot + "sectors"}, func(a *webtest.Answer) { a.Body = strings.Replace(a.Body, `"synonyms"`, `"synonym"`, 1) }},
		{"a status that is not described", webtest.Scenario{URL: apiRoot + "sectors"}, func(a *webtest.Answer) { a.Status = 418 }},
		{"no ETag", webtest.Scenario{URL: apiRoot + "sectors"}, func(a *webtest.Answer) { a.Header = a.Header.Clone(); a.Header.Del("ETag") }},
		{"a refused request that is answered", webtest.Scenario{URL: apiRoot + "territories?q=a&limit=99"}, func(a *webtest.Answer) { a.Body = `{"items":[]}` }},
		{"a path that is not described", webtest.Scenario{URL: apiRoot + "colours"}, func(*webtest.Answer) {}},
	} {
		got, fake := ok, &recorder{TB: t}
		c.spoil(&got)
		contract(t).Hold(fake, c.sc, got)
		if !fake.failed {
			t.Errorf("%s: nothing was said", c.name)
		}
	}
}

// recorder is a test whose failures are expected.
type recorder struct {
	testing.TB
	failed bool
}

func (r *recorder) Helper()               {}
func (r *recorder) Errorf(string, ...any) { r.failed = true }
