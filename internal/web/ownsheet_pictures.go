package web

import (
	"errors"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/picture"
	"sourcier/internal/registration"
	"sourcier/internal/structure"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/ownsheet"
	"sourcier/views/part"
)

const (
	fileField    = "fichier"
	pictureField = "image" // hash of one that is there
)

// How heavy a file may be, in bytes.
const (
	maxLogoFile    = 5 << 20
	maxPictureFile = picture.MaxFile
	maxProofFile   = picture.MaxFile
)

// ownPicture is an image of a draft or of what is published, for its owner.
func (o *ownSheet) ownPicture(p structure.Picture) ownsheet.Picture {
	w, h := smallSide(p)
	return ownsheet.Picture{URL: o.url() + filesSegment + "/" + p.Small, Width: w, Height: h, Alt: format.Text(p.Alt)}
}

// smallSide is how large the small size of a picture is.
func smallSide(p structure.Picture) (w, h int) {
	side := picture.Small.Side
	if longest := max(p.Width, p.Height); longest > side {
		return max(1, p.Width*side/longest), max(1, p.Height*side/longest)
	}
	return p.Width, p.Height
}

// ownsSheet lets pass who writes the sheet, before a file is read.
func (s *site) ownsSheet(c *fiber.Ctx) error {
	if _, err := s.ownSheetOf(c); err != nil {
		return err
	}
	return c.Next()
}

// ownsOffer lets pass who writes the sheet, for an offer that is there.
func (s *site) ownsOffer(c *fiber.Ctx) error {
	if _, _, err := s.ownOffer(c); err != nil {
		return err
	}
	return c.Next()
}

// ownOffer finds the offer of the address.
func (s *site) ownOffer(c *fiber.Ctx) (*ownSheet, int, error) {
	o, err := s.ownSheetOf(c)
	if err != nil {
		return nil, 0, err
	}
	index, err := o.offerIndex()
	if err == nil && index < 0 {
		err = fiber.ErrNotFound
	}
	return o, index, err
}

// ownPictures answers the images of an offer.
func (s *site) ownPictures(c *fiber.Ctx) error {
	o, index, err := s.ownOffer(c)
	if err != nil {
		return err
	}
	return o.renderPictures(index, o.state(), "")
}

func (o *ownSheet) renderPictures(index int, state form.State, alt string) error {
	offer := &o.sheet.Offers[index]
	title := format.Text(offer.Title)
	p := ownsheet.PicturesPage{
		Page:  o.desk("Images", offersPath+"/"+strconv.Itoa(index+1)+picturesPath, offersDone, part.Link{Label: "Offres", URL: o.url() + offersPath}, part.Link{Label: title, URL: o.offerURL(index)}),
		State: state, URL: o.offerURL(index) + picturesPath, Base: offerStamp(offer), Alt: alt, Back: o.url() + offersPath,
	}
	p.Heading = "Images" + format.NNBSP + ": " + title
	if len(offer.Pictures) >= registration.MaxPictures {
		p.Full = format.Text("Une offre a 4 images au plus : retirez-en une pour en ajouter une autre.")
	}
	for i, picture := range offer.Pictures {
		p.Pictures = append(p.Pictures, ownsheet.OwnPicture{Picture: o.ownPicture(picture), Hash: picture.Large, ID: strconv.Itoa(i + 1), Name: "l’image " + strconv.Itoa(i+1)})
	}
	titleFaults(&p.Title, state)
	return render(o.c, ownsheet.PicturesView(p))
}

// sentPicture draws the image of a form anew and stores it, named by nothing yet. Of
// what is wrong with the file, fault says it in French.
func (o *ownSheet) sentPicture(limit int64, sizes ...picture.Size) (p structure.Picture, fault string, err error) {
	up := sentFile(o.c)
	if fault := fileFault(up, limit, "une image"); fault != "" {
		return p, fault, nil
	}
	drawn, err := o.press.Draw(o.c.UserContext(), up.file, sizes...)
	if fault, ok := pictureFault(err); ok {
		return p, fault, nil
	}
	if err != nil {
		return p, "", err
	}
	p, err = o.Directory.KeepPicture(o.c.UserContext(), o.ID, drawn)
	return p, "", err
}

// fileFault says what is wrong with a file before it is read.
func fileFault(up *sheetUpload, limit int64, what string) string {
	switch {
	case up.over:
		return "Ce fichier pèse " + megabytes(up.size) + " : " + megabytes(limit) + " au plus. Envoyez-en un plus léger, ou réduisez l’image : 1\u202f600 pixels de côté suffisent."
	case up.file == nil:
		return "Choisissez " + what + " sur votre appareil."
	}
	return ""
}

// megabytes rounds up: what is too heavy is never said to weigh the limit.
func megabytes(n int64) string { return format.Number(int((n+1<<20-1)>>20)) + format.NBSP + "Mo" }

func pictureFault(err error) (string, bool) {
	var fault picture.Fault
	if errors.As(err, &fault) {
		return fault.Error(), true
	}
	return "", false
}

// faultStatus is that of a page that refuses a file.
func faultStatus(up *sheetUpload) int {
	if up.over {
		return fiber.StatusRequestEntityTooLarge
	}
	return fiber.StatusUnprocessableEntity
}

// addPicture adds an image to an offer of the draft.
func (s *site) addPicture(c *fiber.Ctx) error {
	o, index, err := s.ownOffer(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	in := formLines{sent: sent}
	alt := in.line("description", registration.MaxLine)
	if alt == "" && len(in.faults) == 0 {
		in.fault("description", "Dites en quelques mots ce que montre l’image, pour qui ne la voit pas, puis choisissez-la de nouveau.")
	}
	var p structure.Picture
	if up := sentFile(c); len(in.faults) == 0 || up.over || up.file == nil {
		fault := ""
		if p, fault, err = o.sentPicture(maxPictureFile, picture.Large, picture.Small); err != nil {
			return err
		}
		if fault != "" {
			in.faults = append([]form.Fault{{Field: fileField, Text: fault}}, in.faults...)
		}
	}
	if len(in.faults) > 0 {
		state := o.state()
		state.Heading, state.Faults = "L’image n’est pas ajoutée", in.faults
		c.Status(faultStatus(sentFile(c)))
		return o.renderPictures(index, state, typedLine(sent.Get("description")))
	}
	p.Alt = alt
	return o.changeOffer(sent.Get(baseField), "image", func(offer *structure.Offer) error {
		if slices.ContainsFunc(offer.Pictures, func(q structure.Picture) bool { return q.Large == p.Large }) {
			return account.Fault("Cette image est déjà là.")
		}
		if len(offer.Pictures) >= registration.MaxPictures {
			return account.Fault("Une offre a 4 images au plus : retirez-en une pour en ajouter une autre.")
		}
		offer.Pictures = append(offer.Pictures, p)
		return nil
	})
}

// changeOffer changes the images of an offer of the draft, and leads back to them.
func (o *ownSheet) changeOffer(base, what string, change func(*structure.Offer) error) error {
	at := 0
	_, err := o.Directory.Save(o.c.UserContext(), o.who, o.ID, registration.PartOffers, always, func(sheet *registration.Sheet) (err error) {
		if at, err = offerAt(sheet.Offers, base); err != nil {
			return err
		}
		return change(&sheet.Offers[at])
	})
	if err != nil {
		return o.listRefused(err, func(now *ownSheet, state form.State) error {
			if at, gone := offerAt(now.sheet.Offers, base); gone == nil {
				return now.renderPictures(at, state, "")
			}
			return now.renderOffers(state)
		})
	}
	return done(o.c, o.offerURL(at)+picturesPath, what)
}

// errNoPicture is said of one that is not there any more.
const errNoPicture = account.Fault("Cette image n’est plus là.")

// describePicture changes what an image is said to show.
func (s *site) describePicture(c *fiber.Ctx) error {
	o, index, err := s.ownOffer(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	in := formLines{sent: sent}
	field := sent.Get("champ") // each image has its own on the page
	alt := in.line(field, registration.MaxLine)
	if alt == "" && len(in.faults) == 0 {
		in.fault(field, "Dites en quelques mots ce que montre l’image, pour qui ne la voit pas.")
	}
	if len(in.faults) > 0 {
		state := o.state()
		state.Faults = in.faults
		c.Status(fiber.StatusUnprocessableEntity)
		return o.renderPictures(index, state, "")
	}
	return o.changeOffer(sent.Get(baseField), "image-decrite", func(offer *structure.Offer) error {
		at := slices.IndexFunc(offer.Pictures, func(p structure.Picture) bool { return p.Large == sent.Get(pictureField) })
		if at < 0 {
			return errNoPicture
		}
		offer.Pictures[at].Alt = alt
		return nil
	})
}

// removePicture takes an image out of an offer of the draft.
func (s *site) removePicture(c *fiber.Ctx) error {
	o, _, err := s.ownOffer(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	return o.changeOffer(sent.Get(baseField), "image-retiree", func(offer *structure.Offer) error {
		at := slices.IndexFunc(offer.Pictures, func(p structure.Picture) bool { return p.Large == sent.Get(pictureField) })
		if at < 0 {
			return errNoPicture
		}
		offer.Pictures = slices.Delete(offer.Pictures, at, at+1)
		return nil
	})
}
