package registration_test

import (
	"errors"
	"testing"
	"time"

	"sourcier/internal/registration"
	"sourcier/internal/structure"
)

func available(on ...structure.Date) registration.Registration {
	r := registration.Registration{ID: "s", Owner: "o", Vested: "o", Applied: 1}
	v := registration.Version{N: 1}
	for _, d := range on {
		v.Sheet.Activities = append(v.Sheet.Activities, structure.Activity{Availability: structure.Availability{State: structure.Available, DeclaredOn: d}})
	}
	r.Versions = []registration.Version{v}
	return r
}

func TestLapses(t *testing.T) {
	for name, c := range map[string]struct {
		a    structure.Availability
		want structure.Date
	}{
		"undeclared":    {structure.Availability{}, ""},
		"no day":        {structure.Availability{State: structure.Available}, ""},
		"declared":      {structure.Availability{State: structure.OnQuote, DeclaredOn: "2026-08-31"}, structure.Date("2026-08-31").AddMonths(3)},
		"full, no end":  {structure.Availability{State: structure.BookedUp, DeclaredOn: "2026-09-01"}, "2026-12-01"},
		"full for long": {structure.Availability{State: structure.BookedUp, DeclaredOn: "2026-09-01", Until: "2027-06-01"}, "2026-12-01"},
		"over by then":  {structure.Availability{State: structure.BookedUp, DeclaredOn: "2026-09-01", Until: "2026-10-01"}, ""},
	} {
		got := registration.Lapses(c.a)
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		if got != "" && (c.a.On(got) == "" || c.a.On(got.AddDays(1)) != "") {
			t.Errorf("%s: %s is not the last day on which it holds", name, got)
		}
	}
}

// One mail tells of what lapses together, and none tells twice.
func TestLapsingIsToldOnce(t *testing.T) {
	r := available("2026-09-01", "2026-09-05", "2026-11-20")
	for day, want := range map[structure.Date]structure.Date{"2026-11-20": "", "2026-11-21": "2026-12-01", "2026-12-01": "2026-12-01", "2026-12-02": "2026-12-05", "2026-12-06": ""} {
		if got := r.Lapsing(day); got != want {
			t.Errorf("on %s: %q, want %q", day, got, want)
		}
	}
	r.Remind("2026-12-01")
	if got := r.Lapsing("2026-12-04"); got != "" {
		t.Errorf("what lapses soon after is told again: %s", got)
	}
	if got := r.Lapsing("2027-02-15"); got != "2027-02-20" {
		t.Errorf("a later one is %q", got)
	}
	for name, change := range map[string]func(*registration.Registration){
		"nobody owns it": func(r *registration.Registration) { r.Owner = "" },
		"under way":      func(r *registration.Registration) { r.Applied = 0 },
		"nothing yet":    func(r *registration.Registration) { r.Versions = nil },
	} {
		r := available("2026-09-01")
		change(&r)
		if got := r.Lapsing("2026-11-28"); got != "" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestRenew(t *testing.T) {
	at := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	r := available("2026-09-01", "2026-11-20")
	r.Versions[0].Sheet.Activities = append(r.Versions[0].Sheet.Activities, structure.Activity{})
	r.Draft = registration.NewDraft(r.Versions[0].Sheet, "p", at)
	r.Draft.Sheet.Name = "En cours"
	if err := r.Renew("another", "p", "2026-12-01", at); !errors.Is(err, registration.ErrNotYours) {
		t.Errorf("another organisation: %v", err)
	}
	if err := r.Renew("o", "p", "2026-12-02", at); !errors.Is(err, registration.ErrRenewed) {
		t.Errorf("another day: %v", err)
	}
	before := r.Versions[0].Sheet.Activities[0].Availability
	if err := r.Renew("o", "p", "2026-12-01", at); err != nil {
		t.Fatal(err)
	}
	list := r.Last().Sheet.Activities
	if r.Last().N != 2 || !r.Last().Renews || list[0].Availability.DeclaredOn != "2026-11-28" || list[1].Availability.DeclaredOn != "2026-11-28" || list[2].Availability.State != "" {
		t.Errorf("%+v", r.Last())
	}
	if r.Versions[0].Sheet.Activities[0].Availability != before {
		t.Error("the version before has changed")
	}
	if r.Draft.Sheet.Name != "En cours" || r.Draft.Sheet.Activities[0].Availability.DeclaredOn != "2026-11-28" {
		t.Errorf("the draft does not follow: %+v", r.Draft.Sheet)
	}
	if err := r.Renew("o", "p", "2026-12-01", at); !errors.Is(err, registration.ErrRenewed) {
		t.Errorf("twice: %v", err)
	}
}
