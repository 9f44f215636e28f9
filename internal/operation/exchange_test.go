package operation_test

import (
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// meets notes an exchange with minutes with the first supplier.
func (w *world) meets(t *testing.T, o *sourcing.Operation) string {
	t.Helper()
	x := sourcing.Exchange{ID: account.NewID(), Supplier: o.Suppliers[0].ID, Kind: sourcing.SiteVisit, At: noon, Minutes: "Effectif : 12."}
	if err := w.Meet(t.Context(), w.lead, o.ID, x); err != nil {
		t.Fatal(err)
	}
	return x.ID
}

func TestMinutesReachTheirSupplierAlone(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, o := t.Context(), w.opened(t)
		id := w.meets(t, o)
		if list, err := w.SupplierExchanges(ctx, w.reached(t, o, 0)); err != nil || len(list) != 0 {
			t.Fatalf("before they are sent: %v, %v", list, err)
		}
		for range 2 { // the second finds it done
			if err := w.SendMinutes(ctx, w.lead, o.ID, id, 1); err != nil {
				t.Fatal(err)
			}
		}
		if mails := w.mails(t, message.SourcingMinutes); len(mails) != 1 || mails[0].To != "alpha@structure.example" {
			t.Fatalf("mails %v", mails)
		}
		list, err := w.SupplierExchanges(ctx, w.reached(t, o, 0))
		if err != nil || len(list) != 1 || list[0].Minutes != "Effectif : 12." {
			t.Fatalf("%v, %v", list, err)
		}
		other := w.reached(t, o, 1)
		if list, err := w.SupplierExchanges(ctx, other); err != nil || len(list) != 0 {
			t.Errorf("another supplier sees %v, %v", list, err)
		}
		if err := w.JudgeMinutes(ctx, other, id, true, "", "Jo", list[0].SentRev); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("another supplier judges: %v", err)
		}
		if err := w.JudgeMinutes(ctx, w.reached(t, o, 0), id, false, "15.", "Jo", list[0].SentRev); err != nil {
			t.Fatal(err)
		}
		if err := w.AnswerMinutes(ctx, w.lead, o.ID, id, "Douze ce jour-là.", list[0].SentRev); err != nil {
			t.Fatal(err)
		}
		list, err = w.SupplierExchanges(ctx, w.reached(t, o, 0))
		if err != nil || len(list) != 1 || list[0].Word != "15." || list[0].Answer != "Douze ce jour-là." || len(w.mails(t, message.SourcingMinutes)) != 2 {
			t.Errorf("%v, %v", list, err)
		}
		if got := w.read(t, o.ID).Sending; len(got) != 0 {
			t.Errorf("left to carry: %v", got)
		}
	})
}

var errKilled = errors.New("killed")

// A stop after the mail, and one after the mark: the page is right at once, whoever comes
// next carries it, and nothing goes twice.
func TestMinutesAreSentOnceWhateverStops(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, o := t.Context(), w.opened(t)
		for n, step := range []string{"minutes", "marked"} {
			id := w.meets(t, o)
			dying := w.portal(t, w.db)
			dying.Passing(func(s string) error {
				if s == step {
					return errKilled
				}
				return nil
			})
			if err := dying.SendMinutes(ctx, w.lead, o.ID, id, 1); !errors.Is(err, errKilled) {
				t.Fatalf("%s: %v", step, err)
			}
			if list, err := w.SupplierExchanges(ctx, w.reached(t, o, 0)); err != nil || len(list) != n+1 {
				t.Errorf("%s: the supplier sees %d, %v", step, len(list), err)
			}
			if err := w.SendMinutes(ctx, w.lead, o.ID, id, 1); err != nil {
				t.Errorf("%s: again: %v", step, err)
			}
			_, x, err := w.Exchange(ctx, w.lead, o.ID, id)
			if err != nil || x.State() != sourcing.MinutesSent || len(w.read(t, o.ID).Sending) != 0 {
				t.Errorf("%s: %v, %v, %v", step, err, x, w.read(t, o.ID).Sending)
			}
			if mails := w.mails(t, message.SourcingMinutes); len(mails) != n+1 {
				t.Errorf("%s: %d mails", step, len(mails))
			}
		}
	})
}

// What is written over a sending that nobody has marked carries it first, and is told that
// it was sent.
func TestMinutesThatWentAreNotWrittenOverUnread(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, o := t.Context(), w.opened(t)
		id := w.meets(t, o)
		dying := w.portal(t, w.db)
		dying.Passing(func(string) error { return errKilled })
		if err := dying.SendMinutes(ctx, w.lead, o.ID, id, 1); !errors.Is(err, errKilled) {
			t.Fatal(err)
		}
		in := sourcing.Exchange{ID: id, Kind: sourcing.SiteVisit, At: noon, Minutes: "Autre chose."}
		if err := w.WriteExchange(ctx, w.lead, o.ID, in, 1); !errors.Is(err, sourcing.ErrStale) {
			t.Errorf("written over: %v", err)
		}
		if _, x, err := w.Exchange(ctx, w.lead, o.ID, id); err != nil || x.State() != sourcing.MinutesSent || x.Minutes != "Effectif : 12." {
			t.Errorf("%v, %v", x, err)
		}
	})
}

func TestExchangesAreForTheTeam(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, o := t.Context(), w.opened(t)
		id, other := w.meets(t, o), w.member(t, account.Buyer)
		if _, err := w.ExchangesIn(ctx, other, o); !errors.Is(err, sourcing.ErrNotInTeam) {
			t.Errorf("listed: %v", err)
		}
		if _, _, err := w.Exchange(ctx, other, o.ID, id); !errors.Is(err, sourcing.ErrNotInTeam) {
			t.Errorf("read: %v", err)
		}
		if err := w.SendMinutes(ctx, other, o.ID, id, 1); !errors.Is(err, sourcing.ErrNotInTeam) {
			t.Errorf("sent: %v", err)
		}
		another := w.opened(t)
		if _, _, err := w.Exchange(ctx, w.lead, another.ID, id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("of another sourçage: %v", err)
		}
		if err := w.SendMinutes(ctx, w.lead, another.ID, id, 1); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("sent from another sourçage: %v", err)
		}
	})
}

// Two portals, one of which launches the consultation while the other tells, shares and
// sends minutes: what is refused is told, what goes went before, nothing follows the
// last message.
func TestNothingFollowsTheLaunch(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, o := t.Context(), w.opened(t)
		id, there := w.meets(t, o), w.portal(t, w.db)
		var silenced int64
		var told []error
		var wait sync.WaitGroup
		wait.Go(func() {
			for i := range 12 {
				told = append(told, there.On(ctx, w.lead, o.ID, "operation.tell", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
					return o.TellAll(w.lead, "Information "+strconv.Itoa(i), noon)
				}))
			}
			told = append(told, there.SendMinutes(ctx, w.lead, o.ID, id, 1))
		})
		wait.Go(func() {
			err := w.On(ctx, w.lead, o.ID, "operation.silence", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
				out, err := o.Silence(w.lead, "Publiée.", noon)
				silenced = o.Sent
				return out, err
			})
			if err != nil {
				t.Error(err)
			}
		})
		wait.Wait()
		if err := there.SendMinutes(ctx, w.lead, o.ID, w.meets(t, o), 1); !errors.Is(err, sourcing.ErrSilenced) {
			t.Errorf("after the launch: %v", err)
		}
		went := 0
		for _, err := range told {
			switch {
			case err == nil:
				went++
			case !errors.Is(err, sourcing.ErrSilenced):
				t.Errorf("%v", err)
			}
		}
		news := w.mails(t, message.SourcingNews)
		for _, m := range append(news, w.mails(t, message.SourcingMinutes)...) {
			if m.Version > silenced {
				t.Errorf("%s: sending %d after the last message, %d", m.Kind, m.Version, silenced)
			}
		}
		lines := 0
		for _, it := range w.read(t, o.ID).Ledger {
			if strings.HasPrefix(it.Text, "Information ") {
				lines++
			}
		}
		if len(news) != 3*lines || lines > went {
			t.Errorf("%d mails of %d lines, %d went", len(news), lines, went)
		}
	})
}
