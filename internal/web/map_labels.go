package web

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"sourcier/internal/search/query"
	"sourcier/internal/territory"
	"sourcier/views/format"
)

// Names on a map without tiles: as many as can be read. A name takes about so many
// pixels.
const (
	maxLabels   = 60
	labelWidth  = 104.0
	labelHeight = 26.0
)

// nearness is how many times more a commune of the territory asked for, or of home,
// weighs than another of its size.
const nearness = 20

// apiPlaceName is a commune to write on the map.
type apiPlaceName struct {
	Name string  `json:"name"`
	Lat  float64 `json:"lat"`
	Lon  float64 `json:"lon"`
	Home bool    `json:"home"` // of the territory asked for, or of home
}

type labelled struct {
	commune territory.Commune
	home    bool
	x, y    float64 // on the square world
}

func (l *labelled) weight() int {
	if l.home {
		return l.commune.Population * nearness
	}
	return l.commune.Population
}

// labels are the communes that tell where a frame is, the largest first; two names
// never overlap.
func (s *site) labels(q query.Query, frame query.Frame) []apiPlaceName {
	asked, least := s.asked(q), leastPopulation(frame.Zoom)
	var list []labelled
	for ord := range uint32(s.Atlas.Len()) { // #nosec G115 -- some 35,000
		c := s.Atlas.At(ord)
		home := asked.Communes.Has(ord) || s.Home.Communes.Has(ord)
		if c.Population < least && !home || c.Precision == territory.PrecisionDepartment || !frame.Holds(c.Lat, c.Lon) {
			continue
		}
		x, y := query.Mercator(c.Lat, c.Lon)
		list = append(list, labelled{c, home, x, y})
	}
	slices.SortStableFunc(list, func(a, b labelled) int { return cmp.Compare(b.weight(), a.weight()) })
	return placed(list, 256*math.Exp2(float64(frame.Zoom)))
}

// placed keeps the labels that overlap none before; the world is so many pixels wide.
func placed(list []labelled, world float64) []apiPlaceName {
	out, kept := []apiPlaceName{}, []labelled(nil)
	for _, l := range list {
		if len(out) == maxLabels {
			break
		}
		if slices.ContainsFunc(kept, func(o labelled) bool {
			return math.Abs(l.x-o.x)*world < labelWidth && math.Abs(l.y-o.y)*world < labelHeight
		}) {
			continue
		}
		kept = append(kept, l)
		name := format.Text(strings.TrimSuffix(l.commune.Name, " Arrondissement"))
		out = append(out, apiPlaceName{Name: name, Lat: l.commune.Lat, Lon: l.commune.Lon, Home: l.home})
	}
	return out
}

// leastPopulation keeps villages off the map of a country.
func leastPopulation(zoom int) int {
	switch {
	case zoom <= 6:
		return 100_000
	case zoom <= 8:
		return 20_000
	case zoom <= 10:
		return 5_000
	}
	return 0
}
