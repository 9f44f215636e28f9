package search

import (
	"math/bits"
	"slices"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// values are the counts of every facet but places.
type values struct {
	kinds        [maxKinds]int
	families     []int
	ess, esus    int
	sizes        []int
	bases        []int
	workforce    []int
	labels       []int
	sold         []int // sectors, then groups: the two below
	sectors      []int
	groups       []int
	modes        []int
	qualities    []int
	availability []int
	serves       []int // home places, then those asked for besides
}

func (n *values) reset(v *view, serves int) {
	n.kinds, n.ess, n.esus = [maxKinds]int{}, 0, 0
	zero(&n.families, len(structure.Families))
	zero(&n.sizes, len(structure.Sizes))
	zero(&n.bases, len(structure.Bases))
	zero(&n.workforce, len(structure.Workforces))
	zero(&n.labels, len(v.labels))
	zero(&n.sold, len(v.sector)+len(v.group))
	n.sectors, n.groups = n.sold[:len(v.sector)], n.sold[len(v.sector):]
	zero(&n.modes, len(structure.Modes))
	zero(&n.qualities, len(v.quality))
	zero(&n.availability, len(query.AvailabilityStates))
	zero(&n.serves, serves)
}

func zero[T int | uint32 | uint64](list *[]T, n int) {
	*list = resized(*list, n)
	clear(*list)
}

// counter counts facets in one pass. A structure that fails no group counts for
// the values of every facet; one that fails a single group would be found if
// that group were chosen otherwise, so it counts for the values of that group
// alone. The same holds for the activities of a structure. What counts is first
// tallied by standing, commune and set of home places, a handful of increments a
// structure, and only then by value; its sectors are counted as they come.
type counter struct {
	values
	filter *filter
	view   *view

	found    tallied            // structures that fail nothing
	alone    [maxGroups]tallied // by group: those that fail it alone
	communes tally              // of structures that fail nothing, or the territory alone
	homes    tally              // home places served by what fails nothing, the zone left open

	uppers       []uint32              // by set of wider places
	wider        tally                 // places that hold several communes
	chosen       []territory.Territory // counted whatever they are: no commune says that France holds it
	chosenCounts []int
	placeKeys    []uint64 // room for topPlaces
	placesKnown  []uint64 // topPlaces of the whole directory, when it is that which counts
	servePlaces  []territory.Territory
	serveAsked   []*zoneQuestion // of the places chosen that are not at home
	stamp        int
	sectorSeen   []int // stamp of the last structures that counted the sector
	groupSeen    []int
	homesSeen    []uint64
}

// tallied is structures by standing, and by offering when all their activities count.
type tallied struct{ standings, offerings tally }

func (t *tallied) reset(f *filter) {
	t.standings.reset(len(f.standings))
	t.offerings.reset(len(f.offerings))
}

func (t *tallied) join(o *tallied) {
	t.standings.join(&o.standings)
	t.offerings.join(&o.offerings)
}

// maxSectorGroups bounds the groups of sectors: newNames refuses more.
const maxSectorGroups = 64

func newCounter(s *lookup) *counter {
	c := &s.work.count
	c.begin(s.filter, s.view)
	c.placesAsked(&s.query, s.engine.home)
	return c
}

// begin forgets what was counted.
func (c *counter) begin(f *filter, v *view) {
	c.filter, c.view = f, v
	c.found.reset(f)
	c.communes.reset(len(v.within))
	c.homes.reset(len(v.homes))
	for g := range maxGroups {
		c.alone[g].reset(f)
	}
	c.reset(v, v.homePlaces)
	c.wider.reset(len(v.wider))
	zero(&c.sectorSeen, len(v.sector))
	zero(&c.groupSeen, len(v.group))
	zero(&c.homesSeen, (v.homePlaces+63)/64)
	c.stamp = 0
	c.servePlaces, c.serveAsked, c.chosen, c.placesKnown = nil, nil, nil, nil
}

// placesAsked adds to the places that are always counted those that are chosen.
func (c *counter) placesAsked(q *query.Query, home []territory.Territory) {
	c.servePlaces = home[:len(home):len(home)]
	for _, chosen := range q.Serves {
		if !slices.ContainsFunc(home, func(t territory.Territory) bool { return t.Value == chosen.Value }) {
			c.servePlaces = append(c.servePlaces, chosen)
			c.serveAsked = append(c.serveAsked, c.view.zoneCache.serves(chosen))
		}
	}
	c.chosen = q.Territories
	zero(&c.chosenCounts, len(c.chosen))
	zero(&c.serves, len(c.servePlaces))
}

func indexOf(g group) int { return bits.TrailingZeros32(uint32(g)) }

// countBlock counts what a block has for the facets.
func (c *counter) countBlock(s *lookup, b *block, k *sieve) error {
	w, want, found := &s.work.batch, c.filter.want, k.found
	if s.apart { // the activities of several are counted already
		var several bitset
		for i := range several {
			several[i] = found[i] & b.several[i]
			found[i] &^= b.several[i]
		}
		c.countSet(b, w, &several, want&^groupsOfActivity, &c.found)
	}
	c.countSet(b, w, &found, want, &c.found)
	for rest := k.failing; rest != 0; rest &= rest - 1 {
		g := rest & -rest
		c.countSet(b, w, &k.alone[indexOf(g)], g, &c.alone[indexOf(g)])
	}
	if want&groupServes == 0 || len(c.serveAsked) == 0 {
		return nil
	}
	if k.failing&groupServes != 0 {
		for i, word := range k.alone[indexOf(groupServes)] {
			found[i] |= word
		}
	}
	return c.countAsked(s, b, &found)
}

// countSet counts a set of structures, which fail nothing, or one group alone:
// the values of all groups, or of that one.
func (c *counter) countSet(b *block, w *batch, set *bitset, open group, into *tallied) {
	if open != 0 {
		set.each(w, func() { c.count(b, w, open, into) })
	}
}

// countOne counts a structure that fails one group alone.
func (c *counter) countOne(b *block, w *batch, at uint32, failing group) {
	w.n, w.at[0] = 1, at
	c.count(b, w, failing, &c.alone[indexOf(failing)])
}

func (c *counter) count(b *block, w *batch, open group, into *tallied) {
	rows := w.gather(b)
	if open&groupsOfStanding != 0 {
		counts, touched := into.standings.room(), into.standings.touched
		for i := range rows {
			n := c.filter.standingOf[rows[i].profile]
			if counts[n] == 0 {
				touched = append(touched, n)
			}
			counts[n]++
		}
		into.standings.touched = touched
	}
	if open&groupTerritory != 0 {
		c.countCommunes(rows)
	}
	if open&groupSector != 0 {
		c.countSectors(rows)
	}
	if open&(groupMode|groupCharacteristic|groupAvailability) != 0 {
		counts, touched := into.offerings.room(), into.offerings.touched
		for _, at := range w.at[:w.n] {
			n := c.filter.offeringOf[b.offers[at]]
			if counts[n] == 0 {
				touched = append(touched, n)
			}
			counts[n]++
		}
		into.offerings.touched = touched
	}
	if open&groupServes != 0 {
		for i := range rows {
			c.homes.addTimes(rows[i].homes, 1)
		}
	}
}

func (c *counter) countCommunes(rows []row) {
	counts, touched := c.communes.room(), c.communes.touched
	for i := range rows {
		n := uint32(rows[i].commune)
		if n == noCommune {
			continue
		}
		if counts[n] == 0 {
			touched = append(touched, n)
		}
		counts[n]++
	}
	c.communes.touched = touched
}

// countSectors counts sectors and their groups, which are one after the other.
// Offers are so many, and so few alike, that to count them first would cost more.
func (c *counter) countSectors(rows []row) {
	sets, counts := c.view.soldSets, c.sold
	for i := range rows {
		at := rows[i].sold
		for _, code := range sets[at+1:][:sets[at]] {
			counts[code]++
		}
	}
}

// countAsked counts the places asked for that are not at home.
func (c *counter) countAsked(s *lookup, b *block, set *bitset) error {
	rest := c.serveAsked
	for i, asked := range c.serveAsked {
		known := asked.sets.get(b.number)
		if known == nil {
			rest = c.serveAsked[i:]
			break
		}
		both := *set
		both.retain(&known.any)
		c.serves[c.view.homePlaces+i] += both.count()
		rest = nil
	}
	if len(rest) == 0 {
		return nil
	}
	from := len(c.serveAsked) - len(rest)
	for w, word := range set {
		for ; word != 0; word &= word - 1 {
			at := uint32(w*64 + bits.TrailingZeros64(word)) // #nosec G115 -- below blockSize
			n := int(c.view.offers[b.offers[at]].n)
			for i, asked := range rest {
				for j := range n {
					if asked.holdsAt(&c.view.lists, b, at, j, n) {
						c.serves[c.view.homePlaces+from+i]++
						break
					}
				}
			}
			if s.steps++; s.steps%s.every == 0 && s.ctx.Err() != nil {
				return s.ctx.Err()
			}
		}
	}
	return nil
}

// judged counts the activities of a structure that has several, each of which
// fails the given groups.
func (c *counter) judged(b *block, at uint32, failing []group) {
	c.several(b, at, failing)
	c.severalHomes(b, at, failing)
	c.askedServes(b, at, failing)
}

// several counts the values of several activities, each value once: those of a
// facet where nothing else fails.
func (c *counter) several(b *block, at uint32, failing []group) {
	c.stamp++
	var modes, qualities, states uint64
	for i, reach := range b.activities(at, number(len(failing))) {
		g := failing[i]
		if g&(g-1) != 0 {
			continue
		}
		t := &c.filter.dealings[c.filter.dealingOf[reach.trade]]
		if g&^groupSector == 0 {
			once(c.sectors, c.sectorSeen, c.stamp, c.filter.sectorsOf(t))
			once(c.groups, c.groupSeen, c.stamp, c.filter.groupsOf(t))
		}
		if g&^groupMode == 0 {
			modes |= uint64(t.modes)
		}
		if g&^groupCharacteristic == 0 {
			qualities |= t.qualities
		}
		if g&^groupAvailability == 0 {
			states |= uint64(t.states)
		}
	}
	countBits(c.modes, modes, 1)
	countBits(c.qualities, qualities, 1)
	countBits(c.availability, states, 1)
}

// severalHomes counts the home places that one of several activities serves.
func (c *counter) severalHomes(b *block, at uint32, failing []group) {
	clear(c.homesSeen)
	for i, reach := range b.activities(at, number(len(failing))) {
		if failing[i]&^groupServes == 0 {
			for w, word := range c.view.homes[reach.homes] {
				c.homesSeen[w] |= word
			}
		}
	}
	for w, word := range c.homesSeen {
		countBits(c.serves[w*64:], word, 1)
	}
}

// askedServes counts the places asked for that are not at home.
func (c *counter) askedServes(b *block, at uint32, failing []group) {
	for i, asked := range c.serveAsked {
		for j, g := range failing {
			if g&^groupServes == 0 && asked.holdsAt(&c.view.lists, b, at, j, len(failing)) {
				c.serves[c.view.homePlaces+i]++
				break
			}
		}
	}
}

func once(counts, seen []int, stamp int, values []uint16) {
	for _, v := range values {
		if seen[v] != stamp {
			seen[v] = stamp
			counts[v]++
		}
	}
}

// countCode counts a code; -1 is none.
func countCode(counts []int, code int8, n int) {
	if code >= 0 {
		counts[code] += n
	}
}

func countBits(counts []int, set uint64, n int) {
	for ; set != 0; set &= set - 1 {
		counts[bits.TrailingZeros64(set)] += n
	}
}

// join adds what another counter of the same query has counted, before either
// is expanded.
func (c *counter) join(o *counter) {
	c.found.join(&o.found)
	c.communes.join(&o.communes)
	c.homes.join(&o.homes)
	for g := range maxGroups {
		c.alone[g].join(&o.alone[g])
	}
	c.add(&o.values)
}

// expand turns the tallies into counts of values.
func (c *counter) expand() {
	c.found.standings.inOrder()
	c.expandTallied(&c.found, c.filter.want)
	for g := range maxGroups {
		c.expandTallied(&c.alone[g], 1<<g)
	}
	c.homes.each(func(h uint32, n int) {
		for w, word := range c.view.homes[h] {
			countBits(c.serves[w*64:], word, n)
		}
	})
}

func (c *counter) expandTallied(t *tallied, open group) {
	t.standings.each(func(s uint32, n int) { c.expandStanding(s, n, open) })
	t.offerings.each(func(o uint32, n int) {
		d := &c.filter.offerings[o]
		if open&groupMode != 0 {
			countBits(c.modes, uint64(d.modes), n)
		}
		if open&groupCharacteristic != 0 {
			countBits(c.qualities, d.qualities, n)
		}
		if open&groupAvailability != 0 {
			countBits(c.availability, uint64(d.states), n)
		}
	})
}

// expandStanding counts a standing n times for some groups.
func (c *counter) expandStanding(number uint32, n int, open group) {
	s := &c.filter.standings[number]
	if open&groupKind != 0 {
		countBits(c.kinds[:], uint64(s.kinds), n)
		c.families[s.family] += n
	}
	if open&groupESS != 0 && s.ess >= 0 {
		c.ess += n
	}
	if open&groupESUS != 0 && s.esus {
		c.esus += n
	}
	if open&groupSize != 0 {
		countCode(c.sizes, s.size, n)
	}
	if open&groupWorkforce != 0 {
		countCode(c.workforce, s.workforce, n)
	}
	if open&groupBasis != 0 {
		countBits(c.bases, uint64(s.bases), n)
	}
	if open&groupLabel != 0 {
		for _, l := range s.labels {
			c.labels[l] += n
		}
	}
}
