package search

import "hash/maphash"

// numbering numbers packed bytes in the order in which they first come, from 0. It
// keeps 64 bits of each, under a key of this process, a third of what a map would
// take: two of a million are taken for the same by a chance of one in 10^7,
// whatever anybody writes into a structure.
type numbering struct {
	hashes []uint64 // by number
	slots  []uint32 // number + 1, 0 free; a power of two of them
}

// number gives the number of some bytes; fresh, it is a new one.
func (t *numbering) number(packed []byte) (n uint32, fresh bool) {
	if len(t.hashes)*4 >= len(t.slots)*3 {
		t.grow()
	}
	hash := maphash.Bytes(digestKeys[0], packed)
	at := t.slot(hash)
	if t.slots[at] != 0 {
		return t.slots[at] - 1, false
	}
	t.hashes = append(t.hashes, hash)
	t.slots[at] = number(len(t.hashes))
	return t.slots[at] - 1, true
}

// slot is where a hash is, or would be.
func (t *numbering) slot(hash uint64) uint64 {
	mask := uint64(len(t.slots) - 1) // #nosec G115 -- a length
	at := hash & mask
	for t.slots[at] != 0 && t.hashes[t.slots[at]-1] != hash {
		at = (at + 1) & mask
	}
	return at
}

func (t *numbering) grow() {
	t.slots = make([]uint32, max(64, 2*len(t.slots)))
	for n, hash := range t.hashes {
		t.slots[t.slot(hash)] = number(n) + 1
	}
}
