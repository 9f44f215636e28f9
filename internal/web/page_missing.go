package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/search/query"
	"sourcier/internal/territory"
	"sourcier/views/format"
	"sourcier/views/place"
)

const (
	// maxNearest is of how many missing sectors the nearest structures are looked
	// for: each takes two searches.
	maxNearest = 12
	// maxNearestKM is beyond what who is nearest helps nobody.
	maxNearestKM = 100
)

// missing says what no structure sells in a territory, and who is nearest of
// those that do: a group when all of it is missing, else single sectors; first
// those that most structures of the directory sell.
func (s *site) missing(c *fiber.Ctx, t territory.Territory, found map[string]int) (place.Missing, error) {
	var out place.Missing
	res, err := s.counted(c, url.Values{}, "sector")
	if err != nil {
		return out, err
	}
	all, err := s.sectorCounts(c, url.Values{}, facetOf(res, "sector"))
	if err != nil {
		return out, err
	}
	codes, absent := s.unsold(found)
	out.Summary = missingSummary(absent, len(s.Taxonomy.Sectors()), format.In(t))
	slices.SortStableFunc(codes, func(a, b string) int { return all[b] - all[a] })
	for i, code := range codes {
		gap := place.Gap{Label: s.sectorLabel(code), URL: sectorURL(code)}
		switch {
		case all[code] == 0:
			out.Nowhere = append(out.Nowhere, gap)
		case i < maxNearest:
			if gap.Nearest, gap.Found, err = s.nearest(c, t, code); err != nil {
				return out, err
			}
			out.Nearest = append(out.Nearest, gap)
		default:
			out.Others = append(out.Others, gap)
		}
	}
	return out, nil
}

// unsold lists the groups that nobody sells, and of the others the sectors that
// nobody sells; absent counts all those sectors.
func (s *site) unsold(found map[string]int) (codes []string, absent int) {
	for _, g := range s.Taxonomy.Groups() {
		list := s.Taxonomy.InGroup(g.Code)
		if found[g.Code] == 0 {
			codes, absent = append(codes, g.Code), absent+len(list)
			continue
		}
		for _, v := range list {
			if found[v.Code] == 0 {
				codes, absent = append(codes, v.Code), absent+1
			}
		}
	}
	return codes, absent
}

func missingSummary(absent, all int, in string) string {
	switch absent {
	case 0:
		return "Rien" + format.NNBSP + ": chacun des " + format.Count(all, "secteur", "secteurs") + " a au moins une structure qui intervient " + in + "."
	case 1:
		return "Un secteur sur " + format.Number(all) + " n’a aucune structure qui intervient " + in + "."
	}
	return format.Count(absent, "secteur", "secteurs") + " sur " + format.Number(all) + " n’ont aucune structure qui intervient " + in + ". Voici qui est le plus proche."
}

// nearest words who sells a sector nearest to a territory that nobody serves for
// it, and the search that finds them: « 4 le font à Choisy-le-Roi, à 3 km ».
func (s *site) nearest(c *fiber.Ctx, t territory.Territory, code string) (text, found string, err error) {
	lat, lon, ok := s.Atlas.Centre(t)
	if !ok {
		return "Proposé ailleurs", searchURL(url.Values{"sector": {code}}), nil
	}
	point := strconv.FormatFloat(lat, 'f', 5, 64) + "," + strconv.FormatFloat(lon, 'f', 5, 64)
	q, err := s.Parser.Parse(url.Values{"sector": {code}, "near": {point}, "sort": {string(query.SortDistance)}, "per_page": {"1"}})
	if err != nil {
		return "", "", err
	}
	res, err := s.aside(c.UserContext(), q)
	if err != nil {
		return "", "", err
	}
	where, km, ok := s.placeOf(res, lat, lon)
	switch {
	case !ok:
		return "Proposé ailleurs", searchURL(url.Values{"sector": {code}}), nil
	case km > maxNearestKM:
		return "Personne à moins de " + format.Radius(maxNearestKM), searchURL(url.Values{"sector": {code}}), nil
	}
	values := url.Values{"sector": {code}, "territory": {where.Value}}
	there, err := s.counted(c, values)
	if err != nil {
		return "", "", err
	}
	return nearestText(t, where, there.Total, km), searchURL(values), nil
}

// placeOf gives the commune of the first structure found and how far its
// reference point is; false when either is not known.
func (s *site) placeOf(res query.Result, lat, lon float64) (where territory.Territory, km float64, ok bool) {
	if len(res.Items) == 0 {
		return where, 0, false
	}
	where, err := s.Atlas.Resolve(res.Items[0].Commune)
	if err != nil {
		return where, 0, false
	}
	cLat, cLon, ok := s.Atlas.Centre(where)
	return where, territory.DistanceKM(lat, lon, cLat, cLon), ok
}

func nearestText(t, where territory.Territory, n int, km float64) string {
	if where.Communes.Within(t.Communes) {
		return format.Count(n, "structure installée ", "structures installées ") + format.In(where) + format.Plural(n, ", qui n’intervient qu’ailleurs", ", qui n’interviennent qu’ailleurs")
	}
	return fmt.Sprintf("%s %s, à %s", format.Count(n, "structure le fait", "structures le font"), format.In(where), format.Distance(km, true))
}
