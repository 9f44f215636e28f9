package web

import (
	"cmp"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/operation"
	"sourcier/internal/sourcing"
	"sourcier/internal/survey"
	"sourcier/views/form"
	views "sourcier/views/operation"
	"sourcier/views/part"
)

// Fields of the form of a questionnaire; those of a question begin with its key:
// « q-0-texte ».
const (
	questionsField = "question" // the keys of the questions, in their order
	upButton       = "monter"
	downButton     = "descendre"
)

var questionKey = regexp.MustCompile(`^q-[0-9]{1,3}$`)

// questionForm is the form of the questionnaire of a sourçage under way.
type questionForm struct {
	*site
	m    buyer.Member
	seen *operation.Seen
	questionLines
	stored, typed *survey.Questionnaire // what somebody else has stored meanwhile, and what was typed
}

// questionLines are the questions of a form, of a sourçage or of a survey after an event.
type questionLines struct {
	formLines
	anonymous        bool   // of a survey: no answer is apart from the others, and none is a file
	said             string // what a button has just done
	focus, focusPart string // where the keyboard goes on
}

func (s *site) openQuestions(c *fiber.Ctx) (*questionForm, error) {
	m, seen, err := s.operationSeen(c)
	return &questionForm{site: s, m: m, seen: seen}, err
}

// ---- from a questionnaire to its form

func typedQuestionnaire(q *survey.Questionnaire, rev int64) url.Values {
	out := url.Values{"titre": {q.Title}, "intro": {q.Intro}, "version": {strconv.FormatInt(rev, 10)}}
	for i := range q.Questions {
		x, key := &q.Questions[i], "q-"+strconv.Itoa(i)
		out.Add(questionsField, key)
		for name, value := range map[string]string{
			"-id": x.ID, "-texte": x.Text, "-forme": string(x.Kind), "-choix": strings.Join(x.Options, "\n"), "-unite": x.Unit, "-aide": x.Help, "-motif": x.Rationale,
			"-obligatoire": yesTyped(x.Required), "-confidentiel": yesTyped(x.Confidential),
		} {
			out.Set(key+name, value)
		}
	}
	return out
}

func yesTyped(yes bool) string {
	if yes {
		return "oui"
	}
	return ""
}

// keys are those of the questions that were sent, in their order.
func (f *questionLines) keys() (out []string) {
	for _, key := range f.sent[questionsField] {
		if questionKey.MatchString(key) && !slices.Contains(out, key) && len(out) < f.most() {
			out = append(out, key)
		}
	}
	return out
}

// ---- from the form to a questionnaire

// questionFields are the fields of a form by those of survey.Questionnaire.Check.
var questionFields = map[string]string{"title": "titre", "questions": "questions"}

var itemFields = map[string]string{"text": "-texte", "help": "-aide", "rationale": "-motif", "kind": "-forme", "options": "-choix", "unit": "-unite"}

// read reads the questionnaire as it was sent. Its faults are what no draft may hold.
func (f *questionForm) read() *survey.Questionnaire {
	q := &survey.Questionnaire{
		Title: f.oneLine("titre", "Ce titre", survey.MaxTitle),
		Intro: f.lines("intro", "Ce texte", survey.MaxIntro),
	}
	if d := f.seen.Operation.Draft; d != nil {
		q.Template = d.Template
	} else if a := f.seen.Operation.Approved; a != nil {
		q.Template = a.Template
	}
	f.questions(q)
	return q
}

// questions reads those that were sent.
func (f *questionLines) questions(q *survey.Questionnaire) {
	for _, key := range f.keys() {
		q.Questions = append(q.Questions, f.question(key))
	}
	if n := len(f.sent[questionsField]); n > f.most() {
		f.fault("questions", "Un questionnaire a "+strconv.Itoa(f.most())+" questions au plus.")
	}
}

// most is how many there may be.
func (f *questionLines) most() int {
	if f.anonymous {
		return event.MaxAsks
	}
	return survey.MaxQuestions
}

// kinds are the forms of answer that are offered.
func (f *questionLines) kinds() []survey.Kind {
	if f.anonymous {
		return slices.DeleteFunc(slices.Clone(survey.Kinds), func(k survey.Kind) bool { return k == survey.File })
	}
	return survey.Kinds
}

func (f *questionLines) question(key string) survey.Question {
	x := survey.Question{ID: f.sent.Get(key + "-id"), Kind: survey.Kind(f.sent.Get(key + "-forme")), Required: f.sent.Get(key+"-obligatoire") != "", Confidential: f.sent.Get(key+"-confidentiel") != ""}
	x.Text = f.oneLine(key+"-texte", "Cette question", survey.MaxQuestion)
	x.Help = f.oneLine(key+"-aide", "Cette aide", survey.MaxQuestion)
	switch x.Kind {
	case survey.Choice, survey.Choices:
		x.Options = f.options(key + "-choix")
	case survey.Number:
		x.Unit = f.oneLine(key+"-unite", "Cette unité", survey.MaxUnit)
	case survey.Text, survey.YesNo, survey.File:
	}
	if !slices.Contains(f.kinds(), x.Kind) {
		f.fault(key+"-forme", "Choisissez la forme de la réponse.")
	}
	if x.Confidential {
		x.Rationale = f.oneLine(key+"-motif", "Ce motif", survey.MaxQuestion)
	}
	return x
}

// options are the choices of a question, one a line.
func (f *questionLines) options(field string) []string {
	text := f.lines(field, "Ces choix", survey.MaxOptions*(survey.MaxOption+1))
	return splitOptions(text)
}

// splitOptions reads choices that are written one a line: blank lines and spaces around
// are nothing.
func splitOptions(text string) (out []string) {
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			out = append(out, line)
		}
	}
	return out
}

func (f *questionLines) oneLine(field, what string, most int) string {
	text, err := sourcing.Line(what, typedText(f.sent.Get(field)), most)
	f.failed(field, err)
	return text
}

func (f *questionLines) lines(field, what string, most int) string {
	text, err := sourcing.Text(what, typedText(f.sent.Get(field)), most)
	f.failed(field, err)
	return text
}

// questionFaults are the faults of Check at the fields of the form, in their order.
func questionFaults(q *survey.Questionnaire, keys []string) (out []form.Fault) {
	faults := q.Check()
	at := func(field, name string) {
		if text := faults[field]; text != "" {
			out = append(out, form.Fault{Field: name, Text: string(text)})
		}
	}
	for _, field := range []string{"title", "questions"} {
		at(field, questionFields[field])
	}
	for i, key := range keys {
		for _, part := range []string{"text", "kind", "options", "unit", "help", "rationale"} {
			at("questions."+strconv.Itoa(i)+"."+part, key+itemFields[part])
		}
	}
	for i := range out {
		if key, _, ok := strings.Cut(out[i].Field, "-texte"); ok {
			out[i].Text = "Question " + strconv.Itoa(slices.Index(keys, key)+1) + " : " + out[i].Text
		}
	}
	return out
}

// questionsMissing says what keeps a draft from being approved, with the fields of its
// form.
func questionsMissing(q *survey.Questionnaire, edit string) (out []part.Link) {
	var keys []string
	for i := range q.Questions {
		keys = append(keys, "q-"+strconv.Itoa(i))
	}
	for _, x := range questionFaults(q, keys) {
		out = append(out, part.Link{Label: x.Text, URL: edit + "#" + x.Field})
	}
	return out
}

// ---- the buttons that reshape

// reshaped adds, moves or removes a question, and reports whether that is what was asked:
// the form comes back, nothing is stored.
func (f *questionLines) reshaped() bool {
	keys := f.keys()
	at := func(button string) int { return slices.Index(keys, f.sent.Get(button)) }
	switch {
	case f.sent.Has(addButton):
		keys = f.added(keys, at(addButton))
	case f.sent.Has(removeButton):
		if i := at(removeButton); i >= 0 {
			keys = slices.Delete(keys, i, i+1)
			f.said = "Question " + strconv.Itoa(i+1) + " retirée."
			if len(keys) > 0 {
				f.focus, f.focusPart = keys[min(i, len(keys)-1)], "texte"
			}
		}
	case f.sent.Has(upButton):
		f.swap(keys, at(upButton), at(upButton)-1, upButton)
	case f.sent.Has(downButton):
		f.swap(keys, at(downButton), at(downButton)+1, downButton)
	default:
		return false
	}
	f.sent[questionsField] = keys
	return true
}

// added puts a new question below the one at i, or last.
func (f *questionLines) added(keys []string, i int) []string {
	if len(keys) >= f.most() {
		return keys
	}
	if i < 0 {
		i = len(keys) - 1
	}
	for n := range 1000 {
		key := "q-" + strconv.Itoa(n)
		if slices.Contains(keys, key) {
			continue
		}
		for name := range f.sent {
			if strings.HasPrefix(name, key+"-") { // of one that was removed
				delete(f.sent, name)
			}
		}
		f.sent.Set(key+"-forme", string(survey.Text))
		f.focus, f.focusPart = key, "texte"
		f.said = "Question " + strconv.Itoa(i+2) + " ajoutée."
		return slices.Insert(keys, i+1, key)
	}
	return keys
}

func (f *questionLines) swap(keys []string, i, j int, button string) {
	if i < 0 || j < 0 || j >= len(keys) {
		return
	}
	keys[i], keys[j] = keys[j], keys[i]
	f.focus, f.focusPart = keys[j], button
	if button == upButton && j == 0 || button == downButton && j == len(keys)-1 { // the button is gone
		f.focusPart = "texte"
	}
	f.said = "Question déplacée : elle est la " + strconv.Itoa(j+1) + "ᵉ."
	if j == 0 {
		f.said = "Question déplacée : elle est la première."
	}
}

// ---- the page

func (f *questionForm) render(c *fiber.Ctx, state form.State) error {
	o := &f.seen.Operation
	own := questionnaireURL(o.ID)
	state.Token = f.formToken(c)
	if state.Heading == "" {
		state.Heading = "Le questionnaire n’est pas enregistré"
	}
	state.Faults = append(state.Faults, f.faults...)
	p := views.QuestionnaireEdit{
		Page:  f.operationFrame(c, f.seen, "Écrire le questionnaire", questionsSegment, nil, part.Link{Label: "Questionnaire", URL: own}),
		State: state, Action: own + "/modifier", Cancel: own, Rev: f.sent.Get("version"), Said: f.said, Review: true, IntroHelp: "À quoi servent les réponses. Chaque structure la lit avant les questions.",
		Values: map[string]string{"titre": typedText(f.sent.Get("titre")), "intro": typedText(f.sent.Get("intro"))},
	}
	if o.State() == sourcing.Opened {
		p.Lead = "Rien n’est envoyé à l’enregistrement. À l’approbation, toutes les structures consultées reçoivent la différence avec la version en cours."
	}
	keys := f.keys()
	p.Full = len(keys) >= f.most()
	for i, key := range keys {
		p.Questions = append(p.Questions, f.fields(key, i, len(keys), p.Action))
	}
	if f.stored != nil {
		p.Stale, p.Theirs = true, questionChanges(f.stored, f.typed)
	}
	titleFaults(&p.Title, state)
	return render(c, views.QuestionnaireEditView(p))
}

func (f *questionLines) fields(key string, i, n int, action string) views.QuestionFields {
	get := func(name string) string { return typedText(f.sent.Get(key + name)) }
	q := views.QuestionFields{
		Key: key, ID: get("-id"), Legend: "Question " + strconv.Itoa(i+1), Text: get("-texte"), Options: get("-choix"), Unit: get("-unite"), Help: get("-aide"), Why: get("-motif"),
		Required: get("-obligatoire") != "", Secret: get("-confidentiel") != "", First: i == 0, Last: i == n-1, Alone: n == 1, Action: action,
	}
	q.Plain = f.anonymous
	for _, k := range f.kinds() {
		q.Kinds = append(q.Kinds, part.Option{Value: string(k), Label: k.Label(), Selected: string(k) == get("-forme")})
	}
	if f.focus == key {
		q.FocusText, q.FocusUp, q.FocusDown = f.focusPart == "texte", f.focusPart == upButton, f.focusPart == downButton
	}
	return q
}

// ---- the actions

// questionnaireEditForm answers the form of the draft, or of what the next version starts
// from.
func (s *site) questionnaireEditForm(c *fiber.Ctx) error {
	f, err := s.openQuestions(c)
	if err != nil {
		return err
	}
	o := &f.seen.Operation
	q := o.Draft
	if q == nil {
		q = o.Approved
	}
	if q == nil {
		return c.Redirect(questionnaireURL(o.ID), fiber.StatusSeeOther) // nothing is begun
	}
	f.sent = typedQuestionnaire(q, o.Rev)
	if why := o.Asking(s.Now()); why != "" {
		return f.render(c.Status(fiber.StatusConflict), form.State{Refusal: string(why)})
	}
	return f.render(c, form.State{})
}

// questionnaireEdit stores the draft, over the revision that the page showed.
func (s *site) questionnaireEdit(c *fiber.Ctx) error {
	f, err := s.openQuestions(c)
	if err != nil {
		return err
	}
	f.sent = sentForm(c)
	if f.reshaped() {
		return f.render(c, form.State{})
	}
	q := f.read()
	review := f.sent.Has("suite")
	if review && len(f.faults) == 0 {
		f.faults = questionFaults(q, f.keys())
	}
	if len(f.faults) > 0 {
		return f.render(c.Status(fiber.StatusUnprocessableEntity), form.State{})
	}
	id := f.seen.Operation.ID
	err = s.Operation.WriteDraft(c.UserContext(), f.m, id, q, operationRev(f.sent.Get("version")))
	if errors.Is(err, sourcing.ErrStale) {
		return f.stale(c, q)
	}
	if text, status, ok := refusalOf(err); ok {
		return f.render(c.Status(status), form.State{Refusal: text})
	}
	switch {
	case err != nil:
		return err
	case review:
		return c.Redirect(questionnaireURL(id)+"/approuver", fiber.StatusSeeOther)
	}
	return done(c, questionnaireURL(id), "brouillon")
}

// stale gives back what was typed beside what is stored by now; sent again, it replaces
// that.
func (f *questionForm) stale(c *fiber.Ctx, typed *survey.Questionnaire) error {
	now, err := f.Operation.Operation(c.UserContext(), f.m, f.seen.Operation.ID)
	if err != nil {
		return err
	}
	f.seen = now
	f.sent.Set("version", strconv.FormatInt(now.Operation.Rev, 10))
	f.typed, f.stored = typed, cmp.Or(now.Operation.Draft, now.Operation.Approved, &survey.Questionnaire{})
	return f.render(c.Status(fiber.StatusConflict), form.State{Refusal: "Quelqu’un d’autre a modifié ce questionnaire pendant que vous l’écriviez."})
}
