package web

import (
	"errors"
	"net/url"
	"strconv"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/mail"
	"sourcier/internal/sourcing"
	"sourcier/views/desk"
	views "sourcier/views/event"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/layout"
	"sourcier/views/part"
)

// What may be sent to many guests, as addresses name it.
const (
	sendInvitation = "invitation"
	sendReminder   = "relance"
	sendNews       = "message"
)

// guestSending is how a kind of mailing is worded.
type guestSending struct {
	code            string
	notice          event.Notice
	heading, intro  string
	one, many, none string
}

var guestSendings = []guestSending{
	{sendInvitation, event.Invitation, "Envoyer l’invitation", "Elle part à qui est sur la liste et n’a pas encore été invité, chacun avec son lien personnel pour répondre.", "Inviter", "Inviter", "Tout le monde a déjà été invité."},
	{sendReminder, event.Reminder, "Relancer", "La relance ne part qu’à qui a été invité et n’a pas répondu, une fois par jour au plus.", "Relancer", "Relancer", "Personne n’est à relancer : tout le monde a répondu, ou vient de recevoir un courriel."},
	{sendNews, event.News, "Écrire à qui vient", "Ce message part à qui a une place : un changement de salle, ce qu’il faut apporter.", "Écrire à", "Écrire à", "Personne n’a encore de place."},
}

func guestSendingOf(code string) (guestSending, bool) {
	for _, s := range guestSendings {
		if s.code == code {
			return s, true
		}
	}
	return guestSendings[0], false
}

// guestMailing is a mailing as a form says it.
type guestMailing struct {
	kind  guestSending
	w     event.Mailing
	typed url.Values
}

// guestMailingOf reads one.
func guestMailingOf(values url.Values) (g guestMailing, faults []form.Fault) {
	g.typed = values
	var known bool
	if g.kind, known = guestSendingOf(values.Get("type")); !known && values.Get("type") != "" {
		faults = append(faults, form.Fault{Field: "type", Text: "Dites ce qui est à envoyer.", To: "texte"})
	}
	g.w = event.Mailing{Notice: g.kind.notice, Role: event.Role(clip(values.Get("role"))), Guest: clip(values.Get("invite"))}
	if g.w.Role != "" && g.w.Role.Label() == "" {
		faults = append(faults, form.Fault{Field: "role", Text: "Ce rôle n’est pas de la liste."})
	}
	if typed := typedLine(values.Get("nombre")); typed != "" {
		n, err := strconv.Atoi(typed)
		if err != nil || n < 1 || n > event.MaxSeats {
			faults = append(faults, form.Fault{Field: "nombre", Text: "Le nombre de personnes de cet envoi va de 1 à 5 000."})
		}
		g.w.Most = n
	}
	text, err := sourcing.Text("Ce message", values.Get("texte"), event.MaxLetter)
	switch {
	case err != nil:
		faults = append(faults, form.Fault{Field: "texte", Text: err.Error()})
	case g.kind.notice == event.News && utf8.RuneCountInString(text) == 0:
		faults = append(faults, form.Fault{Field: "texte", Text: "Écrivez le message."})
	}
	g.w.Text = text
	return g, faults
}

// guestSendForm asks what is to be sent, and to whom.
func (s *site) guestSendForm(c *fiber.Ctx) error {
	m, seen, err := s.guestHost(c)
	if err != nil {
		return err
	}
	g, _ := guestMailingOf(url.Values{"type": {c.Query("type")}, "invite": {c.Query("invite")}})
	return s.renderGuestSend(c, m, seen, g, form.State{})
}

func (s *site) renderGuestSend(c *fiber.Ctx, m buyer.Member, seen *gathering.Seen, g guestMailing, state form.State) error {
	state.Heading = "Rien n’est parti"
	p := s.guestForms(c, seen, g.kind.heading, state)
	p.Lead = []string{g.kind.intro}
	guests, err := seen.Event.Recipients(m, event.Mailing{Notice: g.kind.notice, Guest: g.w.Guest}, s.Now())
	if err != nil {
		return err
	}
	if seen.Event.State(s.Now()) == event.Drafted {
		p.Warn = event.ErrDraft.Error()
	}
	if len(guests) == 0 {
		p.Warn = g.kind.none
		p.Ways = []part.Link{{Label: "Revenir à la liste", URL: guestsURL(seen.Event.ID)}}
		return render(c, views.GuestFormsView(p))
	}
	f := views.GuestForm{To: guestsURL(seen.Event.ID) + "/envoi/apercu", Button: "Voir l’aperçu", Cancel: guestsURL(seen.Event.ID), Fields: []views.GuestField{
		{Field: form.Field{Name: "type", Value: g.kind.code}, Kind: views.GuestHidden}, {Field: form.Field{Name: "invite", Value: g.w.Guest}, Kind: views.GuestHidden},
	}}
	if g.w.Guest == "" {
		f.Text = "À " + format.Count(len(guests), "personne", "personnes") + " au plus, tous rôles compris."
		f.Fields = append(f.Fields,
			views.GuestField{Field: form.Field{Name: "role", Label: "À qui"}, Kind: views.GuestSelect, Options: guestRoleOptions(g.w.Role, "À tous les rôles")},
			views.GuestField{Field: form.Field{Name: "nombre", Label: "Par lot de", Value: typedLine(g.typed.Get("nombre")), InputMode: "numeric", Optional: true, Short: true, Help: "Pour inviter en plusieurs fois : les premières personnes de la liste, dans l’ordre où elles y sont entrées. Vide : toutes."}})
	}
	f.Fields = append(f.Fields, views.GuestField{Field: form.Field{Name: "texte", Label: "Votre message", Value: typedText(g.typed.Get("texte")), Optional: g.kind.notice != event.News, Help: "Le titre, la date, le lieu et le lien pour répondre y sont déjà. 1 500 caractères au plus."}, Kind: views.GuestArea})
	p.Forms = []views.GuestForm{f}
	return render(c, views.GuestFormsView(p))
}

// guestSendPreview shows what is to go, and to whom: nothing else goes.
func (s *site) guestSendPreview(c *fiber.Ctx) error {
	m, seen, err := s.guestHost(c)
	if err != nil {
		return err
	}
	g, faults := guestMailingOf(sentForm(c))
	if len(faults) > 0 {
		return s.renderGuestSend(c.Status(fiber.StatusUnprocessableEntity), m, seen, g, form.State{Faults: faults})
	}
	return s.renderGuestPreview(c, m, seen, g, form.State{})
}

// guestsNamed is how many recipients a preview names.
const guestsNamed = 12

func (s *site) renderGuestPreview(c *fiber.Ctx, m buyer.Member, seen *gathering.Seen, g guestMailing, state form.State) error {
	e := &seen.Event
	guests, err := e.Recipients(m, g.w, s.Now())
	if err != nil {
		return err
	}
	if len(guests) == 0 {
		if !state.Refused() {
			c.Status(fiber.StatusUnprocessableEntity)
			state.Refusal = g.kind.none
		}
		return s.renderGuestSend(c, m, seen, g, state)
	}
	state.Heading = "Rien n’est parti"
	p := s.guestForms(c, seen, "Aperçu avant l’envoi", state)
	p.Facts = []desk.Fact{{Term: "Envoi", Text: g.kind.heading}, {Term: "Destinataires", Text: format.Count(len(guests), "personne", "personnes")}}
	if g.w.Role != "" {
		p.Facts = append(p.Facts, desk.Fact{Term: "Rôle", Text: g.w.Role.Label()})
	}
	if err := s.guestTold(c, &p, e, guests, g.w); err != nil {
		return err
	}
	if e.State(s.Now()) == event.Drafted {
		p.Warn = event.ErrDraft.Error()
		p.Ways = []part.Link{{Label: "Ouvrir les inscriptions", URL: eventURL(e.ID)}}
		return render(c, views.GuestFormsView(p))
	}
	hidden := func(name, value string) views.GuestField {
		return views.GuestField{Field: form.Field{Name: name, Value: value}, Kind: views.GuestHidden}
	}
	f := views.GuestForm{To: guestsURL(e.ID) + "/envoi", Button: g.kind.many + " " + format.Count(len(guests), "personne", "personnes"), Cancel: guestsURL(e.ID),
		Text:   "Ce qui part est exactement ce que vous lisez ici, à ces personnes. Si la liste ou l’événement change entre-temps, rien ne part et l’aperçu se refait.",
		Fields: []views.GuestField{hidden("vu", e.Seal(g.w, guests)), hidden("texte", g.w.Text)}}
	for _, name := range []string{"type", "role", "nombre", "invite"} {
		if value := typedLine(g.typed.Get(name)); value != "" {
			f.Fields = append(f.Fields, hidden(name, value))
		}
	}
	p.Forms = []views.GuestForm{f}
	return render(c, views.GuestFormsView(p))
}

// guestTold shows the letter to the first recipient, and whom it goes to.
func (s *site) guestTold(c *fiber.Ctx, p *views.GuestForms, e *event.Event, guests []string, w event.Mailing) error {
	known, err := s.Gathering.GuestsByID(c.UserContext(), guests[:min(len(guests), guestsNamed)])
	if err != nil {
		return err
	}
	p.To = &views.GuestTo{Heading: "À qui il part"}
	for _, id := range guests[:min(len(guests), guestsNamed)] {
		g := known[id]
		if g == nil {
			continue
		}
		p.To.First = append(p.To.First, views.GuestAddress{Name: guestName(g), Email: g.Email})
		if p.Letter == nil && g.Email != "" {
			if p.Letter, err = s.guestLetter(c, e, &gathering.Invited{Seat: *e.Seat(id), Guest: *g}, w); err != nil {
				return err
			}
		}
	}
	if more := len(guests) - guestsNamed; more > 0 {
		p.To.More = "Et " + format.Count(more, "autre personne", "autres personnes") + " de la liste."
	}
	return nil
}

func (s *site) guestLetter(c *fiber.Ctx, e *event.Event, v *gathering.Invited, w event.Mailing) (*views.GuestLetter, error) {
	msg, err := s.Gathering.Letter(c.UserContext(), e, v, w)
	if err != nil {
		return nil, err
	}
	l, err := mail.Composer{BaseURL: s.Config.BaseURL, Portal: layout.Site, Contact: s.Config.ContactEmail, Tokens: shownTokens{}}.Letter(&msg)
	if err != nil {
		return nil, err
	}
	out := &views.GuestLetter{Subject: l.Subject, Greeting: l.Greeting, Paragraphs: l.Paragraphs, After: l.After, Closing: l.Closing, Why: l.Why}
	if l.Action != nil {
		out.Action = l.Action.Label
	}
	return out, nil
}

// guestSend sends what the preview showed.
func (s *site) guestSend(c *fiber.Ctx) error {
	m, seen, err := s.guestHost(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	g, faults := guestMailingOf(sent)
	if len(faults) > 0 {
		return s.renderGuestSend(c.Status(fiber.StatusUnprocessableEntity), m, seen, g, form.State{Faults: faults})
	}
	err = s.Gathering.Dispatch(c.UserContext(), m, seen.Event.ID, g.w, clip(sent.Get("vu")))
	if text, status, ok := guestRefused(err); ok {
		if errors.Is(err, sourcing.ErrStale) {
			text = "La liste, le message ou l’événement a changé depuis l’aperçu. Voici ce qui partirait maintenant : relisez, puis envoyez."
		}
		if seen, err = s.Gathering.Event(c.UserContext(), m, seen.Event.ID); err != nil { // as it is now
			return err
		}
		return s.renderGuestPreview(c.Status(status), m, seen, g, form.State{Refusal: text})
	}
	if err != nil {
		return err
	}
	return done(c, guestsURL(seen.Event.ID), "envoi")
}
