package territory

import (
	"iter"
	"math/bits"
)

// Set is a set of communes by ordinal. The zero Set is empty and ready to use.
type Set struct {
	words []uint64
	n     int
}

// Put adds one commune.
func (s *Set) Put(ord uint32) {
	for int(ord>>6) >= len(s.words) {
		s.words = append(s.words, 0)
	}
	w, bit := &s.words[ord>>6], uint64(1)<<(ord&63)
	if *w&bit == 0 {
		*w |= bit
		s.n++
	}
}

// Add adds every commune of o.
func (s *Set) Add(o Set) {
	for ord := range o.All() {
		s.Put(ord)
	}
}

// Has reports membership.
func (s Set) Has(ord uint32) bool {
	return int(ord>>6) < len(s.words) && s.words[ord>>6]&(1<<(ord&63)) != 0
}

// Len is the number of communes.
func (s Set) Len() int { return s.n }

// Intersects reports whether the sets share a commune.
func (s Set) Intersects(o Set) bool {
	for i := range min(len(s.words), len(o.words)) {
		if s.words[i]&o.words[i] != 0 {
			return true
		}
	}
	return false
}

// Within reports whether every commune of s is in o.
func (s Set) Within(o Set) bool {
	for i, w := range s.words {
		var other uint64
		if i < len(o.words) {
			other = o.words[i]
		}
		if w&^other != 0 {
			return false
		}
	}
	return true
}

// All lists the ordinals in ascending order.
func (s Set) All() iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for i, w := range s.words {
			for ; w != 0; w &= w - 1 {
				if !yield(uint32(i<<6 + bits.TrailingZeros64(w))) {
					return
				}
			}
		}
	}
}
