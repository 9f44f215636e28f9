package web_test

import (
	"maps"
	"net/url"
	"strings"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// Rows of entretiens and of the registre: of a sourçage whose team the buyers are. Who is
// not of it opens no entretien; prescripteurs of no service do not see the sourçage.
func init() {
	const meets, one, said = "/sourcages/{ledgered}/entretiens", "/sourcages/{ledgered}/entretiens/{exchanged}", "/sourcages/{ledgered}/registre"
	blind := map[asking][4]int{asking(account.Prescripteur): {404}}
	outside := map[asking][4]int{asking(account.Prescripteur): {404, 0, 0, 404}, asking(account.Facilitateur): {403, 0, 0, 403}, asking(account.SpaserLead): {403, 0, 0, 403}}
	meeting := url.Values{"envoi": {strings.Repeat("x", 26)}, "structure": {"s1"}, "forme": {"telephone"}, "jour": {"2026-11-27"}, "heure": {"10:30"}, "version": {"1"}, "compte_rendu": {"Vu, puis revu."}}
	maps.Copy(rows, map[string]row{
		"GET /sourcages/:id/entretiens":                     {path: meets, own: 200, but: outside},
		"GET /sourcages/:id/entretiens/nouveau":             {path: meets + "/nouveau", own: 200},
		"POST /sourcages/:id/entretiens":                    {path: meets, form: meeting, own: 303},
		"GET /sourcages/:id/entretiens/ordre-du-jour":       {path: meets + "/ordre-du-jour", own: 200, but: outside},
		"POST /sourcages/:id/entretiens/ordre-du-jour":      {path: meets + "/ordre-du-jour", form: url.Values{"ordre": {"Capacité"}, "version": {"0"}}, own: 303},
		"GET /sourcages/:id/entretiens/:exchange":           {path: one, own: 200, but: outside},
		"GET /sourcages/:id/entretiens/:exchange/modifier":  {path: one + "/modifier", own: 200},
		"POST /sourcages/:id/entretiens/:exchange/modifier": {path: one + "/modifier", form: meeting, own: 303},
		"POST /sourcages/:id/entretiens/:exchange/envoyer":  {path: one + "/envoyer", form: url.Values{"version": {"1"}}, own: 303},
		"POST /sourcages/:id/entretiens/:exchange/reponse":  {path: one + "/reponse", form: url.Values{"reponse": {"Non."}, "envoye": {"0"}}, own: 409}, // of minutes that nobody contests: ledger_test.go
		"GET /sourcages/:id/registre":                       {path: said, own: 200, but: blind},
		"GET /sourcages/:id/registre/informer":              {path: said + "/informer", own: 200},
		"POST /sourcages/:id/registre/informer":             {path: said + "/informer", form: url.Values{"texte": {"Le site ferme en août."}}, own: 303},
		"GET /sourcages/:id/registre/noter":                 {path: said + "/noter", own: 200},
		"POST /sourcages/:id/registre/noter":                {path: said + "/noter", form: url.Values{"texte": {"Le site ferme en août."}, "donnees": {"s1"}}, own: 303},
		"GET /sourcages/:id/registre/questions":             {path: said + "/questions", own: 200, but: blind},
		"GET /sourcages/:id/registre/questions/:question":   {path: said + "/questions/q1", own: 200},
		"POST /sourcages/:id/registre/questions/:question":  {path: said + "/questions/q1", form: url.Values{"question": {"Quand ?"}, "reponse": {"En mars."}}, own: 303},
		"GET /sourcages/:id/registre/annexe":                {path: said + "/annexe", own: 200, but: blind},
		"GET /sourcages/:id/registre/annexe.docx":           {path: said + "/annexe.docx", own: 200, but: blind},
		"GET /sourcages/:id/registre/:info":                 {path: said + "/i1", own: 200, but: blind},
		"POST /sourcages/:id/registre/:info/partager":       {path: said + "/i1/partager", own: 303},
		"POST /sourcages/:id/registre/:info/donner":         {path: said + "/i1/donner", form: url.Values{"donnees": {"s2"}}, own: 303},
		"POST /sourcages/:id/registre/:info/proposer":       {path: said + "/i1/proposer", form: url.Values{"proposees": {"s2"}}, own: 303},
		"POST /sourcages/:id/registre/:info/retenir":        {path: said + "/i1/retenir", form: url.Values{"retenues": {"s2"}, "motif": {"Elle ne concerne que le lot de cette structure."}}, own: 303},
		"POST /sourcages/:id/registre/:info/dce":            {path: said + "/i1/dce", form: url.Values{"document": {"CCTP"}, "article": {"3"}, "jour": {"2026-12-20"}}, own: 303},
	})
	maps.Copy(samples, map[string]string{
		"/sourcages/:id/entretiens":                    "/sourcages/aaaa/entretiens",
		"/sourcages/:id/entretiens/nouveau":            "/sourcages/aaaa/entretiens/nouveau",
		"/sourcages/:id/entretiens/ordre-du-jour":      "/sourcages/aaaa/entretiens/ordre-du-jour",
		"/sourcages/:id/entretiens/:exchange":          "/sourcages/aaaa/entretiens/bbbb",
		"/sourcages/:id/entretiens/:exchange/modifier": "/sourcages/aaaa/entretiens/bbbb/modifier",
		"/sourcages/:id/registre":                      "/sourcages/aaaa/registre",
		"/sourcages/:id/registre/informer":             "/sourcages/aaaa/registre/informer",
		"/sourcages/:id/registre/noter":                "/sourcages/aaaa/registre/noter",
		"/sourcages/:id/registre/questions":            "/sourcages/aaaa/registre/questions",
		"/sourcages/:id/registre/questions/:question":  "/sourcages/aaaa/registre/questions/bbbb",
		"/sourcages/:id/registre/annexe":               "/sourcages/aaaa/registre/annexe",
		"/sourcages/:id/registre/annexe.docx":          "/sourcages/aaaa/registre/annexe.docx",
		"/sourcages/:id/registre/:info":                "/sourcages/aaaa/registre/bbbb",
	})
}

// ledgers gives two organisations a sourçage of two suppliers, one of which was told
// something in an entretien, and has asked something.
func (m *matrix) ledgers(t *testing.T) {
	t.Helper()
	for _, id := range []string{"mairie", "ailleurs"} {
		p := sourcing.Purchase{ID: "registre-" + id, Organisation: id, Object: "Nettoyage", Lots: []sourcing.Lot{{ID: "l1"}}, Rev: 1}
		if _, err := m.crowd.Programme.Purchases.Insert(t.Context(), p, store.Change{}); err != nil {
			t.Fatal(err)
		}
		o := ledgerOperation("registre-"+id, id, p.ID, m.members[id], m.things[plain].person, m.things[asking(account.Buyer)].person)
		if _, err := m.crowd.Operation.Operations.Insert(t.Context(), o, store.Change{}); err != nil {
			t.Fatal(err)
		}
		x := sourcing.Exchange{ID: "entretien-" + id, Organisation: id, Operation: o.ID, Supplier: "s1", Kind: sourcing.ByPhone, At: clock(), Minutes: "Vu.", CreatedAt: clock(), Rev: 1}
		if _, err := m.crowd.Operation.Exchanges.Insert(t.Context(), x, store.Change{}); err != nil {
			t.Fatal(err)
		}
	}
}

// ledgerOperation is an open sourçage of two suppliers, whose team has declared its
// interests: one of the suppliers was told something, and has asked something.
func ledgerOperation(id, organisation, purchase string, team ...string) sourcing.Operation {
	at := clock().AddDate(0, 0, -3)
	o := sourcing.Operation{
		ID: id, Organisation: organisation, Purchase: purchase, Title: "Sourçage", OpenedAt: at, Deadline: clock().AddDate(0, 0, 9), Rev: 1, UpdatedAt: at, CreatedAt: at,
		Suppliers: []sourcing.Supplier{{ID: "s1", Name: "Alpha Propreté", SIREN: "123456782", Email: "alpha@structure.example", ContactedAt: at}, {ID: "s2", Name: "Beta Services", Email: "beta@structure.example", ContactedAt: at}},
		Ledger:    []sourcing.Info{{ID: "i1", Origin: sourcing.FromExchange, Text: "Les locaux font 4 000 m².", At: at, Cells: []sourcing.Cell{{Supplier: "s1", GivenAt: at}}}},
		Asked:     []sourcing.Asked{{ID: "q1", Supplier: "s1", Text: "Quand commence le marché ?", At: at}},
		LastID:    9,
	}
	for _, person := range team {
		o.Team = append(o.Team, sourcing.Teammate{Person: person, Part: sourcing.Leads, AddedAt: at, DeclaredAt: at})
	}
	return o
}

// ledgeredOf is a sourçage of one's organisation, of another, or none; or its entretien.
func (q *question) ledgeredOf(name string) string {
	about, of := q.about, "registre-"
	if name == "exchanged" {
		of = "entretien-"
		if q.inner != own {
			about = q.inner
		}
	}
	switch about {
	case absent:
		return missing
	case foreign:
		return of + "ailleurs"
	}
	return of + "mairie"
}
