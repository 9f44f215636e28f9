package web

import (
	"crypto/rand"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/views/admin"
	"sourcier/views/form"
	"sourcier/views/part"
)

// adminNewOrganisation is the form that makes an organisation.
func (s *site) adminNewOrganisation(c *fiber.Ctx) error {
	return s.renderNewOrganisation(c, nil, url.Values{})
}

func (s *site) renderNewOrganisation(c *fiber.Ctx, why error, typed url.Values) error {
	frame, err := s.adminDesk(c, "Créer une organisation", adminOrganisationsPath, nil, part.Link{Label: "Organisations", URL: adminOrganisationsPath})
	if err != nil {
		return err
	}
	p := admin.Detail{Page: frame, State: form.State{Token: s.formToken(c)}}
	refuseOnPage(c, &p.Page, &p.State, "L’organisation n’est pas créée", why)
	fields := append([]admin.FilterField{{
		Field: form.Field{Name: kindParam, Label: "Type"}, Options: kindOptions(account.OrganisationKind(typed.Get(kindParam)), "Choisissez"),
	}}, describeFields(typed.Get(nameField), typed.Get(sirenField), typed.Get(placeField))...)
	once := typed.Get(onceField)
	if !oncePattern.MatchString(once) {
		once = rand.Text()
	}
	return render(c, admin.FormView(p, admin.Form{To: adminOrganisationsPath + "/nouvelle", Once: once, Button: "Créer l’organisation", Fields: fields}))
}

// adminCreateOrganisation makes it, confirmed.
func (s *site) adminCreateOrganisation(c *fiber.Ctx) error {
	sent := sentForm(c)
	kind := account.OrganisationKind(sent.Get(kindParam))
	var faults fieldFaults
	if !kind.Known() {
		faults = append(faults, form.Fault{Field: kindParam, Text: "Choisissez le type d’organisation."})
	}
	to, err := s.readDescribed(sent, "", faults)
	var id string
	if err == nil {
		f := account.Founding{Kind: kind, Name: to.Name, SIREN: to.SIREN, Territory: to.Territory}
		if once := sent.Get(onceField); oncePattern.MatchString(once) {
			f.Once = once
		}
		id, err = s.People.CreateOrganisation(c.UserContext(), signedIn(c).Actor(), f)
	}
	if refusable(err) {
		return s.renderNewOrganisation(c, err, typedLines(sent))
	}
	if err != nil {
		return err
	}
	return done(c, adminOrganisationURL(id), "creee")
}
