package web_test

import (
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/web/webtest"
)

// One finds one's invitations by the address of the account, with the personal link; not
// those of others, nor a list on which one is and was never written to.
func TestOwnInvitations(t *testing.T) {
	who, use := withPeople(t)
	app := newPortal(t, use)
	who.organisation(t, "ville", account.KindPublic)
	host := buyer.Member{Person: who.person(t, "ada@ville.example", "ville", true, account.Organiser), Organisation: "ville", Kind: account.KindPublic, Role: account.Organiser}
	who.person(t, "bob@atelier.example", "", false)
	cookie := as(who.signIn(t, "bob@atelier.example"))
	for _, title := range []string{"Matinale des achats", "Salon tenu secret"} {
		e := who.met(t, "ville", title, event.Matinale)
		if err := who.Gathering.On(t.Context(), host, e.ID, "event.write", func(e *event.Event) error {
			e.Starts, e.Ends, e.SettledAt = clock().AddDate(0, 1, 0), clock().AddDate(0, 1, 1), clock()
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		guests := []event.Guest{{ID: event.NewGuestID(), Email: "bob@atelier.example", Role: event.AsStructure}, {ID: event.NewGuestID(), Name: "Zoé", Email: "zoe@atelier.example", Role: event.AsBuyer}}
		if _, _, err := who.Gathering.Add(t.Context(), host, e.ID, guests); err != nil {
			t.Fatal(err)
		}
		if title == "Salon tenu secret" {
			continue
		}
		if err := who.Gathering.On(t.Context(), host, e.ID, "event.send", func(e *event.Event) error {
			_, err := e.Invite(host, []string{guests[0].ID}, "", clock())
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	webtest.Run(t, app, []webtest.Scenario{
		{Name: "mine", URL: "/mes-invitations", Header: cookie, Status: 200, Contains: []string{"Matinale des achats", "/participation/", "Sans réponse", "Organisation ville"}, Lacks: []string{"Salon tenu secret", "Zoé"}, WantHeader: map[string]string{"Cache-Control": "no-store"}},
		{Name: "of who has none", URL: "/mes-invitations", Header: as(who.signIn(t, "ada@ville.example")), Status: 200, Contains: []string{"Aucune invitation"}, Lacks: []string{"Matinale"}},
		{Name: "nobody", URL: "/mes-invitations", Status: 303},
	})
}
