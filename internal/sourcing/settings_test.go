package sourcing_test

import (
	"errors"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
)

func TestSettings(t *testing.T) {
	var p sourcing.Programme
	foreign, reads := buys, buys
	foreign.Organisation, reads.Role = "other", account.Prescripteur
	for _, step := range []struct {
		name string
		do   func() error
		want error
	}{
		{"a first service", func() error { return p.AddService(buys, "a", "  Propreté ") }, nil},
		{"the same form again", func() error { return p.AddService(buys, "a", "Propreté") }, sourcing.ErrUnchanged},
		{"another of the same name", func() error { return p.AddService(buys, "b", "propreté") }, account.Fault("Un autre service porte déjà ce nom.")},
		{"without a name", func() error { return p.AddService(buys, "b", " ") }, account.Fault("Donnez un nom au service.")},
		{"by a foreign buyer", func() error { return p.AddService(foreign, "b", "Voirie") }, account.ErrNotAllowed},
		{"by who reads", func() error { return p.AddService(reads, "b", "Voirie") }, account.ErrNotAllowed},
		{"a person", func() error { return p.Enlist(buys, "a", "x") }, nil},
		{"the person again", func() error { return p.Enlist(buys, "a", "x") }, sourcing.ErrUnchanged},
		{"of no service", func() error { return p.Enlist(buys, "z", "x") }, sourcing.ErrNoService},
		{"figures over another revision", func() error { return p.Set(buys, sourcing.Figures{Threshold: 4}, 0) }, sourcing.ErrStale},
		{"figures", func() error { return p.Set(buys, sourcing.Figures{Threshold: 4, RenewalMonths: 18}, 2) }, nil},
		{"too many", func() error { return p.Set(buys, sourcing.Figures{Threshold: 21}, 3) }, account.Fault("Donnez un nombre de 1 à 20.")},
	} {
		if err := step.do(); !errors.Is(err, step.want) {
			t.Errorf("%s: %v, want %v", step.name, err, step.want)
		}
	}
	if p.Asked() != 4 || p.Ahead() != 18 || p.Service("a").Name != "Propreté" || len(p.OfPerson("x")) != 1 {
		t.Errorf("%+v", p)
	}
	if !p.Forget("x") || p.Forget("x") || len(p.Persons()) != 0 {
		t.Errorf("the person is still named: %+v", p)
	}
}

func TestOverdue(t *testing.T) {
	const today structure.Date = "2026-11-28"
	p := purchase()
	for _, c := range []struct {
		publication, start structure.Date
		state              sourcing.State
		want               bool
	}{
		{"2026-11-27", "", sourcing.Idea, true},
		{"2026-11-28", "", sourcing.Idea, false},
		{"2026-11-01", "2027-01-01", sourcing.Launched, false},
		{"2026-06-01", "2026-11-01", sourcing.Launched, true},
		{"2026-06-01", "2026-11-01", sourcing.Awarded, false},
		{"", "", sourcing.Idea, false},
	} {
		p = purchase()
		p.Publication, p.Start = c.publication, c.start
		for _, to := range map[sourcing.State][]sourcing.State{sourcing.Launched: {sourcing.Programmed, sourcing.Launched}, sourcing.Awarded: {sourcing.Programmed, sourcing.Launched, sourcing.Awarded}}[c.state] {
			if err := p.Move(buys, to, "", noon); err != nil {
				t.Fatal(err)
			}
		}
		if p.Overdue(today) != c.want {
			t.Errorf("%s, %s, %s: %v", c.publication, c.start, p.State(), !c.want)
		}
	}
	for d, want := range map[structure.Date]string{"": "", "2027-01-01": "2027-T1", "2027-06-30": "2027-T2", "2027-12-31": "2027-T4"} {
		if got := string(sourcing.QuarterOf(d)); got != want {
			t.Errorf("%s is in %s, want %s", d, got, want)
		}
	}
}

// The id of a lot is never given again: studies and decisions are known by it.
func TestLotIDsAreNotReused(t *testing.T) {
	p := purchase()
	p.Lots[0].ID = p.NewLotID()
	p.Lots = append(p.Lots, sourcing.Lot{ID: p.NewLotID(), Object: "B"})
	p.Lots[0].Object = "A"
	gone := p.Lots[1].ID
	in := p
	in.Lots, in.LastLot = p.Lots[:1:1], 0 // as a file or a form may have it
	if err := p.Write(buys, in, 1, noon); err != nil {
		t.Fatal(err)
	}
	if id := p.NewLotID(); id == gone || id == p.Lots[0].ID {
		t.Errorf("a third lot is %s", id)
	}
}
