package input

import (
	"context"
	"strings"

	"github.com/xuri/excelize/v2"
)

// maxMerged bounds what Merged and Tall list.
const maxMerged = 5

// Merged lists the ranges ("A1:C1") of merged cells that lie over several columns
// and begin in one of the first rows of the sheet that is read.
func Merged(ctx context.Context, p *Part, rows int) ([]string, error) {
	w, err := NewWorkbook(ctx, p)
	if err != nil {
		return nil, err
	}
	defer func() { _ = w.Close() }()
	return w.ranges(func(m Span) bool { return m.Top <= rows && m.Right > m.Left }), nil
}

// Span is a range of merged cells; lines and columns count from 1.
type Span struct{ Left, Top, Right, Bottom int }

// Spans are the merged ranges of the sheet, some thousand at most.
func (w *Workbook) Spans() (out []Span) {
	for _, ref := range w.merged {
		if s, ok := spanOf(ref); ok {
			out = append(out, s)
		}
	}
	return out
}

func spanOf(ref string) (s Span, ok bool) {
	var errFrom, errTo error
	from, to, _ := strings.Cut(ref, ":")
	s.Left, s.Top, errFrom = excelize.CellNameToCoordinates(from)
	s.Right, s.Bottom, errTo = excelize.CellNameToCoordinates(to)
	return s, errFrom == nil && errTo == nil
}

// Tall lists the ranges of merged cells that lie over several of the rows that are
// still to be read: all but the first of these rows are without the value.
func (w *Workbook) Tall() []string {
	return w.ranges(func(m Span) bool { return m.Top > w.line && m.Bottom > m.Top })
}

func (w *Workbook) ranges(which func(Span) bool) (out []string) {
	for _, ref := range w.merged {
		if s, ok := spanOf(ref); ok && which(s) && len(out) < maxMerged {
			out = append(out, ref)
		}
	}
	return out
}
