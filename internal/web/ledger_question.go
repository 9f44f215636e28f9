package web

import (
	"cmp"
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/buyer"
	"sourcier/internal/operation"
	"sourcier/internal/sourcing"
	"sourcier/views/form"
	views "sourcier/views/operation"
	"sourcier/views/part"
)

// ledgerQuestions lists what suppliers asked.
func (s *site) ledgerQuestions(c *fiber.Ctx) error {
	m, seen, err := s.ledgerSeen(c)
	if err != nil {
		return err
	}
	o := &seen.Operation
	p := views.LedgerQuestionsPage{
		Page: s.operationFrame(c, seen, "Questions des structures", ledgerTab, ledgerDone, part.Link{Label: "Registre", URL: ledgerURL(o.ID)}),
		Lead: "Une structure pose sa question depuis sa page. La réponse part vers toutes, sans dire qui a demandé : ce nom ne se lit qu’ici.",
	}
	for i := range o.Asked {
		q := &o.Asked[i]
		line := views.LedgerQuestion{Text: q.Text, By: ledgerAsker(o, q), When: sourcing.Moment(q.At), Status: part.Answer{Text: "Sans réponse", Tone: part.Warn}}
		switch {
		case !q.AnsweredAt.IsZero():
			line.Status, line.URL, line.Way = part.Answer{Text: "Répondu à tous", Tone: part.Good}, ledgerInfoURL(o.ID, q.Item), "Voir la réponse"
		case ledgerSends(m, o) == "":
			line.URL, line.Way = operationURL(o.ID)+ledgerAskPath+"/"+q.ID, "Répondre à tous"
		}
		p.Lines = append(p.Lines, line)
	}
	slices.Reverse(p.Lines)
	slices.SortStableFunc(p.Lines, func(a, b views.LedgerQuestion) int {
		return cmp.Compare(b.Status.Tone, a.Status.Tone) // « warn » before « good »
	})
	return render(c, views.LedgerQuestionsView(p))
}

func ledgerAsker(o *sourcing.Operation, q *sourcing.Asked) string {
	if v := o.Supplier(q.Supplier); v != nil {
		return v.Name
	}
	return ""
}

func ledgerQuestion(c *fiber.Ctx, o *sourcing.Operation) *sourcing.Asked {
	i := slices.IndexFunc(o.Asked, func(q sourcing.Asked) bool { return q.ID == c.Params("question") })
	if i < 0 {
		return nil
	}
	return &o.Asked[i]
}

// ledgerReplySent is what the form of an answer held.
type ledgerReplySent struct {
	state            form.State
	question, answer string
	warning          string
}

// ledgerReply asks for the answer to a question.
func (s *site) ledgerReply(c *fiber.Ctx) error {
	m, seen, err := s.ledgerSeen(c)
	if err != nil {
		return err
	}
	q := ledgerQuestion(c, &seen.Operation)
	if q == nil {
		return fiber.ErrNotFound
	}
	return s.renderLedgerReply(c, m, seen, q, ledgerReplySent{question: q.Text})
}

func (s *site) renderLedgerReply(c *fiber.Ctx, m buyer.Member, seen *operation.Seen, q *sourcing.Asked, sent ledgerReplySent) error {
	o := &seen.Operation
	sent.state.Token, sent.state.Heading = s.formToken(c), "Rien n’est parti"
	p := views.LedgerReplyPage{
		Page:  s.operationFrame(c, seen, "Répondre à une question", ledgerTab, nil, part.Link{Label: "Registre", URL: ledgerURL(o.ID)}, part.Link{Label: "Questions des structures", URL: operationURL(o.ID) + ledgerAskPath}),
		State: sent.state, Asked: q.Text, By: "Posée par " + ledgerAsker(o, q) + ", le " + sourcing.Moment(q.At) + ". Ce nom ne part pas.", To: operationURL(o.ID) + ledgerAskPath + "/" + q.ID,
		Question: sent.question, Answer: sent.answer, Says: "La réponse part " + ledgerTo(len(o.Contacts())) + ", à la même minute.", Warning: views.LedgerWarning{Text: sent.warning}, Refused: ledgerSends(m, o),
	}
	if p.Refused == "" && !q.AnsweredAt.IsZero() {
		p.Refused = "Votre organisation a déjà répondu à cette question : sa réponse est au registre."
	}
	if p.Refused != "" && sent.answer == "" {
		p.To = ""
	}
	titleFaults(&p.Title, p.State)
	return render(c, views.LedgerReplyView(p))
}

// ledgerCity is where the supplier of a question is, as the panel found it.
func (s *site) ledgerCity(ctx context.Context, o *sourcing.Operation, q *sourcing.Asked) (string, error) {
	v := o.Supplier(q.Supplier)
	l, err := s.Operation.Panel(ctx, o)
	if err != nil || l == nil || v == nil {
		return "", err
	}
	if row := l.Row(v.Structure); row != nil {
		return row.City, nil
	}
	return "", nil
}

// ledgerReplied answers a question to all.
func (s *site) ledgerReplied(c *fiber.Ctx) error {
	m, seen, err := s.ledgerSeen(c)
	if err != nil {
		return err
	}
	o, ctx := &seen.Operation, c.UserContext()
	q := ledgerQuestion(c, o)
	if q == nil {
		return fiber.ErrNotFound
	}
	values := sentForm(c)
	sent := ledgerReplySent{question: typedText(values.Get("question")), answer: typedText(values.Get("reponse"))}
	city, err := s.ledgerCity(ctx, o, q)
	if err != nil {
		return err
	}
	if found := o.Betrays(sent.question+"\n"+sent.answer, city); len(found) > 0 && values.Get(ledgerSureIn) == "" {
		sent.warning = ledgerBetrays(found)
		sent.state.Faults = []form.Fault{{Field: ledgerSureIn, Text: "Relisez ce texte avant qu’il parte vers tous."}}
		return s.renderLedgerReply(c.Status(fiber.StatusUnprocessableEntity), m, seen, q, sent)
	}
	err = s.Operation.On(ctx, m, o.ID, "operation.reply", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		return o.Reply(m, q.ID, sent.question, sent.answer, s.Now())
	})
	text, status, ok := ledgerRefused(err)
	switch {
	case ok && status == fiber.StatusUnprocessableEntity:
		sent.state.Faults = []form.Fault{{Field: "reponse", Text: text}}
	case ok:
		sent.state.Refusal = text
	case err != nil:
		return err
	default:
		return done(c, operationURL(o.ID)+ledgerAskPath, "repondu")
	}
	now, err := s.Operation.Operation(ctx, m, o.ID)
	if err != nil {
		return err
	}
	return s.renderLedgerReply(c.Status(status), m, now, q, sent)
}
