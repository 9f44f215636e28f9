package web

import (
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/sourcing"
	"sourcier/views/form"
)

// replyAccept takes a place, or keeps what is said with it.
func (s *site) replyAccept(c *fiber.Ctx) error {
	r, err := s.replyOf(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	in := gathering.Reply{Comes: true, Party: 1, Details: event.Details{
		Diet: typedText(sent.Get("repas")), Access: typedText(sent.Get("acces")), Erase: sent.Get("effacer") != "", Photos: sent.Get("photos"),
	}}
	state := form.State{}
	if sent.Has("personnes") {
		n, err := strconv.Atoi(sent.Get("personnes"))
		if err != nil || n < 1 || n > max(r.Event.Room.Party, 1) {
			state.Faults = append(state.Faults, form.Fault{Field: "personnes", Text: event.TooMany(r.Event.Room).Error()})
		}
		in.Party = n
	}
	faults := in.Details.Faults()
	for _, field := range [][2]string{{"diet", "repas"}, {"access", "acces"}} {
		if text := faults[field[0]]; text != "" {
			state.Faults = append(state.Faults, form.Fault{Field: field[1], Text: text.Error()})
		}
	}
	if len(state.Faults) > 0 {
		return s.replyRender(c.Status(fiber.StatusUnprocessableEntity), r, replySent{state: state, sent: sent})
	}
	answer, err := s.Gathering.Answer(c.UserContext(), r, in)
	if err != nil {
		return s.replyRefuse(c, err, "", sent)
	}
	return done(c, replyURL(c.Params("token")), replyOutcome(r, in, answer))
}

// replyOutcome is what is said after a reply that was taken.
func replyOutcome(r *gathering.Reached, in gathering.Reply, answer event.Answer) string {
	switch {
	case answer == r.Seat.Answer && in.Party == r.Seat.Party && in.Details != (event.Details{}):
		return "precisions"
	case answer == r.Seat.Answer && in.Party == r.Seat.Party:
		return "inchange"
	case answer == event.Accepted:
		return "vient"
	case r.Seat.Asked:
		return "demande"
	}
	return "attente"
}

// replyDecline says no, or gives a place back.
func (s *site) replyDecline(c *fiber.Ctx) error {
	r, err := s.replyOf(c)
	if err != nil {
		return err
	}
	if _, err := s.Gathering.Answer(c.UserContext(), r, gathering.Reply{}); err != nil {
		return s.replyRefuse(c, err, "", url.Values{})
	}
	return done(c, replyURL(c.Params("token")), "refus")
}

// replyDelegate has a colleague invited instead.
func (s *site) replyDelegate(c *fiber.Ctx) error {
	r, err := s.replyOf(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	f := formLines{sent: sent}
	name, email := f.guest("Donnez le nom de la personne qui vient.")
	if len(f.faults) > 0 {
		return s.replyRender(c.Status(fiber.StatusUnprocessableEntity), r, replySent{state: form.State{Faults: f.faults}, sent: sent})
	}
	err = s.Gathering.Delegate(c.UserContext(), r, name, email, network(c.IP()))
	if text := s.refuseMail(c, err); text != "" {
		return s.replyRender(c, r, replySent{state: form.State{Refusal: text}, sent: sent})
	}
	if err != nil {
		return s.replyRefuse(c, err, emailField, sent)
	}
	return done(c, replyURL(c.Params("token")), "collegue")
}

// guest reads the name and the address of somebody.
func (l *formLines) guest(none string) (name string, email account.Email) {
	name, err := sourcing.Line("Ce nom", typedText(l.sent.Get("nom")), maxGuestName)
	l.failed("nom", err)
	if err == nil && name == "" {
		l.fault("nom", none)
	}
	email, err = account.ParseEmail(l.sent.Get(emailField))
	l.failed(emailField, err)
	return name, email
}

// replyVote says which dates suit.
func (s *site) replyVote(c *fiber.Ctx) error {
	r, err := s.replyOf(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	if err := s.Gathering.Vote(c.UserContext(), r, sent["date"]); err != nil {
		return s.replyRefuse(c, err, "", sent)
	}
	return done(c, replyURL(c.Params("token")), "dates")
}
