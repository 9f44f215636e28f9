package web_test

import (
	"net/url"
	"strings"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/operation"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/survey"
)

// Rows of the personal page of a supplier, and of answers as a buyer reads them. Whoever has
// a link reads its request: nobody's is foreign. Forms that change nothing are sent, since
// nobody of the matrix has answered by the link; answer_test.go sends those that do.
func init() {
	const at, read = "/sourcage/{personal}", "/sourcages/{answered}/reponses"
	for name, r := range map[string]row{
		"GET /sourcage/:token":                                 {path: at, own: 200, foreign: 200},
		"POST /sourcage/:token":                                {path: at, form: url.Values{"action": {"envoyer"}, "version": {"1"}}, own: 422, foreign: 422},
		"POST /sourcage/:token/question":                       {path: at + "/question", own: 422, foreign: 422},
		"POST /sourcage/:token/refus":                          {path: at + "/refus", form: url.Values{"motif": {strings.Repeat("x", 1001)}}, own: 422, foreign: 422},
		"POST /sourcage/:token/reprendre":                      {path: at + "/reprendre", own: 404, foreign: 404},
		"POST /sourcage/:token/confirmation":                   {path: at + "/confirmation", own: 403, foreign: 403},
		"POST /sourcage/:token/entretiens/:exchange":           {path: at + "/entretiens/x", own: 404, foreign: 404},
		"GET /sourcage/:token/code":                            {path: at + "/code", own: 200, foreign: 200},
		"POST /sourcage/:token/code":                           {path: at + "/code", own: 303, foreign: 303},
		"POST /sourcage/:token/code/saisie":                    {path: at + "/code/saisie", own: 422, foreign: 422},
		"GET /sourcage/:token/questions/:question/fichier":     {path: at + "/questions/k5/fichier", own: 200, foreign: 200},
		"POST /sourcage/:token/questions/:question/fichier":    {path: at + "/questions/k5/fichier", own: 422, foreign: 422},
		"GET /sourcage/:token/fichiers/:hash":                  {path: at + "/fichiers/x", own: 404, foreign: 404},
		"GET /sourcages/:id/reponses":                          {path: read, own: 200},
		"GET /sourcages/:id/reponses/:supplier":                {path: read + "/s2", own: 200},
		"GET /sourcages/:id/reponses/:supplier/fichiers/:hash": {path: read + "/s2/fichiers/x", own: 404},
		"GET /sourcages/:id/reponses/:supplier/saisir":         {path: read + "/s2/saisir", own: 200},
		"POST /sourcages/:id/reponses/:supplier/saisir":        {path: read + "/s2/saisir", form: url.Values{"version": {"1"}}, own: 422},
	} {
		rows[name] = r
	}
	for path, address := range map[string]string{
		"/sourcage/:token":                                 "/sourcage/" + missingToken,
		"/sourcage/:token/code":                            "/sourcage/" + missingToken + "/code",
		"/sourcage/:token/questions/:question/fichier":     "/sourcage/" + missingToken + "/questions/k5/fichier",
		"/sourcage/:token/fichiers/:hash":                  "/sourcage/" + missingToken + "/fichiers/x",
		"/sourcages/:id/reponses":                          "/sourcages/aaaa/reponses",
		"/sourcages/:id/reponses/:supplier":                "/sourcages/aaaa/reponses/s1",
		"/sourcages/:id/reponses/:supplier/fichiers/:hash": "/sourcages/aaaa/reponses/s1/fichiers/x",
		"/sourcages/:id/reponses/:supplier/saisir":         "/sourcages/aaaa/reponses/s1/saisir",
	} {
		samples[path] = address
	}
}

// answered is a sourçage of « mairie » or, foreign, of « ailleurs ».
func (q *question) answered() string {
	switch q.about {
	case absent:
		return missing
	case foreign:
		return "reponses-ailleurs"
	}
	return "reponses-mairie"
}

// personal is the token of the link of a supplier.
func (q *question) personal() string {
	if q.about == absent {
		return missingToken
	}
	return q.crowd.Operation.LinkToken(q.answered(), &sourcing.Supplier{ID: "s1"})
}

// answers opens a sourçage of two buyers: whoever plans is of its team, and one supplier
// has answered by telephone.
func (m *matrix) answers(t *testing.T) {
	t.Helper()
	for _, organisation := range []string{"mairie", "ailleurs"} {
		who := buyer.Member{Person: m.members[organisation], Organisation: organisation, Kind: account.KindPublic, Role: account.Buyer}
		var team []string
		if organisation == "mairie" {
			for _, column := range []asking{plain, asking(account.Buyer), asking(account.Prescripteur), asking(account.Facilitateur), asking(account.SpaserLead)} {
				team = append(team, m.things[column].person)
			}
		}
		o := m.crowd.asked(t, who, "reponses-"+organisation, team...)
		sub := sourcing.Submission{Version: 1, Route: sourcing.ByCall, Came: structure.DateOf(clock()), Note: "Appel.", Name: "Jo", Values: []survey.Value{{Question: "k1", Number: "4"}}}
		if err := m.crowd.Operation.EnterResponse(t.Context(), who, o.ID, "s2", sub); err != nil {
			t.Fatal(err)
		}
	}
}

// asked opens a sourçage in which two structures are asked one question of each kind; who
// leads it, and the team, have declared their interests.
func (w *crowd) asked(t *testing.T, lead buyer.Member, id string, team ...string) *sourcing.Operation {
	t.Helper()
	ctx, at, s := t.Context(), clock(), w.Operation
	p := sourcing.Purchase{ID: "achat-" + id, Organisation: lead.Organisation, Object: "Nettoyage", Lots: []sourcing.Lot{{ID: "l1"}}, ProgrammedAt: at, Rev: 1}
	if _, err := w.Programme.Purchases.Insert(ctx, p, store.Change{}); err != nil {
		t.Fatal(err)
	}
	o := sourcing.Operation{ID: id, Purchase: p.ID, Title: "Nettoyage des écoles", Message: "Bonjour,\nnous préparons un marché.", Deadline: at.AddDate(0, 0, 14)}
	if err := s.Create(ctx, lead, o); err != nil {
		t.Fatal(err)
	}
	l := sourcing.Longlist{}
	var chosen []sourcing.Supplier
	for _, name := range []string{"Alpha Propreté", "Beta Nettoyage"} {
		v := structure.Structure{ID: account.NewID(), Name: name}
		if _, err := s.Structures.Insert(ctx, v, store.Change{}); err != nil {
			t.Fatal(err)
		}
		l.Rows = append(l.Rows, operation.RowOf(&v, "Nettoyage", "2026-11-28"))
		chosen = append(chosen, sourcing.Supplier{Structure: v.ID, Name: name, Email: strings.ToLower(name[:4]) + "@structure.example"})
	}
	if err := s.Freeze(ctx, lead, id, l); err != nil {
		t.Fatal(err)
	}
	err := s.On(ctx, lead, id, "operation.write", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		panel, err := s.Panel(ctx, o)
		if err != nil {
			return nil, err
		}
		for _, person := range append([]string{lead.Person}, team...) {
			if person != lead.Person {
				if err := o.Enrol(lead, person, sourcing.Helps, at); err != nil {
					return nil, err
				}
			}
			if err := o.Declare(buyer.Member{Person: person, Organisation: lead.Organisation, Kind: lead.Kind, Role: account.Buyer}, "", at); err != nil {
				return nil, err
			}
		}
		if err := o.Choose(lead, panel, chosen, nil, o.Rev, at); err != nil {
			return nil, err
		}
		o.Draft = &survey.Questionnaire{Title: "Vos moyens", Questions: []survey.Question{
			{ID: "k1", Kind: survey.Number, Text: "Effectif", Unit: "personnes", Required: true},
			{ID: "k2", Kind: survey.YesNo, Text: "Travaillez-vous le samedi ?"},
			{ID: "k3", Kind: survey.Choices, Text: "Produits", Options: []string{"Écolabel", "Autres"}},
			{ID: "k4", Kind: survey.Text, Text: "Votre organisation"},
			{ID: "k5", Kind: survey.File, Text: "Plaquette"},
			{ID: "k6", Kind: survey.Text, Text: "Prix au mètre carré", Confidential: true, Rationale: "Secret des affaires"},
		}}
		_, err = o.Approve(lead, o.Rev, at)
		return nil, err
	})
	if err != nil {
		t.Fatal(err)
	}
	d, err := s.Operations.Get(ctx, id)
	if err == nil {
		err = s.Open(ctx, lead, id, d.Value.Rev)
	}
	if err == nil {
		d, err = s.Operations.Get(ctx, id)
	}
	if err != nil {
		t.Fatal(err)
	}
	return &d.Value
}
