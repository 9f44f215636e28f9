package demo

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
)

// TestSourcings holds the sourçages of the demonstration to the rules that made them, on
// any territory, and to what their pages need.
func TestSourcings(t *testing.T) {
	nobody := func(buyer.Member, string, string) (sourcing.Study, error) { return sourcing.Study{}, nil }
	for _, home := range []string{"epci:200058014", "94081", "dep:48", "reg:11"} {
		t.Run(home, func(t *testing.T) {
			opts := crowdOptions(t, home)
			structures := slices.Collect(Generate(opts))
			crowd := People(opts, structures)
			plans := Programme(opts, crowd, structures)
			make := func() Sourced {
				out, err := Sourcings(opts, crowd, plans, structures, nobody, func(error) bool { return false })
				if err != nil {
					t.Fatal(err)
				}
				return out
			}
			all := make()
			if !reflect.DeepEqual(all, make()) {
				t.Error("others the second time")
			}
			if len(all.Operations) != 2 || len(all.Longlists) != 2 {
				t.Fatalf("%d operations, %d panels", len(all.Operations), len(all.Longlists))
			}
			running, launched := &all.Operations[0], &all.Operations[1]
			if running.State() != sourcing.Opened || running.Silent() || len(running.Contacts()) != 9 || len(running.Gaps()) == 0 || !running.Deadline.After(opts.Today.Time()) {
				t.Errorf("running: %s, %d contacted, %d gaps", running.State(), len(running.Contacts()), len(running.Gaps()))
			}
			if launched.State() != sourcing.Analysing || !launched.Silent() || len(launched.Findings) < 5 || len(launched.Rejections) == 0 {
				t.Errorf("launched: %s, %d findings", launched.State(), len(launched.Findings))
			}
			for i := range all.Operations {
				checkSourcing(t, opts, &all, i)
			}
		})
	}
}

func checkSourcing(t *testing.T, opts Options, all *Sourced, i int) {
	t.Helper()
	o, l := &all.Operations[i], &all.Longlists[i]
	if left := o.Undecided(l); len(left) > 1 || !o.Demo || l.Seal() != o.Panel.Hash { // one was added late
		t.Errorf("%s: %d undecided", o.Title, len(left))
	}
	for _, step := range o.History {
		if !step.At.Before(opts.Today.Time().AddDate(0, 0, 1)) {
			t.Errorf("%s: %s on %v", o.Title, step.What, step.At)
		}
	}
	if !slices.IsSortedFunc(o.History, func(a, b sourcing.Step) int { return a.At.Compare(b.At) }) {
		t.Errorf("%s: its clock goes back", o.Title)
	}
	mine := 0
	for _, m := range all.Mails {
		if m.Operation == o.ID {
			mine++
		}
	}
	if mine < len(o.Contacts()) {
		t.Errorf("%s: %d mails", o.Title, mine)
	}
}

// Without a lot, without a study: nothing is asked of anybody, and a real fault is told.
func TestSourcingsOfALotThatIsGone(t *testing.T) {
	opts := crowdOptions(t, "epci:200058014")
	structures := slices.Collect(Generate(opts))
	crowd := People(opts, structures)
	plans := Programme(opts, crowd, structures)
	gone := errors.New("gone")
	study := func(buyer.Member, string, string) (sourcing.Study, error) { return sourcing.Study{}, gone }
	out, err := Sourcings(opts, crowd, plans, structures, study, func(err error) bool { return errors.Is(err, gone) })
	if err != nil || len(out.Operations) != 0 {
		t.Errorf("%d operations, %v", len(out.Operations), err)
	}
	if _, err := Sourcings(opts, crowd, plans, structures, study, func(error) bool { return false }); !errors.Is(err, gone) {
		t.Error(err)
	}
}
