package search

import (
	"slices"
	"sync/atomic"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
)

// liveSet is which ordinals of a block are live, with what they count for: a
// query without filters, and the facet of a query's only filter, count the whole
// directory, block by block, and most blocks have not changed since the last.
type liveSet struct {
	bitset
	summary atomic.Pointer[summary]
}

// summary is the facet counts of all the live structures of a block.
type summary struct {
	on structure.Date // availability, labels and agreements are judged then
	values
	communes []communeCount
}

type communeCount struct{ commune, n uint16 }

// summaryOf gives the summary of a block, counting it when it must by a filter
// that everything passes.
func (s *lookup) summaryOf(i int, open *filter) *summary {
	live := s.view.live[i]
	if known := live.summary.Load(); known != nil && known.on == s.query.On {
		return known
	}
	c := &s.work.block
	c.begin(open, s.view)
	c.countSet(s.view.blocks[i], &s.work.batch, &live.bitset, open.want, &c.found)
	c.expand()
	out := &summary{on: s.query.On, values: c.clone()}
	c.communes.each(func(commune uint32, n int) {
		out.communes = append(out.communes, communeCount{uint16(commune), uint16(n)}) // #nosec G115 -- at most blockSize
	})
	live.summary.Store(out)
	return out
}

func (n *values) clone() values {
	out := *n
	for _, list := range out.lists() {
		*list = slices.Clone(*list)
	}
	out.sectors, out.groups = out.sold[:len(n.sectors)], out.sold[len(n.sectors):]
	return out
}

// lists gives every list of counts.
func (n *values) lists() []*[]int {
	return []*[]int{&n.families, &n.sizes, &n.bases, &n.workforce, &n.labels, &n.sold,
		&n.modes, &n.qualities, &n.availability, &n.serves}
}

// add adds other counts, which may know fewer labels.
func (n *values) add(o *values) {
	for i, count := range o.kinds {
		n.kinds[i] += count
	}
	n.ess, n.esus = n.ess+o.ess, n.esus+o.esus
	into := n.lists()
	for i, list := range o.lists() {
		to := *into[i]
		for j, count := range (*list)[:min(len(*list), len(to))] {
			to[j] += count
		}
	}
}

// collectAll answers a query that asks for nothing: the whole directory.
func (s *lookup) collectAll() error {
	s.total = s.view.count
	return s.eachBlock(s.total, func(s *lookup, i int) error {
		s.offer(i, &s.view.live[i].bitset)
		return s.ctx.Err()
	})
}

// whole is the facet counts of the whole directory on a view.
type whole struct {
	on structure.Date
	values
	communes []uint32 // by commune
	places   []uint64 // topPlaces
}

// wholeOf gives the counts of the whole directory, adding up the blocks when no
// query of the day has on this view.
func (s *lookup) wholeOf() (*whole, error) {
	if known := s.view.whole.Load(); known != nil && known.on == s.query.On {
		return known, nil
	}
	out := &whole{on: s.query.On, communes: make([]uint32, len(s.view.within))}
	out.reset(s.view, s.view.homePlaces)
	open := newFilter(&query.Query{On: s.query.On, Facets: true}, s.view, s.work)
	for i := range s.view.blocks {
		if err := s.ctx.Err(); err != nil {
			return nil, err
		}
		block := s.summaryOf(i, open)
		out.add(&block.values)
		for _, one := range block.communes {
			out.communes[one.commune] += uint32(one.n)
		}
	}
	c := &s.work.block
	c.begin(open, s.view)
	for commune, n := range out.communes {
		if n > 0 {
			c.communes.addTimes(uint32(commune), n) // #nosec G115 -- 35,000 communes
		}
	}
	c.expandPlaces()
	out.places = slices.Clone(c.topPlaces())
	s.view.whole.Store(out)
	return out, nil
}

// countWhole replaces the counts of a group, or all of them, by those of the
// whole directory.
func (s *lookup) countWhole(only group) error {
	whole, err := s.wholeOf()
	if err != nil {
		return err
	}
	c := s.counter
	c.replace(&whole.values, only)
	if only == 0 || only == groupTerritory {
		c.placesKnown = whole.places
		c.countChosen(func(commune uint32) uint32 { return whole.communes[commune] })
	}
	return nil
}

// replace takes the counts of a group, or all of them for none, from others.
func (c *counter) replace(whole *values, only group) {
	for _, of := range []struct {
		group      group
		into, from []int
	}{
		{groupKind, c.kinds[:], whole.kinds[:]},
		{groupKind, c.families, whole.families},
		{groupSize, c.sizes, whole.sizes},
		{groupWorkforce, c.workforce, whole.workforce},
		{groupBasis, c.bases, whole.bases},
		{groupLabel, c.labels, whole.labels},
		{groupSector, c.sold, whole.sold},
		{groupMode, c.modes, whole.modes},
		{groupCharacteristic, c.qualities, whole.qualities},
		{groupAvailability, c.availability, whole.availability},
		{groupServes, c.serves, whole.serves}, // those asked for besides stay
	} {
		if only == 0 || only == of.group {
			copy(of.into, of.from)
		}
	}
	if only == 0 || only == groupESS {
		c.ess = whole.ess
	}
	if only == 0 || only == groupESUS {
		c.esus = whole.esus
	}
}
