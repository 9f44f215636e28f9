package web_test

import (
	"net/url"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
)

// Rows of running contracts and of the law book. The contract of the matrix is of no
// service: a prescripteur does not see it.
func init() {
	unseen := map[asking][4]int{asking(account.Prescripteur): {404, 404, 404, 404}}
	words := url.Values{"objet": {"Gardiennage"}, "fin": {"31/12/2028"}, "version": {"1"}}
	for name, r := range map[string]row{
		"GET /programme/contrats":                                      {path: "/programme/contrats", own: 200},
		"POST /programme/contrats/point":                               {path: "/programme/contrats/point", form: url.Values{"jour": {"2"}}, own: 303},
		"GET /programme/contrats/nouveau":                              {path: "/programme/contrats/nouveau", own: 200},
		"POST /programme/contrats/nouveau":                             {path: "/programme/contrats/nouveau", form: words, own: 303},
		"GET /programme/contrats/:id":                                  {path: "/programme/contrats/{contract}", own: 200, but: unseen},
		"GET /programme/contrats/:id/modifier":                         {path: "/programme/contrats/{contract}/modifier", own: 200},
		"POST /programme/contrats/:id/modifier":                        {path: "/programme/contrats/{contract}/modifier", form: words, own: 303},
		"GET /programme/contrats/:id/terminer":                         {path: "/programme/contrats/{contract}/terminer", own: 200},
		"POST /programme/contrats/:id/terminer":                        {path: "/programme/contrats/{contract}/terminer", form: url.Values{"motif": {"Résiliation"}, "version": {"1"}}, own: 303},
		"POST /programme/contrats/:id/proposer":                        {path: "/programme/contrats/{contract}/proposer", own: 303},
		"GET /administration/seuils":                                   {path: "/administration/seuils", own: 200},
		"GET /administration/seuils/:code":                             {path: "/administration/seuils/formal_works", own: 200},
		"POST /administration/seuils/:code":                            {path: "/administration/seuils/formal_works", form: url.Values{"valeur": {"5 500 000"}, "effet": {"01/01/2028"}, "source": {"Seuils européens 2028-2029"}}, own: 303},
		"GET /administration/seuils/:code/:from/retirer":               {path: "/administration/seuils/formal_works/2026-01-01/retirer", own: 404}, // not set by hand: contracts_test.go
		"GET /administration/seuils/services-L2113-15":                 {path: "/administration/seuils/services-L2113-15", own: 200},
		"POST /administration/seuils/services-L2113-15":                {path: "/administration/seuils/services-L2113-15", form: url.Values{"premier": {"85000000"}, "dernier": {"85999999"}, "effet": {"01/04/2019"}, "source": {"Avis annexé au code"}}, own: 303},
		"GET /administration/seuils/services-L2113-15/:range/retirer":  {path: "/administration/seuils/services-L2113-15/80000000-80999999-2019-04-01/retirer", own: 404}, // not listed: contracts_test.go
		"POST /administration/seuils/services-L2113-15/:range/retirer": {path: "/administration/seuils/services-L2113-15/80000000-80999999-2019-04-01/retirer", own: 303},
		"POST /administration/seuils/:code/:from/retirer":              {path: "/administration/seuils/formal_works/2026-01-01/retirer", own: 303},
	} {
		rows[name] = r
	}
}

// contractOf is a contract of « mairie » or, foreign, of « ailleurs ».
func (q *question) contractOf() string {
	switch q.about {
	case absent:
		return missing
	case foreign:
		return "contrat-ailleurs"
	}
	return "contrat-mairie"
}

// contracts stores one of two buyers.
func (m *matrix) contracts(t *testing.T) {
	t.Helper()
	for _, organisation := range []string{"mairie", "ailleurs"} {
		who := buyer.Member{Person: m.members[organisation], Organisation: organisation, Kind: account.KindPublic, Role: account.Buyer}
		m.crowd.contract(t, who, sourcing.Contract{ID: "contrat-" + organisation, Object: "Gardiennage", End: "2030-06-30"})
	}
}

// contract makes one.
func (w *crowd) contract(t *testing.T, who buyer.Member, c sourcing.Contract) {
	t.Helper()
	if err := w.Programme.CreateContract(t.Context(), who, c); err != nil {
		t.Fatal(err)
	}
}
