package export

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"sourcier/internal/search/query"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/tempfile"
)

// Limits of an export, in rows.
const (
	MaxRows        = 50_000
	MaxVisitorRows = 1000
)

// chunk is how many structures are read from the store at a time.
const chunk = 200

// Source gives structures by their ids, those that are there.
type Source interface {
	GetSome(ctx context.Context, ids []string) ([]store.Doc[structure.Structure], error)
}

// Request is what is to be exported.
type Request struct {
	Context
	Structures Source
	List       query.List // of the search, as far as the limit
	Columns    []Column
	About      About
	Closed     bool   // closed ones are written too
	TempDir    string // "" = that of the system

	plain *Plain // nil = of structures
}

// About says of an export what its reader must know to rely on it.
type About struct {
	Search  []string // in words, a line each
	Address string   // of the page of results
	At      string   // when it was made, in words
	Credits []Credit
}

// Credit names reference data and who must be named for it.
type Credit struct{ Name, Author, Licence string }

// Done is a file written.
type Done struct {
	*os.File // at its beginning; without a name, gone when it is closed
	Size     int64
	Rows     int // heads apart
	Left     int // withdrawn, closed or suspended since the search
}

// Close closes the file, which is then gone.
func (d *Done) Close() error { return tempfile.Close(d.File) }

// table is a format.
type table interface {
	row(cells []cell) error
	end(r *Request, rows, left int) error
}

// CSV writes an export as CSV into a temporary file.
func CSV(ctx context.Context, r *Request) (*Done, error) {
	return write(ctx, r, newCSV)
}

// XLSX writes an export as a workbook into a temporary file.
func XLSX(ctx context.Context, r *Request) (*Done, error) {
	return write(ctx, r, newBook)
}

func write(ctx context.Context, r *Request, format func(io.Writer, *Request) (table, error)) (*Done, error) {
	if n := len(r.List.IDs); n > MaxRows {
		return nil, fmt.Errorf("export of %d rows: at most %d", n, MaxRows)
	}
	f, err := tempfile.Create(r.TempDir, "export")
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	done := &Done{File: f}
	if err := done.fill(ctx, r, format); err != nil {
		_ = done.Close() // what failed is told
		return nil, fmt.Errorf("export: %w", err)
	}
	return done, nil
}

func (d *Done) fill(ctx context.Context, r *Request, format func(io.Writer, *Request) (table, error)) error {
	out, err := format(d.File, r)
	if err != nil {
		return err
	}
	if c, ok := out.(io.Closer); ok {
		defer func() { _ = c.Close() }() // of what it has put aside
	}
	cells := make([]cell, len(r.Columns))
	for ids := r.List.IDs; len(ids) > 0; ids = ids[min(chunk, len(ids)):] {
		if err := d.part(ctx, r, ids[:min(chunk, len(ids))], cells, out); err != nil {
			return err
		}
	}
	return d.finish(out, r)
}

// part writes the rows of some ids, in their order.
func (d *Done) part(ctx context.Context, r *Request, ids []string, cells []cell, out table) error {
	docs, err := r.Structures.GetSome(ctx, ids)
	if err != nil {
		return err
	}
	there := make(map[string]*structure.Structure, len(docs))
	for i := range docs {
		there[docs[i].ID] = &docs[i].Value
	}
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return err
		}
		s, ok := there[id]
		if !ok || s.Closed && !r.Closed || !s.Shown() {
			d.Left++
			continue
		}
		of := row{s, &r.Context}
		for i := range r.Columns {
			cells[i] = r.Columns[i].value(&of)
		}
		if err := out.row(cells); err != nil {
			return err
		}
		d.Rows++
	}
	return nil
}

// Name is that of a file: what it is of, on which day, and how much of it when
// some is left out, since a CSV has no other place to say so.
func Name(subject string, on structure.Date, rows, total int, extension string) string {
	name := "structures"
	if subject != "" {
		name += "-" + subject
	}
	name += "-" + string(on)
	if rows < total {
		name += "-les-" + strconv.Itoa(rows) + "-premieres-sur-" + strconv.Itoa(total)
	}
	return strings.Trim(name, "-") + "." + extension
}

// Made is a file that somebody else wrote, read from its beginning.
func Made(f *os.File) (*Done, error) {
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	_, err = f.Seek(0, io.SeekStart)
	return &Done{File: f, Size: size}, err
}
