package programme_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// decided is a lot with those who decide about it.
type decided struct {
	*world
	t                            *testing.T
	buys, other, advises, other2 buyer.Member
	purchase                     string
	asked                        int // threshold that the study judges by
}

func deciding(t *testing.T, w *world) *decided {
	t.Helper()
	town := w.town(t, "Mairie")
	d := &decided{world: w, t: t, buys: w.member(t, town, account.Buyer), other: w.member(t, town, account.Buyer), advises: w.member(t, town, account.Facilitateur), other2: w.member(t, town, account.Buyer), asked: 3}
	w.StudyLot = func(ctx context.Context, m buyer.Member, purchase, lot string) (sourcing.Study, error) {
		p, _, err := w.Purchase(ctx, m, purchase)
		return sourcing.Study{
			Need: sourcing.Need{Purchase: purchase, Lot: lot, Object: p.Value.Object}, On: structure.DateOf(w.now()), Asked: d.asked,
			Bases:    []sourcing.BasisStudy{{Basis: structure.L2113_12, Answerers: 3}},
			Verdicts: []sourcing.Verdict{{Code: sourcing.Reservable, Basis: structure.L2113_12, Reasons: []string{"Trois."}}}, Rules: sourcing.DefaultLaw(),
		}, err
	}
	p := cleaning()
	d.purchase = p.ID
	d.must(w.Create(t.Context(), d.buys, p))
	return d
}

func (d *decided) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *decided) lot() *sourcing.Dossier {
	d.t.Helper()
	l, err := d.Dossier(d.t.Context(), d.buys, d.purchase, "l1")
	d.must(err)
	return &l.Dossier
}

// stamp is that of what a page shows now.
func (d *decided) stamp() string {
	d.t.Helper()
	_, e, err := d.Evidence(d.t.Context(), d.buys, d.purchase, "l1")
	d.must(err)
	l, err := d.Dossier(d.t.Context(), d.buys, d.purchase, "l1")
	d.must(err)
	return sourcing.Stamp(e, sourcing.JudgedOf(&l.Purchase, &l.Lot))
}

func (d *decided) propose(m buyer.Member, id string) error {
	d.t.Helper()
	return d.Propose(d.t.Context(), m, d.purchase, "l1", d.stamp(), sourcing.Proposal{ID: id, Choice: sourcing.ToReserve, Basis: structure.L2113_12, Reasons: "Trois ESAT.", Again: "Autre besoin."})
}

// mails are the letters that the dossier has sent, « kind to person ».
func (d *decided) mails() (out []string) {
	d.t.Helper()
	ctx := d.t.Context()
	relay := store.NewRelay(d.db, slog.New(slog.DiscardHandler), store.DossierCollection)
	for {
		n, err := relay.Once(ctx)
		d.must(err)
		if n == 0 {
			break
		}
	}
	for _, m := range []buyer.Member{d.buys, d.other, d.other2, d.advises} {
		docs, err := d.People.Messages.FindLookup(ctx, store.MessagesOf(m.Person), 50)
		d.must(err)
		for _, x := range docs {
			out = append(out, string(x.Value.Kind)+" to "+map[string]string{d.buys.Person: "author", d.other.Person: "approver", d.other2.Person: "third", d.advises.Person: "facilitateur"}[m.Person])
		}
	}
	slices.Sort(out)
	return out
}

func TestDecision(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		d, ctx := deciding(t, w), t.Context()
		foreign := w.member(t, w.town(t, "Autre mairie"), account.Buyer)
		ask := sourcing.Opinion{ID: "a1", Asked: d.advises.Person, Due: "2026-12-10", Question: "Qui peut ?"}
		bad := ask
		bad.Asked = d.other.Person
		if err := d.AskOpinion(ctx, d.buys, d.purchase, "l1", bad); !errors.Is(err, account.Fault("Choisissez un facilitateur de votre organisation.")) {
			t.Errorf("an opinion of who is no facilitateur: %v", err)
		}
		if err := d.AskOpinion(ctx, foreign, d.purchase, "l1", ask); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a foreign lot: %v", err)
		}
		if err := d.AskOpinion(ctx, d.buys, d.purchase, "l9", ask); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("no such lot: %v", err)
		}
		for range 2 { // the same form sent twice
			d.must(d.AskOpinion(ctx, d.buys, d.purchase, "l1", ask))
		}
		if n, err := d.CountAwaited(ctx, d.advises); n != 1 || err != nil {
			t.Errorf("%d opinions wait, %v", n, err)
		}
		d.must(d.GiveOpinion(ctx, d.advises, d.purchase, "l1", "a1", sourcing.WithReserve, "Deux ESAT sûrs."))
		d.must(d.propose(d.buys, "p1"))
		d.must(d.propose(d.buys, "p1")) // again
		if err := d.Approve(ctx, d.buys, d.purchase, "l1", "p1"); !errors.Is(err, sourcing.ErrOwnProposal) {
			t.Errorf("the author approves: %v", err)
		}
		if err := d.Approve(ctx, foreign, d.purchase, "l1", "p1"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a foreign buyer approves: %v", err)
		}
		if err := d.Approve(ctx, d.advises, d.purchase, "l1", "p1"); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("a facilitateur approves: %v", err)
		}
		for m, want := range map[*buyer.Member]int{&d.buys: 0, &d.other: 1} {
			if n, err := d.CountAwaited(ctx, *m); n != want || err != nil {
				t.Errorf("%d proposals wait, want %d, %v", n, want, err)
			}
		}
		_, proposals, err := d.Awaited(ctx, d.other)
		if err != nil || len(proposals) != 1 || proposals[0].Object != "Lot Nord" {
			t.Errorf("%+v %v", proposals, err)
		}
		d.must(d.Approve(ctx, d.other, d.purchase, "l1", "p1"))
		want := []string{"opinion-asked to facilitateur", "opinion-given to author", "proposal-decided to author", "proposal-waiting to approver", "proposal-waiting to third"}
		if got := d.mails(); !slices.Equal(got, want) {
			t.Errorf("mails %q", got)
		}
	})
}

// A threshold that changes after the decision changes nothing of it; nor does the
// purchase, and the dossier then tells the two apart.
func TestDecisionKeepsWhatItWasJudgedOn(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		d, ctx := deciding(t, w), t.Context()
		old := d.stamp()
		d.asked = 5
		err := d.Propose(ctx, d.buys, d.purchase, "l1", old, sourcing.Proposal{ID: "p1", Choice: sourcing.WithCrit, Reasons: "x"})
		if !errors.Is(err, sourcing.ErrStale) {
			t.Fatalf("proposed on what was not read: %v", err)
		}
		d.asked = 3
		d.must(d.propose(d.buys, "p1"))
		d.must(d.Approve(ctx, d.other, d.purchase, "l1", "p1"))
		d.asked = 7
		w.move(48 * time.Hour)
		p := cleaning()
		p.ID, p.Lots[0].Euros = d.purchase, 120_000
		d.must(d.Write(ctx, d.other, d.purchase, p, 1))
		l, err := d.Dossier(ctx, d.buys, d.purchase, "l1")
		d.must(err)
		stands := l.Dossier.Standing()
		study, err := stands.Proposal.Evidence.Study()
		if err != nil || study.Asked != 3 || study.On != "2026-11-28" {
			t.Errorf("the decision was judged by %d on %s, %v", study.Asked, study.On, err)
		}
		if got := stands.Proposal.Judged.ChangesTo(sourcing.JudgedOf(&l.Purchase, &l.Lot)); len(got) != 1 || !strings.Contains(got[0].After, "120") {
			t.Errorf("changes %+v", got)
		}
		d.StudyLot = nil
		err = d.Propose(ctx, d.buys, d.purchase, "l1", old, sourcing.Proposal{ID: "p2", Choice: sourcing.WithCrit, Reasons: "x", Again: "y"})
		if !errors.Is(err, sourcing.ErrNoStudy) {
			t.Errorf("without a study: %v", err)
		}
	})
}

// Of two who decide at once one wins, and the other learns so.
func TestTwoApprovers(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		d, ctx := deciding(t, w), t.Context()
		d.must(d.propose(d.buys, "p1"))
		errs := make([]error, 2)
		var wg sync.WaitGroup
		wg.Go(func() { errs[0] = d.Approve(ctx, d.other, d.purchase, "l1", "p1") })
		wg.Go(func() { errs[1] = d.Refuse(ctx, d.other2, d.purchase, "l1", "p1", "Non.") })
		wg.Wait()
		won := 0
		for _, err := range errs {
			switch {
			case err == nil:
				won++
			case !errors.Is(err, sourcing.ErrNoProposal):
				t.Error(err)
			}
		}
		if got := d.lot(); won != 1 || len(got.Decisions) != 1 || got.Proposal != nil {
			t.Errorf("%d won, %d decisions", won, len(got.Decisions))
		}
	})
}

func TestReviews(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		d, ctx := deciding(t, w), t.Context()
		foreign := w.member(t, w.town(t, "Autre mairie"), account.Buyer)
		r := sourcing.Review{ID: account.NewID(), On: "2026-11-28", Present: []string{d.advises.Person}, Others: []string{"Jo"}}
		bad := r
		bad.Present = []string{foreign.Person}
		if err := d.BeginReview(ctx, d.buys, bad); err == nil {
			t.Error("somebody of another organisation is present")
		}
		if err := d.BeginReview(ctx, d.advises, r); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("a facilitateur begins one: %v", err)
		}
		for range 2 {
			d.must(d.BeginReview(ctx, d.buys, r))
		}
		if err := d.BeginReview(ctx, foreign, sourcing.Review{ID: r.ID, On: r.On}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("an id that is another's: %v", err)
		}
		if _, _, err := d.Review(ctx, foreign, r.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a foreign review: %v", err)
		}
		errs := make([]error, 2)
		var wg sync.WaitGroup
		for i, m := range []buyer.Member{d.buys, d.other} {
			wg.Go(func() {
				errs[i] = d.NoteReview(ctx, m, r.ID, d.purchase, sourcing.StudyIt, "Par "+m.Person, 0)
			})
		}
		wg.Wait()
		if err := errors.Join(errs...); (errs[0] == nil) == (errs[1] == nil) || !errors.Is(err, sourcing.ErrStale) {
			t.Errorf("two writers over one revision: %v", errs)
		}
		if err := d.NoteReview(ctx, foreign, r.ID, d.purchase, sourcing.StudyIt, "", 1); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a foreign buyer notes: %v", err)
		}
		d.must(d.CloseReview(ctx, d.buys, r.ID))
		if err := d.MeetReview(ctx, d.buys, r.ID, nil, nil); !errors.Is(err, sourcing.ErrReviewClosed) {
			t.Errorf("a closed one changes: %v", err)
		}
		list, _, err := d.Reviews(ctx, d.advises)
		if err != nil || len(list) != 1 || list[0].Items[0].Note != "" {
			t.Errorf("%+v %v", list, err)
		}
		if n, err := d.SweepReviews(ctx); n != 0 || err != nil {
			t.Errorf("%d swept at once, %v", n, err)
		}
		w.move(6 * 365 * 24 * time.Hour)
		if n, err := d.SweepReviews(ctx); n != 1 || err != nil {
			t.Errorf("%d swept after six years, %v", n, err)
		}
	})
}

// What is held on a person is told and forgotten, and what was decided stays.
func TestDecisionHolder(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		d, ctx := deciding(t, w), t.Context()
		d.must(d.propose(d.buys, "p1"))
		d.must(d.Approve(ctx, d.other, d.purchase, "l1", "p1"))
		d.must(d.BeginReview(ctx, d.other, sourcing.Review{ID: account.NewID(), On: "2026-11-28", Present: []string{d.buys.Person}}))
		h := d.DecisionHolder()
		person := &account.Person{ID: d.buys.Person}
		if got, err := h.Tell(ctx, person, 10); err != nil || len(got) != 2 {
			t.Errorf("%+v %v", got, err)
		}
		for range 2 {
			d.must(h.Forget(ctx, person, nil))
		}
		if got, err := h.Tell(ctx, person, 10); err != nil || len(got) != 0 {
			t.Errorf("still told: %+v %v", got, err)
		}
		if s := d.lot().Standing(); s == nil || s.Proposal.By != "" || s.By != d.other.Person {
			t.Errorf("in force: %+v", s)
		}
	})
}

// Publicity lasts longer once a decision to reserve is in force, not while it is proposed.
func TestLengthened(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		d, ctx := deciding(t, w), t.Context()
		longer := func() bool {
			p, _, err := d.Purchase(ctx, d.buys, d.purchase)
			d.must(err)
			out, err := d.Lengthened(ctx, []sourcing.Purchase{p.Value})
			d.must(err)
			return out[d.purchase]
		}
		d.must(d.propose(d.buys, "p1"))
		if longer() {
			t.Error("a proposal lengthens publicity")
		}
		d.must(d.Approve(ctx, d.other, d.purchase, "l1", "p1"))
		if !longer() {
			t.Error("a decision to reserve does not")
		}
	})
}
