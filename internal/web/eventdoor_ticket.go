package web

import (
	"errors"
	"mime"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/docx"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/pdf"
	"sourcier/internal/qr"
	"sourcier/internal/store"
	views "sourcier/views/event"
	"sourcier/views/format"
)

// ticketOf is who a personal link is of.
func (s *site) ticketOf(c *fiber.Ctx) (*gathering.Reached, string, error) {
	if s.Gathering == nil {
		return nil, "", store.ErrNotFound
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	r, err := s.Gathering.ByLink(c.UserContext(), c.Params("token"))
	if err != nil {
		return nil, "", err
	}
	org, err := s.People.Organisations.Get(c.UserContext(), r.Event.Organisation)
	return r, org.Value.Name, err
}

// entranceTicket is what a guest shows at the door.
func (s *site) entranceTicket(c *fiber.Ctx) error {
	r, organisation, err := s.ticketOf(c)
	if err != nil {
		return err
	}
	e := &r.Event
	p := views.Ticket{
		Base: s.base("Votre billet", "Votre billet, à montrer à l’entrée.", ""), Organisation: organisation, Heading: format.Text(e.Title),
		When: gathering.Span(e.Starts, e.Ends), Where: gathering.Where(e.Place), Access: e.Place.Accessible, Name: r.Guest.Name, Back: replyURL(c.Params("token")),
	}
	switch held := r.Seat.Answer == event.Accepted || r.Seat.Walked; {
	case !e.CancelledAt.IsZero():
		p.Say = "Cet événement est annulé : le billet n’a plus cours."
	case !held:
		p.Say = "Il n’y a pas de billet : vous n’avez pas de place pour l’instant. Répondez d’abord à l’invitation."
	case e.State(s.Now()) == event.Past:
		p.Say = "Cet événement est passé."
		in, err := s.attended(c, r)
		if err != nil {
			return err
		}
		if !in.IsZero() {
			p.Certificate = replyURL(c.Params("token")) + "/attestation"
		}
	default:
		code, err := qr.New(s.Gathering.TicketToken(&r.Guest))
		if err != nil {
			return err
		}
		p.Code = &views.DoorImage{ViewBox: code.ViewBox(), Path: code.Path(), Label: "Code du billet, à montrer à l’entrée"}
		if r.Seat.Party > 1 {
			p.Party = "Vaut pour " + format.Count(r.Seat.Party, "personne", "personnes") + "."
		}
	}
	return render(c, views.TicketView(p))
}

// attended is when a guest was let in, zero for who was not.
func (s *site) attended(c *fiber.Ctx, r *gathering.Reached) (time.Time, error) {
	entries, err := s.Gathering.EntrancesOf(c.UserContext(), r.Guest.ID)
	if err != nil || len(entries) == 0 {
		return time.Time{}, err
	}
	return entries[0].At, nil
}

// entranceCertificate attests that a guest was there, once the event is past.
func (s *site) entranceCertificate(c *fiber.Ctx) error {
	r, organisation, err := s.ticketOf(c)
	if err != nil {
		return err
	}
	e := &r.Event
	in, err := s.attended(c, r)
	if err != nil {
		return err
	}
	if in.IsZero() || e.State(s.Now()) != event.Past || !e.CancelledAt.IsZero() {
		return errors.Join(store.ErrNotFound, errors.New("no attendance to attest"))
	}
	who := r.Guest.Name
	if r.Guest.Body != "" {
		who += ", " + r.Guest.Body
	}
	d := &docx.Document{
		Title: "Attestation de présence", Author: organisation, At: e.Ends, Foot: organisation,
		Blocks: []docx.Block{
			{Text: format.Text(organisation + " atteste que")},
			{Heading: 2, Text: format.Text(who)},
			{Text: format.Text("était présent ou présente à l’événement suivant :")},
			{Table: [][]string{
				{"Événement", format.Text(e.Title)}, {"Nature", e.Kind.Label()}, {"Date", format.Text(gathering.Span(e.Starts, e.Ends))},
				{"Lieu", format.Text(gathering.Where(e.Place))}, {"Entrée notée à", format.Clock(in)},
			}, Widths: []int{1, 3}},
			{Text: format.Text("Attestation établie d’après les entrées notées à l’accueil, à la demande de la personne. Elle n’est pas signée : l’organisateur la confirme à qui la lui présente.")},
		},
	}
	return entranceFile(c, "attestation-de-presence.pdf", d)
}

// entranceFile answers a document as a PDF.
func entranceFile(c *fiber.Ctx, name string, d *docx.Document) error {
	c.Response().ResetBody()
	if err := pdf.Write(c.Response().BodyWriter(), d); err != nil {
		c.Response().ResetBody()
		return err
	}
	entranceFileHeaders(c, name)
	return nil
}

func entranceFileHeaders(c *fiber.Ctx, name string) {
	c.Set(fiber.HeaderContentType, pdf.Type)
	c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": name}))
}
