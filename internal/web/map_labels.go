package web

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"sourcier/internal/search/query"
	"sourcier/internal/territory"
	"sourcier/views/format"
)

// Names on a map without tiles: as many as can be read, beside their point, in pixels.
const (
	maxLabels  = 60
	letterWide = 6.8
	nameGap    = 9.0
	nameHigh   = 9.0  // above and below the point
	markHigh   = 18.0 // of a group, around its centre
)

// widest is how many times the world at zoom 0, of 256 pixels, a screen is wide, as a
// power of two. A frame that is wider is no screen: its names are those of the zoom at
// which it would be one, or each map of the world at the zoom of a street would weigh
// 35,000 communes.
const widest = 4

// maxTried is how many communes are tried on a map, where groups leave no room.
const maxTried = 1000

// nearness is how many times more a commune of the territory asked for, or of home,
// weighs than another of its size.
const nearness = 20

// apiPlaceName is a commune to write on the map.
type apiPlaceName struct {
	Name string  `json:"name" doc:"Commune."`
	Lat  float64 `json:"lat" doc:"Latitude."`
	Lon  float64 `json:"lon" doc:"Longitude."`
	Home bool    `json:"home" doc:"Elle est du territoire demandé, ou de celui du portail."`
	Left bool    `json:"left" doc:"Son nom s’écrit à gauche du point, la droite étant prise."`
}

type labelled struct {
	commune territory.Commune
	home    bool
	x, y    float64 // in pixels of the whole world
}

func (l *labelled) weight() int {
	if l.home {
		return l.commune.Population * nearness
	}
	return l.commune.Population
}

// labels are the communes that tell where a map is, the largest first, of which no name
// is over another or over a group.
func (s *site) labels(q query.Query, frame query.Frame, clusters []query.Cluster) []apiPlaceName {
	asked, least := s.asked(q), leastPopulation(screenZoom(frame))
	var list []labelled
	for ord := range uint32(s.Atlas.Len()) { // #nosec G115 -- some 35,000
		c := s.Atlas.At(ord)
		home := asked.Communes.Has(ord) || s.Home.Communes.Has(ord)
		if c.Population < least && !home || c.Precision == territory.PrecisionDepartment || !frame.Holds(c.Lat, c.Lon) {
			continue
		}
		x, y := pixels(c.Lat, c.Lon, frame.Zoom)
		list = append(list, labelled{c, home, x, y})
	}
	slices.SortStableFunc(list, func(a, b labelled) int { return cmp.Compare(b.weight(), a.weight()) })
	var taken []area
	for _, c := range clusters {
		x, y := pixels(c.Lat, c.Lon, frame.Zoom)
		taken = append(taken, area{x - markHigh, y - markHigh, x + markHigh, y + markHigh})
	}
	return placed(list[:min(maxTried, len(list))], taken)
}

// screenZoom is the zoom of a frame, less where it would be wider than a screen.
func screenZoom(frame query.Frame) int {
	fits := widest + math.Log2(360/max(frame.East-frame.West, frame.North-frame.South))
	return int(min(float64(frame.Zoom), fits))
}

// area is a part of a map, in pixels.
type area struct{ left, top, right, bottom float64 }

func (a area) meets(o area) bool {
	return a.left < o.right && o.left < a.right && a.top < o.bottom && o.top < a.bottom
}

// pixels projects a point on the world, as wide as it is at a zoom.
func pixels(lat, lon float64, zoom int) (x, y float64) {
	world := 256 * math.Exp2(float64(zoom))
	x, y = query.Mercator(lat, lon)
	return x * world, y * world
}

// placed keeps the labels that have room, on one side of their point or on the other.
func placed(list []labelled, taken []area) []apiPlaceName {
	out := []apiPlaceName{}
	for _, l := range list {
		if len(out) == maxLabels {
			break
		}
		name := format.Text(strings.TrimSuffix(l.commune.Name, " Arrondissement"))
		long := nameGap + letterWide*float64(utf8.RuneCountInString(name))
		for _, left := range []bool{false, true} {
			at := area{l.x - 4, l.y - nameHigh, l.x + long, l.y + nameHigh}
			if left {
				at.left, at.right = l.x-long, l.x+4
			}
			if !slices.ContainsFunc(taken, at.meets) {
				taken = append(taken, at)
				out = append(out, apiPlaceName{Name: name, Lat: l.commune.Lat, Lon: l.commune.Lon, Home: l.home, Left: left})
				break
			}
		}
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
