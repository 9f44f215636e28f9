package web

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/palette"
	"sourcier/views/format"
	"sourcier/views/part"
	"sourcier/views/style"
)

var iconName = regexp.MustCompile(`<symbol id="([^"]+)"`)

// style answers the page of the design language. It reads the style sheet and
// the sprite as they are served, so that it cannot tell of others.
func (s *site) style(c *fiber.Ctx) error {
	css, _, _ := s.Assets.Open("css/sourcier.css")
	light, dark, err := palette.Read(string(css))
	if err != nil {
		return fmt.Errorf("style: %w", err)
	}
	p := styleParts()
	p.Base = s.base("Le langage visuel", "", "")
	for name := range light {
		p.Colours = append(p.Colours, style.Colour{Name: name, Light: light[name], Dark: dark[name]})
	}
	slices.SortFunc(p.Colours, func(a, b style.Colour) int { return strings.Compare(a.Name, b.Name) })
	for _, pair := range palette.Pairs {
		for _, back := range pair.Backs {
			p.Pairs = append(p.Pairs, style.Pair{
				Front: pair.Front, Back: back, Need: decimal(pair.AtLeast),
				Light: sampleOf(light, pair.Front, back), Dark: sampleOf(dark, pair.Front, back),
			})
		}
	}
	sprite, _, _ := s.Assets.Open("img/icons.svg")
	for _, m := range iconName.FindAllStringSubmatch(string(sprite), -1) {
		p.Icons = append(p.Icons, m[1])
	}
	return render(c, style.View(p))
}

func sampleOf(s palette.Scheme, front, back string) style.Sample {
	sample := style.Sample{Front: s[front], Back: s[back], Contrast: "inconnu"}
	if c, err := s.Contrast(front, back); err == nil {
		sample.Contrast = decimal(c)
	}
	return sample
}

// decimal writes a figure with one digit after the comma.
func decimal(f float64) string { return strings.Replace(fmt.Sprintf("%.1f", f), ".", ",", 1) }

// styleParts are the pieces of a results page, of no structure that exists.
func styleParts() style.Page {
	return style.Page{
		Search: part.Search{What: "nettoyage de bureaux", Where: "Vitry-sur-Seine"},
		Chips:  []part.Chip{{Label: "Intervient à Vitry-sur-Seine", URL: "/_style"}, {Label: "Handicap (EA, ESAT)", URL: "/_style"}},
		Badges: []part.Badge{
			{Label: "EI", Title: "Entreprise d’insertion", Family: "insertion"}, {Label: "ESAT", Title: "Établissement ou service d’accompagnement par le travail", Family: "handicap"},
			{Label: "Association", Family: "ess"}, {Label: "PME", Title: "Petite ou moyenne entreprise", Family: "entreprise"},
		},
		Facts: []part.Answer{
			{Text: "Intervient à Vitry (rayon de 15" + format.NBSP + "km)", Tone: part.Good}, {Text: "Complet jusqu’au 1er mars", Tone: part.Warn},
			{Text: "Zone non déclarée", Tone: part.Muted}, {Text: "Sur devis"},
		},
		Card: part.Card{
			URL: "/_style", Name: []format.Segment{{Text: "ESAT Les Glycines"}}, Badges: []part.Badge{{Label: "ESAT", Title: "Établissement ou service d’accompagnement par le travail", Family: "handicap"}},
			Place: "Ivry-sur-Seine", Size: "50 à 99 salariés", Sectors: []format.Segment{{Text: "Nettoyage", Mark: true}, {Text: " de locaux et de bureaux · Espaces verts"}},
			Excerpt:  []format.Segment{{Text: "Équipe mobile de douze travailleurs pour l’"}, {Text: "entretien des locaux", Mark: true}, {Text: ", écoles, gymnases et vitrerie."}},
			Distance: "2,4" + format.NBSP + "km", Zone: part.Answer{Text: "Intervient à Vitry-sur-Seine", Tone: part.Good},
			Bases:        []part.BasisLine{{Articles: "L2113-12", Source: "FINESS, 12 mai 2026", ToCheck: true}},
			Availability: part.Answer{Text: "Disponible", Tone: part.Good},
		},
		Pages: part.Pagination{Page: 2, Pages: 9, Previous: "/_style", Next: "/_style", Numbers: []part.PageLink{{Page: 1, URL: "/_style"}, {Page: 2, URL: "/_style"}, {Page: 3, URL: "/_style"}, {}, {Page: 9, URL: "/_style"}}},
	}
}
