package event

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/survey"
)

// Bounds of a survey.
const (
	// FewOpinions is the least number of answers of which anything is shown, and by which
	// what is shown grows: no difference between two readings tells one answer.
	FewOpinions = 5
	// MaxPool is the most answers that wait to be counted. With ten of them five are
	// counted: five stay, so that the last ones are not counted alone.
	MaxPool      = 2*FewOpinions - 1
	MaxAsks      = 30 // questions of a survey after an event
	SurveyDays   = 21 // that it takes answers, unless the organiser says otherwise
	MaxSurvey    = 90 // days
	participated = 16 // bytes kept of what names a participation
)

// Refusals of a survey.
const (
	ErrAnswered    = account.Fault("Vous avez déjà répondu à cette enquête.")
	ErrSurveyOver  = account.Fault("Cette enquête est close.")
	ErrSurveySoon  = account.Fault("Cette enquête n’est pas encore ouverte.")
	ErrFrozen      = account.Fault("Une première réponse est arrivée : les questions ne changent plus.")
	ErrNoQuestions = account.Fault("Écrivez d’abord les questions de l’enquête.")
	ErrNobodyCame  = account.Fault("Personne n’est noté présent : l’enquête part à qui est venu.")
	ErrNotPast     = account.Fault("L’enquête part une fois l’événement passé.")
)

// Feedback is the survey after an event: one document, with its own id that is the
// event's.
//
// Participation and answers cannot be joined. What somebody can learn who holds this
// document, every version of it (the change feed, the backups), and the whole database:
//   - who was asked: the seats of the event say so. How many have answered, and when the
//     document was written last;
//   - not who has answered: Asked and Answered hold hashes of tokens that derive from the
//     key of the portal, which is in no database and no backup; they are sorted, not in the
//     order in which people came;
//   - of the answers: sums over five respondents or more at a time, and texts in the order
//     of their letters. What waits to be counted is one box, sealed with the key of the
//     portal, always of one size: neither what is in it nor how much can be seen, and five
//     others at least are counted with whoever is counted.
//
// Whoever holds the key of the portal as well can tell who has answered, can read the nine
// answers at most that wait, without names; who has followed each version with the key at
// hand can join those nine, and the following ones as they come: the person who runs the
// server is trusted, as with every page that is served. What a text says of its author, and
// what all have answered alike, no arithmetic hides: the page tells it to who writes.
// No audit line is written of an answer, and none names its author.
type Feedback struct {
	ID           string               `json:"id"` // of the event
	Organisation string               `json:"organisation"`
	Demo         bool                 `json:"demo,omitempty"`
	Questions    survey.Questionnaire `json:"questions"` // frozen at the first answer
	Rev          int64                `json:"rev"`       // of the questions
	OpenedAt     time.Time            `json:"opened_at,omitzero"`
	ShutAt       time.Time            `json:"shut_at,omitzero"` // it takes answers until then
	Asked        []string             `json:"asked,omitempty"`  // Participation of who was asked, sorted
	Answered     []string             `json:"answered,omitempty"`
	Published    survey.Tally         `json:"published,omitzero"`
	Waiting      int                  `json:"waiting,omitempty"` // answers in the box
	Sealed       []byte               `json:"sealed,omitempty"`  // the box: see Pool
	EndedAt      time.Time            `json:"ended_at,omitzero"` // the box is counted, or thrown away
}

// Participation names who is asked, by the token of the survey.
func Participation(token string) string {
	sum := sha256.Sum256([]byte("survey\x00" + token))
	return fmt.Sprintf("%x", sum[:participated])
}

// Pool is what waits to be counted: answers as survey.Questionnaire.Canonical writes them,
// in the order of their hashes.
type Pool []string

// order sorts by a hash: it depends on nothing but what is there, and puts answers that are
// alike next to each other no more than others.
func (p Pool) order(id string) {
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(id + "\x00" + s))
		return string(sum[:])
	}
	slices.SortFunc(p, func(a, b string) int { return cmp.Or(cmp.Compare(hash(a), hash(b)), cmp.Compare(a, b)) })
}

// SurveyState is how far a survey is.
type SurveyState string

// States of a survey.
const (
	SurveyDraft SurveyState = "preparation"
	SurveyOpen  SurveyState = "ouverte"
	SurveyOver  SurveyState = "close"
)

// State is how far the survey is at a time.
func (f *Feedback) State(at time.Time) SurveyState {
	switch {
	case f.OpenedAt.IsZero():
		return SurveyDraft
	case !f.EndedAt.IsZero() || !at.Before(f.ShutAt):
		return SurveyOver
	}
	return SurveyOpen
}

// Write sets the questions; none once somebody has answered.
func (f *Feedback) Write(q survey.Questionnaire, rev int64) error {
	if len(f.Answered) > 0 && stands(GuardFrozen) {
		return ErrFrozen
	}
	if f.Rev != rev {
		return sourcing.ErrStale
	}
	for i := range q.Questions {
		x := &q.Questions[i]
		x.Confidential, x.Rationale = false, ""
		if x.ID == "" {
			x.ID = freeID(&q)
		}
	}
	f.Questions, f.Rev = q, rev+1
	return nil
}

// freeID is an id of no question yet.
func freeID(q *survey.Questionnaire) string {
	for n := 1; ; n++ {
		if id := fmt.Sprintf("q%d", n); q.Question(id) == nil {
			return id
		}
	}
}

// Ready says what keeps a survey from being sent.
func (f *Feedback) Ready() error {
	if len(f.Questions.Questions) == 0 || len(f.Questions.Check()) > 0 {
		return ErrNoQuestions
	}
	return nil
}

// Open adds people who are asked, until a time that may be put off, never brought forward.
func (f *Feedback) Open(asked []string, until, at time.Time) error {
	if err := f.Ready(); err != nil {
		return err
	}
	if f.State(at) == SurveyOver {
		return ErrSurveyOver
	}
	f.Asked = append(f.Asked, asked...)
	slices.Sort(f.Asked)
	f.Asked = slices.Compact(f.Asked)
	if f.OpenedAt.IsZero() {
		f.OpenedAt = at.UTC()
	}
	if until.After(f.ShutAt) {
		f.ShutAt = until.UTC()
	}
	return nil
}

// Knows reports whether a token is one of who was asked, and whether it has been used.
func (f *Feedback) Knows(token string) (asked, answered bool) {
	p := Participation(token)
	_, asked = slices.BinarySearch(f.Asked, p)
	_, answered = slices.BinarySearch(f.Answered, p)
	return asked, answered
}

// Take counts an answer, once a token: it goes into the pool, and what the pool has too
// many of is counted. The pool is given back as it is to be sealed.
func (f *Feedback) Take(token string, pool Pool, values []survey.Value, at time.Time) (Pool, error) {
	switch asked, answered := f.Knows(token); {
	case !asked:
		return nil, ErrNoSeat
	case answered && stands(GuardOneOpinion):
		return nil, ErrAnswered
	}
	switch f.State(at) {
	case SurveyDraft:
		return nil, ErrSurveySoon
	case SurveyOver:
		return nil, ErrSurveyOver
	case SurveyOpen:
	}
	text, err := f.Questions.Canonical(values)
	if err != nil {
		return nil, err
	}
	pool = append(slices.Clone(pool), text)
	pool.order(f.ID)
	p := Participation(token)
	i, _ := slices.BinarySearch(f.Answered, p)
	f.Answered = slices.Insert(f.Answered, i, p)
	if len(pool) > MaxPool || !stands(GuardFew) {
		if pool, err = f.count(pool, max(len(pool)-FewOpinions, 1)); err != nil {
			return nil, err
		}
	}
	f.Waiting = len(pool)
	return pool, nil
}

// count adds the first answers of the pool to what is published.
func (f *Feedback) count(pool Pool, n int) (rest Pool, err error) {
	all := make([][]survey.Value, n)
	for i := range all {
		if err := json.Unmarshal([]byte(pool[i]), &all[i]); err != nil {
			return nil, fmt.Errorf("answer to the survey of %s: %w", f.ID, err)
		}
	}
	f.Published.Add(&f.Questions, all)
	return slices.Clone(pool[n:]), nil
}

// End counts what is left, or throws it away when all answers together are too few to
// show any of. Nobody answers afterwards.
func (f *Feedback) End(pool Pool, at time.Time) error {
	switch {
	case f.OpenedAt.IsZero():
		return ErrSurveySoon
	case !f.EndedAt.IsZero():
		return sourcing.ErrUnchanged
	}
	if f.Published.Answers+len(pool) >= FewOpinions || !stands(GuardFew) {
		if _, err := f.count(pool, len(pool)); err != nil {
			return err
		}
	}
	if at.Before(f.ShutAt) {
		f.ShutAt = at.UTC()
	}
	f.EndedAt, f.Waiting, f.Sealed = at.UTC(), 0, nil
	return nil
}

// AskOpinions invites guests who came to the survey, each once, until it is shut.
func (e *Event) AskOpinions(m buyer.Member, guests []string, text string, until, at time.Time) (count int, err error) {
	if err := e.writable(m); err != nil {
		return 0, err
	}
	switch st := e.State(at); {
	case st == Called:
		return 0, ErrCalledOff
	case st != Past:
		return 0, ErrNotPast
	case utf8.RuneCountInString(text) > MaxLetter:
		return 0, account.Fault("Ce message est trop long : 1 500 caractères au plus.")
	case len(e.Sendings) >= MaxSendings:
		return 0, account.Fault("Cet événement a déjà donné lieu à 60 envois.")
	}
	wanted := map[string]bool{}
	for _, id := range guests {
		wanted[id] = true
	}
	for i := range e.Seats {
		s := &e.Seats[i]
		if !wanted[s.Guest] || s.Surveyed {
			continue
		}
		s.Surveyed = true
		e.owe(s, Survey, e.Sent+1)
		count++
	}
	if count == 0 {
		return 0, sourcing.ErrUnchanged
	}
	e.Sent++
	if e.SurveyedAt.IsZero() {
		e.SurveyedAt = at.UTC()
	}
	e.SurveyShutAt = until.UTC()
	e.Sendings = append(e.Sendings, Sending{Number: e.Sent, Notice: Survey, Text: text, At: at.UTC(), By: m.Person, Count: count})
	e.note(at, m.Person, "event.survey", "")
	return count, nil
}
