package event

import (
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
)

// Who tells of a rencontre does not learn by it who is invited: the name of the guest whom
// the organiser finds is shown once that guest confirms. A discreet event has none, nor one
// whose names are gone.
func TestEncounterNamesNobodyTooSoon(t *testing.T) {
	at := time.Date(2026, 11, 30, 11, 0, 0, 0, time.UTC)
	lead := buyer.Member{Person: "p", Organisation: "o", Role: account.Organiser}
	e := &Event{ID: "e", Organisation: "o", Kind: Matinale, Starts: at.Add(-time.Hour), Ends: at.Add(time.Hour), OpenedAt: at.AddDate(0, -1, 0), Seats: []Seat{{Guest: "a"}, {Guest: "b"}}}
	x := &Encounter{ID: "x", Kind: MetThere, Day: at, Buyer: Met{Body: "la voirie"}, Supplier: Met{Guest: "a", Name: "Jeanne"}}
	if err := x.Tell("a", e, at); err != nil {
		t.Fatal(err)
	}
	if err := x.Match(lead, e, BuyerSide, Met{Guest: "b", Name: "Paul Tavernier", Body: "Ville"}, x.Rev, at); err != nil {
		t.Fatal(err)
	}
	if got := x.ShownTo("a"); got != "la voirie" {
		t.Errorf("who told reads %q", got)
	}
	if got := x.ShownTo("b"); got != "Jeanne" {
		t.Errorf("who is asked reads %q", got)
	}
	if err := x.Judge("b", true, at); err != nil || x.ShownTo("a") != "Paul Tavernier, Ville" {
		t.Errorf("once confirmed: %q, %v", x.ShownTo("a"), err)
	}
	for _, change := range []func(*Event){func(e *Event) { e.Kind = DuoDay }, func(e *Event) { e.LapsedAt = at }} {
		other := *e
		change(&other)
		y := &Encounter{ID: "y", Kind: MetThere, Day: at, Buyer: Met{Body: "la voirie"}, Supplier: Met{Guest: "a"}}
		if y.Begin(lead, &other, at) == nil || y.Tell("a", &other, at) == nil || other.Meets() == nil {
			t.Errorf("a rencontre of %s, lapsed %v", other.Kind, other.LapsedAt)
		}
	}
}
