package event

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
)

var (
	doorDay  = time.Date(2026, 12, 14, 8, 0, 0, 0, time.UTC)
	doorLead = buyer.Member{Person: "p", Organisation: "o", Role: account.Organiser}
)

func atDoor(change func(*Event)) *Event {
	e := &Event{ID: "e", Organisation: "o", Kind: Matinale, OpenedAt: doorDay.AddDate(0, 0, -7), Starts: doorDay, Ends: doorDay.Add(3 * time.Hour), Room: Room{Capacity: 2}, Seats: []Seat{
		{Guest: "a", Mail: "ma", Role: AsBuyer, Party: 2, Answer: Accepted}, {Guest: "b", Mail: "mb", Role: AsStructure, Party: 1}, {Guest: "c", Mail: "mc", Role: AsStructure, Party: 1, Answer: Declined},
	}}
	if change != nil {
		change(e)
	}
	return e
}

func TestWelcomes(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Event)
		at     time.Time
		want   error
	}{
		{"on the day", nil, doorDay, nil},
		{"the day before", nil, doorDay.Add(-24 * time.Hour), nil},
		{"earlier", nil, doorDay.Add(-24*time.Hour - time.Second), ErrDoorEarly},
		{"weeks later, a phone that was left in a drawer", nil, doorDay.AddDate(0, 1, 0), nil},
		{"cancelled", func(e *Event) { e.CancelledAt = doorDay }, doorDay, ErrCalledOff},
		{"never opened", func(e *Event) { e.OpenedAt = time.Time{} }, doorDay, ErrDraft},
		{"names are gone", func(e *Event) { e.LapsedAt = doorDay }, doorDay, ErrDoorGone},
		{"of others", func(e *Event) { e.Organisation = "x" }, doorDay, account.ErrNotAllowed},
	} {
		if err := atDoor(c.change).Welcomes(doorLead, c.at); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		seat Seat
		in   bool
		want Result
	}{
		{Seat{Answer: Accepted}, false, Entered}, {Seat{Answer: Accepted}, true, Already}, {Seat{Walked: true}, false, Entered},
		{Seat{}, false, NotDue}, {Seat{Answer: Waitlisted}, false, NotDue}, {Seat{Answer: Offered}, false, NotDue}, {Seat{Answer: Cancelled}, false, NotDue},
	} {
		if got := c.seat.Judge(c.in); got != c.want {
			t.Errorf("%+v, in %v: %s", c.seat, c.in, got)
		}
	}
}

func TestWalkTakesNoPlace(t *testing.T) {
	e := atDoor(nil)
	if g, err := e.Walk(doorLead, Seat{Guest: "w", Mail: "mw", Role: AsOther}, doorDay); err != nil || g != "w" {
		t.Fatalf("%s, %v", g, err)
	}
	if n, _ := e.Taken(); n != 2 || e.Deficit() != 0 {
		t.Errorf("%d places are taken, a deficit of %d", n, e.Deficit())
	}
	for name, c := range map[string]struct {
		seat Seat
		want string
	}{"the same scan again": {Seat{Guest: "w", Mail: "x"}, "w"}, "an address of the list": {Seat{Guest: "v", Mail: "mb"}, "b"}} {
		before := slices.Clone(e.Seats)
		if g, err := e.Walk(doorLead, c.seat, doorDay); !errors.Is(err, sourcing.ErrUnchanged) || g != c.want || !reflect.DeepEqual(before, e.Seats) {
			t.Errorf("%s: %s, %v", name, g, err)
		}
	}
}

func TestSettleKeepsWhoCame(t *testing.T) {
	e := atDoor(nil)
	if err := e.Settle(doorLead, nil, doorDay.Add(-time.Second)); !errors.Is(err, ErrNotBegun) || !e.SettledAt.IsZero() {
		t.Errorf("before it begins: %v", err)
	}
	if err := e.Resettle([]string{"s1"}); !errors.Is(err, sourcing.ErrUnchanged) || e.Met != nil {
		t.Errorf("corrected before it is settled: %v", err)
	}
	if err := e.Settle(doorLead, []string{"s2", "", "s1", "s2"}, doorDay); err != nil || !slices.Equal(e.Met, []string{"s1", "s2"}) {
		t.Errorf("%v, %v", e.Met, err)
	}
	settled := e.SettledAt
	if err := e.Settle(doorLead, []string{"s1", "s2"}, doorDay.Add(time.Hour)); !errors.Is(err, sourcing.ErrUnchanged) || e.SettledAt != settled {
		t.Errorf("again: %v", err)
	}
	if err := e.Resettle([]string{"s3"}); err != nil || !slices.Equal(e.Met, []string{"s3"}) {
		t.Errorf("%v, %v", e.Met, err)
	}
	discreet := atDoor(func(e *Event) { e.Kind = HandiCafe })
	if err := discreet.Settle(doorLead, []string{"s1"}, doorDay); err != nil || discreet.Met != nil || discreet.SettledAt.IsZero() {
		t.Errorf("a discreet event keeps %v, %v", discreet.Met, err)
	}
}

func TestPresence(t *testing.T) {
	e := atDoor(nil)
	p := e.Presence([]Entry{{Guest: "a", Party: 2, Conflicts: []string{"x"}}, {Guest: "b", Party: 1}, {Guest: "gone", Party: 1}})
	if p.Present != 3 || p.Expected != 2 || p.Guests != 2 || p.Walked != 1 || p.Conflicts != 1 || p.Of[AsBuyer] != 2 || p.Of[AsStructure] != 1 {
		t.Errorf("%+v", p)
	}
}
