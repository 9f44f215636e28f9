package web_test

import (
	"maps"
	"net/url"
	"slices"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// Rows of the comparison, the findings and the reports of a sourçage: everybody of the
// organisation is of its team.
func init() {
	const at = "/sourcages/{compared}"
	maps.Copy(rows, map[string]row{
		"GET /sourcages/:id/comparaison":                           {path: at + "/comparaison", own: 200},
		"GET /sourcages/:id/comparaison.xlsx":                      {path: at + "/comparaison.xlsx", own: 200},
		"GET /sourcages/:id/comparaison/notes/:supplier":           {path: at + "/comparaison/notes/s1", own: 200},
		"POST /sourcages/:id/comparaison/notes/:supplier":          {path: at + "/comparaison/notes/s1", form: url.Values{"version": {"0"}, "texte": {"Solide."}}, own: 303},
		"GET /sourcages/:id/constats":                              {path: at + "/constats", own: 200},
		"POST /sourcages/:id/constats":                             {path: at + "/constats", form: url.Values{"version": {"9"}, "texte": {"Peu."}, "effet": {"clauses"}, "consequence": {"Rien."}}, own: 303},
		"POST /sourcages/:id/constats/:finding/retirer":            {path: at + "/constats/f1/retirer", form: url.Values{"version": {"9"}}, own: 303},
		"POST /sourcages/:id/constats/:finding/ranger":             {path: at + "/constats/f1/ranger", form: url.Values{"version": {"9"}, "sens": {"haut"}}, own: 303},
		"GET /sourcages/:id/rapport":                               {path: at + "/rapport", own: 200},
		"POST /sourcages/:id/rapport":                              {path: at + "/rapport", form: url.Values{"version": {"9"}}, own: 303},
		"GET /sourcages/:id/rapport/:number/instantane.json":       {path: "/sourcages/{reported}/rapport/1/instantane.json", own: 200},
		"GET /sourcages/:id/rapport/:number/:version":              {path: "/sourcages/{reported}/rapport/1/communicable", own: 200},
		"GET /sourcages/:id/rapport/:number/:version/rapport.pdf":  {path: "/sourcages/{reported}/rapport/1/interne/rapport.pdf", own: 200},
		"GET /sourcages/:id/rapport/:number/:version/rapport.docx": {path: "/sourcages/{reported}/rapport/1/interne/rapport.docx", own: 200},
	})
	const sample = "/sourcages/aaaa"
	maps.Copy(samples, map[string]string{
		"/sourcages/:id/comparaison": sample + "/comparaison", "/sourcages/:id/comparaison.xlsx": sample + "/comparaison.xlsx", "/sourcages/:id/comparaison/notes/:supplier": sample + "/comparaison/notes/s1",
		"/sourcages/:id/constats": sample + "/constats", "/sourcages/:id/rapport": sample + "/rapport", "/sourcages/:id/rapport/:number/instantane.json": sample + "/rapport/1/instantane.json",
		"/sourcages/:id/rapport/:number/:version": sample + "/rapport/1/interne", "/sourcages/:id/rapport/:number/:version/rapport.pdf": sample + "/rapport/1/interne/rapport.pdf",
		"/sourcages/:id/rapport/:number/:version/rapport.docx": sample + "/rapport/1/interne/rapport.docx",
	})
}

// comparisons gives two organisations an operation in analysis, and one with its report.
func (m *matrix) comparisons(t *testing.T) {
	t.Helper()
	for _, id := range []string{"mairie", "ailleurs"} {
		p := sourcing.Purchase{ID: "compare-" + id, Organisation: id, Object: "Nettoyage", Lots: []sourcing.Lot{{ID: "l1"}}, Rev: 1}
		if _, err := m.crowd.Programme.Purchases.Insert(t.Context(), p, store.Change{}); err != nil {
			t.Fatal(err)
		}
		team := []string{m.members[id]}
		for who, x := range m.things {
			if x.person != "" && home(who) == id {
				team = append(team, x.person)
			}
		}
		slices.Sort(team[1:])
		for _, kind := range []string{"compare-", "rapport-"} {
			o, answers := analysed(kind+id, id, p.ID, team...)
			m.crowd.keep(t, o, answers)
		}
		who := buyer.Member{Person: m.members[id], Organisation: id, Kind: account.KindPublic, Role: account.Buyer}
		if err := m.crowd.Operation.Report(t.Context(), who, "rapport-"+id, 9); err != nil {
			t.Fatal(err)
		}
	}
}

// comparedOf is an operation of the organisation of who asks, or of another.
func (q *question) comparedOf(name string) string {
	if q.about == absent {
		return missing
	}
	of := "ailleurs"
	if q.about == own {
		of = home(q.who)
	}
	return map[string]string{"compared": "compare-", "reported": "rapport-"}[name] + of
}
