package browser

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"sourcier/internal/directory"
	"sourcier/internal/registration"
	"sourcier/internal/structure"
)

// drawn is the path of an image of some size.
func drawn(t *testing.T, name string, w, h int) string {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.SetRGBA(x, y, color.RGBA{uint8(30 + 120*x/w), uint8(90 + 90*y/h), 110, 255})
		}
	}
	path := filepath.Join(t.TempDir(), name)
	f, err := os.Create(path)
	if err == nil {
		err = png.Encode(f, m)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// sends chooses a file and sends its form.
func (b *tab) sends(file string) {
	b.Helper()
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#fichier"), []string{file}), chromedp.Submit(chromedp.CSS("#fichier")))
}

// TestAnOfferWithItsPicture: a logo, an offer and its picture, a reference, a label and
// its proof; published, everybody sees them, and a search finds the offer's words.
func TestAnOfferWithItsPicture(t *testing.T) {
	p := newPlace(t, nil, "")
	for siret, c := range map[string]struct {
		width      int64
		javascript bool
	}{"20005801400035": {narrow, true}, "20005801400043": {wide, false}} {
		t.Run(fmt.Sprintf("%d, JavaScript %v", c.width, c.javascript), func(t *testing.T) {
			p.offers(t, p.tab(t, c.width, c.javascript), c.javascript, siret)
		})
	}
}

func (p place) offers(t *testing.T, b *tab, javascript bool, siret string) {
	id, owner := p.workshop(b, siret)
	p.readySheet(b, id, owner.ID)
	at := "/mes-fiches/" + id
	p.enterAs(b, owner.Email)
	b.open(at + "/logo")
	b.looksRight(javascript)
	page := filepath.Join(t.TempDir(), "logo.png")
	if err := os.WriteFile(page, []byte("<!DOCTYPE html><p>Je suis une page</p>"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.sends(page)
	b.do(chromedp.WaitVisible(chromedp.CSS(".error-summary")))
	b.forgive() // the browser logs the 422
	b.looksRight(javascript)
	b.sends(drawn(t, "logo.png", 500, 300))
	b.waitDone("Logo enregistré")
	b.looksRight(javascript)

	b.open(at + "/offres")
	b.looksRight(javascript)
	b.open(at + "/offres/nouvelle")
	b.fill("#titre", "Plateaux-repas zélandais")
	b.fill("#description", "Livrés froids, vaisselle comprise.")
	b.fill("#capacite", "200 repas par jour")
	b.fill("#delai", "5")
	b.fill("#minimum", "500")
	b.fill("#maximum", "20000")
	b.looksRight(javascript)
	b.do(chromedp.Submit(chromedp.CSS("#titre")))
	b.waitDone("Offre enregistrée")
	b.open(at + "/offres/1/images")
	b.fill("#description", "Un plateau-repas ouvert, vu de haut")
	b.looksRight(javascript)
	b.sends(drawn(t, "photo.png", 1800, 1200))
	b.waitDone("Image ajoutée")
	b.looksRight(javascript)
	b.open(at + "/offres")
	b.looksRight(javascript)

	b.open(at + "/references")
	b.fill("#references", "Ville de Vitry-sur-Seine")
	b.looksRight(javascript)
	b.do(chromedp.Submit(chromedp.CSS("#references")))
	b.waitDone("Enregistré")
	b.open(at + "/labels/nouveau")
	b.do(chromedp.SetValue(chromedp.CSS("#label"), "iso-9001"))
	b.fill("#fin", "2030-12-31")
	b.looksRight(javascript)
	b.do(chromedp.Submit(chromedp.CSS("#label")))
	b.waitDone("Label enregistré")
	b.open(at + "/labels/iso-9001/justificatif")
	b.looksRight(javascript)
	b.sends(drawn(t, "certificat.png", 300, 400))
	b.waitDone("Justificatif joint")
	b.looksRight(javascript)

	b.open(at)
	b.do(chromedp.Click(chromedp.CSS(`form[action$="/publier"] button`)))
	b.waitDone("en ligne")
	p.enterAs(b, "")
	b.open("/structures/" + id)
	b.waitHeading("Les Ateliers du Lac")
	b.do(chromedp.WaitVisible(chromedp.CSS(".pictures img")))
	b.looksRight(javascript)
	b.open("/structures?q=zelandais")
	b.do(chromedp.WaitVisible(chromedp.CSS(`a[href^="/structures/` + id + `"]`)))
}

// readySheet has a draft answer what, where and how to be reached.
func (p place) readySheet(b *tab, id, person string) {
	b.Helper()
	d, err := p.Directory.Registrations.Get(b.ctx, id)
	if err != nil {
		b.Fatal(err)
	}
	who := directory.Who{Person: person, Organisation: d.Value.Owner}
	_, err = p.Directory.Save(b.ctx, who, id, registration.PartActivities, 0, func(s *registration.Sheet) error {
		s.Name, s.Contact.Email = "Les Ateliers du Lac", "contact@ateliers.example"
		s.Address = structure.Address{Commune: "94081", City: "Vitry-sur-Seine", PostalCode: "94400"}
		s.Activities = []structure.Activity{{Sectors: []string{"traiteur"}, Zone: structure.Zone{Territories: []string{"94081"}}}}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}
