package intake

import (
	"slices"

	"sourcier/internal/structure"
)

// aspListed are the agreements that the files of the ASP list whole.
var aspListed = []structure.Kind{structure.EI, structure.ACI, structure.AI, structure.ETTI, structure.EITI, structure.SEP}

// deliveries makes a job of each pair of files: those of two months that were read
// as one would grant together what the later pair no longer does. Both files of a
// pair need not be of one day; those that do not pair are joined as they are.
func (j *aspJob) deliveries() (out []job) {
	structures, annexes := j.daysOf(j.structures), j.daysOf(j.annexes)
	if len(structures) != len(annexes) {
		j.list()
		return []job{j}
	}
	of := func(parts []*part, day structure.Date) []*part {
		return slices.DeleteFunc(slices.Clone(parts), func(p *part) bool { return j.session.aspDay(p) != day })
	}
	for i := range structures {
		one := &aspJob{session: j.session, structures: of(j.structures, structures[i]), annexes: of(j.annexes, annexes[i])}
		one.list()
		out = append(out, one)
	}
	return out
}

// daysOf lists the days of files, each once, the oldest first.
func (j *aspJob) daysOf(parts []*part) (out []structure.Date) {
	for _, p := range parts {
		out = append(out, j.session.aspDay(p))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// list makes one edition of the files of the job: together they list every SIAE.
// They are seen under the day that they tell, not that of their last change, which
// need not follow it. A file that was cut short is no list.
func (j *aspJob) list() {
	s, parts := j.session, slices.Concat(j.structures, j.annexes)
	days := j.daysOf(parts)
	e := newEdition(&scope{source: structure.SourceASP, kinds: aspListed}, days[len(days)-1])
	e.parts = parts
	for _, p := range parts {
		e.ref = max(e.ref, structure.NewRef(e.day, p.ref))
	}
	whole := !s.opts.Partial && !slices.ContainsFunc(parts, func(p *part) bool { return p.cut })
	for _, p := range parts {
		if p.seen = e.ref; whole {
			p.list = e
		}
	}
	if whole {
		s.lists = append(s.lists, e)
	}
}

// short reports whether annexes may be missing: then an agreement may hold longer
// than those that are there say.
func (j *aspJob) short() bool {
	return slices.ContainsFunc(j.annexes, func(p *part) bool { return p.cut || p.report.Refusal != "" })
}
