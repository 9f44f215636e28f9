package web_test

import (
	"maps"
	"net/url"
	"testing"
	"time"

	"sourcier/internal/event"
	"sourcier/internal/store"
	"sourcier/internal/survey"
)

// Rows of what comes after an event: of a matinale that is over, of one whose survey nobody
// has begun. A personal link, and one to a survey, open the page of whoever holds them.
func init() {
	const over, fresh, next = "/evenements/{over}", "/evenements/{fresh}", "/participation/{came}/suites"
	budget := url.Values{"version": {"1"}, "ligne": {"l-0"}, "l-0-quoi": {"Traiteur"}, "l-0-paye": {"324,50"}}
	note := url.Values{"forme": {"rencontre"}, "jour": {"01/03/2024"}, "acheteur_nom": {"Ville"}, "structure_nom": {"Alpha"}}
	for _, path := range []string{"/enquete", "/enquete/modifier", "/rencontres", "/rencontres/nouvelle", "/budget", "/bilan", "/bilan/bilan.pdf", "/bilan/bilan.xlsx"} {
		samples["/evenements/:id"+path] = "/evenements/aaaa" + path
	}
	samples["/enquete/:token"] = "/enquete/aaaa." + missingToken
	samples["/participation/:token/suites"] = "/participation/" + missingToken + "/suites"
	anybody := func(r row) row { r.foreign = r.own; return r }
	maps.Copy(rows, map[string]row{
		"GET /evenements/:id/enquete":                             {path: over + "/enquete", own: 200},
		"POST /evenements/:id/enquete/debut":                      {path: fresh + "/enquete/debut", form: url.Values{"depart": {"rencontre"}}, own: 303},
		"GET /evenements/:id/enquete/modifier":                    {path: over + "/enquete/modifier", own: 200},
		"POST /evenements/:id/enquete/modifier":                   {path: over + "/enquete/modifier", form: url.Values{"version": {"1"}, "titre": {"Avis"}, "question": {"q-0"}, "q-0-texte": {"Et alors ?"}, "q-0-forme": {"texte"}}, own: 303},
		"POST /evenements/:id/enquete/envoyer":                    {path: over + "/enquete/envoyer", form: url.Values{"jours": {"14"}}, own: 303},
		"POST /evenements/:id/enquete/clore":                      {path: over + "/enquete/clore", own: 303},
		"GET /enquete/:token":                                     anybody(row{path: "/enquete/{opinion}", own: 200}),
		"POST /enquete/:token":                                    anybody(row{path: "/enquete/{opinion}", form: url.Values{"r-utile": {"Tout."}}, own: 303}),
		"GET /participation/:token/suites":                        anybody(row{path: next, own: 200}),
		"POST /participation/:token/suites/formation":             anybody(row{path: next + "/formation", form: url.Values{"formation": {"Les clauses."}}, own: 303}),
		"POST /participation/:token/suites/rencontres":            anybody(row{path: next + "/rencontres", form: url.Values{"organisme": {"Ville"}, "forme": {"rencontre"}}, own: 303}),
		"POST /participation/:token/suites/rencontres/:encounter": anybody(row{path: next + "/rencontres/{encounter}", form: url.Values{"avis": {"oui"}}, own: 303}),
		"GET /evenements/:id/rencontres":                          {path: over + "/rencontres", own: 200},
		"GET /evenements/:id/rencontres/nouvelle":                 {path: over + "/rencontres/nouvelle", own: 200},
		"POST /evenements/:id/rencontres":                         {path: over + "/rencontres", form: note, own: 303},
		"POST /evenements/:id/rencontres/:encounter/rapprocher":   {path: over + "/rencontres/{encounter}/rapprocher", form: url.Values{"cote": {"acheteur"}, "invite": {"{buyerguest}"}, "version": {"1"}}, own: 303},
		"POST /evenements/:id/rencontres/:encounter/verser":       {path: over + "/rencontres/{encounter}/verser", form: url.Values{"sourcage": {"aucun"}}, own: 422},
		"GET /evenements/:id/budget":                              {path: over + "/budget", own: 200},
		"POST /evenements/:id/budget":                             {path: over + "/budget", form: budget, own: 303},
		"GET /evenements/:id/bilan":                               {path: over + "/bilan", own: 200},
		"POST /evenements/:id/bilan":                              {path: over + "/bilan", form: url.Values{"version": {"1"}, "bilan": {"Réussi."}}, own: 303},
		"GET /evenements/:id/bilan/bilan.pdf":                     {path: over + "/bilan/bilan.pdf", own: 200},
		"GET /evenements/:id/bilan/bilan.xlsx":                    {path: over + "/bilan/bilan.xlsx", own: 200},
	})
}

// afters gives two organisations a matinale that is over, with one structure that came, one
// buyer who did not, a survey and a rencontre; and one of which the survey is not begun.
func (m *matrix) afters(t *testing.T) {
	t.Helper()
	for _, id := range []string{"mairie", "ailleurs"} {
		past := pastEvent(t, m.crowd, id, "passe-"+id)
		fresh := past.event
		fresh.ID, fresh.Seats = "neuf-"+id, nil
		if _, err := m.crowd.Gathering.Events.Events.Insert(t.Context(), fresh, store.Change{}); err != nil {
			t.Fatal(err)
		}
	}
}

// pastEventOf is an event of an organisation that is over.
type pastEventOf struct {
	event       event.Event
	came, buyer event.Guest
}

func pastEvent(t *testing.T, who *crowd, organisation, id string) pastEventOf {
	t.Helper()
	at := clock().AddDate(0, 0, -3)
	g := who.Gathering
	e := event.Event{ID: id, Organisation: organisation, Kind: event.Matinale, Title: "Matinale", Access: event.ByInvitation, Room: event.Room{Capacity: 50}, Rev: 1,
		Starts: at, Ends: at.Add(3 * time.Hour), Place: event.Place{Name: "Mairie"}, CreatedAt: at.AddDate(0, -1, 0), OpenedAt: at.AddDate(0, -1, 0)}
	out := pastEventOf{
		came:  event.Guest{ID: "came-" + id, Event: id, Organisation: organisation, Name: "Jeanne Morel", Body: "Atelier Alpha", Email: "jeanne@alpha.example", Role: event.AsStructure, CreatedAt: at, Rev: 1},
		buyer: event.Guest{ID: "buyer-" + id, Event: id, Organisation: organisation, Name: "Paul Tavernier", Body: "Voirie", Email: "paul@ville.example", Role: event.AsBuyer, CreatedAt: at, Rev: 1},
	}
	for _, guest := range []*event.Guest{&out.came, &out.buyer} {
		g.Link(guest)
		e.Seats = append(e.Seats, event.Seat{Guest: guest.ID, Mail: guest.Email, Role: guest.Role, Party: 1, Added: at, Invited: at, Answer: event.Accepted, Answered: at})
		if _, err := g.Guests.Insert(t.Context(), *guest, store.Change{}); err != nil {
			t.Fatal(err)
		}
	}
	out.event = e
	f := event.Feedback{ID: id, Organisation: organisation}
	if err := f.Write(survey.EventTemplates()[0].Questionnaire, 0); err != nil {
		t.Fatal(err)
	}
	_, token := splitLink(g.SurveyLink(&out.came))
	if err := f.Open([]string{event.Participation(token)}, clock().AddDate(0, 0, 14), clock()); err != nil {
		t.Fatal(err)
	}
	x := event.Encounter{ID: "met-" + id, Event: id, Organisation: organisation, Kind: event.MetThere, Day: at, Rev: 1, CreatedAt: at,
		Buyer: event.Met{Body: "Voirie"}, Supplier: event.Met{Guest: out.came.ID, Body: "Atelier Alpha"}}
	scan := event.Checkin{ID: "scan-" + id, Event: id, Guest: out.came.ID, At: at, Received: at, Way: event.ByName, Result: event.Entered, Party: 1}
	_, err := g.Events.Events.Insert(t.Context(), e, store.Change{})
	if err == nil {
		_, err = g.Feedbacks.Insert(t.Context(), f, store.Change{})
	}
	if err == nil {
		_, err = g.Events.Encounters.Insert(t.Context(), x, store.Change{})
	}
	if err == nil {
		_, err = g.Checkins.Insert(t.Context(), scan, store.Change{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// splitLink parts a link to a survey.
func splitLink(link string) (event, token string) {
	for i := range link {
		if link[i] == '.' {
			return link[:i], link[i+1:]
		}
	}
	return link, ""
}

// afterOf is something of an event that is over, of one's organisation, of another, or none.
func (q *question) afterOf(name string) string {
	id := "passe-mairie"
	if q.about == foreign || q.inner == foreign && name == "encounter" {
		id = "passe-ailleurs"
	}
	if q.about == absent || q.inner == absent && name == "encounter" {
		return missing
	}
	g := q.crowd.Gathering
	switch name {
	case "fresh":
		return "neuf-" + id[len("passe-"):]
	case "encounter":
		return "met-" + id
	case "buyerguest":
		return "buyer-" + id
	case "came", "opinion":
		d, err := g.Guests.Get(q.Context(), "came-"+id)
		if err != nil {
			q.Fatal(err)
		}
		if name == "came" {
			return g.GuestToken(&d.Value)
		}
		return g.SurveyLink(&d.Value)
	}
	return id
}
