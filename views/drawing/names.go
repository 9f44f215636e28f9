package drawing

import "unicode/utf8"

// Measures of a name: what a letter takes at most, on average, at 12.5 units.
const (
	letter     = 7.1
	lineAbove  = 10.5 // of the baseline
	lineBelow  = 3.5
	nearestGap = 4.0
)

// box is a part of the paper.
type box struct{ left, top, right, bottom float64 }

func (b box) meets(o box) bool {
	return b.left < o.right && o.left < b.right && b.top < o.bottom && o.top < b.bottom
}

// shelf knows what of the paper is taken.
type shelf struct {
	height float64
	boxes  []box
	points []box // those of the boxes that are points of communes
}

func (s *shelf) put(b box) { s.boxes = append(s.boxes, b) }

func (s *shelf) point(b box) {
	s.put(b)
	s.points = append(s.points, b)
}

// apart reports that a name is not so near to the point of another commune that
// it would be taken for its name.
func (s *shelf) apart(b box, of *dot) bool {
	b.left -= nearestGap + 2
	b.right += nearestGap + 2
	for _, p := range s.points {
		if b.meets(p) && !(p.left < of.x && of.x < p.right && p.top < of.y && of.y < p.bottom) {
			return false
		}
	}
	return true
}

func (s *shelf) free(b box) bool {
	if b.left < 2 || b.top < 2 || b.right > width-2 || b.bottom > s.height-2 {
		return false
	}
	for _, o := range s.boxes {
		if b.meets(o) {
			return false
		}
	}
	return true
}

// name writes the name of a commune beside its point where nothing else is; names
// come in the order of their importance, so that the least is left out.
func (s *shelf) name(d *dot) {
	for _, l := range d.labels() {
		if s.free(l.box) && s.apart(l.box, d) {
			s.put(l.box)
			d.label, d.lx, d.ly, d.anchor = d.Name, l.x, l.y, l.anchor
			return
		}
	}
}

// label is a place for a name.
type label struct {
	x, y   float64
	anchor string
	box    box
}

// labels are the places around a point where its name could be, the best first.
func (d *dot) labels() []label {
	long := float64(utf8.RuneCountInString(d.Name)) * letter
	gap := d.radius() + nearestGap
	aside := gap * 0.7                                    // at a slant, the disc is nearer
	at := func(x, y, from float64, anchor string) label { // from: where the text begins, as a share of its length before x
		left := x - from*long
		return label{x, y, anchor, box{left, y - lineAbove, left + long, y + lineBelow}}
	}
	return []label{
		at(d.x+gap, d.y+4, 0, "start"),
		at(d.x-gap, d.y+4, 1, "end"),
		at(d.x, d.y-gap, 0.5, "middle"),
		at(d.x, d.y+gap+lineAbove-2, 0.5, "middle"),
		at(d.x+aside, d.y-aside, 0, "start"),
		at(d.x-aside, d.y-aside, 1, "end"),
		at(d.x+aside, d.y+aside+lineAbove-2, 0, "start"),
		at(d.x-aside, d.y+aside+lineAbove-2, 1, "end"),
	}
}
