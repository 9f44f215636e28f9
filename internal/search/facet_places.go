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
	upperOf, counts := c.view.upperOf, c.communes.counts
	if n := len(c.view.within); len(c.communes.touched)*64 > n { // first by set of wider places, some 1,300
		zero(&c.uppers, len(c.view.uppers))
		for _, commune := range c.communes.touched {
			c.uppers[upperOf[commune]] += counts[commune]
		}
		for at, n := range c.uppers {
			if n > 0 {
				c.addWider(uint16(at), n) // #nosec G115 -- fewer than communes
			}
		}
	} else {
		for _, commune := range c.communes.touched {
			c.addWider(upperOf[commune], counts[commune])
		}
	}
	c.countChosen(func(commune uint32) uint32 {
		if int(commune) < len(counts) {
			return counts[commune]
		}
		return 0
	})
}

// addWider counts the places of a set of wider ones.
func (c *counter) addWider(upper uint16, n uint32) {
	u := &c.view.uppers[upper]
	for _, place := range u.wider[:u.n] {
		c.wider.addTimes(uint32(place), n)
	}
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
	for _, place := range c.wider.touched {
		keys = append(keys, placeKey(c.wider.counts[place], c.view.rankOf[c.view.wider[place]]))
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
	out := query.Facet{Name: "territory"}
	if len(keys)+len(c.chosen) == 0 {
		return out
	}
	out.Values = make([]query.FacetValue, 0, len(keys)+len(c.chosen))
	for _, key := range keys {
		place := &c.view.placeTexts[key&math.MaxUint32]
		if !slices.ContainsFunc(c.chosen, func(t territory.Territory) bool { return t.Value == place.value }) {
			out.Values = append(out.Values, query.FacetValue{Value: place.value, Label: place.label, Count: int(countOf(key))})
		}
	}
	if len(c.chosen) == 0 { // they are in order
		return limited(out)
	}
	for i, t := range c.chosen {
		out.Values = append(out.Values, query.FacetValue{Value: t.Value, Label: t.Label, Count: c.chosenCounts[i], Selected: true})
	}
	return ranked(out)
}
