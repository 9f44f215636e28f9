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

// counter counts every facet in one pass. A structure that fails no group counts
// for the values of every facet; one that fails a single group would be found if
// that group were chosen otherwise, so it counts for the values of that group
// alone. The same holds for the activities of a structure. What counts is first
// tallied by profile, commune, trade and set of home places, a handful of
// increments a structure, and only then by value.
type counter struct {
	values
	filter *filter
	view   *view

	profiles tally            // of structures that fail nothing
	alone    [maxGroups]tally // by group: profiles of structures that fail it alone
	communes tally            // of structures that fail nothing, or the territory alone

	trades      tally            // of the only activity of structures that fail nothing
	aloneTrades [maxGroups]tally // by group: trades of such activities that fail it alone
	homes       tally            // home places served by such activities, the zone left open

	wider         []int                 // by place that holds several communes
	chosen        []territory.Territory // counted whatever they are: no commune says that France holds it
	chosenCounts  []int
	placesCounted []placeCount
	servePlaces   []territory.Territory
	serveAsked    []*zoneQuestion // of the places chosen that are not at home
	stamp         int
	sectorSeen    []int // stamp of the last structure that counted the sector
	groupSeen     []int
	labelSeen     []int
	homesSeen     []uint64
}

func newCounter(s *lookup) *counter {
	c := &s.work.count
	c.begin(s.filter, s.view)
	c.placesAsked(&s.query, s.engine.home)
	return c
}

// begin forgets what was counted.
func (c *counter) begin(f *filter, v *view) {
	c.filter, c.view = f, v
	c.profiles.reset(len(v.profiles))
	c.communes.reset(len(v.within))
	c.trades.reset(len(v.trades))
	c.homes.reset(len(v.homes))
	for g := range maxGroups {
		c.alone[g].reset(len(v.profiles))
		c.aloneTrades[g].reset(len(v.trades))
	}
	c.reset(v, v.homePlaces)
	zero(&c.wider, len(v.wider))
	zero(&c.labelSeen, len(v.labels))
	zero(&c.sectorSeen, len(v.sector))
	zero(&c.groupSeen, len(v.group))
	zero(&c.homesSeen, (v.homePlaces+63)/64)
	c.stamp = 0
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
func (c *counter) only(b *block, at uint32, failing group) {
	if failing == groupTerritory {
		c.commune(b.commune[at])
		return
	}
	c.alone[indexOf(failing)].add(b.profile[at])
}

// row counts a structure that fails nothing itself and whose activities fail the
// given groups each; one holds when it fails none.
func (c *counter) row(b *block, at uint32, activities []group, holds bool) {
	if holds {
		c.profiles.add(b.profile[at])
		c.commune(b.commune[at])
	}
	if len(activities) == 1 {
		c.single(b, at, activities[0])
		return
	}
	c.several(b, at, activities)
}

// open counts a structure that no filter judges.
func (c *counter) open(b *block, at uint32) {
	c.profiles.add(b.profile[at])
	c.commune(b.commune[at])
	act, end := b.acts(at)
	if end-act == 1 {
		c.trades.add(b.trade[act])
		c.homes.add(b.homes[act])
		return
	}
	c.severalOpen(b, act, end)
}

// severalOpen counts the values of activities that nothing judges.
func (c *counter) severalOpen(b *block, act, end uint32) {
	c.stamp++
	var modes, qualities, states uint64
	clear(c.homesSeen)
	for ; act < end; act++ {
		t := &c.view.trades[b.trade[act]]
		once(c.sectors, c.sectorSeen, c.stamp, c.view.sectors(t))
		once(c.groups, c.groupSeen, c.stamp, c.view.groups(t))
		modes |= uint64(t.modes)
		qualities |= t.characteristics
		states |= uint64(t.available(c.filter.on))
		for w, word := range c.view.homes[b.homes[act]] {
			c.homesSeen[w] |= word
		}
	}
	c.countSeveral(modes, qualities, states)
}

func (c *counter) countSeveral(modes, qualities, states uint64) {
	countBits(c.modes, modes, 1)
	countBits(c.qualities, qualities, 1)
	countBits(c.availability, states, 1)
	for w, word := range c.homesSeen {
		countBits(c.serves[w*64:], word, 1)
	}
}

func (c *counter) commune(commune uint16) {
	if commune != noCommune {
		c.communes.add(uint32(commune))
	}
}

// single counts the values of the only activity of a structure.
func (c *counter) single(b *block, at uint32, failing group) {
	act, _ := b.acts(at)
	switch {
	case failing == 0:
		c.trades.add(b.trade[act])
		c.homes.add(b.homes[act])
	case failing == groupServes:
		c.homes.add(b.homes[act])
	case failing&(failing-1) == 0:
		c.aloneTrades[indexOf(failing)].add(b.trade[act])
		return
	default:
		return
	}
	for i, asked := range c.serveAsked {
		if asked.holds(&c.view.lists, b.zone[act], b.location(at)) {
			c.serves[c.view.homePlaces+i]++
		}
	}
}

// several counts values of several activities, each once for the structure.
func (c *counter) several(b *block, at uint32, failing []group) {
	c.stamp++
	var modes, qualities, states uint64
	clear(c.homesSeen)
	from, _ := b.acts(at)
	for i, g := range failing {
		if g&(g-1) != 0 {
			continue
		}
		act := from + uint32(i) // #nosec G115 -- activities
		t := &c.view.trades[b.trade[act]]
		if g&^groupSector == 0 {
			once(c.sectors, c.sectorSeen, c.stamp, c.view.sectors(t))
			once(c.groups, c.groupSeen, c.stamp, c.view.groups(t))
		}
		if g&^groupMode == 0 {
			modes |= uint64(t.modes)
		}
		if g&^groupCharacteristic == 0 {
			qualities |= t.characteristics
		}
		if g&^groupAvailability == 0 {
			states |= uint64(t.available(c.filter.on))
		}
		if g&^groupServes == 0 {
			for w, word := range c.view.homes[b.homes[act]] {
				c.homesSeen[w] |= word
			}
		}
	}
	c.countSeveral(modes, qualities, states)
	if len(c.serveAsked) > 0 {
		c.severalAsked(b, at, failing)
	}
}

func (c *counter) severalAsked(b *block, at uint32, failing []group) {
	from, _ := b.acts(at)
	for i, asked := range c.serveAsked {
		for j, g := range failing {
			if g&^groupServes == 0 && asked.holds(&c.view.lists, b.zone[from+uint32(j)], b.location(at)) { // #nosec G115 -- activities
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

// expand turns the tallies into counts of values.
func (c *counter) expand() {
	for _, p := range c.profiles.touched {
		c.expandProfile(p, int(c.profiles.counts[p]), ^group(0))
	}
	for g := range c.alone {
		for _, p := range c.alone[g].touched {
			c.expandProfile(p, int(c.alone[g].counts[p]), 1<<g)
		}
	}
	for _, t := range c.trades.touched {
		c.expandTrade(t, int(c.trades.counts[t]), ^group(0))
	}
	for g := range c.aloneTrades {
		for _, t := range c.aloneTrades[g].touched {
			c.expandTrade(t, int(c.aloneTrades[g].counts[t]), 1<<g)
		}
	}
	for _, h := range c.homes.touched {
		for w, word := range c.view.homes[h] {
			countBits(c.serves[w*64:], word, int(c.homes.counts[h]))
		}
	}
}

// expandPlaces counts the wider places of the communes tallied.
func (c *counter) expandPlaces() {
	for _, commune := range c.communes.touched {
		n := int(c.communes.counts[commune])
		within := &c.view.within[commune]
		for _, place := range within.wider[:within.n] {
			c.wider[place] += n
		}
		for i, t := range c.chosen {
			if t.Communes.Has(commune) {
				c.chosenCounts[i] += n
			}
		}
	}
}

// expandProfile counts a profile n times for some groups.
func (c *counter) expandProfile(number uint32, n int, open group) {
	s := &c.filter.stands[number]
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
		c.expandLabels(c.view.profiles[number].labels, n)
	}
}

func (c *counter) expandLabels(labels []label, n int) {
	c.stamp++
	for _, l := range labels {
		if l.inForce(c.filter.on) && c.labelSeen[l.code] != c.stamp {
			c.labelSeen[l.code] = c.stamp
			c.labels[l.code] += n
		}
	}
}

// expandTrade counts a trade n times for some groups.
func (c *counter) expandTrade(number uint32, n int, open group) {
	t := &c.view.trades[number]
	if open&groupSector != 0 {
		for _, s := range c.view.sectors(t) {
			c.sectors[s] += n
		}
		for _, g := range c.view.groups(t) {
			c.groups[g] += n
		}
	}
	if open&groupMode != 0 {
		countBits(c.modes, uint64(t.modes), n)
	}
	if open&groupCharacteristic != 0 {
		countBits(c.qualities, t.characteristics, n)
	}
	if open&groupAvailability != 0 {
		countBits(c.availability, uint64(t.available(c.filter.on)), n)
	}
}
