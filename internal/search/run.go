package search

import (
	"context"
	"math/bits"
	"sourcier/internal/search/french"
	"sourcier/internal/search/query"
)

// lookup is one query at work on one view.
type lookup struct {
	ctx    context.Context
	engine *Engine
	view   *view
	query  query.Query
	asked  *query.Query // as it was asked: the next page is asked for in the same words
	work   *scratch

	units   []french.Unit
	drivers []*driver
	filter  *filter
	counter *counter // nil unless facets are asked for
	top     *top
	total   int
	every   int   // structures judged between two looks at the deadline
	whole   bool  // facets come from the whole directory (collectWhole)
	relaxed group // of which one may fail in what is judged: for facets
}

func (s *lookup) run() (query.Result, error) {
	s.filter = newFilter(&s.query, s.view, s.work)
	s.every = ctxJudged/(1+len(s.query.Serves)+len(s.query.Covers)) + 1
	s.top = s.newTop()
	if s.query.Cursor != "" {
		if err := s.top.follow(s.query.Cursor); err != nil {
			return query.Result{}, err
		}
	}
	if s.query.Facets {
		s.counter, s.relaxed = newCounter(s), s.filter.want
	}
	if err := s.collect(); err != nil {
		return query.Result{}, err
	}
	s.filter.askColumns()
	result := query.Result{Total: s.total}
	if s.counter != nil {
		s.counter.expand()
		if s.whole {
			if err := s.countWhole(s.filter.active()); err != nil {
				return query.Result{}, err
			}
		}
		s.counter.expandPlaces()
		result.Facets = s.counter.facets(&s.query)
	}
	hits, next, err := s.page()
	if err != nil {
		return query.Result{}, err
	}
	result.Next = next
	result.Items = make([]query.Item, 0, len(hits))
	for _, h := range hits {
		if err := s.ctx.Err(); err != nil {
			return query.Result{}, err
		}
		item, err := s.item(h)
		if err != nil {
			return query.Result{}, err
		}
		result.Items = append(result.Items, item)
	}
	s.work.hits = s.top.hits
	return result, nil
}

// ctxJudged is how many structures of a batch are judged between two looks at the
// deadline, divided by the zones asked for: with every zone still unknown one may
// take some 100 microseconds for each.
const ctxJudged = 64

// collect judges every structure that the query may find, or that a facet may
// count: with facets, one that fails a single group counts for that group.
func (s *lookup) collect() error {
	s.units, s.drivers = french.Units(s.query.Text), s.filter.drivers()
	switch {
	case s.query.Identifier != "":
		return s.collectIdentified()
	case len(s.units) > 0:
		return s.collectText()
	}
	if only := s.filter.active(); s.counter != nil && only&(only-1) == 0 && only&^s.filter.want == 0 {
		s.whole, s.relaxed = true, 0
		return s.collectWhole(only)
	}
	return s.scan((*lookup).judgeSet)
}

// left guesses how many structures the drivers leave to be judged.
func (s *lookup) left() int {
	left, facet := s.view.count, 0 // facet: what the two smallest that a facet relaxes hold
	for _, d := range s.drivers {
		switch {
		case d.group&s.relaxed == 0:
			left = min(left, d.size)
		case facet == 0:
			facet = d.size + 1
		case facet > 0:
			left, facet = min(left, facet+d.size), -1
		}
	}
	return left
}

// scan visits, block by block, the live structures that the drivers leave.
func (s *lookup) scan(visit func(s *lookup, b *block, first uint32, set *bitset) error) error {
	return s.eachBlock(s.left(), func(s *lookup, i int) error {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		b, set := s.view.blocks[i], s.view.live[i].bitset
		s.narrow(b, &set)
		return visit(s, b, number(i)<<blockBits, &set)
	})
}

// narrow leaves in a set of a block what must be judged: what is found meets
// every group, and what counts for facets may fail one of those relaxed. What
// postings tell for sure the filter need not ask the columns.
func (s *lookup) narrow(b *block, set *bitset) {
	f := s.filter
	f.askColumns()
	if b.postings == nil {
		return
	}
	var failsOne, failsMore bitset
	for i, d := range s.drivers {
		if d.slow && few(set, &failsMore) {
			continue // to judge them costs less
		}
		m := s.work.meeting(i)
		m.group, m.set = d.group, bitset{}
		d.fill(b.postings, &m.set)
		if d.exact {
			f.exact, f.told = append(f.exact, m), f.told|d.group
		}
		if d.group&s.relaxed == 0 {
			for w := range set {
				set[w] &= m.set[w]
			}
			continue
		}
		for w := range set {
			fails := set[w] &^ m.set[w]
			failsMore[w] |= failsOne[w] & fails
			failsOne[w] |= fails
		}
	}
	for w := range set {
		set[w] &^= failsMore[w]
	}
}

// few reports that little is left of a block to be judged.
func few(set, less *bitset) bool {
	const some = 32
	n := 0
	for w := range set {
		n += bits.OnesCount64(set[w] &^ less[w])
	}
	return n <= some
}

// collectIdentified judges the structures that have a SIRET, SIREN or FINESS
// number, which are terms of their own.
func (s *lookup) collectIdentified() error {
	for _, seg := range s.view.segments {
		found, err := seg.postings(identifierField, s.query.Identifier)
		if err != nil {
			return err
		}
		for _, n := range found.ToArray() {
			if ord := seg.ordinal(n); s.view.isLive(ord) {
				b, at := s.view.at(ord)
				s.work.batch.put(at, 0, 0)
				if err := s.judge(b, ord-at); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
