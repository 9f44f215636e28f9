package oracle

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
)

// square is a cell of the world at a level: 2^level of them from west to east.
type square struct{ row, column int }

// Map groups what q finds for a frame, the slow way.
func (o *Oracle) Map(q query.Query, frame query.Frame) query.Map {
	q.Facets = false
	answer := o.Answer(q)
	out := query.Map{Frame: frame, Total: len(answer.IDs), Correction: answer.Correction}
	shown := o.within(answer, &out)
	cells := cellsFor(frame, shown)
	out.Cell = 64 * (4 << frame.Zoom) / cells
	heaps := squares(shown, cells)
	var order []square
	for at := range heaps {
		order = append(order, at)
	}
	slices.SortFunc(order, func(a, b square) int {
		return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.column, b.column))
	})
	var groups [][]*structure.Structure
	for _, at := range order {
		groups = append(groups, heaps[at])
	}
	for _, group := range apart(groups, frame.Zoom) {
		out.Clusters = append(out.Clusters, cluster(q, frame, group))
	}
	return out
}

// within lists what is found in the frame of a map, and counts what is not.
func (o *Oracle) within(answer Answer, out *query.Map) (shown []*structure.Structure) {
	for _, s := range o.known {
		p := s.Address.Point
		if !slices.Contains(answer.IDs, s.ID) {
			continue
		}
		if !p.Usable() {
			out.Unplaced++
			continue
		}
		if out.Outside+len(shown) == 0 {
			out.Extent = query.Bounds{West: p.Lon, South: p.Lat, East: p.Lon, North: p.Lat}
		}
		e := &out.Extent
		e.West, e.South, e.East, e.North = min(e.West, p.Lon), min(e.South, p.Lat), max(e.East, p.Lon), max(e.North, p.Lat)
		if p.Lon < out.West || p.Lon > out.East || p.Lat < out.South || p.Lat > out.North {
			out.Outside++
		} else {
			shown = append(shown, s.Structure)
		}
	}
	return shown
}

// apart joins to each group those after it whose centre is within 36 pixels of its own,
// which moves.
func apart(groups [][]*structure.Structure, zoom int) [][]*structure.Structure {
	for i := 0; i < len(groups); i++ {
		for j := i + 1; j < len(groups); j++ {
			if pixelsBetween(groups[i], groups[j], zoom) < 36 {
				groups[i] = append(groups[i], groups[j]...)
				groups = slices.Delete(groups, j, j+1)
				j = i
			}
		}
	}
	return groups
}

func pixelsBetween(a, b []*structure.Structure, zoom int) float64 {
	lat1, lon1 := mean(a)
	lat2, lon2 := mean(b)
	world := 256 * math.Pow(2, float64(zoom))
	return world * math.Hypot((lon2-lon1)/360, south(lat2)-south(lat1))
}

// south is how far a latitude is from the top of the world of Web Mercator, which ends at
// some 85 degrees, as a share of it.
func south(lat float64) float64 {
	lat = math.Max(-85.051128779806604, math.Min(85.051128779806604, lat)) * math.Pi / 180
	return (1 - math.Asinh(math.Tan(lat))/math.Pi) / 2
}

func mean(list []*structure.Structure) (lat, lon float64) {
	for _, s := range list {
		lat += s.Address.Point.Lat / float64(len(list))
		lon += s.Address.Point.Lon / float64(len(list))
	}
	return lat, lon
}

// cellsFor says how many squares there are from west to east: of 64 pixels, or twice
// as large again and again, until they are no more than a map takes.
func cellsFor(frame query.Frame, shown []*structure.Structure) int {
	cells := 4 << frame.Zoom
	for cells > 1 && (empties(frame, cells) > 16384 || len(squares(shown, cells)) > 300) {
		cells /= 2
	}
	return cells
}

// squareOf is where a point falls.
func squareOf(lat, lon float64, cells int) square {
	return square{int(math.Floor(south(lat) * float64(cells))), int(math.Floor((lon + 180) / 360 * float64(cells)))}
}

// empties counts the squares of a frame.
func empties(frame query.Frame, cells int) int {
	a, b := squareOf(frame.North, frame.West, cells), squareOf(frame.South, frame.East, cells)
	return (b.row - a.row + 1) * (b.column - a.column + 1)
}

func squares(list []*structure.Structure, cells int) map[square][]*structure.Structure {
	out := map[square][]*structure.Structure{}
	for _, s := range list {
		at := squareOf(s.Address.Point.Lat, s.Address.Point.Lon, cells)
		out[at] = append(out[at], s)
	}
	return out
}

func cluster(q query.Query, frame query.Frame, list []*structure.Structure) query.Cluster {
	first := list[0]
	out := query.Cluster{Count: len(list), Families: make([]int, len(structure.Families)), Commune: first.Address.Commune}
	var lats, lons []float64
	for _, s := range list {
		lats, lons = append(lats, s.Address.Point.Lat), append(lons, s.Address.Point.Lon)
		out.Families[slices.Index(structure.Families, s.Family(q.On))]++
		if s.Address.Commune != first.Address.Commune {
			out.Commune = ""
		}
	}
	out.Lat, out.Lon = mean(list)
	out.Bounds = query.Bounds{West: slices.Min(lons), South: slices.Min(lats), East: slices.Max(lons), North: slices.Max(lats)}
	if out.Divides = frame.Zoom < 18 && (out.Bounds.West != out.Bounds.East || out.Bounds.South != out.Bounds.North); out.Divides {
		return out
	}
	slices.SortFunc(list, func(a, b *structure.Structure) int {
		return cmp.Or(cmp.Compare(query.NeutralKey(q.On, a.ID), query.NeutralKey(q.On, b.ID)), strings.Compare(a.ID, b.ID))
	})
	for _, s := range list[:min(len(list), 5)] {
		out.Members = append(out.Members, query.Member{ID: s.ID, Name: s.Name, Family: s.Family(q.On), Demo: s.Demo})
	}
	return out
}

// Places counts what q finds by commune, the slow way.
func (o *Oracle) Places(q query.Query) query.Places {
	q.Facets = false
	answer := o.Answer(q)
	out := query.Places{Total: len(answer.IDs), Correction: answer.Correction}
	counts := map[string]int{}
	for _, s := range o.known {
		if !slices.Contains(answer.IDs, s.ID) {
			continue
		}
		if !s.Address.Point.Usable() {
			out.Unplaced++
		}
		if c, ok := o.Atlas.Commune(s.Address.Commune); ok && s.Address.Commune != "" {
			counts[c.Code]++
		} else {
			out.Unknown++
		}
	}
	for code, n := range counts {
		out.Communes = append(out.Communes, query.Located{Commune: code, Count: n})
	}
	slices.SortFunc(out.Communes, func(a, b query.Located) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Commune, b.Commune))
	})
	return out
}
