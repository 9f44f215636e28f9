package search

import (
	"math/bits"
	"slices"
)

// batchSize is how many structures are judged together. Each step is a loop over
// the batch that waits for memory once for several of them: one structure judged
// from end to end after the other takes three times as long.
const batchSize = 256

// batch is structures of one block, ascending. Each step keeps those that it
// does not turn down.
type batch struct {
	n      int
	at     [batchSize]uint32 // ordinals within the block
	rows   [batchSize]row
	score  [batchSize]int32
	fields [batchSize]uint16 // in which the text matched
	major  [batchSize]uint64 // sort keys
	minor  [batchSize]uint64
}

func (w *batch) put(at uint32, score int32, fields uint16) {
	w.at[w.n], w.score[w.n], w.fields[w.n] = at, score, fields
	w.n++
}

// keep moves one to a place before it.
func (w *batch) keep(to, i int) {
	w.at[to], w.rows[to], w.score[to], w.fields[to] = w.at[i], w.rows[i], w.score[i], w.fields[i]
}

// judgeSet judges the structures of a set of a block.
func (s *lookup) judgeSet(b *block, first uint32, set *bitset) error {
	w := &s.work.batch
	for i, word := range set {
		for ; word != 0; word &= word - 1 {
			w.put(uint32(i*64+bits.TrailingZeros64(word)), 0, 0) // #nosec G115 -- below blockSize
			if w.n < batchSize {
				continue
			}
			if err := s.judge(b, first); err != nil {
				return err
			}
		}
	}
	return s.judge(b, first)
}

// judge counts the structures of the batch and keeps those that are found.
func (s *lookup) judge(b *block, first uint32) error {
	w := &s.work.batch
	for i, at := range w.at[:w.n] {
		w.rows[i] = b.rows[at]
	}
	var err error
	if !s.filter.open {
		err = s.pass(b, w)
	}
	switch {
	case err != nil:
	case s.filter.activities:
		err = s.judgeActivities(b, w)
	case s.counter != nil:
		s.counter.unjudged(w.rows[:w.n])
	}
	if s.counter != nil {
		s.counter.held()
		s.counter.found(w.rows[:w.n])
	}
	s.total += w.n
	s.top.offer(b, first, w)
	w.n = 0
	if err == nil {
		err = s.ctx.Err()
	}
	return err
}

// pass keeps the structures that fail nothing themselves, and counts those of
// which all holds but a single group.
func (s *lookup) pass(b *block, w *batch) error {
	f, kept := s.filter, 0
	for i := range w.n {
		if i%s.every == 0 && s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		r := &w.rows[i]
		failing := f.failing(r, w.at[i])
		if !f.counts(failing) || f.near != nil && !f.fixed(b, w.at[i]) {
			continue
		}
		if failing == 0 {
			w.keep(kept, i)
			kept++
		} else if !f.activities || slices.Contains(f.failingActivities(b, r, w.at[i], s.work.groups[:0]), 0) {
			s.counter.only(r, failing)
		}
	}
	w.n = kept
	return nil
}

// judgeActivities counts the activities of structures that fail nothing
// themselves, and keeps those of which one fails nothing either. With every zone
// still unknown one may take some 100 microseconds.
func (s *lookup) judgeActivities(b *block, w *batch) error {
	kept := 0
	for i := range w.n {
		if i%s.every == 0 && s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		groups := s.filter.failingActivities(b, &w.rows[i], w.at[i], s.work.groups[:0])
		if s.counter != nil {
			s.counter.judged(b, &w.rows[i], w.at[i], groups)
		}
		if slices.Contains(groups, 0) {
			w.keep(kept, i)
			kept++
		}
		s.work.groups = groups
	}
	w.n = kept
	return nil
}
