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
	return w.ranges(func(m mergedRange) bool { return m.top <= rows && m.right > m.left }), nil
}

// Tall lists the ranges of merged cells that lie over several of the rows that are
// still to be read: all but the first of these rows are without the value.
func (w *Workbook) Tall() []string {
	return w.ranges(func(m mergedRange) bool { return m.top > w.line && m.bottom > m.top })
}

type mergedRange struct{ left, top, right, bottom int }

func (w *Workbook) ranges(which func(mergedRange) bool) (out []string) {
	for _, ref := range w.merged {
		var m mergedRange
		var errFrom, errTo error
		from, to, _ := strings.Cut(ref, ":")
		m.left, m.top, errFrom = excelize.CellNameToCoordinates(from)
		m.right, m.bottom, errTo = excelize.CellNameToCoordinates(to)
		if errFrom == nil && errTo == nil && which(m) && len(out) < maxMerged {
			out = append(out, ref)
		}
	}
	return out
}
