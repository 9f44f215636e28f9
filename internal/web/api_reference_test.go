package web_test

import (
	"strings"
	"testing"

	"sourcier/internal/web/webtest"
)

func TestAPISectors(t *testing.T) {
	app := newPortal(t)
	res := webtest.Scenario{URL: "/api/v1/sectors"}.Do(t, app)
	webtest.Run(t, app, []webtest.Scenario{
		{Name: "groups with their sectors", URL: "/api/v1/sectors", Status: 200, WantHeader: map[string]string{"Content-Type": jsonType, "Cache-Control": "no-cache"},
			JSON: map[string]any{"items.0.code": webtest.Present, "items.0.label": webtest.Present, "items.0.sectors.0.code": webtest.Present,
				"items.0.sectors.0.synonyms.0": webtest.Present, "items.0.sectors.0.naf.0": webtest.Present, "items.0.sectors.0.cpv.0": webtest.Present}},
		{Name: "the client has it", URL: "/api/v1/sectors", Header: map[string]string{"If-None-Match": res.Header.Get("ETag")}, Status: 304},
	})
}

func TestAPITerritories(t *testing.T) {
	const path = "/api/v1/territories"
	refused := func(parameter, message string) map[string]any {
		return map[string]any{"status": 422, "errors.#": 1, "errors.0.parameter": parameter, "errors.0.message": message}
	}
	webtest.Run(t, newPortal(t), []webtest.Scenario{
		{Name: "a commune", URL: path + "?q=vitry-sur-seine", Status: 200, JSON: map[string]any{
			"items.0.value": "94081", "items.0.kind": "commune", "items.0.label": webtest.Present, "items.0.communes": 1}},
		{Name: "accents and case", URL: path + "?q=EVRY", Status: 200, JSON: map[string]any{"items.0.value": webtest.Present}},
		{Name: "as many as asked", URL: path + "?q=saint&limit=3", Status: 200, JSON: map[string]any{"items.#": 3}},
		{Name: "ten when not asked", URL: path + "?q=saint", Status: 200, JSON: map[string]any{"items.#": 10}},
		{Name: "nothing of that name", URL: path + "?q=zzzzzzzz", Status: 200, JSON: map[string]any{"items": []any{}}},
		{Name: "no text", URL: path, Status: 422, JSON: refused("q", "valeur obligatoire")},
		{Name: "only spaces", URL: path + "?q=+++", Status: 422, JSON: refused("q", "valeur obligatoire")},
		{Name: "text too long", URL: path + "?q=" + strings.Repeat("a", 81), Status: 422, JSON: refused("q", "texte trop long\u202f; 80 caractères au plus")},
		{Name: "limit too small", URL: path + "?q=a&limit=0", Status: 422, JSON: refused("limit", "nombre trop petit\u202f; le minimum est 1")},
		{Name: "limit too large", URL: path + "?q=a&limit=51", Status: 422, JSON: refused("limit", "nombre trop grand\u202f; le maximum est 50")},
		{Name: "limit that is no number", URL: path + "?q=a&limit=dix", Status: 422, JSON: refused("limit", "nombre entier attendu")},
		{Name: "every fault at once", URL: path + "?limit=99", Status: 422, JSON: map[string]any{"errors.#": 2}},
		{Name: "broken UTF-8", URL: path + "?q=%ff", Status: 422, JSON: refused("q", "texte mal encodé\u202f; le portail attend de l’UTF-8")},
		{Name: "a null byte", URL: path + "?q=%00", Status: 422, JSON: refused("q", "le texte contient un caractère nul\u202f; retirez-le")},
	})
}
