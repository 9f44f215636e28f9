package gathering_test

import (
	"errors"
	"testing"
	"time"

	"sourcier/internal/event"
	"sourcier/internal/message"
	"sourcier/internal/store"
)

// set has a mail be where a sender would bring it.
func (w *world) set(t *testing.T, id string, state message.State) {
	t.Helper()
	_, err := store.Update(t.Context(), w.Messages.Collection, id, func(m *message.Message) (store.Change, error) {
		err := m.Lease(w.now(), "s", w.now().Add(time.Minute))
		if state != message.Leased {
			err = errors.Join(err, m.Hand(w.now(), "s", w.now().Add(time.Minute)), m.Accept("s", message.Attempt{At: w.now()}))
		}
		return store.Change{}, err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A CANCEL leaves with its calendar when a REQUEST has left before, and then alone: one that
// waits is withdrawn, one that is with a server is waited for.
func TestCancelLeavesAfterItsRequest(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		for _, c := range []struct {
			request  message.State
			off      bool // the event is called off, else the guest gives the place back
			calendar bool
			waits    bool
			after    message.State // of the REQUEST
		}{
			{message.Sent, false, true, false, message.Sent}, {message.Queued, false, false, false, message.Refused}, {message.Leased, false, false, true, message.Leased},
			{message.Sent, true, true, false, message.Sent}, {message.Queued, true, false, false, message.Refused}, {message.Leased, true, false, true, message.Leased},
		} {
			w.move(time.Hour)
			e := w.opened(t, 2)
			g := w.invited(t, e.ID, 1, nil)[0]
			if _, err := w.Accept(t.Context(), w.reach(t, &g), 1); err != nil {
				t.Fatal(err)
			}
			request := w.only(t, message.EventConfirmed, e.ID)
			if c.request != message.Queued {
				w.set(t, request.ID, c.request)
			}
			kind := message.EventReleased
			var err error
			if c.off {
				kind = message.EventCalledOff
				err = w.On(t.Context(), w.lead, e.ID, "event.cancel", func(e *event.Event) error { return e.CallOff(w.lead, "Grève", w.now()) })
			} else {
				err = w.Decline(t.Context(), w.reach(t, &g))
			}
			if err != nil {
				t.Fatal(err)
			}
			m := w.only(t, kind, e.ID)
			withdrawn, until, err := w.Stale(t.Context(), &m, w.now())
			waits := until.After(w.now())
			if err != nil || withdrawn || waits != c.waits || !waits && (m.Details[message.DetailUID] != "") != c.calendar {
				t.Errorf("%s, REQUEST %s: withdrawn %v, until %v, UID %q, %v", kind, c.request, withdrawn, until, m.Details[message.DetailUID], err)
			}
			d, err := w.Messages.Get(t.Context(), request.ID)
			if got := d.Value.State(w.now()); err != nil || got != c.after {
				t.Errorf("%s: the REQUEST that was %s is %s, %v", kind, c.request, got, err)
			}
		}
	})
}

// only is the one mail of a kind about an event.
func (w *world) only(t *testing.T, kind message.Kind, id string) message.Message {
	t.Helper()
	var out []message.Message
	for _, m := range w.mails(t, kind) {
		if m.Object[:len(id)] == id {
			out = append(out, m)
		}
	}
	if len(out) != 1 {
		t.Fatalf("%d mails %s", len(out), kind)
	}
	return out[0]
}

// An event that is called off while its invitations and reminders wait: they do not leave,
// and who was never written to is not told of it.
func TestCalledOffWhileMailsWait(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		e := w.opened(t, 2)
		guests := w.invited(t, e.ID, 2, nil)
		for _, m := range w.mails(t, message.EventInvitation) {
			if m.To == guests[0].Email {
				w.set(t, m.ID, message.Sent)
			}
		}
		if err := w.On(t.Context(), w.lead, e.ID, "event.cancel", func(e *event.Event) error { return e.CallOff(w.lead, "Grève", w.now()) }); err != nil {
			t.Fatal(err)
		}
		for _, m := range w.mails(t, message.EventCalledOff) {
			withdrawn, until, err := w.Stale(t.Context(), &m, w.now())
			if err != nil || !until.IsZero() || withdrawn != (m.To == guests[1].Email) || m.Details[message.DetailUID] != "" {
				t.Errorf("to %s: withdrawn %v, until %v, UID %q, %v", m.To, withdrawn, until, m.Details[message.DetailUID], err)
			}
		}
		for _, m := range w.mails(t, message.EventInvitation) {
			if withdrawn, _, err := w.Stale(t.Context(), &m, w.now()); !withdrawn || err != nil {
				t.Errorf("an invitation to what is called off: %v, %v", withdrawn, err)
			}
		}
	})
}

// After closing nobody can answer: an invitation that waited does not leave.
func TestInvitationAfterClosing(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		e := w.opened(t, 2)
		w.invited(t, e.ID, 1, nil)
		m := w.only(t, message.EventInvitation, e.ID)
		for at, want := range map[time.Time]bool{noon: false, e.Starts: true} {
			if withdrawn, _, err := w.Stale(t.Context(), &m, at); withdrawn != want || err != nil {
				t.Errorf("at %v: withdrawn %v, %v", at, withdrawn, err)
			}
		}
	})
}
