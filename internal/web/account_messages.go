package web

import (
	"github.com/gofiber/fiber/v2"

	"sourcier/internal/store"
	"sourcier/views/admin"
	"sourcier/views/desk"
	"sourcier/views/format"
	"sourcier/views/part"
)

// sentDesk is the frame of the pages on what a person had sent.
func (s *site) sentDesk(c *fiber.Ctx, heading string, above ...part.Link) desk.Page {
	p := desk.Page{
		Base: s.base(heading, "Courriels que vous avez fait partir.", ""), Area: desk.Account, Current: sentMessagesPath, Heading: heading, Done: doneText(c, messageDone),
		Above: append([]part.Link{{Label: "Mon compte", URL: accountPath}}, above...),
	}
	p.Section = accountPath
	return p
}

// sentMessages lists the mails that a person caused.
func (s *site) sentMessages(c *fiber.Ctx) error {
	values, err := listValues(c)
	if err != nil {
		return err
	}
	who := signedIn(c).Person.ID
	l, err := s.People.ListMessages(c.UserContext(), store.MessagesFrom(who), values.Get(afterParam), adminRows)
	if err != nil {
		return listPlace(err)
	}
	undecided, err := s.People.Messages.CountLookup(c.UserContext(), store.UndecidedMessages(who))
	if err != nil {
		return err
	}
	p := admin.List{Page: s.sentDesk(c, "Messages envoyés"), Intro: []string{
		"Les courriels que le portail a envoyés à cause de vous : invitations, réponses, changements de rôles.",
	}}
	if undecided > 0 {
		p.Note = format.Count(int(undecided), "message est peut-être parti, peut-être pas", "messages sont peut-être partis, peut-être pas") + format.NNBSP + ": ouvrez chaque message incertain pour dire s’il faut le renvoyer."
	}
	p.Table = s.messageTable("Messages envoyés", "Vous n’avez encore fait partir aucun courriel. Une invitation ou une réponse à une demande apparaîtra ici.", l.Docs, sentMessageURL, recipientForSender)
	p.Pager = listPager(sentMessagesPath, values, len(l.Docs), l.Found, l.Next, "message", "messages")
	return render(c, admin.ListView(p))
}

// sentMessage shows one of them.
func (s *site) sentMessage(c *fiber.Ctx) error { return s.renderSent(c, nil) }

func (s *site) renderSent(c *fiber.Ctx, why error) error {
	d, err := s.People.SentBy(c.UserContext(), signedIn(c).Person.ID, c.Params("id"))
	if err != nil {
		return err
	}
	frame := s.sentDesk(c, format.Text(d.Value.Kind.Label()), part.Link{Label: "Messages envoyés", URL: sentMessagesPath})
	return s.answerMessage(c, frame, d, sentMessageURL(d.ID), why)
}

// sentDecide is the decision of a sender: of a message of another nothing is said.
func (s *site) sentDecide(c *fiber.Ctx) error {
	if _, err := s.People.SentBy(c.UserContext(), signedIn(c).Person.ID, c.Params("id")); err != nil {
		return err
	}
	return s.decide(c, sentMessageURL(c.Params("id")), s.renderSent)
}
