package operation_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/operation"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

const lastWords = "La consultation est publiée sur notre profil d’acheteur."

// beside makes another operation on the purchase of one, in preparation: with a candidate
// when heard.
func (w *world) beside(t *testing.T, o *sourcing.Operation, heard bool) string {
	t.Helper()
	x := sourcing.Operation{ID: account.NewID(), Purchase: o.Purchase, Title: "Second sourçage", Message: "Bonjour."}
	if heard {
		x.PublishedAt = noon
		x.Suppliers = []sourcing.Supplier{{ID: "s1", Name: "Omega", Email: "omega@structure.example", Spontaneous: true, AddedAt: noon}}
	}
	if err := w.Create(t.Context(), w.lead, x); err != nil {
		t.Fatal(err)
	}
	return x.ID
}

// launched fails unless the launch has come to its end: every operation is silent and
// says so, the purchase is launched, and each supplier has one last message of one text.
func (w *world) launched(t *testing.T, text string, letters int, ids ...string) {
	t.Helper()
	for _, id := range ids {
		o := w.read(t, id)
		if !o.Silent() || o.LaunchedAt.IsZero() {
			t.Errorf("%s: silent %v, launched %v", o.Title, o.SilencedAt, o.LaunchedAt)
		}
		p, err := w.Programme.Purchases.Get(t.Context(), o.Purchase)
		if err != nil || p.Value.State() != sourcing.Launched {
			t.Errorf("the purchase is %s, %v", p.Value.State(), err)
		}
	}
	mails := w.mails(t, message.SourcingLast)
	to := map[string]int{}
	for _, m := range mails {
		if candidate := m.To == "omega@structure.example"; candidate != (m.Details[message.DetailNoPage] != "") {
			t.Errorf("%s: a page %q", m.To, m.Details[message.DetailNoPage])
		}
		if to[m.To]++; m.Details[message.DetailText] != text || to[m.To] > 1 {
			t.Errorf("%s: message %d, %q", m.To, to[m.To], m.Details[message.DetailText])
		}
	}
	if len(mails) != letters {
		t.Errorf("%d last messages, want %d", len(mails), letters)
	}
	if left, err := w.Operations.FindLookup(t.Context(), store.LaunchingOperations, 5); err != nil || len(left) > 0 {
		t.Errorf("%d launches are under way, %v", len(left), err)
	}
}

func TestLaunchSilencesEveryOperationOfThePurchase(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		o := w.opened(t)
		heard, quiet := w.beside(t, o, true), w.beside(t, o, false)
		if err := w.Launch(t.Context(), w.lead, o.ID, lastWords); err != nil {
			t.Fatal(err)
		}
		w.launched(t, lastWords, 4, o.ID, heard, quiet)
		if err := w.Launch(t.Context(), w.lead, o.ID, "Autre texte"); err != nil {
			t.Errorf("launched again: %v", err)
		}
		w.launched(t, lastWords, 4, o.ID, heard, quiet)
		if err := w.Open(t.Context(), w.lead, quiet, w.read(t, quiet).Rev); err == nil {
			t.Error("an operation opens on a launched purchase")
		}
		if err := w.Create(t.Context(), w.lead, sourcing.Operation{ID: account.NewID(), Purchase: o.Purchase, Title: "Tard"}); err == nil {
			t.Error("an operation begins on a launched purchase")
		}
	})
}

// A launch that is cut after any of its writes is carried to its end by who comes next:
// the portal, the buyer again, or another move of the purchase.
func TestLaunchIsCarriedOn(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		killed := errors.New("killed")
		next := map[string]func(*sourcing.Operation) error{
			"carried": func(*sourcing.Operation) error { return w.CarryLaunches(t.Context()) },
			"again":   func(o *sourcing.Operation) error { return w.Launch(t.Context(), w.lead, o.ID, "Autre texte") },
			"moved": func(o *sourcing.Operation) error {
				return w.Programme.Move(t.Context(), w.lead, o.Purchase, sourcing.Launched, "")
			},
		}
		steps := 0
		for cut := 1; ; cut++ {
			n := 0
			for name, carry := range next {
				if name == [2]string{"again", "moved"}[cut%2] {
					continue // one of the two a place
				}
				o := w.opened(t)
				heard, quiet := w.beside(t, o, true), w.beside(t, o, false)
				n = 0
				w.Passing(func(string) error {
					if n++; n == cut {
						return killed
					}
					return nil
				})
				err := w.Launch(t.Context(), w.lead, o.ID, lastWords)
				w.Passing(func(string) error { return nil })
				if err == nil {
					break
				}
				if !errors.Is(err, killed) {
					t.Fatal(err)
				}
				if o := w.read(t, o.ID); !o.Silent() {
					t.Fatalf("cut at %d: it is not silent", cut)
				}
				w.move(time.Minute)
				if err := carry(o); err != nil {
					t.Fatalf("cut at %d, %s: %v", cut, name, err)
				}
				before := len(w.mails(t, message.SourcingLast))
				for _, d := range []string{o.ID, heard, quiet} {
					if x := w.read(t, d); !x.Silent() || x.LaunchedAt.IsZero() || x.Last != "" && x.Last != lastWords {
						t.Errorf("cut at %d, %s: %s is silent %v, launched %v, with %q", cut, name, x.Title, x.SilencedAt, x.LaunchedAt, x.Last)
					}
				}
				p, err := w.Programme.Purchases.Get(t.Context(), o.Purchase)
				if err != nil || p.Value.State() != sourcing.Launched || !p.Value.LaunchedAt.Equal(w.read(t, o.ID).SilencedAt) {
					t.Errorf("cut at %d, %s: the purchase is %s since %v, %v", cut, name, p.Value.State(), p.Value.LaunchedAt, err)
				}
				if err := errors.Join(w.CarryLaunches(t.Context()), carry(o)); err != nil {
					t.Errorf("done twice: %v", err)
				}
				if after := len(w.mails(t, message.SourcingLast)); after != before || before%4 != 0 {
					t.Errorf("cut at %d, %s: %d letters before, %d after", cut, name, before, after)
				}
				steps++
			}
			if n < cut {
				break
			}
		}
		t.Logf("figure: killed at %d places", steps)
		if steps < 2*8 {
			t.Errorf("%d places only", steps)
		}
	})
}

func TestPurchaseIsNotLaunchedAroundItsSourcing(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		o := w.opened(t)
		var held *operation.HeldError
		var fault account.Fault
		err := w.Programme.Move(t.Context(), w.lead, o.Purchase, sourcing.Launched, "")
		if !errors.As(err, &held) || !errors.As(err, &fault) || held.Operation != o.ID || !strings.Contains(fault.Error(), o.Title) {
			t.Fatalf("launched by hand: %v", err)
		}
		if p, _ := w.Programme.Purchases.Get(t.Context(), o.Purchase); p.Value.State() == sourcing.Launched {
			t.Errorf("the purchase is %s", p.Value.State())
		}
		if err := w.Programme.Move(t.Context(), w.lead, o.Purchase, sourcing.InSourcing, ""); err != nil {
			t.Errorf("another move: %v", err)
		}
		if err := w.Launch(t.Context(), w.lead, o.ID, lastWords); err != nil {
			t.Fatal(err)
		}
		if err := w.Programme.Move(t.Context(), w.lead, o.Purchase, sourcing.Unsuccessful, "Aucune offre"); err != nil {
			t.Error(err)
		}
		// The same need again: what was told then is told, and holds nothing back.
		if err := w.Programme.Move(t.Context(), w.lead, o.Purchase, sourcing.Programmed, ""); err != nil {
			t.Error(err)
		}
		if err := w.Programme.Move(t.Context(), w.lead, o.Purchase, sourcing.Launched, ""); err != nil {
			t.Error(err)
		}
	})
}

func TestDraftsDoNotHoldTheLaunch(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		p := w.purchase(t)
		quiet := w.beside(t, &sourcing.Operation{Purchase: p.ID}, false)
		if err := w.Programme.Move(t.Context(), w.lead, p.ID, sourcing.Launched, ""); err != nil {
			t.Fatal(err)
		}
		w.launched(t, "", 0, quiet)
		heard := w.beside(t, &sourcing.Operation{Purchase: w.purchase(t).ID}, true)
		o := w.read(t, heard)
		if err := w.Programme.Move(t.Context(), w.lead, o.Purchase, sourcing.Launched, ""); err == nil {
			t.Error("a candidate is not told")
		}
		if err := w.Launch(t.Context(), w.lead, heard, lastWords); err != nil {
			t.Fatal(err)
		}
		w.launched(t, lastWords, 1, heard)
	})
}

func TestLaunchIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		o := w.opened(t)
		other := w.member(t, account.Buyer)
		foreign := w.lead
		foreign.Organisation = account.NewID()
		if err := w.Launch(t.Context(), other, o.ID, lastWords); !errors.Is(err, sourcing.ErrNotInTeam) {
			t.Errorf("by who is not of the team: %v", err)
		}
		if err := w.Launch(t.Context(), foreign, o.ID, lastWords); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("by another organisation: %v", err)
		}
		if err := w.Launch(t.Context(), w.lead, o.ID, " "); err == nil {
			t.Error("without a message")
		}
		if w.read(t, o.ID).Silent() {
			t.Error("it is silent")
		}
	})
}
