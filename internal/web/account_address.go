package web

import (
	"errors"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	views "sourcier/views/account"
	"sourcier/views/form"
)

const addressHeading = "Changer d’adresse"

// addressForm answers the form that asks for another address.
func (s *site) addressForm(c *fiber.Ctx) error { return s.renderAddress(c, "", form.State{}) }

func (s *site) renderAddress(c *fiber.Ctx, typed string, state form.State) error {
	who := signedIn(c)
	state.Token, state.Heading = s.formToken(c), "Aucun message n’est parti"
	p := views.AddressPage{Page: s.accountDesk(addressHeading, "Changer l’adresse e-mail de son compte.", accountPath), State: state, Current: who.Person.Email.String(), Email: typed}
	if who.Person.NewEmail != nil {
		p.Pending = who.Person.NewEmail.Email.String()
	}
	titleFaults(&p.Title, state)
	return render(c, views.AddressView(p))
}

// addressSend has a link sent to the new address. What it answers does not depend on
// whether that address has an account.
func (s *site) addressSend(c *fiber.Ctx) error {
	typed := sentForm(c).Get(emailField)
	email, err := account.ParseEmail(typed)
	if err == nil {
		err = s.People.AskAddress(c.UserContext(), signedIn(c), email, clientAddr(c.IP()).String())
	}
	var fault account.Fault
	if errors.As(err, &fault) {
		c.Status(fiber.StatusUnprocessableEntity)
		return s.renderAddress(c, typedLine(typed), form.State{Faults: []form.Fault{{Field: emailField, Text: err.Error()}}})
	}
	if refusal := s.refuseMail(c, err); refusal != "" {
		return s.renderAddress(c, typedLine(typed), form.State{Refusal: refusal})
	}
	if err != nil {
		return err
	}
	return done(c, accountPath, "envoi")
}

// addressLink answers the page that the link of the mail opens; it changes nothing.
func (s *site) addressLink(c *fiber.Ctx) error {
	who, token := signedIn(c), c.Params("token")
	email, err := s.People.NewAddress(&who.Person, token)
	if err != nil {
		return s.refuseAddress(c, err)
	}
	p := views.AddressLinkPage{
		Page: s.accountDesk("Confirmer la nouvelle adresse", "Confirmer la nouvelle adresse e-mail de son compte.", accountPath), State: form.State{Token: s.formToken(c)},
		Action: accountPath + addressSegment + "/" + url.PathEscape(token), Current: who.Person.Email.String(), New: email.String(),
	}
	return render(c, views.AddressLinkView(p))
}

// addressTake changes the address.
func (s *site) addressTake(c *fiber.Ctx) error {
	if err := s.People.TakeAddress(c.UserContext(), signedIn(c), c.Params("token")); err != nil {
		return s.refuseAddress(c, err)
	}
	return done(c, accountPath, "adresse")
}

// refuseAddress words why a link changes no address.
func (s *site) refuseAddress(c *fiber.Ctx, err error) error {
	var fault account.Fault
	if !errors.As(err, &fault) {
		return err
	}
	c.Status(fiber.StatusGone)
	return render(c, views.AddressLinkView(views.AddressLinkPage{
		Page: s.accountDesk("L’adresse n’est pas changée", "Confirmer la nouvelle adresse e-mail de son compte.", accountPath), Stop: err.Error(),
	}))
}
