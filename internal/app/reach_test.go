package app

import (
	"context"
	"net/netip"
	"testing"

	"sourcier/internal/reach"
	"sourcier/internal/structure"
)

// What the store does not take waits, and what is left is stored when the portal stops.
func TestVisitsAreStored(t *testing.T) {
	a := mustOpen(t, testConfig(t))
	seen := func(n byte) {
		a.Reach.Count(netip.AddrFrom4([4]byte{192, 0, 2, n}), reach.Ticket{Kind: reach.Viewed, Structures: []string{"aaa"}}, func(string) bool { return false })
	}
	stored := func() int64 {
		months, err := a.People.Reaches.Of(t.Context(), "aaa", reach.Months(structure.DateOf(a.Now()), 1))
		if err != nil {
			t.Fatal(err)
		}
		if len(months) == 0 {
			return 0
		}
		return months[0].Viewed
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	seen(1)
	a.storeReach(over)
	if n := stored(); n != 0 {
		t.Errorf("%d stored by a store that does not answer", n)
	}
	seen(2)
	a.lastReach(over)
	if n := stored(); n != 2 {
		t.Errorf("%d of 2 visits stored", n)
	}
	a.lastReach(over)
	if n := stored(); n != 2 {
		t.Errorf("stored twice: %d", n)
	}
}
