package demo

import (
	"reflect"
	"slices"
	"testing"

	"sourcier/internal/event"
)

// TestEvents holds the events of the demonstration to the rules that made them, on any
// territory, and to what their pages need.
func TestEvents(t *testing.T) {
	link := func(g *event.Guest) string {
		g.Link, g.Ticket = "link-"+g.ID, "ticket-"+g.ID
		return "token-" + g.ID
	}
	for _, home := range []string{"epci:200058014", "94081", "dep:48", "reg:11"} {
		t.Run(home, func(t *testing.T) {
			opts := crowdOptions(t, home)
			structures := slices.Collect(Generate(opts))
			crowd := People(opts, structures)
			plans := Programme(opts, crowd, structures)
			make := func() Gathered {
				out, err := Events(opts, crowd, plans, structures, link)
				if err != nil {
					t.Fatal(err)
				}
				return out
			}
			all := make()
			if !reflect.DeepEqual(all, make()) {
				t.Error("others the second time")
			}
			if len(all.Events) != 4 {
				t.Fatalf("%d events", len(all.Events))
			}
			checkMatinale(t, opts, &all)
			checkMasterclass(t, opts, &all.Events[1])
			if e := &all.Events[2]; e.State(opts.Today.Time()) != event.Drafted || !e.Kind.Discreet() || len(e.Seats) == 0 {
				t.Errorf("DuoDay: %s, %d seats", e.State(opts.Today.Time()), len(e.Seats))
			}
			if e := &all.Events[3]; e.Kind != event.External || len(e.Went) == 0 || e.Balance == "" {
				t.Errorf("salon: %+v", e)
			}
			checkGathered(t, opts, &all)
		})
	}
}

func checkMatinale(t *testing.T, opts Options, all *Gathered) {
	t.Helper()
	e := &all.Events[0]
	f := event.FiguresOf(e, event.Entries(all.Checkins))
	by := map[event.Role]event.Turnout{}
	for _, r := range f.Roles {
		by[r.Role] = r
	}
	if s := by[event.AsStructure]; e.State(opts.Today.Time()) != event.Past || s.Present != matinalePresent || len(e.Told()) != matinalePresent || s.Absent < 2 || s.Declined < 2 || s.Silent < 1 || f.Walked != 1 {
		t.Errorf("structures: %+v, %d told, %d walked in", s, len(e.Told()), f.Walked)
	}
	if b := by[event.AsBuyer]; b.Present < 15 || by[event.AsPartner].Present+b.Present < 17 {
		t.Errorf("buyers: %+v", b)
	}
	p := e.Presence(event.Entries(all.Checkins))
	if len(all.Feedbacks) != 1 || all.Feedbacks[0].EndedAt.IsZero() || all.Feedbacks[0].Published.Answers < 20 || e.SurveyedAt.IsZero() || p.Conflicts != 1 {
		t.Errorf("survey: %d answers; %d conflicts", all.Feedbacks[0].Published.Answers, p.Conflicts)
	}
	states := map[event.EncounterState]int{}
	for i := range all.Encounters {
		states[all.Encounters[i].State()]++
	}
	if states[event.EncounterAgreed] != 4 || states[event.EncounterWaits] != 2 || states[event.EncounterAlone] != 1 {
		t.Errorf("rencontres: %v", states)
	}
	if e.Cost() != 2_544_50 || e.Balance == "" || e.Next == "" || e.SettledAt.IsZero() || len(e.Programme) != 4 {
		t.Errorf("cost %d, %d sessions", e.Cost(), len(e.Programme))
	}
}

func checkMasterclass(t *testing.T, opts Options, e *event.Event) {
	t.Helper()
	counted := map[event.Answer]int{}
	for i := range e.Seats {
		counted[e.Seats[i].Answer]++
	}
	if e.State(opts.Today.Time()) != event.Open || e.Left() != 0 || counted[event.Accepted] != masterclassPlaces-1 || counted[event.Offered] != 1 || counted[event.Waitlisted] < 3 || counted[event.Pending] == 0 || e.PublishedAt.IsZero() {
		t.Errorf("masterclass: %s, %d left, %v", e.State(opts.Today.Time()), e.Left(), counted)
	}
	if e.Cost() != 5_324_50 || len(e.Promotions) != 2 {
		t.Errorf("masterclass: %d cents, %d promotions", e.Cost(), len(e.Promotions))
	}
}

// checkGathered holds what hangs together.
func checkGathered(t *testing.T, opts Options, all *Gathered) {
	t.Helper()
	guests, seats, wrong := map[string]bool{}, 0, 0
	for i := range all.Guests {
		g := &all.Guests[i]
		if guests[g.ID] || !g.Demo || g.Link == "" || g.Name == "" {
			t.Errorf("guest %+v", g)
		}
		guests[g.ID] = true
	}
	for i := range all.Events {
		e := &all.Events[i]
		if e.Owes() || e.Deficit() > 0 || !e.Demo {
			t.Errorf("%s: owes %v, deficit %d", e.Title, e.Owes(), e.Deficit())
		}
		for k := range e.Seats {
			if seats++; !guests[e.Seats[k].Guest] {
				t.Errorf("%s: a seat without its guest", e.Title)
			}
		}
		for _, h := range e.History {
			if !h.At.Before(opts.Today.Time()) {
				t.Errorf("%s: %s on %v", e.Title, h.What, h.At)
			}
		}
	}
	for _, m := range all.Mails {
		if m.Wrong {
			wrong++
		}
	}
	if seats != len(all.Guests) || len(all.Mails) < 150 || wrong == 0 {
		t.Errorf("%d seats of %d guests, %d mails, %d of them wrong", seats, len(all.Guests), len(all.Mails), wrong)
	}
}
