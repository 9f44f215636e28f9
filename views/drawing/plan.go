package drawing

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"sourcier/views/format"
)

// Sizes of the drawing in its own units, which are pixels where it is as wide as
// its measure.
const (
	width     = 420.0
	minHeight = 260.0
	maxHeight = 520.0
	margin    = 34.0
)

// kmPerDegree is a degree of latitude on the sphere that distances are measured on.
const kmPerDegree = 111.195

// leastDegrees is what a drawing shows at least, about 3 km: a lone point is in the
// middle of something.
const leastDegrees = 0.028

// plan is a map laid out on the paper.
type plan struct {
	height   float64
	communes []dot
	circle   *disc
	marks    []spot
}

type disc struct{ x, y, r float64 }

// dot is a commune on the paper; label is "" where no room was left for it.
type dot struct {
	Commune
	x, y   float64
	plain  bool // a larger disc is where the number would be: a point says that some are there
	label  string
	lx, ly float64
	anchor string
}

// spot is a mark on the paper.
type spot struct {
	Mark
	x, y float64
}

// frame projects degrees on the paper: a degree of longitude is shortened by the
// cosine of the middle latitude, which is exact enough for a few departments.
type frame struct {
	west, north, east, south float64
	scale, squeeze           float64
	left, top                float64
}

func newFrame() *frame {
	return &frame{west: math.Inf(1), south: math.Inf(1), east: math.Inf(-1), north: math.Inf(-1)}
}

func (f *frame) take(lat, lon float64) {
	f.west, f.east = min(f.west, lon), max(f.east, lon)
	f.south, f.north = min(f.south, lat), max(f.north, lat)
}

// fit chooses the scale that shows all that was taken, and gives the height.
func (f *frame) fit() (height float64) {
	f.squeeze = max(math.Cos((f.north+f.south)/2*math.Pi/180), 0.01)
	wide := max((f.east-f.west)*f.squeeze, leastDegrees)
	high := max(f.north-f.south, leastDegrees)
	height = min(max(high/wide*(width-2*margin)+2*margin, minHeight), maxHeight)
	f.scale = min((width-2*margin)/wide, (height-2*margin)/high)
	f.left = width/2 - (f.west+f.east)/2*f.squeeze*f.scale
	f.top = height/2 + (f.north+f.south)/2*f.scale
	return height
}

func (f *frame) point(lat, lon float64) (x, y float64) {
	return f.left + lon*f.squeeze*f.scale, f.top - lat*f.scale
}

// drawable keeps what cannot be on a map off it.
func drawable(lat, lon float64) bool { return math.Abs(lat) <= 90 && math.Abs(lon) <= 180 }

// chosen are the communes that are drawn, the most important first.
func (m Map) chosen() []Commune {
	list := slices.DeleteFunc(slices.Clone(m.Communes), func(c Commune) bool { return !drawable(c.Lat, c.Lon) })
	slices.SortStableFunc(list, func(a, b Commune) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(rank(a.In), rank(b.In)))
	})
	return list[:min(len(list), MaxCommunes)]
}

func rank(first bool) int {
	if first {
		return 0
	}
	return 1
}

// plan lays a map out; it is false when there is nothing to draw.
func (m Map) plan() (plan, bool) {
	var p plan
	f := newFrame()
	communes := m.chosen()
	for _, c := range communes {
		f.take(c.Lat, c.Lon)
	}
	for _, k := range m.Marks {
		if drawable(k.Lat, k.Lon) {
			f.take(k.Lat, k.Lon)
		}
	}
	if c := m.Circle; c != nil && drawable(c.Lat, c.Lon) {
		high := c.KM / kmPerDegree
		wide := high / max(math.Cos(c.Lat*math.Pi/180), 0.01)
		f.take(c.Lat-high, c.Lon-wide)
		f.take(c.Lat+high, c.Lon+wide)
		p.circle = &disc{}
	}
	if f.west > f.east {
		return plan{}, false
	}
	p.height = f.fit()
	if c := m.Circle; p.circle != nil {
		p.circle.x, p.circle.y = f.point(c.Lat, c.Lon)
		p.circle.r = c.KM / kmPerDegree * f.scale
	}
	p.place(f, communes, m.Marks)
	return p, true
}

// place puts dots and marks on the paper, then the names where there is room.
func (p *plan) place(f *frame, communes []Commune, marks []Mark) {
	taken := &shelf{height: p.height}
	for _, k := range marks {
		if !drawable(k.Lat, k.Lon) {
			continue
		}
		x, y := f.point(k.Lat, k.Lon)
		p.marks = append(p.marks, spot{k, x, y})
		r := 9.0
		if k.Count > 1 {
			r = radius(k.Count)
		}
		taken.put(box{x - r, y - r, x + r, y + r})
	}
	for _, c := range communes {
		x, y := f.point(c.Lat, c.Lon)
		c.Name = format.Text(c.Name)
		d := dot{Commune: c, x: x, y: y}
		d.plain = c.Count > 0 && slices.ContainsFunc(p.communes, d.covers)
		p.communes = append(p.communes, d)
		r := d.radius()
		taken.point(box{x - r, y - r, x + r, y + r})
	}
	for i := range p.communes {
		taken.name(&p.communes[i])
	}
}

// covers reports that two discs would hide each other's number.
func (d dot) covers(o dot) bool {
	return o.numbered() && math.Hypot(d.x-o.x, d.y-o.y) < d.radius()+o.radius()-1
}

// drawn lists the communes from the bottom of the drawing to its top: a point never
// lies on the number of another, and the most important comes last.
func (p *plan) drawn() []dot {
	out := slices.Clone(p.communes)
	slices.Reverse(out)
	slices.SortStableFunc(out, func(a, b dot) int { return cmp.Compare(rank(!a.numbered()), rank(!b.numbered())) })
	return out
}

// numbered reports that the number of a commune is written.
func (d dot) numbered() bool { return d.Count > 0 && !d.plain }

// radius of the sign of a commune.
func (d dot) radius() float64 {
	switch {
	case d.numbered():
		return radius(d.Count)
	case d.In, d.plain:
		return 5
	}
	return 2.5
}

// coordinate writes a place on the paper to the tenth.
func coordinate(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }

func viewBox(height float64) string {
	return "0 0 " + coordinate(width) + " " + coordinate(height)
}

// shape is the path of a family's sign around a place.
func (s spot) shape() string {
	at := func(dx, dy float64) string { return coordinate(s.x+dx) + " " + coordinate(s.y+dy) }
	switch s.Family {
	case "insertion":
		return "M" + at(0, -9) + "L" + at(9, 7) + "L" + at(-9, 7) + "Z"
	case "handicap":
		return "M" + at(0, -9.5) + "L" + at(9.5, 0) + "L" + at(0, 9.5) + "L" + at(-9.5, 0) + "Z"
	case "ess":
		return "M" + at(-8, 0) + "A8 8 0 1 1 " + at(8, 0) + "A8 8 0 1 1 " + at(-8, 0) + "Z"
	}
	return "M" + at(-7.5, -7.5) + "L" + at(7.5, -7.5) + "L" + at(7.5, 7.5) + "L" + at(-7.5, 7.5) + "Z"
}

// family is the class of a mark's colour.
func (s spot) family() string {
	switch s.Family {
	case "insertion", "handicap", "ess":
		return string(s.Family)
	}
	return "entreprise"
}
