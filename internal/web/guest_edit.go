package web

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/sourcing"
	"sourcier/views/desk"
	views "sourcier/views/event"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

// guestShow shows one guest: what is known, and what may be done.
func (s *site) guestShow(c *fiber.Ctx) error {
	_, seen, err := s.guestHost(c)
	if err != nil {
		return err
	}
	return s.renderGuest(c, seen, nil, form.State{})
}

func (s *site) renderGuest(c *fiber.Ctx, seen *gathering.Seen, sent url.Values, state form.State) error {
	v, err := s.Gathering.Invited(c.UserContext(), seen, c.Params("invite"))
	if err != nil {
		return err
	}
	g := &v.Guest
	p := s.guestForms(c, seen, guestName(g), state)
	mails, err := s.Gathering.Deliveries(c.UserContext(), &seen.Event, []gathering.Invited{*v})
	if err != nil {
		return err
	}
	p.Facts = s.guestFacts(seen, v, mails[v.Seat.Guest])
	own := guestURL(seen.Event.ID, v.Seat.Guest)
	st := seen.Event.State(s.Now())
	if !v.Seat.Active() || st == event.Called {
		p.Warn = "Cet invité n’est plus sur la liste."
		if st == event.Called {
			p.Warn = event.ErrCalledOff.Error()
		}
		return render(c, views.GuestFormsView(p))
	}
	for _, kind := range guestSendings {
		if v.Seat.Takes(kind.notice, s.Now()) && st != event.Past {
			p.Next = append(p.Next, part.Link{Label: format.Text(kind.heading), URL: guestsURL(seen.Event.ID) + "/envoi?" + url.Values{"type": {kind.code}, "invite": {v.Seat.Guest}}.Encode()})
		}
	}
	if sent == nil {
		sent = url.Values{"nom": {g.Name}, "courriel": {g.Email}, "organisme": {g.Body}, "fonction": {g.Job}, "telephone": {g.Phone}, "siren": {v.Seat.SIREN}, "role": {string(v.Seat.Role)}, "note": {g.Remark}}
	}
	version := views.GuestField{Field: form.Field{Name: versionField, Value: versionOption(g.Rev).Label}, Kind: views.GuestHidden}
	p.Forms = []views.GuestForm{
		{ID: "corriger", Heading: "Corriger", To: own, Fields: append(guestInputs(sent), version), Button: "Enregistrer", Cancel: guestsURL(seen.Event.ID),
			Text: "Une autre adresse reçoit de nouveau le courriel, avec un autre lien personnel ; l’ancien lien ne mène plus nulle part."},
		{ID: "appel", Heading: "Noter un appel", To: own + "/appel", Button: "Noter l’appel", Style: "btn-outline-primary",
			Fields: []views.GuestField{{Field: form.Field{Name: "note", Label: "Ce qui s’est dit", Value: typedText(sent.Get("note")), Optional: true, Help: "La personne peut demander à lire cette note. 500 caractères au plus."}, Kind: views.GuestArea}}},
		{ID: "retirer", Heading: "Retirer de la liste", Folded: true, To: own + "/retirer", Button: "Retirer cet invité", Style: "btn-outline-danger",
			Text: "Sa place est rendue et va à la liste d’attente. Si une place lui avait été confirmée, un courriel le lui dit."},
	}
	return render(c, views.GuestFormsView(p))
}

func (s *site) guestFacts(seen *gathering.Seen, v *gathering.Invited, d gathering.Delivery) []desk.Fact {
	answer, said := guestAnswer(&v.Seat)
	mail, when := guestDelivery(v, d, s.Now())
	out := []desk.Fact{{Term: "Réponse", Text: format.Text(answer.Text + dotted(said))}, {Term: "Courriel", Text: format.Text(mail.Text + dotted(when))}}
	add := func(term, text string) {
		if text != "" {
			out = append(out, desk.Fact{Term: term, Text: format.Text(text)})
		}
	}
	add("Provenance", v.Guest.Source)
	if p := seen.Event.Partner(v.Seat.By); p != nil {
		add("Invité par", p.Name)
	}
	if !v.Guest.CalledAt.IsZero() {
		add("Dernier appel", sourcing.Moment(v.Guest.CalledAt))
	}
	if seen.Side == "" { // the organiser and the caterer alone read them
		add("Régime alimentaire", v.Guest.Diet)
		add("Accessibilité", v.Guest.Access)
	}
	return out
}

// dotted joins a sentence to what comes before it.
func dotted(text string) string {
	if text == "" {
		return ""
	}
	return ". " + text
}

// guestCorrect puts right what is known of a guest.
func (s *site) guestCorrect(c *fiber.Ctx) error {
	m, seen, err := s.guestHost(c)
	if err != nil {
		return err
	}
	before, err := s.Gathering.Invited(c.UserContext(), seen, c.Params("invite"))
	if err != nil {
		return err
	}
	sent := sentForm(c)
	g, faults := guestFields(sent)
	if len(faults) > 0 {
		return s.renderGuest(c.Status(fiber.StatusUnprocessableEntity), seen, sent, form.State{Faults: faults})
	}
	g.ID = before.Seat.Guest
	err = s.Gathering.Correct(c.UserContext(), m, seen.Event.ID, g, seenVersion(sent))
	if text, status, ok := guestRefused(err); ok {
		return s.renderGuest(c.Status(status), seen, sent, form.State{Refusal: text})
	}
	if err != nil {
		return err
	}
	what := "corrige"
	if account.Email(before.Guest.Email).Key() != account.Email(g.Email).Key() && !before.Seat.Invited.IsZero() {
		what = "adresse"
	}
	return done(c, guestsURL(seen.Event.ID), what)
}

// guestCalled notes a call.
func (s *site) guestCalled(c *fiber.Ctx) error {
	m, seen, err := s.guestHost(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	err = s.Gathering.NoteCall(c.UserContext(), m, seen, c.Params("invite"), sent.Get("note"))
	if text, status, ok := guestRefused(err); ok {
		return s.renderGuest(c.Status(status), seen, nil, form.State{Faults: []form.Fault{{Field: "note", Text: text}}})
	}
	if err != nil {
		return err
	}
	return done(c, guestsURL(seen.Event.ID)+"/appels", "appel")
}

// guestRemove takes a guest off the list.
func (s *site) guestRemove(c *fiber.Ctx) error {
	m, seen, err := s.guestHost(c)
	if err != nil {
		return err
	}
	v, err := s.Gathering.Invited(c.UserContext(), seen, c.Params("invite"))
	if err != nil {
		return err
	}
	err = s.Gathering.On(c.UserContext(), m, seen.Event.ID, "event.remove", func(e *event.Event) error { return e.Remove(m, v.Seat.Guest, s.Now()) })
	if text, status, ok := guestRefused(err); ok {
		return s.renderGuest(c.Status(status), seen, nil, form.State{Refusal: text})
	}
	if err != nil {
		return err
	}
	return done(c, guestsURL(seen.Event.ID), "retire")
}
