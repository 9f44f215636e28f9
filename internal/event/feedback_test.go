package event

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"sourcier/internal/sourcing"
	"sourcier/internal/survey"
)

var surveyNoon = time.Date(2026, 12, 7, 11, 0, 0, 0, time.UTC)

func surveyed(t *testing.T, people int) (*Feedback, []string) {
	t.Helper()
	f := &Feedback{ID: "e1", Organisation: "o"}
	if err := f.Write(survey.EventTemplates()[0].Questionnaire, 0); err != nil {
		t.Fatal(err)
	}
	tokens := make([]string, people)
	asked := make([]string, people)
	for i := range tokens {
		tokens[i] = fmt.Sprintf("token %d", i)
		asked[i] = Participation(tokens[i])
	}
	if err := f.Open(asked, surveyNoon.AddDate(0, 0, 14), surveyNoon); err != nil {
		t.Fatal(err)
	}
	return f, tokens
}

// opinion is the answer of one person, unlike that of another.
func opinion(i int) []survey.Value {
	options := survey.EventTemplates()[0].Questionnaire.Question(survey.Satisfied).Options
	return []survey.Value{{Question: survey.Satisfied, Chosen: []string{options[i%4]}}, {Question: "utile", Text: fmt.Sprintf("avis %d", i)}}
}

func take(t *testing.T, f *Feedback, order []int, tokens []string) Pool {
	t.Helper()
	var pool Pool
	for _, i := range order {
		var err error
		if pool, err = f.Take(tokens[i], pool, opinion(i), surveyNoon); err != nil {
			t.Fatal(err)
		}
	}
	return pool
}

// The document does not say in which order people answered: two orders of the same people
// are the same bytes, with what waits and at the end.
func TestSurveyOrderIsNowhere(t *testing.T) {
	for _, n := range []int{1, 4, 5, 9, 10} {
		var first string
		for try := range 6 {
			f, tokens := surveyed(t, 12)
			order := rand.Perm(n)
			if try == 0 {
				for i := range order {
					order[i] = i
				}
			}
			pool := take(t, f, order, tokens)
			waits, _ := json.Marshal(pool)
			text, _ := json.Marshal(f)
			if err := f.End(pool, surveyNoon); err != nil {
				t.Fatal(err)
			}
			end, _ := json.Marshal(f)
			all := string(waits) + string(text) + string(end)
			if try == 0 {
				first = all
			} else if all != first {
				t.Fatalf("%d answers, order %v:\n%s\n%s", n, order, all, first)
			}
		}
	}
}

// Of any two states of the survey, one after the other, what is published is the same or
// differs by five answers at least; nothing is published of fewer than five.
func TestSurveyGrowsByFive(t *testing.T) {
	for n := range 24 {
		f, tokens := surveyed(t, 24)
		var pool Pool
		before := 0
		for i := range n {
			var err error
			if pool, err = f.Take(tokens[i], pool, opinion(i), surveyNoon); err != nil {
				t.Fatal(err)
			}
			now := f.Published.Answers
			if d := now - before; d != 0 && d < FewOpinions || len(pool) > MaxPool || now > 0 && len(pool) < FewOpinions {
				t.Fatalf("answer %d: published %d after %d, %d wait", i+1, now, before, len(pool))
			}
			before = now
		}
		if err := f.End(pool, surveyNoon); err != nil {
			t.Fatal(err)
		}
		want := n
		if n < FewOpinions {
			want = 0
		}
		if d := f.Published.Answers - before; f.Published.Answers != want || d != 0 && d < FewOpinions || len(f.Sealed) != 0 || f.Waiting != 0 {
			t.Errorf("%d answers: %d published at the end, %d before", n, f.Published.Answers, before)
		}
		c := f.Published.Of("utile")
		if c.Answered != want || len(c.Texts) != want {
			t.Errorf("%d answers: %+v", n, c)
		}
	}
}

func TestSurveyRefuses(t *testing.T) {
	f, tokens := surveyed(t, 3)
	pool := take(t, f, []int{0}, tokens)
	if _, err := f.Take(tokens[0], pool, opinion(0), surveyNoon); !errors.Is(err, ErrAnswered) || len(f.Answered) != 1 {
		t.Errorf("answered twice: %v, %d", err, len(f.Answered))
	}
	if _, err := f.Take("stranger", pool, opinion(0), surveyNoon); !errors.Is(err, ErrNoSeat) {
		t.Errorf("a token of nobody: %v", err)
	}
	if err := f.Write(survey.EventTemplates()[1].Questionnaire, f.Rev); !errors.Is(err, ErrFrozen) {
		t.Errorf("questions after the first answer: %v", err)
	}
	if _, err := f.Take(tokens[1], pool, opinion(1), f.ShutAt); !errors.Is(err, ErrSurveyOver) {
		t.Errorf("an answer when it is shut: %v", err)
	}
	if err := f.End(pool, surveyNoon); err != nil || f.Published.Answers != 0 || len(f.Published.Questions) != 0 {
		t.Errorf("one answer is published: %v, %+v", err, f.Published)
	}
	if err := f.End(nil, surveyNoon); !errors.Is(err, sourcing.ErrUnchanged) {
		t.Errorf("ended twice: %v", err)
	}
	if err := f.Open(nil, surveyNoon.AddDate(0, 1, 0), surveyNoon); !errors.Is(err, ErrSurveyOver) {
		t.Errorf("opened again: %v", err)
	}
	draft := &Feedback{ID: "e2"}
	if err := draft.Open([]string{"x"}, surveyNoon, surveyNoon); !errors.Is(err, ErrNoQuestions) {
		t.Errorf("a survey without questions: %v", err)
	}
	if err := draft.Write(survey.EventTemplates()[0].Questionnaire, 3); !errors.Is(err, sourcing.ErrStale) {
		t.Errorf("a stale revision: %v", err)
	}
}

// Each guard of what comes after an event holds something: without it the test is red.
func TestAfterGuards(t *testing.T) {
	holds := map[Guard]func(t *testing.T) bool{
		GuardFrozen: func(t *testing.T) bool {
			f, tokens := surveyed(t, 2)
			take(t, f, []int{0}, tokens)
			return f.Write(survey.EventTemplates()[1].Questionnaire, f.Rev) != nil
		},
		GuardOneOpinion: func(t *testing.T) bool {
			f, tokens := surveyed(t, 2)
			pool := take(t, f, []int{0}, tokens)
			_, err := f.Take(tokens[0], pool, opinion(0), surveyNoon)
			return err != nil
		},
		GuardFew: func(t *testing.T) bool {
			f, tokens := surveyed(t, 2)
			pool := take(t, f, []int{0}, tokens)
			before := f.Published.Answers
			return f.End(pool, surveyNoon) == nil && before+f.Published.Answers == 0
		},
		GuardTwoSides: func(*testing.T) bool {
			x := Encounter{Buyer: Met{Guest: "a", ConfirmedAt: surveyNoon}, Supplier: Met{Guest: "b"}}
			return x.Enters("o", "x", "p", surveyNoon) != nil
		},
	}
	for _, g := range AfterGuards {
		if holds[g] == nil {
			t.Errorf("%s is held by no test", g)
			continue
		}
		if !holds[g](t) {
			t.Errorf("%s does not hold", g)
		}
		lifted = g
		broken := !holds[g](t)
		lifted = ""
		if !broken {
			t.Errorf("%s lifted: nothing is broken", g)
		}
	}
}

func TestFigures(t *testing.T) {
	at := surveyNoon
	seat := func(id string, r Role, a Answer) Seat {
		return Seat{Guest: id, Role: r, Answer: a, Invited: at, Party: 1}
	}
	e := &Event{Seats: []Seat{
		seat("a", AsBuyer, Accepted), seat("b", AsBuyer, Declined), seat("c", AsStructure, Accepted), seat("d", AsStructure, Accepted), seat("e", AsBuyer, Pending),
		seat("f", AsBuyer, Waitlisted), seat("g", AsBuyer, Cancelled), {Guest: "h", Role: AsOther, Walked: true, Answer: Pending, Party: 1}, {Guest: "i", Role: AsBuyer},
	}}
	f := FiguresOf(e, []Entry{{Guest: "a", Party: 2}, {Guest: "c", Party: 1}, {Guest: "e", Party: 1}, {Guest: "h", Party: 1}})
	if f.Invited != 6 || f.Answered != 5 || f.Accepted != 3 || f.Declined != 1 || f.Silent != 1 || f.Waiting != 1 || f.Present != 4 || f.People != 5 || f.Absent != 1 || f.Walked != 1 || f.Late != 1 || f.Settled {
		t.Errorf("%+v", f)
	}
	sum := 0
	for _, r := range f.Roles {
		sum += r.Present
	}
	if sum != f.Present || len(f.Roles) != 3 || f.Roles[0].Role != AsBuyer {
		t.Errorf("by role: %+v", f.Roles)
	}
}

func TestCost(t *testing.T) {
	e := &Event{Budget: []BudgetLine{{Planned: 100, Committed: 90, Actual: 95}, {Planned: 50, Committed: 40}, {Planned: 7}}}
	if got, sum := e.Cost(), e.Costs(); got != 95+40+7 || sum.Planned != 157 || sum.Committed != 130 || sum.Actual != 95 {
		t.Errorf("%d, %+v", got, sum)
	}
}

func TestEncounterRules(t *testing.T) {
	at := surveyNoon
	e := &Event{ID: "e", Organisation: "o", Starts: at.Add(-4 * time.Hour), Ends: at.Add(-time.Hour), OpenedAt: at.AddDate(0, -1, 0), Seats: []Seat{{Guest: "a", Role: AsBuyer}, {Guest: "b", Role: AsStructure}}}
	x := Encounter{ID: "x", Kind: MetThere, Day: at.Add(-2 * time.Hour), Buyer: Met{Guest: "a"}, Supplier: Met{Body: "Alpha"}}
	if err := x.Tell("a", e, at); err != nil || x.Buyer.ConfirmedAt.IsZero() || x.State() != EncounterAlone {
		t.Fatalf("%v, %+v", err, x)
	}
	forged := x
	forged.Supplier = Met{Guest: "b", ConfirmedAt: at}
	if err := forged.Tell("a", e, at); err != nil || forged.State() != EncounterWaits {
		t.Errorf("a guest confirms for another: %v, %s", err, forged.State())
	}
	alone := Encounter{ID: "y", Kind: MetThere, Day: at, Buyer: Met{Body: "Ville"}, Supplier: Met{Body: "Alpha"}}
	if err := alone.Tell("a", e, at); err == nil {
		t.Error("a guest notes a rencontre of others")
	}
	discreet := *e
	discreet.Kind = DuoDay
	y := Encounter{ID: "x", Kind: MetThere, Day: at, Buyer: Met{Guest: "a"}, Supplier: Met{Body: "Alpha"}}
	if err := y.Tell("a", &discreet, at); err == nil || !strings.Contains(err.Error(), "nulle part") {
		t.Errorf("a rencontre of a DuoDay: %v", err)
	}
	if err := forged.Judge("c", true, at); !errors.Is(err, ErrNoSeat) {
		t.Errorf("a stranger judges: %v", err)
	}
	if err := forged.Judge("b", true, at); err != nil || forged.State() != EncounterAgreed {
		t.Errorf("%v, %s", err, forged.State())
	}
	if err := forged.Enters("op", "id", "p", at); err != nil {
		t.Error(err)
	}
	if err := forged.Enters("op", "id", "p", at); !errors.Is(err, sourcing.ErrUnchanged) || len(forged.Uses) != 1 {
		t.Errorf("entered twice: %v, %d", err, len(forged.Uses))
	}
	if err := forged.Judge("b", false, at); err == nil {
		t.Error("what has entered a sourçage is contested")
	}
	for field, change := range map[string]func(*Encounter){
		"kind": func(x *Encounter) { x.Kind = "?" }, "day": func(x *Encounter) { x.Day = at.AddDate(0, 0, 2) }, "buyer": func(x *Encounter) { x.Buyer = Met{} },
		"supplier": func(x *Encounter) { x.Supplier = Met{Guest: "nobody"} }, "subject": func(x *Encounter) { x.Subject = strings.Repeat("a", MaxRemark+1) },
	} {
		bad := Encounter{Kind: MetThere, Day: at, Buyer: Met{Guest: "a"}, Supplier: Met{Body: "Alpha"}}
		change(&bad)
		if bad.Check(e, at)[field] == "" {
			t.Errorf("%s: %v", field, bad.Check(e, at))
		}
	}
}
