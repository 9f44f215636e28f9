package web_test

import (
	"log/slog"
	"net/url"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/directory"
	"sourcier/internal/people"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/web"
	"sourcier/internal/web/webtest"
)

// TestLabelPages says at their fields what is wrong, keeps what was typed, and tells who
// did what.
func TestLabelPages(t *testing.T) {
	who, change := withPeople(t)
	st, rules := structure.Structure{ID: idProprete}, structure.Rules{Atlas: who.Directory.Atlas, Sold: who.Directory.Taxonomy.Sold}
	rules.Merge(&st, structure.NewClaim(structure.Origin{Source: structure.SourceGeneric, AsOf: "2026-01-01"}, &structure.Structure{Name: "Propreté du Lac"}, nil, ""))
	if _, err := who.Directory.Structures.Insert(t.Context(), st, store.Change{}); err != nil {
		t.Fatal(err)
	}
	who.organisation(t, "mairie", account.KindPublic)
	ada := who.person(t, "ada@ville.example", "mairie", true, account.Buyer)
	if _, err := who.Rename(t.Context(), ada, "Ada Morel", ada); err != nil {
		t.Fatal(err)
	}
	app := newPortal(t, change, func(d *web.Deps) { d.Structures = who.Directory.Structures })
	cookie := who.signIn(t, "ada@ville.example")
	refused := func(name, path string, sent url.Values, says string) {
		t.Helper()
		got := post(t, app, path, cookie, sent)
		if got.Status != 422 {
			t.Errorf("%s: status %d", name, got.Status)
		}
		webtest.MustMatch(t, got.Body, webtest.In(".error-summary", webtest.HasText(says)))
	}
	refused("no name", "/labels/nouveau", url.Values{"criteres": {"Employer des personnes du territoire."}}, "Donnez un nom")
	refused("no criteria", "/labels/nouveau", url.Values{"nom": {"Empl’itude"}}, "Écrivez les critères")
	refused("no day", "/labels/nouveau", url.Values{"nom": {"Empl’itude"}, "criteres": {"Employer des personnes du territoire."}, "depuis": {"demain"}}, "Donnez un jour")
	if got := post(t, app, "/labels/nouveau", cookie, url.Values{"nom": {"Empl’itude"}, "criteres": {"Employer des personnes du territoire."}}); got.Status != 303 {
		t.Fatal(got.Status)
	}
	refused("the same name", "/labels/nouveau", url.Values{"nom": {"empl itude"}, "criteres": {"Employer des personnes du territoire."}}, "porte déjà ce nom")
	at := "/labels/mairie-1/titulaires/" + idProprete
	refused("ends before it begins", at, url.Values{"du": {"2026-11-28"}, "au": {"2026-11-27"}}, "avant le premier")
	refused("nothing to withdraw", at+"/retirer", url.Values{"motif": {"Les critères ne sont plus remplis"}}, "n’a pas ce label")
	if got := post(t, app, at, cookie, url.Values{"du": {"2026-11-28"}}); got.Status != 303 {
		t.Fatal(got.Status)
	}
	if _, err := store.NewRelay(who.db, slog.New(slog.DiscardHandler), append(people.Sources, directory.Sources...)...).Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	webtest.Run(t, app, []webtest.Scenario{
		{Name: "who did what", URL: "/labels/mairie-1", Header: as(cookie), Status: 200, HTML: []webtest.Check{
			webtest.In("section[aria-labelledby=historique]", webtest.HasText("Label donné à une structure"), webtest.HasText("Propreté du Lac"), webtest.HasText("Ada Morel")),
			webtest.In("section[aria-labelledby=titulaires]", webtest.HasText("Propreté du Lac"), webtest.HasText("sans fin")),
		}},
		{Name: "criteria for anybody", URL: "/labels/criteres/empl-itude", Status: 200, Contains: []string{"Employer des personnes du territoire.", "label=o_empl-itude"}},
		{Name: "the sheet leads to them", URL: "/structures/" + idProprete, Status: 200, Contains: []string{`href="/labels/criteres/empl-itude"`}},
	})
}
