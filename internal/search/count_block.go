package search

import "math/bits"

// dense is how many structures of a block must be found for the facets of their
// activities to be counted from its postings, about 15,000 numbers read in a row,
// rather than structure by structure.
const dense = blockSize / 16

// held collects the structures of the block at hand all of whose activities fail
// nothing: how they are counted depends on how many they are.
type held struct {
	set bitset
	n   int
}

// unjudged takes note of structures of which no filter judges the activities.
func (c *counter) unjudged(w *batch) {
	if c.filter.want&groupServes != 0 {
		for i := range w.n {
			c.homes.add(w.rows[i].homes)
		}
	}
	for _, at := range w.at[:w.n] {
		c.hold(at)
	}
}

// hold takes note of a structure all of whose activities count.
func (c *counter) hold(at uint32) {
	c.held.set.put(at)
	c.held.n++
}

// endBlock counts the activities of the structures held.
func (c *counter) endBlock(b *block) {
	if c.held.n == 0 {
		return
	}
	defer func() { c.held = held{} }()
	if c.filter.want&groupsOfDealing == 0 {
		return
	}
	if b.postings != nil && c.held.n >= c.dense {
		c.countPostings(b)
	} else {
		for i, word := range c.held.set {
			for ; word != 0; word &= word - 1 {
				c.offerings.add(c.filter.offeringOf[b.rows[i*64+bits.TrailingZeros64(word)].offer])
			}
		}
	}
}

// countPostings counts the activities of what is held from the lists of a block.
func (c *counter) countPostings(b *block) {
	p, want := b.postings, c.filter.want
	if want&groupSector != 0 {
		c.countSectors(p)
	}
	if want&groupMode != 0 {
		c.countClass(p, classMode, c.modes)
	}
	if want&groupCharacteristic != 0 {
		c.countClass(p, classQuality, c.qualities)
	}
	if want&groupAvailability != 0 {
		c.countStates(b)
	}
}

func (c *counter) countClass(p *postings, class uint32, counts []int) {
	first, end := p.span(class, class|codeMask)
	for i := first; i < end; i++ {
		n := uint64(0)
		for _, at := range p.list(i) {
			n += c.held.set[at/64] >> (at % 64) & 1
		}
		counts[p.keys[i]&codeMask] += int(n) // #nosec G115 -- at most blockSize
	}
}

// countSectors counts sectors, declared and deduced ones together, and their
// groups, each once for a structure. Sectors are numbered group by group.
func (c *counter) countSectors(p *postings) {
	var inGroup, inSector bitset
	group := noGroup
	flush := func() {
		if group == noGroup {
			return
		}
		for w, word := range inGroup {
			c.groups[group] += bits.OnesCount64(word)
			inGroup[w] = 0
		}
	}
	first, end := p.span(classSector, classSector|codeMask)
	for i := first; i < end; i++ {
		sector := sectorOf(p.keys[i])
		if of := c.view.groupOf[sector]; of != group {
			flush()
			group = of
		}
		list := p.list(i)
		c.sectors[sector] += c.mark(&inGroup, list)
		if i+1 == end || sectorOf(p.keys[i+1]) != sector {
			continue
		}
		i++
		c.mark(&inSector, list)
		c.sectors[sector] += c.markOthers(&inGroup, &inSector, p.list(i))
		for _, at := range list {
			inSector[at/64%blockWords] = 0
		}
	}
	flush()
}

// markOthers is mark for a list of which some structures are counted already.
func (c *counter) markOthers(into, counted *bitset, list []uint16) int {
	n, set := uint64(0), &c.held.set
	for _, at := range list {
		w := at / 64 % blockWords
		is := set[w] &^ counted[w] >> (at % 64) & 1
		into[w] |= is << (at % 64)
		n += is
	}
	return int(n) // #nosec G115 -- at most blockSize
}

// mark adds to a set the structures of a list that are held, and counts them.
// Most lists are long and what is held is anywhere in them: no branch guesses it.
func (c *counter) mark(into *bitset, list []uint16) int {
	n, set := uint64(0), &c.held.set
	for _, at := range list {
		w := at / 64 % blockWords
		is := set[w] >> (at % 64) & 1
		into[w] |= is << (at % 64)
		n += is
	}
	return int(n) // #nosec G115 -- at most blockSize
}

// countStates counts availability, which postings know apart from its dates.
func (c *counter) countStates(b *block) {
	var declared bitset
	p := b.postings
	first, end := p.span(classAvailability, classAvailability|codeMask)
	for i := first; i < end; i++ {
		c.mark(&declared, p.list(i))
	}
	for i, word := range declared {
		for ; word != 0; word &= word - 1 {
			number := c.filter.offeringOf[b.rows[i*64+bits.TrailingZeros64(word)].offer]
			countBits(c.availability, uint64(c.filter.dealings[number].states), 1)
		}
	}
}
