// Package survey holds questionnaires and what is answered to them: one engine for what
// suppliers are asked in a sourçage and for what guests are asked after an event. Rules
// only, no I/O.
package survey

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sourcier/internal/account"
)

// Bounds of a questionnaire and of its answers.
const (
	MaxQuestions = 60
	MaxOptions   = 20
	MaxTitle     = 200    // letters
	MaxIntro     = 2000   // letters
	MaxQuestion  = 400    // letters of a question, of its help and of its rationale
	MaxOption    = 120    // letters
	MaxUnit      = 40     // letters
	MaxSize      = 60_000 // bytes of the JSON of a questionnaire: operations hold several
	MaxAnswer    = 3000   // letters of one answer
	MaxLetters   = 40_000 // letters of all answers of one respondent
	MaxFiles     = 10     // of one respondent
	MinRationale = 10     // letters of the reason why an answer is confidential
)

// ErrUnchanged is answered to what had nothing to do.
var ErrUnchanged = errors.New("nothing to do")

// Kind is what a question takes for an answer.
type Kind string

// Kinds.
const (
	Text    Kind = "texte"
	Choice  Kind = "choix"     // one of the options
	Choices Kind = "plusieurs" // any of the options
	Number  Kind = "nombre"    // with the unit of the question
	File    Kind = "fichier"
	YesNo   Kind = "oui-non"
)

// Kinds lists them in the order in which they are offered.
var Kinds = []Kind{Text, Choice, Choices, Number, YesNo, File}

var kindLabels = map[Kind]string{Text: "Texte", Choice: "Un choix", Choices: "Plusieurs choix", Number: "Nombre", File: "Fichier", YesNo: "Oui ou non"}

// Label is the kind as shown to people, in French.
func (k Kind) Label() string { return kindLabels[k] }

// Question is one question of a questionnaire.
type Question struct {
	ID       string   `json:"id"` // within the questionnaire, the same from version to version
	Kind     Kind     `json:"kind"`
	Text     string   `json:"text"`
	Help     string   `json:"help,omitempty"`
	Required bool     `json:"required,omitempty"`
	Options  []string `json:"options,omitempty"` // of Choice and Choices
	Unit     string   `json:"unit,omitempty"`    // of Number
	// Confidential: its answers are masked in what may be communicated, for Rationale.
	Confidential bool   `json:"confidential,omitempty"`
	Rationale    string `json:"rationale,omitempty"`
}

// Questionnaire is one version of the questions that everybody is asked.
type Questionnaire struct {
	Version    int        `json:"version,omitempty"` // from 1; 0 = not approved yet
	Template   string     `json:"template,omitempty"`
	Title      string     `json:"title"`
	Intro      string     `json:"intro,omitempty"`
	Questions  []Question `json:"questions"`
	ApprovedBy string     `json:"approved_by,omitempty"` // id of a person
	ApprovedAt time.Time  `json:"approved_at,omitzero"`
}

// Question finds one, nil when there is none.
func (q *Questionnaire) Question(id string) *Question {
	i := slices.IndexFunc(q.Questions, func(x Question) bool { return x.ID == id })
	if i < 0 {
		return nil
	}
	return &q.Questions[i]
}

// Check says what of a questionnaire cannot be approved, by field: « questions.2.options »
// of the third.
func (q *Questionnaire) Check() map[string]account.Fault {
	faults := map[string]account.Fault{}
	if strings.TrimSpace(q.Title) == "" {
		faults["title"] = "Donnez un titre au questionnaire."
	}
	if n := len(q.Questions); n == 0 || n > MaxQuestions {
		faults["questions"] = account.Fault(fmt.Sprintf("Un questionnaire a de 1 à %d questions.", MaxQuestions))
	}
	seen := map[string]bool{}
	for i := range q.Questions {
		x, at := &q.Questions[i], fmt.Sprintf("questions.%d.", i)
		if seen[x.ID] || x.ID == "" {
			faults[at+"text"] = "Deux questions ont le même repère : retirez l’une, puis écrivez-la de nouveau."
		}
		seen[x.ID] = true
		x.check(at, faults)
	}
	if text, err := json.Marshal(q); err == nil && len(text) > MaxSize {
		faults["questions"] = "Ce questionnaire est trop long : raccourcissez les questions ou leurs aides."
	}
	return faults
}

func (x *Question) check(at string, faults map[string]account.Fault) {
	if strings.TrimSpace(x.Text) == "" {
		faults[at+"text"] = "Écrivez la question."
	}
	for field, text := range map[string]string{"text": x.Text, "help": x.Help, "rationale": x.Rationale} {
		if utf8.RuneCountInString(text) > MaxQuestion {
			faults[at+field] = account.Fault(fmt.Sprintf("%d caractères au plus.", MaxQuestion))
		}
	}
	if !slices.Contains(Kinds, x.Kind) {
		faults[at+"kind"] = "Choisissez la forme de la réponse."
	}
	if x.Kind == Choice || x.Kind == Choices {
		x.checkOptions(at, faults)
	}
	if utf8.RuneCountInString(x.Unit) > MaxUnit {
		faults[at+"unit"] = account.Fault(fmt.Sprintf("%d caractères au plus.", MaxUnit))
	}
	if x.Confidential && utf8.RuneCountInString(strings.TrimSpace(x.Rationale)) < MinRationale {
		faults[at+"rationale"] = account.Fault(fmt.Sprintf("Dites en %d caractères au moins pourquoi les réponses restent confidentielles.", MinRationale))
	}
}

func (x *Question) checkOptions(at string, faults map[string]account.Fault) {
	if n := len(x.Options); n < 2 || n > MaxOptions {
		faults[at+"options"] = account.Fault(fmt.Sprintf("De 2 à %d choix, un par ligne.", MaxOptions))
	}
	seen := map[string]bool{}
	for _, o := range x.Options {
		if strings.TrimSpace(o) == "" || utf8.RuneCountInString(o) > MaxOption {
			faults[at+"options"] = account.Fault(fmt.Sprintf("Chaque choix a de 1 à %d caractères.", MaxOption))
		}
		if seen[o] {
			faults[at+"options"] = "Deux choix sont identiques."
		}
		seen[o] = true
	}
}

// Upload is a file given for an answer.
type Upload struct {
	Hash  string `json:"hash"` // of store.Blobs
	Name  string `json:"name"` // as the respondent called it, cleaned
	Media string `json:"media"`
	Size  int64  `json:"size"`
}

// Value is the answer to one question. It is empty when nothing of it is set.
type Value struct {
	Question string   `json:"question"` // id
	Text     string   `json:"text,omitempty"`
	Chosen   []string `json:"chosen,omitempty"` // of Choice (one) and Choices, as the options are written
	Number   string   `json:"number,omitempty"` // decimal as ParseNumber writes it, « 1250.5 »
	Yes      string   `json:"yes,omitempty"`    // "oui" or "non"
	Files    []Upload `json:"files,omitempty"`
	// Secret: the respondent asks that it be kept confidential, for Why.
	Secret bool   `json:"secret,omitempty"`
	Why    string `json:"why,omitempty"`
}

// Empty reports whether nothing is answered.
func (v *Value) Empty() bool {
	return v.Text == "" && len(v.Chosen) == 0 && v.Number == "" && v.Yes == "" && len(v.Files) == 0
}

// Find is the answer to a question among others, the zero value when there is none.
func Find(values []Value, question string) Value {
	i := slices.IndexFunc(values, func(v Value) bool { return v.Question == question })
	if i < 0 {
		return Value{Question: question}
	}
	return values[i]
}

// Masked says whether an answer is masked in what may be communicated, and why: the
// question says so, or who answered asked for it.
func Masked(q *Question, v *Value) (why string, masked bool) {
	switch {
	case q.Confidential:
		return q.Rationale, true
	case v.Secret:
		return v.Why, true
	}
	return "", false
}

// InOrder gives the answers to the questions in their order, without those that say nothing
// and those to no question.
func (q *Questionnaire) InOrder(values []Value) (out []Value) {
	for i := range q.Questions {
		if v := Find(values, q.Questions[i].ID); !v.Empty() || v.Secret || v.Why != "" {
			out = append(out, v)
		}
	}
	return out
}
