package search

import (
	"context"
	"fmt"
	"math"

	"sourcier/internal/search/french"
	"sourcier/internal/search/query"
)

// totals counts what a query finds with each of several texts, which share most of
// their units: in one pass, a dozen of them cost little more than one.
func (e *Engine) totals(ctx context.Context, v *view, q query.Query, texts []string, work *scratch) ([]int, error) {
	q.Facets, q.Text, q.Identifier, q.Cursor = false, "", "", ""
	s := &lookup{ctx: ctx, engine: e, view: v, query: q, asked: &q, work: work}
	s.begin()
	all := &huntSet{known: map[string]int{}, lookup: s, reader: &reader{ctx: ctx, view: v, crew: e.crew, work: work}}
	if err := all.lookUp(texts); err != nil {
		return nil, err
	}
	out := make([]int, len(texts))
	for i := range v.blocks {
		found, err := s.foundIn(i)
		if err != nil {
			return nil, err
		}
		if !found.empty() {
			all.count(i, found, out)
		}
	}
	return out, nil
}

// foundIn gives what the filters find in a block.
func (s *lookup) foundIn(i int) (*bitset, error) {
	k := &s.work.sieve
	f, err := s.narrow(i, k)
	if err == nil && f != nil {
		err = s.siftFew(i, k, f)
	}
	if err == nil && s.apart {
		err = s.judgeActivities(s.view.blocks[i], k)
	}
	return &k.found, err
}

// huntSet is the units of several texts, each looked up once.
type huntSet struct {
	lookup *lookup
	reader *reader
	known  map[string]int // hunts by what decides where a unit is found
	hunts  []*hunt
	texts  [][]int // by text, of hunts
	held   []bitset
	filled []bool // for the block at hand
}

func (a *huntSet) lookUp(texts []string) error {
	var units []french.Unit
	for _, text := range texts {
		var of []int
		for _, u := range french.Units(text) {
			key := fmt.Sprint(u.Quoted, u.Prefix, forms(u))
			at, known := a.known[key]
			if !known {
				at = len(units)
				a.known[key], units = at, append(units, u)
			}
			of = append(of, at)
		}
		a.texts = append(a.texts, of)
	}
	var err error
	if a.hunts, err = a.reader.hunts(units, a.texts); err != nil {
		return err
	}
	for _, h := range a.hunts {
		if err := a.reader.unpack(h, math.MaxInt32); err != nil {
			return err
		}
		h.rank()
	}
	a.held, a.filled = make([]bitset, len(units)), make([]bool, len(units))
	return nil
}

// forms are the words of a unit, without their places in the text.
func forms(u french.Unit) (out []string) {
	for _, w := range u.Words {
		out = append(out, w.Surface)
	}
	return out
}

// count adds to the total of each text what it finds of a set of a block.
func (a *huntSet) count(i int, found *bitset, totals []int) {
	clear(a.filled)
	for t, of := range a.texts {
		left := *found
		for _, h := range of {
			if !a.filled[h] {
				a.filled[h], a.held[h] = true, bitset{}
				a.hunts[h].fill(a.lookup.view, i, &a.held[h])
			}
			left.retain(&a.held[h])
		}
		totals[t] += left.count()
	}
}
