package web_test

import (
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/event"
	"sourcier/internal/store"
	"sourcier/internal/web/webtest"
)

// met is an event of an organisation to which structures came.
func (w *crowd) met(t *testing.T, organisation, title string, kind event.Kind, ids ...string) event.Event {
	t.Helper()
	e := event.Event{
		ID: account.NewID(), Organisation: organisation, Kind: kind, Title: title, Access: event.ByInvitation, Room: event.Room{Capacity: 30}, Place: event.Place{Name: "Mairie"},
		Starts: clock().AddDate(0, -1, 0), Ends: clock().AddDate(0, -1, 0).Add(3 * time.Hour), OpenedAt: clock().AddDate(0, -2, 0), SettledAt: clock(), Met: ids, CreatedAt: clock(), UpdatedAt: clock(), Rev: 1,
	}
	if _, err := w.Gathering.Events.Events.Insert(t.Context(), e, store.Change{}); err != nil {
		t.Fatal(err)
	}
	return e
}

// Whom a buyer's organisation met is a facet and a line of the sheet for its buyers alone:
// exact, never an order. Who came to a DuoDay, to an event that was called off, or to one
// of another organisation is in none of them, nor in any file.
func TestMetFacetAndSheet(t *testing.T) {
	who, use := withPeople(t)
	app := newPortal(t, use)
	who.organisation(t, "ville", account.KindPublic)
	who.organisation(t, "ailleurs", account.KindPublic)
	who.organisation(t, "atelier", account.KindOwner)
	who.person(t, "ada@ville.example", "ville", true, account.Buyer, account.Organiser)
	who.person(t, "bea@ailleurs.example", "ailleurs", true, account.Buyer)
	who.person(t, "alpha@atelier.example", "atelier", true, account.Structure)
	buyer, foreign, owner := as(who.signIn(t, "ada@ville.example")), as(who.signIn(t, "bea@ailleurs.example")), as(who.signIn(t, "alpha@atelier.example"))
	const facet, only, heading = "Rencontrée à un événement", "/structures?met=1", "Rencontrée à vos événements"
	sheet := "/structures/" + idProprete
	all := webtest.Scenario{URL: "/structures"}.Do(t, app)
	for _, name := range []struct {
		title string
		kind  event.Kind
	}{{"DuoDay de novembre", event.DuoDay}, {"HandiCafé du lundi", event.HandiCafe}} {
		who.met(t, "ville", name.title, name.kind, idProprete) // as if it had been noted all the same
	}
	gone := who.met(t, "ville", "Salon qui n’a pas eu lieu", event.Fair, idProprete)
	if _, err := store.Update(t.Context(), who.Gathering.Events.Events, gone.ID, func(e *event.Event) (store.Change, error) {
		e.CancelledAt = clock()
		return store.Change{}, nil
	}); err != nil {
		t.Fatal(err)
	}
	webtest.Run(t, app, []webtest.Scenario{
		{Name: "nobody is told of a discreet event", URL: "/structures", Header: buyer, Status: 200, Lacks: []string{facet}},
		{Name: "nor kept to", URL: only, Header: buyer, Status: 200, Contains: []string{"Aucune structure"}, Lacks: []string{idProprete}},
		{Name: "nor on the sheet", URL: sheet, Header: buyer, Status: 200, Lacks: []string{heading, "DuoDay de", "HandiCafé du", "Salon qui"}},
		{Name: "nor in a file", URL: "/structures.csv?met=1", Header: buyer, Status: 200, Contains: []string{";"}, Lacks: []string{"DuoDay", "HandiCafé", "552"}},
	})
	e := who.met(t, "ville", "Matinale des achats", event.Matinale, idProprete)
	webtest.Run(t, app, []webtest.Scenario{
		{Name: "a buyer", URL: "/structures", Header: buyer, Status: 200, Contains: []string{facet}, WantHeader: map[string]string{"Cache-Control": "private, no-cache"}},
		{Name: "those alone", URL: only, Header: buyer, Status: 200, Contains: []string{"<title>1", idProprete, "Retirer", facet}, Lacks: []string{"/api/v1/structures?met"}},
		{Name: "and who has answered a sourçage too", URL: only + "&answered=1&family=insertion", Header: buyer, Status: 200, Contains: []string{"Aucune structure", "Sans les filtres"}, Lacks: []string{idProprete}},
		{Name: "their file", URL: "/exporter?met=1", Header: buyer, Status: 200, Contains: []string{"met=1"}},
		{Name: "a search is saved without it", URL: only + "&q=proprete", Header: buyer, Status: 200, Lacks: []string{"/mes-recherches/enregistrer?met"}},
		{Name: "the sheet", URL: sheet, Header: buyer, Status: 200, Contains: []string{heading, "Matinale des achats", "/evenements/" + e.ID}, Lacks: []string{"DuoDay de", "HandiCafé du", "Salon qui"}, WantHeader: map[string]string{"Cache-Control": "private, no-cache"}},
		{Name: "a buyer of another organisation", URL: only, Header: foreign, Status: 200, Contains: []string{"Aucune structure"}, Lacks: []string{idProprete}},
		{Name: "its sheet", URL: sheet, Header: foreign, Status: 200, Lacks: []string{heading}},
		{Name: "nobody", URL: only, Status: 200, Lacks: []string{facet, "rencontrée à un événement", "met="}},
		{Name: "the sheet to nobody", URL: sheet, Status: 200, Lacks: []string{heading, "Matinale"}},
		{Name: "a structure", URL: only, Header: owner, Status: 200, Lacks: []string{facet}},
		{Name: "the sheet to a structure", URL: sheet, Header: owner, Status: 200, Lacks: []string{heading}},
		{Name: "a program", URL: "/api/v1/structures?met=1&facets=true", Header: buyer, Status: 200, Lacks: []string{`"met"`}, JSON: map[string]any{"page": 1}},
	})
	for _, address := range []string{only, sheet} {
		tag := (webtest.Scenario{URL: address, Header: buyer}).Do(t, app).Header.Get("ETag")
		for name, header := range map[string]map[string]string{"nobody": {}, "another organisation": foreign} {
			asked := map[string]string{"If-None-Match": tag}
			for k, v := range header {
				asked[k] = v
			}
			if got := (webtest.Scenario{URL: address, Header: asked}).Do(t, app); got.Status != 200 {
				t.Errorf("%s: %s has the answer of a buyer: %d", address, name, got.Status)
			}
		}
	}
	if got := (webtest.Scenario{URL: "/structures", Header: buyer}).Do(t, app); ordered(got.Body) != ordered(all.Body) || strings.Count(got.Body, facet) == 0 {
		t.Error("the order changes")
	}
}
