package web

import (
	"errors"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/people"
	"sourcier/internal/store"
	"sourcier/views/admin"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

// adminOrganisationAnswer leads back to an organisation after an action, or says why it
// was refused.
func (s *site) adminOrganisationAnswer(c *fiber.Ctx, err error, typed url.Values, code string) error {
	if refusable(err) {
		return s.renderAdminOrganisation(c, err, typed)
	}
	if err != nil {
		return err
	}
	return done(c, adminOrganisationURL(c.Params("id")), code)
}

func (s *site) adminConfirmOrganisation(c *fiber.Ctx) error {
	return s.adminOrganisationAnswer(c, s.People.ConfirmOrganisation(c.UserContext(), signedIn(c).Actor(), c.Params("id")), nil, "confirmee")
}

func (s *site) adminCloseOrganisation(c *fiber.Ctx) error {
	return s.adminOrganisationAnswer(c, s.People.CloseOrganisation(c.UserContext(), signedIn(c).Actor(), c.Params("id")), nil, "fermee")
}

func (s *site) adminDescribe(c *fiber.Ctx) error {
	sent, id := sentForm(c), c.Params("id")
	now, err := s.People.Organisations.Get(c.UserContext(), id)
	if err != nil {
		return err
	}
	to, err := s.readDescribed(sent, now.Value.Territory, nil)
	if err == nil {
		err = s.People.DescribeOrganisation(c.UserContext(), signedIn(c).Actor(), id, seenVersion(sent), to)
	}
	return s.adminOrganisationAnswer(c, err, sent, "modifiee")
}

// readDescribed reads what an organisation is said to be; before is its territory.
// more are checks of other fields, done first.
func (s *site) readDescribed(sent url.Values, before string, more fieldFaults) (to people.Described, err error) {
	faults := more
	to = people.Described{Name: typedText(sent.Get(nameField)), SIREN: typedText(sent.Get(sirenField))}
	_, nameErr := account.CleanName(to.Name)
	_, sirenErr := account.ParseSIREN(to.SIREN)
	var placeErr error
	to.Territory, placeErr = s.sentPlace(typedText(sent.Get(placeField)), before)
	if err := errors.Join(faults.check(nameField, nameErr), faults.check(sirenField, sirenErr), faults.check(placeField, placeErr)); err != nil {
		return to, err
	}
	return to, faults.err()
}

func (s *site) adminNameManager(c *fiber.Ctx) error {
	sent := sentForm(c)
	e, err := account.ParseEmail(typedText(sent.Get(addressField)))
	var faults fieldFaults
	if err = faults.check(addressField, err); err == nil {
		err = faults.err()
	}
	if err == nil {
		err = s.People.NameManager(c.UserContext(), signedIn(c).Actor(), c.Params("id"), e)
	}
	return s.adminOrganisationAnswer(c, err, sent, "nomme")
}

// adminDomain confirms a declared domain, or takes it back.
func (s *site) adminDomain(c *fiber.Ctx) error {
	sent, actor, id := sentForm(c), signedIn(c).Actor(), c.Params("id")
	switch sent.Get("choix") {
	case "confirmer":
		return s.adminOrganisationAnswer(c, s.People.ConfirmDomain(c.UserContext(), actor, id, sent.Get(domainField)), nil, "domaine")
	case "retirer":
		return s.adminOrganisationAnswer(c, s.People.DropDomain(c.UserContext(), actor, id, sent.Get(domainField)), nil, "retire")
	}
	return fiber.ErrBadRequest
}

// adminCloseForm asks before an organisation is closed, or a proposal refused.
func (s *site) adminCloseForm(c *fiber.Ctx) error {
	d, err := s.People.Organisations.Get(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	o := &d.Value
	if o.Kind == account.KindPortal {
		return store.ErrNotFound // it does not close
	}
	heading, button := "Fermer "+o.Name, "Fermer l’organisation"
	text := []string{"Les rôles de ses " + format.Count(len(o.Members), "membre", "membres") + " ne compteront plus, les demandes et les invitations qui attendent prennent fin. Rien n’est effacé ; une organisation fermée peut être rouverte."}
	if o.State() == account.StateProposed {
		heading, button = "Refuser "+o.Name, "Refuser l’organisation"
		text = []string{"L’organisation proposée est fermée ; les rôles de ses membres ne compteront pas. Prévenez la personne qui la proposait si elle attend une explication."}
	}
	frame, err := s.adminDesk(c, heading, adminOrganisationsPath, nil,
		part.Link{Label: "Organisations", URL: adminOrganisationsPath}, part.Link{Label: o.Name, URL: adminOrganisationURL(d.ID)})
	if err != nil {
		return err
	}
	return render(c, admin.ConfirmView(admin.Confirm{
		Page: frame, State: form.State{Token: s.formToken(c)}, Text: text, To: adminOrganisationURL(d.ID) + "/fermer", Version: versionOption(d.Version).Label,
		Button: button, Back: adminOrganisationURL(d.ID),
	}))
}
