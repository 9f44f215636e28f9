package web

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/picture"
	"sourcier/internal/registration"
	"sourcier/internal/structure"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/ownsheet"
)

var logoDone = map[string]string{"enregistre": "Logo enregistré dans votre brouillon.", "retire": "Logo retiré de votre brouillon."}

// logoForm answers the form that sends a logo.
func (s *site) logoForm(c *fiber.Ctx) error {
	o, err := s.ownSheetOf(c)
	if err != nil {
		return err
	}
	return o.renderLogo(o.state())
}

func (o *ownSheet) renderLogo(state form.State) error {
	p := ownsheet.FilePage{
		Page: o.desk("Logo", logoPath, logoDone), State: state, URL: o.url() + logoPath, Rev: o.revText(), Send: "Enregistrer ce logo", Accept: ownsheet.ImageTypes,
		Field: form.Field{Name: fileField, Label: "Image du logo", Help: "PNG, JPEG, WebP ou GIF, 5 Mo au plus. Un fond transparent est gardé."},
		Lead:  []string{format.Text("Le logo est montré en tête de votre fiche. Il aide un acheteur à vous reconnaître, il ne change rien à l’ordre des résultats.")},
	}
	if o.sheet.Logo != nil {
		now := o.ownPicture(*o.sheet.Logo)
		now.Alt, p.Now, p.Remove = "Logo actuel", &now, "Retirer le logo"
	}
	titleFaults(&p.Title, state)
	return render(o.c, ownsheet.FileView(p))
}

// setLogo keeps a logo in the draft.
func (s *site) setLogo(c *fiber.Ctx) error {
	o, err := s.ownSheetOf(c)
	if err != nil {
		return err
	}
	p, fault, err := o.sentPicture(maxLogoFile, picture.Logo)
	if err != nil {
		return err
	}
	if fault != "" {
		state := o.state()
		state.Heading, state.Faults = "Le logo n’est pas enregistré", []form.Fault{{Field: fileField, Text: fault}}
		c.Status(faultStatus(sentFile(c)))
		return o.renderLogo(state)
	}
	return o.saveLogo(&p, "enregistre")
}

// removeLogo takes the logo out of the draft.
func (s *site) removeLogo(c *fiber.Ctx) error {
	o, err := s.ownSheetOf(c)
	if err != nil {
		return err
	}
	return o.saveLogo(nil, "retire")
}

// saveLogo shows the logo of somebody else before it writes over it.
func (o *ownSheet) saveLogo(p *structure.Picture, what string) error {
	_, err := o.Directory.Save(o.c.UserContext(), o.who, o.ID, registration.PartLogo, sentRev(sentForm(o.c)), func(sheet *registration.Sheet) error {
		sheet.Logo = p
		return nil
	})
	if errors.Is(err, registration.ErrStale) {
		now, err := o.ownSheetOf(o.c)
		if err != nil {
			return err
		}
		state := now.state()
		state.Refusal = "Quelqu’un d’autre a changé le logo entre-temps : c’est celui que vous voyez maintenant. Recommencez si vous préférez le vôtre."
		o.c.Status(fiber.StatusConflict)
		return now.renderLogo(state)
	}
	if err != nil {
		return err
	}
	return done(o.c, o.url()+logoPath, what)
}
