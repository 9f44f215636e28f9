package programme_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// guarded is a contract that ends on 30 June 2027: its renewal is due on noon's day.
func guarded() sourcing.Contract {
	return sourcing.Contract{
		ID: account.NewID(), Object: "Gardiennage", Nature: sourcing.Services, CPV: "79713000", Euros: 480_000, Start: "2023-07-01", End: "2025-06-30", Renewals: 2, RenewalMonths: 12, Renewed: 1,
		Sectors: []string{"gardiennage"}, Places: []string{"94081"}, Holder: sourcing.Firm{Name: "Vigie", SIREN: "732829320"}, TakeOver: sourcing.Yes,
	}
}

// store puts a contract there as an import does: nothing is proposed yet.
func (w *world) stored(t *testing.T, m buyer.Member, c sourcing.Contract) string {
	t.Helper()
	c.Begin(m, w.now())
	if _, err := w.Contracts.Insert(t.Context(), c, store.Change{}); err != nil {
		t.Fatal(err)
	}
	return c.ID
}

// propose runs the job and gives what it proposed.
func (w *world) propose(t *testing.T) int {
	t.Helper()
	run, err := w.ProposeRenewals(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return run.Proposed
}

func (w *world) contract(t *testing.T, id string) sourcing.Contract {
	t.Helper()
	d, err := w.Contracts.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return d.Value
}

func TestContract(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, town := t.Context(), w.town(t, "Mairie")
		buys, sees := w.member(t, town, account.Buyer), w.member(t, town, account.Prescripteur)
		foreign := w.member(t, w.town(t, "Autre mairie"), account.Buyer)
		c := guarded()
		if err := w.CreateContract(ctx, sees, c); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("a prescripteur writes: %v", err)
		}
		for range 2 { // the same form sent twice
			if err := w.CreateContract(ctx, buys, c); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.CreateContract(ctx, foreign, c); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("an id that is another's: %v", err)
		}
		if list, _, err := w.ContractList(ctx, buys); err != nil || len(list) != 1 || list[0].FollowedAt.IsZero() {
			t.Fatalf("%+v %v", list, err)
		}
		if list, _, _ := w.ContractList(ctx, sees); len(list) != 0 {
			t.Error("a prescripteur sees what no service of theirs has")
		}
		for name, err := range map[string]error{
			"read": second(w.Contract(ctx, foreign, c.ID)), "written": w.WriteContract(ctx, foreign, c.ID, c, 1), "ended": w.EndContract(ctx, foreign, c.ID, "Fin", 1), "proposed": w.ProposeNow(ctx, foreign, c.ID),
		} {
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("a foreign contract is %s: %v", name, err)
			}
		}
		bad := guarded()
		bad.Service = "inconnu"
		if err := w.CreateContract(ctx, buys, bad); !errors.As(err, new(account.Fault)) {
			t.Errorf("a service that is not there: %v", err)
		}
		if err := w.EndContract(ctx, buys, c.ID, "", 1); !errors.As(err, new(account.Fault)) {
			t.Errorf("ended without a reason: %v", err)
		}
		for range 2 {
			if err := w.EndContract(ctx, buys, c.ID, "Résiliation", 1); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.WriteContract(ctx, buys, c.ID, c, 2); !errors.Is(err, sourcing.ErrOver) {
			t.Errorf("an ended contract is written: %v", err)
		}
	})
}

func second(_ store.Doc[sourcing.Contract], _ sourcing.Programme, err error) error { return err }

func TestTwoWritersOfAContract(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		buys := w.member(t, w.town(t, "Mairie"), account.Buyer)
		id := w.stored(t, buys, guarded())
		var wg sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			wg.Go(func() {
				in := guarded()
				in.Reference = string(rune('A' + i))
				errs[i] = w.WriteContract(t.Context(), buys, id, in, 1)
			})
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else if !errors.Is(err, sourcing.ErrStale) {
				t.Error(err)
			}
		}
		if won != 1 {
			t.Errorf("%d writers won over one revision", won)
		}
	})
}

func TestRenewalIsProposedOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		buys := w.member(t, w.town(t, "Mairie"), account.Buyer)
		id := w.stored(t, buys, guarded())
		later := guarded()
		later.End = "2026-06-30" // until 2028
		after := w.stored(t, buys, later)
		past := guarded()
		past.End = "2020-06-30"
		gone := w.stored(t, buys, past)

		var wg sync.WaitGroup
		for range 4 { // as many portals
			wg.Go(func() {
				if _, err := w.ProposeRenewals(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := w.propose(t); n != 0 {
			t.Errorf("run again, %d are proposed", n)
		}
		list, _, err := w.List(ctx, buys)
		if err != nil || len(list) != 1 {
			t.Fatalf("%d purchases, %v", len(list), err)
		}
		p, c := list[0], w.contract(t, id)
		if p.ID != c.Purchase || p.Contract != id || p.State() != sourcing.Idea || p.Start != "2027-07-01" || p.Euros != 480_000 || p.Months != 24 || p.Renewals != 2 || p.RenewalMonths != 12 ||
			p.CPV != "79713000" || p.Holder.Name != "Vigie" || p.TakeOver != sourcing.Yes || p.Lots[0].Sectors[0] != "gardiennage" || p.Places[0] != "94081" || p.Publication != "2027-03-02" {
			t.Errorf("%+v", p)
		}
		if c.FollowedAt.IsZero() || w.contract(t, after).Purchase != "" || w.contract(t, gone).Purchase != "" {
			t.Error("the contract is not noted as followed, or one is followed before its time or after")
		}
		if err := w.Move(ctx, buys, p.ID, sourcing.Abandoned, "Le besoin n’existe plus"); err != nil {
			t.Fatal(err)
		}
		if n := w.propose(t); n != 0 {
			t.Error("what a buyer has abandoned is proposed again")
		}
		for range 2 {
			if err := w.ProposeNow(ctx, buys, after); err != nil {
				t.Fatal(err)
			}
		}
		if list, _, _ = w.List(ctx, buys); len(list) != 2 {
			t.Errorf("%d purchases after one was proposed by hand", len(list))
		}
		w.move(30 * 24 * time.Hour)
		if n := w.propose(t); n != 0 {
			t.Errorf("%d proposed beside what was proposed by hand", n)
		}
	})
}

// A portal is killed between the writes: whoever comes next carries the rest, as the
// contract is by then.
func TestProposalIsCarriedAfterAKill(t *testing.T) {
	killed := errors.New("killed")
	for _, step := range []string{"intended", "written"} {
		t.Run(step, func(t *testing.T) {
			onBoth(t, func(t *testing.T, w *world) {
				ctx := t.Context()
				buys := w.member(t, w.town(t, "Mairie"), account.Buyer)
				id := w.stored(t, buys, guarded())
				w.StopAt(func(at string) error {
					if at == step {
						return killed
					}
					return nil
				})
				if _, err := w.ProposeRenewals(ctx); !errors.Is(err, killed) {
					t.Fatal(err)
				}
				c := w.contract(t, id)
				if c.Purchase == "" || !c.FollowedAt.IsZero() {
					t.Fatalf("no intent, or nothing left: %+v", c)
				}
				w.StopAt(nil)
				in := guarded()
				in.Object = "Gardiennage et rondes"
				if err := w.WriteContract(ctx, buys, id, in, 1); err != nil { // which carries, too
					t.Fatal(err)
				}
				if n := w.propose(t); n != 0 {
					t.Errorf("%d left to carry", n)
				}
				list, _, err := w.List(ctx, buys)
				if err != nil || len(list) != 1 || w.contract(t, id).FollowedAt.IsZero() {
					t.Fatalf("%d purchases, %v", len(list), err)
				}
				want := map[string]string{"intended": "Gardiennage et rondes", "written": "Gardiennage"}[step]
				if list[0].Object != want {
					t.Errorf("%q, want %q", list[0].Object, want)
				}
			})
		})
	}
}

func TestContractEndedMeanwhileIsNotFollowed(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		buys := w.member(t, w.town(t, "Mairie"), account.Buyer)
		id := w.stored(t, buys, guarded())
		if err := w.EndContract(ctx, buys, id, "Résiliation", 1); err != nil {
			t.Fatal(err)
		}
		if n := w.propose(t); n != 0 || w.contract(t, id).Purchase != "" {
			t.Error("an ended contract is followed by itself")
		}
		if err := w.ProposeNow(ctx, buys, id); err != nil {
			t.Fatal(err)
		}
		if list, _, _ := w.List(ctx, buys); len(list) != 1 || list[0].Start != "2026-11-29" {
			t.Errorf("%+v: by hand it begins on the day after", list)
		}
	})
}

// The months before the end are a setting of the organisation.
func TestRenewalFollowsTheSetting(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		town := w.town(t, "Mairie")
		buys := w.member(t, town, account.Buyer)
		if _, err := w.Programmes.Insert(t.Context(), sourcing.Programme{Organisation: town, RenewalMonths: 6}, store.Change{}); err != nil {
			t.Fatal(err)
		}
		w.stored(t, buys, guarded())
		if n := w.propose(t); n != 0 {
			t.Error("proposed 7 months before, when 6 are set")
		}
		w.move(34 * 24 * time.Hour) // 1 January 2027
		if n := w.propose(t); n != 1 {
			t.Error("not proposed 6 months before")
		}
	})
}

func TestLawBook(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin, other := account.Actor{Person: "p", Administrator: true}, account.Actor{Person: "q"}
		r := sourcing.Rule{Code: sourcing.FormalSupplies, From: "2028-01-01", Value: 230_000, Source: "Seuils européens 2028-2029"}
		if err := w.SetRule(ctx, other, r); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("set by who is no administrator: %v", err)
		}
		for range 2 {
			if err := w.SetRule(ctx, admin, r); err != nil {
				t.Fatal(err)
			}
		}
		another := r
		another.Value = 231_000
		if err := w.SetRule(ctx, admin, another); !errors.Is(err, sourcing.ErrRuleSet) {
			t.Errorf("two values from one day: %v", err)
		}
		law, err := w.Law(ctx)
		if err != nil || law.At(sourcing.FormalSupplies, "2028-01-01").Value != 230_000 || law.At(sourcing.FormalSupplies, "2027-12-31").Value != 216_000 {
			t.Errorf("%v %v", law, err)
		}
		over := sourcing.Rule{Code: sourcing.PublicationMore, From: "2019-04-01", Value: 7, Source: "Délibération du 3 mars"}
		if err := w.SetRule(ctx, admin, over); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := w.DropRule(ctx, admin, over.Code, over.From); err != nil {
				t.Fatal(err)
			}
		}
		if law, _ = w.Law(ctx); law.At(sourcing.PublicationMore, "2026-01-01").Value != 5 {
			t.Error("the default does not come back")
		}
		if err := w.DropRule(ctx, other, r.Code, r.From); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("dropped by who is no administrator: %v", err)
		}
	})
}
