package intake

import (
	"hash/maphash"
	"slices"
	"strings"

	"sourcier/internal/structure"
)

// scope is what a complete file lists. What its source claimed earlier within it,
// and the file no longer lists, is no longer confirmed.
type scope struct {
	source structure.Source
	name   string           // tells apart the lists of one source; "" when it has one
	kinds  []structure.Kind // agreements that it lists; nil when it lists none
	labels bool             // it lists the labels of a structure
	units  bool             // of legal units, by SIREN: it covers the whole country
}

// every scopes a list of all that a source knows, department by department. A file
// that was cut short is no list.
func every(source structure.Source, kinds []structure.Kind, labels bool) func(*session, *part) *scope {
	return whole(scope{source: source, kinds: kinds, labels: labels})
}

// everyUnit scopes a national list of legal units.
func everyUnit(source structure.Source, labels bool) func(*session, *part) *scope {
	return whole(scope{source: source, labels: labels, units: true})
}

func whole(of scope) func(*session, *part) *scope {
	return func(_ *session, p *part) *scope {
		if p.cut {
			return nil
		}
		return &of
	}
}

// nationalDepartments is the number of departments from which a list is one of the
// whole country: no region has more than 13. It then covers those departments too
// of which it names nobody, where the last structure may have gone.
const nationalDepartments = 20

// edition is a complete list being imported: one file, or those of one scope and
// one day (the pages of a list).
type edition struct {
	scope       *scope
	parts       []*part
	ref         string
	day         structure.Date
	departments map[string]bool // of the addresses in its own rows
	named       map[uint64]bool // structures and legal units that it lists
	confirmed   map[uint64]bool // of these, those that the source had listed before
	unread      int64           // rows that could not be read
}

func newEdition(what *scope, day structure.Date) *edition {
	return &edition{scope: what, day: day, departments: map[string]bool{}, named: map[uint64]bool{}, confirmed: map[uint64]bool{}}
}

var listedSeed = maphash.MakeSeed()

func listedKey(id string) uint64 { return maphash.String(listedSeed, id) }

// editions groups the parts of a run that are complete lists, and names the file
// by which each part is seen.
func (s *session) editions(parts []*part) {
	for _, p := range parts {
		if p.layout.role != "" {
			continue // a register says itself what has closed
		}
		p.seen = structure.NewRef(p.asOf(s), p.ref)
		if p.layout.scope == nil {
			continue
		}
		what := p.layout.scope(s, p)
		switch {
		case what == nil:
		case s.opts.Partial:
			s.extracts = append(s.extracts, extract{what, p})
		default:
			s.addToEdition(what, p)
		}
	}
	slices.SortStableFunc(s.lists, func(a, b *edition) int { return strings.Compare(a.ref, b.ref) })
	for _, e := range s.lists {
		for _, p := range e.parts {
			p.seen = e.ref
		}
	}
}

func (s *session) addToEdition(what *scope, p *part) {
	at := slices.IndexFunc(s.lists, func(e *edition) bool {
		return e.scope.source == what.source && e.scope.name == what.name && e.day == p.asOf(s)
	})
	if at < 0 {
		at = len(s.lists)
		s.lists = append(s.lists, newEdition(what, p.asOf(s)))
	}
	e := s.lists[at]
	e.parts, e.ref = append(e.parts, p), max(e.ref, p.seen)
	p.list = e
}

// covers remembers where a row of the list is, by its own address: what other
// sources say of the structure would stretch the list to places that it does not
// speak of.
func (e *edition) covers(row structure.Address, rules *structure.Rules) {
	if department := rules.DepartmentOf(row); department != "" {
		e.departments[department] = true
	}
}

// note remembers that the list names a structure, known being as it was before.
// Its first row decides: a second one finds what the first has made.
func (e *edition) note(known, now *structure.Structure) {
	key := listedKey(now.ID)
	if !e.named[key] && e.listed(known) {
		e.confirmed[key] = true
	}
	e.named[key] = true
}

// listed reports whether the structure has something of the list that was still
// confirmed.
func (e *edition) listed(s *structure.Structure) bool {
	sighting, seen := s.Sightings[e.scope.source]
	if seen && sighting.Stale == "" {
		return true
	}
	return !seen && (slices.ContainsFunc(s.Agreements, func(a structure.Agreement) bool {
		return a.Source == e.scope.source && a.Stale == ""
	}) || slices.Contains(s.Sources(), e.scope.source))
}

// known reports whether the source had listed before what the edition lists:
// before the run, or in an older edition that the run reads as well.
func (s *session) known(e *edition, key uint64) bool {
	return e.confirmed[key] || e.named[key] && slices.ContainsFunc(s.lists, func(o *edition) bool {
		return o.scope.source == e.scope.source && o.scope.name == e.scope.name && o.ref < e.ref && o.named[key]
	})
}

// areasOf lists what the edition covers.
func (s *session) areasOf(e *edition) []string {
	national := len(e.departments) >= nationalDepartments
	if e.scope.units || national && s.limit.all {
		return []string{structure.Everywhere}
	}
	departments := e.departments
	if national {
		departments = s.limit.departments()
	}
	var out []string
	for area := range departments {
		if t, err := s.imp.opts.Atlas.Resolve("dep:" + area); err == nil {
			out = append(out, s.limit.within(area, t)...)
		}
	}
	slices.Sort(out)
	return out
}

// departments are those that the import is limited to, whole or in part.
func (l *limits) departments() map[string]bool {
	out := map[string]bool{}
	for ord := range l.wanted.All() {
		out[l.atlas.At(ord).Department] = true
	}
	return out
}
