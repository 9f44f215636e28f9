package gathering_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/event"
	"sourcier/internal/store"
)

// found are the ids that hold a lookup key.
func found[T any](t *testing.T, c *store.Collection[T], key string) []string {
	t.Helper()
	docs, err := c.FindLookup(t.Context(), key, 10)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, d := range docs {
		ids = append(ids, d.ID)
	}
	return ids
}

// The three collections on both stores: what each key finds, and when it finds it no more;
// a version that is not the newest writes nothing; a scan is stored once.
func TestCollections(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		e := event.Event{ID: "e1", Organisation: w.town, CreatedBy: "p1", Ends: noon.Add(time.Hour), OpenedAt: noon, PublishedAt: noon, Needs: true, Partners: []event.Partner{{ID: "p1", Organisation: "cci", Invites: true, Relay: "r1"}, {ID: "p2", Organisation: "autre"}}, Met: []string{"s1"}}
		e.Seats = []event.Seat{{Guest: "g1", Mail: "m1", Answer: event.Offered, Until: noon.Add(time.Hour), Owed: []event.Due{{Notice: event.Offer, Number: 1}}}}
		d, err := w.Events.Events.Insert(ctx, e, store.Change{})
		if err != nil {
			t.Fatal(err)
		}
		keys := []string{store.EventsOf(w.town), store.EventsOf("cci"), store.EventByRelay("r1"), store.EventsMeeting("s1"), store.PublicEvents(noon.Add(time.Hour)), store.OwingEvents, store.OfferingEvents, store.UnsettledEvents, store.HoldingEvents}
		for _, key := range keys {
			if got := found(t, w.Events.Events, key); !slices.Equal(got, []string{"e1"}) {
				t.Errorf("%s finds %v", key, got)
			}
		}
		if got := found(t, w.Events.Events, store.EventsOf("autre")); got != nil {
			t.Errorf("a partner that invites nobody finds %v", got)
		}
		late := d
		d.Value.PublishedAt, d.Value.SettledAt, d.Value.LapsedAt, d.Value.Partners, d.Value.Met = time.Time{}, noon, noon, nil, nil
		d.Value.Seats[0].Answer, d.Value.Seats[0].Owed = event.Pending, nil
		if _, err = w.Events.Events.Replace(ctx, d, store.Change{}); err != nil {
			t.Fatal(err)
		}
		for _, key := range keys[1:] {
			if got := found(t, w.Events.Events, key); got != nil {
				t.Errorf("%s still finds %v", key, got)
			}
		}
		if _, err := w.Events.Events.Replace(ctx, late, store.Change{}); !errors.Is(err, store.ErrConflict) {
			t.Errorf("an older version is written: %v", err)
		}
		g := event.Guest{ID: "g1", Event: "e1", Person: "p1", AddedBy: "p2", Link: "l1", Ticket: "t1", Structure: "s1", Email: "Ada@Structure.example"}
		if _, err := w.Guests.Insert(ctx, g, store.Change{}); err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{store.GuestsOf("e1"), store.GuestByLink("l1"), store.GuestByTicket("t1"), store.GuestsFrom("s1"), store.GuestsAt(account.Email("ada@structure.example").Hash())} {
			if got := found(t, w.Guests, key); !slices.Equal(got, []string{"g1"}) {
				t.Errorf("%s finds %v", key, got)
			}
		}
		for _, key := range []string{store.GuestByTicket("l1"), store.GuestByLink("t1"), store.GuestByLink("")} {
			if got := found(t, w.Guests, key); got != nil {
				t.Errorf("%s finds %v", key, got)
			}
		}
		scan := event.Checkin{ID: "c1", Event: "e1", Guest: "g1", By: "p1", Result: event.Entered, At: noon}
		_, first := w.Checkins.Insert(ctx, scan, store.Change{})
		scan.At = noon.Add(time.Hour)
		if _, err := w.Checkins.Insert(ctx, scan, store.Change{}); first != nil || !errors.Is(err, store.ErrDuplicate) {
			t.Errorf("a scan is stored twice: %v, %v", first, err)
		}
		for _, key := range []string{store.GuestsOf("e1"), store.ScansOf("g1")} {
			if got := found(t, w.Checkins, key); !slices.Equal(got, []string{"c1"}) {
				t.Errorf("%s finds %v", key, got)
			}
		}
	})
}
