package web_test

import (
	"maps"
	"net/url"
	"strings"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/survey"
)

// Rows of sourçages from the list to what is sent while one runs. Who is prescripteur of
// no service does not see them; who is not of the team has nothing of one's own to
// declare, or to leave.
func init() {
	const draft, open = "/sourcages/{prepared}", "/sourcages/{running}"
	blind := map[asking][4]int{asking(account.Prescripteur): {404}}
	inner := map[asking][4]int{asking(account.Prescripteur): {404, 0, 0, 404}}
	outside := map[asking][4]int{asking(account.Prescripteur): {404}, asking(account.Facilitateur): {403}, asking(account.SpaserLead): {403}}
	outsideInner := map[asking][4]int{asking(account.Prescripteur): {404, 0, 0, 404}, asking(account.Facilitateur): {403, 0, 0, 404}, asking(account.SpaserLead): {403, 0, 0, 404}}
	words := url.Values{"titre": {"Sourçage"}, "message": {"Nous préparons un marché."}, "jour": {"18/12/2026"}, "heure": {"12:00"}, "version": {"1"}}
	maps.Copy(rows, map[string]row{
		"GET /sourcages":                                   {path: "/sourcages", own: 200},
		"GET /sourcages/nouveau":                           {path: "/sourcages/nouveau", own: 200},
		"POST /sourcages/nouveau":                          {path: "/sourcages/nouveau", form: url.Values{"envoi": {strings.Repeat("e", 26)}, "achat": {"{dossier}"}, "titre": {"Sourçage"}}, own: 303},
		"GET /sourcages/nouveau/express":                   {path: "/sourcages/nouveau/express?achat={dossier}&lot=l1", own: 200},
		"POST /sourcages/nouveau/express":                  {path: "/sourcages/nouveau/express", form: url.Values{"achat": {"{dossier}"}, "lot": {"l1"}}, own: 409}, // of a study that the form does not name
		"GET /sourcages/:id":                               {path: open, own: 200, but: blind},
		"GET /sourcages/:id/modifier":                      {path: draft + "/modifier", own: 200},
		"POST /sourcages/:id/modifier":                     {path: draft + "/modifier", form: words, own: 303},
		"GET /sourcages/:id/equipe":                        {path: open + "/equipe", own: 200, but: blind},
		"POST /sourcages/:id/equipe":                       {path: open + "/equipe", form: url.Values{"personne": {"{adviser}"}, "place": {"facilitateur"}}, own: 303},
		"POST /sourcages/:id/equipe/interets":              {path: open + "/equipe/interets", form: url.Values{"interets": {"non"}}, own: 303, but: outside},
		"GET /sourcages/:id/equipe/:person/recuser":        {path: open + "/equipe/{mate}/recuser", own: 200, but: inner},
		"POST /sourcages/:id/equipe/:person/recuser":       {path: open + "/equipe/{mate}/recuser", form: url.Values{"motif": {"Un mandat."}}, own: 303, but: outsideInner},
		"POST /sourcages/:id/equipe/:person/retirer":       {path: open + "/equipe/{mate}/retirer", own: 303, inner: 303}, // nobody is there to leave
		"GET /sourcages/:id/panel":                         {path: open + "/panel", own: 200, but: blind},
		"POST /sourcages/:id/panel":                        {path: draft + "/panel", form: url.Values{"version": {"1"}, "faire": {"enregistrer"}}, own: 303},
		"POST /sourcages/:id/panel/figer":                  {path: draft + "/panel/figer", form: url.Values{"recherche": {"q=nettoyage"}}, own: 303},
		"GET /sourcages/:id/apercu":                        {path: draft + "/apercu", own: 200, but: blind},
		"POST /sourcages/:id/ouvrir":                       {path: draft + "/ouvrir", form: url.Values{"version": {"1"}}, own: 303},
		"GET /sourcages/:id/ajouter":                       {path: open + "/ajouter", own: 200},
		"POST /sourcages/:id/ajouter":                      {path: open + "/ajouter", form: url.Values{"nom": {"Gamma"}, "courriel": {"gamma@structure.example"}}, own: 303},
		"GET /sourcages/:id/structures/:supplier/adresse":  {path: open + "/structures/{reached}/adresse", own: 200},
		"POST /sourcages/:id/structures/:supplier/adresse": {path: open + "/structures/{reached}/adresse", form: url.Values{"courriel": {"juste@structure.example"}}, own: 303},
		"GET /sourcages/:id/relance":                       {path: open + "/relance", own: 200},
		"POST /sourcages/:id/relance":                      {path: open + "/relance", form: url.Values{"message": {"Votre réponse est attendue."}}, own: 303},
	})
}

// operations gives two organisations a sourçage that is ready to be opened, and one that
// runs, of the team of all who buy there.
func (m *matrix) operations(t *testing.T) {
	t.Helper()
	for _, id := range []string{"mairie", "ailleurs"} {
		team := []string{m.members[id]}
		if id == "mairie" {
			team = append(team, m.things[plain].person, m.things[asking(account.Buyer)].person)
		}
		draft, l := operationReady("prepare-"+id, id, "dossier-"+id, team...)
		run, _ := operationReady("ouvert-"+id, id, "dossier-"+id, team...)
		at := clock().AddDate(0, 0, -2)
		run.OpenedAt, run.SourcedAt, run.Panel, run.Sent = at, at, nil, 1
		run.Suppliers[0].ContactedAt, run.Suppliers[0].Request = at, 1
		if _, err := m.crowd.Operation.Longlists.Insert(t.Context(), l, store.Change{}); err != nil {
			t.Fatal(err)
		}
		for _, o := range []sourcing.Operation{draft, run} {
			if _, err := m.crowd.Operation.Operations.Insert(t.Context(), o, store.Change{}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// operationReady is a sourçage that lacks nothing to be opened, with its panel: a structure
// that is contacted and one that is not. Its team has declared its interests.
func operationReady(id, organisation, purchase string, team ...string) (sourcing.Operation, sourcing.Longlist) {
	at := clock().AddDate(0, 0, -3)
	l := sourcing.Longlist{ID: id + ".liste", Organisation: organisation, Operation: id, At: at, Sources: []sourcing.PanelSource{{Kind: sourcing.FromSearch, Query: "q=nettoyage", Label: "nettoyage", Found: 2, Total: 2}},
		Rows: []sourcing.Row{{Structure: "alpha", Name: "Alpha Propreté", City: "Vitry-sur-Seine"}, {Structure: "beta", Name: "Beta Services"}}}
	l.Hash = l.Seal()
	o := sourcing.Operation{
		ID: id, Organisation: organisation, Purchase: purchase, Title: "Sourçage nettoyage", Message: "Nous préparons un marché.", Deadline: clock().AddDate(0, 0, 14), Rev: 1, CreatedAt: at, UpdatedAt: at, LastID: 1,
		Panel:     &sourcing.Panel{Longlist: l.ID, Hash: l.Hash, Rows: 2, At: at},
		Suppliers: []sourcing.Supplier{{ID: "s1", Structure: "alpha", Name: "Alpha Propreté", Email: "alpha@structure.example", AddedAt: at}},
		Excluded:  []sourcing.Exclusion{{Structure: "beta", Code: sourcing.TooSmall}},
		Approved:  &survey.Questionnaire{Version: 1, Title: "Nettoyage", ApprovedAt: at, Questions: []survey.Question{{ID: "k1", Kind: survey.YesNo, Text: "Travaillez-vous le samedi ?"}}},
	}
	for _, person := range team {
		o.Team = append(o.Team, sourcing.Teammate{Person: person, Part: sourcing.Leads, AddedAt: at, DeclaredAt: at})
	}
	return o, l
}

// operationOf is a sourçage of one's organisation, of another, or none; or who is in it.
func (q *question) operationOf(name string) string {
	of := map[string]string{"prepared": "prepare-", "running": "ouvert-"}[name]
	switch {
	case of == "" && q.inner != own:
		return missing
	case name == "mate":
		return q.members["mairie"]
	case name == "reached":
		return "s1"
	case q.about == absent:
		return missing
	case q.about == foreign:
		return of + "ailleurs"
	}
	return of + "mairie"
}
