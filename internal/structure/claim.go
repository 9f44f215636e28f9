package structure

import (
	"cmp"
	"maps"
	"slices"
)

// Claim is what one source says of a structure: its facts, each with the record
// that gives it. A fact that has an origin and no value is denied ("esus: non").
//
// Claims join: of each fact the strongest record of the source stays, whatever
// the order in which records come. What is shown of a structure is a fold of its
// claims alone (Rules.Merge), so that the order of imports does not matter.
type Claim struct {
	Source  Source           `json:"source"`
	Facts   Structure        `json:"facts"`
	Origins map[Field]Origin `json:"origins,omitempty"`

	// Seen is the newest file of the source that lists the structure (Edition.Ref);
	// "" when the source says itself what ends, as a register does.
	// In a structure it is kept in Structure.Sightings.
	Seen string `json:"seen,omitempty"`
	was  Date   // Sighting.Stale as it was found in the structure

	// Hidden is the newest day for which a register said that the holder objects to
	// publication: what it says for that day or an earlier one is not taken.
	Hidden Date `json:"hidden,omitempty"`
}

// NewClaim makes a claim of one record. Of agreements and labels only what they
// say needs to be there: their source, day and file are those of the record.
func NewClaim(o Origin, given *Structure, denied []Field, seen string) Claim {
	c := Claim{Source: o.Source, Origins: make(map[Field]Origin, 12), Seen: seen}
	for i := range facts {
		if f := &facts[i]; f.given(given) || slices.Contains(denied, f.field) {
			f.copy(&c.Facts, given)
			c.Origins[f.field] = o
		}
	}
	c.Facts.FINESS = ""
	for _, a := range given.Agreements {
		a.Source, a.AsOf, a.Seen, a.Told, a.Stale = o.Source, o.AsOf, seen, "", ""
		c.Facts.Agreements = addAgreement(c.Facts.Agreements, a)
	}
	for _, l := range given.Labels {
		l.Source, l.AsOf, l.Seen, l.Stale = o.Source, o.AsOf, seen, ""
		c.Facts.Labels = addLabel(c.Facts.Labels, l)
	}
	return c
}

// Join adds what other records of the same source say.
func (c *Claim) Join(o Claim) {
	c.Hidden = max(c.Hidden, o.Hidden)
	c.hide(c.Hidden)
	o.hide(c.Hidden)
	if c.Origins == nil {
		c.Origins = make(map[Field]Origin, len(o.Origins))
	} else {
		c.Origins = maps.Clone(c.Origins)
	}
	for i := range facts {
		f := &facts[i]
		said, ok := o.Origins[f.field]
		if !ok {
			continue
		}
		if now, known := c.Origins[f.field]; known && f.compare(&c.Facts, &o.Facts, now, said) >= 0 {
			continue
		}
		f.copy(&c.Facts, &o.Facts)
		c.Origins[f.field] = said
	}
	if said, ok := o.Origins[FieldAgreements]; ok { // set as a whole, by a person
		c.Origins[FieldAgreements] = said
	}
	c.Facts.Agreements = slices.Clone(c.Facts.Agreements)
	for _, a := range o.Facts.Agreements {
		c.Facts.Agreements = addAgreement(c.Facts.Agreements, a)
	}
	c.Facts.Labels = slices.Clone(c.Facts.Labels)
	for _, l := range o.Facts.Labels {
		c.Facts.Labels = addLabel(c.Facts.Labels, l)
	}
	c.Seen = max(c.Seen, o.Seen)
}

// hide takes away what the claim says until a day.
func (c *Claim) hide(until Date) {
	if until == "" {
		return
	}
	c.Origins = maps.Clone(c.Origins)
	for i := range facts {
		f := &facts[i]
		if o, ok := c.Origins[f.field]; ok && o.AsOf <= until {
			f.copy(&c.Facts, &none)
			delete(c.Origins, f.field)
		}
	}
	c.Facts.Agreements = slices.DeleteFunc(slices.Clone(c.Facts.Agreements), func(a Agreement) bool { return a.AsOf <= until })
	c.Facts.Labels = slices.DeleteFunc(slices.Clone(c.Facts.Labels), func(l Label) bool { return l.AsOf <= until })
}

// says reports whether the claim holds any fact.
func (c *Claim) says() bool {
	return len(c.Origins)+len(c.Facts.Agreements)+len(c.Facts.Labels) > 0
}

// equal reports whether two claims say the same, seen in the same file.
func (c *Claim) equal(o *Claim) bool {
	return c.Seen == o.Seen && c.Hidden == o.Hidden && maps.Equal(c.Origins, o.Origins) &&
		slices.Equal(c.Facts.Agreements, o.Facts.Agreements) && slices.Equal(c.Facts.Labels, o.Facts.Labels) &&
		!slices.ContainsFunc(facts, func(f fact) bool { return !f.same(&c.Facts, &o.Facts) })
}

// compare orders two versions of a fact by weight, rank of the source, day, last
// change of the file and line. 0 is the same record.
func (f *fact) compare(a, b *Structure, from, other Origin) int {
	if f.weight != nil {
		if c := f.weight(a) - f.weight(b); c != 0 {
			return c
		}
	}
	return from.compare(other)
}

// compare orders origins from the weakest to the strongest.
func (o Origin) compare(other Origin) int {
	return cmp.Or(o.Source.Rank()-other.Source.Rank(), cmp.Compare(o.AsOf, other.AsOf),
		cmp.Compare(o.File, other.File), o.Line-other.Line)
}

// Protected reports whether the source is a person: no file replaces what it set.
func (s Source) Protected() bool { return s == SourceSelf || s == SourceModerator }

// addAgreement joins an agreement to those that a source knows, by kind and number.
// What files that were cut short say stays beside what whole files say: which of
// both is shown depends on what else is known (candidate.numbers).
func addAgreement(list []Agreement, a Agreement) []Agreement {
	at := slices.IndexFunc(list, func(b Agreement) bool { return b.Kind == a.Kind && b.Number == a.Number && b.Least == a.Least })
	if at < 0 {
		return append(list, a)
	}
	if a.Least {
		list[at] = longerAgreement(list[at], a)
	} else {
		list[at] = laterAgreement(list[at], a)
	}
	return list
}

// longerAgreement keeps, of what files that were cut short say, what holds longest.
func longerAgreement(a, b Agreement) Agreement {
	c := CompareEnds(a.End, b.End)
	if c == 0 {
		return laterAgreement(a, b)
	}
	seen, stale := max(a.Seen, b.Seen), first(a.Stale, b.Stale)
	if c < 0 {
		a = b
	}
	return a.seenBy(seen, stale)
}

// seenBy notes the newest file that names an agreement; what was said of it stays
// that of the file that told it. When it lapsed is as found earlier:
// Listings.confirm settles it.
func (a Agreement) seenBy(seen string, stale Date) Agreement {
	told := a.told()
	a.Seen, a.Told, a.Stale = seen, "", stale
	if told != seen {
		a.Told = told
	}
	return a
}

// laterAgreement keeps what was said last: for the newest day, by the newest file
// that says something for that day; within one file, the version that holds
// longest, so that the order of two records does not matter. An end that the
// source gives no day for is that of the first record that tells it.
func laterAgreement(a, b Agreement) Agreement {
	seen, stale := max(a.Seen, b.Seen), first(a.Stale, b.Stale)
	if cmp.Or(cmp.Compare(a.AsOf, b.AsOf), cmp.Compare(a.told(), b.told()), CompareEnds(a.End, b.End),
		-cmp.Compare(a.Start, b.Start), weigh(b.Ended)-weigh(a.Ended)) < 0 {
		a, b = b, a
	}
	if a.Ended && b.Ended {
		a.End = min(a.End, b.End)
	}
	return a.seenBy(seen, stale)
}

// told is the file that the agreement is as told by. It is kept beside Seen, which
// moves on with every file that lists the agreement: compared by Seen, a record
// would gain by what came in before it.
func (a Agreement) told() string { return cmp.Or(a.Told, a.Seen) }

// CompareEnds orders last days, an unknown one last.
func CompareEnds(a, b Date) int {
	if a == "" || b == "" {
		return weigh(a == "") - weigh(b == "")
	}
	return cmp.Compare(a, b)
}

func addLabel(list []Label, l Label) []Label {
	at := slices.IndexFunc(list, func(b Label) bool { return b.Code == l.Code })
	if at < 0 {
		return append(list, l)
	}
	now := list[at]
	seen, stale := max(now.Seen, l.Seen), first(now.Stale, l.Stale)
	if cmp.Or(cmp.Compare(now.AsOf, l.AsOf), CompareEnds(now.To, l.To), cmp.Compare(now.From, l.From), cmp.Compare(now.Name, l.Name), cmp.Compare(now.Scope, l.Scope)) < 0 {
		now = l
	}
	now.Seen, now.Stale = seen, stale
	list[at] = now
	return list
}

// unfold gives what each source says of a stored structure, the weakest source first.
func unfold(s *Structure) []Claim {
	var out []Claim
	of := func(source Source) *Claim {
		at := slices.IndexFunc(out, func(c Claim) bool { return c.Source == source })
		if at < 0 {
			at = len(out)
			out = append(out, Claim{Source: source, Origins: map[Field]Origin{}})
		}
		return &out[at]
	}
	for i := range facts {
		f := &facts[i]
		o, ok := s.Origins[f.field]
		if !ok || f.field == FieldPoint && !f.given(s) && !o.Source.Protected() {
			continue // the point of the commune follows from the address
		}
		c := of(o.Source)
		f.copy(&c.Facts, s)
		c.Origins[f.field] = o
	}
	if o := s.Origins[FieldAgreements]; o.Source.Protected() {
		c := of(o.Source)
		c.Facts.Agreements, c.Origins[FieldAgreements] = s.Agreements, o
	} else {
		for _, a := range s.Agreements {
			c := of(a.Source)
			c.Facts.Agreements = append(c.Facts.Agreements, a)
		}
	}
	for _, l := range s.Labels {
		c := of(l.Source)
		c.Facts.Labels = append(c.Facts.Labels, l)
	}
	for i := range s.Claims {
		of(s.Claims[i].Source).Join(s.Claims[i])
	}
	for source, at := range s.Sightings {
		c := of(source)
		c.Seen, c.was = at.Seen, at.Stale
	}
	slices.SortFunc(out, byRank)
	return out
}

func byRank(a, b Claim) int {
	return cmp.Or(a.Source.Rank()-b.Source.Rank(), cmp.Compare(a.Source, b.Source))
}

// Unfold gives what each source says of the structure, the weakest source first.
func (s *Structure) Unfold() []Claim { return unfold(s) }

// Sources lists who says something of the structure, the weakest first.
func (s *Structure) Sources() []Source {
	var out []Source
	for _, c := range unfold(s) {
		if c.says() {
			out = append(out, c.Source)
		}
	}
	return out
}

// HiddenUntil is the newest day for which the source said that the holder objects
// to publication, "" when it never did.
func (s *Structure) HiddenUntil(source Source) Date {
	for i := range s.Claims {
		if s.Claims[i].Source == source {
			return s.Claims[i].Hidden
		}
	}
	return ""
}

// ClaimOf gives what one source says of the structure; the zero facts when it says nothing.
func (s *Structure) ClaimOf(source Source) Claim {
	for _, c := range unfold(s) {
		if c.Source == source {
			return c
		}
	}
	return Claim{Source: source}
}

// Take makes a claim say of a field what another structure has, agreements as a
// whole included; labels are said one by one, with NewClaim.
func (c *Claim) Take(field Field, from *Structure, o Origin) {
	c.Origins = maps.Clone(c.Origins)
	if c.Origins == nil {
		c.Origins = map[Field]Origin{}
	}
	c.Origins[field] = o
	if field == FieldAgreements {
		c.Facts.Agreements = nil
		for _, a := range from.Agreements {
			a.Source, a.AsOf, a.Seen, a.Told, a.Stale = o.Source, o.AsOf, "", "", ""
			c.Facts.Agreements = addAgreement(c.Facts.Agreements, a)
		}
		return
	}
	if f := factOf(field); f != nil {
		f.copy(&c.Facts, from)
	}
}

// Drop makes a claim say nothing of a field any more.
func (c *Claim) Drop(field Field) {
	c.Origins = maps.Clone(c.Origins)
	delete(c.Origins, field)
	if field == FieldAgreements {
		c.Facts.Agreements = nil
	} else if f := factOf(field); f != nil {
		f.copy(&c.Facts, &none)
	}
}

func factOf(field Field) *fact {
	for i := range facts {
		if facts[i].field == field {
			return &facts[i]
		}
	}
	return nil
}
