package sourcing_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/survey"
)

// TestSourcingInvariants plays random histories of operations, of every method and by
// everybody, also what is refused, and holds the operation to what an observer wrote down
// (book) after each step. Then each guard is taken away in turn: the same play must go
// red, or the proof would not see what the guard is for. SOURCIER_SOURCING_HISTORIES says
// how many histories are played with all guards.
func TestSourcingInvariants(t *testing.T) {
	histories := played(t)
	steps, done, launched, seen := 0, 0, 0, map[string]int{}
	for seed := range histories {
		h := newHistory(uint64(seed))
		if fault := h.play(); fault != "" {
			t.Fatalf("history %d, step %d, %s: %s", seed, h.steps, h.action, fault)
		}
		steps, done = steps+h.steps, done+h.done
		if h.o.Silent() {
			launched++
		}
		for name, n := range h.seen {
			seen[name] += n
		}
	}
	for _, a := range actions {
		if seen[a.name] == 0 {
			t.Errorf("%s never succeeded", a.name)
		}
	}
	for _, g := range sourcing.Guards {
		at, found := firstFault(g, histories)
		if !found {
			t.Errorf("without %q nothing goes red in %d histories", g, histories)
		}
		t.Logf("without %-18s red in history %d", g, at)
	}
	t.Logf("figure: %d histories, %d steps of which %d did something, %d launched; red without each of %d guards", histories, steps, done, launched, len(sourcing.Guards))
}

// played is how many histories are played: enough for each guard, more when the proof asks.
func played(t *testing.T) int {
	t.Helper()
	text := os.Getenv("SOURCIER_SOURCING_HISTORIES")
	if text == "" {
		return 300
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// firstFault is the first history that goes red without a guard.
func firstFault(g sourcing.Guard, histories int) (int, bool) {
	defer sourcing.Lift(g)()
	for seed := range histories {
		if newHistory(uint64(seed)).play() != "" {
			return seed, true
		}
	}
	return 0, false
}

// historySteps are those of one history.
const historySteps = 90

// history is one operation, and who acts on it.
type history struct {
	*rand.Rand
	o         *sourcing.Operation
	l         *sourcing.Longlist // the panel that was frozen last
	answers   map[string]*sourcing.Answer
	exchanges map[string]*sourcing.Exchange
	book      *book
	at        time.Time
	action    string
	steps     int
	done      int
	number    int // of what was written, so that no two texts are alike
	seen      map[string]int
}

// cast are those who act: p1 leads and declares soon; others do when the play says so.
var cast = []buyer.Member{
	{Person: "p1", Organisation: "ept", Kind: account.KindPublic, Role: account.Buyer},
	{Person: "p2", Organisation: "ept", Kind: account.KindPublic, Role: account.Buyer},
	{Person: "p3", Organisation: "ept", Kind: account.KindPublic, Role: account.Buyer},
	{Person: "p4", Organisation: "ept", Kind: account.KindPublic, Role: account.Prescripteur},
	{Person: "p5", Organisation: "ailleurs", Kind: account.KindPublic, Role: account.Buyer},
}

func newHistory(seed uint64) *history {
	h := &history{
		Rand: rand.New(rand.NewPCG(seed, 9)), at: opened, book: newBook(), answers: map[string]*sourcing.Answer{}, exchanges: map[string]*sourcing.Exchange{}, seen: map[string]int{},
		o: &sourcing.Operation{ID: "o1", Purchase: "a1", Title: "Nettoyage", Message: "Bonjour, répondez-nous.", Deadline: opened.AddDate(0, 0, 5), PublishedAt: opened},
	}
	if err := h.o.Begin(cast[0], h.at); err != nil {
		panic(err)
	}
	h.book.team["p1"] = true
	if seed%4 > 0 {
		h.prepare()
	}
	return h
}

// prepare opens the operation, so that most of the history comes after it.
func (h *history) prepare() {
	for range h.IntN(4) {
		for _, name := range []string{"apply", "hear"} {
			h.try(actionOf(name), cast[0])
		}
	}
	for _, name := range []string{"declare", "freeze", "questions", "approve", "choose", "open"} {
		for try := 0; !h.try(actionOf(name), cast[0]) || name == "choose" && len(h.o.Undecided(h.l)) > 0; try++ {
			if try > 60 {
				return // as far as it came
			}
		}
	}
}

// play plays until something is wrong.
func (h *history) play() (fault string) {
	for h.steps = 1; h.steps <= historySteps; h.steps++ {
		h.at = h.at.Add(time.Duration(1+h.IntN(8*60)) * time.Minute)
		h.book.last = h.o.Deadline
		if h.step(); h.o == nil {
			return "it is gone"
		}
		if fault := h.book.disagrees(h.o, h.l, cast, h.exchanges, h.answers); fault != "" {
			return fault
		}
	}
	return ""
}

func actionOf(name string) *action {
	return &actions[slices.IndexFunc(actions, func(a action) bool { return a.name == name })]
}

// step does one thing, by somebody.
func (h *history) step() {
	m := cast[0]
	if h.IntN(4) == 0 {
		m = cast[h.IntN(len(cast))]
	}
	h.try(h.choose(), m)
}

// try does something to a copy, as the store does: a refusal leaves nothing.
func (h *history) try(a *action, m buyer.Member) bool {
	h.action = a.name
	kept := h.o
	h.o = clone(kept)
	out, note, err := a.do(h, m)
	if err != nil {
		h.o = kept
		if len(out) > 0 {
			panic("a refusal sends something")
		}
		return false
	}
	h.book.post(a.name, out, h.o, h.at)
	if note != nil {
		note()
	}
	h.done++
	h.seen[a.name]++
	return true
}

// choose weighs what is likely where the history is; everything is tried everywhere.
func (h *history) choose() *action {
	draft := h.o.OpenedAt.IsZero()
	for {
		a := &actions[h.IntN(len(actions))]
		weight := 2
		switch {
		case a.draft == draft:
			weight = 12
		case a.always:
			weight = 6
		}
		if a.rare {
			weight = 1
		}
		if h.IntN(12) < weight {
			return a
		}
	}
}

// text is a text that was not written before.
func (h *history) text(what string) string {
	h.number++
	return fmt.Sprintf("%s %d", what, h.number)
}

// supplier is the id of one, mostly of one that is there.
func (h *history) supplier() string {
	if n := len(h.o.Suppliers); n > 0 && h.IntN(12) > 0 {
		return h.o.Suppliers[h.IntN(n)].ID
	}
	return "s99"
}

func (h *history) item() string {
	if n := len(h.o.Ledger); n > 0 && h.IntN(12) > 0 {
		return h.o.Ledger[h.IntN(n)].ID
	}
	return "i99"
}

func (h *history) some() (ids []string) {
	for range 1 + h.IntN(2) {
		ids = append(ids, h.supplier())
	}
	return ids
}

func (h *history) reason() string {
	if h.IntN(3) == 0 {
		return "trop court"
	}
	return strings.Repeat("motif ", 6)
}

// clone is a copy that shares nothing that is written in place.
func clone[T any](v *T) *T {
	out := new(T)
	copyInto(reflect.ValueOf(out).Elem(), reflect.ValueOf(v).Elem())
	return out
}

func copyInto(to, from reflect.Value) {
	to.Set(from)
	switch {
	case from.Type() == reflect.TypeFor[time.Time]():
	case from.Kind() == reflect.Struct:
		for i := range from.NumField() {
			copyInto(to.Field(i), from.Field(i))
		}
	case from.Kind() == reflect.Slice && !from.IsNil():
		to.Set(reflect.MakeSlice(from.Type(), from.Len(), from.Len()))
		for i := range from.Len() {
			copyInto(to.Index(i), from.Index(i))
		}
	case from.Kind() == reflect.Pointer && !from.IsNil():
		to.Set(reflect.New(from.Type().Elem()))
		copyInto(to.Elem(), from.Elem())
	}
}

// action is something that is tried. note is written down when it was done.
type action struct {
	name   string
	draft  bool // mostly before the opening
	always bool // as often after it
	rare   bool
	do     func(h *history, m buyer.Member) (out []sourcing.Dispatch, note func(), err error)
}

// quiet is an action that sends nothing.
func quiet(do func(h *history, m buyer.Member) (func(), error)) func(*history, buyer.Member) ([]sourcing.Dispatch, func(), error) {
	return func(h *history, m buyer.Member) ([]sourcing.Dispatch, func(), error) {
		note, err := do(h, m)
		return nil, note, err
	}
}

// sending is an action of which only what it sends is written down.
func sending(do func(h *history, m buyer.Member) ([]sourcing.Dispatch, error)) func(*history, buyer.Member) ([]sourcing.Dispatch, func(), error) {
	return func(h *history, m buyer.Member) ([]sourcing.Dispatch, func(), error) {
		out, err := do(h, m)
		return out, nil, err
	}
}

var actions []action

func init() {
	actions = append(actions, draftActions...)
	actions = append(actions, teamActions...)
	actions = append(actions, contactActions...)
	actions = append(actions, ledgerActions...)
	actions = append(actions, answerActions...)
	actions = append(actions, endActions...)
	actions = append(actions, callActions...)
	actions = append(actions, handActions...)
}

var panelNames = []string{"A", "B", "C", "D", "E", "F"}

var draftActions = []action{
	{name: "freeze", draft: true, do: quiet(func(h *history, m buyer.Member) (func(), error) {
		n := 3 + h.IntN(4)
		l := &sourcing.Longlist{ID: h.text("l"), Organisation: "ept", Operation: "o1"}
		for _, id := range panelNames[:n] {
			l.Rows = append(l.Rows, sourcing.Row{Structure: id, Name: id, Why: l.ID})
		}
		l.Hash = l.Seal()
		return func() { h.l = l }, h.o.Freeze(m, l, h.at)
	})},
	{name: "choose", draft: true, do: quiet(func(h *history, m buyer.Member) (func(), error) {
		if h.l == nil {
			return nil, sourcing.ErrStale
		}
		var chosen []sourcing.Supplier
		var excluded []sourcing.Exclusion
		for _, r := range h.l.Rows {
			switch h.IntN(8) {
			case 0, 1, 2, 3:
				chosen = append(chosen, sourcing.Supplier{Structure: r.Structure, Name: r.Name, Email: strings.ToLower(r.Name) + "@structure.example"})
			case 4, 5, 6:
				excluded = append(excluded, sourcing.Exclusion{Structure: r.Structure, Code: sourcing.TooSmall})
			default:
				if h.IntN(2) == 0 {
					excluded = append(excluded, sourcing.Exclusion{Structure: r.Structure, Code: sourcing.TooSmall}, sourcing.Exclusion{Structure: r.Structure, Code: sourcing.Twin})
				}
			}
		}
		return nil, h.o.Choose(m, h.l, chosen, excluded, h.rev(), h.at)
	})},
	{name: "questions", draft: true, do: quiet(func(h *history, _ buyer.Member) (func(), error) {
		h.o.Draft = &survey.Questionnaire{Title: "Nettoyage", Questions: []survey.Question{{ID: "k1", Kind: survey.Number, Text: h.text("Effectif"), Unit: "personnes"}, {ID: "k2", Kind: survey.Text, Text: "Précisions"}}}
		return nil, nil
	})},
	{name: "approve", draft: true, do: sending(func(h *history, m buyer.Member) ([]sourcing.Dispatch, error) { return h.o.Approve(m, h.rev(), h.at) })},
	{name: "write", draft: true, do: quiet(func(h *history, m buyer.Member) (func(), error) {
		in := sourcing.Operation{Title: "Nettoyage", Message: h.text("Bonjour"), Deadline: h.at.AddDate(0, 0, h.IntN(8)).Truncate(time.Minute)}
		return nil, h.o.Write(m, in, h.rev(), h.at)
	})},
	{name: "open", draft: true, do: func(h *history, m buyer.Member) ([]sourcing.Dispatch, func(), error) {
		out, err := h.o.Open(m, h.l, h.rev(), h.at)
		return out, func() { h.book.opened, h.book.panel = true, h.l.Hash }, err
	}},
}

// rev is what a page showed, mostly the present.
func (h *history) rev() int64 {
	if h.IntN(10) == 0 {
		return h.o.Rev - 1
	}
	return h.o.Rev
}

var teamActions = []action{
	{name: "enrol", draft: true, always: true, do: quiet(func(h *history, m buyer.Member) (func(), error) {
		person := cast[h.IntN(4)].Person
		return func() { h.book.team[person] = true; delete(h.book.declared, person) }, h.o.Enrol(m, person, sourcing.Parts[h.IntN(len(sourcing.Parts))], h.at)
	})},
	{name: "declare", draft: true, always: true, do: quiet(func(h *history, m buyer.Member) (func(), error) {
		m = cast[h.IntN(len(cast))]
		return func() { h.book.declared[m.Person] = true }, h.o.Declare(m, h.text("lien"), h.at)
	})},
	{name: "recuse", do: quiet(func(h *history, m buyer.Member) (func(), error) {
		person := cast[1+h.IntN(2)].Person
		return func() { h.book.recused[person] = true }, h.o.Recuse(m, person, "Ancien employeur", h.at)
	})},
	{name: "leave", do: quiet(func(h *history, m buyer.Member) (func(), error) {
		person := cast[1+h.IntN(2)].Person
		return func() { delete(h.book.team, person) }, h.o.Leave(m, person, h.at)
	})},
}

var contactActions = []action{
	{name: "apply", draft: true, always: true, do: quiet(func(h *history, _ buyer.Member) (func(), error) {
		s := sourcing.Supplier{Name: "Candidat", Email: fmt.Sprintf("c%d@structure.example", h.IntN(8))}
		if h.IntN(2) == 0 {
			s.Structure = panelNames[h.IntN(len(panelNames))]
		}
		return func() { h.book.asked[h.o.Suppliers[len(h.o.Suppliers)-1].ID] = true }, h.o.Apply(s, h.at)
	})},
	{name: "hear", do: sending(func(h *history, m buyer.Member) ([]sourcing.Dispatch, error) {
		id := h.supplier()
		for i := range h.o.Suppliers {
			if s := &h.o.Suppliers[i]; s.Spontaneous && !s.Contacted() && h.IntN(2) == 0 {
				id = s.ID
			}
		}
		return h.o.Hear(m, id, h.IntN(2) == 0, h.reason(), h.at)
	})},
	{name: "add", do: sending(func(h *history, m buyer.Member) ([]sourcing.Dispatch, error) {
		s := sourcing.Supplier{Name: "Ajout", Structure: panelNames[h.IntN(len(panelNames))], Email: h.text("e") + "@structure.example"}
		if h.IntN(3) == 0 {
			s.Structure = ""
		}
		return h.o.Add(m, s, h.at)
	})},
	{name: "readdress", do: sending(func(h *history, m buyer.Member) ([]sourcing.Dispatch, error) {
		return h.o.Readdress(m, h.supplier(), h.text("e")+"@structure.example", h.at)
	})},
	{name: "remind", do: sending(func(h *history, m buyer.Member) ([]sourcing.Dispatch, error) {
		answered := map[string]bool{}
		for id, list := range h.book.submissions {
			answered[id] = len(list) > 0
		}
		return h.o.Remind(m, answered, "Rappel", h.at)
	})},
	{name: "postpone", do: sending(func(h *history, m buyer.Member) ([]sourcing.Dispatch, error) {
		to := h.o.Deadline.Add(time.Duration(h.IntN(6*24)-2*24) * time.Hour)
		return h.o.Postpone(m, to, h.book.answered, h.at)
	})},
}

var ledgerActions = []action{
	{name: "tell", do: sending(func(h *history, m buyer.Member) ([]sourcing.Dispatch, error) {
		return h.o.TellAll(m, h.text("Précision"), h.at)
	})},
	{name: "said", do: quiet(func(h *history, m buyer.Member) (func(), error) {
		to := h.some()
		err := h.o.NoteSaid(m, h.text("Dit"), "x1", to, h.at)
		return func() {
			for _, id := range to {
				h.book.said[[2]string{h.o.Ledger[len(h.o.Ledger)-1].ID, id}] = true
			}
		}, err
	})},
	{name: "given", do: quiet(func(h *history, m buyer.Member) (func(), error) {
		item, to := h.item(), h.some()
		return func() {
			for _, id := range to {
				h.book.said[[2]string{item, id}] = true
			}
		}, h.o.NoteGiven(m, item, to, h.at)
	})},
	{name: "share", do: sending(func(h *history, m buyer.Member) ([]sourcing.Dispatch, error) { return h.o.Share(m, h.item(), h.at) })},
	{name: "withhold", do: quiet(func(h *history, m buyer.Member) (func(), error) {
		item, to, reason := h.item(), h.some(), h.reason()
		return func() { h.book.keep(item, to, reason) }, h.o.Withhold(m, item, to, reason, h.at)
	})},
	{name: "offer", do: quiet(func(h *history, m buyer.Member) (func(), error) {
		item, to := h.item(), h.some()
		return func() { h.book.offer(item, to) }, h.o.Offer(m, item, to, h.at)
	})},
	{name: "dce", do: quiet(func(h *history, m buyer.Member) (func(), error) {
		item := h.item()
		return func() { h.book.dce[item] = true }, h.o.PutInDCE(m, item, sourcing.DCE{Document: "CCTP", Article: "4", Day: "2026-12-10"}, h.at)
	})},
	{name: "ask", do: quiet(func(h *history, _ buyer.Member) (func(), error) {
		return nil, h.o.Ask(h.supplier(), h.text("Combien"), h.at)
	})},
	{name: "reply", do: sending(func(h *history, m buyer.Member) ([]sourcing.Dispatch, error) {
		id := "q99"
		if n := len(h.o.Asked); n > 0 {
			id = h.o.Asked[h.IntN(n)].ID
		}
		return h.o.Reply(m, id, h.text("Combien"), "Autant.", h.at)
	})},
}

// keep notes that an item is withheld from who has not been given it.
func (b *book) keep(item string, to []string, reason string) {
	for _, id := range to {
		at := [2]string{item, id}
		delete(b.offered, at)
		b.withheld[at] = reason
	}
}

// offer notes that an item is proposed to who has neither it nor a reason.
func (b *book) offer(item string, to []string) {
	for _, id := range to {
		if at := [2]string{item, id}; b.withheld[at] == "" {
			b.offered[at] = true
		}
	}
}

var answerActions = []action{
	{name: "answer", do: func(h *history, _ buyer.Member) ([]sourcing.Dispatch, func(), error) {
		id := h.supplier()
		a := h.answer(id)
		version := 1
		if h.o.Approved != nil {
			version = h.o.Approved.Version
		}
		in := sourcing.Submission{Version: version - h.IntN(10)/9, Route: sourcing.ByPortal, Values: []survey.Value{{Question: h.question(), Text: h.text("Oui")}}, Hash: h.text("h")}
		before := len(a.Submissions)
		if s := h.o.Supplier(id); s == nil || !s.Contacted() {
			return nil, nil, sourcing.ErrNotOpen
		}
		if err := a.Put(in, h.o, h.at); err != nil {
			return nil, nil, err
		}
		return h.put(a, id, before)
	}},
	{name: "decline", do: quiet(func(h *history, _ buyer.Member) (func(), error) { return nil, h.o.Decline(h.supplier(), h.at) })},
	{name: "meet", do: quiet(func(h *history, m buyer.Member) (func(), error) {
		x := &sourcing.Exchange{ID: h.text("x"), Supplier: h.supplier(), Kind: sourcing.ByVideo, At: h.at, Minutes: h.text("Compte rendu")}
		return func() { h.exchanges[x.ID] = x }, x.Begin(m, h.o, h.at)
	})},
	{name: "rewrite", do: quiet(func(h *history, m buyer.Member) (func(), error) {
		x := h.exchange()
		if x == nil {
			return nil, sourcing.ErrUnchanged
		}
		in := *clone(x)
		in.Minutes = h.text("Autre compte rendu")
		return func() { h.exchanges[x.ID] = x }, x.Write(m, h.o, in, x.Rev, h.at)
	})},
	{name: "minutes", do: func(h *history, m buyer.Member) ([]sourcing.Dispatch, func(), error) {
		x := h.exchange()
		if x == nil {
			return nil, nil, sourcing.ErrUnchanged
		}
		out, err := h.o.SendMinutes(m, x, h.at)
		if err == nil { // carried at once
			g := h.o.Sending[len(h.o.Sending)-1]
			err = x.Carry(&g)
			if err == nil {
				err = h.o.Carried(&g)
			}
		}
		return out, func() { h.exchanges[x.ID] = x }, err
	}},
	{name: "judge", do: quiet(func(h *history, _ buyer.Member) (func(), error) {
		x := h.exchange()
		if x == nil {
			return nil, sourcing.ErrUnchanged
		}
		agrees := h.IntN(3) > 0
		return func() {
			if h.exchanges[x.ID] = x; agrees {
				h.book.agreed[x.ID] = acknowledged(x)
			}
		}, x.Judge(agrees, "Non", "Jo", x.SentRev, h.at)
	})},
}

// exchange is a copy of one.
func (h *history) exchange() *sourcing.Exchange {
	n := 0
	var out *sourcing.Exchange
	for i := range h.number + 1 {
		if x := h.exchanges[fmt.Sprintf("x %d", i)]; x != nil {
			if n++; h.IntN(n) == 0 {
				out = x
			}
		}
	}
	if out == nil {
		return nil
	}
	return clone(out)
}

var endActions = []action{
	{name: "analyse", do: quiet(func(h *history, m buyer.Member) (func(), error) { return nil, h.o.Analyse(m, h.at) })},
	{name: "find", do: quiet(func(h *history, m buyer.Member) (func(), error) {
		return nil, h.o.Find(m, sourcing.Finding{Text: h.text("Constat"), Effect: sourcing.OnLots, Consequence: "Deux lots."}, h.rev(), h.at)
	})},
	{name: "report", do: quiet(func(h *history, m buyer.Member) (func(), error) {
		return func() { h.book.reports = append(h.book.reports, h.o.Reports[len(h.o.Reports)-1]) }, h.o.Report(m, h.text("h"), h.rev(), h.at)
	})},
	{name: "silence", rare: true, do: func(h *history, m buyer.Member) ([]sourcing.Dispatch, func(), error) {
		out, err := h.o.Silence(m, h.text("Publiée"), h.at)
		return out, h.fallen, err
	}},
	{name: "fall", rare: true, do: func(h *history, m buyer.Member) ([]sourcing.Dispatch, func(), error) {
		if h.IntN(4) > 0 {
			return nil, nil, sourcing.ErrUnchanged // of a launch elsewhere, rarely
		}
		out, err := h.o.Fall(m.Person, h.text("Publiée"), h.at)
		return out, h.fallen, err
	}},
	{name: "correct", do: sending(func(h *history, m buyer.Member) ([]sourcing.Dispatch, error) {
		return h.o.Correct(m, h.text("Correction"), h.at)
	})},
	{name: "reject", do: quiet(func(h *history, m buyer.Member) (func(), error) {
		return nil, h.o.Reject(m, sourcing.Rejection{Supplier: h.supplier(), Name: "Candidat", Day: "2026-11-28", Form: sourcing.ByLetter, Note: h.text("n")}, h.at)
	})},
	{name: "close", rare: true, do: quiet(func(h *history, m buyer.Member) (func(), error) { return nil, h.o.Close(m, h.at) })},
}

// fallen notes who was there at the silence.
func (h *history) fallen() {
	h.book.silenced = true
	for _, p := range h.book.sent {
		if p.Sending != sourcing.SendLast {
			h.book.silent++
		}
	}
	for i := range h.o.Suppliers {
		h.book.all[h.o.Suppliers[i].ID] = true
	}
}
