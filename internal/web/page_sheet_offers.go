package web

import (
	"sourcier/internal/structure"
	"sourcier/views/format"
	"sourcier/views/sheet"
)

// pictureURL is where a published sheet has an image.
func pictureURL(id, hash string) string { return sheetAddress(id) + picturesPath + "/" + hash }

func logoOf(v *structure.Structure) *sheet.Image {
	if v.Logo == nil {
		return nil
	}
	i := imageOf(v.ID, *v.Logo)
	i.Alt = "Logo" + format.NNBSP + ": " + v.Name
	return &i
}

func imageOf(id string, p structure.Picture) sheet.Image {
	w, h := smallSide(p)
	return sheet.Image{URL: pictureURL(id, p.Small), Full: pictureURL(id, p.Large), Width: w, Height: h, FullWidth: p.Width, Alt: format.Text(p.Alt)}
}

// offersOf are what the structure sells, told in its own words.
func offersOf(v *structure.Structure) (out []sheet.Offer) {
	for i := range v.Offers {
		offer := &v.Offers[i]
		o := sheet.Offer{Title: format.Text(offer.Title), Text: format.Text(offer.Description)}
		for _, f := range offerFacts(offer) {
			o.Facts = append(o.Facts, sheet.Row{Term: f.Term, Lines: []string{f.Text}})
		}
		for _, p := range offer.Pictures {
			o.Images = append(o.Images, imageOf(v.ID, p))
		}
		out = append(out, o)
	}
	return out
}
