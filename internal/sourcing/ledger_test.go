package sourcing_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"sourcier/internal/sourcing"
)

const ledgerReason = "Elle ne concerne que le lot de cette structure."

// said is a line that the first of three suppliers was told, and its operation.
func said(t *testing.T) (*sourcing.Operation, *sourcing.Info) {
	t.Helper()
	o, _ := asked(t)
	if err := o.NoteSaid(lead, "Le site ferme en août.", "x1", []string{o.Suppliers[0].ID}, opened); err != nil {
		t.Fatal(err)
	}
	return o, &o.Ledger[len(o.Ledger)-1]
}

// Every state of a cell, by what was done: whatever is given stays given, what is shared
// or in the DCE is no gap any more.
func TestLedgerCellStates(t *testing.T) {
	later := opened.Add(time.Hour)
	dce := sourcing.DCE{Document: "CCTP", Article: "3.2", Day: "2026-12-20"}
	for name, c := range map[string]struct {
		do   func(*sourcing.Operation, string, []string) error // item, the second supplier
		want sourcing.CellState
		gaps int
	}{
		"nothing": {func(*sourcing.Operation, string, []string) error { return nil }, sourcing.CellGap, 2},
		"given":   {func(o *sourcing.Operation, i string, to []string) error { return o.NoteGiven(lead, i, to, later) }, sourcing.CellGiven, 1},
		"offered": {func(o *sourcing.Operation, i string, to []string) error { return o.Offer(lead, i, to, later) }, sourcing.CellOffered, 1},
		"withheld": {func(o *sourcing.Operation, i string, to []string) error {
			return o.Withhold(lead, i, to, ledgerReason, later)
		}, sourcing.CellWithheld, 1},
		"in the DCE": {func(o *sourcing.Operation, i string, _ []string) error { return o.PutInDCE(lead, i, dce, later) }, sourcing.CellInDCE, 0},
		"shared":     {func(o *sourcing.Operation, i string, _ []string) error { _, err := o.Share(lead, i, later); return err }, sourcing.CellGiven, 0},
		"offered, then withheld": {func(o *sourcing.Operation, i string, to []string) error {
			return errors.Join(o.Offer(lead, i, to, later), o.Withhold(lead, i, to, ledgerReason, later))
		}, sourcing.CellWithheld, 1},
		"withheld, then given": {func(o *sourcing.Operation, i string, to []string) error {
			return errors.Join(o.Withhold(lead, i, to, ledgerReason, later), o.NoteGiven(lead, i, to, later))
		}, sourcing.CellGiven, 1},
		"withheld, then in the DCE": {func(o *sourcing.Operation, i string, to []string) error {
			return errors.Join(o.Withhold(lead, i, to, ledgerReason, later), o.PutInDCE(lead, i, dce, later))
		}, sourcing.CellInDCE, 0},
		"withheld, then shared": {func(o *sourcing.Operation, i string, to []string) error {
			err := o.Withhold(lead, i, to, ledgerReason, later)
			_, shared := o.Share(lead, i, later)
			return errors.Join(err, shared)
		}, sourcing.CellGiven, 0},
	} {
		o, it := said(t)
		id := it.ID
		if err := c.do(o, id, []string{o.Suppliers[1].ID}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got, _ := o.Info(id).Of(&o.Suppliers[1]); got != c.want || len(o.Gaps()) != c.gaps {
			t.Errorf("%s: %s with %d gaps, want %s with %d", name, got, len(o.Gaps()), c.want, c.gaps)
		}
		if got, _ := o.Info(id).Of(&o.Suppliers[0]); got != sourcing.CellGiven {
			t.Errorf("%s: who was told is %s", name, got)
		}
	}
}

// What is refused notes nothing.
func TestLedgerRefusals(t *testing.T) {
	long := strings.Repeat("a", 1501)
	for name, do := range map[string]func(*sourcing.Operation, string) error{
		"nobody told": func(o *sourcing.Operation, _ string) error { return o.NoteSaid(lead, "Autre.", "", nil, opened) },
		"a stranger told": func(o *sourcing.Operation, _ string) error {
			return o.NoteSaid(lead, "Autre.", "", []string{"s99"}, opened)
		},
		"no text":     func(o *sourcing.Operation, _ string) error { return o.NoteSaid(lead, " ", "", []string{"s1"}, opened) },
		"a long text": func(o *sourcing.Operation, _ string) error { _, err := o.TellAll(lead, long, opened); return err },
		"a short reason": func(o *sourcing.Operation, i string) error {
			return o.Withhold(lead, i, []string{"s2"}, "Court.", opened)
		},
		"a long reason":      func(o *sourcing.Operation, i string) error { return o.Withhold(lead, i, []string{"s2"}, long, opened) },
		"withheld of nobody": func(o *sourcing.Operation, i string) error { return o.Withhold(lead, i, nil, ledgerReason, opened) },
		"a half stranger": func(o *sourcing.Operation, i string) error {
			return o.Offer(lead, i, []string{o.Suppliers[1].ID, "s99"}, opened)
		},
		"no article": func(o *sourcing.Operation, i string) error {
			return o.PutInDCE(lead, i, sourcing.DCE{Document: "CCTP", Day: "2026-12-20"}, opened)
		},
		"the same again": func(o *sourcing.Operation, _ string) error {
			return o.NoteSaid(lead, "Le site ferme en août.", "x1", []string{o.Suppliers[0].ID}, opened)
		},
	} {
		o, it := said(t)
		id, rev, lines, gaps := it.ID, o.Rev, len(o.Ledger), len(o.Gaps())
		if err := do(o, id); err == nil {
			t.Errorf("%s: taken", name)
		}
		if o.Rev != rev || len(o.Ledger) != lines || len(o.Gaps()) != gaps || len(o.Info(id).Cells) != 1 {
			t.Errorf("%s: something is noted", name)
		}
	}
}

// Whatever is done in whatever order, each supplier has one state in each line, a line has
// one cell of it at most, and a gap is where there is no other state.
func TestLedgerInAnyOrder(t *testing.T) {
	for seed := range uint64(60) {
		dice := rand.New(rand.NewPCG(seed, 1))
		o, l := asked(t)
		for step := range 60 {
			at := opened.Add(time.Duration(step) * time.Minute)
			item, to := o.Ledger[dice.IntN(len(o.Ledger))].ID, []string{o.Suppliers[dice.IntN(len(o.Suppliers))].ID, o.Suppliers[dice.IntN(len(o.Suppliers))].ID}
			switch dice.IntN(8) {
			case 0:
				_ = o.NoteSaid(lead, "Dit "+at.String(), "", to, at)
			case 1:
				_, _ = o.Share(lead, item, at)
			case 2:
				_ = o.Withhold(lead, item, to, ledgerReason, at)
			case 3:
				_ = o.PutInDCE(lead, item, sourcing.DCE{Document: "CCTP", Article: "1", Day: "2026-12-20"}, at)
			case 4:
				_ = o.Offer(lead, item, to, at)
			case 5:
				_ = o.NoteGiven(lead, item, to, at)
			case 6:
				_, _ = o.TellAll(lead, "Pour tous "+at.String(), at)
			case 7:
				if len(o.Contacts()) < 6 {
					_, _ = o.Add(lead, sourcing.Supplier{Name: "N", Email: at.Format("150405") + "@structure.example"}, at)
				}
			}
		}
		ledgerHolds(t, o, l)
	}
}

func ledgerHolds(t *testing.T, o *sourcing.Operation, _ *sourcing.Longlist) {
	t.Helper()
	gaps := map[sourcing.Gap]bool{}
	for _, g := range o.Gaps() {
		if gaps[g] {
			t.Errorf("%v twice", g)
		}
		gaps[g] = true
	}
	for i := range o.Ledger {
		it, cells := &o.Ledger[i], map[string]bool{}
		for _, c := range it.Cells {
			if cells[c.Supplier] {
				t.Errorf("%s: two cells of %s", it.ID, c.Supplier)
			}
			cells[c.Supplier] = true
		}
		for _, s := range o.Contacts() {
			state, _ := it.Of(s)
			c := it.Cell(s.ID)
			noted := !it.SharedAt.IsZero() || it.DCE != nil || c != nil
			if state.Label() == "" || (state == sourcing.CellGap) != gaps[sourcing.Gap{Item: it.ID, Supplier: s.ID}] || (state == sourcing.CellGap) == noted {
				t.Errorf("%s of %s: %q, noted %v", it.ID, s.ID, state, noted)
			}
			if state == sourcing.CellWithheld && len(c.Reason) < sourcing.MinReason {
				t.Errorf("%s withheld of %s without a reason", it.ID, s.ID)
			}
		}
	}
}

// Two who answer one question otherwise: the second is told, and nothing of it goes.
func TestReplyGoesOnceAndNamesNobody(t *testing.T) {
	o, _ := asked(t)
	if err := o.Ask(o.Suppliers[1].ID, "Quand commence le marché ?", opened); err != nil {
		t.Fatal(err)
	}
	id := o.Asked[0].ID
	out, err := o.Reply(lead, id, "Quand commence le marché ?", "En mars.", opened)
	if err != nil || len(out) != 3 || strings.Contains(out[0].Text, o.Suppliers[1].Name+" ") {
		t.Fatalf("%v, %v", out, err)
	}
	if _, err := o.Reply(lead, id, "Quand commence le marché ?", "En mars.", opened); !errors.Is(err, sourcing.ErrUnchanged) {
		t.Errorf("the same again: %v", err)
	}
	if out, err := o.Reply(lead, id, "Quand ?", "En avril.", opened); !errors.Is(err, sourcing.ErrStale) || len(out) > 0 {
		t.Errorf("another answer: %v, %v", out, err)
	}
}

func TestBetraysWhoIsAsked(t *testing.T) {
	o, _ := asked(t)
	o.Suppliers[0].Name, o.Suppliers[0].SIREN = "Éclat Propreté", "123456782"
	for text, want := range map[string]string{
		"La société ECLAT  proprete a demandé.": "Éclat Propreté", "SIREN 123 456 782": "123456782", "Une structure de Vitry-sur-Seine.": "Vitry sur Seine", "L’éclat des sols et leur propreté.": "", "Rien.": "",
	} {
		if got := strings.Join(o.Betrays(text, "Vitry sur Seine"), ","); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
