package gathering_test

import (
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/message"
	"sourcier/internal/store"
)

func TestLastSeatGoesToOne(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		e := w.opened(t, 1)
		guests := w.invited(t, e.ID, 20, nil)
		other := w.portal(t, w.same)
		var took, wait atomic.Int64
		var all sync.WaitGroup
		for i := range guests {
			all.Go(func() {
				s := w.Service
				if i%2 == 1 {
					s = other
				}
				r, err := s.ByLink(t.Context(), w.GuestToken(&guests[i]))
				if err != nil {
					t.Error(err)
					return
				}
				switch a, err := s.Accept(t.Context(), r, 1); {
				case err != nil:
					t.Error(err)
				case a == event.Accepted:
					took.Add(1)
				case a == event.Waitlisted:
					wait.Add(1)
				}
			})
		}
		all.Wait()
		if took.Load() != 1 || wait.Load() != 19 {
			t.Errorf("%d took the place, %d wait", took.Load(), wait.Load())
		}
		if n := len(w.mails(t, message.EventConfirmed)); n != 1 {
			t.Errorf("%d confirmations", n)
		}
		if n := len(w.mails(t, message.EventWaits)); n != 19 {
			t.Errorf("%d told that they wait", n)
		}
	})
}

func TestFreedPlaceIsOfferedInOrder(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		e := w.opened(t, 1)
		guests := w.invited(t, e.ID, 3, nil)
		for i := range guests {
			if _, err := w.Accept(t.Context(), w.reach(t, &guests[i]), 1); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Decline(t.Context(), w.reach(t, &guests[0])); err != nil {
			t.Fatal(err)
		}
		if a := w.reach(t, &guests[1]).Seat.Answer; a != event.Offered {
			t.Errorf("the first who waits: %q", a.Label())
		}
		if n := len(w.mails(t, message.EventReleased)); n != 1 {
			t.Errorf("%d told that the place is given back", n)
		}
		w.move(48 * 3600e9)
		if err := w.CarryLapses(t.Context()); err != nil {
			t.Fatal(err)
		}
		if a, b := w.reach(t, &guests[1]).Seat.Answer, w.reach(t, &guests[2]).Seat.Answer; a != event.Pending || b != event.Offered {
			t.Errorf("after the offer has passed: %q, %q", a.Label(), b.Label())
		}
	})
}

func TestForeignEventIsNotFound(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		e := w.opened(t, 1)
		foreign := buyer.Member{Person: w.lead.Person, Organisation: account.NewID(), Kind: account.KindPublic, Role: account.Organiser}
		if _, err := w.Event(t.Context(), foreign, e.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("another organisation reads it: %v", err)
		}
		reader := w.member(t, account.Buyer)
		err := w.On(t.Context(), reader, e.ID, "event.room", func(e *event.Event) error { return e.Arrange(reader, event.Room{Capacity: 5}, e.Rev, w.now()) })
		if !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("a buyer changes the places: %v", err)
		}
	})
}

// The journal says which version of the event each act of a batch has made.
func TestJournalTellsTheVersion(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		e := w.opened(t, 3)
		if _, err := store.NewRelay(w.db, slog.New(slog.DiscardHandler), gathering.Sources...).Once(t.Context()); err != nil {
			t.Fatal(err)
		}
		audit, err := store.OpenAudit(t.Context(), w.db)
		if err != nil {
			t.Fatal(err)
		}
		page, err := audit.Page(t.Context(), store.AuditFilter{}, "", 10)
		if err != nil {
			t.Fatal(err)
		}
		versions := map[string]int64{}
		for i := range page.Lines {
			if l := &page.Lines[i]; l.Document == e.ID {
				versions[l.What] = l.Version
			}
		}
		if versions["event.create"] != 1 || versions["event.open"] != 2 {
			t.Errorf("versions %v", versions)
		}
	})
}
