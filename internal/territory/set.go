package territory

import (
	"iter"
	"math/bits"
	"slices"
)

// Set is a set of communes by ordinal. The zero Set is empty and ready to use.
//
// Copies of a Set share their storage. The sets of the Atlas are shared by
// everyone who asked for the same territory: never Put or Add into one, Clone
// it first, or Add it to a set of your own. Reading is safe from any number of
// goroutines.
type Set struct {
	base  int      // index of words[0] in the set of all: a department needs a dozen words, not a thousand
	words []uint64 // 64 ordinals each
	n     int
}

// Put adds one commune.
func (s *Set) Put(ord uint32) {
	s.reach(int(ord >> 6))
	w, bit := &s.words[int(ord>>6)-s.base], uint64(1)<<(ord&63)
	if *w&bit == 0 {
		*w |= bit
		s.n++
	}
}

// reach makes room for the word of index at.
func (s *Set) reach(at int) {
	switch {
	case len(s.words) == 0:
		s.base, s.words = at, []uint64{0}
	case at < s.base:
		s.words = slices.Concat(make([]uint64, s.base-at), s.words)
		s.base = at
	case at-s.base >= len(s.words):
		s.words = append(s.words, make([]uint64, at-s.base+1-len(s.words))...)
	}
}

// Add adds every commune of o.
func (s *Set) Add(o Set) {
	if len(o.words) == 0 {
		return
	}
	s.reach(o.base)
	s.reach(o.base + len(o.words) - 1)
	for i, w := range o.words {
		at := &s.words[o.base+i-s.base]
		s.n += bits.OnesCount64(w &^ *at)
		*at |= w
	}
}

// Clone is a copy that shares nothing.
func (s Set) Clone() Set {
	s.words = slices.Clone(s.words)
	return s
}

// word is the word of index at, 0 outside the set.
func (s Set) word(at int) uint64 {
	if at -= s.base; at >= 0 && at < len(s.words) {
		return s.words[at]
	}
	return 0
}

// Has reports membership.
func (s Set) Has(ord uint32) bool { return s.word(int(ord>>6))&(1<<(ord&63)) != 0 }

// Len is the number of communes.
func (s Set) Len() int { return s.n }

// Intersects reports whether the sets share a commune.
func (s Set) Intersects(o Set) bool {
	if len(o.words) < len(s.words) {
		s, o = o, s
	}
	for i, w := range s.words {
		if w&o.word(s.base+i) != 0 {
			return true
		}
	}
	return false
}

// Within reports whether every commune of s is in o.
func (s Set) Within(o Set) bool {
	for i, w := range s.words {
		if w&^o.word(s.base+i) != 0 {
			return false
		}
	}
	return true
}

// Equal reports whether the sets hold the same communes.
func (s Set) Equal(o Set) bool { return s.n == o.n && s.Within(o) }

// All lists the ordinals in ascending order.
func (s Set) All() iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for i, w := range s.words {
			for ; w != 0; w &= w - 1 {
				ord := uint32((s.base+i)<<6 + bits.TrailingZeros64(w)) //nolint:gosec // came in as one
				if !yield(ord) {
					return
				}
			}
		}
	}
}
