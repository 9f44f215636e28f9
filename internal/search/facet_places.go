package search

import (
	"cmp"
	"math"
	"slices"

	"sourcier/internal/search/query"
	"sourcier/internal/territory"
)

// expandPlaces counts the wider places of the communes tallied, and those chosen.
func (c *counter) expandPlaces() {
	upperOf, uppers, counts := c.view.upperOf, c.uppers, c.communes.counts
	if n := len(c.view.within); len(c.communes.touched)*8 > n { // in the order of memory
		for commune, n := range counts[:n] {
			if n > 0 { // of another the writer may be telling just now where it lies
				uppers[upperOf[commune]] += n
			}
		}
	} else {
		for _, commune := range c.communes.touched {
			uppers[upperOf[commune]] += counts[commune]
		}
	}
	for at, n := range uppers {
		if n == 0 {
			continue
		}
		u := &c.view.uppers[at]
		for _, place := range u.wider[:u.n] {
			c.wider[place] += n
		}
	}
	c.countChosen(func(commune uint32) uint32 {
		if int(commune) < len(counts) {
			return counts[commune]
		}
		return 0
	})
}

// countChosen counts the places chosen by their communes.
func (c *counter) countChosen(has func(commune uint32) uint32) {
	for i, t := range c.chosen {
		c.chosenCounts[i] = 0
		for commune := range t.Communes.All() {
			c.chosenCounts[i] += int(has(commune))
		}
	}
}

// topPlaces gives the places of the facet, the highest count first, as keys that
// hold the count and the rank among equals.
func (c *counter) topPlaces() []uint64 {
	const most = query.MaxFacetValues
	keys := c.placeKeys[:0]
	for i, n := range c.wider {
		if n > 0 {
			keys = append(keys, placeKey(n, c.view.rankOf[c.view.wider[i]]))
		}
	}
	least := uint32(1)
	if len(keys) > most { // the wider ones count most: few communes are among the first
		sift(keys, most-1, cmp.Compare[uint64])
		keys = keys[:most]
		least = countOf(keys[most-1])
	}
	for _, commune := range c.communes.touched {
		if n := c.communes.counts[commune]; n >= least {
			if within := &c.view.within[commune]; within.alone {
				keys = append(keys, placeKey(n, c.view.rankOf[within.self]))
			}
		}
	}
	if len(keys) > most {
		sift(keys, most-1, cmp.Compare[uint64])
		keys = keys[:most]
	}
	slices.Sort(keys)
	c.placeKeys = keys
	return keys
}

// placesFirst is topPlaces, or what takes its place.
func (c *counter) placesFirst() []uint64 {
	if c.placesKnown != nil {
		return c.placesKnown
	}
	return c.topPlaces()
}

func placeKey(n, rank uint32) uint64 { return uint64(math.MaxUint32-n)<<32 | uint64(rank) }
func countOf(key uint64) uint32      { return math.MaxUint32 - uint32(key>>32) }

// territoryFacet lists the first places, and those chosen.
func (c *counter) territoryFacet(keys []uint64) query.Facet {
	all := c.placesCounted[:0]
	for _, key := range keys {
		t := &c.view.places[c.view.placeAt[key&math.MaxUint32]]
		if !slices.ContainsFunc(c.chosen, func(c territory.Territory) bool { return c.Value == t.Value }) {
			all = append(all, placeCount{int(countOf(key)), t, false})
		}
	}
	for i := range c.chosen {
		all = append(all, placeCount{c.chosenCounts[i], &c.chosen[i], true})
	}
	c.placesCounted = all
	if len(c.chosen) > 0 { // else they are in order
		sortPlaces(all)
	}
	return placeFacet("territory", all)
}

// placeCount is a line of a facet of places before it is written out.
type placeCount struct {
	n        int
	place    *territory.Territory
	selected bool
}

// sortPlaces orders places by count, then label, then value.
func sortPlaces(all []placeCount) {
	slices.SortFunc(all, func(a, b placeCount) int {
		if a.n != b.n {
			return b.n - a.n
		}
		return byLabel(a.place, b.place)
	})
}

// placeFacet keeps the first MaxFacetValues of places in order, and those chosen.
func placeFacet(name string, all []placeCount) query.Facet {
	out := query.Facet{Name: name}
	if len(all) > 0 {
		out.Values = make([]query.FacetValue, 0, min(len(all), query.MaxFacetValues+len(all)/8))
	}
	for i, p := range all {
		if i < query.MaxFacetValues || p.selected {
			out.Values = append(out.Values, query.FacetValue{Value: p.place.Value, Label: p.place.Label, Count: p.n, Selected: p.selected})
		}
	}
	return out
}
