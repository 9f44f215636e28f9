package web

import (
	"errors"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/sourcing"
	"sourcier/internal/survey"
	"sourcier/views/form"
	"sourcier/views/format"
)

// answerSend does what the button of the questionnaire says: send, keep, go for a file, let
// one go. A script that keeps the draft is answered in JSON.
func (s *site) answerSend(c *fiber.Ctx) error {
	a, err := s.answeringOf(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	typed := a.readForm(sent)
	action, rest, _ := strings.Cut(sent.Get("action"), " ")
	switch action {
	case "envoyer":
		return a.submit(typed)
	case "joindre":
		return a.draft(typed, a.url()+"/questions/"+questionOf(&a.own.Operation, rest)+attachedSegment, "")
	case "retirer":
		question, hash, _ := strings.Cut(rest, " ")
		typed.values = withoutFile(typed.values, question, hash)
		return a.draft(typed, a.url(), "retire")
	}
	return a.draft(typed, a.url(), "brouillon")
}

// questionOf is the id of a question, as it stands in an address.
func questionOf(o *sourcing.Operation, id string) string {
	if o.Approved != nil && o.Approved.Question(id) != nil {
		return id
	}
	return "-"
}

func withoutFile(values []survey.Value, question, hash string) []survey.Value {
	for i := range values {
		v := &values[i]
		if v.Question != question {
			continue
		}
		var files []survey.Upload
		for _, f := range v.Files {
			if f.Hash != hash {
				files = append(files, f)
			}
		}
		v.Files = files
	}
	return values
}

// draft keeps what was typed, and leads on.
func (a *answering) draft(typed *answerTyped, to, what string) error {
	o := &a.own.Operation
	byScript := a.c.Get(fiber.HeaderAccept) == fiber.MIMEApplicationJSON
	var err error
	rev := int64(0)
	if o.Approved != nil && o.Takes() && typed.version != o.Approved.Version {
		err = sourcing.ErrStale
	} else {
		a.keepBrowser()
		rev, err = a.Operation.SaveDraft(a.c.UserContext(), &a.own.Reached, a.hand, typed.values, typed.rev)
	}
	if byScript {
		return a.tellScript(rev, err)
	}
	if err != nil {
		return a.refuse(err, signedField, answerSent{typed: typed})
	}
	if what == "" {
		return a.c.Redirect(to, fiber.StatusSeeOther)
	}
	return done(a.c, to, what)
}

// tellScript says what came of a draft that a script has sent.
func (a *answering) tellScript(rev int64, err error) error {
	if err == nil {
		return a.c.JSON(fiber.Map{"rev": strconv.FormatInt(rev, 10), "text": "Brouillon enregistré à " + format.Clock(a.now) + "."})
	}
	text, status, ok := answerRefused(err)
	if !ok {
		return err
	}
	if errors.Is(err, sourcing.ErrStale) {
		text = "Le brouillon n’est plus enregistré tout seul : il a changé ailleurs, ou le questionnaire a changé. Enregistrez-le par le bouton pour voir les deux."
	}
	return a.c.Status(status).JSON(fiber.Map{"text": text})
}

// submit sends the answer.
func (a *answering) submit(typed *answerTyped) error {
	o := &a.own.Operation
	if o.Approved == nil || !o.Takes() {
		err := error(sourcing.ErrNotOpen)
		if o.Silent() {
			err = sourcing.ErrSilenced
		}
		return a.refuse(err, "", answerSent{typed: typed})
	}
	if typed.version != o.Approved.Version {
		return a.refuse(sourcing.ErrStale, "", answerSent{typed: typed, state: form.State{}})
	}
	faults := answerFaults(o.Approved, typed.values, true)
	if typed.name == "" || len([]rune(typed.name)) > maxSigned {
		faults = append(faults, form.Fault{Field: signedField, Text: "Écrivez votre nom, en 100 caractères au plus : l’acheteur sait qui répond."})
	}
	if len(faults) > 0 {
		sent := answerSent{typed: typed, status: fiber.StatusUnprocessableEntity}
		sent.state.Faults = faults
		return a.render(sent)
	}
	a.keepBrowser()
	sub := sourcing.Submission{Version: typed.version, Values: typed.values, Name: typed.name}
	err := a.Operation.Submit(a.c.UserContext(), &a.own.Reached, a.hand, sub, typed.reuse, typed.rev)
	if err != nil {
		return a.refuse(err, signedField, answerSent{typed: typed})
	}
	return done(a.c, a.url(), "envoyee")
}

// answerAsk asks the buyer something.
func (s *site) answerAsk(c *fiber.Ctx) error {
	a, err := s.answeringOf(c)
	if err != nil {
		return err
	}
	in := answerSent{question: typedText(sentForm(c).Get("question"))}
	text, err := sourcing.Text("Cette question", in.question, sourcing.MaxWord)
	if err == nil {
		err = s.Operation.AskBuyer(c.UserContext(), &a.own.Reached, a.hand, text)
	}
	if err != nil {
		return a.refuse(err, "question", in)
	}
	return done(c, a.url(), "question")
}

// answerDecline says that the supplier does not answer.
func (s *site) answerDecline(c *fiber.Ctx) error {
	a, err := s.answeringOf(c)
	if err != nil {
		return err
	}
	in := answerSent{motive: typedText(sentForm(c).Get("motif"))}
	a.keepBrowser()
	if err := s.Operation.Abstain(c.UserContext(), &a.own.Reached, a.hand, in.motive); err != nil {
		return a.refuse(err, "motif", in)
	}
	return done(c, a.url(), "refus")
}

// answerTakeOver puts an earlier answer into the draft.
func (s *site) answerTakeOver(c *fiber.Ctx) error {
	a, err := s.answeringOf(c)
	if err != nil {
		return err
	}
	a.keepBrowser()
	if err := s.Operation.TakeOver(c.UserContext(), a.own, a.hand, clip(sentForm(c).Get("reponse"))); err != nil {
		return a.refuse(err, "", answerSent{})
	}
	return done(c, a.url(), "repris")
}

// answerConfirm confirms or contests what the buyer entered.
func (s *site) answerConfirm(c *fiber.Ctx) error {
	a, err := s.answeringOf(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	number, _ := strconv.Atoi(sent.Get("numero"))
	in := answerSent{word: typedText(sent.Get("mot"))}
	if err := s.Operation.JudgeEntry(c.UserContext(), a.own, a.hand, number, sent.Get("avis") == "confirmer", in.word); err != nil {
		return a.refuse(err, "mot", in)
	}
	return done(c, a.url(), "confirmation")
}

// answerMinutes acknowledges or contests minutes.
func (s *site) answerMinutes(c *fiber.Ctx) error {
	a, err := s.answeringOf(c)
	if err != nil {
		return err
	}
	sent, id := sentForm(c), c.Params("exchange")
	rev, _ := strconv.ParseInt(sent.Get("rev"), 10, 64)
	word, field := typedText(sent.Get("mot-"+id)), "mot-"+id
	in := answerSent{minutes: map[string]string{id: word}}
	err = s.Operation.JudgeOwnMinutes(c.UserContext(), a.own, id, sent.Get("avis") == "accepter", word, clipped(typedLine(sent.Get("nom")), maxSigned), rev)
	if err != nil {
		return a.refuse(err, field, in)
	}
	return done(c, a.url(), "compte-rendu")
}
