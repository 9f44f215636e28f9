package sourcing_test

import (
	"errors"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
)

var (
	noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	buys = buyer.Member{Person: "p", Organisation: "o", Kind: account.KindPublic, Role: account.Buyer}
)

func purchase() sourcing.Purchase {
	return sourcing.Purchase{ID: "a", Organisation: "o", Object: "Nettoyage", Euros: 100_000, Lots: []sourcing.Lot{{ID: "l1"}}, Rev: 1}
}

func TestMove(t *testing.T) {
	p := purchase()
	for _, step := range []struct {
		to     sourcing.State
		reason string
		want   error
	}{
		{to: sourcing.Launched, want: account.Fault("Un achat « Idée » ne devient pas « Consultation lancée ».")},
		{to: sourcing.Programmed},
		{to: sourcing.Programmed, want: sourcing.ErrUnchanged},
		{to: sourcing.Published, want: account.Fault("Dites d’abord ce que le public en lira : l’achat se publie depuis la page « Annonce ».")},
		{to: sourcing.InSourcing},
		{to: sourcing.Programmed}, // a slip: back
		{to: sourcing.Launched},
		{to: sourcing.Unsuccessful, want: account.Fault("Dites pourquoi : le motif reste dans l’historique.")},
		{to: sourcing.Unsuccessful, reason: "Aucune offre"},
		{to: sourcing.Programmed}, // again
		{to: sourcing.Launched},
		{to: sourcing.Awarded},
		{to: sourcing.Programmed, want: account.Fault("Un achat « Attribué » ne devient pas « Programmé ».")},
	} {
		before := p.State()
		err := p.Move(buys, step.to, step.reason, noon)
		if !errors.Is(err, step.want) {
			t.Errorf("%s to %s: %v", before, step.to, err)
		}
		if want := step.to; err == nil && p.State() != want {
			t.Errorf("%s to %s ends %s", before, want, p.State())
		}
	}
	foreign := buys
	foreign.Organisation = "other"
	if err := p.Move(foreign, sourcing.Abandoned, "x", noon); !errors.Is(err, account.ErrNotAllowed) {
		t.Errorf("a foreign buyer moves it: %v", err)
	}
}

func TestAmounts(t *testing.T) {
	p := purchase()
	p.Months, p.Renewals = 12, 3 // each as long as the firm duration
	if got := p.AnnualOf(&p.Lots[0]); p.TotalMonths() != 48 || got != 25_000 {
		t.Errorf("%d months, %d a year", p.TotalMonths(), got)
	}
	p.Lots = []sourcing.Lot{{ID: "l1", Object: "A", Euros: 120_000}, {ID: "l2", Object: "B"}}
	if got := p.Check()["lots.0.euros"]; got == "" {
		t.Error("a lot larger than its purchase passes")
	}
	p.Lots[0].Euros, p.Lots[1].Euros = 60_000, 60_000
	if got := p.Check()["lots"]; got == "" {
		t.Error("lots larger together than their purchase pass")
	}
}
