package proof

import (
	"context"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/app"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/people"
)

// Events of the saved pages: a matinale that is open and published, one whose date a poll
// looks for, an event of others.
const (
	openEvent   = "evenementouvertaaaaaaaaaaa"
	polledEvent = "evenementsondeaaaaaaaaaaaa"
	fairEvent   = "evenementsalonaaaaaaaaaaaa"
)

// eventPages are those of the organiser's desk, and of the public agenda.
var eventPages = []string{
	"/evenements?fait=cree", "/evenements?etat=passe", "/evenements/calendrier", "/evenements/nouveau", "/evenements/nouveau?type=matinale", "/evenements/nouveau?de=" + openEvent,
	"/evenements/" + openEvent + "?fait=ouvert", "/evenements/" + openEvent + "/modifier", "/evenements/" + openEvent + "/places", "/evenements/" + openEvent + "/clore", "/evenements/" + openEvent + "/annuler",
	"/evenements/" + openEvent + "/retirer", "/evenements/" + openEvent + "/programme", "/evenements/" + openEvent + "/programme/s1", "/evenements/" + openEvent + "/partenaires", "/evenements/" + openEvent + "/responsable",
	"/evenements/" + polledEvent, "/evenements/" + polledEvent + "/dates", "/evenements/" + polledEvent + "/dates/d1/choisir", "/evenements/" + polledEvent + "/programme", "/evenements/" + fairEvent, "/evenements/" + fairEvent + "/retour",
	"/agenda", "/agenda/" + openEvent,
}

// hostForPages signs an organiser of the organisation « ville » in, with those events.
func hostForPages(ctx context.Context, t *testing.T, a *app.App) (cookies string) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := a.People.Enrol(ctx, people.Enrolment{Email: "evenements@ville.example", Organisation: "ville", Roles: []account.Role{account.Organiser}, Actor: "proof"})
	must(err)
	d, err := a.People.Ensure(ctx, "evenements@ville.example", "")
	must(err)
	m := buyer.Member{Person: d.ID, Organisation: "ville", Kind: account.KindPublic, Role: account.Organiser}
	starts := a.Now().AddDate(0, 1, 0).Truncate(time.Hour)
	e := event.Event{
		ID: openEvent, Kind: event.Matinale, Title: "Matinale des achats responsables", Series: "Matinales", Summary: "Acheteurs et structures se rencontrent.", Access: event.OpenToAll, Room: event.Room{Capacity: 60, Quotas: map[event.Role]int{event.AsBuyer: 30}},
		Starts: starts, Ends: starts.Add(3 * time.Hour), Place: event.Place{Name: "Salle du conseil", Address: "2 avenue Youri-Gagarine", City: "Vitry-sur-Seine", Commune: "94081", Accessible: "De plain-pied."}, LastID: 2, Needs: true,
		Programme: []event.Session{{ID: "s1", Title: "Présentations", Starts: starts, Ends: starts.Add(time.Hour), Pitches: []event.Pitch{{ID: "t1", Name: "Alpha", Topic: "Le réemploi", Minutes: 5}, {ID: "t2", Name: "Bêta", Minutes: 5}}}},
		Partners:  []event.Partner{{ID: "p1", Name: "Réseau des structures"}},
	}
	must(a.Gathering.Create(ctx, m, e))
	must(a.Gathering.On(ctx, m, e.ID, "event.open", func(e *event.Event) error { return e.OpenUp(m, a.Now()) }))
	must(a.Gathering.On(ctx, m, e.ID, "event.publish", func(e *event.Event) error { return e.Publish(m, true, a.Now()) }))
	must(a.Gathering.Create(ctx, m, event.Event{ID: polledEvent, Kind: event.Workshop, Title: "Atelier", Access: event.ByInvitation, LastID: 2, Dates: []event.DateOption{
		{ID: "d1", Starts: starts, Ends: starts.Add(time.Hour)}, {ID: "d2", Starts: starts.AddDate(0, 0, 1), Ends: starts.AddDate(0, 0, 1).Add(time.Hour)}}}))
	must(a.Gathering.Create(ctx, m, event.Event{ID: fairEvent, Kind: event.External, Title: "Salon", Access: event.ByInvitation, Starts: starts, Ends: starts.Add(time.Hour), Went: []string{"Camille"}, Balance: "Trois contacts."}))
	return sessionOf(ctx, t, a, d.ID, account.Acting{Organisation: "ville", Role: account.Organiser})
}
