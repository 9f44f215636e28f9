package intake

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"sourcier/internal/intake/input"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
)

// The list of firms « reconnues garantes de l'environnement » (ADEME) has a line
// for each qualification of an establishment, in no order: they are set aside on
// disk and gathered by SIRET into one label.
var rgeTable = &layout{
	format: RGE,
	name:   "entreprises RGE de l’ADEME (tableau)",
	order:  36,
	limit:  input.MaxPlain,
	looks:  func(h header) bool { return h.has("siret", "nom_qualification") },
	newJob: newRGEJob,
}

var rgeList = &layout{
	format: RGE,
	name:   "entreprises RGE de l’ADEME (JSON)",
	order:  36,
	limit:  input.MaxPlain,
	looksLike: func(keys map[string]json.RawMessage) bool {
		_, siret := keys["siret"]
		_, qualification := keys["nom_qualification"]
		return siret && qualification
	},
	newJob: newRGEJob,
}

// Columns read, in the order in which they are set aside.
const (
	rgeSIRET = iota
	rgeName
	rgeStreet
	rgePostCode
	rgeCity
	rgePhone
	rgeEmail
	rgeWebsite
	rgeDomain
	rgeQualification
	rgeFrom
	rgeTo
	rgeLatitude
	rgeLongitude
	rgeColumns
)

var rgeNames = [rgeColumns]string{
	"siret", "nom_entreprise", "adresse", "code_postal", "commune", "telephone", "email", "site_internet",
	"domaine", "nom_qualification", "lien_date_debut", "lien_date_fin", "latitude", "longitude",
}

// rgeJob reads one file.
type rgeJob struct {
	session *session
	part    *part
	lines   *spill
}

func newRGEJob(s *session, p *part) job { return &rgeJob{session: s, part: p} }

func (j *rgeJob) run(ctx context.Context) error {
	s := j.session
	s.meter.file = j.part.Name
	j.lines = newSpill(s.imp.opts.TempDir, s.imp.partitions)
	defer j.lines.close()
	j.part.report.Note("aucune fiche n’est créée : cette liste ne dit pas qui s’oppose dans Sirene à être publié ; elle complète les fiches que l’annuaire a, et celles qu’il aura dans les départements du territoire")
	if err := s.settle(ctx, j.part, j.sift(ctx)); err != nil {
		return err
	}
	for n := range j.lines.files {
		if err := j.gather(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// sift sets the lines aside whose SIRET can be read.
func (j *rgeJob) sift(ctx context.Context) error {
	fields := make([][]byte, rgeColumns)
	if j.part.Shape == input.Objects {
		return j.session.objects(ctx, j.part, func(raw json.RawMessage, l *line) error {
			var item map[string]jsonAny
			if !decode(raw, &item, l) {
				return nil
			}
			for i, name := range rgeNames {
				fields[i] = []byte(item[name])
			}
			return j.setAside(l, fields)
		})
	}
	at := columnsOf(j.part.header, rgeNames[:])
	return j.session.rows(ctx, j.part, func(row *input.Row, l *line) error {
		for i, c := range at {
			fields[i] = field(row, c)
		}
		return j.setAside(l, fields)
	})
}

func (j *rgeJob) setAside(l *line, fields [][]byte) error {
	given := clean(string(fields[rgeSIRET]))
	siret, repaired, err := structure.ParseSIRET(given)
	if err != nil {
		l.reject("siret", given, "SIRET refusé : "+reason(err))
		return nil
	}
	if repaired {
		l.repair(RepairZero)
	}
	fields[rgeSIRET] = []byte(siret)
	before := j.lines.size
	err = j.lines.put(fields[rgeSIRET], 0, l.number, fields)
	j.session.meter.total += j.lines.size - before // to be read back
	return err
}

// gather hands on the establishments of one part, in the order of their SIRET.
func (j *rgeJob) gather(ctx context.Context, n int) error {
	var list []setAside
	err := j.lines.each(n, func(r setAside) error {
		list = append(list, r)
		j.session.meter.joined(r)
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	j.lines.drop(n)
	slices.SortFunc(list, func(a, b setAside) int {
		return cmp.Or(cmp.Compare(string(a.fields[rgeSIRET]), string(b.fields[rgeSIRET])), a.line-b.line)
	})
	l := &line{session: j.session, part: j.part}
	for len(list) > 0 {
		same := 1
		for same < len(list) && string(list[same].fields[rgeSIRET]) == string(list[0].fields[rgeSIRET]) {
			same++
		}
		l.number, l.settled = list[0].line, false
		j.part.report.Joined += int64(same - 1)
		d := j.draft(l, list[:same])
		if err := j.await(ctx, d); err != nil {
			return err
		}
		if err := j.session.take(ctx, d); err != nil {
			return err
		}
		list = list[same:]
	}
	return j.session.writer.commitUnits(ctx, nil)
}

// await keeps what is said of an establishment of the departments whose sheets the
// register makes, for the day on which it does: the label does not depend on
// which of the two was imported first. Of the rest of the country nothing is kept.
func (j *rgeJob) await(ctx context.Context, d *Draft) error {
	s := j.session
	ord, known := s.imp.opts.Atlas.Ordinal(d.Facts.Address.Commune)
	if !known || !s.limit.keepsSirene(ord) || s.opposed(d.Facts.Numbers()...) {
		return nil
	}
	unit, err := s.writer.units.of(ctx, d.SIRET[:9])
	if err != nil {
		return err
	}
	changed, left := unit.doc.Value.Await(d.SIRET, d.claim())
	if unit.dirty = changed || unit.dirty; left {
		s.writer.notAwaited[d.part.report]++
	}
	return nil
}

// draft makes what the lines about one establishment say; those of its name and
// place come from the first. It never makes a sheet: most firms of the list are
// sole traders, and neither a name nor a number tells the one whose holder objects
// in the register to being published.
func (j *rgeJob) draft(l *line, lines []setAside) *Draft {
	s, r := j.session, lines[0]
	d := l.newDraft(structure.SourceRGE)
	d.SIRET = string(r.fields[rgeSIRET])
	f := &d.Facts
	f.SIRET = d.SIRET
	f.Labels = []structure.Label{j.label(lines, j.part.asOf(s))}
	f.Labels[0].Scope = l.bounded("domaine", f.Labels[0].Scope, maxScope)
	f.Name = l.bounded("nom_entreprise", r.text(rgeName), maxText)
	f.Contact = structure.Contact{
		Phone: l.phone("telephone", r.text(rgePhone)), Email: l.email("email", r.text(rgeEmail)), Website: l.website("site_internet", r.text(rgeWebsite)),
	}
	f.Address = structure.Address{
		Street: l.bounded("adresse", r.text(rgeStreet), maxText), PostalCode: l.postalCode("code_postal", r.text(rgePostCode)),
		City: l.bounded("commune", r.text(rgeCity), maxText),
	}
	s.locate(&f.Address, "")
	l.point(&f.Address, r.text(rgeLatitude), r.text(rgeLongitude))
	d.Creates, d.Unknown = false, SkipUnknown
	return d
}

// maxScope bounds the domains of a label, in bytes: all that exist fit.
const maxScope = 2_000

// label gathers the qualifications that are in force on the day of the file: it
// holds from the first day of any to the last day of any, and covers the domains
// of all. What is over is not among them, or it would be shown as in force until
// the others end.
func (j *rgeJob) label(lines []setAside, on structure.Date) structure.Label {
	x := taxonomy.LabelNamed("RGE")
	var domains []string
	for i, q := range j.telling(lines, on) {
		if i == 0 || q.from < x.From {
			x.From = q.from // an unknown day comes before all
		}
		if i == 0 || structure.CompareEnds(q.to, x.To) > 0 {
			x.To = q.to
		}
		if q.domain != "" && !slices.Contains(domains, q.domain) {
			domains = append(domains, q.domain)
		}
	}
	slices.Sort(domains)
	x.Scope = strings.Join(domains, " ; ")
	return x
}

// qualification is one line of the list.
type qualification struct {
	from, to structure.Date
	domain   string
}

// telling lists the qualifications that make the label: those in force, else those
// to come, else those that were the last to end.
func (j *rgeJob) telling(lines []setAside, on structure.Date) []qualification {
	var now, later, over []qualification
	for _, r := range lines {
		q := qualification{j.part.calendar(r.text(rgeFrom)), j.part.calendar(r.text(rgeTo)), firstOf(r.text(rgeDomain), r.text(rgeQualification))}
		switch {
		case q.to != "" && q.to < on:
			over = append(over, q)
		case q.from > on:
			later = append(later, q)
		default:
			now = append(now, q)
		}
	}
	switch {
	case len(now) > 0:
		return now
	case len(later) > 0:
		return later
	}
	last := slices.MaxFunc(over, func(a, b qualification) int { return cmp.Compare(a.to, b.to) }).to
	return slices.DeleteFunc(over, func(q qualification) bool { return q.to < last })
}
