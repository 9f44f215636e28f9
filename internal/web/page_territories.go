package web

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/territory"
	"sourcier/views/drawing"
	"sourcier/views/format"
	"sourcier/views/part"
	"sourcier/views/place"
)

// territories answers the page of the home territory, or leads to that of the
// place that the form names.
func (s *site) territories(c *fiber.Ctx) error {
	values, err := queryValues(c)
	if err != nil {
		return err
	}
	words := strings.Join(strings.Fields(values.Get(paramWords)), " ")
	found := place.Find{}
	if words != "" {
		list := s.resolvePlace(words, "")
		if len(list) == 1 && list[0].Kind != territory.KindFrance {
			return c.Redirect(territoryURL(list[0].Value), fiber.StatusSeeOther)
		}
		found = s.whichTerritory(words, list)
	} else if notModified(c, s.countTag("territories", "")) {
		return nil
	}
	p, err := keepCounts(s, territoriesPath, func() (place.Territories, error) { return s.countTerritories(c) })
	if err != nil {
		return err
	}
	p.Base = s.base("Territoires"+format.NNBSP+": communes servies et installées", "Commune par commune, combien de structures interviennent et sont installées sur le territoire, et ce qui y manque.", territoriesPath)
	p.NoIndex, p.Section, p.Find = words != "", territoriesPath, found
	return render(c, place.TerritoriesView(p))
}

// whichTerritory says why words lead to no page: they name no territory, or
// several, as some postal codes do.
func (s *site) whichTerritory(words string, list []territory.Territory) place.Find {
	out := place.Find{Words: words, Error: "Plusieurs communes ont ce code postal."}
	if len(list) < 2 {
		out.Error = "Territoire non reconnu" + format.NNBSP + ": " + format.Quote(clip(words)) + "."
		list = s.Atlas.Search(words, s.Home, maxGuesses)
	}
	for _, t := range list[:min(len(list), maxCommuneLines)] {
		out.Near = append(out.Near, part.Link{Label: format.Text(t.Label), URL: territoryURL(t.Value)})
	}
	return out
}

func (s *site) countTerritories(c *fiber.Ctx) (place.Territories, error) {
	p := place.Territories{Home: format.Text(s.Home.Label), HomeURL: territoryURL(s.Home.Value), Wider: s.widerPlaces(s.Home)}
	var err error
	if p.Serving, err = s.serving(c, s.Home); err != nil {
		return p, err
	}
	p.Serving.Label = format.Plural(p.Serving.N, "structure intervient ", "structures interviennent ") + format.In(s.Home)
	p.Serving.Note = "Leur zone d’intervention l’atteint, où qu’elles soient installées."
	if p.Here, err = s.established(c, s.Home); err != nil {
		return p, err
	}
	p.Map = drawing.Map{ID: "carte", Title: "Structures installées " + format.In(s.Home), Text: "Où les structures sont installées : un disque porte leur nombre, un point dit qu’il n’y en a aucune. Le nom mène à la page de la commune."}
	list, rest := s.largest(s.Home)
	p.Rest = rest
	for _, t := range list {
		row := place.Row{Name: format.Text(t.Label), URL: territoryURL(t.Value)}
		if row.Serving, err = s.serving(c, t); err != nil {
			return p, err
		}
		if row.Here, err = s.established(c, t); err != nil {
			return p, err
		}
		commune, _ := s.Atlas.Commune(t.Value)
		p.Map.Communes = append(p.Map.Communes, onMap(commune, true, row.Here.N, row.URL))
		row.Serving.URL = searchURL(url.Values{"serves": {t.Value}})
		row.Serving.Label, row.Here.Label = format.In(t), format.In(t)
		p.Rows = append(p.Rows, row)
	}
	return p, nil
}
