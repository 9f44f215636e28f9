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
	hunts   []*hunt  // what the text asks for, the rarest first
	meant   []uint32 // keys of the sectors that hold every word of it
	drivers []*driver
	filter  *filter
	counter *counter // nil unless facets are asked for
	top     *top
	total   int
	every   int     // structures judged between two looks at the deadline
	whole   bool    // facets come from the whole directory (countWhole)
	relaxed group   // of which one may fail in what is counted: for facets
	packed  []*hunt // those of which some list is not unpacked
	steps   int     // since the last look at the deadline
	apart   bool    // structures of several activities are judged activity by activity

	ways    bool           // what fails one relaxed group alone is totalled
	without [maxGroups]int // by group: those totals

	chart *chart // nil unless a map is asked for
}

func (s *lookup) run() (query.Result, error) {
	s.begin()
	s.top = s.newTop()
	if s.query.Cursor != "" {
		if err := s.top.follow(s.query.Cursor); err != nil {
			return query.Result{}, err
		}
	}
	if s.query.Facets {
		s.counter, s.relaxed = newCounter(s), s.filter.want
		s.apart = s.filter.apart(s.filter.want)
	}
	if err := s.collect(); err != nil {
		return query.Result{}, err
	}
	s.filter.servesSet, s.filter.coversSet = nil, nil
	result := query.Result{Total: s.total}
	if s.counter != nil {
		s.counter.expand()
		s.counter.expandPlaces()
		if s.whole {
			if err := s.countWhole(s.filter.active()); err != nil {
				return query.Result{}, err
			}
		}
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

// begin makes the text and the filters ready.
func (s *lookup) begin() {
	s.work.reuse()
	s.units = french.Units(s.query.Text)
	s.filter = newFilter(&s.query, s.view, s.work)
	s.every = ctxJudged/(1+len(s.query.Serves)+len(s.query.Covers)) + 1
	s.drivers, s.apart = s.filter.drivers(), s.filter.apart(0)
}

// ctxJudged is how many structures are judged between two looks at the deadline,
// divided by the zones asked for: with every zone still unknown one may take some
// 100 microseconds for each.
const ctxJudged = 64

// collect finds the structures that meet the query, and counts for each facet
// those that another choice in its group alone would give.
func (s *lookup) collect() error {
	if only, is := s.wholeBut(); is {
		s.whole, s.relaxed = true, 0
		if only == 0 {
			return s.collectAll()
		}
	}
	return s.huntBlocks((*lookup).collectBlock)
}

// huntBlocks looks up the text, or the identifier, and visits every block unless it
// is nowhere.
func (s *lookup) huntBlocks(visit func(s *lookup, i int) error) error {
	judged := s.left()
	if s.query.Identifier != "" || len(s.units) > 0 {
		if err := s.huntAll(&judged); err != nil || judged == 0 {
			return err
		}
	}
	return s.eachBlock(judged, visit)
}

// wholeBut reports that at most one group of filters is active, and nothing else:
// what another choice in it would give is what the whole directory has.
func (s *lookup) wholeBut() (only group, is bool) {
	if s.counter == nil || len(s.units) > 0 || s.query.Identifier != "" {
		return 0, false
	}
	only = s.filter.active()
	return only, only&(only-1) == 0 && only&^s.filter.want == 0
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

// collectBlock finds and counts the structures of a block.
func (s *lookup) collectBlock(i int) error {
	k := &s.work.sieve
	f, err := s.narrow(i, k)
	if err != nil {
		return err
	}
	if f != nil && len(f.at) > 0 && !s.apart && (s.counter == nil || len(s.counter.serveAsked) == 0) {
		return s.collectFew(i, f)
	}
	if f != nil {
		if err := s.siftFew(i, k, f); err != nil || len(f.at) == 0 {
			return err
		}
	}
	return s.collectSets(i, k)
}

// narrow finds which structures of a block meet the text and the filters, or fail
// one group: those of the sieve, or a few that have yet to be judged.
func (s *lookup) narrow(i int, k *sieve) (*few, error) {
	if err := s.ctx.Err(); err != nil {
		return nil, err
	}
	s.filter.servesSet, s.filter.coversSet = nil, nil // of another block
	if f := s.candidates(i); f != nil {
		return f, nil
	}
	if !s.holding(i, &k.found) {
		return s.work.few.of(&k.found, 0), nil
	}
	f, err := s.sift(s.view.blocks[i], k)
	if err == nil && len(s.packed) > 0 {
		err = s.lookUpPacked(i, k, f)
	}
	return f, err
}

// collectSets counts and offers what the sieve holds of a block.
func (s *lookup) collectSets(i int, k *sieve) error {
	b := s.view.blocks[i]
	if s.apart {
		if err := s.judgeActivities(b, k); err != nil {
			return err
		}
	}
	if s.counter != nil {
		if err := s.counter.countBlock(s, b, k); err != nil {
			return err
		}
	}
	if s.ways {
		for rest := k.failing; rest != 0; rest &= rest - 1 {
			g := indexOf(rest & -rest)
			s.without[g] += k.alone[g].count()
		}
	}
	s.total += k.found.count()
	s.offer(i, &k.found)
	return nil
}

// count is how many ordinals are in the set.
func (b *bitset) count() (n int) {
	for _, word := range b {
		n += bits.OnesCount64(word)
	}
	return n
}

// atMost reports that no more than so many ordinals are in the set.
func (b *bitset) atMost(most int) bool {
	for _, word := range b {
		if most -= bits.OnesCount64(word); most < 0 {
			return false
		}
	}
	return true
}

func (b *bitset) empty() bool {
	for _, word := range b {
		if word != 0 {
			return false
		}
	}
	return true
}

// add adds what is in another set.
func (b *bitset) add(other *bitset) {
	for w := range b {
		b[w] |= other[w]
	}
}

// retain leaves in the set what is in another too.
func (b *bitset) retain(other *bitset) {
	for w := range b {
		b[w] &= other[w]
	}
}
