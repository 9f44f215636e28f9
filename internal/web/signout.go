package web

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/store"
	views "sourcier/views/account"
	"sourcier/views/form"
)

// signOutForm asks before it signs out: a link alone does nothing.
func (s *site) signOutForm(c *fiber.Ctx) error {
	p := views.SignOutPage{Base: s.base("Se déconnecter", "Fermer son compte dans ce navigateur.", ""), State: form.State{Token: s.formToken(c)}}
	who, err := whoIs(c)
	if err != nil {
		return err
	}
	if who != nil {
		p.Signed, p.Section = who.Person.Shown(), accountPath
		if s.OIDC != nil && who.Session.Method == account.ByOIDC {
			p.Provider = s.OIDC.Name()
		}
	}
	return render(c, views.SignOutView(p))
}

// signOutSend ends the session of this browser, and that at the provider it came by.
func (s *site) signOutSend(c *fiber.Ctx) error {
	who, err := whoIs(c)
	if err != nil {
		return err
	}
	if who == nil {
		return c.Redirect(signInPath, fiber.StatusSeeOther)
	}
	if err := s.People.SignOut(c.UserContext(), who.Person.ID, who.Session.ID); err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	s.forgetSession(c)
	if address, ok := s.endAtProvider(c, who.Session); ok {
		return c.Redirect(address, fiber.StatusSeeOther)
	}
	return done(c, signInPath, "deconnexion")
}

// forgetSession takes away from the browser what was of the session, and what was begun
// in it: the next one who sits there is not to end it.
func (s *site) forgetSession(c *fiber.Ctx) {
	for _, name := range []string{sessionCookie, askingCookie, attemptCookie, arrivedCookie} {
		s.dropCookie(c, name)
	}
	s.renewFormToken(c)
}
