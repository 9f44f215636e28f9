package web

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/sourcing"
	"sourcier/internal/survey"
	views "sourcier/views/event"
	"sourcier/views/form"
	"sourcier/views/format"
	operationviews "sourcier/views/operation"
	"sourcier/views/part"
)

// opinionRules say to who answers what makes the survey anonymous.
var opinionRules = []string{
	"Votre lien ne sert qu’à répondre une fois. Rien ne le relie à ce que vous répondez.",
	"Les réponses se comptent par cinq au moins, et rien ne s’affiche sous cinq réponses.",
	"Les textes se lisent dans l’ordre des lettres, tels que vous les écrivez : n’y mettez rien qui vous désigne.",
	"Cette page ne garde ni votre adresse, ni votre nom, et n’écrit rien au journal du portail.",
}

var opinionDone = map[string]string{"merci": "Merci, vos réponses sont comptées avec les autres."}

func opinionURL(link string) string { return surveyLinkPath + "/" + link }

// afterOpinion answers the survey to who came.
func (s *site) afterOpinion(c *fiber.Ctx) error {
	x, err := s.Gathering.BySurvey(c.UserContext(), c.Params("token"))
	if err != nil {
		return err
	}
	return s.renderOpinion(c, x, form.State{}, nil)
}

func (s *site) renderOpinion(c *fiber.Ctx, x *gathering.Surveyed, state form.State, typed []survey.Value) error {
	q := &x.Feedback.Questions
	state.Token, state.Heading = s.formToken(c), "Vos réponses ne sont pas parties"
	p := views.AfterOpinionPage{
		Base: s.base(q.Title, "Donner son avis après un événement, sans compte et sans nom.", ""), State: state, Heading: q.Title, Done: doneText(c, opinionDone),
		Who: x.Organisation + " – " + x.Event.Title, Action: opinionURL(c.Params("token")), Intro: paragraphs(q.Intro), Rules: opinionRules,
	}
	switch open := x.Feedback.State(s.Now()); {
	case x.Answered:
		p.Over = "Vous avez déjà répondu : ce lien ne sert plus."
		if p.Done != "" {
			p.Over = "Vos réponses ne se reprennent pas : plus rien ne dit lesquelles sont les vôtres."
		}
	case open == event.SurveyOver:
		p.Over = "Cette enquête est close : elle ne reçoit plus de réponse."
	default:
		p.Questions = opinionQuestions(q, typed)
	}
	titleFaults(&p.Title, state)
	return render(c, views.AfterOpinionView(p))
}

// opinionQuestions are the fields: no choice is made beforehand.
func opinionQuestions(q *survey.Questionnaire, typed []survey.Value) []operationviews.AnswerQuestion {
	out := answerQuestions(q, typed, func(string) string { return "" })
	for i := range out {
		if out[i].Field.Help == "" && q.Questions[i].Kind == survey.Text {
			out[i].Field.Help = "N’écrivez rien qui vous désigne. 1 000 caractères au plus."
		}
		for k := range out[i].Options {
			o := &out[i].Options[k]
			o.Selected = o.Selected && typed != nil
		}
	}
	return out
}

// afterOpine counts what was answered.
func (s *site) afterOpine(c *fiber.Ctx) error {
	x, err := s.Gathering.BySurvey(c.UserContext(), c.Params("token"))
	if err != nil {
		return err
	}
	q := &x.Feedback.Questions
	values := readAnswers(q, sentForm(c), nil)
	for i := range values {
		values[i].Secret, values[i].Why = false, ""
	}
	state := form.State{Faults: answerFaults(q, values, true)}
	for _, id := range q.Long(values) {
		if id == "" {
			state.Refusal = "Vos réponses sont trop longues au total : raccourcissez les textes."
			continue
		}
		state.Faults = append(state.Faults, form.Fault{Field: valueField + id, Text: "1 000 caractères au plus."})
	}
	if len(values) == 0 {
		state.Refusal = "Répondez au moins à une question."
	}
	if state.Refused() && !x.Answered {
		return s.renderOpinion(c.Status(fiber.StatusUnprocessableEntity), x, state, values)
	}
	err = s.Gathering.Opine(c.UserContext(), x, values)
	switch {
	case err == nil:
		return done(c, opinionURL(c.Params("token")), "merci")
	case errors.Is(err, event.ErrAnswered), errors.Is(err, event.ErrSurveyOver), errors.Is(err, event.ErrSurveySoon):
		if x, err = s.Gathering.BySurvey(c.UserContext(), c.Params("token")); err != nil {
			return err
		}
		return s.renderOpinion(c.Status(fiber.StatusConflict), x, form.State{}, values)
	}
	return s.afterRefused(c, err, "", func(state form.State) error { return s.renderOpinion(c, x, state, values) })
}

// ---- what a guest says by name

var nextDone = map[string]string{
	"formation": "Votre demande est enregistrée.", "rencontre": "La rencontre est notée. L’organisateur la rapproche de l’autre personne.", "avis": "Votre avis sur cette rencontre est enregistré.",
}

func nextURL(token string) string { return guestLinkPath + "/" + token + afterNextPath }

// afterNext answers the page of what a guest says by name after an event.
func (s *site) afterNext(c *fiber.Ctx) error {
	r, err := s.Gathering.ByLink(c.UserContext(), c.Params("token"))
	if err != nil {
		return err
	}
	return s.renderNext(c, r, form.State{}, r.Guest.Training, nil)
}

func (s *site) renderNext(c *fiber.Ctx, r *gathering.Reached, state form.State, training string, values map[string]string) error {
	token := c.Params("token")
	state.Token, state.Heading = s.formToken(c), "Rien n’est enregistré"
	p := views.AfterNextPage{
		Base: s.base("Et ensuite – "+r.Event.Title, "Demander une formation, noter une rencontre.", ""), State: state, Heading: "Et ensuite", Who: r.Event.Title, Done: doneText(c, nextDone),
		Back: guestLinkPath + "/" + token, TrainingTo: nextURL(token) + "/formation", Values: values, Once: account.NewID(),
		Training: form.Field{Name: "formation", Label: "La formation que vous aimeriez suivre", Optional: true, Value: training, Help: "Ex. écrire une clause environnementale. Videz ce champ pour retirer votre demande."},
	}
	list, err := s.Gathering.EncountersOf(c.UserContext(), r)
	if err != nil {
		return err
	}
	for i := range list {
		p.Meetings = append(p.Meetings, ownMeeting(&list[i], r.Guest.ID, nextURL(token)+afterMeetTab))
	}
	if st := r.Event.State(s.Now()); (st == event.Past || st == event.Running) && !r.Event.Kind.Discreet() && r.Seat.Active() {
		p.MeetTo = nextURL(token) + afterMeetTab
		p.Across = "Organisme ou service rencontré"
		if r.Guest.Role.MetSide() == event.BuyerSide {
			p.Across = "Structure rencontrée"
		}
		p.Kinds = meetingKinds(values["forme"])
		if values["envoi"] != "" {
			p.Once = values["envoi"]
		}
	}
	titleFaults(&p.Title, state)
	return render(c, views.AfterNextView(p))
}

func meetingKinds(chosen string) (out []part.Option) {
	for _, k := range event.EncounterKinds {
		out = append(out, part.Option{Value: string(k), Label: k.Label(), Selected: string(k) == chosen})
	}
	return out
}

// ownMeeting is a rencontre as a guest who is in it reads it.
func ownMeeting(x *event.Encounter, guest, at string) views.AfterMeeting {
	own, _ := x.SideOf(guest)
	m := views.AfterMeeting{ID: x.ID, To: at + "/" + x.ID, Kind: x.Kind.Label(), Day: format.Day(x.Day), Subject: x.Subject, Next: x.Next, Buyer: "Avec " + x.ShownTo(guest), Status: sideSays(own)}
	switch {
	case own.ConfirmedAt.IsZero() && own.DeniedAt.IsZero():
		m.Open, m.Status = true, part.Answer{Text: "Votre confirmation est attendue", Tone: part.Warn}
	case x.State() == event.EncounterAgreed:
		m.Status = meetingStatus(x)
	}
	return m
}

func sideSays(m *event.Met) part.Answer {
	switch {
	case !m.DeniedAt.IsZero():
		return part.Answer{Text: "Contestée", Tone: part.Warn}
	case !m.ConfirmedAt.IsZero():
		return part.Answer{Text: "Confirmée", Tone: part.Good}
	case m.Guest == "":
		return part.Answer{Text: "Pas un invité", Tone: part.Muted}
	}
	return part.Answer{Text: "À confirmer", Tone: part.Muted}
}

func meetingStatus(x *event.Encounter) part.Answer {
	out := part.Answer{Text: x.State().Label(), Tone: part.Muted}
	switch x.State() {
	case event.EncounterAgreed:
		out.Tone = part.Good
	case event.EncounterDenied:
		out.Tone = part.Warn
	case event.EncounterAlone, event.EncounterWaits:
	}
	return out
}

// afterTraining notes what the guest asks to be trained in.
func (s *site) afterTraining(c *fiber.Ctx) error {
	r, err := s.Gathering.ByLink(c.UserContext(), c.Params("token"))
	if err != nil {
		return err
	}
	text := typedText(sentForm(c).Get("formation"))
	if err := s.Gathering.AskTraining(c.UserContext(), r, text); err != nil {
		return s.afterRefused(c, err, "formation", func(state form.State) error { return s.renderNext(c, r, state, text, nil) })
	}
	return done(c, nextURL(c.Params("token")), "formation")
}

// afterTell notes a rencontre that a guest tells.
func (s *site) afterTell(c *fiber.Ctx) error {
	r, err := s.Gathering.ByLink(c.UserContext(), c.Params("token"))
	if err != nil {
		return err
	}
	sent := typedTexts(sentForm(c), "organisme", "personne", "forme", "sujet", "suite")
	sent["envoi"] = sentOnce(sentForm(c).Get(onceField))
	x := event.Encounter{ID: sent["envoi"], Kind: event.EncounterKind(sent["forme"]), Day: s.Now(), Subject: sent["sujet"], Next: sent["suite"]}
	if r.Event.State(s.Now()) == event.Past {
		x.Day = r.Event.Starts
	}
	across := event.Met{Body: sent["organisme"], Name: sent["personne"]}
	field := "supplier"
	if r.Guest.Role.MetSide() == event.BuyerSide {
		x.Buyer, x.Supplier = gathering.MetAs(&r.Guest), across
	} else {
		x.Buyer, x.Supplier, field = across, gathering.MetAs(&r.Guest), "buyer"
	}
	if faults := meetingFaults(x.Check(&r.Event, s.Now()), map[string]string{field: "organisme", "kind": "forme", "subject": "sujet", "next": "suite", "day": "forme"}); len(faults) > 0 {
		return s.renderNext(c.Status(fiber.StatusUnprocessableEntity), r, form.State{Faults: faults}, r.Guest.Training, sent)
	}
	if err := s.Gathering.TellEncounter(c.UserContext(), r, x); err != nil {
		return s.afterRefused(c, err, "", func(state form.State) error { return s.renderNext(c, r, state, r.Guest.Training, sent) })
	}
	return done(c, nextURL(c.Params("token")), "rencontre")
}

// meetingOrder is that of the fields of a rencontre.
var meetingOrder = []string{"kind", "day", "buyer", "supplier", "subject", "next"}

func meetingFaults(faults map[string]account.Fault, names map[string]string) (out []form.Fault) {
	for _, field := range meetingOrder {
		if text := faults[field]; text != "" && names[field] != "" {
			out = append(out, form.Fault{Field: names[field], Text: string(text)})
		}
	}
	return out
}

// afterJudge notes what the guest says of a rencontre.
func (s *site) afterJudge(c *fiber.Ctx) error {
	r, err := s.Gathering.ByLink(c.UserContext(), c.Params("token"))
	if err != nil {
		return err
	}
	says := sentForm(c).Get("avis")
	if says != "oui" && says != "non" {
		return s.renderNext(c.Status(fiber.StatusUnprocessableEntity), r, form.State{Refusal: "Confirmez ou contestez."}, r.Guest.Training, nil)
	}
	err = s.Gathering.JudgeEncounter(c.UserContext(), r, c.Params("encounter"), says == "oui")
	if err != nil && !errors.Is(err, sourcing.ErrUnchanged) {
		return s.afterRefused(c, err, "", func(state form.State) error { return s.renderNext(c, r, state, r.Guest.Training, nil) })
	}
	return done(c, nextURL(c.Params("token")), "avis")
}
