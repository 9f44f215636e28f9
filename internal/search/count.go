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
	zero(&n.sectors, len(v.sector))
	zero(&n.groups, len(v.group))
	zero(&n.modes, len(structure.Modes))
	zero(&n.qualities, len(v.quality))
	zero(&n.availability, len(query.AvailabilityStates))
	zero(&n.serves, serves)
}

func zero[T int | uint64](list *[]T, n int) {
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

	standings tally            // of structures that fail nothing
	alone     [maxGroups]tally // by group: standings of structures that fail it alone
	communes  tally            // of structures that fail nothing, or the territory alone
	homes     tally            // home places served by what fails nothing, the zone left open

	aloneDealing [maxGroups]tally // by group: of single activities that fail it alone

	uppers        tally                 // wider places of the communes
	wider         []int                 // by place that holds several communes
	chosen        []territory.Territory // counted whatever they are: no commune says that France holds it
	chosenCounts  []int
	placeKeys     []uint64
	placesCounted []placeCount
	servePlaces   []territory.Territory
	serveAsked    []*zoneQuestion // of the places chosen that are not at home
	holding       []uint32        // offers of structures all of whose activities fail nothing
	stamp         int
	sectorSeen    []int // stamp of the last structures that counted the sector
	groupSeen     []int
	homesSeen     []uint64
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
	c.standings.reset(len(f.standings))
	c.communes.reset(len(v.within))
	c.homes.reset(len(v.homes))
	c.uppers.reset(len(v.uppers))
	for g := range maxGroups {
		c.alone[g].reset(len(f.standings))
		c.aloneDealing[g].reset(len(f.dealings))
	}
	c.reset(v, v.homePlaces)
	zero(&c.wider, len(v.wider))
	zero(&c.sectorSeen, len(v.sector))
	zero(&c.groupSeen, len(v.group))
	zero(&c.homesSeen, (v.homePlaces+63)/64)
	c.stamp, c.holding = 0, c.holding[:0]
	c.servePlaces, c.serveAsked, c.chosen = nil, nil, nil
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

// only counts a structure of which all holds but one group.
func (c *counter) only(r *row, failing group) {
	if failing == groupTerritory {
		c.commune(r.commune)
		return
	}
	c.alone[indexOf(failing)].add(c.filter.standingOf[r.profile])
}

// found counts what structures that are found say themselves.
func (c *counter) found(rows []row) {
	if c.filter.want&groupsOfStanding != 0 {
		for i := range rows {
			c.standings.add(c.filter.standingOf[rows[i].profile])
		}
	}
	if c.filter.want&groupTerritory != 0 {
		for i := range rows {
			c.commune(rows[i].commune)
		}
	}
}

func (c *counter) commune(commune uint16) {
	if commune != noCommune {
		c.communes.add(uint32(commune))
	}
}

// unjudged counts structures of which no filter judges the activities.
func (c *counter) unjudged(rows []row) {
	for i := range rows {
		c.holding = append(c.holding, rows[i].offer)
	}
	if c.filter.want&groupServes != 0 {
		for i := range rows {
			c.homes.add(rows[i].homes)
		}
	}
}

// held counts the activities of structures all of whose activities fail nothing.
func (c *counter) held() {
	if c.filter.want&groupSector != 0 {
		c.heldSectors()
	}
	if c.filter.want&(groupMode|groupCharacteristic|groupAvailability) != 0 {
		for _, offer := range c.holding {
			t := &c.filter.dealings[c.filter.offeringOf[offer]]
			countBits(c.modes, uint64(t.modes), 1)
			countBits(c.qualities, t.qualities, 1)
			countBits(c.availability, uint64(t.states), 1)
		}
	}
	c.holding = c.holding[:0]
}

// heldSectors counts sectors and their groups. Offers are so many, and so few
// alike, that to count them first would cost more.
func (c *counter) heldSectors() {
	sold, sets, groupOf := c.view.sold, c.view.soldSets, c.view.groupOf
	for _, offer := range c.holding {
		at := sold[offer]
		groups := uint64(0)
		for _, s := range sets[at+1:][:sets[at]] {
			c.sectors[s]++
			groups |= 1 << (groupOf[s] % maxSectorGroups)
		}
		countBits(c.groups, groups, 1)
	}
}

// judged counts the activities of a structure that fails nothing itself, while
// filters judge them: each fails the given groups.
func (c *counter) judged(b *block, r *row, at uint32, failing []group) {
	if r.single {
		c.single(r, failing[0])
	} else {
		c.several(b, at, failing)
		c.severalHomes(b, at, failing)
	}
	c.askedServes(b, at, failing)
}

// single counts the values of the only activity of a structure.
func (c *counter) single(r *row, failing group) {
	switch {
	case failing == 0:
		c.holding = append(c.holding, r.offer)
		c.homes.add(r.homes)
	case failing == groupServes:
		c.homes.add(r.homes)
	case c.filter.counts(failing):
		c.aloneDealing[indexOf(failing)].add(c.filter.dealingOf[c.view.tradesOf(r.offer)[0]])
	}
}

// several counts the values of several activities, each value once: those of a
// facet where nothing else fails.
func (c *counter) several(b *block, at uint32, failing []group) {
	c.stamp++
	var modes, qualities, states uint64
	for i, reach := range b.several(at, number(len(failing))) {
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
	for i, reach := range b.several(at, number(len(failing))) {
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
			if g&^groupServes == 0 && asked.holds(&c.view.lists, b.zoneOf(at, j, len(failing)), b.location(at)) {
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
	c.standings.join(&o.standings)
	c.communes.join(&o.communes)
	c.homes.join(&o.homes)
	for g := range maxGroups {
		c.alone[g].join(&o.alone[g])
		c.aloneDealing[g].join(&o.aloneDealing[g])
	}
	c.add(&o.values)
}

// expand turns the tallies into counts of values.
func (c *counter) expand() {
	c.standings.inOrder()
	c.standings.each(func(s uint32, n int) { c.expandStanding(s, n, c.filter.want) })
	for g := range maxGroups {
		c.alone[g].each(func(s uint32, n int) { c.expandStanding(s, n, 1<<g) })
		c.aloneDealing[g].each(func(d uint32, n int) { c.expandDealing(&c.filter.dealings[d], n, 1<<g) })
	}
	c.homes.each(func(h uint32, n int) {
		for w, word := range c.view.homes[h] {
			countBits(c.serves[w*64:], word, n)
		}
	})
}

// expandPlaces counts the wider places of the communes tallied.
func (c *counter) expandPlaces() {
	c.communes.inOrder()
	for _, commune := range c.communes.touched {
		c.uppers.addTimes(uint32(c.view.upperOf[commune]), c.communes.counts[commune])
	}
	for i, t := range c.chosen {
		c.communes.each(func(commune uint32, n int) {
			if t.Communes.Has(commune) {
				c.chosenCounts[i] += n
			}
		})
	}
	c.uppers.each(func(at uint32, n int) {
		u := &c.view.uppers[at]
		for _, place := range u.wider[:u.n] {
			c.wider[place] += n
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

// expandDealing counts a dealing n times for some groups.
func (c *counter) expandDealing(t *dealing, n int, open group) {
	if open&groupSector != 0 {
		for _, s := range c.filter.sectorsOf(t) {
			c.sectors[s] += n
		}
		for _, g := range c.filter.groupsOf(t) {
			c.groups[g] += n
		}
	}
	if open&groupMode != 0 {
		countBits(c.modes, uint64(t.modes), n)
	}
	if open&groupCharacteristic != 0 {
		countBits(c.qualities, t.qualities, n)
	}
	if open&groupAvailability != 0 {
		countBits(c.availability, uint64(t.states), n)
	}
}
