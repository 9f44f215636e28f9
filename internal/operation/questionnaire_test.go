package operation_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/people"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

const notice = "Nous cherchons qui pourrait entretenir les locaux de douze écoles."

func TestNewVersionGoesToAll(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		o := w.opened(t)
		ctx, m := t.Context(), w.lead
		q := questions()
		q.Questions[0].Text = "Effectif de terrain"
		if err := w.WriteDraft(ctx, m, o.ID, q, o.Rev); err != nil {
			t.Fatal(err)
		}
		if err := w.WriteDraft(ctx, m, o.ID, questions(), o.Rev); !errors.Is(err, sourcing.ErrStale) {
			t.Errorf("a stale draft: %v", err)
		}
		rev := w.read(t, o.ID).Rev
		if err := w.Approve(ctx, m, o.ID, rev); err != nil {
			t.Fatal(err)
		}
		if err := w.Approve(ctx, m, o.ID, rev); err != nil {
			t.Errorf("approved twice: %v", err)
		}
		if mails := w.mails(t, message.SourcingNews); len(mails) != 3 || mails[0].Details[message.DetailText] != mails[2].Details[message.DetailText] {
			t.Errorf("%d mails", len(mails))
		}
		if now := w.read(t, o.ID); now.Approved.Version != 2 || len(now.Gaps()) != 0 {
			t.Errorf("version %d, gaps %v", now.Approved.Version, now.Gaps())
		}
		foreign := m
		foreign.Organisation = account.NewID()
		if err := w.WriteDraft(ctx, foreign, o.ID, questions(), rev); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("of another organisation: %v", err)
		}
	})
}

func TestDeadlineIsNotMovedEarlierOnceAnAnswerIsIn(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		o := w.opened(t)
		ctx, earlier := t.Context(), o.Deadline.AddDate(0, 0, -2)
		if err := w.Postpone(ctx, w.lead, o.ID, o.Deadline.Add(time.Hour), earlier); !errors.Is(err, sourcing.ErrStale) {
			t.Errorf("from a deadline that it has not: %v", err)
		}
		if err := w.Postpone(ctx, w.lead, o.ID, o.Deadline, earlier); err != nil {
			t.Fatal(err)
		}
		// an answer whose receipt the operation has not noted yet
		a := sourcing.Answer{ID: sourcing.AnswerID(o.ID, o.Suppliers[0].ID), Organisation: w.town, Operation: o.ID, Supplier: o.Suppliers[0].ID, Submissions: []sourcing.Submission{{Number: 1, At: noon, Deadline: earlier, Route: sourcing.ByPortal}}}
		if _, err := w.Answers.Insert(ctx, a, store.Change{}); err != nil {
			t.Fatal(err)
		}
		var fault account.Fault
		if err := w.Postpone(ctx, w.lead, o.ID, earlier, earlier.AddDate(0, 0, -1)); !errors.As(err, &fault) {
			t.Errorf("moved earlier: %v", err)
		}
		if err := w.Postpone(ctx, w.lead, o.ID, earlier, o.Deadline); err != nil {
			t.Errorf("moved later: %v", err)
		}
		if mails := w.mails(t, message.SourcingNews); len(mails) != 6 {
			t.Errorf("%d mails for two moves", len(mails))
		}
	})
}

// The mail says that what nobody confirms goes by itself: it is the address of somebody who
// may have asked for nothing.
func TestWhatNobodyConfirmsGoes(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		o, ctx := w.opened(t), t.Context()
		if err := w.Publish(ctx, w.lead, o.ID, notice, o.Rev); err != nil {
			t.Fatal(err)
		}
		if err := w.Knock(ctx, o.ID, sourcing.Candidacy{ID: account.NewID(), Name: "Zeta", Email: "zeta@structure.example"}, "192.0.2.0/24"); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			after time.Duration
			left  int
		}{{sourcing.CandidacyLife, 1}, {time.Minute, 0}, {time.Minute, 0}} {
			w.move(c.after)
			if err := w.SweepCandidacies(ctx); err != nil || len(w.read(t, o.ID).Candidacies) != c.left {
				t.Errorf("%v, %d left of %d", err, len(w.read(t, o.ID).Candidacies), c.left)
			}
		}
	})
}

func TestCandidateOfThePublicPage(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		o := w.opened(t)
		ctx := t.Context()
		if _, err := w.CallOf(ctx, o.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("not published: %v", err)
		}
		if err := w.Publish(ctx, w.lead, o.ID, notice, o.Rev); err != nil {
			t.Fatal(err)
		}
		if list, err := w.CallsOpen(ctx); err != nil || len(list) != 1 || list[0].Notice != notice || list[0].Organisation != "Ville de Test" {
			t.Errorf("%v, %v", list, err)
		}
		k := sourcing.Candidacy{ID: account.NewID(), Name: "Zeta", Email: "zeta@structure.example", Word: "Nous sommes là."}
		for range 2 {
			if err := w.Knock(ctx, o.ID, k, "192.0.2.0/24"); err != nil {
				t.Fatal(err)
			}
		}
		mails := w.mails(t, message.SourcingCandidacy)
		if len(mails) != 1 || len(w.read(t, o.ID).Suppliers) != 3 {
			t.Fatalf("%d mails, %d suppliers", len(mails), len(w.read(t, o.ID).Suppliers))
		}
		token := w.People.Secret.Token(message.PurposeCandidacy, mails[0].Object, 0)
		if _, _, err := w.Knocked(ctx, o.ID, account.NewID()); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("another token: %v", err)
		}
		w.race(t, 4, func() error { return w.ConfirmCandidacy(ctx, o.ID, token) })
		now := w.read(t, o.ID)
		if len(now.Suppliers) != 4 || len(now.Candidacies) != 0 || now.Suppliers[3].Contacted() {
			t.Fatalf("%+v", now.Suppliers)
		}
		if err := w.Hear(ctx, w.lead, o.ID, now.Suppliers[3].ID, true, ""); err != nil {
			t.Fatal(err)
		}
		if mails := w.mails(t, message.SourcingRequest); len(mails) != 4 || mails[3].Details[message.DetailText] != mails[0].Details[message.DetailText] {
			t.Errorf("%d requests", len(mails))
		}
		w.move(14*24*time.Hour + time.Minute)
		if list, err := w.CallsOpen(ctx); err != nil || len(list) != 0 {
			t.Errorf("after the deadline: %v, %v", list, err)
		}
		if err := w.Knock(ctx, o.ID, k, "192.0.2.0/24"); !errors.Is(err, sourcing.ErrNoCall) {
			t.Errorf("after the deadline: %v", err)
		}
	})
}

// race does the same many times at once; a link that served is none any more.
func (w *world) race(t *testing.T, n int, do func() error) {
	t.Helper()
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			if err := do(); err != nil && !errors.Is(err, store.ErrNotFound) && !errors.Is(err, sourcing.ErrNoCall) {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestMailsToStrangersAreCounted(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		o := w.opened(t)
		if err := w.Publish(t.Context(), w.lead, o.ID, notice, o.Rev); err != nil {
			t.Fatal(err)
		}
		var many *people.TooManyError
		for i := range people.PerAddress + 1 {
			err := w.Knock(t.Context(), o.ID, sourcing.Candidacy{ID: account.NewID(), Name: "Zeta", Email: "zeta@structure.example"}, "192.0.2.0/24")
			if refused := errors.As(err, &many); refused != (i == people.PerAddress) {
				t.Fatalf("%d: %v", i, err)
			}
		}
	})
}
