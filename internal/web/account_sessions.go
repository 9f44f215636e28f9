package web

import (
	"cmp"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/store"
	views "sourcier/views/account"
	"sourcier/views/form"
	"sourcier/views/format"
)

var sessionsDone = map[string]string{
	"fermee": "Cette connexion est fermée.",
	"autres": "Toutes les autres connexions sont fermées.",
}

// sessions lists where somebody is signed in.
func (s *site) sessions(c *fiber.Ctx) error {
	who := signedIn(c)
	list, err := s.People.SessionsOf(c.UserContext(), &who.Person)
	if err != nil {
		return err
	}
	path := accountPath + sessionsSegment
	p := views.SessionsPage{Page: s.accountDesk("Connexions ouvertes", "Les navigateurs où mon compte est ouvert.", path), State: form.State{Token: s.formToken(c)}}
	p.Done = doneText(c, sessionsDone)
	for _, v := range list {
		p.Sessions = append(p.Sessions, views.Session{
			ID: v.ID, Browser: cmp.Or(v.Browser, unknownBrowser), Network: cmp.Or(shortNetwork(v.Network), "inconnu"), Method: v.Method.Label(),
			At: format.Moment(v.At), SeenAt: format.Moment(v.SeenAt), Current: v.ID == who.Session.ID,
		})
	}
	return render(c, views.SessionsView(p))
}

// shortNetwork writes a network for people, who need not know what a mask is.
func shortNetwork(prefix string) string {
	address, _, cut := strings.Cut(prefix, "/")
	if !cut {
		return prefix
	}
	return strings.TrimSuffix(strings.TrimSuffix(address, ".0"), "::") + "…"
}

// endSessions ends one session, all others, or all.
func (s *site) endSessions(c *fiber.Ctx) error {
	who, path := signedIn(c), accountPath+sessionsSegment
	switch which := sentForm(c).Get("fermer"); which {
	case "":
		return store.ErrNotFound
	case "autres":
		if _, err := s.People.SignOutOthers(c.UserContext(), who); err != nil {
			return err
		}
		return done(c, path, "autres")
	case "toutes":
		if err := s.People.SignOutEverywhere(c.UserContext(), who.Person.ID, who.Person.ID); err != nil {
			return err
		}
		s.forgetSession(c)
		return done(c, signInPath, "partout")
	default:
		if err := s.People.SignOut(c.UserContext(), who.Person.ID, which); err != nil {
			return err
		}
		if which == who.Session.ID {
			s.forgetSession(c)
			return done(c, signInPath, "deconnexion")
		}
		return done(c, path, "fermee")
	}
}
