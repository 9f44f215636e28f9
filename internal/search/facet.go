package search

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// homePlaces lists the territories that the « serves » facet counts: the home
// territory, its communes when they can all be listed, and its departments.
func homePlaces(o Options) []territory.Territory {
	out := []territory.Territory{o.Home}
	add := func(value string) {
		known := slices.ContainsFunc(out, func(t territory.Territory) bool { return t.Value == value })
		if t, err := o.Atlas.Resolve(value); err == nil && !known {
			out = append(out, t)
		}
	}
	if o.Home.Communes.Len() <= query.MaxFacetValues {
		for ord := range o.Home.Communes.All() {
			add(o.Atlas.At(ord).Code)
		}
	}
	for ord := range o.Home.Communes.All() {
		if len(out) > 2*query.MaxFacetValues {
			break
		}
		add("dep:" + o.Atlas.At(ord).Department)
	}
	return out
}

// counter counts every facet in one pass. A structure that fails no group counts
// for the values of every facet; one that fails a single group would be found if
// that group were chosen otherwise, so it counts for the values of that group
// alone. The same holds for the activities of a structure. What counts is first
// tallied by profile, commune, trade and set of home places, a handful of
// increments a structure, and only then by value.
type counter struct {
	filter *filter
	view   *view

	profiles tally            // of structures that fail nothing
	alone    [maxGroups]tally // by group: profiles of structures that fail it alone
	communes tally            // of structures that fail nothing, or the territory alone

	trades      tally            // of the only activity of structures that fail nothing
	aloneTrades [maxGroups]tally // by group: trades of such activities that fail it alone
	homes       tally            // home places served by such activities, the zone left open

	kinds     [maxKinds]int
	families  []int
	ess, esus int
	sizes     []int
	bases     []int
	workforce []int
	places    []int
	labels    []int

	sectors      []int
	groups       []int
	modes        []int
	qualities    []int
	availability []int
	serves       []int

	otherPlaces []territory.Territory // chosen, but not among view.places: France
	others      []int
	servePlaces []territory.Territory
	serveAsked  []*zoneQuestion // of the places chosen that are not at home
	stamp       int
	sectorSeen  []int // stamp of the last structure that counted the sector
	groupSeen   []int
	labelSeen   []int
	homesSeen   []uint64
}

func newCounter(s *lookup) *counter {
	c, v, q := &s.work.count, s.view, &s.query
	c.filter, c.view = s.filter, v
	c.profiles.reset(len(v.profiles))
	c.communes.reset(len(v.within))
	c.trades.reset(len(v.trades))
	c.homes.reset(len(v.homes))
	for g := range maxGroups {
		c.alone[g].reset(len(v.profiles))
		c.aloneTrades[g].reset(len(v.trades))
	}
	c.kinds, c.ess, c.esus = [maxKinds]int{}, 0, 0
	zero(&c.families, len(structure.Families))
	zero(&c.sizes, len(structure.Sizes))
	zero(&c.bases, len(structure.Bases))
	zero(&c.workforce, len(structure.Workforces))
	zero(&c.places, len(v.places))
	zero(&c.labels, len(v.labels))
	zero(&c.labelSeen, len(v.labels))
	zero(&c.sectors, len(v.sector))
	zero(&c.sectorSeen, len(v.sector))
	zero(&c.groups, len(v.group))
	zero(&c.groupSeen, len(v.group))
	zero(&c.modes, len(structure.Modes))
	zero(&c.qualities, len(v.quality))
	zero(&c.availability, len(query.AvailabilityStates))
	c.stamp = 0
	c.placesAsked(q, s.engine.home)
	return c
}

func zero[T int | uint64](list *[]T, n int) {
	*list = resized(*list, n)
	clear(*list)
}

// placesAsked adds to the places that are always counted those that are chosen.
func (c *counter) placesAsked(q *query.Query, home []territory.Territory) {
	c.servePlaces, c.serveAsked, c.otherPlaces = slices.Clone(home), nil, nil
	for _, chosen := range q.Serves {
		if !slices.ContainsFunc(home, func(t territory.Territory) bool { return t.Value == chosen.Value }) {
			c.servePlaces = append(c.servePlaces, chosen)
			c.serveAsked = append(c.serveAsked, c.view.zoneCache.serves(chosen))
		}
	}
	for _, chosen := range q.Territories {
		if !slices.ContainsFunc(c.view.places, func(t territory.Territory) bool { return t.Value == chosen.Value }) {
			c.otherPlaces = append(c.otherPlaces, chosen)
		}
	}
	zero(&c.others, len(c.otherPlaces))
	zero(&c.serves, len(c.servePlaces))
	zero(&c.homesSeen, (len(home)+63)/64)
}

// maxGroups bounds the groups of filters.
const maxGroups = 16

func indexOf(g group) int { return bits.TrailingZeros32(uint32(g)) }

// row counts one structure that fails the given groups of the structure, one at
// most, and whose activities fail the given groups each; one holds when it
// fails none.
func (c *counter) row(b *block, at uint32, failing group, activities []group, holds bool) {
	if holds {
		switch failing {
		case 0:
			c.profiles.add(b.profile[at])
			c.commune(b.commune[at])
		case groupTerritory:
			c.commune(b.commune[at])
		default:
			c.alone[indexOf(failing)].add(b.profile[at])
		}
	}
	if failing != 0 {
		return
	}
	if len(activities) == 1 {
		c.single(b, at, activities[0])
		return
	}
	c.several(b, at, activities)
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
	case failing&(failing-1) != 0:
		return
	default:
		c.aloneTrades[indexOf(failing)].add(b.trade[act])
		return
	}
	for i, asked := range c.serveAsked {
		if asked.holds(&c.view.lists, b.zone[act], b.location(at)) {
			c.serves[len(c.serves)-len(c.serveAsked)+i]++
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
		t, open := &c.view.trades[b.trade[from+uint32(i)]], func(one group) bool { return g&^one == 0 } // #nosec G115 -- activities
		if open(groupSector) {
			once(c.sectors, c.sectorSeen, c.stamp, t.sectors)
			once(c.groups, c.groupSeen, c.stamp, t.groups)
		}
		if open(groupMode) {
			modes |= uint64(t.modes)
		}
		if open(groupCharacteristic) {
			qualities |= t.characteristics
		}
		if open(groupAvailability) {
			states |= uint64(t.available(c.filter.on))
		}
		if open(groupServes) {
			for w, word := range c.view.homes[b.homes[from+uint32(i)]] { // #nosec G115 -- activities
				c.homesSeen[w] |= word
			}
		}
	}
	countBits(c.modes, modes, 1)
	countBits(c.qualities, qualities, 1)
	countBits(c.availability, states, 1)
	for w, word := range c.homesSeen {
		countBits(c.serves[w*64:], word, 1)
	}
	c.severalAsked(b, at, failing)
}

func (c *counter) severalAsked(b *block, at uint32, failing []group) {
	from, _ := b.acts(at)
	for i, asked := range c.serveAsked {
		for j, g := range failing {
			if g&^groupServes == 0 && asked.holds(&c.view.lists, b.zone[from+uint32(j)], b.location(at)) { // #nosec G115 -- activities
				c.serves[len(c.serves)-len(c.serveAsked)+i]++
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
	for _, commune := range c.communes.touched {
		n := int(c.communes.counts[commune])
		for _, place := range c.view.within[commune] {
			c.places[place] += n
		}
		for i, t := range c.otherPlaces {
			if t.Communes.Has(commune) {
				c.others[i] += n
			}
		}
	}
}

// expandProfile counts a profile n times for some groups.
func (c *counter) expandProfile(number uint32, n int, open group) {
	p := &c.view.profiles[number]
	is := c.filter.standing(p)
	if open&groupKind != 0 {
		countBits(c.kinds[:], uint64(is.kinds), n)
		c.families[is.family] += n
	}
	if open&groupESS != 0 && p.ess >= 0 {
		c.ess += n
	}
	if open&groupESUS != 0 && p.esus {
		c.esus += n
	}
	if open&groupSize != 0 {
		countCode(c.sizes, p.size, n)
	}
	if open&groupWorkforce != 0 {
		countCode(c.workforce, p.workforce, n)
	}
	if open&groupBasis != 0 {
		countBits(c.bases, uint64(is.bases), n)
	}
	if open&groupLabel == 0 {
		return
	}
	c.stamp++
	for _, l := range p.labels {
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
		for _, s := range t.sectors {
			c.sectors[s] += n
		}
		for _, g := range t.groups {
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

// facets lists the counts in the order in which they are shown. Values nobody
// has are left out unless chosen.
func (c *counter) facets(q *query.Query) []query.Facet {
	c.expand()
	kinds := query.KindValues()
	return []query.Facet{
		listed("kind", kinds, c.kinds[:len(kinds)], q.Kinds, func(k string) string { return taxonomy.TypeName(k).Short }),
		listed("family", structure.Families, c.families, q.Families, func(f structure.Family) string { return taxonomy.FamilyName(f).Short }),
		flag("ess", "Économie sociale et solidaire", c.ess, q.ESS),
		flag("esus", "Agrément ESUS", c.esus, q.ESUS),
		c.sectorFacet(q),
		listed("mode", structure.Modes, c.modes, q.Modes, func(m structure.Mode) string { return taxonomy.ModeName(m).Short }),
		c.territoryFacet(q),
		c.servesFacet(q),
		listed("size", structure.Sizes, c.sizes, q.Sizes, func(s structure.Size) string { return taxonomy.SizeName(s).Short }),
		listed("workforce", structure.Workforces, c.workforce, q.Workforce, taxonomy.WorkforceLabel),
		listed("basis", structure.Bases, c.bases, q.Bases, func(b structure.Basis) string { return taxonomy.BasisInfo(b).Short }),
		c.labelFacet(q),
		c.characteristicFacet(q),
		listed("availability", query.AvailabilityStates, c.availability, q.Availability, taxonomy.AvailabilityLabel),
	}
}

// listed is a facet of a closed list, in the list's order.
func listed[T ~string](name string, list []T, counts []int, chosen []T, text func(T) string) query.Facet {
	out := query.Facet{Name: name}
	for i, v := range list {
		selected := slices.Contains(chosen, v)
		if counts[i] > 0 || selected {
			out.Values = append(out.Values, query.FacetValue{Value: string(v), Label: text(v), Count: counts[i], Selected: selected})
		}
	}
	return limited(out)
}

func flag(name, text string, count int, selected bool) query.Facet {
	out := query.Facet{Name: name}
	if count > 0 || selected {
		out.Values = []query.FacetValue{{Value: "1", Label: text, Count: count, Selected: selected}}
	}
	return out
}

// sectorFacet lists each group before its sectors.
func (c *counter) sectorFacet(q *query.Query) query.Facet {
	out := query.Facet{Name: "sector"}
	add := func(code, text, parent string, count int) {
		selected := slices.Contains(q.Sectors, code)
		if count > 0 || selected {
			out.Values = append(out.Values, query.FacetValue{Value: code, Label: text, Count: count, Selected: selected, Parent: parent})
		}
	}
	sectors, next := c.view.sector, 0 // ordered by group
	for i, g := range c.view.group {
		add(g.Code, g.Label, "", c.groups[i])
		for ; next < len(sectors) && sectors[next].Group == g.Code; next++ {
			add(sectors[next].Code, sectors[next].Label, g.Code, c.sectors[next])
		}
	}
	return limited(out)
}

func (c *counter) characteristicFacet(q *query.Query) query.Facet {
	return listed("characteristic", c.view.quality, c.qualities, q.Characteristics, func(code string) string {
		v, _ := c.view.taxonomy.Characteristic(code)
		return v.Label
	})
}

func (c *counter) territoryFacet(q *query.Query) query.Facet {
	out := query.Facet{Name: "territory"}
	least := c.leastPlace()
	for i, t := range c.view.places {
		if c.places[i] < least && len(q.Territories) == 0 {
			continue
		}
		if v := placeValue(t, c.places[i], q.Territories); v.Count >= least || v.Selected {
			out.Values = append(out.Values, v)
		}
	}
	for i, t := range c.otherPlaces {
		out.Values = append(out.Values, placeValue(t, c.others[i], q.Territories))
	}
	return ranked(out)
}

// leastPlace is a count below which no place is among the MaxFacetValues first:
// there are more than 30,000 of them, of which only those are named and sorted.
func (c *counter) leastPlace() int {
	counts := make([]int, 0, 1024)
	for _, n := range c.places {
		if n > 0 {
			counts = append(counts, n)
		}
	}
	if len(counts) <= query.MaxFacetValues {
		return 1
	}
	slices.Sort(counts)
	return counts[len(counts)-query.MaxFacetValues]
}

func (c *counter) servesFacet(q *query.Query) query.Facet {
	out := query.Facet{Name: "serves"}
	for i, t := range c.servePlaces {
		if v := placeValue(t, c.serves[i], q.Serves); v.Count > 0 || v.Selected {
			out.Values = append(out.Values, v)
		}
	}
	return ranked(out)
}

func placeValue(t territory.Territory, count int, chosen []territory.Territory) query.FacetValue {
	selected := slices.ContainsFunc(chosen, func(c territory.Territory) bool { return c.Value == t.Value })
	return query.FacetValue{Value: t.Value, Label: t.Label, Count: count, Selected: selected}
}

func (c *counter) labelFacet(q *query.Query) query.Facet {
	out := query.Facet{Name: "label"}
	for i, code := range c.view.labels {
		selected := slices.Contains(q.Labels, code)
		if c.labels[i] > 0 || selected {
			out.Values = append(out.Values, query.FacetValue{Value: code, Label: c.view.labelNames[i], Count: c.labels[i], Selected: selected})
		}
	}
	for _, code := range q.Labels {
		if !slices.Contains(c.view.labels, code) {
			out.Values = append(out.Values, query.FacetValue{Value: code, Label: code, Selected: true})
		}
	}
	return ranked(out)
}

// ranked orders values by count, then label, then value.
func ranked(f query.Facet) query.Facet {
	slices.SortFunc(f.Values, func(a, b query.FacetValue) int {
		return cmp.Or(b.Count-a.Count, strings.Compare(a.Label, b.Label), strings.Compare(a.Value, b.Value))
	})
	return limited(f)
}

// limited keeps the MaxFacetValues highest counts and every chosen value, in
// the order in which they are.
func limited(f query.Facet) query.Facet {
	if len(f.Values) <= query.MaxFacetValues {
		return f
	}
	counts := make([]int, len(f.Values))
	for i, v := range f.Values {
		counts[i] = v.Count
	}
	slices.SortFunc(counts, func(a, b int) int { return b - a })
	least := counts[query.MaxFacetValues-1]
	above, _ := slices.BinarySearchFunc(counts, least, func(n, least int) int { return least - n })
	ties := query.MaxFacetValues - above // values with exactly least that still fit
	f.Values = slices.DeleteFunc(f.Values, func(v query.FacetValue) bool {
		if v.Count == least {
			ties--
		}
		return !v.Selected && (v.Count < least || v.Count == least && ties < 0)
	})
	return f
}
