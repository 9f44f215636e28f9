package web_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"sourcier/internal/search/query"
	"sourcier/internal/web"
	"sourcier/internal/web/webtest"
)

// mapper is a double of the port, for what the engine cannot be made to do.
type mapper struct {
	answer func(context.Context, query.Query, query.Frame) (query.Map, error)
}

func (m mapper) Map(ctx context.Context, q query.Query, f query.Frame) (query.Map, error) {
	return m.answer(ctx, q, f)
}

func (m mapper) Places(ctx context.Context, q query.Query) (query.Places, error) {
	_, err := m.answer(ctx, q, query.Frame{})
	return query.Places{}, err
}

func (mapper) Generation() uint64 { return 7 }

func TestAPIMap(t *testing.T) {
	webtest.Run(t, newPortal(t), []webtest.Scenario{
		{Name: "everything, in the frame that shows it", URL: "/api/v1/map", Status: 200,
			WantHeader: map[string]string{"Content-Type": jsonType, "Cache-Control": "no-cache"},
			JSON: map[string]any{
				"type": "FeatureCollection", "total": 4, "placed": 3, "unplaced": 1, "outside": 0, "cell": 64, "zoom": 13,
				"bbox": []float64{2.3923, 48.7633, 2.4092, 48.7875}, "extent": []float64{2.3923, 48.7633, 2.4092, 48.7875}, "features.#": 2, "correction": nil,
				"features.0.type": "Feature", "features.0.geometry": map[string]any{"type": "Point", "coordinates": []float64{2.3923, 48.7875}},
				"features.0.properties.count": 1, "features.0.properties.divides": false,
				"features.0.properties.families":       map[string]int{"insertion": 1},
				"features.0.properties.members.0.id":   idProprete,
				"features.0.properties.members.0.name": "Propreté Solidaire", "features.0.properties.url": "/structures/" + idProprete,
				"features.1.properties.count": 2, "features.1.properties.members.#": 2,
				"features.1.properties.commune": map[string]string{"code": "94022", "name": "Choisy-le-Roi"},
				"features.1.properties.url":     "/structures?near=48.76330%2C2.40920&radius_km=0.02",
				"communes.0.name":               "Vitry-sur-Seine", "communes.0.home": true,
			}},
		{Name: "filters and text are those of the search", URL: "/api/v1/map?q=traiteur&family=handicap", Status: 200, JSON: map[string]any{
			"total": 1, "features.#": 1, "features.0.properties.url": "/structures/" + idESAT2}},
		{Name: "a group keeps the filters of its search", URL: "/api/v1/map?family=handicap&near=94081&radius_km=15", Status: 200, JSON: map[string]any{
			"features.0.properties.url": "/structures?family=handicap&near=48.76330%2C2.40920&radius_km=0.02"}},
		{Name: "a frame", URL: "/api/v1/map?bbox=2.3,48.78,2.5,48.8&zoom=14", Status: 200, JSON: map[string]any{
			"total": 4, "outside": 2, "unplaced": 1, "features.#": 1, "bbox": []float64{2.3, 48.78, 2.5, 48.8}, "zoom": 14}},
		{Name: "the world", URL: "/api/v1/map?bbox=-180,-90,180,90&zoom=0", Status: 200, JSON: map[string]any{
			"outside": 0, "features.#": 1, "features.0.properties.count": 3, "features.0.properties.divides": true,
			"features.0.properties.members": []any{}, "features.0.properties.url": nil, "features.0.properties.commune": nil}},
		{Name: "a point is a frame", URL: "/api/v1/map?bbox=2.4092,48.7633,2.4092,48.7633&zoom=18", Status: 200, JSON: map[string]any{
			"features.0.properties.count": 2, "outside": 1}},
		{Name: "nothing found shows home", URL: "/api/v1/map?q=introuvable", Status: 200, JSON: map[string]any{
			"total": 0, "extent": nil, "features": []any{}, "zoom": 11, "communes.0.name": webtest.Present}},
		{Name: "nothing placed shows the place asked for", URL: "/api/v1/map?size=TPE&serves=75056", Status: 200, JSON: map[string]any{
			"total": webtest.Present, "features": []any{}, "communes.0.name": "Paris"}},
		{Name: "a spelling is mended as in the list", URL: "/api/v1/map?q=traiteurr", Status: 200, JSON: map[string]any{
			"total": 1, "correction.text": "traiteur"}},
		{Name: "the group leads to a list of as many", URL: "/api/v1/structures?near=48.76330%2C2.40920&radius_km=0.02", Status: 200, JSON: map[string]any{"total": 2}},
	})
}

func TestAPIMapRefusals(t *testing.T) {
	refused := func(url, parameter, message string) webtest.Scenario {
		return webtest.Scenario{Name: url, URL: "/api/v1/map?" + url, Status: 422, WantHeader: map[string]string{"Content-Type": problemType},
			JSON: map[string]any{"title": "Recherche impossible", "errors.0.parameter": parameter}, Contains: []string{message}}
	}
	webtest.Run(t, newPortal(t), []webtest.Scenario{
		refused("bbox=2,48,3&zoom=9", "bbox", "quatre nombres attendus"),
		refused("zoom=9", "bbox", "quatre nombres attendus"),
		refused("bbox=2,48,3,49", "zoom", "de 0 (le monde) à 18 (la rue)"),
		refused("bbox=2,48,3,49&zoom=19", "zoom", "de 0 (le monde)"),
		refused("bbox=2,48,3,49&zoom=-1", "zoom", "de 0 (le monde)"),
		refused("bbox=2,48,3,49&zoom=9.5", "zoom", "de 0 (le monde)"),
		refused("bbox=2,49,3,48&zoom=9", "bbox", "le sud est au-dessus du nord"),
		refused("bbox=179,-20,-179,-10&zoom=9", "bbox", "ne passe pas le méridien 180"),
		refused("bbox=NaN,48,3,49&zoom=9", "bbox", "degrés décimaux attendus"),
		refused("bbox=2,48,Inf,49&zoom=9", "bbox", "degrés décimaux attendus"),
		refused("bbox=2,48,3,91&zoom=9", "bbox", "degrés décimaux attendus"),
		refused("bbox=2,48,181,49&zoom=9", "bbox", "degrés décimaux attendus"),
		refused("bbox=2,48,3,49&zoom=9&kind=NOPE", "kind", "type de structure inconnu"),
	})
	broken := newPortal(t, func(d *web.Deps) {
		d.Map = mapper{func(context.Context, query.Query, query.Frame) (query.Map, error) {
			return query.Map{}, errors.New("index is damaged at /var/lib/secret")
		}}
	})
	webtest.Run(t, broken, []webtest.Scenario{
		{Name: "a failure says nothing of the house", URL: "/api/v1/map", Status: 500, Lacks: []string{"secret"}, Contains: []string{"Erreur du portail"}},
		{Name: "nor does its page", URL: "/carte", Status: 500, Lacks: []string{"secret"}, HTML: errorPage},
	})
}

func TestAPIMapIsNotSentTwice(t *testing.T) {
	app := newPortal(t)
	tag := func(url string) string {
		return webtest.Scenario{URL: url}.Do(t, app).Header.Get("ETag")
	}
	const one = "/api/v1/map?bbox=2.3,48.78,2.5,48.8&zoom=14"
	if tag(one) == "" || tag(one) == tag(strings.Replace(one, "zoom=14", "zoom=13", 1)) || tag(one) == tag("/api/v1/map") {
		t.Errorf("tags %q, %q", tag(one), tag("/api/v1/map"))
	}
	again := webtest.Scenario{URL: one, Header: map[string]string{"If-None-Match": tag(one)}}.Do(t, app)
	if again.Status != http.StatusNotModified || again.Body != "" {
		t.Errorf("asked again: %d %q", again.Status, again.Body)
	}
}

func TestPlanPage(t *testing.T) {
	webtest.Run(t, newPortal(t), []webtest.Scenario{
		{Name: "every commune with its structures", URL: "/carte", Status: 200, HTML: []webtest.Check{
			webtest.In("h1", webtest.HasText("4 structures dans l’annuaire")),
			webtest.In("svg[role=group] title", webtest.HasText("Plan : 4 structures dans l’annuaire")),
			webtest.In("tbody tr", webtest.HasText("Choisy-le-Roi"), webtest.HasText("2")),
			webtest.In("tbody a[href=/structures?territory=94022]", webtest.HasText("Choisy-le-Roi")),
			webtest.In("tbody a[href=/structures?territory=91027]"),
			webtest.In(".note", webtest.HasText("1 structure sans position")),
			webtest.In("link[rel=canonical][href=http://localhost:8080/carte]"), webtest.NotIn("[style]"),
		}},
		{Name: "of the search alone", URL: "/carte?q=traiteur&family=handicap&page=3&sort=name", Status: 200, HTML: []webtest.Check{
			webtest.In("h1", webtest.HasText("1 structure pour « traiteur »")), webtest.Count("tbody tr", 1),
			webtest.In(".plan-list a[href=/structures?family=handicap&q=traiteur&sort=name]"),
			webtest.In(".chips a[href=/carte?q=traiteur]"),
			webtest.In("tbody a[href=/structures?family=handicap&q=traiteur&sort=name&territory=94022]"),
			webtest.In("meta[name=robots]"),
		}},
		{Name: "nothing found", URL: "/carte?q=introuvable", Status: 200, HTML: []webtest.Check{
			webtest.In("h1", webtest.HasText("Aucune structure pour « introuvable »")), webtest.NotIn("table"), webtest.NotIn("main svg"),
			webtest.In("figcaption", webtest.HasText("Rien à dessiner"))}},
		{Name: "a label by its name", URL: "/carte?label=ecolabel", Status: 200, HTML: []webtest.Check{webtest.In(".chips", webtest.HasText("Écolabel européen"))}},
		{Name: "a value that is none", URL: "/carte?kind=NOPE", Status: 422, HTML: errorPage},
	})
}

func TestResultsHaveTheirMap(t *testing.T) {
	webtest.Run(t, newPortal(t), []webtest.Scenario{
		{Name: "of the same search, whatever its page", URL: "/structures?q=traiteur&family=handicap&sort=name&per_page=1", Status: 200, HTML: []webtest.Check{
			webtest.In(".map-frame[data-map=/api/v1/map?family=handicap&q=traiteur][data-tiles=]"),
			webtest.In(".map-open[href=/carte?family=handicap&q=traiteur]"), webtest.In(".map-foot a[href=/carte?family=handicap&q=traiteur]"),
			webtest.In("script[src=/public/abc123/js/map.js]"), webtest.NotIn("script[src=/public/abc123/vendor/leaflet.js]"),
		}},
	})
	tiled := newPortal(t, func(d *web.Deps) { d.Config.TileHost = "https://t1.example.org, https://t2.example.org" })
	webtest.Run(t, tiled, []webtest.Scenario{
		{Name: "tiles when a host is set", URL: "/structures", Status: 200, HTML: []webtest.Check{webtest.In(".map-frame[data-tiles=https://t1.example.org]")}},
	})
}
