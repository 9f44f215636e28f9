package web

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/people"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
	"sourcier/views/privacy"
)

const (
	eraseField = "adresse"
	laterParam = "suite" // of the last page: the erasure goes on
)

// eraseForm says what goes and what stays, and asks.
func (s *site) eraseForm(c *fiber.Ctx) error { return s.renderErase(c, "", form.State{}) }

func (s *site) renderErase(c *fiber.Ctx, typed string, state form.State) error {
	who := signedIn(c)
	blocks, err := s.People.EraseBlocks(c.UserContext(), who.Person.ID)
	if err != nil {
		return err
	}
	state.Token, state.Heading = s.formToken(c), "Votre compte n’est pas effacé"
	p := privacy.Erase{
		Page:  s.accountDesk("Effacer mon compte", "Effacer mon compte et ce que le portail garde sur moi.", dataPath),
		State: state, Action: erasePath, Email: who.Person.Email.String(), Typed: typed, Audit: months(s.People.Keep.Audit), Data: dataPath, Export: dataJSON,
	}
	p.Above = append(p.Above, part.Link{Label: "Données personnelles", URL: dataPath})
	for _, b := range blocks {
		block := s.eraseBlock(b)
		block.Text = format.Text(block.Text)
		p.Blocks = append(p.Blocks, block)
	}
	titleFaults(&p.Title, state)
	return render(c, privacy.EraseView(p))
}

// eraseBlock says what to do first.
func (s *site) eraseBlock(b people.Block) privacy.Block {
	if errors.Is(b.Why, account.ErrLastAdmin) {
		return privacy.Block{
			Text: "Vous êtes la dernière personne de l’équipe du portail : sans vous, plus personne ne pourrait l’administrer. Nommez d’abord quelqu’un d’autre.",
			Way:  part.Link{Label: "Ouvrir l’équipe du portail", URL: organisationsPath + "/" + b.Organisation},
		}
	}
	return privacy.Block{
		Text: "Vous êtes la seule personne à gérer " + format.Quote(b.Name) + ", qui a d’autres membres. Nommez d’abord gestionnaire l’un d’eux.",
		Way:  part.Link{Label: "Ouvrir ses membres", URL: organisationsPath + "/" + b.Organisation},
	}
}

// eraseSend erases the account of who asks, once its address is written out.
func (s *site) eraseSend(c *fiber.Ctx) error {
	who := signedIn(c)
	typed := typedText(sentForm(c).Get(eraseField))
	if e, err := account.ParseEmail(typed); err != nil || e.Key() != who.Person.Email.Key() {
		c.Status(fiber.StatusUnprocessableEntity)
		return s.renderErase(c, format.Cut(typed, account.MaxEmail), form.State{Faults: []form.Fault{{
			Field: eraseField, Text: "Écrivez l’adresse de votre compte, " + who.Person.Email.String() + ", pour confirmer que c’est bien celui-là.",
		}}})
	}
	err := s.People.Erase(c.UserContext(), who.Person.ID, who.Person.ID)
	text, status, refused := refusalOf(err)
	switch {
	case refused:
		return s.renderErase(c.Status(status), typed, form.State{Refusal: text})
	case errors.Is(err, people.ErrErasing):
		s.Log.Warn("an erasure goes on", "request_id", ensureRequestID(c), "err", err)
	case err != nil:
		return err
	}
	s.dropCookie(c, sessionCookie)
	to := erasedPath
	if err != nil {
		to += "?" + laterParam + "=1"
	}
	return c.Redirect(to, fiber.StatusSeeOther)
}

// erased is the last page. It says nothing of anybody.
func (s *site) erased(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return render(c, privacy.ErasedView(privacy.Erased{
		Base:  s.base("Votre compte est effacé", "Confirmation de l’effacement d’un compte.", ""),
		Later: c.Query(laterParam) != "",
	}))
}
