package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"sourcier/internal/sourcing"
	"sourcier/internal/survey"
	"sourcier/views/form"
	"sourcier/views/format"
	views "sourcier/views/operation"
	"sourcier/views/part"
)

// Fields of the form of a questionnaire begin so, then the id of the question.
const (
	valueField  = "r-"
	secretField = "s-"
	whyField    = "m-"
)

const (
	maxSigned   = 100 // letters of the name of who answers
	signedField = "nom"
	reuseField  = "reemploi"
)

// answerTyped is what a form of a questionnaire held.
type answerTyped struct {
	values  []survey.Value
	name    string
	reuse   bool
	version int
	rev     int64
}

// readAnswers reads the answers to a questionnaire from a form that showed it. What cannot
// be read as its question asks is kept as it was typed: it is refused when it is sent.
// Files are named by nobody's form: kept are those that the answer has.
func readAnswers(q *survey.Questionnaire, sent url.Values, kept []survey.Value) (out []survey.Value) {
	for i := range q.Questions {
		x := &q.Questions[i]
		v := readValue(x, sent[valueField+x.ID], kept)
		v.Secret, v.Why = readSecret(x, sent)
		out = append(out, v)
	}
	return q.InOrder(out)
}

// readValue reads what was typed or chosen in answer to a question.
func readValue(x *survey.Question, typed []string, kept []survey.Value) survey.Value {
	v := survey.Value{Question: x.ID}
	first := ""
	if len(typed) > 0 {
		first = typedText(typed[0])
	}
	switch x.Kind {
	case survey.Choice, survey.Choices:
		v.Chosen = chosenOf(x, typed)
	case survey.Number:
		n, err := survey.ParseNumber(first)
		if v.Number = n; err != nil {
			v.Text = clipped(first, maxSigned)
		}
	case survey.YesNo:
		if first == "oui" || first == "non" {
			v.Yes = first
		}
	case survey.File:
		was := survey.Find(kept, x.ID)
		v.Files = was.Files
	default:
		v.Text = first
	}
	return v
}

// readSecret reads whether an answer is said to be a secret, and why if it is.
func readSecret(x *survey.Question, sent url.Values) (secret bool, why string) {
	if x.Confidential || sent.Get(secretField+x.ID) == "" {
		return false, ""
	}
	return true, strings.Join(strings.Fields(typedText(sent.Get(whyField+x.ID))), " ")
}

// chosenOf reads the options that are named by their number, from 1.
func chosenOf(x *survey.Question, typed []string) (out []string) {
	for i, option := range x.Options {
		if slices.Contains(typed, strconv.Itoa(i+1)) {
			out = append(out, option)
		}
	}
	if x.Kind == survey.Choice && len(out) > 1 {
		out = out[:1]
	}
	return out
}

// readForm reads the form of the page, by the version of the questionnaire that it showed.
func (a *answering) readForm(sent url.Values) *answerTyped {
	o := &a.own.Operation
	t := &answerTyped{name: typedLine(sent.Get(signedField)), reuse: sent.Get(reuseField) != ""}
	t.version, _ = strconv.Atoi(sent.Get("version"))
	t.rev, _ = strconv.ParseInt(sent.Get("rev"), 10, 64)
	q, ok := o.Version(t.version)
	if !ok && o.Approved != nil {
		q = *o.Approved
	}
	t.values = readAnswers(&q, sent, a.begins())
	return t
}

// begins is what the form begins with: the draft, else what was sent.
func (a *answering) begins() []survey.Value {
	if a.own.Draft != nil {
		return a.own.Draft
	}
	if n := a.own.Answer.Newest(); n != nil && a.own.Whole {
		return n.Values
	}
	return nil
}

// form is the questionnaire with what is answered, or was typed.
func (a *answering) form(p *views.AnswerPage, typed *answerTyped) {
	o, x := &a.own.Operation, &a.own.Answer
	q := o.Approved
	if q == nil {
		return
	}
	f := &views.AnswerForm{
		Version: strconv.Itoa(q.Version), Rev: strconv.FormatInt(x.Rev, 10), Title: q.Title, Intro: q.Intro, Script: a.Assets.URL("js/answer.js"), Send: "Envoyer ma réponse",
		Name: form.Field{Name: signedField, Label: "Votre nom et votre fonction", Help: "Qui répond pour la structure. Nécessaire pour envoyer, pas pour un brouillon.", Autocomplete: "name"},
	}
	values := a.begins()
	if n := x.Newest(); n != nil && a.own.Whole {
		f.Name.Value, f.Reuse, f.Send = n.Name, x.Reuse, "Envoyer la réponse modifiée"
	}
	if typed != nil {
		values, f.Name.Value, f.Reuse = typed.values, typed.name, typed.reuse
		p.Changes = changesSince(o, typed.version)
	}
	if p.Late {
		f.Warn = "La date limite est passée : cette réponse sera marquée « hors délai », et l’acheteur le verra."
	}
	f.Questions = answerQuestions(q, values, a.fileURL)
	for _, e := range a.own.Earlier {
		p.Earlier = append(p.Earlier, views.AnswerEarlier{ID: e.ID, Title: e.Title,
			Say: "Vous avez répondu le " + format.Day(e.At) + " au sourçage « " + e.Title + " » à " + format.Count(len(e.Values), "question posée ici dans les mêmes termes", "questions posées ici dans les mêmes termes") + ". Ce que vous avez déjà écrit ici ne change pas."})
	}
	p.Form = f
}

// changesSince lists what the questionnaire asks otherwise than a version of it.
func changesSince(o *sourcing.Operation, version int) (out []views.AnswerChange) {
	was, ok := o.Version(version)
	if !ok || version == o.Approved.Version {
		return nil
	}
	for _, d := range survey.Differences(&was, o.Approved) {
		c := views.AnswerChange{What: d.Change.Label(), Before: d.Before, After: d.After}
		if d.Change == survey.Removed {
			c.Before, c.After = "", d.Before
		}
		out = append(out, c)
	}
	return out
}

// answerQuestions are the fields of a questionnaire.
func answerQuestions(q *survey.Questionnaire, values []survey.Value, at func(hash string) string) (out []views.AnswerQuestion) {
	files := 0
	for i := range values {
		files += len(values[i].Files)
	}
	for i := range q.Questions {
		x := &q.Questions[i]
		v := survey.Find(values, x.ID)
		e := views.AnswerQuestion{
			ID: x.ID, Number: i + 1, Kind: string(x.Kind), SecretOn: v.Secret,
			Field:  form.Field{Name: valueField + x.ID, Label: x.Text, Help: x.Help, Optional: !x.Required, Value: v.Text},
			Secret: form.Field{Name: secretField + x.ID},
			Why:    form.Field{Name: whyField + x.ID, Label: "Pourquoi", Help: "10 caractères au moins : « secret des affaires : notre prix de revient », par exemple.", Value: v.Why},
		}
		if x.Confidential {
			e.Confidential = x.Rationale
		}
		switch x.Kind {
		case survey.Number:
			e.Field.Short, e.Field.InputMode = true, "decimal"
			if v.Number != "" {
				e.Field.Value = strings.Replace(v.Number, ".", ",", 1)
			}
			if x.Unit != "" {
				e.Field.Help = strings.TrimSpace("En " + x.Unit + ". " + x.Help)
			}
		case survey.Choice, survey.Choices, survey.YesNo:
			e.Options = answerOptions(x, &v)
		case survey.File:
			e.Files = answerFiles(v.Files, at)
			if e.Field.Help == "" {
				e.Field.Help = "10 Mo au plus."
			}
			if files < survey.MaxFiles {
				e.AttachLabel = "Joindre un fichier"
			}
		}
		out = append(out, e)
	}
	return out
}

func answerOptions(x *survey.Question, v *survey.Value) (out []part.Option) {
	if x.Kind == survey.YesNo {
		out = []part.Option{{Value: "oui", Label: "Oui", Selected: v.Yes == "oui"}, {Value: "non", Label: "Non", Selected: v.Yes == "non"}}
	}
	for i, option := range x.Options {
		out = append(out, part.Option{Value: strconv.Itoa(i + 1), Label: option, Selected: slices.Contains(v.Chosen, option)})
	}
	if x.Kind != survey.Choices && !x.Required {
		out = append(out, part.Option{Value: "0", Label: "Sans réponse", Selected: v.Empty()})
	}
	return out
}

// answerFaults are those of the answers at their fields, in the order of the questions.
func answerFaults(q *survey.Questionnaire, values []survey.Value, final bool) (out []form.Fault) {
	faults := survey.Check(q, values, final)
	for i := range q.Questions {
		x := &q.Questions[i]
		text := faults[x.ID]
		if text == "" {
			continue
		}
		v := survey.Find(values, x.ID)
		f := form.Fault{Field: valueField + x.ID, Text: text.Error()}
		if _, err := survey.ParseNumber(v.Text); x.Kind == survey.Number && err != nil {
			f.Text = err.Error()
		}
		switch {
		case v.Secret && len([]rune(strings.TrimSpace(v.Why))) < survey.MinRationale:
			f.Field = whyField + x.ID
		case x.Kind == survey.Choice || x.Kind == survey.Choices:
			f.To = f.Field + "-1"
		case x.Kind == survey.YesNo:
			f.To = f.Field + "-oui"
		}
		if f.Field == valueField+x.ID {
			f.Text = "Question " + strconv.Itoa(i+1) + " : " + f.Text
		}
		out = append(out, f)
	}
	if text := faults[""]; text != "" {
		out = append(out, form.Fault{Field: valueField + q.Questions[0].ID, Text: text.Error()})
	}
	return out
}
