package web

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"sourcier/views/form"
	views "sourcier/views/operation"
)

// answerCode answers the page on which a code is asked for, or awaited.
func (s *site) answerCode(c *fiber.Ctx) error {
	a, err := s.answeringOf(c)
	if err != nil {
		return err
	}
	sent := doneText(c, map[string]string{"code": "Un code est parti à l’adresse qui a été contactée."})
	return a.renderCodePage(form.State{}, sent)
}

func (a *answering) renderCodePage(state form.State, sent string) error {
	state.Token, state.Heading = a.formToken(a.c), "La réponse reste fermée"
	p := views.AnswerCodePage{
		Base: a.base("Ouvrir votre réponse par un code", "Un code reçu par courriel ouvre une réponse à un sourçage.", ""), State: state, URL: a.url(), Sent: sent,
		Awaits: a.Operation.AwaitsCode(a.own, a.hand) == nil,
	}
	if p.Awaits && a.hasMailbox(a.c) {
		p.Local = mailboxPath + "?" + url.Values{paramTo: {a.own.Supplier.Email}}.Encode()
	}
	if who, err := whoIs(a.c); err == nil && who == nil {
		p.SignIn = toSignIn(a.c)
	}
	titleFaults(&p.Title, state)
	return render(a.c, views.AnswerCodeView(p))
}

// answerCodeAsk has a code mailed.
func (s *site) answerCodeAsk(c *fiber.Ctx) error {
	a, err := s.answeringOf(c)
	if err != nil {
		return err
	}
	a.keepBrowser()
	err = s.Operation.MailCode(c.UserContext(), &a.own.Reached, a.hand)
	if text := s.refuseMail(c, err); text != "" {
		return a.renderCodePage(form.State{Refusal: text}, "")
	}
	if text, status, ok := answerRefused(err); ok {
		c.Status(status)
		return a.renderCodePage(form.State{Refusal: text}, "")
	}
	if err != nil {
		return err
	}
	return done(c, a.url()+"/code", "code")
}

// answerCodeUse opens the answer in this browser.
func (s *site) answerCodeUse(c *fiber.Ctx) error {
	a, err := s.answeringOf(c)
	if err != nil {
		return err
	}
	code, ok := typedCode(sentForm(c).Get(codeField))
	if !ok {
		c.Status(fiber.StatusUnprocessableEntity)
		return a.renderCodePage(form.State{Faults: []form.Fault{{Field: codeField, Text: "Tapez les six chiffres du message."}}}, "")
	}
	err = s.Operation.UseCode(c.UserContext(), &a.own.Reached, a.hand, code)
	if state := a.wrongGuess(err); state.Refused() {
		if reread, err := s.Operation.OwnBy(c.UserContext(), c.Params("token"), a.hand); err == nil {
			a.own = reread
		}
		if a.Operation.AwaitsCode(a.own, a.hand) != nil && len(state.Faults) > 0 {
			state.Refusal, state.Faults = state.Faults[0].Text, nil // there is no field any more
		}
		return a.renderCodePage(state, "")
	}
	if err != nil {
		return err
	}
	return done(c, a.url(), "ouvert")
}
