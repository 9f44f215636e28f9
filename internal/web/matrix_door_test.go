package web_test

import (
	"fmt"
	"maps"
	"net/url"
	"testing"
	"time"

	"sourcier/internal/event"
	"sourcier/internal/store"
)

// Rows of the door of an event that has begun. Who holds a personal link has its ticket,
// whoever that is.
func init() {
	const at = "/evenements/{door}/accueil"
	const told = `{"device":"telephone-1","now":%d,"scans":[]}`
	maps.Copy(rows, map[string]row{
		"GET /evenements/:id/accueil":                       {path: at, own: 200},
		"GET /evenements/:id/accueil/ecran":                 {path: at + "/ecran", own: 200},
		"POST /evenements/:id/accueil/entree":               {path: at + "/entree", form: url.Values{"envoi": {"passage-0001"}, "voie": {"nom"}, "invite": {"invite-mairie"}}, own: 303},
		"GET /evenements/:id/accueil/sur-place":             {path: at + "/sur-place", own: 200},
		"POST /evenements/:id/accueil/sur-place":            {path: at + "/sur-place", form: url.Values{"envoi": {"passage-0002"}, "nom": {"Nadia"}, "role": {"a"}}, own: 303},
		"POST /evenements/:id/accueil/cloture":              {path: at + "/cloture", own: 303},
		"GET /evenements/:id/accueil/badges.pdf":            {path: at + "/badges.pdf", own: 200},
		"GET /evenements/:id/accueil/emargement.pdf":        {path: at + "/emargement.pdf", own: 200},
		"GET /evenements/:id/accueil/telephone":             {path: at + "/telephone", own: 200},
		"GET /evenements/:id/accueil/telephone.js":          {path: at + "/telephone.js", own: 200},
		"GET /evenements/:id/accueil/telephone.webmanifest": {path: at + "/telephone.webmanifest", own: 200},
		"GET /evenements/:id/accueil/liste":                 {path: at + "/liste", own: 200},
		"GET /evenements/:id/accueil/cle":                   {path: at + "/cle", own: 200},
		"GET /evenements/:id/accueil/passages":              {path: at + "/passages", own: 200},
		"POST /evenements/:id/accueil/passages":             {path: at + "/passages", form: url.Values{"passages": {fmt.Sprintf(told, clock().UnixMilli())}}, own: 200},
		"GET /participation/:token/billet":                  {path: "/participation/{ticket}/billet", own: 200, foreign: 200},
		"GET /participation/:token/attestation":             {path: "/participation/{ticket}/attestation", own: 404},
	})
}

// doors gives two organisations an event that has begun, with a guest who holds a place.
func (m *matrix) doors(t *testing.T) {
	t.Helper()
	for _, id := range []string{"mairie", "ailleurs"} {
		m.crowd.atDoor(t, id, "porte-"+id, "invite-"+id)
	}
}

// atDoor is an event of an organisation that began an hour ago, with one guest.
func (w *crowd) atDoor(t *testing.T, organisation, id, guest string) event.Guest {
	t.Helper()
	e := event.Event{
		ID: id, Organisation: organisation, Kind: event.Matinale, Title: "Matinale", Access: event.ByInvitation, Room: event.Room{Capacity: 10}, Rev: 1,
		OpenedAt: clock().AddDate(0, 0, -7), Starts: clock().Add(-time.Hour), Ends: clock().Add(2 * time.Hour), Place: event.Place{Name: "Mairie"},
		Seats: []event.Seat{{Guest: guest, Mail: event.MailHash(id, "nadia@structure.example"), Role: event.AsStructure, Party: 1, Answer: event.Accepted, Confirmed: true}},
	}
	if _, err := w.Gathering.Events.Events.Insert(t.Context(), e, store.Change{}); err != nil {
		t.Fatal(err)
	}
	g := event.Guest{ID: guest, Event: id, Organisation: organisation, Name: "Nadia Ferhat", Body: "Atelier du Val", Email: "nadia@structure.example", Role: event.AsStructure, Structure: "atelier", Rev: 1}
	w.Gathering.Link(&g)
	if _, err := w.Gathering.Guests.Insert(t.Context(), g, store.Change{}); err != nil {
		t.Fatal(err)
	}
	return g
}

// doorOf is the event at whose door one's organisation stands, that of another, or none,
// and the link of its guest.
func (q *question) doorOf(name string) string {
	of := "mairie"
	switch q.about {
	case absent:
		return map[string]string{"door": missing, "ticket": missingToken}[name]
	case foreign:
		of = "ailleurs"
	}
	if name == "ticket" {
		return q.crowd.Gathering.GuestToken(&event.Guest{ID: "invite-" + of, Event: "porte-" + of})
	}
	return "porte-" + of
}
