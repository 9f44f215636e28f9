package intake

import (
	"context"
	"errors"
	"io"

	"sourcier/internal/intake/input"
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
	var known *layout // the first that is recognised and cannot be read
	var above []string
	for n := 1; n <= maxHeads; n++ {
		row, err := rows.Next()
		if n > 1 && err != nil {
			break
		}
		if errors.Is(err, io.EOF) {
			return nil, &RefusalError{Cause: BadHeader, Text: "cette feuille est vide"}
		}
		if err != nil {
			return nil, headerError(err)
		}
		names := input.Names(row)
		if n == 1 {
			p.header, p.heads = newHeader(names), 1
		}
		for _, names := range [][]string{names, storeys(above, names)} {
			h := newHeader(names)
			found := layoutOfHeader(h)
			if found == nil {
				continue
			}
			if found.complaint == nil || found.complaint(h) == "" {
				p.header, p.heads = h, n
				return found, nil
			}
			if known == nil {
				known, p.header, p.heads = found, h, n
			}
		}
		above = names
	}
	return known, nil
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
