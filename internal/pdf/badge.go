package pdf

import (
	"io"
	"time"

	"sourcier/internal/docx"
	"sourcier/internal/qr"
)

// Badges are those of an event: two columns of five on a page, 87 by 52 mm each, to be cut.
type Badges struct {
	Title, Author string
	At            time.Time
	List          []Badge
}

// Badge is one.
type Badge struct {
	Name, Body, Role string
	Code             *qr.Code // nil = none
}

// Measures of badges, in millimetres.
const (
	badgeWidth, badgeHeight  = 87.0, 52.0
	badgeColumns, badgeLines = 2, 5
	badgeInside              = 5.0
	badgeCode                = 30.0
)

// WriteBadges lays them out.
func WriteBadges(w io.Writer, b *Badges) error {
	s, err := newSheet(&docx.Document{Title: "Badges", Author: b.Author, At: b.At}, 0)
	if err != nil {
		return err
	}
	s.pdf.SetFooterFunc(func() {})
	for i := range b.List {
		n := i % (badgeColumns * badgeLines)
		if n == 0 && i > 0 {
			s.pdf.AddPage()
		}
		s.badge(b.Title, &b.List[i], margin+float64(n%badgeColumns)*badgeWidth, margin/2+float64(n/badgeColumns)*badgeHeight)
	}
	if len(b.List) == 0 {
		s.paragraph("", "Personne n’a encore de place.")
	}
	return s.pdf.Output(w)
}

// badge draws one at a place of the page.
func (s *sheet) badge(title string, b *Badge, x, y float64) {
	s.pdf.SetDrawColor(rule[0], rule[1], rule[2])
	s.pdf.SetLineWidth(0.1)
	s.pdf.Rect(x, y, badgeWidth, badgeHeight, "D")
	width := badgeWidth - 2*badgeInside
	s.font("", footSize, muted)
	s.line(title, x+badgeInside, y+badgeInside, width)
	if b.Code != nil {
		width -= badgeCode
		s.code(b.Code, x+badgeWidth-badgeInside-badgeCode, y+badgeHeight-badgeInside-badgeCode, badgeCode)
	}
	at := y + 14
	for _, part := range []struct {
		text   string
		style  string
		size   float64
		colour [3]int
		lines  int
		high   float64
	}{{b.Name, "B", 15, ink, 2, 6.5}, {b.Body, "", 9.5, ink, 3, 4.4}, {b.Role, "B", 9.5, deep, 1, 4.4}} {
		s.font(part.style, part.size, part.colour)
		lines := s.lines(part.text, width)
		for _, line := range lines[:min(len(lines), part.lines)] {
			s.pdf.SetXY(x+badgeInside, at)
			s.pdf.CellFormat(width, part.high, line, "", 0, "L", false, 0, "")
			at += part.high
		}
		at += 1.5
	}
}

// line writes what fits of a text on one line.
func (s *sheet) line(text string, x, y, width float64) {
	if lines := s.lines(text, width); len(lines) > 0 {
		s.pdf.SetXY(x, y)
		s.pdf.CellFormat(width, tableLine, lines[0], "", 0, "L", false, 0, "")
	}
}

// code draws a QR code, its border within the side.
func (s *sheet) code(c *qr.Code, x, y, side float64) {
	module := side / float64(c.Size()+2*qr.Quiet)
	s.pdf.SetFillColor(0, 0, 0)
	c.Runs(func(cx, cy, width int) {
		s.pdf.Rect(x+float64(cx+qr.Quiet)*module, y+float64(cy+qr.Quiet)*module, float64(width)*module, module, "F")
	})
}
