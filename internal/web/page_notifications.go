package web

import (
	"errors"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/message"
	"sourcier/internal/store"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/organisation"
	"sourcier/views/part"
)

const notificationsPath = accountPath + "/notifications"

// whyAlways says why a kind cannot be switched off.
var whyAlways = map[message.Kind]string{
	message.SignIn:         "Vous venez de le demander ; il n’y a pas d’autre moyen d’entrer.",
	message.Address:        "Vous venez de le demander, pour prouver que l’adresse est la vôtre.",
	message.AddressChanged: "Il vous avertit si quelqu’un d’autre a changé votre adresse.",
	message.Invitation:     "Il est envoyé à une adresse avant qu’elle ait un compte ; vous pouvez décliner.",
	message.Removed:        "Un droit vous est retiré : vous devez le savoir.",
	message.Inactive:       "Votre compte va être supprimé : vous devez pouvoir l’éviter.",
	message.Erased:         "C’est la preuve que la suppression est faite.",
}

var notificationsDone = map[string]string{"choix": "Vos choix sont enregistrés."}

// notifications lets a person switch kinds of mails on and off.
func (s *site) notifications(c *fiber.Ctx) error {
	who := signedIn(c)
	p := organisation.NotificationsPage{
		Page: s.accountDesk("Notifications", "Les messages que je reçois.", notificationsPath), State: form.State{Token: s.formToken(c)}, Email: who.Person.Email.String(),
	}
	p.Done = doneText(c, notificationsDone)
	for _, t := range message.Traits() {
		if t.Optional {
			p.Optional = append(p.Optional, part.Option{Value: string(t.Kind), Label: format.Text(t.Label), Selected: who.Person.Wants(string(t.Kind))})
		} else {
			p.Always = append(p.Always, desk.Fact{Term: format.Text(t.Label), Text: format.Text(whyAlways[t.Kind])})
		}
	}
	return render(c, organisation.NotificationsView(p))
}

// setNotifications keeps the kinds that were ticked.
func (s *site) setNotifications(c *fiber.Ctx) error {
	var wanted []message.Kind
	ticked := sentForm(c)["message"]
	for _, t := range message.Traits() {
		if slices.Contains(ticked, string(t.Kind)) {
			wanted = append(wanted, t.Kind)
		}
	}
	if err := s.People.Wanted(c.UserContext(), signedIn(c).Person.ID, wanted); err != nil {
		return err
	}
	return done(c, notificationsPath, "choix")
}

// unsubscribeForm is what the link at the end of a letter opens: a button, for whoever
// holds the letter. Nothing is said of whom it was sent to.
func (s *site) unsubscribeForm(c *fiber.Ctx) error {
	kind, err := s.unsubscribed(c)
	if err != nil {
		return err
	}
	return render(c, organisation.UnsubscribeView(organisation.UnsubscribePage{
		Base: s.base("Ne plus recevoir ces messages", "Arrêter un genre de messages du portail.", ""), Heading: "Ne plus recevoir ces messages",
		Text:   []string{"Confirmez pour ne plus recevoir les messages « " + kind.Label() + " ». Les autres continuent."},
		Action: unsubscribePath + "/" + url.PathEscape(c.Params("word")), Ways: []part.Link{{Label: "Choisir tous mes messages", URL: notificationsPath}},
	}))
}

// unsubscribed finds the kind of the link.
func (s *site) unsubscribed(c *fiber.Ctx) (message.Kind, error) {
	_, kind, ok := s.People.ReadUnsubscribe(c.Params("word"))
	if !ok {
		return "", fiber.ErrNotFound
	}
	return kind, nil
}

// unsubscribe switches a kind off, by the button or by a mail program (RFC 8058): its
// token is in the address, and there is no redirection. An account that is gone gets
// no mail: that is done too.
func (s *site) unsubscribe(c *fiber.Ctx) error {
	kind, err := s.unsubscribed(c)
	if err != nil {
		return err
	}
	person, _, _ := s.People.ReadUnsubscribe(c.Params("word"))
	if err := s.People.Mute(c.UserContext(), person, kind); err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return render(c, organisation.UnsubscribeView(organisation.UnsubscribePage{
		Base: s.base("C’est fait", "Un genre de messages du portail est arrêté.", ""), Heading: "C’est fait",
		Text: []string{"Vous ne recevrez plus les messages « " + kind.Label() + " »."},
		Ways: []part.Link{{Label: "Choisir tous mes messages", URL: notificationsPath}, {Label: "Revenir à l’accueil", URL: "/"}},
	}))
}
