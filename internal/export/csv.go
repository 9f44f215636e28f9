package export

import (
	"io"
	"strconv"
	"strings"

	"sourcier/internal/spreadsheet"
)

// csvTable writes texts made inert, numbers with a decimal comma and ISO days.
type csvTable struct {
	out   *spreadsheet.CSV
	cells []string
}

func newCSV(w io.Writer, r *Request) (table, error) {
	heads := make([]string, 0, len(r.Columns))
	for _, c := range r.Columns {
		heads = append(heads, c.Head)
	}
	out, err := spreadsheet.NewCSV(w, heads...)
	return &csvTable{out: out}, err
}

func (t *csvTable) row(cells []cell) error {
	t.cells = t.cells[:0]
	for _, c := range cells {
		t.cells = append(t.cells, c.csv())
	}
	return t.out.Write(t.cells...)
}

func (c cell) csv() string {
	switch c.kind {
	case number:
		return strings.Replace(strconv.FormatFloat(c.number, 'f', -1, 64), ".", ",", 1)
	case day:
		return string(c.day)
	default:
		return c.text
	}
}

func (t *csvTable) end(*Request, int, int) error { return t.out.Flush() }
