// Package qr draws QR codes, as the shape of an SVG image and as squares for documents. It
// is the one home of its library: of those for Go under a free licence, piglig/go-qr is the
// one that is maintained and tells the modules of a code.
package qr

import (
	"fmt"
	"strconv"
	"strings"

	goqr "github.com/piglig/go-qr"
)

// Quiet is the white border that a code needs on each side, in modules (ISO/IEC 18004).
const Quiet = 4

// Code is a QR code: a square of modules.
type Code struct {
	size int
	dark []bool
}

// New makes the code of a text. A quarter of it may be hidden or spoilt: it is read from a
// cracked screen, or from paper that was folded.
func New(text string) (*Code, error) {
	q, err := goqr.EncodeText(text, goqr.Quartile)
	if err != nil {
		return nil, fmt.Errorf("qr: %w", err)
	}
	c := &Code{size: q.Size(), dark: make([]bool, q.Size()*q.Size())}
	for y := range c.size {
		for x := range c.size {
			c.dark[y*c.size+x] = q.Module(x, y)
		}
	}
	return c, nil
}

// Size is how many modules a side has, without the border.
func (c *Code) Size() int { return c.size }

// Dark reports whether a module is dark.
func (c *Code) Dark(x, y int) bool { return c.dark[y*c.size+x] }

// Runs tells the dark modules as bars: where each begins, and how many modules wide it is.
func (c *Code) Runs(bar func(x, y, width int)) {
	for y := range c.size {
		for x := 0; x < c.size; x++ {
			from := x
			for x < c.size && c.Dark(x, y) {
				x++
			}
			if x > from {
				bar(from, y, x-from)
			}
		}
	}
}

// ViewBox is that of the SVG image, border and all.
func (c *Code) ViewBox() string {
	side := strconv.Itoa(c.size + 2*Quiet)
	return "0 0 " + side + " " + side
}

// Path is the shape of the dark modules within it: the attribute d of a path.
func (c *Code) Path() string {
	var b strings.Builder
	c.Runs(func(x, y, width int) { fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", x+Quiet, y+Quiet, width, width) })
	return b.String()
}
