package sourcing

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/structure"
	"sourcier/internal/survey"
)

// MaxQuestionID is how long the id of a question may be.
const MaxQuestionID = 40

var (
	questionID = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)
	givenID    = regexp.MustCompile(`^[a-z][0-9]+$`) // by an operation, and another may give it too
)

// WriteDraft keeps a questionnaire that is being written, which may still lack what Check
// asks for; nil gives it up. Only what was done to the questionnaire since makes rev
// stale: who works on the panel disturbs nobody. A question keeps its id, and a new one
// gets one that no other question of this operation has had.
func (o *Operation) WriteDraft(m buyer.Member, q *survey.Questionnaire, rev int64, at time.Time) error {
	switch err := o.writable(m); {
	case err != nil:
		return err
	case o.Asking(at) != "":
		return o.Asking(at)
	case o.AskedRev > rev || rev > o.Rev:
		return ErrStale
	case q == nil && o.Draft == nil:
		return ErrUnchanged
	}
	if q != nil {
		next := *q
		next.Questions = append([]survey.Question(nil), q.Questions...)
		next.Version, next.ApprovedBy, next.ApprovedAt = 0, "", time.Time{}
		o.identify(next.Questions)
		if fault := oversized(&next); fault != "" {
			return fault
		}
		q = &next
	}
	o.Draft = q
	o.written(m, "operation.draft", "", at)
	o.AskedRev = o.Rev
	return nil
}

// oversized refuses what no operation keeps, not even as a draft.
func oversized(q *survey.Questionnaire) account.Fault {
	text, err := json.Marshal(q)
	switch {
	case len(q.Questions) > survey.MaxQuestions:
		return account.Fault(fmt.Sprintf("Un questionnaire a %d questions au plus.", survey.MaxQuestions))
	case err != nil || len(text) > survey.MaxSize:
		return "Ce questionnaire est trop long : raccourcissez les questions ou leurs aides."
	}
	return ""
}

// Asking says why the questions do not change any more, "" while they may.
func (o *Operation) Asking(at time.Time) account.Fault {
	switch {
	case !o.ClosedAt.IsZero():
		return ErrClosedOp
	case o.Silent():
		return ErrSilenced
	case o.State() != Drafted && o.State() != Opened:
		return "Les réponses sont en analyse : le questionnaire ne change plus."
	case o.State() == Opened && at.After(o.Deadline):
		return "La date limite est passée : le questionnaire ne change plus."
	}
	return ""
}

// identify gives an id to each question that has none of its own. Suppliers read them: they
// are counted apart from the other ids, which would tell how many suppliers there are.
func (o *Operation) identify(list []survey.Question) {
	taken := map[string]bool{}
	for i := range list {
		id := list[i].ID
		foreign := givenID.MatchString(id) && !o.hasAsked(id)
		if !questionID.MatchString(id) || foreign || taken[id] {
			o.LastQuestion++
			id = "q" + strconv.Itoa(o.LastQuestion)
			list[i].ID = id
		}
		taken[id] = true
	}
}

// hasAsked reports whether a version of the questionnaire has a question of the id.
func (o *Operation) hasAsked(id string) bool {
	for _, q := range []*survey.Questionnaire{o.Draft, o.Approved} {
		if q != nil && q.Question(id) != nil {
			return true
		}
	}
	for i := range o.Past {
		if q, err := o.Past[i].Questionnaire(); err == nil && q.Question(id) != nil {
			return true
		}
	}
	return false
}

// ParseClock reads an hour as people type it: « 12 h », « 9h30 », « 17:00 », « midi ».
func ParseClock(text string) (hour, minute int, err error) {
	const fault = account.Fault("Écrivez une heure : 12 h, 9h30 ou 17:00.")
	text = strings.ToLower(strings.Join(strings.Fields(text), ""))
	switch text {
	case "midi":
		return 12, 0, nil
	case "":
		return 0, 0, fault
	}
	if len(text) > 8 {
		return 0, 0, fault
	}
	text = strings.TrimSuffix(strings.TrimSuffix(text, "min"), "heures")
	text = strings.Replace(strings.Replace(text, "heures", "h", 1), ":", "h", 1)
	hours, minutes, _ := strings.Cut(text, "h")
	if hour, err = clockPart(hours, 23); err != nil {
		return 0, 0, fault
	}
	if minutes != "" {
		if minute, err = clockPart(minutes, 59); err != nil {
			return 0, 0, fault
		}
	}
	return hour, minute, nil
}

// clockPart reads one or two digits.
func clockPart(text string, most int) (int, error) {
	n, err := strconv.ParseUint(text, 10, 8)
	if err != nil || len(text) > 2 || int(n) > most {
		return 0, fmt.Errorf("%q: %w", text, strconv.ErrRange)
	}
	return int(n), nil
}

// InParis is the instant of a day and an hour in Europe/Paris. An account.Fault for an
// hour that the change to summer time leaves out; of the two that the change to winter
// time gives, the first.
func InParis(day structure.Date, hour, minute int) (time.Time, error) {
	d := day.Time()
	t := time.Date(d.Year(), d.Month(), d.Day(), hour, minute, 0, 0, structure.Paris)
	if t.Hour() != hour || t.Minute() != minute {
		return time.Time{}, account.Fault("Cette heure n’existe pas ce jour-là : la France passe à l’heure d’été.")
	}
	if before := t.Add(-time.Hour); before.Hour() == hour && before.Minute() == minute {
		t = before
	}
	return t.UTC(), nil
}
