package intake

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"sourcier/internal/intake/input"
	"sourcier/internal/structure"
)

// part is a table or a list with the layout that was recognised.
type part struct {
	*input.Part
	layout *layout
	comma  byte
	header header
	sum    string // fingerprint of the content
	ref    string // last change and fingerprint: sorts files of one day, see structure.Origin
	seen   string // structure.NewRef of the file or, of the pages of one list, of the last
	list   *edition
	report *FileReport
}

// asOf is the day for which an undated file speaks: that of its last change,
// never in the future. It does not depend on the day of the import, so that an
// import taken up the next day gives the same facts.
func (p *part) asOf(s *session) structure.Date {
	return min(structure.DateOf(p.ModTime), structure.DateOf(s.started))
}

// job is a part, or several that are joined.
type job interface{ run(context.Context) error }

// plan opens and recognises every file and orders the work. Refusals go to the
// report; the error is that of a run that cannot go on.
func (s *session) plan(ctx context.Context, files []string) ([]job, error) {
	var parts []*part
	for _, name := range files {
		found, err := s.open(ctx, name)
		if err != nil {
			return nil, err
		}
		parts = append(parts, found...)
	}
	slices.SortStableFunc(parts, func(a, b *part) int {
		return cmp.Or(a.layout.order-b.layout.order, a.ModTime.Compare(b.ModTime), cmp.Compare(a.sum, b.sum))
	})
	parts = s.withoutTwins(parts)
	s.editions(parts)
	return s.jobs(parts), nil
}

// withoutTwins leaves out what is given twice in one run.
func (s *session) withoutTwins(parts []*part) []*part {
	seen := map[string]*part{}
	return slices.DeleteFunc(parts, func(p *part) bool {
		first, twice := seen[p.sum]
		if twice {
			p.report.Note("même contenu que " + first.Name + " : lu une seule fois")
			return true
		}
		seen[p.sum] = p
		return false
	})
}

// jobs groups the Sirene files, which are read together, after all others.
func (s *session) jobs(parts []*part) []job {
	var out []job
	join := &sireneJob{session: s}
	for _, p := range parts {
		switch p.layout.role {
		case roleEstablishments:
			join.establishments = append(join.establishments, p)
		case roleUnits:
			join.units = append(join.units, p)
		default:
			out = append(out, &partJob{session: s, part: p})
		}
	}
	if join.complete() {
		out = append(out, join)
	}
	return out
}

// open looks at one file. Its report lines are added in the order of the
// arguments.
func (s *session) open(ctx context.Context, name string) ([]*part, error) {
	file, err := input.Open(name)
	if err != nil {
		s.report.add(name).refuse(err)
		return nil, nil
	}
	s.meter.total += file.Size
	found, err := file.Parts()
	if err != nil {
		s.report.add(name).refuse(err)
		return nil, nil
	}
	var out []*part
	var others []*FileReport
	for _, p := range found {
		part := &part{Part: p, report: s.report.add(p.Name)}
		err := s.recognise(ctx, part)
		if err == nil {
			part.sum, err = part.fingerprint(ctx)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			part.report.refuse(err)
			others = append(others, part.report)
			continue
		}
		part.ref = fmt.Sprintf("%08x-%s", max(0, part.ModTime.Unix()), part.sum)
		part.report.Format, part.report.Layout = part.layout.format, part.layout.name
		out = append(out, part)
	}
	if len(out) > 0 {
		for _, r := range others {
			r.pass()
		}
	}
	return out, nil
}

// fingerprint names the content. The files of a register are read once only,
// and name each structure once: for them size and time will do.
func (p *part) fingerprint(ctx context.Context) (string, error) {
	if p.layout.role != "" {
		return fmt.Sprintf("%d %d %s", p.File.Size, p.File.ModTime.UnixNano(), p.Name), nil
	}
	return p.Fingerprint(ctx)
}

// recognise finds the layout of a part and checks it against --format.
func (s *session) recognise(ctx context.Context, p *part) error {
	found, err := s.layoutOf(ctx, p)
	if err != nil {
		return err
	}
	want := s.opts.Format
	if found == nil {
		return unknownContent(p, want)
	}
	p.layout = found
	p.report.Layout = found.name
	if want != "" && want != Auto && want != found.format {
		return &RefusalError{Cause: WrongFormat, Text: "le format demandé est « " + string(want) + " », mais le contenu ressemble à : " +
			found.name + " (--format " + string(found.format) + ", ou rien pour le laisser reconnaître)"}
	}
	if found.complaint == nil {
		return nil
	}
	why := found.complaint(p.header)
	switch {
	case why == "":
		return nil
	case found.read == nil && found.role == "":
		return &RefusalError{Cause: NotRead, Text: why}
	}
	return &RefusalError{Cause: BadHeader, Text: why}
}

func unknownContent(p *part, want Format) error {
	if p.Shape == input.Objects {
		return &RefusalError{Cause: UnknownFormat, Text: "ce JSON n’est d’aucun format connu : attendu la liste du Marché de l’inclusion (siret, kind, presta_types) ou celle des emplois de l’inclusion (siret, type ou kind, raison_sociale ou convention_is_active)"}
	}
	if want != "" && want != Auto && want != Generic {
		return &RefusalError{Cause: WrongFormat, Text: "le format demandé est « " + string(want) + " », mais l’en-tête n’est pas le sien : " + quoted(short(p.header.names))}
	}
	return &RefusalError{Cause: UnknownFormat, Text: "aucun format reconnu. " + genericComplaint(p.header)}
}

// layoutOf recognises the content; nil when it is of no layout. It leaves the
// header and the delimiter in p.
func (s *session) layoutOf(ctx context.Context, p *part) (*layout, error) {
	switch p.Shape {
	case input.Objects:
		return layoutOfObjects(p)
	case input.Sheet:
		rows, err := input.NewWorkbook(ctx, p.Part)
		if err != nil {
			return nil, err
		}
		defer func() { _ = rows.Close() }()
		row, err := rows.Next()
		if err != nil {
			return nil, headerError(err)
		}
		p.header = newHeader(input.Names(row))
		return layoutOfHeader(p.header), nil
	}
	for _, comma := range input.Commas {
		h := newHeader(p.Header(comma))
		if found := layoutOfHeader(h); found != nil {
			p.comma, p.header = comma, h
			return found, nil
		}
	}
	p.comma = p.BestComma()
	p.header = newHeader(p.Header(p.comma))
	return nil, nil
}

func headerError(err error) error {
	var row *input.RowError
	if errors.As(err, &row) {
		return &RefusalError{Cause: BadHeader, Text: "en-tête illisible : " + row.Error()}
	}
	return err
}

func layoutOfHeader(h header) *layout {
	for _, l := range layouts() {
		if l.looks != nil && l.looks(h) {
			return l
		}
	}
	return nil
}

func layoutOfObjects(p *part) (*layout, error) {
	src, err := p.Content(context.Background(), &input.Counter{}, input.MaxPlain)
	if err != nil {
		return nil, err
	}
	objects := input.NewObjects(src)
	defer func() { _ = objects.Close() }()
	first, err := objects.Next()
	if errors.Is(err, io.EOF) {
		return nil, &RefusalError{Cause: UnknownFormat, Text: "cette liste JSON est vide"}
	}
	if err != nil {
		return nil, err
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(first.Raw, &keys); err != nil {
		return nil, nil
	}
	for _, l := range layouts() {
		if l.looksLike != nil && l.looksLike(keys) {
			return l, nil
		}
	}
	return nil, nil
}

// short keeps a list of column names readable, however many and long they are.
func short(names []string) []string {
	const most, letters = 12, 60
	out := slices.Clone(names[:min(len(names), most)])
	for i, name := range out {
		if runes := []rune(name); len(runes) > letters {
			out[i] = string(runes[:letters]) + "…"
		}
	}
	if len(names) > most {
		out = append(out, "…")
	}
	return out
}
