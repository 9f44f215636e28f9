package web

import (
	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/reach"
	"sourcier/internal/search/french"
	"sourcier/internal/store"
)

const (
	// measurePath takes the tickets that pages hand back.
	measurePath = "/mesures"
	ticketField = "billet"
	// maxMeasure bounds what is sent, in bytes: a ticket with each sign written as %20.
	maxMeasure = 3*reach.MaxTicket + len(ticketField) + 1
)

// foundTicket is what a page of results says that its reader saw, "" for nothing.
func (p *searchPage) foundTicket() string {
	t := reach.Ticket{Kind: reach.Found, Words: reach.Words(p.text(), folded)}
	for i := range p.res.Items {
		t.Structures = append(t.Structures, p.res.Items[i].ID)
	}
	return p.ticket(t)
}

// folded are the words of a text as searches compare them.
func folded(text string) (words []string) {
	for _, w := range french.Words(text) {
		words = append(words, w.Surface)
	}
	return words
}

func (s *site) ticket(t reach.Ticket) string {
	if s.People == nil || s.Reach == nil || len(t.Structures) == 0 {
		return ""
	}
	t.Day = s.today()
	return t.Sign(s.People.Secret)
}

// measure counts what a visitor saw. The ticket is the token: only this portal makes
// one, it counts for no other page, and once a day for one visitor however often it
// comes. Another site cannot have its own visitors send it.
func (s *site) measure(c *fiber.Ctx) error {
	switch {
	case s.People == nil || s.Reach == nil:
		return store.ErrNotFound
	case len(c.Body()) > maxMeasure:
		return fiber.ErrRequestEntityTooLarge
	case !s.sameOrigin(c):
		return errForeign
	}
	ticket, err := reach.Open(s.People.Secret, sentForm(c).Get(ticketField), s.today())
	if err != nil {
		return err
	}
	own, err := s.ownStructures(c)
	if err != nil {
		return err
	}
	s.Reach.Count(clientAddr(c.IP()), ticket, func(id string) bool { return own[id] })
	return c.SendStatus(fiber.StatusNoContent)
}

// ownStructures are those that the organisations of who is signed in write, in
// whatever role the person acts now.
func (s *site) ownStructures(c *fiber.Ctx) (map[string]bool, error) {
	own := map[string]bool{}
	who, err := whoIs(c)
	if who == nil || s.Directory == nil {
		return own, err
	}
	for _, m := range who.Memberships {
		if m.Kind != account.KindOwner {
			continue
		}
		docs, err := s.Directory.Registrations.Of(c.UserContext(), m.Organisation)
		if err != nil {
			return nil, err
		}
		for _, d := range docs {
			own[d.ID] = own[d.ID] || d.Value.Holds(m.Organisation)
		}
	}
	return own, nil
}
