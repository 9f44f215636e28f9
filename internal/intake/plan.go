package intake

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"sourcier/internal/intake/input"
	"sourcier/internal/structure"
)

// part is a table or a list with the layout that was recognised.
type part struct {
	*input.Part
	layout *layout
	comma  byte
	header header
	first  string         // first line of a framed file
	last   int            // number of its last line, 0 when it has none
	stated structure.Date // the day that the file itself gives (layout.day), "" when it gives none
	cut    bool           // a framed file without its last line: it may not be all there is
	// system1904 is set for a workbook that counts its days from 1904.
	system1904 bool
	sum        string // fingerprint of the content
	ref        string // last change and fingerprint: sorts files of one day, see structure.Origin
	seen       string // structure.NewRef of the file or, of the pages of one list, of the last
	list       *edition
	// objects of a list that were read; results that its source has when they are
	// more, the file being a page of an API.
	objects, results int
	report           *FileReport
}

// asOf is the day for which a file speaks: the one that it states, else that of
// its last change, which a copy or a download may have moved; never in the future.
// It does not depend on the day of the import, so that an import taken up the next
// day gives the same facts.
func (p *part) asOf(s *session) structure.Date {
	if p.stated != "" {
		return p.stated
	}
	return min(structure.DateOf(p.ModTime), structure.DateOf(s.started))
}

// job is a part, or several that are joined.
type job interface{ run(context.Context) error }

// plan opens and recognises every file and orders the work. Refusals go to the
// report; the error is that of a run that cannot go on.
func (s *session) plan(ctx context.Context, files []string) ([]job, error) {
	all, err := s.expand(ctx, files)
	if err != nil {
		return nil, err
	}
	var parts []*part
	for _, file := range all {
		found, err := s.open(ctx, file)
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

// jobs groups the Sirene files, which are read together, after all others but
// the positions of what is known by then.
func (s *session) jobs(parts []*part) []job {
	var out, last []job
	join, asp := &sireneJob{session: s}, &aspJob{session: s}
	for _, p := range parts {
		switch p.layout.role {
		case roleEstablishments:
			join.establishments = append(join.establishments, p)
		case roleUnits:
			join.units = append(join.units, p)
		case roleSIAE:
			asp.structures = append(asp.structures, p)
		case roleAnnexes:
			asp.annexes = append(asp.annexes, p)
		case roleGeolocation:
			last = append(last, &geolocationJob{session: s, part: p})
		case roleQuarters:
			out = append(out, &quartersJob{session: s, part: p})
		default:
			if p.layout.newJob != nil {
				out = append(out, p.layout.newJob(s, p))
				continue
			}
			out = append(out, &partJob{session: s, part: p})
		}
	}
	if asp.complete() {
		out = append(out, asp.deliveries()...)
	}
	if join.complete() {
		out = append(out, join)
	}
	return append(out, last...)
}

// open looks at one file. Its report lines are added in the order of the
// arguments.
func (s *session) open(ctx context.Context, g given) ([]*part, error) {
	refused := func(err error) ([]*part, error) {
		s.report.add(cmp.Or(g.name, g.path)).decline(err, g.found)
		return nil, nil
	}
	switch {
	case g.aside != "":
		s.report.add(g.name).Aside = g.aside
		return nil, nil
	case g.err != nil:
		return refused(g.err)
	}
	file, err := input.Open(g.path)
	if err != nil {
		return refused(err)
	}
	file.Name = cmp.Or(g.name, file.Name)
	found, err := file.Parts()
	if err != nil {
		return refused(err)
	}
	out, others := []*part(nil), map[*FileReport]error{}
	for _, p := range found {
		part := &part{Part: p, report: s.report.add(p.Name)}
		err := s.look(ctx, part)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			others[part.report] = err
			continue
		}
		out = append(out, part)
	}
	for report, err := range others { // archives carry notices beside their data
		report.decline(err, g.found || len(out) > 0)
	}
	if len(out) > 0 {
		s.meter.total += file.Size
	}
	return out, nil
}

// look recognises a part, and names it.
func (s *session) look(ctx context.Context, p *part) (err error) {
	if err := s.recognise(ctx, p); err != nil {
		return err
	}
	if err := s.whole(ctx, p); err != nil {
		return err
	}
	if p.layout.day != nil {
		p.stated = p.layout.day(s, p)
	}
	if p.sum, err = p.fingerprint(ctx); err != nil {
		return err
	}
	p.ref = fmt.Sprintf("%08x-%s", max(0, p.ModTime.Unix()), p.sum)
	p.report.Format, p.report.Layout = p.layout.format, p.layout.name
	return nil
}

// fingerprint names the content. The files of a register are read once only,
// and name each structure once: for them size and time will do.
func (p *part) fingerprint(ctx context.Context) (string, error) {
	switch p.layout.role {
	case roleEstablishments, roleUnits, roleGeolocation:
		member := strings.TrimPrefix(p.Name, path.Dir(p.File.Name)+"/") // wherever the file is
		return fmt.Sprintf("%d %d %s", p.File.Size, p.File.ModTime.UnixNano(), member), nil
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
		if n := s.nomenclature(ctx, p); n != nil {
			p.report.Layout = n.name
			return n.refusal()
		}
		return s.unknownContent(ctx, p)
	}
	p.layout = found
	p.report.Layout = found.name
	if hasGap(p.header) {
		if merged := mergedHead(ctx, p); merged != "" {
			p.report.Note(merged)
		}
	}
	if want != "" && want != Auto && want != found.format {
		return &RefusalError{Cause: WrongFormat, Text: "le format demandé est « " + string(want) + " », mais le contenu ressemble à : " +
			found.name + " (--format " + string(found.format) + ", ou rien pour le laisser reconnaître)"}
	}
	return found.readable(p.header)
}

// readable refuses a header that the layout complains of.
func (l *layout) readable(h header) error {
	if l.complaint == nil {
		return nil
	}
	why := l.complaint(h)
	switch {
	case why == "":
		return nil
	case l.read == nil && l.newJob == nil && l.role == "":
		return &RefusalError{Cause: NotRead, Text: why}
	}
	return &RefusalError{Cause: BadHeader, Text: why}
}

func (s *session) unknownContent(ctx context.Context, p *part) error {
	want := s.opts.Format
	if p.Shape == input.Objects {
		return &RefusalError{Cause: UnknownFormat, Text: "ce JSON n’est d’aucun format connu : attendu une liste du Marché de l’inclusion (siret, kind, presta_types), des emplois de l’inclusion (siret, type ou kind, raison_sociale ou convention_is_active), de data·inclusion (id, nom, date_maj), de FINESS (pmej, ege), du label GEIQ (nom, cp, antennes), des entreprises RGE (siret, nom_qualification) ou de l’API Recherche d’entreprises (siren, nom_complet, siege)"}
	}
	if merged := mergedHead(ctx, p); merged != "" {
		return &RefusalError{Cause: BadHeader, Text: "aucun format reconnu : " + merged}
	}
	if want != "" && want != Auto && want != Generic {
		return &RefusalError{Cause: WrongFormat, Text: "le format demandé est « " + string(want) + " », mais l’en-tête n’est pas le sien : " + quoted(short(p.header.names))}
	}
	brief := "aucun format reconnu, c’est un texte plutôt qu’un tableau"
	if len(p.header.names) > 1 {
		brief = "aucun format reconnu, colonnes " + quoted(short(p.header.names))
	}
	return &RefusalError{Cause: UnknownFormat, Text: "aucun format reconnu. " + genericComplaint(p.header), Brief: brief}
}

// layoutOf recognises the content; nil when it is of no layout. It leaves the
// header and the delimiter in p.
func (s *session) layoutOf(ctx context.Context, p *part) (*layout, error) {
	switch p.Shape {
	case input.Objects:
		return layoutOfObjects(p)
	case input.Sheet:
		return s.layoutOfBook(ctx, p)
	}
	tops := make([]top, len(input.Commas))
	for i, comma := range input.Commas {
		tops[i] = top{comma, p.Top(comma, maxAbove+1)}
	}
	if found := s.choose(p, tops...); found != nil {
		return found, nil
	}
	p.comma = p.BestComma()
	p.header = newHeader(p.Header(p.comma))
	return nil, nil
}

// maxAbove is the most rows that may stand above a header.
const maxAbove = 8

// top is the first rows of a table, cut at a delimiter.
type top struct {
	comma byte
	rows  [][]string
}

// choose takes for the header the first of the first rows that a layout knows,
// or else the very first, and leaves it in p.
func (s *session) choose(p *part, tops ...top) *layout {
	for above := range maxAbove + 1 {
		for _, t := range tops {
			if above >= len(t.rows) {
				continue
			}
			h := newHeader(t.rows[above])
			h.above = t.rows[:above]
			if above+1 < len(t.rows) && isStorey(t.rows[above+1]) {
				h = newHeader(storeys(t.rows[above], t.rows[above+1]))
				h.above = t.rows[:above+1]
			}
			h.asked = s.opts.Format
			found := layoutOfHeader(h)
			if found != nil || above == 0 {
				p.comma, p.header = t.comma, h
			}
			if found != nil {
				return found
			}
		}
	}
	return nil
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
		if l.looks != nil && len(h.above) <= l.above && l.looks(h) {
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
