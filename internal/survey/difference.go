package survey

import (
	"slices"
	"strings"
)

// Change is what one version of a questionnaire says of a question otherwise than the
// one before.
type Change string

// Changes.
const (
	Added   Change = "ajoutee"
	Removed Change = "retiree"
	Altered Change = "modifiee"
)

var changeLabels = map[Change]string{Added: "Question ajoutée", Removed: "Question retirée", Altered: "Question modifiée"}

// Label is the change as shown to people, in French.
func (c Change) Label() string { return changeLabels[c] }

// Difference is a question that two versions do not have alike.
type Difference struct {
	Change   Change
	Question string // id
	Before   string // the question in words, "" of one that is new
	After    string // "" of one that is gone
}

// Differences lists what a version changes, in the order of its questions, then what it
// took out. A question that only moved is no difference.
func Differences(before, after *Questionnaire) (out []Difference) {
	for i := range after.Questions {
		now := &after.Questions[i]
		was := before.Question(now.ID)
		switch {
		case was == nil:
			out = append(out, Difference{Added, now.ID, "", now.Words()})
		case was.Words() != now.Words():
			out = append(out, Difference{Altered, now.ID, was.Words(), now.Words()})
		}
	}
	for i := range before.Questions {
		if was := &before.Questions[i]; after.Question(was.ID) == nil {
			out = append(out, Difference{Removed, was.ID, was.Words(), ""})
		}
	}
	return out
}

// Words is all that a respondent reads of a question, on one line.
func (x *Question) Words() string {
	parts := []string{x.Text}
	form := x.Kind.Label()
	switch {
	case len(x.Options) > 0:
		form += " : " + strings.Join(x.Options, " / ")
	case x.Unit != "":
		form += ", en " + x.Unit
	}
	if x.Required {
		form += ", obligatoire"
	}
	parts = append(parts, "("+form+")")
	if x.Help != "" {
		parts = append(parts, x.Help)
	}
	if x.Confidential {
		parts = append(parts, "Réponse confidentielle : "+x.Rationale)
	}
	return strings.Join(parts, " ")
}

// Same reports whether two versions ask the same.
func Same(a, b *Questionnaire) bool {
	order := func(q *Questionnaire) (ids []string) {
		for i := range q.Questions {
			ids = append(ids, q.Questions[i].ID)
		}
		return ids
	}
	return a.Title == b.Title && a.Intro == b.Intro && slices.Equal(order(a), order(b)) && len(Differences(a, b)) == 0
}
