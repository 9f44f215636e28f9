package proof

import (
	"context"
	"errors"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/app"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/people"
	"sourcier/internal/store"
	"sourcier/internal/survey"
)

// Events of the saved pages: a matinale that is open and published, one whose date a poll
// looks for, an event of others.
const (
	openEvent   = "evenementouvertaaaaaaaaaaa"
	polledEvent = "evenementsondeaaaaaaaaaaaa"
	fairEvent   = "evenementsalonaaaaaaaaaaaa"
	pastEvent   = "evenementpasseaaaaaaaaaaaa"
	pastGuest   = "invitepasseaaa"
)

// eventPages are those of the organiser's desk, and of the public agenda.
var eventPages = []string{
	"/evenements?fait=cree", "/evenements?etat=passe", "/evenements/calendrier", "/evenements/nouveau", "/evenements/nouveau?type=matinale", "/evenements/nouveau?de=" + openEvent,
	"/evenements/" + openEvent + "?fait=ouvert", "/evenements/" + openEvent + "/modifier", "/evenements/" + openEvent + "/places", "/evenements/" + openEvent + "/clore", "/evenements/" + openEvent + "/annuler",
	"/evenements/" + openEvent + "/retirer", "/evenements/" + openEvent + "/programme", "/evenements/" + openEvent + "/programme/s1", "/evenements/" + openEvent + "/partenaires", "/evenements/" + openEvent + "/responsable",
	"/evenements/" + polledEvent, "/evenements/" + polledEvent + "/dates", "/evenements/" + polledEvent + "/dates/d1/choisir", "/evenements/" + polledEvent + "/programme", "/evenements/" + fairEvent, "/evenements/" + fairEvent + "/retour",
	"/evenements/" + openEvent + "/invites", "/evenements/" + openEvent + "/invites?q=introuvable", "/evenements/" + openEvent + "/invites/ajouter", "/evenements/" + openEvent + "/invites/import", "/evenements/" + openEvent + "/invites/envoi?type=invitation",
	"/evenements/" + openEvent + "/invites/appels", "/evenements/" + openEvent + "/invites/services", "/evenements/" + openEvent + "/invites/relais", "/evenements/" + openEvent + "/attente", "/evenements/" + openEvent + "/enquete",
	"/evenements/" + pastEvent, "/evenements/" + pastEvent + "/invites", "/evenements/" + pastEvent + "/invites/" + pastGuest, "/evenements/" + pastEvent + "/accueil", "/evenements/" + pastEvent + "/enquete", "/evenements/" + pastEvent + "/enquete/modifier",
	"/evenements/" + pastEvent + "/rencontres", "/evenements/" + pastEvent + "/rencontres/nouvelle", "/evenements/" + pastEvent + "/budget", "/evenements/" + pastEvent + "/bilan?fait=bilan",
	"/agenda", "/agenda/" + openEvent,
}

// pastForPages is an event of the organisation that is over: a structure came, what it cost
// is noted, its survey is written.
func pastForPages(ctx context.Context, a *app.App, m buyer.Member) error {
	at := a.Now().AddDate(0, 0, -3).Truncate(time.Hour)
	g := event.Guest{ID: pastGuest, Event: pastEvent, Organisation: m.Organisation, Name: "Jeanne Morel", Body: "Atelier Alpha", Email: "jeanne@alpha.example", Role: event.AsStructure, CreatedAt: at, Rev: 1}
	e := event.Event{
		ID: pastEvent, Organisation: m.Organisation, Kind: event.Matinale, Title: "Matinale passée", Access: event.ByInvitation, Room: event.Room{Capacity: 60}, Starts: at, Ends: at.Add(3 * time.Hour), Place: event.Place{Name: "Salle du conseil"},
		OpenedAt: at.AddDate(0, -1, 0), CreatedAt: at.AddDate(0, -1, 0), Rev: 1, Budget: []event.BudgetLine{{ID: "b1", Label: "Traiteur", Planned: 180_000, Actual: 162_450}},
		Seats: []event.Seat{{Guest: g.ID, Mail: g.Email, Role: g.Role, Party: 1, Added: at, Invited: at, Answer: event.Accepted, Answered: at}},
	}
	a.Gathering.Link(&g)
	_, err1 := a.Gathering.Guests.Insert(ctx, g, store.Change{})
	_, err2 := a.Gathering.Events.Events.Insert(ctx, e, store.Change{})
	_, err3 := a.Gathering.Checkins.Insert(ctx, event.Checkin{ID: "entreepages", Event: e.ID, Guest: g.ID, At: at, Received: at, Way: event.ByName, Result: event.Entered, Party: 1}, store.Change{})
	x := event.Encounter{ID: "rencontrepages", Event: e.ID, Organisation: m.Organisation, Kind: event.MetThere, Day: at, Rev: 1, CreatedAt: at, Subject: "Deux squares.", Buyer: event.Met{Body: "Voirie"}, Supplier: event.Met{Guest: g.ID, Body: g.Body}}
	_, err4 := a.Gathering.Events.Encounters.Insert(ctx, x, store.Change{})
	return errors.Join(err1, err2, err3, err4, a.Gathering.WriteSurvey(ctx, m, e.ID, survey.EventTemplates()[0].Questionnaire, 0))
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
	_, _, err = a.Gathering.Add(ctx, m, openEvent, []event.Guest{{Name: "Awa Sarr", Email: "awa@structure.example", Body: "Atelier", Role: event.AsStructure, Source: "À la main"}})
	must(err)
	must(pastForPages(ctx, a, m))
	return sessionOf(ctx, t, a, d.ID, account.Acting{Organisation: "ville", Role: account.Organiser})
}
