// Package pdf lays documents out on A4 pages, in French: a title, headings that are
// bookmarks, paragraphs, lists, and tables that break over pages and repeat their head.
// The same document gives the same bytes: its dates are its own, and nothing in it is
// random. The pages are not tagged: whoever needs the structure reads the page of the
// portal or the text document, which say the same.
//
// Of the libraries for Go under a free licence, go-pdf/fpdf is the one that is
// maintained, embeds the used part of TrueType fonts, has bookmarks and a language, and
// writes what does not change from one run to the next.
package pdf

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"time"
	"unicode"

	"codeberg.org/go-pdf/fpdf"

	"sourcier/internal/docx"
	"sourcier/public"
)

// Type is the media type of a document.
const Type = "application/pdf"

// Measures, in millimetres; sizes of letters in points.
const (
	pageWidth, pageHeight = 210.0, 297.0
	margin                = 18.0
	footHeight            = 12.0
	contentWidth          = pageWidth - 2*margin
	bottom                = pageHeight - margin - footHeight/2

	textSize, tableSize, footSize = 10.0, 8.5, 8.0
	textLine, tableLine           = 5.0, 4.2
	padding                       = 1.6 // of a cell
	indent                        = 5.0 // of a list
)

// family is the name of the font within a document.
const family = "dejavu"

// headings are the size of the letters, the height of a line and the space above, by
// level; 0 is the title.
var headings = [...]struct{ size, line, above float64 }{{20, 9, 0}, {14.5, 7, 6}, {12, 6, 4.5}, {10.5, 5.2, 3}}

// Colours of the portal, as red, green, blue.
var (
	ink   = [3]int{23, 32, 43}
	muted = [3]int{85, 96, 110}
	deep  = [3]int{7, 67, 74}
	soft  = [3]int{227, 241, 240}
	rule  = [3]int{127, 135, 145}
)

// Write lays out a text document.
func Write(w io.Writer, d *docx.Document) error {
	// Pages say how many there are: the first time counts them.
	pages, err := layOut(io.Discard, d, 0)
	if err == nil {
		_, err = layOut(w, d, pages)
	}
	return err
}

func layOut(w io.Writer, d *docx.Document, pages int) (int, error) {
	s, err := newSheet(d, pages)
	if err != nil {
		return 0, err
	}
	s.heading(0, d.Title)
	for i := range d.Blocks {
		s.block(&d.Blocks[i])
	}
	n := s.pdf.PageNo()
	if pages == 0 {
		return n, s.pdf.Error()
	}
	return n, s.pdf.Output(w)
}

// sheet is a document being laid out.
type sheet struct {
	pdf   *fpdf.Fpdf
	level int // of the last bookmark
}

func newSheet(d *docx.Document, pages int) (*sheet, error) {
	regular, bold := public.Font("dejavu-sans.ttf"), public.Font("dejavu-sans-bold.ttf")
	if len(regular) == 0 || len(bold) == 0 {
		return nil, errors.New("pdf: fonts are missing from public/vendor, run ./scripts/assets and build again")
	}
	p := fpdf.New("P", "mm", "A4", "")
	p.SetCatalogSort(true)
	// It reads fonts in place, and other documents are laid out at the same time.
	p.AddUTF8FontFromBytes(family, "", bytes.Clone(regular))
	p.AddUTF8FontFromBytes(family, "B", bytes.Clone(bold))
	p.SetFont(family, "", textSize)
	at := d.At.UTC().Truncate(time.Second)
	p.SetCreationDate(at)
	p.SetModificationDate(at)
	p.SetLang("fr-FR")
	p.SetTitle(shown(d.Title), true)
	p.SetAuthor(shown(d.Author), true)
	p.SetCreator("Sourcier", true)
	p.SetDisplayMode("fullwidth", "continuous")
	p.SetMargins(margin, margin, margin)
	p.SetCellMargin(0)
	p.SetAutoPageBreak(false, 0)
	s := &sheet{pdf: p, level: -1}
	p.SetFooterFunc(func() { s.foot(d.Foot, pages) })
	p.AddPage()
	return s, p.Error()
}

func (s *sheet) foot(text string, pages int) {
	s.font("", footSize, muted)
	s.pdf.SetXY(margin, pageHeight-margin)
	number := "Page " + decimal(s.pdf.PageNo()) + " sur " + decimal(pages)
	room := contentWidth - s.pdf.GetStringWidth(number) - indent
	if lines := s.lines(text, room); len(lines) > 0 {
		s.pdf.CellFormat(room, tableLine, lines[0], "", 0, "L", false, 0, "")
	}
	s.pdf.SetXY(margin, pageHeight-margin)
	s.pdf.CellFormat(contentWidth, tableLine, number, "", 0, "R", false, 0, "")
}

func (s *sheet) font(style string, size float64, colour [3]int) {
	s.pdf.SetFont(family, style, size)
	s.pdf.SetTextColor(colour[0], colour[1], colour[2])
}

// need begins another page unless so much of this one is left.
func (s *sheet) need(height float64) {
	if s.pdf.GetY()+height > bottom && s.pdf.GetY() > margin {
		s.pdf.AddPage()
	}
}

func (s *sheet) block(b *docx.Block) {
	switch {
	case len(b.Table) > 0:
		s.table(b)
	case len(b.List) > 0:
		for _, item := range b.List {
			s.paragraph("•", item)
		}
		s.pdf.Ln(textLine / 2)
	case b.Heading > 0:
		s.heading(min(b.Heading, len(headings)-1), b.Text)
	default:
		s.paragraph("", b.Text)
		s.pdf.Ln(textLine / 2)
	}
}

// heading writes one, with what follows on the same page, and its bookmark.
func (s *sheet) heading(level int, text string) {
	h := headings[level]
	s.font("B", h.size, deep)
	lines := s.lines(text, contentWidth)
	s.need(h.above + float64(len(lines))*h.line + 4*textLine)
	if s.pdf.GetY() > margin {
		s.pdf.Ln(h.above)
	}
	s.font("B", h.size, deep)
	if level > 0 {
		s.level = min(level-1, s.level+1) // a bookmark is at most one level below the one before
		s.pdf.Bookmark(shown(text), s.level, -1)
	}
	for _, line := range lines {
		s.pdf.CellFormat(contentWidth, h.line, line, "", 1, "L", false, 0, "")
	}
	s.pdf.Ln(h.line / 4)
}

// paragraph writes lines of text, behind a mark when it is of a list.
func (s *sheet) paragraph(mark, text string) {
	left, width := margin, contentWidth
	if mark != "" {
		left, width = margin+indent, contentWidth-indent
	}
	s.font("", textSize, ink)
	for i, line := range s.lines(text, width) {
		s.need(textLine)
		s.font("", textSize, ink)
		if i == 0 && mark != "" {
			s.pdf.SetX(margin + 1)
			s.pdf.CellFormat(indent, textLine, mark, "", 0, "L", false, 0, "")
		}
		s.pdf.SetX(left)
		s.pdf.CellFormat(width, textLine, line, "", 1, "L", false, 0, "")
	}
}

// lines breaks a text at its spaces to fit a width in the current font, and within a
// word that is wider.
func (s *sheet) lines(text string, width float64) (out []string) {
	for line := range strings.SplitSeq(shown(text), "\n") {
		current := ""
		for word := range strings.FieldsFuncSeq(line, func(r rune) bool { return r == ' ' }) {
			next := word
			if current != "" {
				next = current + " " + word
			}
			if s.pdf.GetStringWidth(next) <= width {
				current = next
				continue
			}
			if current != "" {
				out = append(out, current)
			}
			var parts []string
			parts, current = s.cut(word, width)
			out = append(out, parts...)
		}
		out = append(out, current)
	}
	return out
}

// cut breaks a word into lines, and gives the last one apart.
func (s *sheet) cut(word string, width float64) (whole []string, last string) {
	used := 0.0
	for _, r := range word {
		w := s.pdf.GetStringWidth(string(r))
		if used+w > width && last != "" {
			whole, last, used = append(whole, last), "", 0
		}
		last, used = last+string(r), used+w
	}
	return whole, last
}

// shown is a text without what the font cannot have and what would be no sign on paper.
func shown(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return -1
		case r >= 0xFFFF || unicode.Is(unicode.Co, r):
			return '□'
		}
		return r
	}, strings.ToValidUTF8(text, "□"))
}
