// Package drawing draws maps on the server: SVG in the page, no script, no tile,
// no style attribute. Communes are labelled points; what they are shown for is told
// by shape before colour.
package drawing

import (
	"sourcier/internal/structure"
	"sourcier/views/format"
)

// Map is what a figure shows.
type Map struct {
	ID       string    // prefix of ids in the page, unique
	Title    string    // accessible name of the figure
	Text     string    // what it shows in one or two sentences: caption, and for who does not see the drawing
	Communes []Commune // labelled points of the background, the most important first; those with In are of what is shown
	Circle   *Circle   // radius around a point
	Marks    []Mark    // establishments or groups of them
}

// Commune is a labelled point.
type Commune struct {
	Code, Name string
	Lat, Lon   float64 // WGS84; not a number for none, then it is not drawn
	In         bool
	Count      int // more than 0: a disc with the number; a point where a larger disc is in the way
	URL        string
}

// Circle is a radius around a point.
type Circle struct{ Lat, Lon, KM float64 }

// Mark is one establishment (Count 0 or 1), in the shape of its family, or a group
// of them with their number.
type Mark struct {
	Lat, Lon float64
	Count    int
	Family   structure.Family
	Label    string // for who points at it or does not see it
	URL      string
}

// MaxCommunes is how many communes a figure draws: those with In or a number first,
// then in the order given. More would be no picture and a heavy page.
const MaxCommunes = 300

// linked reports that something in the drawing leads somewhere: it is then no
// single image for who listens to it.
func (m Map) linked() bool {
	for _, c := range m.Communes {
		if c.URL != "" {
			return true
		}
	}
	for _, k := range m.Marks {
		if k.URL != "" {
			return true
		}
	}
	return false
}

// role is img, whose parts are not told, unless some are links.
func (m Map) role() string {
	if m.linked() {
		return "group"
	}
	return "img"
}

// radius of the disc that holds a number, in units of the drawing.
func radius(n int) float64 {
	switch {
	case n < 10:
		return 11
	case n < 100:
		return 13
	case n < 1000:
		return 16
	}
	return 21
}

// title says what a commune is and how many are there.
func (d dot) title() string {
	if d.Count == 0 {
		return d.Name
	}
	return d.Name + format.NNBSP + ": " + format.Count(d.Count, "structure", "structures")
}
