package web_test

import (
	"maps"
	"net/url"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/survey"
)

// Rows of the questionnaire of a sourçage, of its deadline and of its public page. The
// sourçage of the matrix is on a purchase of no service, and one of its two buyers is of the team:
// a prescripteur does not see it.
func init() {
	const at, open = "/sourcages/{asking}", "/sourcages-ouverts/{call}"
	apart := map[asking][4]int{plain: {422}} // a buyer who is not of the team
	blind := map[asking][4]int{asking(account.Prescripteur): {404}}
	typed := url.Values{"titre": {"Nettoyage"}, "question": {"q-0"}, "q-0-texte": {"Combien ?"}, "q-0-forme": {"texte"}, "version": {"2"}}
	maps.Copy(rows, map[string]row{
		"GET /sourcages/:id/questionnaire":             {path: at + "/questionnaire", own: 200, but: blind},
		"POST /sourcages/:id/questionnaire/debut":      {path: at + "/questionnaire/debut", form: url.Values{"depart": {"vide"}, "version": {"2"}}, own: 409},
		"GET /sourcages/:id/questionnaire/modifier":    {path: at + "/questionnaire/modifier", own: 200},
		"POST /sourcages/:id/questionnaire/modifier":   {path: at + "/questionnaire/modifier", form: typed, own: 303, but: apart},
		"POST /sourcages/:id/questionnaire/abandonner": {path: at + "/questionnaire/abandonner", form: url.Values{"version": {"2"}}, own: 303, but: apart},
		"GET /sourcages/:id/questionnaire/approuver":   {path: at + "/questionnaire/approuver", own: 200},
		"POST /sourcages/:id/questionnaire/approuver":  {path: at + "/questionnaire/approuver", form: url.Values{"version": {"2"}}, own: 303, but: apart},
		"GET /sourcages/:id/calendrier":                {path: at + "/calendrier", own: 200, but: blind},
		"POST /sourcages/:id/calendrier":               {path: at + "/calendrier", form: url.Values{"jour": {"14/12/2026"}, "heure": {"12 h"}, "depuis": {"0001-01-01T00:00:00Z"}}, own: 422}, // it is not open
		"GET /sourcages/:id/candidatures":              {path: at + "/candidatures", own: 200, but: blind},
		"POST /sourcages/:id/candidatures/publier":     {path: at + "/candidatures/publier", form: url.Values{"avis": {"Nous cherchons qui entretiendrait les locaux de douze écoles de la ville."}, "version": {"2"}}, own: 303, but: apart},
		"POST /sourcages/:id/candidatures/retirer":     {path: at + "/candidatures/retirer", own: 303, but: apart},
		"POST /sourcages/:id/candidatures/:supplier":   {path: at + "/candidatures/s1", form: url.Values{"choix": {"refuser"}, "motif-s1": {"Vous n’intervenez pas dans le Val-de-Marne."}}, own: 303, but: apart},
		"GET /charte-du-sourcage":                      {path: "/charte-du-sourcage", own: 200},
		"GET /sourcages-ouverts":                       {path: "/sourcages-ouverts", own: 200},
		// The public page is everybody's: what another buyer publishes is read too.
		"GET /sourcages-ouverts/:id":                   {path: open, own: 200, foreign: 200},
		"POST /sourcages-ouverts/:id":                  {path: open, form: url.Values{"nom": {"Zeta"}, "courriel": {"zeta@structure.example"}}, own: 303, foreign: 303, but: map[asking][4]int{asking(account.Structure): {422, 422}}}, // for which of its sheets
		"GET /sourcages-ouverts/:id/confirmer/:token":  {path: open + "/confirmer/AAAAAAAAAAAAAAAAAAAAAAAAAA", own: 410, foreign: 410, absent: 410},
		"POST /sourcages-ouverts/:id/confirmer/:token": {path: open + "/confirmer/AAAAAAAAAAAAAAAAAAAAAAAAAA", own: 410, foreign: 410, absent: 410},
	})
	maps.Copy(samples, map[string]string{
		"/sourcages/:id/questionnaire":            "/sourcages/aaaa/questionnaire",
		"/sourcages/:id/questionnaire/modifier":   "/sourcages/aaaa/questionnaire/modifier",
		"/sourcages/:id/questionnaire/approuver":  "/sourcages/aaaa/questionnaire/approuver",
		"/sourcages/:id/calendrier":               "/sourcages/aaaa/calendrier",
		"/sourcages/:id/candidatures":             "/sourcages/aaaa/candidatures",
		"/sourcages-ouverts/:id":                  "/sourcages-ouverts/aaaa",
		"/sourcages-ouverts/:id/confirmer/:token": "/sourcages-ouverts/aaaa/confirmer/" + missingToken,
	})
}

// askings stores a published sourçage of two buyers, with a draft and a candidate.
func (m *matrix) askings(t *testing.T) {
	t.Helper()
	for _, organisation := range []string{"mairie", "ailleurs"} {
		who := buyer.Member{Person: m.members[organisation], Organisation: organisation, Kind: account.KindPublic, Role: account.Buyer}
		o := sourcing.Operation{
			ID: "questions-" + organisation, Purchase: "achat-" + organisation, Title: "Nettoyage", Notice: "Nous cherchons.", PublishedAt: clock(),
			Draft:     &survey.Questionnaire{Title: "Nettoyage", Questions: []survey.Question{{ID: "k1", Kind: survey.Text, Text: "Combien ?"}}},
			Suppliers: []sourcing.Supplier{{ID: "s1", Name: "Zeta", Email: "s1@structure.example", Spontaneous: true, AddedAt: clock()}},
		}
		if err := o.Begin(who, clock()); err != nil {
			t.Fatal(err)
		}
		o.Rev = 2
		o.Team = append(o.Team, sourcing.Teammate{Person: m.things[asking(account.Buyer)].person, Part: sourcing.Helps, AddedAt: clock()})
		if _, err := m.crowd.Operation.Operations.Insert(t.Context(), o, store.Change{}); err != nil {
			t.Fatal(err)
		}
	}
}

// askingOf is a sourçage of one's organisation, of another, or none; a call is
// everybody's, so that nobody has one of their own.
func (q *question) askingOf() string {
	switch {
	case q.about == absent:
		return missing
	case q.about == own && home(q.who) == "mairie":
		return "questions-mairie"
	}
	return "questions-ailleurs"
}
