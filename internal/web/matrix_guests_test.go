package web_test

import (
	"maps"
	"net/url"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/event"
	"sourcier/internal/store"
)

// Rows of the guests of an event.
func init() {
	const all = "/evenements/{hosted}/invites"
	const one = all + "/{guest}"
	who := url.Values{"nom": {"Awa"}, "courriel": {"nouvelle@structure.example"}, "role": {"s"}}
	right := url.Values{"nom": {"Awa"}, "courriel": {"awa@structure.example"}, "role": {"s"}, "version": {"1"}}
	maps.Copy(rows, map[string]row{
		"GET /evenements/:id/invites":                            {path: all, own: 200},
		"GET /evenements/:id/invites/export.csv":                 {path: all + "/export.csv", own: 200},
		"GET /evenements/:id/invites/export.xlsx":                {path: all + "/export.xlsx", own: 200},
		"GET /evenements/:id/invites/ajouter":                    {path: all + "/ajouter", own: 200},
		"POST /evenements/:id/invites/ajouter":                   {path: all + "/ajouter", form: who, own: 303},
		"POST /evenements/:id/invites/ajouter/annuaire":          {path: all + "/ajouter/annuaire", form: url.Values{"recherche": {""}, "role": {"s"}}, own: 422},
		"POST /evenements/:id/invites/ajouter/liste":             {path: all + "/ajouter/liste", own: 422},
		"POST /evenements/:id/invites/ajouter/evenement":         {path: all + "/ajouter/evenement", own: 422},
		"GET /evenements/:id/invites/import":                     {path: all + "/import", own: 200},
		"POST /evenements/:id/invites/import":                    {path: all + "/import", own: 422},
		"GET /evenements/:id/invites/import/:import":             {path: all + "/import/rien", own: 404},
		"GET /evenements/:id/invites/import/:import/erreurs.csv": {path: all + "/import/rien/erreurs.csv", own: 404},
		"GET /evenements/:id/invites/envoi":                      {path: all + "/envoi", own: 200},
		"POST /evenements/:id/invites/envoi/apercu":              {path: all + "/envoi/apercu", form: url.Values{"type": {"invitation"}}, own: 200},
		"POST /evenements/:id/invites/envoi":                     {path: all + "/envoi", form: url.Values{"type": {"invitation"}, "vu": {"autre"}}, own: 409},
		"GET /evenements/:id/invites/appels":                     {path: all + "/appels", own: 200},
		"GET /evenements/:id/invites/services":                   {path: all + "/services", own: 200},
		"POST /evenements/:id/invites/services":                  {path: all + "/services", own: 422},
		"GET /evenements/:id/invites/relais":                     {path: all + "/relais", own: 200},
		"POST /evenements/:id/invites/relais":                    {path: all + "/relais", form: url.Values{"nom": {"Réseau"}}, own: 303},
		"POST /evenements/:id/invites/relais/:partenaire":        {path: all + "/relais/p1", form: url.Values{"lien": {"ferme"}}, own: 303},
		"GET /evenements/:id/invites/:invite":                    {path: one, own: 200},
		"POST /evenements/:id/invites/:invite":                   {path: one, form: right, own: 303},
		"POST /evenements/:id/invites/:invite/appel":             {path: one + "/appel", own: 303},
		"POST /evenements/:id/invites/:invite/retirer":           {path: one + "/retirer", own: 303},
	})
}

// guestLists gives two organisations an event with a guest who is not invited yet.
func (m *matrix) guestLists(t *testing.T) {
	t.Helper()
	for _, id := range []string{"mairie", "ailleurs"} {
		e := event.Event{
			ID: "recoit-" + id, Organisation: id, Kind: event.Matinale, Title: "Matinale", Access: event.ByInvitation, OpenedAt: clock(), Rev: 1, CreatedAt: clock(), UpdatedAt: clock(),
			Room: event.Room{Capacity: 10}, Starts: clock().AddDate(0, 0, 14), Ends: clock().AddDate(0, 0, 15), Place: event.Place{Name: "Mairie"}, Partners: []event.Partner{{ID: "p1", Name: "Réseau des ESAT", Relay: "h" + id}}, LastID: 1,
			Seats: []event.Seat{{Guest: "convie-" + id, Mail: event.MailHash("recoit-"+id, account.Email("awa@structure.example")), Role: event.AsStructure, Party: 1, Added: clock()}},
		}
		if _, err := m.crowd.Gathering.Events.Events.Insert(t.Context(), e, store.Change{}); err != nil {
			t.Fatal(err)
		}
		g := event.Guest{ID: "convie-" + id, Event: e.ID, Organisation: id, Name: "Awa", Email: "awa@structure.example", Role: event.AsStructure, Rev: 1, CreatedAt: clock(), UpdatedAt: clock()}
		if _, err := m.crowd.Gathering.Guests.Insert(t.Context(), g, store.Change{}); err != nil {
			t.Fatal(err)
		}
	}
}

// hosted is an event of one's organisation, or its guest; of another, or none.
func (q *question) hosted(name string) string {
	prefix := map[string]string{"hosted": "recoit-", "guest": "convie-"}[name]
	about := q.about
	if name == "guest" && q.inner != own {
		about = q.inner
	}
	switch about {
	case absent:
		return missing
	case foreign:
		return prefix + "ailleurs"
	}
	return prefix + "mairie"
}
