package sourcing_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
)

var (
	other   = buyer.Member{Person: "q", Organisation: "o", Kind: account.KindPublic, Role: account.Buyer}
	advises = buyer.Member{Person: "f", Organisation: "o", Kind: account.KindPublic, Role: account.Facilitateur}
	away    = buyer.Member{Person: "z", Organisation: "elsewhere", Kind: account.KindPublic, Role: account.Buyer}
)

// study is one of a lot that three can answer under L2113-12.
func study(asked int) sourcing.Study {
	return sourcing.Study{
		Need: sourcing.Need{Purchase: "a", Lot: "l1", Object: "Nettoyage", Lots: 1}, On: "2026-11-28", Asked: asked,
		Bases:    []sourcing.BasisStudy{{Basis: structure.L2113_12, Answerers: 3, Candidates: []sourcing.Candidate{{Structures: []string{"s"}, Name: "ESAT", Counted: true}}}},
		Verdicts: []sourcing.Verdict{{Code: sourcing.Reservable, Basis: structure.L2113_12, Reasons: []string{"Trois structures."}}},
		Rules:    sourcing.DefaultLaw(),
	}
}

func frozen(t testing.TB, s sourcing.Study) sourcing.Evidence {
	t.Helper()
	e, err := sourcing.Freeze(s)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func proposal(t testing.TB, id string) sourcing.Proposal {
	t.Helper()
	p := purchase()
	return sourcing.Proposal{ID: id, Choice: sourcing.ToReserve, Basis: structure.L2113_12, Reasons: "Trois ESAT du territoire.", Again: "Autre besoin.",
		Judged: sourcing.JudgedOf(&p, &p.Lots[0]), Evidence: frozen(t, study(3))}
}

func TestApproval(t *testing.T) {
	d := sourcing.NewDossier("o", "a", "l1")
	for _, step := range []struct {
		name string
		do   func() error
		want error
	}{
		{"a facilitateur proposes", func() error { return d.Propose(advises, proposal(t, "1"), noon) }, account.ErrNotAllowed},
		{"a foreign buyer proposes", func() error { return d.Propose(away, proposal(t, "1"), noon) }, account.ErrNotAllowed},
		{"without a study", func() error {
			p := proposal(t, "1")
			p.Evidence = sourcing.Evidence{}
			return d.Propose(buys, p, noon)
		}, sourcing.ErrNoStudy},
		{"proposed", func() error { return d.Propose(buys, proposal(t, "1"), noon) }, nil},
		{"the same form again", func() error { return d.Propose(buys, proposal(t, "1"), noon) }, sourcing.ErrUnchanged},
		{"another beside it", func() error { return d.Propose(other, proposal(t, "2"), noon) }, sourcing.ErrProposalWaits},
		{"the author approves", func() error { return d.Approve(buys, "1", noon) }, sourcing.ErrOwnProposal},
		{"the author refuses", func() error { return d.Refuse(buys, "1", "non", noon) }, sourcing.ErrOwnProposal},
		{"a facilitateur approves", func() error { return d.Approve(advises, "1", noon) }, account.ErrNotAllowed},
		{"a foreign buyer approves", func() error { return d.Approve(away, "1", noon) }, account.ErrNotAllowed},
		{"another withdraws", func() error { return d.Withdraw(other, "1", noon) }, account.Fault("Son auteur seul retire une proposition : vous pouvez la refuser, avec un motif.")},
		{"refused without a reason", func() error { return d.Refuse(other, "1", "", noon) }, account.Fault("Dites pourquoi : le motif reste dans l’historique et l’auteur le reçoit.")},
		{"approved", func() error { return d.Approve(other, "1", noon) }, nil},
		{"approved again by the same", func() error { return d.Approve(other, "1", noon) }, sourcing.ErrUnchanged},
		{"refused after that by the same", func() error { return d.Refuse(other, "1", "non", noon) }, sourcing.ErrNoProposal},
		{"refused by a third", func() error {
			third := other
			third.Person = "r"
			return d.Refuse(third, "1", "non", noon)
		}, sourcing.ErrNoProposal},
		{"taken up without a reason", func() error {
			p := proposal(t, "2")
			p.Again = ""
			return d.Propose(buys, p, noon)
		}, account.Fault("Dites pourquoi la décision en vigueur est reprise.")},
		{"taken up", func() error { return d.Propose(other, proposal(t, "2"), noon) }, nil},
		{"refused", func() error { return d.Refuse(buys, "2", "Le besoin n’a pas changé.", noon) }, nil},
		{"again", func() error { return d.Propose(other, proposal(t, "3"), noon) }, nil},
		{"superseded", func() error { return d.Approve(buys, "3", noon) }, nil},
	} {
		if err := step.do(); !errors.Is(err, step.want) {
			t.Fatalf("%s: %v, want %v", step.name, err, step.want)
		}
	}
	if got := d.Standing(); len(d.Decisions) != 3 || got == nil || got.Proposal.ID != "3" || d.Decisions[0].SupersededAt.IsZero() {
		t.Errorf("history %+v, in force %+v", d.Decisions, got)
	}
}

// An author who is erased and comes back is nobody's other person.
func TestApprovalOfAnErasedAuthor(t *testing.T) {
	d := sourcing.NewDossier("o", "achat", "l1")
	other := buys
	other.Person = "other"
	if err := d.Propose(buys, proposal(t, "p1"), noon); err != nil {
		t.Fatal(err)
	}
	d.Forget(buys.Person)
	if err := d.Approve(other, "p1", noon); !errors.Is(err, sourcing.ErrAuthorGone) {
		t.Errorf("approved: %v", err)
	}
	if err := d.Refuse(other, "p1", "L’auteur est parti.", noon); err != nil {
		t.Errorf("refused: %v", err)
	}
}

func TestFrozenEvidence(t *testing.T) {
	e := frozen(t, study(3))
	s, err := e.Study()
	if err != nil || s.Asked != 3 || s.On != "2026-11-28" || s.Bases[0].Answerers != 3 || len(s.Rules) == 0 {
		t.Fatalf("%+v %v", s, err)
	}
	if sourcing.Stamp(e, sourcing.Judged{}) == sourcing.Stamp(frozen(t, study(4)), sourcing.Judged{}) {
		t.Error("another threshold has the same stamp")
	}
	e.Hash = strings.Repeat("0", 64)
	if _, err := e.Study(); err == nil {
		t.Error("what was not frozen is read")
	}
	p, q := purchase(), purchase()
	q.Euros, q.CPV, q.Places = 160_000, "90910000", []string{"94081"}
	if got := sourcing.JudgedOf(&p, &p.Lots[0]).ChangesTo(sourcing.JudgedOf(&q, &q.Lots[0])); len(got) != 4 { // the lot's amount and the need's
		t.Errorf("%+v", got)
	}
}

// The document stays below 1 MB with as many opinions and decisions as it takes, each
// about a study as large as there are.
func TestDossierFits(t *testing.T) {
	most := study(3)
	most.Bases = nil
	word := func() string { return fmt.Sprintf("%016x", rand.Uint64()) }
	for _, b := range structure.Bases {
		bs := sourcing.BasisStudy{Basis: b, Answerers: 60}
		for range sourcing.MaxCandidates {
			bs.Candidates = append(bs.Candidates, sourcing.Candidate{Structures: []string{word(), word()}, Name: word() + " " + word(), SIREN: word()[:9],
				Members: []string{word()[:9], word()[:9], word()[:9]}, Circle: sourcing.InHome, Zone: sourcing.ZoneDeclared, Capacity: sourcing.CapacityEnough, Counted: true})
		}
		most.Bases = append(most.Bases, bs)
	}
	d := sourcing.NewDossier("o", "a", "l1")
	long := func(n int) string { return strings.Repeat("é", n) }
	for i := range sourcing.MaxOpinions {
		id := fmt.Sprint(i)
		if err := d.Ask(buys, sourcing.Opinion{ID: id, Asked: "f", Due: "2026-12-10", Question: long(sourcing.MaxWord)}, noon); err != nil {
			t.Fatal(err)
		}
		if err := d.Give(advises, id, sourcing.Favourable, long(sourcing.MaxWord), noon); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Ask(buys, sourcing.Opinion{ID: "more", Due: "2026-12-10"}, noon); !errors.Is(err, sourcing.ErrManyOpinions) {
		t.Errorf("one opinion too many: %v", err)
	}
	e := frozen(t, most)
	for i := range sourcing.MaxDecisions {
		p := proposal(t, fmt.Sprint(i))
		p.Reasons, p.Again, p.Evidence = long(sourcing.MaxReasons), long(sourcing.MaxWord), e
		if err := d.Propose(buys, p, noon); err != nil {
			t.Fatal(err)
		}
		if err := d.Approve(other, p.ID, noon); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Propose(buys, proposal(t, "more"), noon); !errors.Is(err, sourcing.ErrManyDecisions) {
		t.Errorf("one decision too many: %v", err)
	}
	text, err := json.Marshal(d)
	if err != nil || len(text) > 1_000_000 {
		t.Errorf("a dossier of %d bytes %v", len(text), err)
	}
	s, err := e.Study()
	if b := s.Bases[0]; err != nil || len(b.Candidates)+b.More != sourcing.MaxCandidates {
		t.Errorf("candidates are lost: %d and %d more, %v", len(b.Candidates), b.More, err)
	}
	t.Logf("%d bytes, %d candidates a basis", len(text), len(s.Bases[0].Candidates))
}

func TestOpinion(t *testing.T) {
	d := sourcing.NewDossier("o", "a", "l1")
	ask := func(id string, due structure.Date) error {
		return d.Ask(buys, sourcing.Opinion{ID: id, Asked: "f", Due: due}, noon)
	}
	if err := ask("1", "2026-11-27"); err == nil {
		t.Error("an opinion for yesterday")
	}
	if err := errors.Join(ask("1", "2026-12-10"), ask("2", "2026-12-12")); err != nil {
		t.Fatal(err)
	}
	if err := ask("2", "2026-12-12"); !errors.Is(err, sourcing.ErrUnchanged) {
		t.Errorf("sent twice: %v", err)
	}
	late := structure.DateOf(noon.AddDate(0, 1, 0))
	if o := d.Waiting(); o == nil || o.ID != "2" || !o.Late(late) || o.Late("2026-12-12") {
		t.Fatalf("waiting: %+v", o)
	}
	if err := d.Give(advises, "1", sourcing.Favourable, "Oui", noon); !errors.Is(err, sourcing.ErrOpinionAnswered) {
		t.Errorf("one that was asked again is answered: %v", err)
	}
	if err := d.Give(buys, "2", sourcing.Favourable, "Oui", noon); !errors.Is(err, account.ErrNotAllowed) {
		t.Errorf("a buyer answers: %v", err)
	}
	if err := d.Give(advises, "2", sourcing.Against, "", noon); err == nil {
		t.Error("no reason")
	}
	if err := d.Give(advises, "2", sourcing.Against, "Non", noon); err != nil || d.Waiting() != nil || d.LastView().View != sourcing.Against {
		t.Error(err)
	}
	if !d.Forget("f") || d.LastView().By != "" || d.Forget("f") {
		t.Error("the facilitateur is not forgotten")
	}
}

func TestReview(t *testing.T) {
	list := []sourcing.Purchase{
		{ID: "a", Service: "s", Object: "A", Publication: "2027-01-01", Lots: []sourcing.Lot{{}}}, {ID: "b", Service: "s", Object: "B", Publication: "2029-01-01"},
		{ID: "c", Service: "t", Object: "C"}, {ID: "d", Service: "s", Object: "D", AbandonedAt: noon}, {ID: "e", Service: "s", Object: "E", External: &sourcing.Afar{}}, {ID: "f", Service: "s", Object: "F"},
	}
	r := sourcing.Review{ID: "r", Service: "s", On: "2026-11-28"}
	r.Begin(buys, list, noon)
	if len(r.Items) != 2 || r.Items[0].Purchase != "a" || r.Items[1].Purchase != "f" {
		t.Fatalf("%+v", r.Items)
	}
	note := func(m buyer.Member, o sourcing.Outcome, text string, rev int64) error {
		return r.Note(m, "a", o, text, rev, noon)
	}
	for _, c := range []struct{ got, want error }{
		{note(buys, sourcing.StudyIt, "Deux ESAT", 0), nil},
		{note(buys, sourcing.StudyIt, "Deux ESAT", 0), sourcing.ErrUnchanged},
		{note(other, sourcing.ReserveIt, "Trois", 0), sourcing.ErrStale},
		{note(advises, sourcing.ReserveIt, "Trois", 1), account.ErrNotAllowed},
		{note(away, sourcing.ReserveIt, "Trois", 1), account.ErrNotAllowed},
		{note(buys, "autre", "", 1), account.Fault("Choisissez une conclusion de la liste.")},
		{r.Note(buys, "c", sourcing.ReserveIt, "", 0, noon), sourcing.ErrNoLot},
		{r.Close(buys, noon), nil},
		{r.Close(buys, noon), sourcing.ErrUnchanged},
		{note(buys, sourcing.ReserveIt, "", 1), sourcing.ErrReviewClosed},
		{r.Meet(buys, nil, []string{"Jo"}), sourcing.ErrReviewClosed},
	} {
		if !errors.Is(c.got, c.want) {
			t.Errorf("%v, want %v", c.got, c.want)
		}
	}
	r.Others = []string{"Jo"}
	if r.Lapsed("2031-11-28") || !r.Lapsed("2031-11-29") {
		t.Error("typed names are not kept for five years")
	}
	if names, err := sourcing.Names("Jo\r\n\r\n Al  Ba \nJo"); err != nil || len(names) != 2 || names[1] != "Al Ba" {
		t.Errorf("%q %v", names, err)
	}
}

func TestHours(t *testing.T) {
	for _, c := range []struct {
		in   sourcing.HoursOf
		want int
	}{
		{sourcing.HoursOf{1_000_000, 500, 50, 3000}, 833}, // published examples
		{sourcing.HoursOf{1_500_000, 700, 100, 3000}, 3500},
		{sourcing.HoursOf{sourcing.MaxEuros, 1000, 1000, sourcing.MinHourlyCents}, 200_000_000},
		{sourcing.HoursOf{1, 1, 1, 3000}, 0},
		{sourcing.HoursOf{}, 0},
	} {
		if got := c.in.Hours(); got != c.want {
			t.Errorf("%+v: %d, want %d", c.in, got, c.want)
		}
	}
	if faults := (sourcing.HoursOf{1_000_000, 500, 50, 3000}).Check(); len(faults) > 0 {
		t.Error(faults)
	}
	if faults := (sourcing.HoursOf{-1, 1001, 0, 1}).Check(); len(faults) != 4 {
		t.Error(faults)
	}
	if (sourcing.HoursOf{1_000_000, 500, 300, 3000}).Unusual() == "" || (sourcing.HoursOf{1_000_000, 500, 50, 3000}).Unusual() != "" {
		t.Error("what is unusual is not said, or what is usual is")
	}
}
