package web

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/buyer"
	"sourcier/internal/operation"
	"sourcier/internal/sourcing"
	"sourcier/internal/survey"
	"sourcier/views/form"
	"sourcier/views/format"
	views "sourcier/views/operation"
	"sourcier/views/part"
)

const (
	questionsSegment = "/questionnaire"
	questionsRoute   = operationsPath + "/:id" + questionsSegment
	calendarSegment  = "/calendrier"
	maxQuestionnaire = 100 // sourçages whose questionnaire is offered to start from
)

// questionnaireRoutes are those of the questionnaire of a sourçage, of its deadline, of
// its charter and of its public page.
func (s *site) questionnaireRoutes(d operationDoors) {
	d.readers.Get(questionsRoute, d.limited, s.questionnairePage)
	d.writers.Post(questionsRoute+"/debut", d.limited, s.questionnaireStart)
	d.writers.Get(questionsRoute+"/modifier", d.limited, s.questionnaireEditForm)
	d.writers.Post(questionsRoute+"/modifier", d.limited, s.questionnaireEdit)
	d.writers.Post(questionsRoute+"/abandonner", d.limited, s.questionnaireDrop)
	d.writers.Get(questionsRoute+"/approuver", d.limited, s.questionnaireReview)
	d.writers.Post(questionsRoute+"/approuver", d.limited, s.questionnaireApprove)
	d.readers.Get(operationsPath+"/:id"+calendarSegment, d.limited, s.calendarPage)
	d.writers.Post(operationsPath+"/:id"+calendarSegment, d.limited, s.calendarMove)
	const candidates = operationsPath + "/:id" + candidatesSegment
	d.readers.Get(candidates, d.limited, s.candidatesPage)
	d.writers.Post(candidates+"/publier", d.limited, s.candidatesPublish)
	d.writers.Post(candidates+"/retirer", d.limited, s.candidatesWithdraw)
	d.writers.Post(candidates+"/:supplier", d.limited, s.candidatesAnswer)
	s.callRoutes(d)
}

var questionnaireDone = map[string]string{
	"brouillon": "Le brouillon est enregistré.", "abandonne": "Le brouillon est abandonné.",
	"approuve": "Le questionnaire est approuvé.", "envoye": "La nouvelle version est envoyée à toutes les structures consultées.",
}

func questionnaireURL(id string) string { return operationURL(id) + questionsSegment }

// questionnairePage answers the questionnaire, its draft and its versions.
func (s *site) questionnairePage(c *fiber.Ctx) error {
	m, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	return s.renderQuestionnaire(c, m, seen, form.State{})
}

func (s *site) renderQuestionnaire(c *fiber.Ctx, m buyer.Member, seen *operation.Seen, state form.State) error {
	o := &seen.Operation
	own := questionnaireURL(o.ID)
	state.Token = s.formToken(c)
	p := views.QuestionnairePage{
		Page: s.operationFrame(c, seen, "Questionnaire", questionsSegment, questionnaireDone), State: state, Self: own,
		Calendar: operationURL(o.ID) + calendarSegment, Frozen: string(o.Asking(s.Now())), Reader: !writesOperation(o, m),
	}
	if o.Approved != nil {
		set := questionSetOf(o.Approved)
		p.Approved = &set
		names, err := s.namesOf(c.UserContext(), []string{o.Approved.ApprovedBy})
		if err != nil {
			return err
		}
		p.Note = fmt.Sprintf("Version %d, %s, approuvée le %s%s.", o.Approved.Version, format.Count(len(o.Approved.Questions), "question", "questions"), format.Moment(o.Approved.ApprovedAt), byWhom(names, o.Approved.ApprovedBy))
	}
	writes := !p.Reader && p.Frozen == ""
	if o.Draft != nil {
		p.Draft = questionDraftOf(o, own, writes)
	}
	if writes && o.Draft == nil {
		if o.Approved != nil {
			p.Revise = own + "/modifier"
		} else {
			start, err := s.questionStart(c.UserContext(), m, seen)
			if err != nil {
				return err
			}
			p.Start = start
		}
	}
	if err := questionVersions(c, o, &p); err != nil {
		return err
	}
	titleFaults(&p.Title, state)
	return render(c, views.QuestionnaireView(p))
}

func questionDraftOf(o *sourcing.Operation, own string, writes bool) *views.QuestionDraft {
	d := &views.QuestionDraft{Text: format.Count(len(o.Draft.Questions), "question", "questions") + ". Personne d’autre que vos collègues ne le voit."}
	if !writes {
		return d
	}
	d.Edit, d.Missing = own+"/modifier", questionsMissing(o.Draft, own+"/modifier")
	d.Drop = form.Action{To: own + "/abandonner", Label: "Abandonner le brouillon", Values: []part.Option{{Value: "version", Label: strconv.FormatInt(o.Rev, 10)}}}
	if len(d.Missing) == 0 {
		d.Approve = own + "/approuver"
	}
	return d
}

// questionSetOf is a questionnaire as a supplier reads it.
func questionSetOf(q *survey.Questionnaire) views.QuestionSet {
	out := views.QuestionSet{Title: q.Title}
	for text := range strings.SplitSeq(q.Intro, "\n") {
		if text = strings.TrimSpace(text); text != "" {
			out.Intro = append(out.Intro, text)
		}
	}
	for i := range q.Questions {
		x := &q.Questions[i]
		l := views.QuestionLine{Text: x.Text, Form: x.Kind.Label(), Help: x.Help, Options: x.Options}
		if x.Unit != "" {
			l.Form += ", en " + x.Unit
		}
		if x.Required {
			l.Form += " (obligatoire)"
		}
		if x.Confidential {
			l.Secret = x.Rationale
		}
		out.Lines = append(out.Lines, l)
	}
	return out
}

func questionChanges(before, after *survey.Questionnaire) (out []views.QuestionChange) {
	for _, d := range survey.Differences(before, after) {
		out = append(out, views.QuestionChange{Label: d.Change.Label(), Before: d.Before, After: d.After})
	}
	if before.Title != after.Title {
		out = append(out, views.QuestionChange{Label: "Titre", Before: before.Title, After: after.Title})
	}
	if before.Intro != after.Intro {
		out = append(out, views.QuestionChange{Label: "Introduction", Before: before.Intro, After: after.Intro})
	}
	return out
}

// questionVersions offers the versions to compare, and what two of them have otherwise.
func questionVersions(c *fiber.Ctx, o *sourcing.Operation, p *views.QuestionnairePage) error {
	if len(o.Past) == 0 {
		return nil
	}
	newest := o.Approved.Version
	from, err := versionAsked(c.Query("de"), newest-1, newest)
	if err != nil {
		return err
	}
	to, err := versionAsked(c.Query("a"), newest, newest)
	if err != nil {
		return err
	}
	for n := 1; n <= newest; n++ {
		label := "Version " + strconv.Itoa(n)
		p.From = append(p.From, part.Option{Value: strconv.Itoa(n), Label: label, Selected: n == from})
		p.To = append(p.To, part.Option{Value: strconv.Itoa(n), Label: label, Selected: n == to})
	}
	before, had := o.Version(from)
	after, has := o.Version(to)
	if !had || !has {
		return fmt.Errorf("operation %s: version %d or %d cannot be read", o.ID, from, to)
	}
	p.Compared = fmt.Sprintf("De la version %d à la version %d", from, to)
	p.Changes = questionChanges(&before, &after)
	return nil
}

func versionAsked(text string, other, newest int) (int, error) {
	if text == "" {
		return other, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > newest {
		return 0, fiber.ErrNotFound
	}
	return n, nil
}

// ---- what a questionnaire starts from

// Values of the field that says it.
const (
	fromTemplate = "modele-"
	fromOther    = "sourcage"
	fromNothing  = "vide"
)

// operationSectors are those of the lots of a sourçage, by their choice or their CPV code.
func (s *site) operationSectors(seen *operation.Seen) (out []string) {
	p := &seen.Purchase
	for i := range p.Lots {
		l := &p.Lots[i]
		if lots := seen.Operation.Lots; len(lots) > 0 && !slices.Contains(lots, l.ID) {
			continue
		}
		out = append(out, l.Sectors...)
		if len(l.Sectors) == 0 && p.CPVOf(l) != "" {
			for _, sector := range s.Taxonomy.ByCPV(p.CPVOf(l)) {
				out = append(out, sector.Code)
			}
		}
	}
	return out
}

func (s *site) questionStart(ctx context.Context, m buyer.Member, seen *operation.Seen) (*views.QuestionStart, error) {
	o := &seen.Operation
	out := &views.QuestionStart{Action: questionnaireURL(o.ID) + "/debut", Rev: strconv.FormatInt(o.Rev, 10)}
	best := survey.TemplateFor(s.operationSectors(seen)).Code
	for _, t := range survey.Templates() {
		label := format.Text("Modèle : " + t.Label + " (" + format.Count(len(t.Questionnaire.Questions), "question", "questions") + ")")
		if t.Code == best && best != survey.General {
			label += ", d’après les secteurs de l’achat"
		}
		out.Templates = append(out.Templates, part.Option{Value: fromTemplate + t.Code, Label: label, Selected: t.Code == best})
	}
	others, err := s.questionnairesOf(ctx, m, o.ID)
	if err != nil {
		return nil, err
	}
	for i := range others {
		out.Others = append(out.Others, part.Option{Value: others[i].ID, Label: format.Text(others[i].Title)})
	}
	if len(others) > 0 {
		out.Templates = append(out.Templates, part.Option{Value: fromOther, Label: "Un autre sourçage de votre organisation"})
	}
	out.Templates = append(out.Templates, part.Option{Value: fromNothing, Label: "Une page blanche"})
	return out, nil
}

// questionnairesOf are the other sourçages that the member sees and that have an approved
// questionnaire, the newest first.
func (s *site) questionnairesOf(ctx context.Context, m buyer.Member, but string) (out []sourcing.Operation, err error) {
	all, err := s.Operation.List(ctx, m)
	for i := range all {
		if all[i].ID != but && all[i].Approved != nil && len(out) < maxQuestionnaire {
			out = append(out, all[i])
		}
	}
	return out, err
}

// questionnaireStart makes the draft of what was chosen.
func (s *site) questionnaireStart(c *fiber.Ctx) error {
	m, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	q, err := s.questionnaireFrom(c.UserContext(), m, seen, sent.Get("depart"), sent.Get("sourcage"))
	if err != nil {
		return err
	}
	if q == nil {
		state := form.State{Heading: "Rien n’est commencé", Faults: []form.Fault{{Field: "depart", Text: "Choisissez de quoi partir.", To: "depart-" + fromTemplate + survey.General}}}
		return s.renderQuestionnaire(c.Status(fiber.StatusUnprocessableEntity), m, seen, state)
	}
	if seen.Operation.Draft != nil || seen.Operation.Approved != nil {
		err = sourcing.ErrStale // somebody has begun since
	} else {
		err = s.Operation.WriteDraft(c.UserContext(), m, seen.Operation.ID, q, operationRev(sent.Get("version")))
	}
	if err != nil {
		return s.refuseQuestionnaire(c, m, seen, "Rien n’est commencé", err)
	}
	return c.Redirect(questionnaireURL(seen.Operation.ID)+"/modifier", fiber.StatusSeeOther)
}

// questionnaireFrom is what a choice starts from, nil of one that is none.
func (s *site) questionnaireFrom(ctx context.Context, m buyer.Member, seen *operation.Seen, from, other string) (*survey.Questionnaire, error) {
	if code, ok := strings.CutPrefix(from, fromTemplate); ok {
		if t := survey.FindTemplate(code); t != nil {
			return &t.Questionnaire, nil
		}
		return nil, nil //nolint:nilnil // no such template: the form says so
	}
	switch from {
	case fromNothing:
		return &survey.Questionnaire{Title: "Questionnaire de sourçage", Questions: []survey.Question{{Kind: survey.Text}}}, nil
	case fromOther:
		others, err := s.questionnairesOf(ctx, m, seen.Operation.ID)
		if i := slices.IndexFunc(others, func(o sourcing.Operation) bool { return o.ID == other }); i >= 0 {
			return others[i].Approved, err
		}
		return nil, err
	}
	return nil, nil //nolint:nilnil // nothing was chosen: the form says so
}

// operationRev is the revision that a form was made of; what says none is stale.
func operationRev(text string) int64 {
	rev, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return -1
	}
	return rev
}

// refuseQuestionnaire shows the page of the questionnaire as it is by now, with what was
// refused.
func (s *site) refuseQuestionnaire(c *fiber.Ctx, m buyer.Member, seen *operation.Seen, heading string, err error) error {
	text, status, ok := refusalOf(err)
	if !ok {
		return err
	}
	now, err := s.Operation.Operation(c.UserContext(), m, seen.Operation.ID)
	if err != nil {
		return err
	}
	return s.renderQuestionnaire(c.Status(status), m, now, form.State{Heading: heading, Refusal: text})
}

// questionnaireDrop gives the draft up.
func (s *site) questionnaireDrop(c *fiber.Ctx) error {
	m, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	if err := s.Operation.WriteDraft(c.UserContext(), m, seen.Operation.ID, nil, operationRev(sentForm(c).Get("version"))); err != nil {
		return s.refuseQuestionnaire(c, m, seen, "Le brouillon n’est pas abandonné", err)
	}
	return done(c, questionnaireURL(seen.Operation.ID), "abandonne")
}

// ---- approval

// questionnaireReview shows what is to be approved, and to whom it will be told.
func (s *site) questionnaireReview(c *fiber.Ctx) error {
	_, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	return s.renderApproval(c, seen, form.State{})
}

func (s *site) renderApproval(c *fiber.Ctx, seen *operation.Seen, state form.State) error {
	o := &seen.Operation
	own := questionnaireURL(o.ID)
	if o.Draft == nil {
		return c.Redirect(own, fiber.StatusSeeOther)
	}
	state.Token = s.formToken(c)
	p := views.QuestionnaireApproval{
		Page:  s.operationFrame(c, seen, "Relire et approuver", questionsSegment, nil, part.Link{Label: "Questionnaire", URL: own}),
		State: state, Action: own + "/approuver", Edit: own + "/modifier", Cancel: own, Rev: strconv.FormatInt(o.Rev, 10),
		Set: questionSetOf(o.Draft), Missing: questionsMissing(o.Draft, own+"/modifier"), Open: o.State() != sourcing.Drafted, Version: 1,
	}
	if before := o.Approved; before != nil {
		p.Changes = questionChanges(before, o.Draft)
		p.Same = survey.Same(before, o.Draft)
		if p.Open {
			p.Version = before.Version + 1
		}
	}
	if p.Open {
		n := len(o.Contacts())
		p.Told = format.Count(n, "structure consultée recevra", "structures consultées recevront") + " cette différence, au même moment, et le registre la garde. La date limite ne change pas."
		p.Mail = strings.Split(o.DraftDifference(), "\n")
	}
	titleFaults(&p.Title, state)
	return render(c, views.QuestionnaireApprovalView(p))
}

// questionnaireApprove approves the draft that the page showed.
func (s *site) questionnaireApprove(c *fiber.Ctx) error {
	m, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	id, what := seen.Operation.ID, "approuve"
	if seen.Operation.State() != sourcing.Drafted {
		what = "envoye"
	}
	err = s.Operation.Approve(c.UserContext(), m, id, operationRev(sentForm(c).Get("version")))
	if err == nil {
		return done(c, questionnaireURL(id), what)
	}
	text, status, ok := refusalOf(err)
	if !ok {
		return err
	}
	if errors.Is(err, sourcing.ErrStale) {
		text = "Ce sourçage a changé depuis que vous l’avez ouvert : relisez ce qui suit, puis approuvez de nouveau."
	}
	now, err := s.Operation.Operation(c.UserContext(), m, id)
	if err != nil {
		return err
	}
	return s.renderApproval(c.Status(status), now, form.State{Heading: "Le questionnaire n’est pas approuvé", Refusal: text})
}
