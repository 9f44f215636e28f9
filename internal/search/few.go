package search

import (
	"math/bits"
	"slices"

	"sourcier/internal/search/query"
)

// few is the few structures of a block that may be found, or counted: they are
// judged one by one.
type few struct {
	at   []uint32 // ordinals within the block, ascending
	told int      // of how many of the first drivers the sieve knows who meets them
}

// someLeft is how many structures of a block cost less to be judged one by one
// than by sets.
const someLeft = 32

// of takes the structures of a set.
func (f *few) of(set *bitset, told int) *few {
	f.at, f.told = f.at[:0], told
	for w, word := range set {
		for ; word != 0; word &= word - 1 {
			f.at = append(f.at, uint32(w*64+bits.TrailingZeros64(word))) // #nosec G115 -- below blockSize
		}
	}
	return f
}

// add adds some more; it is false when they are too many.
func (f *few) add(list []uint16) bool {
	if len(f.at)+len(list) > someLeft {
		return false
	}
	for _, at := range list {
		f.at = append(f.at, uint32(at))
	}
	return true
}

// candidates gives the structures of a block that hold the rarest unit of the text,
// or that meet a filter which all must meet, or one of two that a facet may relax,
// when their lists say that they are few. It is nil when they may be many.
func (s *lookup) candidates(i int) *few {
	b, f := s.view.blocks[i], &s.work.few
	if f.at, f.told = f.at[:0], 0; b.covered < b.n {
		return nil
	}
	if len(s.hunts) > 0 {
		if !s.hunts[0].few(b, i, f) {
			return nil
		}
	} else if !s.fewMeet(b, f) {
		return nil
	}
	slices.Sort(f.at)
	f.at = slices.Compact(f.at)
	live := s.view.live[i]
	f.at = slices.DeleteFunc(f.at, func(at uint32) bool { return !live.has(at) })
	s.keepHolders(i, f, s.hunts)
	return f
}

// few adds the structures of a block that hold the unit.
func (h *hunt) few(b *block, i int, f *few) bool {
	for _, l := range h.lists {
		if l.ends == nil || !f.add(l.places(i)) {
			return false
		}
	}
	for l := range h.levels {
		for _, key := range h.levels[l].keys {
			if !f.add(b.postings.one(key)) {
				return false
			}
		}
	}
	return true
}

// fewMeet adds the structures of a block among which are all that the filters leave.
func (s *lookup) fewMeet(b *block, f *few) bool {
	for i, d := range s.drivers {
		if d.zones != nil || d.whom != nil || d.others || len(d.spans) > 0 {
			return false
		}
		for _, key := range d.keys {
			if !f.add(b.postings.one(key)) {
				return false
			}
		}
		if d.group&s.relaxed == 0 || i == 1 {
			return true
		}
	}
	return false
}

// keepHolders leaves those that hold some units.
func (s *lookup) keepHolders(i int, f *few, hunts []*hunt) {
	first := number(i) << blockBits
	f.at = slices.DeleteFunc(f.at, func(at uint32) bool {
		return slices.ContainsFunc(hunts, func(h *hunt) bool { return h.matching(s.view, first|at) == 0 })
	})
}

// collectFew judges, counts and offers a few structures.
func (s *lookup) collectFew(i int, f *few) error {
	b, first, w := s.view.blocks[i], number(i)<<blockBits, &s.work.batch
	w.n = 0
	err := s.eachOf(b, f, func(at uint32, failing group) {
		switch {
		case failing == 0:
			w.at[w.n] = at
			w.n++
		case s.ways:
			s.without[indexOf(failing)]++
		default:
			s.counter.countOne(b, &s.work.alone, at, failing)
		}
	})
	if err != nil || w.n == 0 {
		return err
	}
	if s.counter != nil {
		s.counter.count(b, w, s.filter.want, &s.counter.found)
	}
	if s.total += w.n; s.top.size == 0 {
		return nil
	}
	for j, at := range w.at[:w.n] {
		if w.score[j] = 0; s.top.sort == query.SortRelevance {
			w.score[j], _ = s.scoreOf(first | at)
		}
	}
	s.top.offer(b, first, w)
	return nil
}

// siftFew is sift for a few structures.
func (s *lookup) siftFew(i int, k *sieve, f *few) error {
	k.found, k.failing = bitset{}, 0
	return s.eachOf(s.view.blocks[i], f, func(at uint32, failing group) {
		if failing == 0 {
			k.found.put(at)
		} else {
			k.fails(failing, at)
		}
	})
}

// eachOf visits the structures that count, with the group that they fail.
func (s *lookup) eachOf(b *block, f *few, visit func(at uint32, failing group)) error {
	for _, at := range f.at {
		if failing, counts := s.failing(b, &s.work.sieve, f.told, at); counts {
			visit(at, failing)
		}
		if s.steps++; s.steps%s.every == 0 && s.ctx.Err() != nil {
			return s.ctx.Err()
		}
	}
	return nil
}

// failing gives the group that a structure fails, of which the first drivers have
// told; it is false for one that fails more than a facet may relax.
func (s *lookup) failing(b *block, k *sieve, told int, at uint32) (group, bool) {
	failing := group(0)
	for i, d := range s.drivers {
		switch {
		case i < told && d.group&s.relaxed == 0: // it meets those
		case i < told && k.met[i].has(at):
		case i >= told && s.filter.meets(d.group, b, at):
		case failing != 0 || d.group&s.relaxed == 0:
			return 0, false
		default:
			failing = d.group
		}
	}
	return failing, true
}

// fails notes a structure that fails one group alone.
func (k *sieve) fails(g group, at uint32) {
	alone := &k.alone[indexOf(g)]
	if k.failing&g == 0 {
		k.failing |= g
		*alone = bitset{}
	}
	alone.put(at)
}
