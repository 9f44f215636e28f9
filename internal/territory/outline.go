package territory

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
)

// micro is the grid of outlines: 1e-6 degree, 11 cm from south to north.
const micro = 1e6

// Outline is the surface of a place: polygons, each a list of rings, the first
// around it and the others around its holes. It is stored as it is, flat, so
// that a quarter of several thousand corners stays a small document.
type Outline [][]Ring

// Ring is a closed line: longitude and latitude of each corner in turn, in
// millionths of a degree (WGS84). The last corner is not the first again.
type Ring []int32

// ErrOutline is returned for a geometry that is no surface on the globe.
var ErrOutline = errors.New("no outline")

// ErrMetres is the ErrOutline of coordinates that are no degrees: a file in a
// projection, Lambert-93 most often.
var ErrMetres = fmt.Errorf("%w: coordinates are not degrees", ErrOutline)

// ParseOutline reads the geometry of a GeoJSON feature (RFC 7946): a Polygon or
// a MultiPolygon, longitude first. Rings of fewer than three corners, as
// generalised files have, are dropped; a geometry that has none left, or that
// has another type, is ErrOutline.
func ParseOutline(raw []byte) (Outline, error) {
	var geometry struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
	}
	if err := json.Unmarshal(raw, &geometry); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrOutline, err)
	}
	var polygons [][][][]float64
	var err error
	switch geometry.Type {
	case "Polygon":
		polygons = make([][][][]float64, 1)
		err = json.Unmarshal(geometry.Coordinates, &polygons[0])
	case "MultiPolygon":
		err = json.Unmarshal(geometry.Coordinates, &polygons)
	default:
		return nil, fmt.Errorf("%w: geometry of type %q", ErrOutline, echo(geometry.Type))
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrOutline, err)
	}
	return outlineOf(polygons)
}

func outlineOf(polygons [][][][]float64) (Outline, error) {
	var out Outline
	for _, polygon := range polygons {
		var rings []Ring
		for i, corners := range polygon {
			ring, err := ringOf(corners)
			if err != nil {
				return nil, err
			}
			if ring == nil && i == 0 {
				break // holes of nothing
			}
			if ring != nil {
				rings = append(rings, ring)
			}
		}
		if len(rings) > 0 {
			out = append(out, rings)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%w: no ring of three corners", ErrOutline)
	}
	return out, nil
}

// ringOf reads a ring; nil when it surrounds nothing.
func ringOf(corners [][]float64) (Ring, error) {
	ring := make(Ring, 0, 2*len(corners))
	for _, c := range corners {
		if len(c) < 2 {
			return nil, fmt.Errorf("%w: a position of %d numbers", ErrOutline, len(c))
		}
		if math.Abs(c[0]) > 180 || math.Abs(c[1]) > 90 {
			return nil, ErrMetres
		}
		x, y := int32(math.Round(c[0]*micro)), int32(math.Round(c[1]*micro))
		if n := len(ring); n >= 2 && ring[n-2] == x && ring[n-1] == y {
			continue
		}
		ring = append(ring, x, y)
	}
	if n := len(ring); n >= 4 && ring[0] == ring[n-2] && ring[1] == ring[n-1] {
		ring = ring[:n-2]
	}
	if len(ring) < 6 {
		return nil, nil
	}
	return slices.Clip(ring), nil
}

// Corners counts them.
func (o Outline) Corners() (n int) {
	for _, polygon := range o {
		for _, ring := range polygon {
			n += len(ring) / 2
		}
	}
	return n
}

// Contains reports whether a point in degrees is in the outline. What is on the
// line itself, that of a hole included, is in.
func (o Outline) Contains(lat, lon float64) bool {
	x, y := int64(math.Round(lon*micro)), int64(math.Round(lat*micro))
	for _, polygon := range o {
		inside := false
		for _, ring := range polygon {
			crossed, on := ring.crossings(x, y)
			if on {
				return true
			}
			inside = inside != crossed
		}
		if inside {
			return true
		}
	}
	return false
}

// crossings tells whether a ray from the point to the east crosses the ring an
// odd number of times, and whether the point is on the ring. Whole numbers leave
// no doubt about either: products stay below 2^59.
func (r Ring) crossings(x, y int64) (odd, on bool) {
	n := len(r)
	x1, y1 := int64(r[n-2]), int64(r[n-1])
	for i := 0; i < n; i += 2 {
		x2, y2 := int64(r[i]), int64(r[i+1])
		turn := (x2-x1)*(y-y1) - (x-x1)*(y2-y1)
		if turn == 0 && min(x1, x2) <= x && x <= max(x1, x2) && min(y1, y2) <= y && y <= max(y1, y2) {
			return odd, true
		}
		if (y1 > y) != (y2 > y) && (turn > 0) == (y2 > y1) {
			odd = !odd
		}
		x1, y1 = x2, y2
	}
	return odd, false
}

// metresPerMicro is a millionth of a degree of latitude.
const metresPerMicro = 6371008.8 * math.Pi / 180 / micro

// Simplified drops the corners that lie within so many metres of the line
// without them (Douglas and Peucker). A ring of which nothing would be left
// stays as it is.
func (o Outline) Simplified(metres float64) Outline {
	out := make(Outline, len(o))
	for i, polygon := range o {
		out[i] = make([]Ring, len(polygon))
		for j, ring := range polygon {
			out[i][j] = ring.simplified(metres)
		}
	}
	return out
}

func (r Ring) simplified(metres float64) Ring {
	n := len(r) / 2
	if n < 4 {
		return r
	}
	keep := make([]bool, n)
	far := r.farthest(0)
	keep[0], keep[far] = true, true
	todo := [][2]int{{0, far}, {far, n}} // n is corner 0 again
	for len(todo) > 0 {
		from, to := todo[len(todo)-1][0], todo[len(todo)-1][1]
		todo = todo[:len(todo)-1]
		worst, at := metres, 0
		for i := from + 1; i < to; i++ {
			if d := r.offset(i, from, to%n); d > worst {
				worst, at = d, i
			}
		}
		if at > 0 {
			keep[at] = true
			todo = append(todo, [2]int{from, at}, [2]int{at, to})
		}
	}
	out := make(Ring, 0, len(r))
	for i, kept := range keep {
		if kept {
			out = append(out, r[2*i], r[2*i+1])
		}
	}
	if len(out) < 6 {
		return r
	}
	return slices.Clip(out)
}

// corner is a corner in metres on a plane that fits a quarter.
func (r Ring) corner(i int) (x, y float64) {
	scale := math.Cos(float64(r[1]) / micro * math.Pi / 180)
	return float64(r[2*i]) * scale * metresPerMicro, float64(r[2*i+1]) * metresPerMicro
}

// farthest is the corner farthest from another.
func (r Ring) farthest(from int) (at int) {
	x0, y0 := r.corner(from)
	most := -1.0
	for i := range len(r) / 2 {
		x, y := r.corner(i)
		if d := math.Hypot(x-x0, y-y0); d > most {
			most, at = d, i
		}
	}
	return at
}

// offset is the distance of a corner from the segment between two others, in metres.
func (r Ring) offset(i, from, to int) float64 {
	x, y := r.corner(i)
	x1, y1 := r.corner(from)
	x2, y2 := r.corner(to)
	dx, dy := x2-x1, y2-y1
	length := dx*dx + dy*dy
	if length == 0 {
		return math.Hypot(x-x1, y-y1)
	}
	t := min(max(((x-x1)*dx+(y-y1)*dy)/length, 0), 1)
	return math.Hypot(x-x1-t*dx, y-y1-t*dy)
}
