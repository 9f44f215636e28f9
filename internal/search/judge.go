package search

import "math/bits"

// batchSize is how many structures are counted and ordered together. Each step is
// a loop over the batch that waits for memory once for several of them: one
// structure from end to end after the other takes three times as long.
const batchSize = 256

// batch is structures of one block, ascending.
type batch struct {
	n     int
	at    [batchSize]uint32 // ordinals within the block
	rows  [batchSize]row
	score [batchSize]int32
	major [batchSize]uint64 // sort keys
	minor [batchSize]uint64
}

// each puts the ordinals of a set into a batch, and visits it whenever it is full
// and at the end.
func (b *bitset) each(w *batch, visit func()) {
	w.n = 0
	for i, word := range b {
		for ; word != 0; word &= word - 1 {
			w.at[w.n%batchSize] = uint32(i*64 + bits.TrailingZeros64(word)) // #nosec G115 -- below blockSize
			if w.n++; w.n == batchSize {
				visit()
				w.n = 0
			}
		}
	}
	if w.n > 0 {
		visit()
		w.n = 0
	}
}

// gather reads the rows of a batch.
func (w *batch) gather(b *block) []row {
	rows := w.rows[:w.n]
	for i, at := range w.at[:w.n] {
		rows[i] = b.rows[at]
	}
	return rows
}
