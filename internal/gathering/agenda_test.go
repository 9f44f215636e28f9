package gathering_test

import (
	"errors"
	"testing"
	"time"

	"sourcier/internal/event"
	"sourcier/internal/message"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// The public agenda lists what is published and not over, and tells nothing of guests.
func TestAgenda(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		e := w.opened(t, 2)
		w.invited(t, e.ID, 1, nil)
		if list, err := w.Agenda(t.Context()); err != nil || len(list) != 0 {
			t.Fatalf("%d listed before, %v", len(list), err)
		}
		if _, err := w.Public(t.Context(), e.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("read before it is published: %v", err)
		}
		publish := func(yes bool) {
			t.Helper()
			if err := w.On(t.Context(), w.lead, e.ID, "event.publish", func(e *event.Event) error { return e.Publish(w.lead, yes, w.now()) }); err != nil {
				t.Fatal(err)
			}
		}
		publish(true)
		list, err := w.Agenda(t.Context())
		if err != nil || len(list) != 1 || list[0].Organiser != "Ville de Test" || list[0].Left != 2 || len(list[0].Event.Seats)+len(list[0].Event.History)+len(list[0].Event.Sendings) > 0 {
			t.Fatalf("%+v, %v", list, err)
		}
		w.move(15 * 24 * time.Hour)
		if list, err := w.Agenda(t.Context()); err != nil || len(list) != 0 {
			t.Errorf("%d listed once it is over, %v", len(list), err)
		}
		if _, err := w.Public(t.Context(), e.ID); err != nil {
			t.Errorf("its page is gone: %v", err)
		}
		publish(false)
		if _, err := w.Public(t.Context(), e.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("read after it is withdrawn: %v", err)
		}
	})
}

// A poll goes to each guest once, counts what they say, and is not sent any more once the
// date is chosen.
func TestPollOfDates(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		e := event.Event{ID: "sonde", Kind: event.Workshop, Title: "Atelier", Access: event.ByInvitation, Room: event.Room{Capacity: 5}}
		if err := w.Create(t.Context(), w.lead, e); err != nil {
			t.Fatal(err)
		}
		guests := []event.Guest{{Name: "Alix", Email: "alix@structure.example", Role: event.AsStructure}, {Name: "Noé", Email: "noe@structure.example", Role: event.AsBuyer}}
		if _, _, err := w.Add(t.Context(), w.lead, e.ID, guests); err != nil {
			t.Fatal(err)
		}
		one, two := w.now().AddDate(0, 1, 0), w.now().AddDate(0, 1, 1)
		do := func(what string, act func(*event.Event) error) {
			t.Helper()
			if err := w.On(t.Context(), w.lead, e.ID, what, act); err != nil {
				t.Fatal(err)
			}
		}
		for _, at := range []time.Time{one, two} {
			do("event.dates", func(e *event.Event) error { return e.ProposeDate(w.lead, at, at.Add(time.Hour), e.Rev, w.now()) })
		}
		do("event.poll", func(x *event.Event) error {
			_, err := x.AskDates(w.lead, []string{x.Seats[0].Guest, x.Seats[1].Guest}, w.now().AddDate(0, 0, 7), "Merci.", x.Rev, w.now())
			return err
		})
		mails := w.mails(t, message.EventPoll)
		if len(mails) != 2 {
			t.Fatalf("%d mails", len(mails))
		}
		now := w.event(t, e.ID)
		_, err := store.Update(t.Context(), w.Guests, now.Seats[1].Guest, func(g *event.Guest) (store.Change, error) {
			g.Dates, g.PolledAt = []string{now.Dates[1].ID}, w.now()
			return store.Change{}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		votes, voted, err := w.Votes(t.Context(), &now)
		if err != nil || votes.Answered != 1 || votes.All[now.Dates[1].ID] != 1 || votes.By[now.Dates[1].ID][now.Seats[1].Role] != 1 || !voted[now.Seats[1].Guest] || voted[now.Seats[0].Guest] {
			t.Errorf("%+v, %v", votes, err)
		}
		if stale, _, err := w.Stale(t.Context(), &mails[0], w.now()); err != nil || stale {
			t.Errorf("withdrawn while the poll runs: %v", err)
		}
		if err := w.On(t.Context(), w.lead, e.ID, "event.date", func(e *event.Event) error { return e.ChooseDate(w.lead, now.Dates[1].ID, now.Rev-1, w.now()) }); !errors.Is(err, sourcing.ErrStale) {
			t.Errorf("chosen from an older page: %v", err)
		}
		do("event.date", func(e *event.Event) error { return e.ChooseDate(w.lead, now.Dates[1].ID, e.Rev, w.now()) })
		if stale, _, err := w.Stale(t.Context(), &mails[0], w.now()); err != nil || !stale {
			t.Errorf("sent although the date is chosen: %v", err)
		}
	})
}
