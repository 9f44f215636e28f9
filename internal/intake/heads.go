package intake

import (
	"context"
	"errors"
	"io"

	"sourcier/internal/intake/input"
	"sourcier/internal/territory"
)

// maxHeads is how many rows of a sheet are searched for its header: above it
// people put a title, a date, or a second storey of names.
const maxHeads = 10

// layoutOfSheet recognises a sheet by the first of its rows that is a header.
// Merged cells are of their first row and column: a name that spans two rows is
// read from above, and one that spans several columns gives way to those below.
func layoutOfSheet(ctx context.Context, p *part) (*layout, error) {
	rows, err := input.NewWorkbook(ctx, p.Part)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	if name, others := rows.Sheet(); len(others) > 0 {
		p.report.Note("seule la feuille « " + name + " » est lue ; laissées de côté : " + quoted(short(others)))
	}
	top, err := topRows(rows)
	if err != nil {
		return nil, err
	}
	p.header, p.heads = newHeader(top[0]), 1
	var known *layout // the first that is recognised and cannot be read
	for i, names := range top {
		heads := i + 1
		if i+1 < len(top) && isStorey(top[i+1]) {
			names, heads = storeys(names, top[i+1]), i+2
		}
		h := newHeader(names)
		found := layoutOfHeader(h)
		if found == nil {
			continue
		}
		if found.complaint == nil || found.complaint(h) == "" {
			p.header, p.heads = h, heads
			return found, nil
		}
		if known == nil {
			known, p.header, p.heads = found, h, heads
		}
	}
	return known, nil
}

// topRows gives the first rows that are not blank, at least one.
func topRows(rows input.Rows) (top [][]string, err error) {
	for len(top) < maxHeads {
		row, err := rows.Next()
		switch {
		case len(top) > 0 && err != nil:
			return top, nil // the reading will tell
		case errors.Is(err, io.EOF):
			return nil, &RefusalError{Cause: BadHeader, Text: "cette feuille est vide"}
		case err != nil:
			return nil, headerError(err)
		}
		top = append(top, input.Names(row))
	}
	return top, nil
}

// isStorey tells the lower row of a header: it has a name of a column, and cells
// that are left blank below a name that spans both rows.
func isStorey(names []string) bool {
	named, blank := false, false
	for _, name := range names {
		named = named || isGeneric(territory.Fold(name))
		blank = blank || name == ""
	}
	return named && blank
}

// storeys joins the names of two rows of a header, the lower one first.
func storeys(above, below []string) []string {
	out := make([]string, max(len(above), len(below)))
	copy(out, above)
	for i, name := range below {
		if name != "" {
			out[i] = name
		}
	}
	return out
}
