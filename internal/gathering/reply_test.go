package gathering_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/message"
	"sourcier/internal/people"
	"sourcier/internal/store"
)

// A colleague who is a guest already is told apart by nobody; guests without a seat stay
// nowhere.
func TestReplyDelegate(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		e := w.opened(t, 1)
		guests := w.invited(t, e.ID, 3, nil)
		if _, err := w.Answer(t.Context(), w.reach(t, &guests[0]), gathering.Reply{Comes: true, Party: 1}); err != nil {
			t.Fatal(err)
		}
		var fault account.Fault
		if err := w.Delegate(t.Context(), w.reach(t, &guests[0]), "Moi", "1@structure.example", "192.0.2.1"); !errors.As(err, &fault) || w.reach(t, &guests[0]).Seat.Answer != event.Accepted {
			t.Fatalf("oneself: %v", err)
		}
		if err := w.Delegate(t.Context(), w.reach(t, &guests[0]), "Zoé", "zoe@structure.example", "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
		if err := w.Delegate(t.Context(), w.reach(t, &guests[1]), "Autre", "3@structure.example", "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
		got := w.event(t, e.ID)
		docs, err := w.Guests.FindLookup(t.Context(), store.GuestsOf(e.ID), 100)
		if err != nil || len(got.Seats) != 4 || len(docs) != 4 {
			t.Fatalf("%d seats, %d guests, %v", len(got.Seats), len(docs), err)
		}
		// The place goes to the colleague, as an offer.
		if s := got.Seats[3]; s.Answer != event.Offered || s.Until.IsZero() {
			t.Errorf("%+v", s)
		}
		// Five mails to one address in a quarter of an hour, whoever asks for them.
		for i := range 10 {
			err = w.Delegate(t.Context(), w.reach(t, &guests[2]), "Zoé", "zoe@structure.example", "192.0.2.1")
			if err != nil && i > 0 {
				break
			}
		}
		if err == nil {
			t.Error("a guest who is replaced proposes for ever")
		}
		var many *people.TooManyError
		for range 6 {
			err = w.People.CountMail(t.Context(), "zoe@structure.example", "192.0.2.9")
		}
		if !errors.As(err, &many) {
			t.Errorf("%v", err)
		}
	})
}

// What a calendar program answers counts once somebody confirms it, and only by the address
// that the portal wrote.
func TestReplyByCalendar(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		e := w.opened(t, 5)
		g := &w.invited(t, e.ID, 1, nil)[0]
		if _, err := w.Answer(t.Context(), w.reach(t, g), gathering.Reply{Comes: true, Party: 1}); err != nil {
			t.Fatal(err)
		}
		proof := message.GuestProof(w.People.Secret, message.GuestObject(e.ID, g.ID, g.LinkNumber))
		good := gathering.Inbox{Guest: g.ID, Proof: proof, UID: e.UID()}
		for what, in := range map[string]gathering.Inbox{
			"forged": {Guest: g.ID, Proof: strings.Repeat("a", 12), UID: e.UID()}, "another event": {Guest: g.ID, Proof: proof, UID: "x"}, "nobody": {Guest: "aaaaaaaaaaaaaa", Proof: proof, UID: e.UID()},
			"what is so already": {Guest: g.ID, Proof: proof, UID: e.UID(), Comes: true}, "an older request": {Guest: g.ID, Proof: proof, UID: e.UID(), Sequence: -1},
		} {
			if err := w.CalendarReply(t.Context(), in); err != nil || w.reach(t, g).Guest.Said != "" {
				t.Errorf("%s: %v, %+v", what, err, w.reach(t, g).Guest)
			}
		}
		if err := w.CalendarReply(t.Context(), good); err != nil {
			t.Fatal(err)
		}
		if r := w.reach(t, g); r.Guest.Said != event.Declined || r.Seat.Answer != event.Accepted {
			t.Fatalf("%+v", r)
		}
		_, line, err := w.LineOf(t.Context(), w.lead, e.ID)
		if err != nil || len(line.Said) != 1 || line.Said[0].Guest.Name != g.Name {
			t.Fatalf("%+v, %v", line, err)
		}
		reader := w.member(t, account.Buyer)
		if err := w.SettleSaid(t.Context(), reader, e.ID, g.ID, true); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("a buyer settles: %v", err)
		}
		if err := w.SettleSaid(t.Context(), w.lead, e.ID, g.ID, true); err != nil {
			t.Fatal(err)
		}
		if r := w.reach(t, g); r.Guest.Said != "" || r.Seat.Answer != event.Declined {
			t.Errorf("%+v", r)
		}
	})
}

// A CANCEL goes to a calendar only where a REQUEST went, also when both waited in the queue.
func TestReplyCancelsWhatWasSent(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		e := w.opened(t, 5)
		guests := w.invited(t, e.ID, 2, nil)
		say := func(i int, comes bool) {
			t.Helper()
			if _, err := w.Answer(t.Context(), w.reach(t, &guests[i]), gathering.Reply{Comes: comes, Party: 1}); err != nil {
				t.Fatal(err)
			}
			w.mails(t, message.EventConfirmed) // made, not sent
		}
		one := func(i int, k message.Kind) message.Message {
			t.Helper()
			for _, m := range w.mails(t, k) {
				if strings.Contains(m.Object, guests[i].ID) && m.SentAt.IsZero() {
					return m
				}
			}
			t.Fatalf("no %s to %d", k, i)
			return message.Message{}
		}
		stale := func(m message.Message) (withdrawn, calendar bool, until time.Time) {
			t.Helper()
			withdrawn, until, err := w.Stale(t.Context(), &m, w.now())
			if err != nil {
				t.Fatal(err)
			}
			return withdrawn, m.Details[message.DetailUID] != "", until
		}
		step := func(id string, do func(*message.Message) error) {
			t.Helper()
			if _, err := store.Update(t.Context(), w.Messages.Collection, id, func(m *message.Message) (store.Change, error) { return store.Change{}, do(m) }); err != nil {
				t.Fatal(err)
			}
		}
		say(0, true)
		say(1, true)
		request := one(1, message.EventConfirmed)
		say(0, false)
		say(1, false)
		// The REQUEST was never sent: it is withdrawn, and the letter of the other has no CANCEL.
		if gone, _, _ := stale(one(0, message.EventConfirmed)); !gone {
			t.Error("a REQUEST after its CANCEL")
		}
		if gone, calendar, _ := stale(one(0, message.EventReleased)); gone || calendar {
			t.Errorf("a CANCEL of nothing: %v %v", gone, calendar)
		}
		// One on its way is waited for; once it is sent, the CANCEL goes, with a higher SEQUENCE.
		step(request.ID, func(m *message.Message) error { return m.Lease(w.now(), "w", w.now().Add(time.Minute)) })
		cancel := one(1, message.EventReleased)
		if _, _, until := stale(cancel); !until.After(w.now()) {
			t.Error("a CANCEL does not wait for its REQUEST")
		}
		step(request.ID, func(m *message.Message) error { return m.Hand(w.now(), "w", w.now().Add(time.Minute)) })
		step(request.ID, func(m *message.Message) error { return m.Accept("w", message.Attempt{At: w.now()}) })
		if gone, calendar, until := stale(cancel); gone || !calendar || until.After(w.now()) || cancel.Details[message.DetailSequence] <= request.Details[message.DetailSequence] {
			t.Errorf("%v %v %v, %v after %v", gone, calendar, until, cancel.Details, request.Details)
		}
		// Who takes a place again is told a REQUEST alone, with a higher one still.
		say(1, true)
		if gone, _, _ := stale(cancel); !gone {
			t.Error("a CANCEL after the next REQUEST")
		}
		if again := one(1, message.EventConfirmed); again.Details[message.DetailSequence] != "2" || cancel.Details[message.DetailSequence] != "1" {
			t.Errorf("SEQUENCE %v after %v", again.Details, cancel.Details)
		}
	})
}

// Registrations that nobody answers do not fill the list.
func TestReplyRegistersNoFlood(t *testing.T) {
	e := event.Event{ID: "a", Access: event.OpenToAll, OpenedAt: noon, Starts: noon.AddDate(0, 1, 0), Ends: noon.AddDate(0, 1, 1), Room: event.Room{Capacity: 5}}
	ask := func(i int, at time.Time) error {
		address := account.Email(strings.Repeat("a", i+1) + "@x.example")
		_, err := e.Register(event.Seat{Guest: event.NewGuestID(), Mail: event.MailHash("a", address), Role: event.AsOther}, "", at)
		return err
	}
	for i := range event.MaxUnanswered {
		if err := ask(i, noon); err != nil {
			t.Fatal(err)
		}
	}
	n := len(e.Seats)
	if err := ask(n, noon.Add(time.Hour)); err == nil || len(e.Seats) != n {
		t.Errorf("%v, %d seats", err, len(e.Seats))
	}
	// Who is on the list is answered the same, or the answer would tell.
	if err := ask(0, noon.Add(time.Hour)); err == nil {
		t.Error("the page tells who is on the list when it is full")
	}
	if _, err := e.Accept(e.Seats[0].Guest, 1, noon.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := ask(n+1, noon.Add(3*24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := ask(n+2, noon.Add(3*24*time.Hour)); err != nil || len(e.Seats) > 4 || e.Seats[0].Answer != event.Accepted {
		t.Errorf("%v, %d seats", err, len(e.Seats))
	}
}

// How far the link of who asked to come has got is told as that of an invitation is.
func TestReplyRegisteredIsDelivered(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		e := w.opened(t, 10)
		err := w.On(t.Context(), w.lead, e.ID, "event.write", func(e *event.Event) error {
			e.Access = event.OpenToAll
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		g := event.Guest{ID: event.NewGuestID(), Name: "Bob", Email: "bob@structure.example", Role: event.AsStructure}
		if err := w.Register(t.Context(), &gathering.Publicly{Event: w.event(t, e.ID)}, g, "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
		w.mails(t, message.EventRegistered)
		seen, err := w.Event(t.Context(), w.lead, e.ID)
		if err != nil {
			t.Fatal(err)
		}
		list, err := w.GuestList(t.Context(), seen)
		if err != nil || len(list) != 1 {
			t.Fatalf("%d guests, %v", len(list), err)
		}
		told, err := w.Deliveries(t.Context(), &seen.Event, list)
		if d := told[g.ID]; err != nil || d.Message == nil || d.Notice != event.Registered {
			t.Errorf("delivery %+v, %v", told[g.ID], err)
		}
	})
}
