package web_test

import (
	"testing"

	"sourcier/internal/structure"
	"sourcier/internal/web"
	. "sourcier/internal/web/webtest"
)

// TestNotShownIsNowhere asks every way to a sheet that is suspended, and to one whose
// duplicate stands for it.
func TestNotShownIsNowhere(t *testing.T) {
	const idB, idC = "bbbbbbbbbbbbbbbb", "cccccccccccccccc"
	kept, twin, gone := of(structure.EI), of(structure.EI), of(structure.EI)
	twin.ID, twin.SIRET, twin.Name, twin.MergedInto = idB, "00200000800017", "Fiche en double", kept.ID
	gone.ID, gone.SIRET, gone.Name = idC, "00300000700017", "Fiche suspendue"
	gone.Suspend("p", "Un motif que seule la structure lit.", fixtureNow, false)
	app := newPortal(t, holding(t, kept, twin, gone), func(d *web.Deps) { d.Config.Production = true })
	secret := []string{"Fiche suspendue", "Un motif que seule"}
	Run(t, app, []Scenario{
		{Name: "merged", URL: "/structures/" + idB + "?retour=q%3Dmenage", Status: 301, WantHeader: map[string]string{"Location": "/structures/" + kept.ID + "?retour=q%3Dmenage", "Cache-Control": "no-cache"}},
		{Name: "merged, by its SIRET", URL: "/structures/" + twin.SIRET, Status: 200, HTML: []Check{In("h1", HasText(kept.Name))}, Lacks: []string{"Fiche en double"}},
		{Name: "merged, API", URL: "/api/v1/structures/" + idB, Status: 301, WantHeader: map[string]string{"Location": "/api/v1/structures/" + kept.ID}},
		{Name: "suspended", URL: "/structures/" + idC, Status: 410, HTML: []Check{In("h1", HasText("Fiche non publiée"))}, Lacks: secret},
		{Name: "suspended, by its SIRET", URL: "/structures/" + gone.SIRET, Status: 410, HTML: []Check{In("h1", HasText("Fiche non publiée"))}, Lacks: secret},
		{Name: "suspended, API", URL: "/api/v1/structures/" + idC, Status: 410, Contains: []string{`"status":410`}, Lacks: secret},
		{Name: "suspended, report", URL: "/structures/" + idC + "/signaler", Status: 410, HTML: []Check{In("h1", HasText("Fiche non publiée"))}, Lacks: secret},
		{Name: "compared", URL: "/comparer?id=" + kept.ID + "&id=" + idB + "&id=" + idC, Status: 200, HTML: []Check{In("h1", HasText("Comparer 1 structure"))}, Lacks: append(secret, "Fiche en double")},
	})
}
