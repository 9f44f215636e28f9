package web_test

import (
	"maps"
	"net/url"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// Rows of the launch of a consultation: of a sourçage that waits for it, and of one of
// which it is done. Prescripteurs of no service do not see it.
func init() {
	const waits, after = "/sourcages/{launching}/lancement", "/sourcages/{launched}/lancement"
	words := url.Values{"message": {"La consultation est publiée."}}
	maps.Copy(rows, map[string]row{
		"GET /sourcages/:id/lancement":             {path: waits, own: 200, but: map[asking][4]int{asking(account.Prescripteur): {404}}},
		"POST /sourcages/:id/lancement":            {path: waits, form: words, own: 303},
		"POST /sourcages/:id/lancement/apercu":     {path: waits + "/apercu", form: words, own: 200},
		"POST /sourcages/:id/lancement/correction": {path: after + "/correction", form: url.Values{"correction": {"Le 4, et non le 3."}}, own: 303},
		"POST /sourcages/:id/lancement/candidats":  {path: after + "/candidats", form: url.Values{"nom": {"Oméga"}, "jour": {"2026-01-02"}, "forme": {"courrier"}}, own: 303},
		"POST /sourcages/:id/lancement/analyse":    {path: waits + "/analyse", own: 303},
		"POST /sourcages/:id/lancement/clore":      {path: after + "/clore", own: 303},
	})
}

// launches gives two organisations a sourçage of which the deadline has passed, and one
// that is reported and silent. Who buys in the first is of the team.
func (m *matrix) launches(t *testing.T) {
	t.Helper()
	for _, id := range []string{"mairie", "ailleurs"} {
		p := sourcing.Purchase{ID: "lance-" + id, Organisation: id, Object: "Nettoyage", Lots: []sourcing.Lot{{ID: "l1"}}, Rev: 1}
		if _, err := m.crowd.Programme.Purchases.Insert(t.Context(), p, store.Change{}); err != nil {
			t.Fatal(err)
		}
		o := sourcing.Operation{ID: "lance-" + id, Organisation: id, Purchase: p.ID, Title: "Sourçage", OpenedAt: clock().AddDate(0, -1, 0), Deadline: clock().AddDate(0, 0, -1), Rev: 1,
			Suppliers: []sourcing.Supplier{{ID: "s1", Name: "Alpha", Email: "alpha@structure.example", ContactedAt: clock().AddDate(0, -1, 0)}}}
		for _, person := range []string{m.members[id], m.things[plain].person, m.things[asking(account.Buyer)].person} {
			o.Team = append(o.Team, sourcing.Teammate{Person: person, Part: sourcing.Leads, AddedAt: clock()})
		}
		done := o
		done.ID, done.Last, done.ReportedAt, done.SilencedAt, done.LaunchedAt = "lancee-"+id, "Fin.", clock(), clock(), clock()
		for _, x := range []sourcing.Operation{o, done} {
			if _, err := m.crowd.Operation.Operations.Insert(t.Context(), x, store.Change{}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// launchedOf is a sourçage of one's organisation, of another, or none.
func (q *question) launchedOf(name string) string {
	switch q.about {
	case absent:
		return missing
	case foreign:
		return map[string]string{"launching": "lance-", "launched": "lancee-"}[name] + "ailleurs"
	}
	return map[string]string{"launching": "lance-", "launched": "lancee-"}[name] + "mairie"
}
