package pdf

import (
	"strconv"

	"sourcier/internal/docx"
)

func decimal(n int) string { return strconv.Itoa(n) }

// widths are those of the columns of a table.
func widths(b *docx.Block) []float64 {
	shares, sum := b.Shares(), 0
	for _, n := range shares {
		sum += n
	}
	out := make([]float64, len(shares))
	for i, n := range shares {
		out[i] = contentWidth * float64(n) / float64(sum)
	}
	return out
}

// table writes one; its head is repeated on each page that it goes on.
func (s *sheet) table(b *docx.Block) {
	columns := widths(b)
	s.pdf.SetDrawColor(rule[0], rule[1], rule[2])
	s.pdf.SetFillColor(soft[0], soft[1], soft[2])
	s.pdf.SetLineWidth(0.2)
	head := s.wrapped(b.Table[0], columns, true)
	begin := func() { s.row(head, columns, true, nil) }
	s.need(height(head) + 3*tableLine)
	begin()
	for _, row := range b.Table[1:] {
		s.row(s.wrapped(row, columns, false), columns, false, begin)
	}
	s.pdf.Ln(textLine)
}

// wrapped breaks the cells of a row into lines.
func (s *sheet) wrapped(row []string, columns []float64, head bool) [][]string {
	s.cellFont(head)
	out := make([][]string, len(columns))
	for i := range out {
		if i < len(row) {
			out[i] = s.lines(row[i], columns[i]-2*padding)
		}
	}
	return out
}

func (s *sheet) cellFont(head bool) {
	if head {
		s.font("B", tableSize, deep)
	} else {
		s.font("", tableSize, ink)
	}
}

func height(cells [][]string) float64 {
	most := 1
	for _, lines := range cells {
		most = max(most, len(lines))
	}
	return float64(most)*tableLine + 2*padding
}

// row writes one; what does not fit goes on below the head of the next page, given by
// again.
func (s *sheet) row(cells [][]string, columns []float64, head bool, again func()) {
	turn := func() {
		s.pdf.AddPage()
		if again != nil {
			again()
		}
	}
	if h := height(cells); s.pdf.GetY()+h > bottom && (h <= (bottom-margin)/2 || s.pdf.GetY()+2*padding+3*tableLine > bottom) {
		turn()
	}
	for rest := cells; ; {
		fit := max(1, int((bottom-s.pdf.GetY()-2*padding)/tableLine))
		var now [][]string
		now, rest = part(rest, fit)
		s.boxes(now, columns, head)
		if rest == nil {
			return
		}
		turn()
	}
}

// part takes so many lines of each cell; what is left is nil when nothing is.
func part(cells [][]string, lines int) (now, left [][]string) {
	more := false
	left = make([][]string, len(cells))
	for i, c := range cells {
		n := min(lines, len(c))
		now = append(now, c[:n])
		left[i] = c[n:]
		more = more || n < len(c)
	}
	if !more {
		left = nil
	}
	return now, left
}

// boxes draws the cells of a row, and their lines.
func (s *sheet) boxes(cells [][]string, columns []float64, head bool) {
	style := "D"
	if head {
		style = "FD"
	}
	x, y, h := margin, s.pdf.GetY(), height(cells)
	for i, lines := range cells {
		s.pdf.Rect(x, y, columns[i], h, style)
		s.cellFont(head)
		for n, line := range lines {
			s.pdf.SetXY(x+padding, y+padding+float64(n)*tableLine)
			s.pdf.CellFormat(columns[i]-2*padding, tableLine, line, "", 0, "L", false, 0, "")
		}
		x += columns[i]
	}
	s.pdf.SetXY(margin, y+h)
}
