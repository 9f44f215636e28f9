package web_test

import (
	"strings"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/sourcing"
	"sourcier/internal/web/webtest"
)

// Who has answered is a facet of buyers of the organisation alone: exact, never an order,
// and no word of it to anybody else, a cache neither.
func TestAnsweredFacet(t *testing.T) {
	w := newSuppliers(t, false)
	w.on(func(o *sourcing.Operation) ([]sourcing.Dispatch, error) { // as if alpha were a sheet that the index has
		o.Suppliers[0].Structure = idProprete
		return nil, nil
	})
	w.organisation(t, "ailleurs", account.KindPublic)
	w.person(t, "bea@ailleurs.example", "ailleurs", true, account.Buyer)
	buyer, foreign := as(w.signIn(t, "ada@ville.example")), as(w.signIn(t, "bea@ailleurs.example"))
	const facet, only = "A répondu à un sourçage", "/structures?answered=1"
	all := webtest.Scenario{URL: "/structures"}.Do(t, w.app)
	webtest.Run(t, w.app, []webtest.Scenario{
		{Name: "a buyer", URL: "/structures", Header: buyer, Status: 200, Contains: []string{facet}, WantHeader: map[string]string{"Cache-Control": "private, no-cache"}},
		{Name: "those alone", URL: only, Header: buyer, Status: 200, Contains: []string{"<title>1", idProprete, "Retirer", facet}, Lacks: []string{"/api/v1/structures?answered"}},
		{Name: "with a filter that it fails", URL: only + "&kind=ESAT&q=introuvable", Header: buyer, Status: 200, Contains: []string{"Aucune structure"}},
		{Name: "the page of their file", URL: "/exporter?answered=1", Header: buyer, Status: 200, Contains: []string{facet, "answered=1"}},
		{Name: "a buyer of another organisation", URL: only, Header: foreign, Status: 200, Contains: []string{"Aucune structure"}, Lacks: []string{idProprete}},
		{Name: "nobody", URL: only, Status: 200, Lacks: []string{facet, "a répondu à un sourçage", "answered"}},
		{Name: "a structure", URL: only, Header: as(w.cookie), Status: 200, Lacks: []string{facet}},
		{Name: "a program", URL: "/api/v1/structures?answered=1&facets=true", Header: buyer, Status: 200, Lacks: []string{"answered"}, JSON: map[string]any{"page": 1}},
	})
	tag := (webtest.Scenario{URL: only, Header: buyer}).Do(t, w.app).Header.Get("ETag")
	for name, header := range map[string]map[string]string{"nobody": {}, "another organisation": foreign} {
		asked := map[string]string{"If-None-Match": tag}
		for k, v := range header {
			asked[k] = v
		}
		if got := (webtest.Scenario{URL: only, Header: asked}).Do(t, w.app); got.Status != 200 {
			t.Errorf("%s has the answer of a buyer: %d", name, got.Status)
		}
	}
	if got := (webtest.Scenario{URL: "/structures", Header: buyer}).Do(t, w.app); ordered(got.Body) != ordered(all.Body) {
		t.Error("the order changes")
	}
}

// ordered is the sheets of a page in their order.
func ordered(body string) string {
	var out []string
	for _, part := range strings.Split(body, `href="/structures/`)[1:] {
		id, _, _ := strings.Cut(part, `"`)
		id, _, _ = strings.Cut(id, "?")
		if len(out) == 0 || out[len(out)-1] != id {
			out = append(out, id)
		}
	}
	return strings.Join(out, " ")
}
