package search

import (
	"slices"

	"sourcier/internal/search/query"
)

// among is the structures that a query is about, by block: those that whoever asks has
// to do with. No parameter says them.
type among struct {
	sets map[uint32]*bitset // by number of the block
	size int
}

// newAmong finds the ordinals of ids. Ids that are not in the view are of nobody.
func newAmong(v *view, ids []string) *among {
	out := &among{sets: map[uint32]*bitset{}}
	keys := make(map[uint64]struct{}, len(ids))
	for _, id := range ids {
		keys[query.IDKey(id)] = struct{}{}
	}
	for i, b := range v.blocks {
		for at, key := range b.idKey {
			if _, maybe := keys[key]; !maybe || !v.live[i].has(number(at)) {
				continue
			}
			// Two ids may have one key. What cannot be read is told of by who reads all of it.
			if id, err := v.id(number(i)<<blockBits | number(at)); err == nil && slices.Contains(ids, id) {
				out.put(b.number, number(at))
			}
		}
	}
	return out
}

func (a *among) put(block, at uint32) {
	set := a.sets[block]
	if set == nil {
		set = &bitset{}
		a.sets[block] = set
	}
	set[at/64] |= 1 << (at % 64)
	a.size++
}

func (a *among) has(b *block, at uint32) bool {
	set := a.sets[b.number]
	return set != nil && set.has(at)
}

// fill makes of a set those of a block.
func (a *among) fill(b *block, met *bitset) {
	*met = bitset{}
	if set := a.sets[b.number]; set != nil {
		*met = *set
	}
}
