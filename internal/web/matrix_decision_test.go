package web_test

import (
	"maps"
	"net/url"
	"strings"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// Rows of the decision on a lot, of reviews and of the calculator. Who is prescripteur of
// no service sees no purchase.
func init() {
	const at, revue = "/programme/achats/{dossier}/lots/l1/decision", "/programme/revues/{review}"
	blind := map[asking][4]int{asking(account.Prescripteur): {404}}
	maps.Copy(rows, map[string]row{
		"GET /programme/achats/:id/lots/:lot/decision":                {path: at, own: 200, but: blind},
		"POST /programme/achats/:id/lots/:lot/decision/avis":          {path: at + "/avis", form: url.Values{"facilitateur": {"{adviser}"}, "pour": {"2099-12-31"}}, own: 303},
		"POST /programme/achats/:id/lots/:lot/decision/avis/:opinion": {path: at + "/avis/o1", form: url.Values{"sens": {"favorable"}, "raisons": {"Trois ESAT."}}, own: 303},
		// No portal of the matrix makes studies, without which nothing is proposed.
		"POST /programme/achats/:id/lots/:lot/decision/proposition":                      {path: at + "/proposition", form: url.Values{"choix": {"critere"}, "motifs": {"Trois."}}, own: 409}, // of a study that the form does not name
		"POST /programme/achats/:id/lots/:lot/decision/propositions/:proposal/retirer":   {path: at + "/propositions/p1/retirer", own: 422},                                                   // another's
		"POST /programme/achats/:id/lots/:lot/decision/propositions/:proposal/approuver": {path: at + "/propositions/p1/approuver", own: 303},
		"POST /programme/achats/:id/lots/:lot/decision/propositions/:proposal/refuser":   {path: at + "/propositions/p1/refuser", form: url.Values{"motif": {"Non."}}, own: 303},
		"GET /programme/avis":                         {path: "/programme/avis", own: 200},
		"GET /programme/revues":                       {path: "/programme/revues", own: 200},
		"GET /programme/revues/nouvelle":              {path: "/programme/revues/nouvelle", own: 200},
		"POST /programme/revues":                      {path: "/programme/revues", form: url.Values{"envoi": {strings.Repeat("n", 26)}, "jour": {"2026-11-28"}}, own: 303},
		"GET /programme/revues/:id":                   {path: revue, own: 200, but: blind},
		"POST /programme/revues/:id/achats/:purchase": {path: revue + "/achats/a", form: url.Values{"conclusion": {"reserver"}, "version": {"0"}}, own: 303},
		"POST /programme/revues/:id/presents":         {path: revue + "/presents", form: url.Values{"autres": {"Jo"}}, own: 303},
		"POST /programme/revues/:id/clore":            {path: revue + "/clore", own: 303},
		"GET /programme/revues/:id/compte-rendu":      {path: revue + "/compte-rendu", own: 200, but: blind},
		"GET /programme/revues/:id/compte-rendu.docx": {path: revue + "/compte-rendu.docx", own: 200, but: blind},
		"GET /heures-d-insertion":                     {path: "/heures-d-insertion", own: 200},
	})
}

// decisions gives two organisations a lot on which an opinion and a decision are awaited,
// and a review.
func (m *matrix) decisions(t *testing.T) {
	t.Helper()
	w, ctx := m.crowd.Programme, t.Context()
	e, err := sourcing.Freeze(sourcing.Study{On: "2026-11-28", Asked: 3})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"mairie", "ailleurs"} {
		p := sourcing.Purchase{ID: "dossier-" + id, Organisation: id, Object: "Nettoyage", Lots: []sourcing.Lot{{ID: "l1"}}, Rev: 1}
		if _, err := w.Purchases.Insert(ctx, p, store.Change{}); err != nil {
			t.Fatal(err)
		}
		d := sourcing.NewDossier(id, p.ID, "l1")
		d.Opinions = []sourcing.Opinion{{ID: "o1", AskedBy: m.members[id], AskedAt: clock(), Asked: m.members[id], Due: "2026-12-10"}}
		d.Proposal = &sourcing.Proposal{ID: "p1", By: m.members[id], At: clock(), Choice: sourcing.ToReserve, Basis: structure.L2113_12, Reasons: "Trois.", Judged: sourcing.JudgedOf(&p, &p.Lots[0]), Evidence: e}
		if _, err := w.Dossiers.Insert(ctx, d, store.Change{}); err != nil {
			t.Fatal(err)
		}
		r := sourcing.Review{ID: "revue-" + id, Organisation: id, ServiceName: "Propreté", On: "2026-11-28", Items: []sourcing.Item{{Purchase: "a", Object: "Nettoyage"}}, CreatedAt: clock()}
		if _, err := w.Planning.Reviews.Insert(ctx, r, store.Change{}); err != nil {
			t.Fatal(err)
		}
	}
}

// planned is a purchase or a review of one's organisation, of another, or none.
func (q *question) planned(name string) string {
	switch {
	case name == "adviser":
		return q.things[asking(account.Facilitateur)].person
	case q.about == absent:
		return missing
	}
	of := "ailleurs"
	if q.about == own {
		of = home(q.who)
	}
	return map[string]string{"dossier": "dossier-", "review": "revue-"}[name] + of
}
