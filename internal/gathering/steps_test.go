package gathering_test

import (
	"errors"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/message"
	"sourcier/internal/store"
	"sourcier/internal/survey"
)

// stopped does what is killed after a step of it, and gives the portal that comes next.
func (w *world) stopped(t *testing.T, step string, do func(*gathering.Service) error) *gathering.Service {
	t.Helper()
	first := w.portal(t, w.same)
	first.StopAt(step, errKilled)
	if err := do(first); !errors.Is(err, errKilled) {
		t.Fatalf("not stopped after %q: %v", step, err)
	}
	return w.portal(t, w.same)
}

// Killed between the survey and those who are owed it: sent again, it asks each once.
func TestSurveyIsSentOn(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		e, guests := w.atDoor(t, 3)
		for i := range guests {
			w.scan(t, e.ID, "telephone-1", w.now(), w.byCode(&guests[i], "entree-000"+guests[i].ID))
		}
		w.move(4 * time.Hour)
		if err := w.WriteSurvey(t.Context(), w.lead, e.ID, survey.EventTemplates()[0].Questionnaire, 0); err != nil {
			t.Fatal(err)
		}
		send := func(s *gathering.Service) error {
			_, err := s.SendSurvey(t.Context(), w.lead, e.ID, "", 14)
			return err
		}
		next := w.stopped(t, "survey", send)
		if n := len(w.mails(t, message.EventSurvey)); n != 0 {
			t.Errorf("%d mails before it is sent", n)
		}
		if err := send(next); err != nil {
			t.Fatal(err)
		}
		if f := w.feedback(t, e.ID); len(f.Asked) != 3 || len(w.mails(t, message.EventSurvey)) != 3 {
			t.Errorf("%d asked, %d mails", len(f.Asked), len(w.mails(t, message.EventSurvey)))
		}
	})
}

// Killed while an address is put right: before the event has taken it nothing goes there,
// afterwards whoever comes next makes it the guest's, whose link before is dead.
func TestAddressIsMovedOn(t *testing.T) {
	for _, step := range []string{"moving", "moved"} {
		t.Run(step, func(t *testing.T) {
			onBoth(t, func(t *testing.T, w *world) {
				e := w.opened(t, 5)
				g := w.invited(t, e.ID, 1, nil)[0]
				w.mails(t, message.EventInvitation)
				correct := func(s *gathering.Service) error {
					d, err := s.Guests.Get(t.Context(), g.ID)
					if err != nil {
						t.Fatal(err)
					}
					in := d.Value
					in.Email = "juste@structure.example"
					return s.Correct(t.Context(), w.lead, e.ID, in, d.Value.Rev)
				}
				next := w.stopped(t, step, correct)
				taken := step == "moved"
				to := map[string]int{}
				for _, m := range w.mails(t, message.EventInvitation) {
					to[m.To]++
				}
				if to["1@structure.example"] != 1 || to["juste@structure.example"] != map[bool]int{true: 1}[taken] {
					t.Errorf("mails before it is done again: %v", to)
				}
				if _, err := w.ByLink(t.Context(), w.GuestToken(&g)); errors.Is(err, store.ErrNotFound) != taken {
					t.Errorf("the link of the address before: %v", err)
				}
				if err := correct(next); err != nil {
					t.Fatal(err)
				}
				to = map[string]int{}
				for _, m := range w.mails(t, message.EventInvitation) {
					to[m.To]++
				}
				d, err := w.Guests.Get(t.Context(), g.ID)
				if err != nil || d.Value.Email != "juste@structure.example" || d.Value.Moving != "" || d.Value.LinkNumber != g.LinkNumber+1 || to["juste@structure.example"] != 1 {
					t.Errorf("%+v, mails %v, %v", d.Value, to, err)
				}
			})
		})
	}
}

// Killed while somebody who is not on the list is let in: told again by the device, it is
// one guest, with one seat, who came once.
func TestWalkInIsTakenOn(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		e, _ := w.atDoor(t, 1)
		tell := func(s *gathering.Service) error {
			x := gathering.DoorScan{ID: "passage-0001", At: w.now(), Way: event.WalkIn, Walker: &gathering.Walker{Name: "Nadia", Role: event.AsBuyer}}
			_, err := s.Scanned(t.Context(), w.lead, e.ID, "telephone-1", w.now(), []gathering.DoorScan{x})
			return err
		}
		if err := tell(w.stopped(t, "walked", tell)); err != nil {
			t.Fatal(err)
		}
		if err := tell(w.stopped(t, "scanned", func(s *gathering.Service) error {
			_, err := s.Scanned(t.Context(), w.lead, e.ID, "telephone-1", w.now(), []gathering.DoorScan{{ID: "passage-0002", At: w.now(), Way: event.WalkIn, Walker: &gathering.Walker{Name: "Omar", Role: event.AsBuyer}}})
			return err
		})); err != nil {
			t.Fatal(err)
		}
		now := w.event(t, e.ID)
		entries, err := w.Entrances(t.Context(), e.ID)
		if err != nil || len(now.Seats) != 3 || len(entries) != 2 || len(entries[0].Conflicts)+len(entries[1].Conflicts) != 0 {
			t.Errorf("%d seats, %+v, %v", len(now.Seats), entries, err)
		}
		if n, err := w.Guests.CountLookup(t.Context(), store.GuestsOf(e.ID)); n != 3 || err != nil {
			t.Errorf("%d guests, %v", n, err)
		}
	})
}

// Killed once the attendance is closed: an entry that was noted meanwhile is seen by whoever
// comes next, and closed again it stays closed.
func TestSettledOn(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		e, guests := w.atDoor(t, 2)
		w.scan(t, e.ID, "telephone-1", w.now(), w.byCode(&guests[0], "entree-0001"))
		settle := func(s *gathering.Service) error { return s.Settle(t.Context(), w.lead, e.ID) }
		next := w.stopped(t, "settled", settle)
		late := event.Checkin{ID: gathering.ScanID(e.ID, account.NewID()), Event: e.ID, Guest: guests[1].ID, Device: "d", At: w.now(), Received: w.now(), Way: event.ByName, Result: event.Entered}
		if _, err := w.Checkins.Insert(t.Context(), late, store.Change{}); err != nil {
			t.Fatal(err)
		}
		if err := settle(next); err != nil {
			t.Fatal(err)
		}
		if now := w.event(t, e.ID); len(now.Met) != 2 || now.SettledAt.IsZero() {
			t.Errorf("%v came, settled %v", now.Met, now.SettledAt)
		}
	})
}
