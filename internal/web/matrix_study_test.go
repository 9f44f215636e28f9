package web_test

import (
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
)

// Rows of the études de réservation. The purchase of the matrix is of no service: a
// prescripteur does not see it.
func init() {
	for name, r := range map[string]row{
		"GET /programme/etudes":               {path: "/programme/etudes", own: 200},
		"GET /programme/achats/:id/lots/:lot": {path: "/programme/achats/{studied}/lots/{studylot}", own: 200, but: map[asking][4]int{asking(account.Prescripteur): {404, 404, 404, 404}}},
	} {
		rows[name] = r
	}
}

// studiedOf is a purchase of « mairie » or, foreign, of « ailleurs ».
func (q *question) studiedOf() string {
	switch q.about {
	case absent:
		return missing
	case foreign:
		return "etude-ailleurs"
	}
	return "etude-mairie"
}

// studies stores a purchase of two buyers.
func (m *matrix) studies(t *testing.T) {
	t.Helper()
	for _, organisation := range []string{"mairie", "ailleurs"} {
		who := buyer.Member{Person: m.members[organisation], Organisation: organisation, Kind: account.KindPublic, Role: account.Buyer}
		p := sourcing.Purchase{ID: "etude-" + organisation, Object: "Nettoyage", Lots: []sourcing.Lot{{ID: "l1"}}}
		if err := m.crowd.Programme.Create(t.Context(), who, p); err != nil {
			t.Fatal(err)
		}
	}
}
