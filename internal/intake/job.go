package intake

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"

	"sourcier/internal/intake/input"
)

// partJob reads one part by itself.
type partJob struct {
	session *session
	part    *part
}

func (j *partJob) run(ctx context.Context) error {
	j.session.meter.file = j.part.Name
	return j.session.settle(ctx, j.part, j.read(ctx))
}

func (j *partJob) read(ctx context.Context) error {
	s, p := j.session, j.part
	if p.Shape != input.Objects {
		read := p.layout.read(s, p)
		return s.rows(ctx, p, func(row *input.Row, l *line) error { return s.take(ctx, read(row, l)) })
	}
	read := p.layout.readObject(s, p)
	return s.objects(ctx, p, func(raw json.RawMessage, l *line) error {
		drafts := append([]*Draft{read(raw, l)}, l.others...)
		l.others = nil
		for _, d := range drafts {
			if err := s.take(ctx, d); err != nil {
				return err
			}
		}
		return nil
	})
}

// settle turns a failure of the file into its refusal, and hands on a failure
// of the run. What was read of a file that changed meanwhile is refused too:
// that may be why it could not be read, and nothing tells what is missing.
func (s *session) settle(ctx context.Context, p *part, err error) error {
	if err != nil && failure(ctx, err) {
		return err
	}
	if changed := p.File.Changed(); changed != nil {
		err = changed
	}
	if err != nil {
		p.report.refuse(err)
	}
	return nil
}

// take hands a draft to the writer, unless it is about a place that is not wanted.
func (s *session) take(ctx context.Context, d *Draft) error {
	if d == nil {
		return nil
	}
	if d.part.list != nil {
		d.part.list.covers(d.Facts.Address, s.rules)
	}
	if commune := d.Facts.Address.Commune; commune != "" && !s.limit.keeps(commune) {
		d.part.report.skip(SkipOutside)
		if !d.ofList() {
			return nil
		}
		d = d.confirming()
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
		return rows, pastHeader(rows, p, func() {
			rows.Expect(width)
			p.noteMerged(rows.Tall())
		})
	}
	src, err := p.Content(ctx, &s.meter.bytes, p.layout.limit)
	if err != nil {
		return nil, err
	}
	rows := input.NewCSV(src, p.comma)
	if p.layout.widths != nil {
		return rows, pastHeader(rows, p, func() { rows.ExpectAny(p.layout.widths) })
	}
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

// objects calls each with every object of a list. What is no object is counted
// and goes to the rejects.
func (s *session) objects(ctx context.Context, p *part, each func(json.RawMessage, *line) error) error {
	src, err := p.Content(ctx, &s.meter.bytes, p.layout.limit)
	if err != nil {
		return err
	}
	objects := input.NewObjects(src)
	defer func() { _ = objects.Close() }()
	l := &line{session: s, part: p}
	for {
		object, err := objects.Next()
		if errors.Is(err, io.EOF) {
			p.notePages(l.number, objects.Beside())
			p.noteLists(objects)
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
		if err := each(object.Raw, l); err != nil {
			return err
		}
	}
}

// notePages tells that an answer of an API holds a page of what it found.
func (p *part) notePages(n int, beside map[string]string) {
	p.objects = n
	for _, key := range []string{"total_results", "total", "count"} {
		if total, err := strconv.Atoi(beside[key]); err == nil && total > n {
			p.results = total
			p.report.Note("ce fichier ne contient que " + number(int64(n)) + " des " + number(int64(total)) + " résultats de la source : importer aussi les autres pages")
			return
		}
	}
}

// noteLists tells that a file holds several lists.
func (p *part) noteLists(objects *input.ObjectReader) {
	if n := objects.Lists(); n > 1 {
		p.report.Note(number(int64(n)) + " listes l’une après l’autre dans ce fichier : lues comme une seule")
	}
	if aside := objects.Aside(); len(aside) > 0 {
		p.report.Note("listes du fichier laissées de côté, d’un nom qui n’est pas attendu : " + quoted(short(aside)))
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
		l.reject(wrong.Field, typeName(wrong.Value), "valeur d’un type inattendu")
	} else {
		l.reject("", "", "objet JSON illisible")
	}
	return false
}

// typeName says in French what encoding/json says of a value: "object", "number 7".
func typeName(value string) string {
	kind, rest, _ := strings.Cut(value, " ")
	for _, t := range [][2]string{{"object", "objet"}, {"array", "liste"}, {"string", "texte"}, {"number", "nombre"}, {"bool", "vrai ou faux"}} {
		if kind == t[0] {
			return strings.TrimSpace(t[1] + " " + rest)
		}
	}
	return value
}
