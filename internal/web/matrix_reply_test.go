package web_test

import (
	"maps"
	"net/url"
	"strings"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
)

// Rows of the page of a guest, of registration and of the waiting list. Whoever has a link
// answers by it, and a public page is everybody's: nobody's is foreign. A person who waits
// is of an event of one's organisation.
func init() {
	const at, public, line = "/participation/{guestpage}", "/agenda/{registers}/inscription", "/evenements/{answers}/attente"
	form := url.Values{"nom": {"Alix"}, "courriel": {"alix@a.example"}, "organisme": {"Atelier"}, "role": {"s"}}
	maps.Copy(rows, map[string]row{
		"GET /participation/:token":                   {path: at, own: 200, foreign: 200},
		"POST /participation/:token":                  {path: at, own: 303, foreign: 303},
		"POST /participation/:token/refus":            {path: at + "/refus", own: 303, foreign: 303},
		"POST /participation/:token/collegue":         {path: at + "/collegue", form: url.Values{"nom": {"Zoé"}, "courriel": {"zoe@a.example"}}, own: 303, foreign: 303},
		"POST /participation/:token/dates":            {path: at + "/dates", own: 409, foreign: 409},
		"GET /participation/:token/effacer":           {path: at + "/effacer", own: 200, foreign: 200},
		"POST /participation/:token/effacer":          {path: at + "/effacer", own: 422, foreign: 422},
		"GET /agenda/:id/inscription":                 {path: public, own: 200, foreign: 200},
		"POST /agenda/:id/inscription":                {path: public, form: form, own: 303, foreign: 303},
		"GET /relais/:token":                          {path: "/relais/{relayed}", own: 200, foreign: 200},
		"POST /relais/:token":                         {path: "/relais/{relayed}", form: form, own: 303, foreign: 303},
		"GET /evenements/:id/attente":                 {path: line, own: 200},
		"POST /evenements/:id/attente/:guest/demande": {path: line + "/{waiting}/demande", form: url.Values{"choix": {"oui"}}, own: 303},
		"POST /evenements/:id/attente/:guest/agenda":  {path: line + "/{waiting}/agenda", form: url.Values{"choix": {"non"}}, own: 303},
	})
	maps.Copy(samples, map[string]string{
		"/participation/:token": "/participation/" + missingToken, "/relais/:token": "/relais/" + missingToken,
		"/participation/:token/effacer": "/participation/" + missingToken + "/effacer",
		"/agenda/:id/inscription":       "/agenda/aaaa/inscription", "/evenements/:id/attente": "/evenements/aaaa/attente",
	})
}

// replies opens an event of two organisations: somebody is invited, somebody asks to come.
func (m *matrix) replies(t *testing.T) {
	t.Helper()
	for _, id := range []string{"mairie", "ailleurs"} {
		who := buyer.Member{Person: m.members[id], Organisation: id, Kind: account.KindPublic, Role: account.Organiser}
		e := m.crowd.hosted(t, who, "reponse-"+id, invitees("alpha@a.example"), func(e *event.Event) {
			e.Access, e.PublishedAt = event.Moderated, clock()
			e.Partners = []event.Partner{{ID: "p1", Name: "Réseau", Relay: account.HashToken(relayToken(id))}}
		})
		g := event.Guest{ID: "asks" + strings.Repeat("a", event.GuestIDLength-len(id)-4) + id, Name: "Bob", Email: "bob@b.example", Role: event.AsStructure}
		if err := m.crowd.Gathering.Register(t.Context(), &gathering.Publicly{Event: e}, g, "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
	}
}

func relayToken(id string) string {
	return strings.Repeat(map[string]string{"mairie": "M", "ailleurs": "N"}[id], 26)
}

// hostedOf is an event of one's organisation, of another or none, or something of it.
func (q *question) hostedOf(name string) string {
	id, about := "mairie", q.about
	if name == "waiting" {
		about = q.inner
	}
	switch {
	case about == foreign:
		id = "ailleurs"
	case about == absent && (name == "guestpage" || name == "relayed"):
		return missingToken
	case about == absent:
		return missing
	}
	switch name {
	case "guestpage":
		g := q.crowd.guestOf(q.T, "reponse-"+id, "alpha@a.example")
		return q.crowd.Gathering.GuestToken(&g)
	case "relayed":
		return relayToken(id)
	case "waiting":
		return q.crowd.guestOf(q.T, "reponse-"+id, "bob@b.example").ID
	}
	return "reponse-" + id
}
