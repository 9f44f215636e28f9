package sourcing_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
)

// book is what an observer of an operation writes down: who was sent what, who said what.
// It reads no state of the operation that an invariant speaks of, and asks afterwards
// whether the operation agrees.
type book struct {
	sent     []posted
	heard    map[string]map[string]bool // by supplier: the texts that it was sent
	version  map[string]int             // by supplier: of the questionnaire that it knows
	deadline map[string]time.Time       // by supplier: that it knows
	news     map[string]known           // by text of the ledger: what it tells of both
	asked    map[string]bool            // spontaneous candidates
	all      map[string]bool            // suppliers there were before the silence

	said     map[[2]string]bool   // item, supplier
	offered  map[[2]string]bool   // and not withheld since
	withheld map[[2]string]string // the reason
	dce      map[string]bool

	declared, recused, team map[string]bool
	panel                   string // hash, at the opening
	opened, silenced        bool
	answered                bool
	last                    time.Time // deadline after the step before
	submissions             map[string][]sourcing.Submission
	agreed                  map[string]string // by exchange
	reports                 []sourcing.Report
	published               bool
	knocked                 map[string]time.Time // by link: candidacies that wait
	typed                   int                  // questions without an id
	questions               map[string]string    // text by id
	agendas                 []string
	answerbacks             map[string][]string // by exchange
	judged                  map[string][]int    // by supplier: numbers of submissions
	silent                  int                 // dispatches before the silence
	stray                   string              // a request that nobody decided
}

type known struct {
	version  int
	deadline time.Time
}

type posted struct {
	sourcing.Dispatch
	at time.Time
}

func newBook() *book {
	return &book{
		heard: map[string]map[string]bool{}, version: map[string]int{}, deadline: map[string]time.Time{}, news: map[string]known{}, asked: map[string]bool{}, all: map[string]bool{},
		said: map[[2]string]bool{}, offered: map[[2]string]bool{}, withheld: map[[2]string]string{}, dce: map[string]bool{},
		declared: map[string]bool{}, recused: map[string]bool{}, team: map[string]bool{}, submissions: map[string][]sourcing.Submission{}, agreed: map[string]string{},
		published: true, knocked: map[string]time.Time{}, questions: map[string]string{}, answerbacks: map[string][]string{}, judged: map[string][]int{},
	}
}

// post writes down what an action sent.
func (b *book) post(action string, out []sourcing.Dispatch, o *sourcing.Operation, at time.Time) {
	for i := range o.Ledger {
		it := &o.Ledger[i]
		if _, old := b.news[it.Text]; !old && (it.Origin == sourcing.FromDifference || it.Origin == sourcing.FromCalendar) {
			b.news[it.Text] = known{o.Approved.Version, o.Deadline}
		}
	}
	for _, d := range out {
		b.sent = append(b.sent, posted{d, at})
		if b.heard[d.Supplier] == nil {
			b.heard[d.Supplier] = map[string]bool{}
		}
		b.heard[d.Supplier][d.Text] = true
		switch d.Sending {
		case sourcing.SendRequest:
			if !b.contacted(d.Supplier) && action != "open" && action != "add" && action != "hear" {
				b.stray = action + " asks " + d.Supplier + ", whom nobody has chosen"
			}
			b.version[d.Supplier], b.deadline[d.Supplier] = o.Approved.Version, o.Deadline
		case sourcing.SendNews:
			if k, ok := b.news[d.Text]; ok {
				b.version[d.Supplier], b.deadline[d.Supplier] = max(b.version[d.Supplier], k.version), k.deadline
			}
		}
	}
}

// contacted are those to whom a request went.
func (b *book) contacted(id string) bool { _, yes := b.version[id]; return yes }

// disagrees says which invariant of DESIGN (Sourcing) the operation breaks, "" none.
func (b *book) disagrees(o *sourcing.Operation, l *sourcing.Longlist, members []buyer.Member, exchanges map[string]*sourcing.Exchange, answers map[string]*sourcing.Answer) string {
	for _, check := range []func() string{
		func() string { return b.checkPanel(o, l) },
		func() string { return b.checkSame(o) },
		func() string { return b.checkLedger(o) },
		func() string { return b.checkReminder() },
		func() string { return b.checkSilence(o) },
		func() string { return b.checkAnswers(o, answers) },
		func() string { return b.checkDoors(o, members) },
		func() string { return b.checkKept(o, exchanges) },
		func() string { return b.checkState(o) },
		func() string { return b.checkCall(o) },
		func() string { return b.checkWritten(o) },
		func() string { return b.checkJudged(exchanges, answers) },
		b.checkAddressed,
	} {
		if text := check(); text != "" {
			return text
		}
	}
	return ""
}

// The long list is frozen; each row that is not contacted has exactly one reason.
func (b *book) checkPanel(o *sourcing.Operation, l *sourcing.Longlist) string {
	if !b.opened || b.stray != "" {
		return b.stray
	}
	if o.Panel.Hash != b.panel || l.Seal() != b.panel {
		return "the panel has changed since the opening"
	}
	for _, row := range l.Rows {
		contacted := slices.ContainsFunc(o.Suppliers, func(s sourcing.Supplier) bool { return s.Structure == row.Structure && b.contacted(s.ID) })
		reasons := 0
		for _, e := range o.Excluded {
			if e.Structure == row.Structure {
				reasons++
			}
		}
		if contacted && reasons != 0 || !contacted && reasons != 1 {
			return fmt.Sprintf("row %s: contacted %v, %d reasons", row.Structure, contacted, reasons)
		}
	}
	return ""
}

// One approved version, the same deadline for all; a change went to all.
func (b *book) checkSame(o *sourcing.Operation) string {
	for id, v := range b.version {
		if v != o.Approved.Version {
			return fmt.Sprintf("%s knows version %d of the questionnaire, which is at %d", id, v, o.Approved.Version)
		}
		if !b.deadline[id].Equal(o.Deadline) {
			return fmt.Sprintf("%s knows of the deadline %v, which is %v", id, b.deadline[id], o.Deadline)
		}
	}
	first := posted{}
	for _, p := range b.sent {
		if p.Sending != sourcing.SendRequest || p.Number != 1 {
			continue
		}
		if first.Number == 0 {
			first = p
		}
		if p.Text != first.Text || !p.at.Equal(first.at) {
			return "the first message is not the same for all"
		}
	}
	return ""
}

// cell is how a supplier stands to an information, by what was written down.
func (b *book) cell(it *sourcing.Info, supplier string) sourcing.CellState {
	at := [2]string{it.ID, supplier}
	switch {
	case b.said[at] || b.heard[supplier][it.Text]:
		return sourcing.CellGiven
	case b.dce[it.ID]:
		return sourcing.CellInDCE
	case b.offered[at]:
		return sourcing.CellOffered
	case b.withheld[at] != "":
		return sourcing.CellWithheld
	}
	return sourcing.CellGap
}

// The ledger says of each item and supplier what was done; what is shared everybody has,
// also those who came late; a reason has 30 letters.
func (b *book) checkLedger(o *sourcing.Operation) string {
	gaps := 0
	for i := range o.Ledger {
		it := &o.Ledger[i]
		for k := range o.Suppliers {
			s := &o.Suppliers[k]
			if !b.contacted(s.ID) {
				continue
			}
			want := b.cell(it, s.ID)
			if got, _ := it.Of(s); got != want {
				return fmt.Sprintf("%s of %s: the ledger says %s, it is %s", it.ID, s.ID, got, want)
			}
			if want == sourcing.CellGap {
				gaps++
			}
			if !it.SharedAt.IsZero() && want != sourcing.CellGiven {
				return fmt.Sprintf("%s is shared, and %s was not sent it", it.ID, s.ID)
			}
		}
		for k := range it.Cells {
			if c := &it.Cells[k]; !c.WithheldAt.IsZero() && utf8.RuneCountInString(strings.TrimSpace(c.Reason)) < 30 {
				return it.ID + " is withheld without a reason"
			}
		}
	}
	if got := len(o.Gaps()); got != gaps {
		return fmt.Sprintf("%d gaps are told of, there are %d", got, gaps)
	}
	return ""
}

// One reminder an operation, at one instant.
func (b *book) checkReminder() string {
	seen := map[string]bool{}
	var number int64
	for _, p := range b.sent {
		if p.Sending != sourcing.SendReminder {
			continue
		}
		if seen[p.Supplier] || number != 0 && number != p.Number {
			return "a second reminder"
		}
		seen[p.Supplier], number = true, p.Number
	}
	return ""
}

// At the launch one last message to everybody contacted and every spontaneous candidate;
// afterwards nothing but corrections, of one text at one instant to all of them.
func (b *book) checkSilence(o *sourcing.Operation) string {
	batches := map[int64][]posted{}
	for i, p := range b.sent {
		switch {
		case p.Sending == sourcing.SendLast:
			batches[p.Number] = append(batches[p.Number], p)
		case b.silenced && i >= b.silent:
			return fmt.Sprintf("a %s after the launch", p.Sending)
		}
	}
	if !b.silenced {
		if len(batches) > 0 {
			return "a last message before the launch"
		}
		return ""
	}
	all := map[string]bool{}
	for i := range o.Suppliers {
		s := &o.Suppliers[i]
		if !b.all[s.ID] {
			return s.ID + " came after the launch"
		}
		if b.contacted(s.ID) || b.asked[s.ID] {
			all[s.ID] = true
		}
	}
	want := 1 + len(o.Corrections)
	if len(all) == 0 {
		want = 0 // a draft that nobody has heard of
	}
	if len(batches) != want {
		return fmt.Sprintf("%d last messages for %d corrections", len(batches), len(o.Corrections))
	}
	for _, batch := range batches {
		to := map[string]bool{}
		for _, p := range batch {
			if to[p.Supplier] || !all[p.Supplier] || p.Text != batch[0].Text || !p.at.Equal(batch[0].at) {
				return "a last message is not the same for all, once each"
			}
			to[p.Supplier] = true
		}
		if len(to) != len(all) {
			return fmt.Sprintf("a last message went to %d of %d", len(to), len(all))
		}
	}
	return ""
}

// A submission keeps its time and the deadline that it saw; no deadline is earlier than
// before once somebody has answered.
func (b *book) checkAnswers(o *sourcing.Operation, answers map[string]*sourcing.Answer) string {
	for id, list := range b.submissions {
		now := answers[id].Submissions
		if len(now) != len(list) {
			return "a submission is gone"
		}
		for i := range list {
			if !now[i].At.Equal(list[i].At) || !now[i].Deadline.Equal(list[i].Deadline) || now[i].Hash != list[i].Hash || now[i].Version != list[i].Version {
				return fmt.Sprintf("submission %d of %s has another time, deadline or hash", i+1, id)
			}
		}
	}
	if b.answered && o.Deadline.Before(b.last) {
		return "the deadline is earlier, with an answer in"
	}
	return ""
}

// Who has not declared, is recused, has left or is of elsewhere opens no answer.
func (b *book) checkDoors(o *sourcing.Operation, members []buyer.Member) string {
	for _, m := range members {
		may := b.team[m.Person] && b.declared[m.Person] && !b.recused[m.Person] && m.Organisation == "ept"
		if opens := o.Opens(m) == nil; opens != may {
			return fmt.Sprintf("%s opens answers: %v", m.Person, opens)
		}
	}
	return ""
}

// acknowledged is what a supplier has acknowledged of an exchange.
func acknowledged(x *sourcing.Exchange) string {
	text, _ := json.Marshal([]any{x.Kind, x.At, x.Duration, x.Place, x.Ours, x.Theirs, x.Minutes, x.AgreedAt})
	return string(text)
}

// Acknowledged minutes are not rewritten; a report is not changed.
func (b *book) checkKept(o *sourcing.Operation, exchanges map[string]*sourcing.Exchange) string {
	for id, text := range b.agreed {
		if acknowledged(exchanges[id]) != text {
			return "acknowledged minutes were rewritten"
		}
	}
	if len(o.Reports) < len(b.reports) || !slices.Equal(o.Reports[:len(b.reports)], b.reports) {
		return "a report has changed"
	}
	return ""
}

// The state is what has happened.
func (b *book) checkState(o *sourcing.Operation) string {
	want := sourcing.Drafted
	for _, s := range []struct {
		at    time.Time
		state sourcing.OperationState
	}{{o.OpenedAt, sourcing.Opened}, {o.AnalysingAt, sourcing.Analysing}, {o.ReportedAt, sourcing.Reported}, {o.ClosedAt, sourcing.ClosedOp}} {
		if !s.at.IsZero() {
			want = s.state
		}
	}
	switch {
	case o.State() != want:
		return fmt.Sprintf("state %s, what has happened says %s", o.State(), want)
	case b.opened != !o.OpenedAt.IsZero() || b.silenced != o.Silent():
		return "it was opened, or silenced, by something else"
	case !o.AnalysingAt.IsZero() && o.AnalysingAt.Before(o.Deadline) && (!o.Silent() || o.AnalysingAt.Before(o.SilencedAt)):
		return "the analysis began before the deadline"
	}
	return ""
}
