package web_test

import (
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/message"
	"sourcier/internal/store"
)

// hosted opens an event of a member's organisation in two weeks, with guests who are
// invited; change may set it before it opens.
func (w *crowd) hosted(t *testing.T, lead buyer.Member, id string, guests []event.Guest, change func(*event.Event)) event.Event {
	t.Helper()
	ctx, at, s := t.Context(), clock(), w.Gathering
	e := event.Event{
		ID: id, Kind: event.Matinale, Title: "Matinale des achats responsables", Access: event.ByInvitation, Room: event.Room{Capacity: 2},
		Starts: at.AddDate(0, 0, 14), Ends: at.AddDate(0, 0, 14).Add(3 * time.Hour), Place: event.Place{Name: "Mairie d’Orly"}, Contact: "evenements@ville.example",
	}
	if change != nil {
		change(&e)
	}
	if err := s.Create(ctx, lead, e); err != nil {
		t.Fatal(err)
	}
	if e.Starts.IsZero() { // a poll looks for the date
		if _, _, err := s.Add(ctx, lead, id, guests); err != nil {
			t.Fatal(err)
		}
		return e
	}
	var ids []string
	for i := range guests {
		if guests[i].ID == "" {
			guests[i].ID = event.NewGuestID()
		}
		ids = append(ids, guests[i].ID)
	}
	err := s.On(ctx, lead, id, "event.open", func(e *event.Event) error { return e.OpenUp(lead, at) })
	if err == nil && len(guests) > 0 {
		_, _, err = s.Add(ctx, lead, id, guests)
	}
	if err == nil && len(guests) > 0 {
		err = s.On(ctx, lead, id, "event.send", func(e *event.Event) error {
			_, err := e.Invite(lead, ids, "", at)
			return err
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return w.eventOf(t, id)
}

func (w *crowd) eventOf(t *testing.T, id string) event.Event {
	t.Helper()
	d, err := w.Gathering.Events.Events.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return d.Value
}

// guestOf reads the guest of an address.
func (w *crowd) guestOf(t *testing.T, id, address string) event.Guest {
	t.Helper()
	docs, err := w.Gathering.Guests.FindLookup(t.Context(), store.GuestsAt(account.Email(address).Hash()), 10)
	if err != nil {
		t.Fatal(err)
	}
	for i := range docs {
		if docs[i].Value.Event == id {
			return docs[i].Value
		}
	}
	t.Fatalf("no guest %s", address)
	return event.Guest{}
}

// ownPage is the personal page of the guest of an address.
func (w *crowd) ownPage(t *testing.T, id, address string) string {
	t.Helper()
	g := w.guestOf(t, id, address)
	return "/participation/" + w.Gathering.GuestToken(&g)
}

// lettersTo are the kinds of mails to an address, once all that is owed is made.
func (w *crowd) lettersTo(t *testing.T, address string) map[message.Kind]int {
	t.Helper()
	if err := w.Gathering.CarryMails(t.Context()); err != nil {
		t.Fatal(err)
	}
	docs, err := w.Messages.FindLookup(t.Context(), store.MessagesTo(message.AddressHash(account.Email(address).Key())), 100)
	if err != nil {
		t.Fatal(err)
	}
	out := map[message.Kind]int{}
	for i := range docs {
		out[docs[i].Value.Kind]++
	}
	return out
}
