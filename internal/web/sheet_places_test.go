package web_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"sourcier/internal/structure"
	"sourcier/internal/territory"
	"sourcier/internal/web"
	. "sourcier/internal/web/webtest"
)

// outlined gives a portal the outlines of the first so many quarters of
// Vitry-sur-Seine, that of the first around the structure of the tests.
func outlined(n, simplified int) func(*web.Deps) {
	var list []territory.Quarter
	for i, q := range territory.Default().QuartersOf("94081")[:n] {
		q.AsOf, q.Simplified = "2026-01-31", simplified
		q.Outline = territory.Outline{{territory.Ring{2390000, 48780000, 2400000, 48780000, 2400000, 48790000}}}
		if i > 0 {
			q.Outline = territory.Outline{{territory.Ring{0, 0, 1, 0, 1, 1}}}
		}
		list = append(list, q)
	}
	quarters := territory.NewQuarters(list)
	return func(d *web.Deps) { d.Quarters = func() *territory.Quarters { return quarters } }
}

func TestSheetQuarter(t *testing.T) {
	at := func(commune string, p structure.Point) structure.Structure {
		v := of(structure.EI)
		v.Address = structure.Address{City: "Vitry-sur-Seine", PostalCode: "94400", Commune: commune, Point: p}
		v.Origins = map[structure.Field]structure.Origin{structure.FieldPoint: {Source: structure.SourceSIRENE, AsOf: "2026-10-31"}}
		return v
	}
	inside := structure.Point{Lat: 48.784, Lon: 2.399, Precision: structure.PrecisionExact}
	beside := structure.Point{Lat: 48.80, Lon: 2.40, Precision: structure.PrecisionExact}
	rough := structure.Point{Lat: 48.784, Lon: 2.399, Precision: structure.PrecisionCommune}
	first := territory.Default().QuartersOf("94081")[0]
	const title = "Quartier prioritaire (QPV)"
	for name, c := range map[string]struct {
		v     structure.Structure
		parts func(*web.Deps)
		says  string
		api   string
	}{
		"inside": {at("94081", inside), outlined(4, 0), "Dans le quartier " + first.Name + " (" + first.Code + ") D’après la position de l’établissement (INSEE, base Sirene, 31 oct. 2026) et les contours officiels des QPV, fichier du 31 janvier 2026",
			`"quarter":{"within":{"code":"` + first.Code + `"`},
		"inside a simplified outline": {at("94081", inside), outlined(1, 4), "du 31 janvier 2026, simplifié à 4 m près", `"outside":false,"as_of":"2026-01-31"`},
		"outside":                     {at("94081", beside), outlined(4, 0), "Hors QPV (la commune en a 4) D’après la position", `"within":null,"outside":true,"as_of":"2026-01-31"`},
		"outside of some":             {at("94081", beside), outlined(1, 0), "La commune a 4 QPV : ", `"within":null,"outside":false,"as_of":null`},
		"no outlines":                 {at("94081", inside), outlined(0, 0), "Rien ne dit si l’établissement y est : les contours de ces quartiers ne sont pas chargés.", `"within":null,"outside":false`},
		"no exact position":           {at("94081", rough), outlined(4, 0), "Rien ne dit si l’établissement y est : sa position exacte n’est pas connue.", `"outside":false`},
		"a commune with one":          {at("94021", rough), outlined(4, 0), "La commune a un QPV : ", `"commune":[{`},
	} {
		t.Run(name, func(t *testing.T) {
			app := newPortal(t, holding(t, c.v), c.parts)
			Run(t, app, []Scenario{
				{Name: "page", URL: "/structures/" + c.v.ID, Status: 200, HTML: []Check{In(".sheet-side", HasText(title), HasText(c.says))}},
				{Name: "API", URL: "/api/v1/structures/" + c.v.ID, Status: 200, Contains: []string{c.api}},
			})
		})
	}
	v := at("01001", beside)
	Run(t, newPortal(t, holding(t, v), outlined(4, 0)), []Scenario{
		{Name: "a commune without", URL: "/structures/" + v.ID, Status: 200, HTML: []Check{In(".sheet-side")}, Lacks: []string{title}},
		{Name: "API", URL: "/api/v1/structures/" + v.ID, Status: 200, Contains: []string{`"quarter":null`}},
	})
}

// TestSheetQuarterTag: a sheet read before an import of outlines is not told to
// be the same after it.
func TestSheetQuarterTag(t *testing.T) {
	var before, after web.Deps
	outlined(1, 0)(&before)
	outlined(4, 0)(&after)
	quarters := before.Quarters
	app := newPortal(t, func(d *web.Deps) { d.Quarters = func() *territory.Quarters { return quarters() } })
	tag := func(path string) string {
		res, err := app.Test(httptest.NewRequest(http.MethodGet, path, nil), -1)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		return res.Header.Get("ETag")
	}
	for _, path := range []string{"/structures/" + idProprete, "/api/v1/structures/" + idProprete} {
		quarters = before.Quarters
		old, same := tag(path), tag(path)
		quarters = after.Quarters
		if now := tag(path); old == "" || old != same || now == old {
			t.Errorf("%s: %q, %q, then %q", path, old, same, now)
		}
	}
}

// TestSheetNomenclatures names each code of activity by its own list, and never
// one by the other's.
func TestSheetNomenclatures(t *testing.T) {
	v := of(structure.EI)
	v.NAF, v.NAF2025 = "8121Z", "0112Y"
	Run(t, newPortal(t, holding(t, v)), []Scenario{
		{Name: "page", URL: "/structures/" + v.ID, Status: 200, HTML: []Check{
			In(".sheet-side", HasText("Code APE (NAF rév. 2) 8121Z, Nettoyage courant des bâtiments"), HasText("Code APE (NAF 2025) 0112Y, Culture du riz")),
		}},
		{Name: "API", URL: "/api/v1/structures/" + v.ID, Status: 200, Contains: []string{
			`"naf":{"code":"8121Z","label":"Nettoyage courant des bâtiments"},"naf_2025":{"code":"0112Y","label":"Culture du riz"}`,
		}},
	})
}
