package web

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/event"
	"sourcier/internal/store"
	views "sourcier/views/event"
	"sourcier/views/form"
	"sourcier/views/format"
)

// forgetSegment is below the personal link of a guest.
const forgetSegment = "/effacer"

const forgotten = "efface"

// forgetShow asks a guest to confirm that what is known of the guest goes. Once it is gone
// the link leads nowhere: what is said then is the same for any address.
func (s *site) forgetShow(c *fiber.Ctx) error {
	r, err := s.replyOf(c)
	if errors.Is(err, store.ErrNotFound) && c.Query(doneField) == forgotten {
		return render(c, views.ForgetView(views.ForgetPage{Base: s.base("Vos données sont effacées", "Ce que l’organisateur savait de vous est effacé.", ""), Gone: true}))
	}
	if err != nil {
		return err
	}
	return s.forgetRender(c, &r.Event, form.State{}, "")
}

func (s *site) forgetRender(c *fiber.Ctx, e *event.Event, state form.State, typed string) error {
	state.Token, state.Heading = s.formToken(c), "Rien n’est effacé"
	p := views.ForgetPage{
		Base: s.base("Effacer mes données", "Effacer ce que l’organisateur d’un événement sait de vous.", ""), State: state, URL: replyURL(c.Params("token")), Event: format.Text(e.Title), Email: typed,
	}
	switch e.State(s.Now()) {
	case event.Called:
	case event.Past:
		p.Place = "L’événement est passé : il reste compté qu’une personne est venue ou non, sans dire laquelle."
	default:
		p.Place = "Si vous aviez une place, elle est rendue, et proposée à qui attend."
	}
	titleFaults(&p.Title, p.State)
	return render(c, views.ForgetView(p))
}

// forgetSend does it, for who knows the address that was invited: a link may have been
// passed on.
func (s *site) forgetSend(c *fiber.Ctx) error {
	r, err := s.replyOf(c)
	if err != nil {
		return err
	}
	typed := sentForm(c).Get(emailField)
	email, err := account.ParseEmail(typed)
	if err != nil || email.Key() != account.Email(r.Guest.Email).Key() {
		state := form.State{Faults: []form.Fault{{Field: emailField, Text: "Ce n’est pas l’adresse à laquelle cette invitation est arrivée."}}}
		return s.forgetRender(c.Status(fiber.StatusUnprocessableEntity), &r.Event, state, typed)
	}
	if err := s.Gathering.ForgetGuest(c.UserContext(), &r.Guest); err != nil {
		return err
	}
	return done(c, replyURL(c.Params("token"))+forgetSegment, forgotten)
}
