package web_test

import (
	"net/url"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
)

// Rows of the programme of purchases. The purchase of the matrix is of no service: a
// prescripteur does not see it.
func init() {
	unseen := map[asking][4]int{asking(account.Prescripteur): {404, 404, 404, 404}}
	typed := url.Values{"objet": {"Nettoyage"}, "lot": {"lot-0"}, "version": {"1"}}
	for name, r := range map[string]row{
		"GET /programme":                                       {path: "/programme", own: 200},
		"GET /programme/tableau":                               {path: "/programme/tableau", own: 200},
		"GET /programme/calendrier":                            {path: "/programme/calendrier", own: 200},
		"GET /programme/export.csv":                            {path: "/programme/export.csv", own: 200},
		"GET /programme/export.xlsx":                           {path: "/programme/export.xlsx", own: 200},
		"GET /programme/choix/secteurs":                        {path: "/programme/choix/secteurs?_id=lot-0-secteur&lot-0-secteur_mots=tonte", own: 200},
		"GET /programme/choix/lieux":                           {path: "/programme/choix/lieux?_id=lieu&lieu_mots=vitry", own: 200},
		"GET /programme/achats/nouveau":                        {path: "/programme/achats/nouveau", own: 200},
		"POST /programme/achats/nouveau":                       {path: "/programme/achats/nouveau", form: typed, own: 303},
		"GET /programme/achats/:id":                            {path: "/programme/achats/{planned}", own: 200, but: unseen},
		"GET /programme/achats/:id/modifier":                   {path: "/programme/achats/{planned}/modifier", own: 200},
		"POST /programme/achats/:id/modifier":                  {path: "/programme/achats/{planned}/modifier", form: typed, own: 303},
		"GET /programme/achats/:id/etat":                       {path: "/programme/achats/{planned}/etat?vers=abandonne", own: 200},
		"POST /programme/achats/:id/etat":                      {path: "/programme/achats/{planned}/etat", form: url.Values{"de": {"idee"}, "etat": {"programme"}}, own: 303},
		"GET /programme/reglages":                              {path: "/programme/reglages", own: 200},
		"POST /programme/reglages":                             {path: "/programme/reglages", form: url.Values{"seuil": {"4"}, "mois": {"12"}, "version": {"1"}}, own: 303},
		"POST /programme/reglages/services":                    {path: "/programme/reglages/services", form: url.Values{"nom": {"Voirie"}}, own: 303},
		"GET /programme/reglages/services/:service":            {path: "/programme/reglages/services/{unit}", own: 200},
		"POST /programme/reglages/services/:service":           {path: "/programme/reglages/services/{unit}", form: url.Values{"nom": {"Voirie"}}, own: 303},
		"POST /programme/reglages/services/:service/personnes": {path: "/programme/reglages/services/{unit}/personnes", form: url.Values{"choix": {"retirer"}, "personne": {"x"}}, own: 303},
		"POST /programme/reglages/services/:service/supprimer": {path: "/programme/reglages/services/{unit}/supprimer", own: 303},
	} {
		rows[name] = r
	}
}

// plannedOf is a purchase or a service of « mairie » or, foreign, of « ailleurs ».
func (q *question) plannedOf(what string) string {
	switch q.about {
	case absent:
		return missing
	case foreign:
		return what + "-ailleurs"
	}
	return what + "-mairie"
}

// plans stores a purchase and a service of two buyers.
func (m *matrix) plans(t *testing.T) {
	t.Helper()
	for _, organisation := range []string{"mairie", "ailleurs"} {
		who := buyer.Member{Person: m.members[organisation], Organisation: organisation, Kind: account.KindPublic, Role: account.Buyer}
		p := sourcing.Purchase{ID: "achat-" + organisation, Object: "Nettoyage", Lots: []sourcing.Lot{{ID: "l1"}}}
		if err := m.crowd.Programme.Create(t.Context(), who, p); err != nil {
			t.Fatal(err)
		}
		if err := m.crowd.Programme.AddService(t.Context(), who, "service-"+organisation, "Propreté"); err != nil {
			t.Fatal(err)
		}
	}
}
