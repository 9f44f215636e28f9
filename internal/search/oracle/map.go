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
	var shown []*structure.Structure
	for _, s := range o.known {
		p := s.Address.Point
		switch {
		case !slices.Contains(answer.IDs, s.ID):
		case !p.Usable():
			out.Unplaced++
		case p.Lon < frame.West || p.Lon > frame.East || p.Lat < frame.South || p.Lat > frame.North:
			out.Outside++
		default:
			shown = append(shown, s.Structure)
		}
	}
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
	for _, at := range order {
		out.Clusters = append(out.Clusters, cluster(q, frame, heaps[at]))
	}
	return out
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

// squareOf is where a point falls. The world of Web Mercator ends at some 85 degrees.
func squareOf(lat, lon float64, cells int) square {
	lat = math.Max(-85.051128779806604, math.Min(85.051128779806604, lat)) * math.Pi / 180
	y := (1 - math.Asinh(math.Tan(lat))/math.Pi) / 2
	return square{int(math.Floor(y * float64(cells))), int(math.Floor((lon + 180) / 360 * float64(cells)))}
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
		out.Lat += s.Address.Point.Lat / float64(len(list))
		out.Lon += s.Address.Point.Lon / float64(len(list))
		out.Families[slices.Index(structure.Families, s.Family(q.On))]++
		if s.Address.Commune != first.Address.Commune {
			out.Commune = ""
		}
	}
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
