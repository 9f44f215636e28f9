package search

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// wordList is the documents of one segment that hold a word in one field. A list
// of which many blocks are asked is unpacked: into a set where it is dense, else
// into places by block. Of the others a few ordinals are looked up.
type wordList struct {
	segment *segment
	docs    *roaring.Bitmap
	match   uint32 // bitOf
	n       int    // documents

	set  []uint64 // ordinals
	ends []uint32 // by block: end of its ordinals in at
	at   []uint16 // ordinals within their blocks
}

const (
	// sparse is how many times fewer structures than documents must be left for
	// each of them to be looked up in a list, rather than the list unpacked.
	sparse = 24
	// dense is how many times more ordinals than documents a set may have.
	dense = 128
)

// unpack unpacks the lists of a unit of which about so many structures are asked.
func (r *reader) unpack(h *hunt, asked int) error {
	for _, l := range h.lists {
		if asked*sparse < l.n {
			continue
		}
		if l.n*dense > int(r.view.n) {
			l.unpackSet(r.view, r.work)
		} else {
			l.unpackPlaces(r.view, r.work)
		}
		if err := r.step(l.n / 4); err != nil {
			return err
		}
	}
	return nil
}

// packed reports that some list was not unpacked.
func (h *hunt) packed() bool {
	return slices.ContainsFunc(h.lists, func(l *wordList) bool { return l.set == nil && l.ends == nil })
}

func (l *wordList) unpackSet(v *view, work *scratch) {
	l.set = work.words.take(len(v.blocks) * blockWords)
	clear(l.set)
	if l.segment.ordinals == nil && l.segment.first == 0 && l.segment.FullSize() <= int64(v.n) {
		l.docs.WriteDenseTo(l.set)
		return
	}
	l.each(work, func(docs []uint32) {
		for _, doc := range docs {
			if ord := l.segment.ordinal(doc); ord < v.n { // above: of a batch that failed
				l.set[ord/64] |= 1 << (ord % 64)
			}
		}
	})
}

func (l *wordList) unpackPlaces(v *view, work *scratch) {
	l.ends, l.at = work.ends.take(len(v.blocks)), work.places.take(l.n)[:0]
	clear(l.ends)
	put := func(ord uint32) {
		if ord < v.n { // above: of a batch that failed
			l.ends[ord>>blockBits]++
			l.at = append(l.at, uint16(ord%blockSize)) // #nosec G115 -- below blockSize
		}
	}
	if l.segment.ordinals == nil {
		first := l.segment.first
		l.each(work, func(docs []uint32) {
			for _, doc := range docs {
				put(first + doc)
			}
		})
	} else {
		ords := work.ordinals[:0]
		l.each(work, func(docs []uint32) {
			for _, doc := range docs {
				ords = append(ords, l.segment.ordinals[doc])
			}
		})
		slices.Sort(ords)
		for _, ord := range ords {
			put(ord)
		}
		work.ordinals = ords
	}
	for i := 1; i < len(l.ends); i++ {
		l.ends[i] += l.ends[i-1]
	}
}

// each visits the documents, some at a time.
func (l *wordList) each(work *scratch, visit func(docs []uint32)) {
	if work.documents == nil {
		work.documents = make([]uint32, 1024)
	}
	it := l.docs.ManyIterator()
	for n := it.NextMany(work.documents); n > 0; n = it.NextMany(work.documents) {
		visit(work.documents[:n])
	}
}

// fill adds to a set the ordinals of a block that a list, unpacked, has.
func (l *wordList) fill(i int, into *bitset) {
	switch {
	case l.set != nil:
		for w, word := range l.set[i*blockWords:][:blockWords] {
			into[w] |= word
		}
	case l.ends != nil:
		into.putAll(l.places(i))
	default:
		panic("search: a list was not unpacked") // lookUp asks those: every test finds it
	}
}

// places gives the ordinals of a block, within it.
func (l *wordList) places(i int) []uint16 { return part(l.at, l.ends, i) }

// has reports whether a list has an ordinal.
func (l *wordList) has(ord uint32) bool {
	if l.set != nil {
		return l.set[ord/64]&(1<<(ord%64)) != 0
	}
	doc, ok := l.segment.number(ord)
	return ok && l.docs.Contains(uint32(doc)) // #nosec G115 -- a document number
}

// arena lends pieces of one array for the time of a query.
type arena[T any] struct {
	all  []T
	lent int
}

// take lends a piece, which holds anything.
func (a *arena[T]) take(n int) []T {
	if a.lent+n > len(a.all) { // pieces lent keep the array that they are of
		a.all, a.lent = make([]T, max(n, 2*len(a.all))), 0
	}
	a.lent += n
	return a.all[a.lent-n : a.lent : a.lent]
}
