//go:build lifted

package web_test

import (
	"testing"

	"sourcier/internal/event"
)

// TestOversold: a build without a guard must sell the last place twice, or the proof would
// not see what the guard is for.
func TestOversold(t *testing.T) {
	most := 0
	onEachStore(t, func(t *testing.T, s *seats) {
		for _, r := range limits() {
			restore := event.Lift(r.limit)
			got := s.lastSeat(t, r.room)
			restore()
			if got.came <= 3 {
				t.Errorf("without %s: %+v", r.limit, got)
			}
			most = max(most, got.came-3)
		}
	})
	t.Logf("figure: without its guard up to %d places too many", most)
}

// TestToldTwice: without the guard of the same answer, the same guest is written to again.
func TestToldTwice(t *testing.T) {
	defer event.Lift(event.GuardReplay)()
	most := 0
	onEachStore(t, func(t *testing.T, s *seats) {
		got := s.samePerson(t)
		if got.sent < 2 {
			t.Errorf("%+v", got)
		}
		most = max(most, got.sent)
	})
	t.Logf("figure: without its guard it is written to up to %d times", most)
}
