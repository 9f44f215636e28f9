package intake

import (
	"context"
	"encoding/json"
	"errors"
	"io"

	"sourcier/internal/intake/input"
)

// partJob reads one part by itself.
type partJob struct {
	session *session
	part    *part
}

func (j *partJob) run(ctx context.Context) error {
	j.session.meter.file = j.part.Name
	var err error
	if j.part.Shape == input.Objects {
		err = j.objects(ctx)
	} else {
		read := j.part.layout.read(j.session, j.part)
		err = j.session.rows(ctx, j.part, func(row *input.Row, l *line) error {
			return j.session.take(ctx, read(row, l))
		})
	}
	return j.session.settle(ctx, j.part, err)
}

// settle turns a failure of the file into its refusal, and hands on a failure
// of the run.
func (s *session) settle(ctx context.Context, p *part, err error) error {
	if err == nil {
		return nil
	}
	if failure(ctx, err) {
		return err
	}
	p.report.refuse(err)
	return nil
}

// take hands a draft to the writer, unless it is about a place that is not wanted.
func (s *session) take(ctx context.Context, d *Draft) error {
	if d == nil {
		return nil
	}
	if commune := d.Facts.Address.Commune; commune != "" && !s.limit.keeps(commune) {
		d.part.report.skip(SkipOutside)
		return nil
	}
	if d.waits() {
		return s.waiting.add(d)
	}
	return s.writer.add(ctx, d)
}

// rows calls each with every row of a table that can be read. The other rows
// are counted and go to the rejects.
func (s *session) rows(ctx context.Context, p *part, each func(*input.Row, *line) error) error {
	rows, err := s.openRows(ctx, p)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	l := &line{session: s, part: p}
	for {
		if l.number&0xff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		row, err := rows.Next()
		var broken *input.RowError
		switch {
		case errors.Is(err, io.EOF), p.isLast(row, err):
			return s.rejects.err
		case errors.As(err, &broken):
			l.begin(broken.Line)
			l.rejectBroken(broken)
			continue
		case err != nil:
			return err
		}
		l.begin(row.Line)
		l.wrapping(row)
		if err := each(row, l); err != nil {
			return err
		}
	}
}

// openRows opens a table past its header.
func (s *session) openRows(ctx context.Context, p *part) (input.Rows, error) {
	width := len(p.header.names)
	if p.Shape == input.Sheet {
		rows, err := input.NewWorkbook(ctx, p.Part)
		if err != nil {
			return nil, err
		}
		s.meter.bytes.Add(p.File.Size) // read at once
		return rows, pastHeader(rows, p, func() { rows.Expect(width) })
	}
	src, err := p.Content(ctx, &s.meter.bytes, p.layout.limit)
	if err != nil {
		return nil, err
	}
	rows := input.NewCSV(src, p.comma)
	return rows, pastHeader(rows, p, func() {
		rows.Expect(width)
		rows.Least(p.layout.fewest)
	})
}

func pastHeader(rows input.Rows, p *part, then func()) error {
	if _, err := input.Top(rows, len(p.header.above)); err != nil {
		_ = rows.Close()
		return headerError(err)
	}
	if _, err := rows.Next(); err != nil {
		_ = rows.Close()
		return headerError(err)
	}
	then()
	return nil
}

func (j *partJob) objects(ctx context.Context) error {
	p, s := j.part, j.session
	src, err := p.Content(ctx, &s.meter.bytes, p.layout.limit)
	if err != nil {
		return err
	}
	objects := input.NewObjects(src)
	defer func() { _ = objects.Close() }()
	read := p.layout.readObject(s, p)
	l := &line{session: s, part: p}
	for {
		object, err := objects.Next()
		if errors.Is(err, io.EOF) {
			return s.rejects.err
		}
		if err != nil {
			return err
		}
		l.begin(object.Number)
		if object.Decoded {
			l.repair(RepairEncoding)
		}
		if !input.IsObject(object.Raw) {
			l.reject("", string(object.Raw), "élément de la liste qui n’est pas un objet JSON")
			continue
		}
		drafts := append([]*Draft{read(object.Raw, l)}, l.others...)
		l.others = nil
		for _, d := range drafts {
			if err := s.take(ctx, d); err != nil {
				return err
			}
		}
	}
}

// decode fills a struct from an object; a value of the wrong type rejects it.
func decode(raw json.RawMessage, into any, l *line) bool {
	err := json.Unmarshal(raw, into)
	if err == nil {
		return true
	}
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		l.reject(wrong.Field, wrong.Value, "valeur d’un type inattendu")
	} else {
		l.reject("", "", "objet JSON illisible")
	}
	return false
}
