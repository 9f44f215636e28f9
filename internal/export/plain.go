package export

import (
	"context"
	"fmt"
	"io"
	"iter"

	"sourcier/internal/structure"
	"sourcier/internal/tempfile"
)

// Plain is a table of something else than structures.
type Plain struct {
	Title   string // of the sheet
	Heads   []Head
	Rows    iter.Seq[[]Value] // as many values as heads
	About   [][2]string       // of the sheet that says what the rows are
	TempDir string            // "" = that of the system
}

// Head is the head of a column.
type Head struct {
	Label string
	Width float64
}

// Value is what a cell holds; the zero Value is empty.
type Value struct{ cell cell }

// Words is a text, Amount a number, and Day a day, empty for an unknown one.
func Words(s string) Value { return Value{words(s)} }

// Amount is described with Words.
func Amount(n int64) Value { return Value{cell{kind: number, number: float64(n)}} }

// Decimal is described with Words.
func Decimal(n float64) Value { return Value{cell{kind: number, number: n}} }

// Day is described with Words.
func Day(d structure.Date) Value { return Value{dated(d)} }

// PlainCSV writes a table as CSV into a temporary file.
func PlainCSV(ctx context.Context, p *Plain) (*Done, error) { return writePlain(ctx, p, newCSV) }

// PlainXLSX writes it as a workbook.
func PlainXLSX(ctx context.Context, p *Plain) (*Done, error) { return writePlain(ctx, p, newBook) }

func writePlain(ctx context.Context, p *Plain, format func(io.Writer, *Request) (table, error)) (*Done, error) {
	r := &Request{TempDir: p.TempDir, plain: p}
	for _, h := range p.Heads {
		r.Columns = append(r.Columns, Column{Head: h.Label, width: h.Width})
	}
	f, err := tempfile.Create(p.TempDir, "export")
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	done := &Done{File: f}
	if err := done.fillPlain(ctx, r, format); err != nil {
		_ = done.Close() // what failed is told
		return nil, fmt.Errorf("export: %w", err)
	}
	return done, nil
}

func (d *Done) fillPlain(ctx context.Context, r *Request, format func(io.Writer, *Request) (table, error)) error {
	out, err := format(d.File, r)
	if err != nil {
		return err
	}
	if c, ok := out.(io.Closer); ok {
		defer func() { _ = c.Close() }() // of what it has put aside
	}
	cells := make([]cell, len(r.Columns))
	for values := range r.plain.Rows {
		if err := ctx.Err(); err != nil {
			return err
		}
		for i := range cells {
			cells[i] = values[i].cell
		}
		if err := out.row(cells); err != nil {
			return err
		}
		d.Rows++
	}
	return d.finish(out, r)
}

// finish ends the file and goes back to its beginning.
func (d *Done) finish(out table, r *Request) (err error) {
	if err := out.end(r, d.Rows, d.Left); err != nil {
		return err
	}
	if d.Size, err = d.Seek(0, io.SeekCurrent); err != nil {
		return err
	}
	_, err = d.Seek(0, io.SeekStart)
	return err
}
