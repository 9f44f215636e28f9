package intake

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"sourcier/internal/intake/input"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
)

// aspJob joins structures and annexes by the number that the ASP gives to a
// structure. Both are set aside on disk in parts, as the files of Sirene are, so
// that what is in memory at once is a small share of them.
type aspJob struct {
	session             *session
	structures, annexes []*part

	kept, spans *spill
	days        []structure.Date // of the files of annexes
}

// complete reports whether there is something to join.
func (j *aspJob) complete() bool {
	return paired(j.structures, j.annexes, "le fichier des structures (fluxIAE_Structure), qui dit qui elles sont et où,",
		"le fichier des annexes financières (fluxIAE_AnnexeFinanciere), qui dit de quel type elles sont et jusqu’à quand,")
}

// paired refuses the files of one kind that come without those of the other.
func paired(a, b []*part, nameA, nameB string) bool {
	refuse := func(parts []*part, other string) {
		for _, p := range parts {
			p.report.refuse(&RefusalError{Cause: Alone, Text: "ce fichier ne suffit pas : donner aussi " + other + " dans la même commande"})
		}
	}
	switch {
	case len(a) == 0:
		refuse(b, nameA)
		return false
	case len(b) == 0:
		refuse(a, nameB)
		return false
	}
	return true
}

func (j *aspJob) run(ctx context.Context) error {
	s := j.session
	j.kept, j.spans = newSpill(s.imp.opts.TempDir, s.imp.partitions), newSpill(s.imp.opts.TempDir, s.imp.partitions)
	defer j.kept.close()
	defer j.spans.close()
	for n, p := range j.structures {
		s.meter.file = p.Name
		if err := s.settle(ctx, p, j.sift(ctx, n, p)); err != nil {
			return err
		}
	}
	for n, p := range j.annexes {
		s.meter.file = p.Name
		j.days = append(j.days, s.aspDay(p))
		if err := s.settle(ctx, p, j.siftAnnexes(ctx, n, p)); err != nil {
			return err
		}
	}
	s.meter.file = ""
	for n := range j.kept.files {
		if err := j.join(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// sift sets the structures aside.
func (j *aspJob) sift(ctx context.Context, n int, p *part) error {
	at := columnsOf(p.header, siaeNames)
	fields := make([][]byte, siaeColumns)
	return j.session.rows(ctx, p, func(row *input.Row, l *line) error {
		for i, c := range at {
			fields[i] = field(row, c)
		}
		id := clean(string(fields[siaeID]))
		if id == "" {
			l.reject("structure_id_siae", "", "numéro de structure absent")
			return nil
		}
		fields[siaeID] = []byte(id)
		return j.kept.put(fields[siaeID], n, l.number, fields)
	})
}

// siftAnnexes sets aside the annexes that grant an agreement, as the ASP does.
func (j *aspJob) siftAnnexes(ctx context.Context, n int, p *part) error {
	at := columnsOf(p.header, annexNames[:])
	fields := make([][]byte, annexColumns)
	return j.session.rows(ctx, p, func(row *input.Row, l *line) error {
		for i, c := range at {
			fields[i] = []byte(text(row, c))
		}
		measure := string(fields[annexMeasure])
		kind, known := taxonomy.KindOf(measure)
		start, end := p.calendar(string(fields[annexStart])), p.calendar(string(fields[annexEnd]))
		switch {
		case isFund(measure):
			l.skip(SkipNoKind)
		case !slices.Contains(activeStates, string(fields[annexState])):
			l.skip(SkipNotInForce)
		case !known:
			l.reject("af_mesure_dispositif_code", measure, "mesure inconnue : attendu ACI_DC, EI_DC, AI_DC, ETTI_DC, EITI_DC, les mêmes en « _MP », ou FDI_DC")
		case len(fields[annexStructure]) == 0:
			l.reject("af_id_structure", "", "numéro de structure absent")
		case start == "" || end == "" || end < start:
			l.reject("af_date_debut_effet, af_date_fin_effet", string(fields[annexStart])+", "+string(fields[annexEnd]), "dates de l’annexe absentes, illisibles ou dans le désordre")
		default:
			fields[annexMeasure], fields[annexStart], fields[annexEnd] = []byte(kind), []byte(start), []byte(end)
			return j.spans.put(fields[annexStructure], n, l.number, fields)
		}
		return nil
	})
}

// granted is what the annexes of one structure grant.
type granted struct {
	spans map[structure.Kind][]span
	day   structure.Date // of the latest file that says so
}

// join makes the drafts of one part.
func (j *aspJob) join(ctx context.Context, n int) error {
	last := map[string]setAside{} // of each structure
	var list []setAside
	err := j.kept.each(n, func(r setAside) error {
		list = append(list, r)
		if old, twice := last[r.text(siaeID)]; !twice || j.later(r, old) {
			last[r.text(siaeID)] = r
		}
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	annexes, err := j.annexesOf(ctx, n, last)
	if err != nil {
		return err
	}
	j.kept.drop(n)
	j.spans.drop(n)
	l := &line{session: j.session}
	for _, r := range list {
		l.part, l.number, l.settled = j.structures[r.source], r.line, false
		id := r.text(siaeID)
		if kept := last[id]; kept.source != r.source || kept.line != r.line {
			l.reject("structure_id_siae", id, "structure présente deux fois : la ligne du fichier le plus récent est gardée, et la dernière d’un même fichier")
			continue
		}
		if err := j.session.take(ctx, j.draft(l, r, annexes[id])); err != nil {
			return err
		}
	}
	return nil
}

// later reports whether a is to be believed rather than b about one structure.
func (j *aspJob) later(a, b setAside) bool {
	s := j.session
	return cmp.Or(cmp.Compare(s.aspDay(j.structures[a.source]), s.aspDay(j.structures[b.source])),
		cmp.Compare(a.source, b.source), cmp.Compare(a.line, b.line)) > 0
}

// annexesOf reads the annexes of one part. One whose structure is not in the
// other file is told.
func (j *aspJob) annexesOf(ctx context.Context, n int, known map[string]setAside) (map[string]*granted, error) {
	out := map[string]*granted{}
	l := &line{session: j.session}
	err := j.spans.each(n, func(r setAside) error {
		l.part, l.number, l.settled = j.annexes[r.source], r.line, false
		id, kind := r.text(annexStructure), structure.Kind(r.text(annexMeasure))
		if _, ok := known[id]; !ok {
			l.reject("af_id_structure", id, "structure absente du fichier des structures : les deux fichiers doivent être du même jour")
			return ctx.Err()
		}
		if out[id] == nil {
			out[id] = &granted{spans: map[structure.Kind][]span{}}
		}
		g := out[id]
		g.spans[kind] = append(g.spans[kind], span{structure.Date(r.text(annexStart)), structure.Date(r.text(annexEnd))})
		g.day = max(g.day, j.days[r.source])
		l.part.report.Joined++
		return ctx.Err()
	})
	return out, err
}

// draft makes what a structure and its annexes say. A structure that is not known
// is made only when an agreement holds, or is to come, on the day of the file:
// the directory does not list who had one once. The list covers where a structure
// is even when no annex is left of it: that it names it without agreement is news.
func (j *aspJob) draft(l *line, r setAside, g *granted) *Draft {
	address := j.address(r)
	if l.part.list != nil {
		l.part.list.covers(address, j.session.rules)
	}
	if g == nil {
		l.skip(SkipNoAgreement)
		return nil
	}
	d := l.newDraft(structure.SourceASP)
	d.dated(j.session.aspDay(l.part))
	column, number := "structure_siret_actualise", r.text(siaeSIRET)
	if number == "" {
		column, number = "structure_siret_signature", r.text(siaeSigned)
	}
	if number == "" {
		l.reject(column, "", "SIRET absent")
		return nil
	}
	if !l.siret(d, column, number) {
		return nil
	}
	j.grant(d, r.text(siaeID), g)
	switch {
	case len(d.Facts.Agreements) == 0:
		l.skip(SkipNoAgreement)
		return nil
	case !d.Creates:
		d.Unknown = SkipNoAgreement
	}
	d.Facts.Address = address
	j.describe(l, &d.Facts, r)
	return d
}

// grant gives a draft what the annexes of its structure grant. Of annexes of which
// some may be missing nothing ends: the one that goes on may be among those.
func (j *aspJob) grant(d *Draft, id string, g *granted) {
	d.Creates = false
	short := j.short()
	for _, kind := range structure.Kinds {
		spans := g.spans[kind]
		if len(spans) == 0 {
			continue
		}
		v := validity(spans, g.day)
		if short && v.to < g.day {
			continue
		}
		d.agreement(kind, id)
		a := &d.Facts.Agreements[len(d.Facts.Agreements)-1]
		a.Start, a.End, a.Least = v.from, v.to, short
		d.Creates = d.Creates || v.to >= g.day
	}
}

func (j *aspJob) describe(l *line, f *structure.Structure, r setAside) {
	s := j.session
	f.Name = l.bounded("structure_denomination", r.text(siaeName), maxText)
	if naf := r.text(siaeNAF); isNAF(naf) {
		f.NAF = bareNAF(naf)
		f.Activities = s.derived(f.NAF)
	}
	if code := r.text(siaeLegal); code != "" {
		if _, known := s.imp.opts.Taxonomy.LegalCategoryLabel(code); known {
			f.LegalCategory = code
			f.ESS = structure.ESS(s.imp.opts.Taxonomy.ESSOfLegalCategory(code))
		}
	}
	f.Contact.Phone = l.phone("structure_adresse_gestion_telephone", firstOf(r.text(siaeManaged+aspPhone), r.text(siaeSeat+aspPhone)))
}

// address is that from which the structure is managed, else that of its seat.
func (j *aspJob) address(r setAside) structure.Address {
	at := siaeManaged
	if r.text(at+aspPostCode) == "" && r.text(at+aspCommune) == "" {
		at = siaeSeat
	}
	a := structure.Address{
		Street:     r.words(at+aspNumber, at+aspRepetition, at+aspStreetType, at+aspStreetName),
		Complement: r.words(at+aspFlat, at+aspEntrance, at+aspComplement),
		PostalCode: postalCode(r.text(at + aspPostCode)), City: r.text(at + aspCity),
	}
	j.session.locate(&a, r.text(at+aspCommune))
	return a
}

// words joins the columns that are filled.
func (r setAside) words(columns ...int) string {
	var out []string
	for _, c := range columns {
		if v := r.text(c); v != "" {
			out = append(out, v)
		}
	}
	return strings.Join(out, " ")
}

// joined merges the spans that overlap or follow each other, in their order.
func joined(spans []span) []span {
	list := slices.Clone(spans)
	slices.SortFunc(list, func(a, b span) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	var out []span
	for _, s := range list {
		if n := len(out) - 1; n >= 0 && s.from <= out[n].to.AddDays(1) {
			out[n].to = max(out[n].to, s.to)
			continue
		}
		out = append(out, s)
	}
	return out
}
