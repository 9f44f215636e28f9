package event

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
)

// MaxCost is the most that a line of a budget says, in cents.
const MaxCost = 1_000_000_000_00

// WriteBudget sets the costs of an event.
func (e *Event) WriteBudget(m buyer.Member, lines []BudgetLine, rev int64, at time.Time) error {
	if err := e.writable(m); err != nil {
		return err
	}
	switch {
	case e.Rev != rev:
		return sourcing.ErrStale
	case len(lines) > MaxBudget:
		return account.Fault("Un budget a 40 lignes au plus.")
	}
	for i := range lines {
		if err := lines[i].check(); err != nil {
			return err
		}
	}
	kept := slices.Clone(lines)
	for i := range kept {
		if kept[i].ID == "" || !slices.ContainsFunc(e.Budget, func(l BudgetLine) bool { return l.ID == kept[i].ID }) {
			kept[i].ID = e.NextID("b")
		}
	}
	e.Budget = kept
	e.written(m, "event.budget", "", at)
	return nil
}

// check refuses a line that says nothing, or too much.
func (l *BudgetLine) check() error {
	switch {
	case strings.TrimSpace(l.Label) == "":
		return account.Fault("Chaque ligne dit de quelle dépense il s’agit.")
	case utf8.RuneCountInString(l.Label) > MaxTitle || utf8.RuneCountInString(l.Line) > MaxTitle:
		return account.Fault("150 caractères au plus pour une dépense.")
	case min(l.Planned, l.Committed, l.Actual) < 0 || max(l.Planned, l.Committed, l.Actual) > MaxCost:
		return account.Fault("Donnez un montant positif.")
	}
	return nil
}

// WriteBalance sets what the event gave, and what is to be better the next time.
func (e *Event) WriteBalance(m buyer.Member, balance, next string, rev int64, at time.Time) error {
	if err := e.writable(m); err != nil {
		return err
	}
	switch {
	case e.Rev != rev:
		return sourcing.ErrStale
	case utf8.RuneCountInString(balance) > MaxText || utf8.RuneCountInString(next) > MaxText:
		return account.Fault("4 000 caractères au plus.")
	}
	e.Balance, e.Next = strings.TrimSpace(balance), strings.TrimSpace(next)
	e.written(m, "event.balance", "", at)
	return nil
}

// Costs sums the budget up.
func (e *Event) Costs() (sum BudgetLine) {
	for i := range e.Budget {
		l := &e.Budget[i]
		sum.Planned, sum.Committed, sum.Actual = sum.Planned+l.Planned, sum.Committed+l.Committed, sum.Actual+l.Actual
	}
	return sum
}

// Cost is what the event cost as far as it is known: what was paid, else what is
// committed, else what was planned, line by line.
func (e *Event) Cost() (cents int64) {
	for i := range e.Budget {
		l := &e.Budget[i]
		switch {
		case l.Actual > 0:
			cents += l.Actual
		case l.Committed > 0:
			cents += l.Committed
		default:
			cents += l.Planned
		}
	}
	return cents
}

// Turnout is how many of a role were invited, and came.
type Turnout struct {
	Role                                Role
	Invited, Accepted, Present, Absent  int
	Answered, Declined, Silent, Waiting int
	People                              int // who came, with those whom they brought
}

// Figures are how many were invited, answered and came.
type Figures struct {
	Turnout           // of all roles
	Roles   []Turnout // of those that somebody has, in their order
	Walked  int       // came without a place
	Late    int       // came of those who had said no, or had not answered
	Settled bool      // attendance is complete
}

// FiguresOf counts the seats of an event and who was let in. Who was taken off the list
// before answering counts nowhere, and a colleague who comes instead counts instead.
func FiguresOf(e *Event, entries []Entry) Figures {
	came := map[string]int{}
	for i := range entries {
		came[entries[i].Guest] = entries[i].Party
	}
	f := Figures{Settled: !e.SettledAt.IsZero()}
	roles := map[Role]*Turnout{}
	for i := range e.Seats {
		s := &e.Seats[i]
		people, present := came[s.Guest]
		if !present && !s.expected() {
			continue
		}
		t := roles[s.Role]
		if t == nil {
			t = &Turnout{Role: s.Role}
			roles[s.Role] = t
		}
		t.count(s, present, people)
		switch {
		case present && s.Walked:
			f.Walked++
		case present && !s.Holds():
			f.Late++
		}
	}
	for _, r := range Roles {
		if t := roles[r]; t != nil {
			f.Roles = append(f.Roles, *t)
			f.add(t)
		}
	}
	return f
}

// expected reports whether a seat counts even when nobody came: its guest was invited, or
// answered, or was noted at the door, and is still on the list.
func (s *Seat) expected() bool {
	return s.Active() && (!s.Invited.IsZero() || s.Answer != Pending || s.Walked)
}

func (t *Turnout) count(s *Seat, present bool, people int) {
	if !s.Walked {
		t.Invited++
	}
	switch s.Answer {
	case Accepted, Offered:
		t.Answered, t.Accepted = t.Answered+1, t.Accepted+1
		if !present {
			t.Absent++
		}
	case Declined, Cancelled, Delegated:
		t.Answered, t.Declined = t.Answered+1, t.Declined+1
	case Waitlisted:
		t.Answered, t.Waiting = t.Answered+1, t.Waiting+1
	case Pending:
		if !s.Walked {
			t.Silent++
		}
	}
	if present {
		t.Present, t.People = t.Present+1, t.People+max(people, 1)
	}
}

func (t *Turnout) add(o *Turnout) {
	t.Invited, t.Accepted, t.Present, t.Absent = t.Invited+o.Invited, t.Accepted+o.Accepted, t.Present+o.Present, t.Absent+o.Absent
	t.Answered, t.Declined, t.Silent, t.Waiting, t.People = t.Answered+o.Answered, t.Declined+o.Declined, t.Silent+o.Silent, t.Waiting+o.Waiting, t.People+o.People
}
