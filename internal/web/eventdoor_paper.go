package web

import (
	"github.com/gofiber/fiber/v2"

	"sourcier/internal/docx"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/pdf"
	"sourcier/internal/qr"
	"sourcier/views/format"
)

// entranceComing are the guests who hold a place, by name.
func (s *site) entranceComing(c *fiber.Ctx) (*event.Event, []gathering.DoorGuest, error) {
	seen, err := s.entranceSeen(c)
	if err != nil {
		return nil, nil, err
	}
	list, _, err := s.Gathering.DoorList(c.UserContext(), &seen.Event)
	if err != nil {
		return nil, nil, err
	}
	var out []gathering.DoorGuest
	for i := range list {
		if list[i].Seat.Judge(false) == event.Entered {
			out = append(out, list[i])
		}
	}
	return &seen.Event, out, nil
}

// entranceSheet is the list that guests sign.
func (s *site) entranceSheet(c *fiber.Ctx) error {
	e, list, err := s.entranceComing(c)
	if err != nil {
		return err
	}
	const blank = 6 // lines for who comes without being on the list
	rows := [][]string{{"Nom", "Organisation", "Rôle", "Pers.", "Signature"}}
	for i := range list {
		g := &list[i]
		rows = append(rows, []string{format.Text(g.Name), format.Text(g.Body), g.Seat.Role.Label(), format.Number(g.Seat.Party), signHere})
	}
	for range blank {
		rows = append(rows, []string{"", "", "", "", signHere})
	}
	d := &docx.Document{
		Title: "Feuille d’émargement", Author: signedIn(c).Acting.Name, At: s.Now(), Foot: format.Text(e.Title),
		Blocks: []docx.Block{
			{Heading: 1, Text: format.Text(e.Title)},
			{Text: format.Text(eventWhen(e))},
			{Text: format.Text(format.Count(len(list), "personne invitée a une place.", "personnes invitées ont une place."))},
			{Table: rows, Widths: []int{5, 6, 3, 2, 6}},
		},
	}
	return entranceFile(c, "emargement.pdf", d)
}

// signHere keeps room for a signature: two lines.
const signHere = " \n "

// entranceBadges are the badges of who holds a place.
func (s *site) entranceBadges(c *fiber.Ctx) error {
	e, list, err := s.entranceComing(c)
	if err != nil {
		return err
	}
	badges := make([]pdf.Badge, 0, len(list))
	for i := range list {
		g := &list[i]
		code, err := qr.New(s.Gathering.TicketToken(&g.Guest))
		if err != nil {
			return err
		}
		badges = append(badges, pdf.Badge{Name: format.Text(g.Name), Body: format.Text(g.Body), Role: g.Seat.Role.Label(), Code: code})
	}
	c.Response().ResetBody()
	if err := pdf.WriteBadges(c.Response().BodyWriter(), &pdf.Badges{Title: format.Text(e.Title), Author: signedIn(c).Acting.Name, At: s.Now(), List: badges}); err != nil {
		c.Response().ResetBody()
		return err
	}
	entranceFileHeaders(c, "badges.pdf")
	return nil
}
