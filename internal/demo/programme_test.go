package demo

import (
	"reflect"
	"slices"
	"testing"

	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
)

// TestProgramme holds the programmes of the demonstration to the rules, on any
// territory, and to what their pages need.
func TestProgramme(t *testing.T) {
	for _, home := range []string{"epci:200058014", "94081", "dep:48", "reg:11"} {
		t.Run(home, func(t *testing.T) {
			opts := crowdOptions(t, home)
			structures := slices.Collect(Generate(opts))
			crowd := People(opts, structures)
			plans := Programme(opts, crowd, structures)
			if again := Programme(opts, crowd, structures); !reflect.DeepEqual(plans, again) {
				t.Error("another programme the second time")
			}
			ids := map[string]bool{}
			for i := range plans.Purchases {
				checkPlanned(t, opts, &plans.Purchases[i], ids)
			}
			for i := range plans.Contracts {
				checkRunning(t, opts, &plans.Contracts[i], ids)
			}
			checkCounts(t, opts, &plans)
			prescripteur := crowd.People[2].ID
			if mine := plans.Programmes[0].OfPerson(prescripteur); len(mine) != 1 {
				t.Errorf("the prescripteur is of %v", mine)
			} else if !slices.ContainsFunc(plans.Purchases, func(p sourcing.Purchase) bool { return p.Service == mine[0].ID }) {
				t.Error("the service of the prescripteur plans nothing")
			}
		})
	}
}

// What is announced lies ahead, whatever the day: a quarter that is over is shown nowhere.
func TestAnnouncedLiesAhead(t *testing.T) {
	opts := crowdOptions(t, "epci:200058014")
	structures := slices.Collect(Generate(opts))
	crowd := People(opts, structures)
	for _, day := range []structure.Date{"2026-11-28", "2027-01-04", "2027-05-31"} {
		opts.Today = day
		plans := Programme(opts, crowd, structures)
		shown := 0
		for i := range plans.Purchases {
			a, public := plans.Purchases[i].Announced()
			if public && a.Launched.IsZero() && !a.ToCome(day) {
				t.Errorf("on %s, %s is announced for %s", day, a.Object, a.Quarter)
			}
			if public && a.ToCome(day) {
				shown++
			}
		}
		if shown < 10 {
			t.Errorf("on %s, %d to come", day, shown)
		}
	}
}

func checkPlanned(t *testing.T, opts Options, p *sourcing.Purchase, ids map[string]bool) {
	t.Helper()
	if faults := p.Check(); len(faults) > 0 || ids[p.ID] || !p.Demo || len(p.Places) == 0 {
		t.Errorf("%s: %v", p.Object, faults)
	}
	ids[p.ID] = true
	if _, ok := opts.Taxonomy.Label(taxonomy.CPV2008, p.CPV); !ok {
		t.Errorf("%s: CPV %s", p.Object, p.CPV)
	}
	for i := range p.Lots {
		l := &p.Lots[i]
		if l.CPV != "" {
			if _, ok := opts.Taxonomy.Label(taxonomy.CPV2008, l.CPV); !ok {
				t.Errorf("%s: CPV %s", l.Object, l.CPV)
			}
		}
		for _, code := range l.Sectors {
			if _, ok := opts.Taxonomy.Sector(code); !ok {
				t.Errorf("%s: sector %s", l.Object, code)
			}
		}
	}
	for _, step := range p.History {
		if step.At.After(opts.Today.Time().AddDate(0, 0, 1)) {
			t.Errorf("%s: %s on %v", p.Object, step.What, step.At)
		}
	}
}

func checkRunning(t *testing.T, opts Options, c *sourcing.Contract, ids map[string]bool) {
	t.Helper()
	if faults := c.Check(); len(faults) > 0 || !c.Runs(opts.Today) || c.Holder.Name == "" || c.Holder.Name == "Entreprise titulaire" && opts.Home.Value == "epci:200058014" {
		t.Errorf("%s, %s to %s, %s: %v", c.Object, c.Start, c.LastDay(), c.Holder.Name, faults)
	}
	near := c.LastDay() <= opts.Today.AddMonths(sourcing.DefaultRenewalMonths)
	if near && c.Purchase == "" || c.Purchase != "" && !ids[c.Purchase] {
		t.Errorf("%s ends on %s and is followed by %q", c.Object, c.LastDay(), c.Purchase)
	}
}

// checkCounts: every state, every view and every filter has something to show.
func checkCounts(t *testing.T, opts Options, plans *Plans) {
	t.Helper()
	states, own, external, late, forward, unsaid, followed := map[sourcing.State]int{}, map[string]int{}, 0, 0, 0, 0, 0
	for i := range plans.Purchases {
		p := &plans.Purchases[i]
		if p.External != nil {
			external++
			continue
		}
		own[p.Organisation]++
		states[p.State()]++
		if p.Overdue(opts.Today) {
			late++
		}
		if p.Forward != nil {
			forward++
		}
		if p.Total() == 0 {
			unsaid++
		}
		if p.Facilitateur != "" {
			followed++
		}
	}
	home := plans.Programmes[0].Organisation
	contracts := 0
	for i := range plans.Contracts {
		if plans.Contracts[i].Organisation == home {
			contracts++
		}
	}
	if own[home] != 40 || external != 1 || contracts != 12 || len(plans.Programmes) > 1 && own[plans.Programmes[1].Organisation] != 6 {
		t.Errorf("%v purchases, %d external, %d contracts", own, external, contracts)
	}
	for _, state := range sourcing.States {
		if states[state] == 0 {
			t.Errorf("no purchase is %s", state)
		}
	}
	if late < 2 || late > 8 || forward < 6 || unsaid < 2 || followed < 8 {
		t.Errorf("%d late, %d in the forward programme, %d without an amount, %d followed", late, forward, unsaid, followed)
	}
}
