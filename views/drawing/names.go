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
}

func (s *shelf) put(b box) { s.boxes = append(s.boxes, b) }

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
	long := float64(utf8.RuneCountInString(d.Name)) * letter
	gap := d.radius() + nearestGap
	for _, try := range []struct {
		x, y, from float64 // from: where the text begins, as a share of its length before x
		anchor     string
	}{
		{d.x + gap, d.y + 4, 0, "start"},
		{d.x - gap, d.y + 4, 1, "end"},
		{d.x, d.y - gap, 0.5, "middle"},
		{d.x, d.y + gap + lineAbove - 2, 0.5, "middle"},
	} {
		left := try.x - try.from*long
		b := box{left, try.y - lineAbove, left + long, try.y + lineBelow}
		if s.free(b) {
			s.put(b)
			d.label, d.lx, d.ly, d.anchor = d.Name, try.x, try.y, try.anchor
			return
		}
	}
}
