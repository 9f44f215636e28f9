package web

import (
	"github.com/gofiber/fiber/v2"

	"sourcier/internal/event"
	views "sourcier/views/event"
	"sourcier/views/part"
)

// ownInvitationsPath is where who is signed in finds the events to which the person is invited.
const ownInvitationsPath = "/mes-invitations"

// ownInvitations tells who asks of those at the address of the account, which was proved,
// so that the personal links may be shown.
func (s *site) ownInvitations(c *fiber.Ctx) error {
	who := signedIn(c).Person
	list, err := s.Gathering.Own(c.UserContext(), &who)
	if err != nil {
		return err
	}
	p := views.OwnPage{Page: s.accountDesk("Mes invitations", "Les événements auxquels je suis invité.", ownInvitationsPath)}
	for i := range list {
		r := &list[i]
		host, err := s.People.Organisations.Get(c.UserContext(), r.Event.Organisation)
		if err != nil {
			return err
		}
		line := views.OwnInvitation{Title: r.Event.Title, URL: guestLinkPath + "/" + s.Gathering.GuestToken(&r.Guest), Host: host.Value.Name, When: eventWhen(&r.Event), Answer: part.Answer{Text: r.Seat.Answer.Label(), Tone: part.Muted}}
		switch {
		case r.Event.State(s.Now()) == event.Called:
			line.Answer = eventStatus(&r.Event, s.Now())
		case r.Seat.Answer == event.Accepted:
			line.Answer.Tone = part.Good
		}
		p.Invitations = append(p.Invitations, line)
	}
	return render(c, views.OwnView(p))
}
