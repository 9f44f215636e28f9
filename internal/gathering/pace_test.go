package gathering_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"sourcier/internal/event"
	"sourcier/internal/message"
)

// TestInvitationsPace times how long 5,000 invitations take from the button to the queue of
// mails. Its times depend on the machine: it is a part of scripts/bench alone.
func TestInvitationsPace(t *testing.T) {
	if os.Getenv("SOURCIER_INVITATIONS_PACE") == "" {
		t.Skip("SKIPPED, a measure: scripts/bench --invitations")
	}
	onBoth(t, func(t *testing.T, w *world) {
		const goal = 5 * time.Second
		e := w.opened(t, event.MaxCapacity)
		guests := make([]event.Guest, event.MaxSeats)
		for i := range guests {
			guests[i] = event.Guest{ID: event.NewGuestID(), Name: fmt.Sprintf("Invité %d", i), Email: fmt.Sprintf("%d@structure.example", i), Role: event.AsStructure}
		}
		began := time.Now()
		if n, _, err := w.Add(t.Context(), w.lead, e.ID, guests); n != len(guests) || err != nil {
			t.Fatalf("%d added, %v", n, err)
		}
		added := time.Since(began)
		now, mailing := w.event(t, e.ID), event.Mailing{Notice: event.Invitation, Text: "Venez nombreux."}
		all, err := now.Recipients(w.lead, mailing, w.now())
		if err != nil {
			t.Fatal(err)
		}
		began = time.Now()
		if err := w.Dispatch(t.Context(), w.lead, e.ID, mailing, now.Seal(mailing, all)); err != nil {
			t.Fatal(err)
		}
		answered := time.Since(began)
		n := len(w.mails(t, message.EventInvitation))
		queued := time.Since(began)
		t.Logf("figure: %d invitations, their guests added in %v, the page answered in %v, all queued in %v", n, added.Round(time.Millisecond), answered.Round(time.Millisecond), queued.Round(time.Millisecond))
		if after := w.event(t, e.ID); n != event.MaxSeats || after.Owes() || queued > goal {
			t.Errorf("%d mails queued in %v, the goal is %v; more owed: %v", n, queued, goal, after.Owes())
		}
	})
}
