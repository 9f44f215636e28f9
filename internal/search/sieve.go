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

// sift divides what is found of a block by the groups of filters.
func (s *lookup) sift(b *block, k *sieve) error {
	k.failing = 0
	if len(s.drivers) == 0 {
		return nil
	}
	set, one, more := &k.found, bitset{}, bitset{} // one: fail a relaxed group; more: at least two
	for i, d := range s.drivers {
		met, within := k.meeting(i), *set
		for w := range within {
			within[w] &^= more[w]
		}
		if err := s.meet(d, b, &within, met); err != nil {
			return err
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
	for i, d := range s.drivers {
		if d.group&s.relaxed != 0 && k.divide(d.group, &one, &more, k.meeting(i)) {
			k.failing |= d.group
		}
	}
	for w := range set {
		set[w] &^= one[w]
	}
	return nil
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

// someLeft is how many structures of a block cost less to be judged one by one
// than the postings that may be slow to choose.
const someLeft = 32

// meet fills met with the structures of a set that meet the group of a driver:
// as postings tell where they tell the truth, as columns say otherwise. What is
// not within the set is anything.
func (s *lookup) meet(d *driver, b *block, within, met *bitset) error {
	*met = bitset{}
	switch {
	case b.postings == nil || d.slow && within.atMost(someLeft):
		*met = *within
	case d.others: // who has none of the keys meets the group
		d.fill(b.postings, met)
		var sure bitset
		for w := range sure {
			sure[w] = within[w] &^ met[w]
			met[w] &= within[w]
		}
		err := s.verify(d, b, met)
		for w := range met {
			met[w] |= sure[w]
		}
		return err
	default:
		if d.fill(b.postings, met); d.exact {
			return nil
		}
		met.retain(within)
	}
	return s.verify(d, b, met)
}

// verify leaves in a set the structures that meet the group of a driver.
func (s *lookup) verify(d *driver, b *block, set *bitset) error {
	steps := 0
	for w, word := range set {
		for ; word != 0; word &= word - 1 {
			at := uint32(w*64 + bits.TrailingZeros64(word)) // #nosec G115 -- below blockSize
			if !s.filter.meets(d.group, b, at) {
				set[w] &^= word & -word
			}
			if steps++; steps%s.every == 0 && s.ctx.Err() != nil {
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
				if counted && s.counter != nil {
					s.counter.judged(b, at, failing)
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

// anyHolds reports that an activity fails no group.
func anyHolds(failing []group) bool {
	for _, g := range failing {
		if g == 0 {
			return true
		}
	}
	return false
}
