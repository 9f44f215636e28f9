package web

import (
	"errors"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/organisation"
	"sourcier/views/part"
)

// invitation answers what the link of a mail opens: it changes nothing, whoever
// follows it.
func (s *site) invitation(c *fiber.Ctx) error { return s.renderInvitation(c, form.State{}) }

// renderInvitation shows as much of an invitation as who asks may know.
func (s *site) renderInvitation(c *fiber.Ctx, state form.State) error {
	who, err := whoIs(c)
	if err != nil {
		return err
	}
	o, inv, err := s.People.Invitation(c.UserContext(), c.Params("token"))
	if errors.Is(err, account.ErrGone) {
		return s.renderGone(c)
	}
	if err != nil {
		return err
	}
	own := invitationsPath + "/" + url.PathEscape(c.Params("token"))
	p := organisation.InvitationPage{Base: s.base("Invitation", "Invitation à rejoindre une organisation.", ""), State: state, Heading: "Invitation"}
	switch {
	case who != nil && !inv.For(&who.Person):
		p.Text = []string{"Cette invitation est pour une autre adresse que celle de votre compte, " + who.Person.Email.String() + ".",
			"Si les deux adresses sont les vôtres, déconnectez-vous, puis connectez-vous avec celle qui a reçu le message. Sinon, ne faites rien : seule la personne invitée peut répondre."}
		p.Ways = []part.Link{{Label: "Me déconnecter", URL: signOutPath}, {Label: "Voir mon compte", URL: accountPath}, {Label: "Revenir à l’accueil", URL: "/"}}
		return render(c.Status(max(c.Response().StatusCode(), fiber.StatusForbidden)), organisation.InvitationView(p))
	case who != nil:
		p.Accept, p.Token = own, s.formToken(c)
	default:
		p.SignIn = signInPath + "?suite=" + url.QueryEscape(own)
		p.Text = append(p.Text, "Pour répondre, connectez-vous avec l’adresse qui a reçu le message : "+inv.Email.Masked()+". Il n’y a pas de mot de passe : un lien vous est envoyé.")
	}
	by, err := s.People.People.Get(c.UserContext(), inv.By)
	p.Heading = "Rejoindre « " + o.Name + " »"
	p.Facts = []desk.Fact{{Term: "Type d’organisation", Text: o.Kind.Label()}, {Term: "Vos rôles", Text: memberWords(&account.Member{Roles: inv.Roles, Manager: inv.Manager})}}
	if err == nil {
		p.Facts = append(p.Facts, desk.Fact{Term: "Invitation de", Text: by.Value.Shown()})
	}
	p.Facts = append(p.Facts, desk.Fact{Term: "Valable jusqu’au", Text: format.Day(inv.At.Add(account.InvitationLife))})
	for _, o := range explainedRoles(inv.Roles) {
		p.Help = append(p.Help, o.Label)
	}
	titleFaults(&p.Title, state)
	return render(c, organisation.InvitationView(p))
}

// renderGone explains an invitation that cannot be accepted any more.
func (s *site) renderGone(c *fiber.Ctx) error {
	p := organisation.InvitationPage{
		Base: s.base("Invitation terminée", "Cette invitation n’est plus valable.", ""), Heading: "Cette invitation n’est plus valable",
		Text: []string{"Elle a déjà servi, elle a été retirée ou remplacée par une plus récente, ou ses quatorze jours sont passés. L’adresse a pu aussi être coupée en chemin.",
			"Ouvrez le dernier message reçu, ou demandez une nouvelle invitation à la personne qui vous a invité."},
		Ways: []part.Link{{Label: "Voir mes organisations", URL: organisationsPath}, {Label: "Revenir à l’accueil", URL: "/"}},
	}
	return render(c.Status(fiber.StatusGone), organisation.InvitationView(p))
}

// answerInvitation accepts or declines an invitation by its owner.
func (s *site) answerInvitation(c *fiber.Ctx) error {
	who, token := signedIn(c), c.Params("token")
	var err error
	to := organisationsPath + "?" + doneField + "=decline"
	switch sentForm(c).Get("reponse") {
	case "accepter":
		var id string
		id, err = s.People.AcceptInvitation(c.UserContext(), &who.Person, token)
		to = organisationURL(id) + "?" + doneField + "=rejoint"
	case "refuser":
		err = s.People.DeclineInvitation(c.UserContext(), &who.Person, token)
	default:
		err = errNoAnswer
	}
	if text, status, ok := refusalOf(err); ok {
		return s.renderInvitation(c.Status(status), form.State{Heading: "Rien n’a changé", Refusal: text})
	}
	if err != nil {
		return err
	}
	return c.Redirect(to, fiber.StatusSeeOther)
}
