package web

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/sourcing"
	"sourcier/internal/survey"
	"sourcier/views/desk"
	"sourcier/views/drawing"
	views "sourcier/views/event"
	"sourcier/views/form"
	"sourcier/views/format"
	operationviews "sourcier/views/operation"
	"sourcier/views/part"
)

var afterSurveyDone = map[string]string{
	"questions": "Les questions sont enregistrées.", "envoyee": "L’enquête part à qui est venu.", "close": "L’enquête est close : ce qui attendait est compté.",
}

func afterSurveyURL(id string) string { return eventURL(id) + afterSurveyTab }

// afterHow is how a survey is counted, for who reads it.
var afterHow = []string{
	"Rien ne relie une réponse à une personne. Le portail sait qui a déjà répondu pour qu’un lien ne serve qu’une fois, et ne le montre à personne.",
	"Les résultats s’ajoutent par cinq réponses au moins : aucune différence entre deux lectures ne montre une réponse. Cinq à neuf réponses attendent, scellées, jusqu’à la dixième ou à la clôture.",
	"Moins de cinq réponses en tout : elles sont effacées à la clôture, et rien n’est montré.",
	"Une question à laquelle moins de cinq personnes ont répondu n’a pas de chiffres ; ses textes libres se lisent, dans l’ordre des lettres.",
	"La personne qui tient le serveur, avec sa clé, pourrait lire les réponses qui attendent encore. Personne d’autre.",
}

// afterSurvey answers the survey of an event.
func (s *site) afterSurvey(c *fiber.Ctx) error {
	m, seen, err := s.afterSeen(c)
	if err != nil {
		return err
	}
	return s.renderSurvey(c, m, seen, form.State{}, "", "")
}

func (s *site) renderSurvey(c *fiber.Ctx, m buyer.Member, seen *gathering.Seen, state form.State, text, days string) error {
	f, err := s.Gathering.Feedback(c.UserContext(), seen)
	if err != nil {
		return err
	}
	state.Token = s.formToken(c)
	if state.Heading == "" {
		state.Heading = "L’enquête n’est pas partie"
	}
	own := afterSurveyURL(seen.Event.ID)
	p := views.AfterSurveyPage{Page: s.eventFrame(c, seen, "Enquête", afterSurveyTab, afterSurveyDone), State: state, How: afterHow}
	p.Lead = surveyLead(f, s.Now().UTC().Before(seen.Event.Ends))
	if f.State(s.Now()) == event.SurveyOpen {
		p.Lead += " Elle reçoit des réponses jusqu’au " + sourcing.Moment(f.ShutAt) + "."
	}
	writes := afterWrites(m, seen)
	if f.Rev > 0 {
		set := questionSetOf(&f.Questions)
		p.Set, p.SetNote = &set, format.Count(len(f.Questions.Questions), "question", "questions")+". "
		switch {
		case len(f.Answered) > 0:
			p.SetNote += string(event.ErrFrozen)
		case writes:
			p.SetNote += "Elles se modifient jusqu’à la première réponse."
			p.Edit = own + "/modifier"
		}
	} else if writes {
		p.Start = surveyStart(own)
	}
	s.surveyResults(&p, f)
	if writes {
		if err := s.surveyActs(c, &p, seen, f, text, days); err != nil {
			return err
		}
	}
	if err := s.surveyAsking(c, &p, seen); err != nil {
		return err
	}
	titleFaults(&p.Title, state)
	return render(c, views.AfterSurveyView(p))
}

func surveyLead(f *event.Feedback, soon bool) string {
	switch {
	case f.Rev == 0:
		return "Demandez leur avis à ceux qui sont venus : une enquête courte, sans nom, envoyée par courriel."
	case !f.OpenedAt.IsZero():
		return "Enquête anonyme envoyée à ceux qui sont venus."
	case soon:
		return "L’enquête est prête. Elle part une fois l’événement passé, à ceux qui sont venus."
	}
	return "L’enquête est prête : elle part à ceux qui sont venus."
}

func surveyStart(own string) *views.AfterStart {
	out := &views.AfterStart{To: own + "/debut"}
	for i, t := range survey.EventTemplates() {
		out.Templates = append(out.Templates, part.Option{Value: t.Code, Label: format.Text(t.Label + " (" + format.Count(len(t.Questionnaire.Questions), "question", "questions") + ")"), Selected: i == 0})
	}
	out.Templates = append(out.Templates, part.Option{Value: fromNothing, Label: "Une page blanche"})
	return out
}

// surveyActs are what the organiser may do now.
func (s *site) surveyActs(c *fiber.Ctx, p *views.AfterSurveyPage, seen *gathering.Seen, f *event.Feedback, text, days string) error {
	own, state := afterSurveyURL(seen.Event.ID), f.State(s.Now())
	if state == event.SurveyOpen {
		p.End = form.Action{To: own + "/clore", Label: "Clore l’enquête maintenant"}
		p.EndText = surveyEndText(f)
	}
	if f.Rev == 0 || state == event.SurveyOver {
		return nil
	}
	came, err := s.Gathering.Attendance(c.UserContext(), seen.Event.ID)
	if err != nil {
		return err
	}
	left := surveyLeft(&seen.Event, came)
	if days == "" {
		days = strconv.Itoa(event.SurveyDays)
	}
	send := &views.AfterSend{To: own + "/envoyer", Text: text, Days: days, Label: "Envoyer à " + format.Count(left, "personne venue", "personnes venues")}
	switch {
	case seen.Event.State(s.Now()) != event.Past:
		send.Why = event.ErrNotPast.Error()
	case f.Ready() != nil:
		send.Why = "Relisez les questions : il en manque, ou l’une est incomplète."
	case len(came) == 0:
		send.Why = event.ErrNobodyCame.Error()
	case left == 0:
		return nil
	}
	p.Send = send
	return nil
}

// surveyEndText says what becomes of the answers if the survey ends now.
func surveyEndText(f *event.Feedback) string {
	if len(f.Answered) < event.FewOpinions {
		return "Plus personne ne pourra répondre. Moins de cinq réponses sont arrivées : elles seront effacées sans être montrées."
	}
	return "Plus personne ne pourra répondre. " + format.Count(f.Waiting, "réponse qui attend sera comptée", "réponses qui attendent seront comptées") + " avec les autres."
}

// surveyLeft is how many of those who came have not been sent the survey.
func surveyLeft(e *event.Event, came []event.Entry) (n int) {
	for i := range came {
		if seat := e.Seat(came[i].Guest); seat != nil && !seat.Surveyed {
			n++
		}
	}
	return n
}

// surveyResults are what may be shown of the answers.
func (s *site) surveyResults(p *views.AfterSurveyPage, f *event.Feedback) {
	if f.OpenedAt.IsZero() {
		return
	}
	shown := f.Published.Answers
	p.Count = []part.Count{
		{N: len(f.Asked), Label: "personnes interrogées"},
		{N: len(f.Answered), Label: "réponses reçues", Note: "soit " + percentText(len(f.Answered), len(f.Asked))},
		{N: shown, Label: "réponses comptées ci-dessous"},
	}
	switch {
	case shown >= event.FewOpinions:
	case !f.EndedAt.IsZero():
		p.Few = "Moins de cinq réponses sont arrivées : aucun résultat n’est montré, et elles sont effacées."
		return
	default:
		p.Few = "Les résultats se lisent à partir de dix réponses, ou à la clôture s’il y en a au moins cinq."
		return
	}
	if n := len(f.Answered) - shown; n > 0 {
		p.Notes = append(p.Notes, format.Count(n, "réponse attend", "réponses attendent")+" d’être comptées avec les suivantes, ou à la clôture.")
	}
	for i := range f.Questions.Questions {
		p.Results = append(p.Results, surveyResult(f, i))
	}
}

// surveyResult is what was answered to a question.
func surveyResult(f *event.Feedback, i int) views.AfterResult {
	x := &f.Questions.Questions[i]
	c, few := shownCounts(f, x)
	out := views.AfterResult{ID: "question-" + strconv.Itoa(i+1), Question: x.Text, Note: format.Count(c.Answered, "réponse", "réponses") + " sur " + format.Number(f.Published.Answers) + "."}
	switch {
	case c.Answered == 0:
		out.Note = "Aucune réponse à cette question."
		return out
	case few:
		out.Note = "Moins de cinq réponses à cette question : pas de chiffres."
		return out
	}
	switch x.Kind {
	case survey.Choice, survey.Choices, survey.YesNo:
		surveyChart(&out, x, &c)
	case survey.Number:
		unit := ""
		if x.Unit != "" {
			unit = format.NBSP + x.Unit
		}
		n := len(c.Numbers)
		out.Figures = []desk.Fact{
			{Term: "Moyenne", Text: survey.FrenchNumber(c.Mean()) + unit},
			{Term: "Médiane", Text: survey.FrenchNumber(c.Numbers[(n-1)/2]) + unit},
		}
	case survey.Text, survey.File:
		out.Texts = c.Texts
		if c.Left > 0 {
			out.Note += " " + format.Count(c.Left, "texte très long n’est pas gardé", "textes très longs ne sont pas gardés") + "."
		}
	}
	return out
}

func surveyChart(out *views.AfterResult, x *survey.Question, c *survey.Counts) {
	options := x.Options
	if x.Kind == survey.YesNo {
		options = []string{"Oui", "Non"}
	}
	if x.Kind == survey.Choices {
		out.Note += " Plusieurs choix étaient possibles."
	}
	chart := drawing.Ranked{ID: out.ID + "-figure", Title: x.Text, Of: c.Answered}
	for i, o := range options {
		n := 0
		if i < len(c.Options) {
			n = c.Options[i]
		}
		share := percentText(n, c.Answered)
		chart.List = append(chart.List, drawing.Bar{Name: o, Value: n, Number: format.Number(n) + " (" + share + ")"})
		out.Rows = append(out.Rows, [3]string{o, format.Number(n), share})
	}
	out.Chart = &chart
}

// surveyAsking lists who asks for a training.
func (s *site) surveyAsking(c *fiber.Ctx, p *views.AfterSurveyPage, seen *gathering.Seen) error {
	list, err := s.Gathering.Trainings(c.UserContext(), seen)
	if err != nil {
		return err
	}
	for i := range list {
		g := &list[i]
		p.Asking = append(p.Asking, views.AfterAsking{Name: g.Name, Body: g.Body, Email: g.Email, Text: g.Training, Day: format.Day(g.TrainingAt)})
	}
	return nil
}

// afterSurveyStart makes the questions of what was chosen.
func (s *site) afterSurveyStart(c *fiber.Ctx) error {
	m, seen, err := s.afterSeen(c)
	if err != nil {
		return err
	}
	q := survey.Questionnaire{Title: "Votre avis", Questions: []survey.Question{{Kind: survey.Text}}}
	code := sentForm(c).Get("depart")
	if t := survey.FindEventTemplate(code); t != nil {
		q = t.Questionnaire
	} else if code != fromNothing {
		state := form.State{Heading: "Rien n’est commencé", Faults: []form.Fault{{Field: "depart", Text: "Choisissez de quoi partir.", To: "depart-" + fromNothing}}}
		return s.renderSurvey(c.Status(fiber.StatusUnprocessableEntity), m, seen, state, "", "")
	}
	if err := s.Gathering.WriteSurvey(c.UserContext(), m, seen.Event.ID, q, 0); err != nil {
		return s.afterRefused(c, err, "", func(state form.State) error {
			state.Heading = "Rien n’est commencé"
			return s.renderSurvey(c, m, seen, state, "", "")
		})
	}
	return c.Redirect(afterSurveyURL(seen.Event.ID)+"/modifier", fiber.StatusSeeOther)
}

// afterSurveySend sends it to who came.
func (s *site) afterSurveySend(c *fiber.Ctx) error {
	m, seen, err := s.afterSeen(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	text, days := typedText(sent.Get("mot")), typedLine(sent.Get("jours"))
	n, err := strconv.Atoi(days)
	if err != nil {
		n = 0
	}
	if _, err = s.Gathering.SendSurvey(c.UserContext(), m, seen.Event.ID, text, n); err != nil {
		field := ""
		switch {
		case n < 1 || n > event.MaxSurvey:
			field = "jours"
		case utf8.RuneCountInString(text) > event.MaxLetter:
			field = "mot"
		}
		return s.afterRefused(c, err, field, func(state form.State) error { return s.renderSurvey(c, m, seen, state, text, days) })
	}
	return done(c, afterSurveyURL(seen.Event.ID), "envoyee")
}

// afterSurveyEnd ends it.
func (s *site) afterSurveyEnd(c *fiber.Ctx) error {
	m, seen, err := s.afterSeen(c)
	if err != nil {
		return err
	}
	if err := s.Gathering.EndSurvey(c.UserContext(), m, seen.Event.ID); err != nil {
		return s.afterRefused(c, err, "", func(state form.State) error {
			state.Heading = "L’enquête n’est pas close"
			return s.renderSurvey(c, m, seen, state, "", "")
		})
	}
	return done(c, afterSurveyURL(seen.Event.ID), "close")
}

// ---- the form of the questions

type afterQuestions struct {
	*site
	m    buyer.Member
	seen *gathering.Seen
	feed *event.Feedback
	questionLines
	stored, typed *survey.Questionnaire
}

func (s *site) openAfterQuestions(c *fiber.Ctx) (*afterQuestions, error) {
	m, seen, err := s.afterSeen(c)
	if err != nil {
		return nil, err
	}
	f, err := s.Gathering.Feedback(c.UserContext(), seen)
	return &afterQuestions{site: s, m: m, seen: seen, feed: f, questionLines: questionLines{anonymous: true}}, err
}

func (f *afterQuestions) render(c *fiber.Ctx, state form.State) error {
	own := afterSurveyURL(f.seen.Event.ID)
	state.Token, state.Heading = f.formToken(c), "Les questions ne sont pas enregistrées"
	state.Faults = append(state.Faults, f.faults...)
	page := f.eventFrame(c, f.seen, "Écrire l’enquête", afterSurveyTab, nil, part.Link{Label: "Enquête", URL: own})
	q := operationviews.QuestionnaireEdit{
		State: state, Action: own + "/modifier", Cancel: own, Rev: f.sent.Get("version"), Said: f.said,
		Lead:      "Demandez peu, et rien qui désigne quelqu’un : un service de deux personnes se reconnaît. Les questions se figent à la première réponse.",
		IntroHelp: "Ceux qui sont venus la lisent avant les questions.",
		Values:    map[string]string{"titre": typedText(f.sent.Get("titre")), "intro": typedText(f.sent.Get("intro"))},
	}
	keys := f.keys()
	q.Full = len(keys) >= f.most()
	for i, key := range keys {
		q.Questions = append(q.Questions, f.fields(key, i, len(keys), q.Action))
	}
	if f.stored != nil {
		q.Stale, q.Theirs = true, questionChanges(f.stored, f.typed)
	}
	titleFaults(&page.Title, state)
	return render(c, views.AfterQuestionsView(page, q))
}

func (s *site) afterQuestionsForm(c *fiber.Ctx) error {
	f, err := s.openAfterQuestions(c)
	if err != nil {
		return err
	}
	if f.feed.Rev == 0 || len(f.feed.Answered) > 0 { // nothing is begun, or the questions are frozen: the page of the survey says so
		return c.Redirect(afterSurveyURL(f.seen.Event.ID), fiber.StatusSeeOther)
	}
	f.sent = typedQuestionnaire(&f.feed.Questions, f.feed.Rev)
	return f.render(c, form.State{})
}

// afterQuestionsWrite stores the questions, over the revision that the page showed.
func (s *site) afterQuestionsWrite(c *fiber.Ctx) error {
	f, err := s.openAfterQuestions(c)
	if err != nil {
		return err
	}
	f.sent = sentForm(c)
	if f.reshaped() {
		return f.render(c, form.State{})
	}
	q := &survey.Questionnaire{
		Template: f.feed.Questions.Template, Title: f.oneLine("titre", "Ce titre", survey.MaxTitle), Intro: f.lines("intro", "Ce texte", survey.MaxIntro),
	}
	f.questions(q)
	given := afterIDs(q)
	if len(f.faults) == 0 {
		f.faults = questionFaults(given, f.keys())
	}
	if len(f.faults) > 0 {
		return f.render(c.Status(fiber.StatusUnprocessableEntity), form.State{})
	}
	id := f.seen.Event.ID
	err = s.Gathering.WriteSurvey(c.UserContext(), f.m, id, *q, operationRev(f.sent.Get("version")))
	switch {
	case err == nil:
		return done(c, afterSurveyURL(id), "questions")
	case errors.Is(err, sourcing.ErrStale):
		if f.feed, err = s.Gathering.Feedback(c.UserContext(), f.seen); err != nil {
			return err
		}
		f.sent.Set("version", strconv.FormatInt(f.feed.Rev, 10))
		f.typed, f.stored = q, &f.feed.Questions
		return f.render(c.Status(fiber.StatusConflict), form.State{Refusal: "Quelqu’un d’autre a modifié ces questions pendant que vous les écriviez."})
	case errors.Is(err, event.ErrFrozen):
		return f.render(c.Status(fiber.StatusConflict), form.State{Refusal: string(event.ErrFrozen)})
	}
	text, status, ok := refusalOf(err)
	if !ok {
		return err
	}
	return f.render(c.Status(status), form.State{Refusal: text})
}

// afterIDs is a questionnaire of which every question has an id, to be checked: the new
// ones get theirs when they are stored.
func afterIDs(q *survey.Questionnaire) *survey.Questionnaire {
	out := *q
	out.Questions = slices.Clone(q.Questions)
	for i := range out.Questions {
		if strings.TrimSpace(out.Questions[i].ID) == "" {
			out.Questions[i].ID = "nouvelle-" + strconv.Itoa(i)
		}
	}
	return &out
}
