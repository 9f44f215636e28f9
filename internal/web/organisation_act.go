package web

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/people"
	"sourcier/views/form"
	"sourcier/views/organisation"
	"sourcier/views/part"
)

// acted leads back to an organisation that was changed, or shows it with why not. A
// refusal of what was typed stands at its field.
func (s *site) acted(c *fiber.Ctx, v *visited, err error, what, field string, sent organisationSent) error {
	if err == nil {
		return done(c, v.url(), what)
	}
	text, status, ok := refusalOf(err)
	if !ok {
		return err
	}
	sent.state.Heading = "Rien n’a changé"
	if field != "" && status == fiber.StatusUnprocessableEntity {
		sent.state.Faults = []form.Fault{{Field: field, Text: text, To: v.target(field)}}
	} else {
		sent.state.Refusal = text
	}
	d, err := s.People.Organisations.Get(c.UserContext(), v.ID) // as it is now
	if err != nil {
		return err
	}
	v.Organisation = &d.Value
	return s.renderOrganisation(c.Status(status), v, sent)
}

// target is where the summary leads for a field that has no id of its own name.
func (v *visited) target(field string) string {
	if field == "role" {
		return "role-" + string(v.Kind.Least())
	}
	return ""
}

// sentRoles are the roles that were ticked; a member who may give none gives the least.
func (v *visited) sentRoles(sent url.Values) (roles []account.Role, manager bool) {
	if !v.Manages(v.actor) {
		return []account.Role{v.Kind.Least()}, false
	}
	for _, r := range sent["role"] {
		roles = append(roles, account.Role(clip(r)))
	}
	return roles, sent.Get("gestionnaire") == "oui"
}

// inviteColleague sends an invitation.
func (s *site) inviteColleague(c *fiber.Ctx) error {
	v, err := s.insideOrganisation(c)
	if err != nil {
		return err
	}
	form := sentForm(c)
	roles, manager := v.sentRoles(form)
	sent := organisationSent{invite: organisation.Invite{Email: typedLine(form.Get(emailField)), Manager: manager}}
	if v.Manages(v.actor) {
		sent.invite.Roles = explainedRoles(v.Kind.Roles(), roles...)
	}
	email, err := account.ParseEmail(form.Get(emailField))
	if err != nil {
		return s.acted(c, v, err, "", emailField, sent)
	}
	if len(roles) == 0 {
		return s.acted(c, v, account.Fault("Choisissez au moins un rôle."), "", "role", sent)
	}
	err = s.People.Invite(c.UserContext(), v.actor, v.ID, people.Inviting{Email: email, Roles: roles, Manager: manager})
	return s.acted(c, v, err, "invite", emailField, sent)
}

// withdrawInvitation ends an invitation.
func (s *site) withdrawInvitation(c *fiber.Ctx) error {
	v, err := s.insideOrganisation(c)
	if err != nil {
		return err
	}
	err = s.People.WithdrawInvitation(c.UserContext(), v.actor, v.ID, c.Params("invitation"))
	return s.acted(c, v, err, "retiree", "", organisationSent{})
}

// askToJoin sends a wish to join.
func (s *site) askToJoin(c *fiber.Ctx) error {
	v, err := s.organisationOf(c)
	if err != nil {
		return err
	}
	sent := organisationSent{text: typedText(sentForm(c).Get("texte"))}
	return s.acted(c, v, s.People.AskToJoin(c.UserContext(), &v.who.Person, v.ID, sent.text), "demande", "texte", sent)
}

// takeBack ends one's own wish to join.
func (s *site) takeBack(c *fiber.Ctx) error {
	v, err := s.organisationOf(c)
	if err != nil {
		return err
	}
	return s.acted(c, v, s.People.TakeBack(c.UserContext(), v.who.Person.ID, v.ID), "reprise", "", organisationSent{})
}

// joinByDomain makes the owner of an address of the organisation a member.
func (s *site) joinByDomain(c *fiber.Ctx) error {
	v, err := s.organisationOf(c)
	if err != nil {
		return err
	}
	err = s.People.JoinByDomain(c.UserContext(), &v.who.Person, v.ID)
	v.inside = v.inside || err == nil
	return s.acted(c, v, err, "rejoint", "", organisationSent{})
}

// answerRequest accepts or refuses who asked to join.
func (s *site) answerRequest(c *fiber.Ctx) error {
	v, err := s.insideOrganisation(c)
	if err != nil {
		return err
	}
	sent, person := sentForm(c), c.Params("person")
	switch sent.Get("reponse") {
	case "accepter":
		roles, _ := v.sentRoles(sent)
		return s.acted(c, v, s.People.Approve(c.UserContext(), v.actor, v.ID, person, roles), "accepte", "", organisationSent{})
	case "refuser":
		return s.acted(c, v, s.People.Refuse(c.UserContext(), v.actor, v.ID, person), "refuse", "", organisationSent{})
	}
	return s.acted(c, v, errNoAnswer, "", "", organisationSent{})
}

// errNoAnswer is said when neither button was pressed.
const errNoAnswer = account.Fault("Choisissez d’accepter ou de refuser.")

// declareDomain notes an e-mail domain.
func (s *site) declareDomain(c *fiber.Ctx) error {
	v, err := s.insideOrganisation(c)
	if err != nil {
		return err
	}
	typed := sentForm(c).Get("domaine")
	return s.acted(c, v, s.People.DeclareDomain(c.UserContext(), v.actor, v.ID, typed), "domaine", "domaine", organisationSent{domain: typedLine(typed)})
}

// dropDomain takes an e-mail domain back.
func (s *site) dropDomain(c *fiber.Ctx) error {
	v, err := s.insideOrganisation(c)
	if err != nil {
		return err
	}
	err = s.People.DropDomain(c.UserContext(), v.actor, v.ID, sentForm(c).Get("domaine"))
	return s.acted(c, v, err, "domaine-retire", "", organisationSent{})
}

// leaveForm asks before one leaves.
func (s *site) leaveForm(c *fiber.Ctx) error {
	v, err := s.insideOrganisation(c)
	if err != nil {
		return err
	}
	return s.renderLeave(c, v, form.State{})
}

func (s *site) renderLeave(c *fiber.Ctx, v *visited, state form.State) error {
	if v.Member(v.who.Person.ID) == nil {
		return fiber.ErrNotFound
	}
	return s.renderConfirm(c, v, state, "Quitter « "+v.Name+" »",
		[]string{"Vous ne verrez plus ce qui est réservé à ses membres, et vos rôles dans cette organisation ne compteront plus dès la page suivante.", "Pour revenir, il faudra une invitation ou l’accord d’un membre."},
		form.Action{To: v.url() + "/quitter", Label: "Quitter l’organisation", Style: "btn-act"}, v.url())
}

// renderConfirm asks before something that ends.
func (s *site) renderConfirm(c *fiber.Ctx, v *visited, state form.State, heading string, text []string, action form.Action, back string, above ...part.Link) error {
	state.Token, state.Heading = s.formToken(c), "Rien n’a changé"
	p := organisation.ConfirmPage{
		Page: s.organisationsDesk(c, heading, nil, append(v.trail(), above...)...), State: state, Text: text, Action: action, Back: back,
	}
	titleFaults(&p.Base.Title, state)
	return render(c, organisation.ConfirmView(p))
}

// leave ends one's own membership.
func (s *site) leave(c *fiber.Ctx) error {
	v, err := s.insideOrganisation(c)
	if err != nil {
		return err
	}
	err = s.People.Leave(c.UserContext(), v.who.Person.ID, v.ID)
	if text, status, ok := refusalOf(err); ok && v.Member(v.who.Person.ID) != nil {
		return s.renderLeave(c.Status(status), v, form.State{Refusal: text})
	} else if ok {
		return fiber.ErrNotFound
	}
	if err != nil {
		return err
	}
	return done(c, organisationsPath, "quitte")
}
