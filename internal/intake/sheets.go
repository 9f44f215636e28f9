package intake

import (
	"context"
	"slices"

	"sourcier/internal/intake/input"
)

// maxSheets bounds how many sheets of a workbook are looked at.
const maxSheets = 50

// sheet is what the first rows of a sheet of a workbook are taken for.
type sheet struct {
	name   string
	header header
	layout *layout // nil when it is of none
	err    error
}

// rank tells a sheet that is read from one that is known and of no use, and from
// any other.
func (t *sheet) rank() int {
	switch {
	case t.layout == nil:
		return 0
	case t.layout.readable(t.header) != nil:
		return 1
	}
	return 2
}

// layoutOfBook takes the first sheet that is read, whatever stands before it (a
// page of explanations, an empty form), and tells which are left aside.
func (s *session) layoutOfBook(ctx context.Context, p *part) (*layout, error) {
	rows, err := input.NewWorkbook(ctx, p.Part)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	p.system1904 = rows.From1904()
	first, others := rows.Sheet()
	names := append([]string{first}, others...)
	var best *sheet
	for i, name := range names[:min(len(names), maxSheets)] {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		t := s.lookAt(rows, p, name, i > 0)
		if best == nil || t.rank() > best.rank() {
			best = t
		}
		if best.rank() == 2 {
			break
		}
	}
	if best.err != nil {
		return nil, headerError(best.err)
	}
	p.header = best.header
	p.Read(best.name)
	others = slices.DeleteFunc(names, func(n string) bool { return n == best.name })
	if len(others) > 0 {
		p.report.Note("seule la feuille « " + best.name + " » est lue ; laissées de côté : " + quoted(short(others)))
	}
	return best.layout, nil
}

func (s *session) lookAt(rows *input.Workbook, p *part, name string, turn bool) *sheet {
	t := &sheet{name: name}
	if turn {
		if t.err = rows.Turn(name); t.err != nil {
			return t
		}
	}
	var found [][]string
	if found, t.err = input.Top(rows, maxAbove+1); t.err == nil {
		t.layout = s.choose(p, top{rows: found})
		t.header = p.header
	}
	return t
}
