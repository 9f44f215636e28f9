package search

import "math/bits"

// sieve is what the filters leave of a block: the structures that meet every
// group, and for each facet those that fail its group alone.
type sieve struct {
	found   bitset
	failing group             // groups that some fail alone
	alone   [maxGroups]bitset // by group of failing
	met     []*bitset         // by driver
}

// meeting gives room for the structures that meet the ith driver.
func (k *sieve) meeting(i int) *bitset {
	for len(k.met) <= i {
		k.met = append(k.met, &bitset{})
	}
	return k.met[i]
}

// sift divides what is found of a block by the groups of filters. When few
// structures are left that the first drivers do not rule out, it stops there.
func (s *lookup) sift(b *block, k *sieve) (*few, error) {
	k.failing = 0
	set := &k.found
	if len(s.drivers) == 0 {
		if set.atMost(someLeft) {
			return s.work.few.of(set, 0), nil
		}
		return nil, nil
	}
	var one, more, within bitset // one: fail a relaxed group; more: at least two
	for i, d := range s.drivers {
		met := k.meeting(i)
		for w := range within {
			within[w] = set[w] &^ more[w]
		}
		if within.atMost(someLeft) {
			return s.work.few.of(&within, i), nil
		}
		if err := s.meet(d, b, &within, met); err != nil {
			return nil, err
		}
		if d.group&s.relaxed == 0 {
			set.retain(met)
			continue
		}
		for w := range set {
			fails := set[w] &^ met[w]
			more[w] |= one[w] & fails
			one[w] |= fails
		}
	}
	s.split(k, &one, &more)
	return nil, nil
}

// split parts what meets every group from what fails one alone.
func (s *lookup) split(k *sieve, one, more *bitset) {
	for i, d := range s.drivers {
		if d.group&s.relaxed != 0 && k.divide(d.group, one, more, k.meeting(i)) {
			k.failing |= d.group
		}
	}
	for w := range k.found {
		k.found[w] &^= one[w]
	}
}

// divide fills the set of what fails a group alone; it is false for none.
func (k *sieve) divide(g group, one, more, met *bitset) bool {
	alone, some := &k.alone[indexOf(g)], uint64(0)
	for w := range alone {
		alone[w] = k.found[w] & one[w] &^ more[w] &^ met[w]
		some |= alone[w]
	}
	return some != 0
}

// meet fills met with the structures of a set that meet the group of a driver:
// as postings tell where they tell the truth, as columns say otherwise. What is
// not within the set is anything.
func (s *lookup) meet(d *driver, b *block, within, met *bitset) error {
	*met = bitset{}
	if d.whom != nil {
		d.whom.fill(b, met)
		return nil
	}
	if d.zones != nil {
		return s.meetZones(d, b, within, met)
	}
	if within.atMost(d.size / (len(s.view.blocks) * dearer)) {
		*met = *within
		return s.verify(d.group, b, met)
	}
	d.fill(b.postings, met)
	var rest bitset
	if b.covered < b.n {
		rest = b.uncovered(within)
	}
	switch {
	case d.exact && b.covered == b.n:
		return nil
	case d.exact:
		err := s.verify(d.group, b, &rest)
		met.add(&rest)
		return err
	case d.others: // who has none of the keys meets the group
		var sure bitset
		for w := range sure {
			sure[w] = within[w] &^ met[w] &^ rest[w]
			met[w] = met[w]&within[w] | rest[w]
		}
		err := s.verify(d.group, b, met)
		met.add(&sure)
		return err
	}
	for w := range met {
		met[w] = met[w]&within[w] | rest[w]
	}
	return s.verify(d.group, b, met)
}

// dearer is how many times longer it takes to judge a structure than to read a
// posting.
const dearer = 8

// meetZones is meet for zones. Of a full block who serves a territory is found
// out once, and kept.
func (s *lookup) meetZones(d *driver, b *block, within, met *bitset) error {
	held := s.filter.zonesOf(d.group)
	*held = nil
	if b.covered < blockSize || within.atMost(someLeft) {
		for i := range d.zones {
			d.zones[i].fill(b.postings, met)
		}
		met.retain(within)
		rest := b.uncovered(within)
		met.add(&rest)
		return s.verify(d.group, b, met)
	}
	all := s.work.union(d.group, len(b.more))
	for i := range d.zones {
		set, err := s.zoneSet(&d.zones[i], b)
		if err != nil {
			return err
		}
		if len(d.zones) == 1 {
			all = set
			break
		}
		all.add(set)
	}
	*met, *held = all.any, all
	return nil
}

// zoneSet gives who serves, or covers, a territory in a full block.
func (s *lookup) zoneSet(z *zoneDriver, b *block) (*zoneSet, error) {
	if known := z.question.sets.get(b.number); known != nil {
		return known, nil
	}
	out, l := &zoneSet{each: make([]uint64, (len(b.more)+63)/64)}, &s.view.lists
	var maybe bitset
	z.fill(b.postings, &maybe)
	for w, word := range maybe {
		for ; word != 0; word &= word - 1 {
			at := uint32(w*64 + bits.TrailingZeros64(word)) // #nosec G115 -- below blockSize
			n := int(l.offers[b.offers[at]].n)
			for i := range n {
				if z.question.holds(l, b.zoneOf(at, i, n), b.location(at)) {
					out.put(b, at, i, n)
				}
			}
			if s.steps++; s.steps%ctxJudged == 0 && s.ctx.Err() != nil {
				return nil, s.ctx.Err()
			}
		}
	}
	z.question.sets.put(b.number, out)
	return out, nil
}

// verify leaves in a set the structures that meet a group.
func (s *lookup) verify(g group, b *block, set *bitset) error {
	for w, word := range set {
		for ; word != 0; word &= word - 1 {
			at := uint32(w*64 + bits.TrailingZeros64(word)) // #nosec G115 -- below blockSize
			if !s.filter.meets(g, b, at) {
				set[w] &^= word & -word
			}
			if s.steps++; s.steps%s.every == 0 && s.ctx.Err() != nil {
				return s.ctx.Err()
			}
		}
	}
	return nil
}

// judgeActivities judges the structures of several activities one activity after
// the other: filters on activities must hold on the same one. It counts their
// activities too.
func (s *lookup) judgeActivities(b *block, k *sieve) error {
	judge := func(set *bitset, counted, dropped bool) error {
		for w := range set {
			for word := set[w] & b.several[w]; word != 0; word &= word - 1 {
				at := uint32(w*64 + bits.TrailingZeros64(word)) // #nosec G115 -- below blockSize
				failing := s.filter.failingActivities(b, at, s.work.groups[:0])
				s.work.groups = failing
				if counted {
					s.judged(b, at, failing)
				}
				if dropped || !anyHolds(failing) {
					set[w] &^= word & -word
				}
				if s.steps++; s.steps%s.every == 0 && s.ctx.Err() != nil {
					return s.ctx.Err()
				}
			}
		}
		return nil
	}
	if err := judge(&k.found, true, false); err != nil {
		return err
	}
	for rest := k.failing; rest != 0; rest &= rest - 1 {
		g := rest & -rest
		ofActivity := g&groupsOfActivity != 0
		if err := judge(&k.alone[indexOf(g)], ofActivity, ofActivity); err != nil {
			return err
		}
	}
	return nil
}

// judged counts a structure of several activities, each of which fails the given
// groups.
func (s *lookup) judged(b *block, at uint32, failing []group) {
	if s.counter != nil {
		s.counter.judged(b, at, failing)
	}
	if !s.ways {
		return
	}
	alone := group(0)
	for _, g := range failing {
		if g&(g-1) == 0 {
			alone |= g
		}
	}
	for ; alone != 0; alone &= alone - 1 {
		s.without[indexOf(alone&-alone)]++
	}
}

// anyHolds reports that an activity fails no group.
func anyHolds(failing []group) bool {
	for _, g := range failing {
		if g == 0 {
			return true
		}
	}
	return false
}
