package web

import (
	"errors"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/directory"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/ownsheet"
	"sourcier/views/part"
)

// renewPath is what the link of a letter opens, without signing in: its token is of one
// sheet, one person and one day, and renews what is said already.
const renewPath = "/disponibilite"

// renewal finds what the word of the address renews.
func (s *site) renewal(c *fiber.Ctx) (directory.Renewal, error) {
	r, ok := s.Directory.ReadRenewal(c.Params("word"))
	if !ok {
		return r, fiber.ErrNotFound
	}
	return r, nil
}

// renewForm shows what is about to lapse, and a button.
func (s *site) renewForm(c *fiber.Ctx) error {
	r, err := s.renewal(c)
	if err != nil {
		return err
	}
	own, err := s.Directory.Renewable(c.UserContext(), &r)
	if err != nil {
		return s.renewStopped(c, r, err)
	}
	o := s.ownSheetAs(c, r.Who, own)
	p := s.renewPage("Toujours disponible ?", r.ID)
	p.State, p.Action = form.State{Token: s.formToken(c)}, renewPath+"/"+url.PathEscape(c.Params("word"))
	p.Text = []string{"La fiche de « " + o.name() + " » dit encore, jusqu’au " + format.Date(r.Day) + " :"}
	for i := range own.Value.Last().Sheet.Activities {
		a := &own.Value.Last().Sheet.Activities[i]
		if registration.Lapses(a.Availability) != "" {
			p.Lines = append(p.Lines, o.activityTitle(a)+format.NNBSP+": "+lowerFirst(availability(a.Availability, o.day).Text))
		}
	}
	return render(c, ownsheet.RenewView(p))
}

func (s *site) renewPage(heading, id string) ownsheet.RenewPage {
	heading = format.Text(heading)
	return ownsheet.RenewPage{
		Base: s.base(heading, "Prolonger la disponibilité que la fiche d’une structure annonce.", ""), Heading: heading,
		Ways: []part.Link{{Label: "Modifier les activités de la fiche", URL: ownSheetURL(id) + activitiesPath}},
	}
}

// renew says again what the sheet says.
func (s *site) renew(c *fiber.Ctx) error {
	r, err := s.renewal(c)
	if err != nil {
		return err
	}
	if err := s.Directory.Renew(c.UserContext(), r); err != nil {
		return s.renewStopped(c, r, err)
	}
	p := s.renewPage("C’est prolongé", r.ID)
	p.Text = []string{"La disponibilité annoncée vaut jusqu’au " + format.Date(s.today().AddMonths(3)) + ". La fiche en ligne le dit déjà."}
	p.Ways = append([]part.Link{{Label: "Voir la fiche en ligne", URL: sheetURL(r.ID, "")}}, p.Ways...)
	return render(c, ownsheet.RenewView(p))
}

// renewStopped says why a letter renews nothing any more.
func (s *site) renewStopped(c *fiber.Ctx, r directory.Renewal, err error) error {
	var text string
	switch {
	case errors.Is(err, registration.ErrRenewed):
		text = registration.ErrRenewed.Error()
	case errors.Is(err, store.ErrNotFound), errors.Is(err, registration.ErrNotYours), errors.Is(err, directory.ErrOpposed):
		text = "Vous ne tenez plus cette fiche, ou elle n’est plus dans l’annuaire."
	default:
		return err
	}
	p := s.renewPage("Ce lien ne sert plus", r.ID)
	p.Text = []string{text}
	c.Status(fiber.StatusGone)
	return render(c, ownsheet.RenewView(p))
}
