package web_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"sourcier/internal/web/webtest"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestAPISheet(t *testing.T) {
	shared := "/api/v1/structures/" + siretShared
	webtest.Run(t, newPortal(t), []webtest.Scenario{
		{Name: "by id", URL: "/api/v1/structures/" + idProprete, Status: 200, WantHeader: map[string]string{"Content-Type": jsonType, "Cache-Control": "no-cache"},
			JSON: map[string]any{"id": idProprete, "siren": "000000018", "items": webtest.AbsentJSON}},
		{Name: "by a SIRET of one", URL: "/api/v1/structures/" + siretProprete, Status: 200, JSON: map[string]any{"id": idProprete}},
		{Name: "by a SIRET with spaces", URL: "/api/v1/structures/" + url.PathEscape("000 000 018 00010"), Status: 200, JSON: map[string]any{"id": idProprete}},
		{Name: "by a SIRET that two share", URL: shared, Status: 200, JSON: map[string]any{
			"items.#": 2, "items.0.siret": siretShared, "items.1.siret": siretShared, "items.0.finess": webtest.Present, "id": webtest.AbsentJSON}},
		{Name: "a SIRET of nobody", URL: "/api/v1/structures/00000000000000", Status: 404, WantHeader: map[string]string{"Content-Type": problemType}, JSON: map[string]any{"status": 404}},
		{Name: "an id of nobody", URL: "/api/v1/structures/aaaaaaaaaaaaaaaa", Status: 404, JSON: map[string]any{"status": 404}},
		{Name: "no id at all", URL: "/api/v1/structures/%3Cscript%3E", Status: 404, JSON: map[string]any{"status": 404}, Lacks: []string{"<script>"}},
		{Name: "a broken escape", URL: "/api/v1/structures/%zz", Status: 404, JSON: map[string]any{"status": 404}},
		{Name: "broken UTF-8", URL: "/api/v1/structures/%ff%fe", Status: 404, JSON: map[string]any{"status": 404}},
		{Name: "a null byte", URL: "/api/v1/structures/" + idProprete + "%00", Status: 404, JSON: map[string]any{"status": 404}},
		{Name: "an undeclared zone", URL: "/api/v1/structures/" + idTravaux, Status: 200, JSON: map[string]any{
			"kind": "TPE", "kinds": []string{}, "agreements": []any{}, "legal_bases": []any{}, "labels": []any{}, "references": []any{}, "ess": nil, "contact.email": nil, "contact.website": nil,
			"activities.0.derived": true, "activities.0.modes": []any{}, "activities.0.zone.type": "undeclared", "activities.0.availability": nil,
			"address.lat": nil, "address.precision": "department", "origins": map[string]any{}}, Lacks: []string{"<script>"}},
	})
}

func TestAPISheetETag(t *testing.T) {
	app, path := newPortal(t), "/api/v1/structures/"+idProprete
	res := webtest.Scenario{URL: path}.Do(t, app)
	tag := res.Header.Get("ETag")
	webtest.Run(t, app, []webtest.Scenario{
		{Name: "the client has it", URL: path, Header: map[string]string{"If-None-Match": tag}, Status: 304},
		{Name: "another sheet", URL: "/api/v1/structures/" + idESAT1, Header: map[string]string{"If-None-Match": tag}, Status: 200, JSON: map[string]any{"id": idESAT1}},
	})
}

// TestAPIGolden holds the documents of the API as a whole: a field that goes, or
// changes its type, breaks those who read it.
func TestAPIGolden(t *testing.T) {
	app := newPortal(t)
	for name, path := range map[string]string{
		"sheet":       "/api/v1/structures/" + idProprete,
		"shared":      "/api/v1/structures/" + siretShared,
		"search":      "/api/v1/structures?kind=EI&kind=ESAT&serves=94081&sort=name&per_page=2",
		"refusal":     "/api/v1/structures?size=XXL",
		"territories": "/api/v1/territories?q=vitry-sur-seine&limit=1",
	} {
		t.Run(name, func(t *testing.T) {
			body := webtest.Scenario{URL: path}.Do(t, app).Body
			golden(t, name+".json", body)
		})
	}
}

// golden compares a document with its file, leaving out what changes each time.
func golden(t *testing.T, name, body string) {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal([]byte(body), &doc); err != nil {
		t.Fatalf("%v: %.300s", err, body)
	}
	for _, field := range []string{"took_ms", "request_id"} {
		if _, there := doc[field]; there {
			doc[field] = "(changes)"
		}
	}
	var got bytes.Buffer
	enc := json.NewEncoder(&got)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(doc); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("%s differs (run with -update to accept):\n%s", path, got.Bytes())
	}
}
