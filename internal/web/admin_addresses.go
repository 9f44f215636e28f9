package web

import (
	"cmp"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/store"
	"sourcier/views/admin"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

var addressDone = map[string]string{"leve": "Cette adresse peut de nouveau recevoir des courriels du portail."}

// maxAddresses bounds the list of suppressed addresses.
const maxAddresses = 500

// adminAddresses lists the addresses to which nothing is sent any more.
func (s *site) adminAddresses(c *fiber.Ctx) error {
	frame, err := s.adminDesk(c, "Adresses qui ne reçoivent plus rien", adminMessagesPath, addressDone, part.Link{Label: "Courriels", URL: adminMessagesPath})
	if err != nil {
		return err
	}
	docs, err := s.People.Suppressions.Held(c.UserContext(), maxAddresses)
	if err != nil {
		return err
	}
	total, err := s.People.Suppressions.CountHeld(c.UserContext())
	if err != nil {
		return err
	}
	p := admin.List{Page: frame, State: form.State{Token: s.formToken(c)}, Intro: []string{
		format.Text("Un serveur a dit pour de bon qu’il ne prend rien à ces adresses : le portail n’y envoie plus rien. Il n’en garde qu’une empreinte ; l’adresse se lit tant qu’un courriel gardé la porte."),
	}}
	p.Table = admin.Table{Caption: "Adresses", Heads: []string{"Adresse", "Réponse du serveur", "Depuis"}, Empty: "Aucune adresse n’est écartée : le portail écrit à tout le monde."}
	for _, d := range docs {
		address, err := s.addressOf(c, d.ID)
		if err != nil {
			return err
		}
		p.Table.Rows = append(p.Table.Rows, admin.Row{
			Cells:  []admin.Cell{{Text: address}, {Text: cmp.Or(d.Value.Reason, "non précisée")}, {Text: format.Moment(d.Value.Since)}},
			Action: &form.Action{To: adminAddressesPath + "/" + url.PathEscape(d.ID) + "/lever", Label: "Lever", Hidden: "le blocage de " + address},
		})
	}
	if total > 0 {
		p.Pager.Shown = format.Number(len(docs)) + " sur " + format.Count(int(total), "adresse", "adresses")
	}
	return render(c, admin.ListView(p))
}

// addressOf reads an address from a message that was sent to it.
func (s *site) addressOf(c *fiber.Ctx, hash string) (string, error) {
	docs, err := s.People.Messages.FindLookup(c.UserContext(), store.MessagesTo(hash), 1)
	if err != nil || len(docs) == 0 || docs[0].Value.To == "" {
		return "Adresse inconnue, empreinte " + hash[:min(8, len(hash))], err
	}
	return recipientText(&docs[0].Value), nil
}

func (s *site) adminLift(c *fiber.Ctx) error {
	if err := s.People.LiftSuppression(c.UserContext(), signedIn(c).Actor(), c.Params("hash")); err != nil {
		return err
	}
	return done(c, adminAddressesPath, "leve")
}
