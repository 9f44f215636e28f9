package structure

import (
	"cmp"
	"maps"
	"reflect"
	"slices"

	"sourcier/internal/territory"
)

// Rules is what the fold of claims depends on beside them.
type Rules struct {
	Atlas *territory.Atlas
	// Sold reports whether an APE code is one, and whether it is in a sector.
	Sold     func(naf string) (known, sold bool)
	Listings Listings
}

// Sighting says when a source last listed a structure.
type Sighting struct {
	Seen  string `json:"seen,omitempty"`  // Edition.Ref of the newest file that lists it
	Stale Date   `json:"stale,omitempty"` // day of the first complete file that does not
}

// Diff is what a merge changed.
type Diff struct {
	Changed bool    // a value shown is no longer the same
	Dirty   bool    // the document is no longer the same
	Fields  []Field // shown with another value
}

// Merge joins what sources say to what is known, and shows what follows. Of each
// fact the strongest claim is shown: one set by a person, else the heaviest
// (fact.weight), else one that its source still confirms, else that of the
// highest rank, else the newest. The same claims give the same structure,
// whatever their order; without any, what has become of the listings is applied.
// What the sheet would be without its duplicates takes part in it.
func (r *Rules) Merge(s *Structure, said ...Claim) Diff {
	return r.alone(s, 0, said)
}

func (r *Rules) merge(s *Structure, said []Claim) Diff {
	before := *s
	claims := unfold(s)
	for _, c := range said {
		at := slices.IndexFunc(claims, func(x Claim) bool { return x.Source == c.Source })
		if at < 0 {
			claims = append(claims, Claim{Source: c.Source})
			at = len(claims) - 1
		}
		claims[at].Join(c)
	}
	slices.SortFunc(claims, byRank)
	r.fold(s, claims)
	return Compare(&before, s)
}

// Set replaces what one source says, the facts that it no longer gives included,
// and shows what follows. It is for persons, who say all of what they say at once.
// What the sheet would be without its duplicates takes part in it, but for what the
// portal picked when it merged them.
func (r *Rules) Set(s *Structure, said Claim) Diff {
	was := s.ClaimOf(said.Source)
	d := r.set(s, said)
	s.Absorbed = slices.Clone(s.Absorbed)
	for i := range s.Absorbed {
		own := said
		if said.Source == SourceModerator {
			own = s.Absorbed[i].Own.ClaimOf(said.Source)
			own.Join(said.since(&was))
		}
		changed := r.set(&s.Absorbed[i].Own, own)
		s.Absorbed[i].Newer = s.Absorbed[i].Newer || changed.Changed
		d.Dirty = d.Dirty || changed.Dirty
	}
	return d
}

func (r *Rules) set(s *Structure, said Claim) Diff {
	before := *s
	claims := slices.DeleteFunc(unfold(s), func(c Claim) bool { return c.Source == said.Source })
	if said.says() {
		claims = append(claims, said)
	}
	slices.SortFunc(claims, byRank)
	r.fold(s, claims)
	return Compare(&before, s)
}

// Beyond is what a claim says beside what a structure shows already: to leave a
// fact as it is, is not to claim it, so that its own source may still change it.
func (c Claim) Beyond(s *Structure) Claim {
	c.Origins = maps.Clone(c.Origins)
	for i := range facts {
		f := &facts[i]
		if _, said := c.Origins[f.field]; said && f.same(&c.Facts, s) {
			delete(c.Origins, f.field)
			f.copy(&c.Facts, &none)
		}
	}
	c.Facts.Labels = slices.DeleteFunc(slices.Clone(c.Facts.Labels), func(l Label) bool {
		return slices.ContainsFunc(s.Labels, l.saysAs)
	})
	return c
}

// saysAs reports whether two sources say the same of a label.
func (l Label) saysAs(o Label) bool {
	return l.Code == o.Code && l.From == o.From && l.To == o.To && l.Proof == o.Proof
}

// candidate is a claim being folded.
type candidate struct {
	Claim
	stale Date  // of its facts
	left  Claim // what is not shown of it
}

func (r *Rules) fold(s *Structure, claims []Claim) {
	areas := r.areas(claims)
	list := make([]candidate, len(claims))
	for i, c := range claims {
		list[i] = candidate{Claim: c, left: Claim{Source: c.Source, Hidden: c.Hidden}}
		list[i].Facts.Agreements = slices.SortedFunc(slices.Values(c.Facts.Agreements), func(a, b Agreement) int {
			return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Number, b.Number))
		})
		list[i].Facts.Labels = slices.SortedFunc(slices.Values(c.Facts.Labels), func(a, b Label) int { return cmp.Compare(a.Code, b.Code) })
		list[i].stale = r.Listings.confirm(&list[i].Claim, areas)
	}
	s.Origins = make(map[Field]Origin, len(s.Origins)+4)
	for i := range facts {
		r.foldFact(s, &facts[i], list)
	}
	foldAgreements(s, list)
	foldLabels(s, list)
	r.finishPoint(s)
	s.Claims, s.Sightings = nil, nil
	for _, c := range list {
		if c.Seen != "" || c.stale != "" {
			if s.Sightings == nil {
				s.Sightings = map[Source]Sighting{}
			}
			s.Sightings[c.Source] = Sighting{c.Seen, c.stale}
		}
		if c.left.says() || c.left.Hidden != "" {
			s.Claims = append(s.Claims, c.left)
		}
	}
}

// none is what nobody says: facts that no claim has are copied from it, and nothing
// is ever written to it.
var none Structure

// foldFact shows the strongest claim of a fact and keeps the others.
func (r *Rules) foldFact(s *Structure, f *fact, list []candidate) {
	best := -1
	for i := range list {
		if _, ok := list[i].Origins[f.field]; ok && r.shows(s, f, &list[i]) && (best < 0 || stronger(f, &list[i], &list[best])) {
			best = i
		}
	}
	switch {
	case best >= 0:
		f.copy(s, &list[best].Facts)
		s.Origins[f.field] = list[best].Origins[f.field]
	case f.field != FieldSIRET: // which is the identity of a structure without a FINESS number
		f.copy(s, &none)
	}
	for i := range list {
		if o, ok := list[i].Origins[f.field]; ok && i != best {
			list[i].keep(f, o)
		}
	}
}

func (c *candidate) keep(f *fact, o Origin) {
	f.copy(&c.left.Facts, &c.Facts)
	c.noteLeft(f.field, o)
}

func (c *candidate) noteLeft(field Field, o Origin) {
	if c.left.Origins == nil {
		c.left.Origins = map[Field]Origin{}
	}
	c.left.Origins[field] = o
}

// shows reports whether a claim may be shown at all: not a recognition that is no
// longer confirmed, nor activities that only follow from an APE code which the
// structure no longer has; the one it has now, told by a source at least as
// strong, is in no sector.
func (r *Rules) shows(s *Structure, f *fact, c *candidate) bool {
	if f.standing && c.stale != "" {
		return false
	}
	if f.field != FieldActivities || activityWeight(&c.Facts) != derivedAlone {
		return true
	}
	naf, ok := s.Origins[FieldNAF] // folded before
	if !ok || naf.compare(c.Origins[FieldActivities]) < 0 {
		return true
	}
	known, sold := r.Sold(s.NAF)
	return !known || sold
}

func stronger(f *fact, a, b *candidate) bool {
	from, other := a.Origins[f.field], b.Origins[f.field]
	c := weigh(a.Source.Protected()) - weigh(b.Source.Protected())
	if c == 0 && f.weight != nil {
		c = f.weight(&a.Facts) - f.weight(&b.Facts)
	}
	return cmp.Or(c, weigh(a.stale == "")-weigh(b.stale == ""), from.compare(other)) > 0
}

// foldAgreements shows those of a person alone, else those of every source but
// what a stronger one overrules.
func foldAgreements(s *Structure, list []candidate) {
	s.Agreements = nil
	person := setBy(list)
	for i := range list {
		c := &list[i]
		for _, a := range c.Facts.Agreements {
			if person == i || person < 0 && !c.numbers(a) && !overruled(a, list) {
				s.Agreements = append(s.Agreements, a)
			} else {
				c.left.Facts.Agreements = append(c.left.Facts.Agreements, a)
			}
		}
		if o, ok := c.Origins[FieldAgreements]; ok && person != i {
			c.noteLeft(FieldAgreements, o)
		}
	}
	slices.SortFunc(s.Agreements, func(a, b Agreement) int {
		return cmp.Or(slices.Index(Kinds, a.Kind)-slices.Index(Kinds, b.Kind),
			cmp.Compare(a.Number, b.Number), b.Source.Rank()-a.Source.Rank(), cmp.Compare(a.Start, b.Start), weigh(a.Least)-weigh(b.Least))
	})
	if person >= 0 {
		s.Origins[FieldAgreements] = list[person].Origins[FieldAgreements]
	} else if len(s.Agreements) > 0 {
		s.Origins[FieldAgreements] = strongest(s.Agreements)
	}
}

// overruled reports whether a stronger source knew an agreement of the kind that is
// over, or that it lists no more, since the day of a or later, while no source as
// strong as it still confirms one: an old word of a weaker source does not keep
// alive what the authority has ended.
func overruled(a Agreement, list []candidate) bool {
	for i := len(list) - 1; i >= 0 && list[i].Source.Rank() > a.Source.Rank(); i-- { // the strongest comes last
		until, held := list[i].heldUntil(a.Kind)
		switch {
		case held:
			return false
		case until != "" && until >= a.AsOf:
			return true
		}
	}
	return false
}

// heldUntil gives the day since which the source holds no agreement of a kind any
// more, "" when it never told one; held when it still does.
func (c *candidate) heldUntil(kind Kind) (until Date, held bool) {
	for _, a := range c.Facts.Agreements {
		if a.Kind != kind || c.numbers(a) {
			continue
		}
		since := a.overSince()
		if since == "" {
			return "", true
		}
		until = max(until, since)
	}
	return until, false
}

// overSince is the first day on which the source itself no longer held the
// agreement when it last spoke of it, "" when it did: an end that was to come then
// is no such day.
func (a Agreement) overSince() Date {
	if a.End != "" && (a.Ended || a.End < a.AsOf) {
		return first(a.End.AddDays(1), a.Stale)
	}
	return a.Stale
}

// setBy gives the place of the strongest person who has set the agreements as a
// whole, -1 when nobody has.
func setBy(list []candidate) int {
	person := -1
	for i := range list {
		if o, ok := list[i].Origins[FieldAgreements]; ok && o.Source.Protected() {
			person = i // the strongest comes last
		}
	}
	return person
}

// numbers reports whether an agreement without a number is one that the source
// also gives by number: it then knows one agreement of the kind, and no other. Of
// one told by a whole file and by one that was cut short, the better counts alone.
func (c *candidate) numbers(a Agreement) bool {
	return slices.ContainsFunc(c.Facts.Agreements, func(b Agreement) bool {
		switch {
		case b.Kind != a.Kind:
			return false
		case a.Number == "" && b.Number != "":
			return true
		case a.Least == b.Least || a.Number != b.Number:
			return false
		case a.Least:
			return !a.Prolongs(b)
		}
		return b.Prolongs(a)
	})
}

// strongest is the origin shown for agreements as a whole.
func strongest(list []Agreement) Origin {
	a := slices.MaxFunc(list, func(a, b Agreement) int {
		return cmp.Or(weigh(a.Stale == "")-weigh(b.Stale == ""), a.Source.Rank()-b.Source.Rank(), cmp.Compare(a.AsOf, b.AsOf))
	})
	return Origin{Source: a.Source, AsOf: a.AsOf}
}

// foldLabels shows one of each code, that of the strongest source which still
// confirms it. A label of an organisation is what the organisation says: of anybody
// else it is a copy, which must not outlive a withdrawal.
func foldLabels(s *Structure, list []candidate) {
	s.Labels = nil
	for i := range list {
		list[i].Facts.Labels = slices.DeleteFunc(list[i].Facts.Labels, func(l Label) bool {
			_, granted := l.Granted()
			return granted && list[i].Source != SourceOrganisation
		})
	}
	best := map[string]int{}
	for i := range list {
		for _, l := range list[i].Facts.Labels {
			j, known := best[l.Code]
			if !known || weigh(l.Stale == "") >= weigh(labelOf(&list[j], l.Code).Stale == "") {
				best[l.Code] = i // the strongest source comes last
			}
		}
	}
	for i := range list {
		for _, l := range list[i].Facts.Labels {
			if best[l.Code] == i {
				s.Labels = append(s.Labels, l)
			} else {
				list[i].left.Facts.Labels = append(list[i].left.Facts.Labels, l)
			}
		}
	}
	slices.SortFunc(s.Labels, func(a, b Label) int { return cmp.Compare(a.Code, b.Code) })
	if len(s.Labels) > 0 {
		l := slices.MaxFunc(s.Labels, func(a, b Label) int {
			return cmp.Or(a.Source.Rank()-b.Source.Rank(), cmp.Compare(a.AsOf, b.AsOf))
		})
		s.Origins[FieldLabels] = Origin{Source: l.Source, AsOf: l.AsOf}
	}
}

func labelOf(c *candidate, code string) Label {
	for _, l := range c.Facts.Labels {
		if l.Code == code {
			return l
		}
	}
	return Label{}
}

// finishPoint gives a structure without an exact position the reference point
// of its commune, which follows from the address.
func (r *Rules) finishPoint(s *Structure) {
	if s.Address.Point.Precision == PrecisionExact || s.Origins[FieldPoint].Source.Protected() {
		return
	}
	c, ok := r.Atlas.Commune(s.Address.Commune)
	if !ok {
		return
	}
	s.Address.Point = Point{Lat: c.Lat, Lon: c.Lon, Precision: Precision(c.Precision)}
	s.Origins[FieldPoint] = s.Origins[FieldAddress]
}

// areas gives the department and the commune of the strongest address, confirmed
// or not: whether something is confirmed depends on where the structure is.
func (r *Rules) areas(claims []Claim) []string {
	var f *fact
	for i := range facts {
		if facts[i].field == FieldAddress {
			f = &facts[i]
		}
	}
	var best *candidate
	for i := range claims {
		c := &candidate{Claim: claims[i]}
		if _, ok := c.Origins[FieldAddress]; ok && (best == nil || stronger(f, c, best)) {
			best = c
		}
	}
	if best == nil {
		return []string{Everywhere}
	}
	return r.AreasOf(best.Facts.Address)
}

// AreasOf lists the areas of listings that an address is in.
func (r *Rules) AreasOf(a Address) []string {
	if c, ok := r.Atlas.Commune(a.Commune); ok && a.Commune != "" {
		return []string{Everywhere, c.Department, c.Code}
	}
	for _, c := range r.Atlas.ByPostalCode(a.PostalCode) {
		return []string{Everywhere, c.Department} // the commune is not known
	}
	return []string{Everywhere}
}

// Compare tells what differs between two states of a structure.
func Compare(a, b *Structure) (d Diff) {
	for i := range facts {
		if f := &facts[i]; !f.same(a, b) {
			d.Fields = append(d.Fields, f.field)
		}
	}
	if !slices.Equal(lasting(a.Agreements), lasting(b.Agreements)) {
		d.Fields = append(d.Fields, FieldAgreements)
	}
	if !slices.EqualFunc(a.Labels, b.Labels, sameLabel) {
		d.Fields = append(d.Fields, FieldLabels)
	}
	d.Changed = len(d.Fields) > 0
	d.Dirty = d.Changed || !slices.Equal(a.Agreements, b.Agreements) || !slices.Equal(a.Labels, b.Labels) ||
		!maps.Equal(a.Origins, b.Origins) || !maps.Equal(a.Sightings, b.Sightings) || !reflect.DeepEqual(a.Claims, b.Claims)
	return d
}

// lasting leaves out of agreements when they were told.
func lasting(list []Agreement) []Agreement {
	out := slices.Clone(list)
	for i := range out {
		out[i].AsOf, out[i].Seen, out[i].Told, out[i].Least = "", "", "", false
	}
	return out
}

func sameLabel(a, b Label) bool {
	return a.Code == b.Code && a.Name == b.Name && a.From == b.From && a.To == b.To && a.Scope == b.Scope && a.Stale == b.Stale
}
