package sourcing

import (
	"cmp"
	"slices"
	"strings"

	"sourcier/internal/structure"
)

// By is what lots are judged by: the same for all lots of an organisation on a day.
type By struct {
	On       structure.Date
	Asked    int // independent answerers that make a competition
	Law      Law
	Services []ServiceRange         // of L2113-15
	Held     map[string]int64       // euros a year of the running contracts of the organisation, by SIREN
	Whole    bool                   // the study keeps every candidate: one that is shown, not stored
	Party    func(id string) *Party // a structure of the directory, nil when it is not known: members of groupements
}

// Judge says who could answer a lot and whether it can be reserved. fits are all the
// parties that sell what it needs where it needs it (Field.Fit), in any order.
//
// Candidates are independent answerers. The establishments of one SIREN are one. A
// groupement of the directory, all of whose members fall under the basis, is one more,
// but only when none of its members counts alone under that basis, nor in another
// groupement that counts: the members of a groupement compete as one. Of two groupements
// that share a member, that of the smaller id counts. Each basis is judged apart.
//
// Counted for the verdict is who has declared the sector, the mode and a zone that
// serves the place, holds an agreement without a reserve, and is not known to be too
// small. A zone of all of France counts and is told apart. Not counted, but told: a zone
// that is not declared, a sector deduced from the APE code, an agreement or a law « à
// vérifier », a structure that awaits its SIRET.
func Judge(need Need, fits []Fit, by By) Study {
	s := Study{Need: need, On: by.On, Asked: by.Asked}
	for _, b := range structure.Bases {
		s.Bases = append(s.Bases, by.basis(need, b, fits))
	}
	s.Rules = by.used(need)
	s.Verdicts = by.verdicts(&s)
	s.Warnings = by.warnings(&s)
	if !by.Whole {
		for i := range s.Bases {
			s.Bases[i].cut()
		}
	}
	return s
}

// Why a candidate is not counted.
const (
	whyAwaiting   = "attend son SIRET : pas réservable en attendant"
	whyToCheck    = "agrément ou texte à vérifier"
	whyUnlisted   = "rien ne dit que le service est de la liste de L2113-15"
	whyDerived    = "secteur déduit du code APE, non déclaré"
	whyUndeclared = "zone d’intervention non déclarée"
)

// basis judges one.
func (by *By) basis(need Need, b structure.Basis, fits []Fit) BasisStudy {
	out := BasisStudy{Basis: b}
	listed := true
	if b == structure.L2113_15 {
		out.Lacks, listed = by.social(need)
	}
	alone, joint := map[string][]*Fit{}, []*Fit{}
	for i := range fits {
		f := &fits[i]
		switch {
		case f.claim(b) == nil:
		case f.Party.Groupement != nil:
			joint = append(joint, f)
		default:
			key := cmp.Or(f.Party.SIREN, f.Party.ID)
			alone[key] = append(alone[key], f)
		}
	}
	taken := map[string]string{} // of each SIREN that counts, the name
	for key, list := range alone {
		c := by.unit(need, b, list, listed)
		if c.Counted {
			taken[key] = c.Name
		}
		out.Candidates = append(out.Candidates, c)
	}
	slices.SortFunc(joint, func(x, y *Fit) int { return strings.Compare(x.Party.ID, y.Party.ID) })
	for _, f := range joint {
		out.Candidates = append(out.Candidates, by.groupement(need, b, f, listed, taken))
	}
	slices.SortFunc(out.Candidates, byCount)
	out.count(out.Lacks != "" && listed)
	return out
}

// social says of L2113-15 whether the service is on the list (listed), and what lacks.
// While no list has been entered nobody can tell: those who could answer stay unsure.
func (by *By) social(need Need) (lacks string, listed bool) {
	day := need.day(by.On)
	switch {
	case need.Nature == Works || need.Nature == Supplies:
		return "Cet article ne concerne que des services.", true
	case len(by.Services) == 0:
		return "La liste des services sociaux et spécifiques (L2113-15) n’est pas renseignée : un administrateur la tient dans les seuils.", false
	case need.CPV == "":
		return "Le code CPV manque : sans lui, rien ne dit si le service est de la liste de L2113-15.", false
	case !slices.ContainsFunc(by.Services, func(r ServiceRange) bool { return r.Lists(need.CPV, day) }):
		return "Le code CPV " + need.CPV + " n’est pas de la liste des services de L2113-15.", true
	}
	return "", true
}

// claim is what a party claims of a basis, nil when nothing.
func (f *Fit) claim(b structure.Basis) *Claim {
	i := slices.IndexFunc(f.Claims, func(c Claim) bool { return c.Basis == b })
	if i < 0 {
		return nil
	}
	return &f.Claims[i]
}

// unit makes one candidate of the establishments of a legal unit: it is worth what the
// best of them is.
func (by *By) unit(need Need, b structure.Basis, list []*Fit, listed bool) Candidate {
	slices.SortFunc(list, func(x, y *Fit) int {
		return cmp.Or(cmp.Compare(x.badness(b), y.badness(b)), cmp.Compare(x.Circle, y.Circle), strings.Compare(x.Party.ID, y.Party.ID))
	})
	best := list[0]
	parties := make([]*Party, 0, len(list))
	c := best.candidate(b)
	for _, f := range list {
		parties = append(parties, f.Party)
		c.Structures = append(c.Structures, f.Party.ID)
		c.Covers = c.Covers || f.Covers && f.badness(b) == best.badness(b)
	}
	by.settle(&c, need, by.capacityOf(best.Party.SIREN, parties...), by.bar(best, b, listed))
	return c
}

// groupement makes a candidate of one; taken are the members that count already, by
// SIREN, to which it adds its own when it counts.
func (by *By) groupement(need Need, b structure.Basis, f *Fit, listed bool, taken map[string]string) Candidate {
	c := f.candidate(b)
	c.Groupement, c.Structures = true, []string{f.Party.ID}
	var members []*Party
	why := by.bar(f, b, listed)
	for _, m := range f.Party.Groupement.Members {
		p := by.Party(m.ID)
		members = append(members, p)
		key := m.ID
		if p != nil {
			key = cmp.Or(p.SIREN, m.ID)
		}
		c.Members = append(c.Members, key)
		if name, twice := taken[key]; twice && why == "" {
			why = "un de ses membres compte déjà : " + name
		}
	}
	by.settle(&c, need, by.jointCapacity(members), why)
	if c.Counted {
		for _, key := range c.Members {
			taken[key] = f.Party.Name
		}
	}
	return c
}

func (f *Fit) candidate(b structure.Basis) Candidate {
	claim := f.claim(b)
	return Candidate{Name: f.Party.Name, SIREN: f.Party.SIREN, Circle: circles[f.Circle], Zone: f.Zone, Covers: f.Covers, Derived: f.Derived,
		ToCheck: claim.ToCheck, Until: claim.Until}
}

// badness orders the establishments of one unit by what keeps them from counting.
func (f *Fit) badness(b structure.Basis) int {
	n := f.rank()
	if f.claim(b).ToCheck && b != structure.L2113_15 {
		n += 10
	}
	if f.Party.Awaiting {
		n += 20
	}
	return n
}

// bar says why it is not counted, "" when nothing is against it. Of L2113-15 the reserve
// is that of the list: once the service is on it, none stays.
func (by *By) bar(f *Fit, b structure.Basis, listed bool) string {
	switch {
	case f.Party.Awaiting:
		return whyAwaiting
	case b != structure.L2113_15 && f.claim(b).ToCheck:
		return whyToCheck
	case f.Derived:
		return whyDerived
	case f.Zone == ZoneUndeclared:
		return whyUndeclared
	case !listed:
		return whyUnlisted
	}
	return ""
}

// settle says what a candidate can do and whether it counts.
func (by *By) settle(c *Candidate, need Need, can capacity, why string) {
	c.Capacity, c.Held = can.compare(need.Annual), can.held
	if can.known {
		c.Euros = can.left()
	}
	if c.Capacity == CapacityShort && why == "" {
		c.tooSmall = true
		why = "capacité estimée à " + Money(c.Euros) + " par an, pour " + Money(need.Annual) + " demandés"
	}
	c.Why, c.Counted = why, why == ""
}

// unsure reports whether an answer to a question could make it count.
func (c *Candidate) unsure() bool {
	return c.Capacity != CapacityShort && slices.Contains([]string{whyToCheck, whyDerived, whyUndeclared, whyUnlisted}, c.Why)
}

// short reports whether nothing but its capacity is against it.
func (c *Candidate) short() bool {
	return c.tooSmall && !c.Groupement
}

// byCount puts those counted first, then the nearest, then by name.
func byCount(a, b Candidate) int {
	last := func(c Candidate) int {
		if c.Counted {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(last(a), last(b)), cmp.Compare(slices.Index(circles[:], a.Circle), slices.Index(circles[:], b.Circle)),
		strings.Compare(a.Name, b.Name), strings.Compare(a.Structures[0], b.Structures[0]))
}

// count adds up the candidates; void when the basis is not for this lot: there are none.
func (s *BasisStudy) count(void bool) {
	if void {
		s.Candidates = nil
	}
	s.Circles = make([]Circle, len(circles))
	for i := range s.Circles {
		s.Circles[i].Code = circles[i]
	}
	for i := range s.Candidates {
		s.add(&s.Candidates[i])
	}
}

func (s *BasisStudy) add(c *Candidate) {
	switch {
	case c.Counted:
		s.Answerers++
		if c.Groupement {
			s.Joint++
		}
		if c.Zone == ZoneFrance {
			s.France++
		}
	case c.unsure():
		s.Unsure++
	case c.short():
		s.Short++
	}
	for i := slices.Index(circles[:], c.Circle); i < len(s.Circles); i++ {
		s.Circles[i].add(c)
	}
}

func (s *Circle) add(c *Candidate) {
	switch c.Column() {
	case ColumnDerived:
		s.Derived++
	case ColumnUndeclared:
		s.Undeclared++
	case ColumnFrance:
		s.France++
	case ColumnDeclared:
		s.Declared++
	}
}

// Column is one of the counts of a circle.
type Column string

// Columns.
const (
	ColumnDeclared   Column = "declared"
	ColumnFrance     Column = "france"
	ColumnUndeclared Column = "undeclared"
	ColumnDerived    Column = "derived"
)

// Columns lists them in the order in which they are shown.
var Columns = []Column{ColumnDeclared, ColumnFrance, ColumnUndeclared, ColumnDerived}

// Of is the count of a column.
func (s *Circle) Of(col Column) int {
	switch col {
	case ColumnDeclared:
		return s.Declared
	case ColumnFrance:
		return s.France
	case ColumnUndeclared:
		return s.Undeclared
	}
	return s.Derived
}

// Column is where the circles count a candidate, "" when they do not: something else
// than its zone or its sector is against it.
func (c *Candidate) Column() Column {
	switch {
	case !c.Counted && c.Why != whyDerived && c.Why != whyUndeclared && c.Why != whyUnlisted:
		return ""
	case c.Derived:
		return ColumnDerived
	case c.Zone == ZoneUndeclared:
		return ColumnUndeclared
	case c.Zone == ZoneFrance:
		return ColumnFrance
	}
	return ColumnDeclared
}

// Behind lists the candidates that a count is made of: those of a column, established
// within a circle.
func (s *BasisStudy) Behind(circle CircleCode, col Column) (list []Candidate) {
	within := slices.Index(circles[:], circle)
	for i := range s.Candidates {
		if c := &s.Candidates[i]; c.Column() == col && slices.Index(circles[:], c.Circle) <= within {
			list = append(list, *c)
		}
	}
	return list
}

// cut keeps the candidates that a study holds.
func (s *BasisStudy) cut() {
	if s.More = max(0, len(s.Candidates)-MaxCandidates); s.More > 0 {
		s.Candidates = slices.Clone(s.Candidates[:MaxCandidates])
	}
}
