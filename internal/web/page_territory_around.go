package web

import (
	"cmp"
	"math"
	"slices"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/territory"
	"sourcier/views/drawing"
	"sourcier/views/format"
	"sourcier/views/part"
	"sourcier/views/place"
)

// countAround counts the communes of the place, or those around a commune.
func (s *site) countAround(c *fiber.Ctx, t territory.Territory, p *place.Territory) (err error) {
	p.Map = drawing.Map{ID: "carte", Title: "Structures installées " + p.In, Text: "Où les structures sont installées : un disque porte leur nombre, un point dit qu’il n’y en a aucune."}
	if t.Kind == territory.KindCommune {
		list := s.neighbours(t)
		if p.Neighbour, err = s.servings(c, list); err != nil {
			return err
		}
		p.Map.Title += " et alentour"
		p.Map.Communes, err = s.drawn(c, t, append(list, t))
		return err
	}
	list, rest := s.largest(t)
	p.Rest = rest
	if p.Communes, err = s.servings(c, list); err != nil {
		return err
	}
	p.Map.Communes, err = s.drawn(c, t, list)
	return err
}

// drawn are communes as a map shows them, those of a territory as its own, each
// with how many structures are installed there.
func (s *site) drawn(c *fiber.Ctx, of territory.Territory, list []territory.Territory) ([]drawing.Commune, error) {
	var out []drawing.Commune
	for _, t := range list {
		here, err := s.established(c, t)
		if err != nil {
			return nil, err
		}
		commune, _ := s.Atlas.Commune(t.Value)
		out = append(out, onMap(commune, t.Communes.Within(of.Communes), here.N, territoryURL(t.Value)))
	}
	return out, nil
}

// onMap places a commune; one without a point of its own has no place.
func onMap(commune territory.Commune, in bool, n int, url string) drawing.Commune {
	out := drawing.Commune{Code: commune.Code, Name: format.Text(commune.Name), Lat: commune.Lat, Lon: commune.Lon, In: in, Count: n, URL: url}
	if commune.Precision == territory.PrecisionDepartment {
		out.Lat, out.Lon = math.NaN(), math.NaN()
	}
	return out
}

func (s *site) servings(c *fiber.Ctx, list []territory.Territory) ([]part.Count, error) {
	var out []part.Count
	for _, t := range list {
		line, err := s.serving(c, t)
		if err != nil {
			return nil, err
		}
		out = append(out, line)
	}
	return out, nil
}

// largest lists the communes of a territory that have most inhabitants, in the
// order of their names, and how many it leaves out.
func (s *site) largest(t territory.Territory) (list []territory.Territory, rest int) {
	var all []territory.Commune
	for ord := range t.Communes.All() {
		if commune := s.Atlas.At(ord); commune.Parent == "" { // arrondissements have their city
			all = append(all, commune)
		}
	}
	slices.SortStableFunc(all, func(a, b territory.Commune) int { return b.Population - a.Population })
	rest = max(0, len(all)-maxCommuneLines)
	all = all[:len(all)-rest]
	slices.SortFunc(all, func(a, b territory.Commune) int {
		return cmp.Compare(territory.Fold(a.Name), territory.Fold(b.Name))
	})
	return s.asTerritories(all), rest
}

// neighbours lists the communes whose reference points are nearest.
func (s *site) neighbours(t territory.Territory) []territory.Territory {
	lat, lon, ok := s.Atlas.Centre(t)
	if !ok {
		return nil
	}
	type near struct {
		territory.Commune
		km float64
	}
	var list []near
	for ord := range uint32(s.Atlas.Len()) { // #nosec G115 -- 35,000
		commune := s.Atlas.At(ord)
		if commune.Parent != "" || commune.Precision == territory.PrecisionDepartment || t.Communes.Has(ord) {
			continue
		}
		km := territory.DistanceKM(lat, lon, commune.Lat, commune.Lon)
		if len(list) == maxNeighbours && km >= list[maxNeighbours-1].km {
			continue
		}
		at, _ := slices.BinarySearchFunc(list, km, func(n near, km float64) int { return cmp.Compare(n.km, km) })
		list = slices.Insert(list, at, near{commune, km})
		list = list[:min(len(list), maxNeighbours)]
	}
	var out []territory.Commune
	for _, n := range list {
		out = append(out, n.Commune)
	}
	return s.asTerritories(out)
}

func (s *site) asTerritories(list []territory.Commune) []territory.Territory {
	var out []territory.Territory
	for _, commune := range list {
		if t, err := s.Atlas.Resolve(commune.Code); err == nil {
			out = append(out, t)
		}
	}
	return out
}

// quarterLines names the quarters of a commune, and says by what one knows
// whether a structure is in one.
func (s *site) quarterLines(t territory.Territory) (lines []string, by string) {
	if t.Kind != territory.KindCommune {
		return nil, ""
	}
	list := s.Atlas.QuartersOf(t.Value)
	loaded := 0
	for i, q := range list {
		if _, ok := s.outlines().ByCode(q.Code); ok {
			loaded++
		}
		if i < maxQuarterLines {
			lines = append(lines, format.Text(cmp.Or(q.Name, q.Code))+" ("+q.Code+")")
		}
	}
	if rest := len(list) - len(lines); rest > 0 {
		lines = append(lines, format.Count(rest, "autre quartier", "autres quartiers"))
	}
	if loaded > 0 {
		return lines, "Leurs contours sont chargés" + format.NNBSP + ": la fiche d’une structure dit si elle y est, quand sa position exacte est connue."
	}
	return lines, "Leurs contours ne sont pas chargés" + format.NNBSP + ": la fiche d’une structure dit seulement que la commune en a."
}
