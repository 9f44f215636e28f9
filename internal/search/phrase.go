package search

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	api "github.com/blevesearch/scorch_segment_api/v2"

	"sourcier/internal/search/french"
)

// phrases finds the documents of a segment that hold the stems of each phrase in a
// row, in one value of one field. What costs is to read positions: they are read
// where every unit of one of the texts that hold the phrase may still be found.
func (r *reader) phrases(s *segment, hunts []*hunt, texts [][]int) error {
	dict, err := s.Segment().Dictionary(wordsField)
	if err != nil {
		return err
	}
	rows, able := make([][]rowOfWords, len(hunts)), make([]*roaring.Bitmap, len(hunts))
	for i, h := range hunts {
		if h.phrase() {
			if rows[i], err = rowsOf(dict, h.unit.Words); err != nil {
				return err
			}
		}
		if len(hunts) > 1 {
			able[i] = h.able(s, rows[i])
		}
		if err := r.step(ctxSteps / 8); err != nil { // sets of a million bits
			return err
		}
	}
	for _, i := range leastFirst(rows) {
		asked := mayBeIn(able, texts, i)
		for _, row := range rows[i] {
			docs, err := r.remembered(s, row, asked)
			if err != nil {
				return err
			}
			hunts[i].add(s, docs, bitOf(row.field, FormExact))
		}
		if len(hunts) > 1 {
			able[i] = hunts[i].able(s, nil)
		}
	}
	return nil
}

// phrase reports a unit of several words.
func (h *hunt) phrase() bool { return len(h.unit.Words) > 1 }

// able gives the documents of a segment in which a unit is found, or may be; nil
// when its sectors find it in others too.
func (h *hunt) able(s *segment, rows []rowOfWords) *roaring.Bitmap {
	if h.meaning != nil {
		return nil
	}
	all := roaring.New()
	for _, l := range h.lists {
		if l.segment == s {
			all.Or(l.docs)
		}
	}
	for _, row := range rows {
		all.Or(row.both)
	}
	return all
}

// mayBeIn gives the documents that some text with the given unit may find; nil for
// any.
func mayBeIn(able []*roaring.Bitmap, texts [][]int, unit int) *roaring.Bitmap {
	out := roaring.New()
	for _, text := range texts {
		if !slices.Contains(text, unit) {
			continue
		}
		var all *roaring.Bitmap
		for _, i := range text {
			switch {
			case able[i] == nil:
			case all == nil:
				all = able[i].Clone()
			default:
				all.And(able[i])
			}
		}
		if all == nil {
			return nil
		}
		out.Or(all)
	}
	return out
}

// leastFirst orders the phrases by the positions that they may have to read.
func leastFirst(rows [][]rowOfWords) []int {
	var order []int
	toRead := make([]uint64, len(rows))
	for i, of := range rows {
		if of != nil {
			order = append(order, i)
		}
		for _, row := range of {
			toRead[i] += row.both.GetCardinality() * uint64(len(row.words))
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if toRead[a] < toRead[b] {
			return -1
		}
		return 1
	})
	return order
}

// rowOfWords is a phrase in one field of a segment, and the documents that hold all
// its words there.
type rowOfWords struct {
	field TextField
	said  string   // its stems, one after the other
	words []places // each once
	order []int    // of words: one may come again
	both  *roaring.Bitmap
}

func rowsOf(dict api.TermDictionary, words []french.Word) ([]rowOfWords, error) {
	var stems []string
	var order []int
	var said string
	for _, w := range words {
		i := slices.Index(stems, w.Stem)
		if i < 0 {
			i, stems = len(stems), append(stems, w.Stem)
		}
		order, said = append(order, i), said+" "+w.Stem
	}
	var out []rowOfWords
	for _, f := range indexedFields {
		row := rowOfWords{field: f, said: said, words: make([]places, len(stems)), order: order}
		for i, stem := range stems {
			docs, err := row.words[i].find(dict, stem, f)
			if err != nil {
				return nil, err
			}
			if row.both == nil {
				row.both = docs
			} else {
				row.both.And(docs)
			}
			if row.both.IsEmpty() {
				break
			}
		}
		if !row.both.IsEmpty() {
			out = append(out, row)
		}
	}
	return out, nil
}

// reading is what is known of a phrase in a field of a segment: of which documents
// the positions were read, and those among them that hold it.
type reading struct{ read, found *roaring.Bitmap }

type rowKey struct {
	segment *segment
	field   TextField
	said    string
}

// remembered keeps, of the documents within a set, those that hold the row. What
// one try of a question has read the next does not read again.
func (r *reader) remembered(s *segment, row rowOfWords, asked *roaring.Bitmap) (*roaring.Bitmap, error) {
	if asked != nil {
		row.both.And(asked)
	}
	key := rowKey{s, row.field, row.said}
	known, is := r.work.readings[key]
	if !is {
		known = reading{roaring.New(), roaring.New()}
		if r.work.readings == nil {
			r.work.readings = map[rowKey]reading{}
		}
		r.work.readings[key] = known
	}
	out := roaring.And(known.found, row.both)
	row.both.AndNot(known.read)
	if row.both.IsEmpty() {
		return out, nil
	}
	found, err := r.inARow(row)
	if err != nil {
		return nil, err
	}
	out.Or(found)
	known.found.Or(found)
	known.read.Or(row.both)
	return out, nil
}

// inARow keeps, of the documents that hold the words of a row, those that hold the
// row.
func (r *reader) inARow(row rowOfWords) (*roaring.Bitmap, error) {
	least := uint64(worthSharing)
	if r.view.core.options.eager {
		least = 4
	}
	if row.both.GetCardinality() >= least && r.crew.lend() {
		defer r.crew.end()
		return r.shared(row)
	}
	return r.adjacent(row)
}

// worthSharing is how many documents must hold the words of a phrase for a second
// core to read half of their positions.
const worthSharing = 4096

// shared is adjacent with the later half of the documents read beside.
func (r *reader) shared(row rowOfWords) (*roaring.Bitmap, error) {
	middle, err := row.both.Select(uint32(row.both.GetCardinality() / 2)) // #nosec G115 -- documents
	if err != nil {
		return nil, err
	}
	sooner, later := row, row
	later.words, later.both, sooner.both = slices.Clone(row.words), row.both.Clone(), row.both.Clone()
	later.both.RemoveRange(0, uint64(middle))
	sooner.both.RemoveRange(uint64(middle), 1<<32)
	type answer struct {
		docs   *roaring.Bitmap
		err    error
		broken any
	}
	answers := make(chan answer, 1)
	go func() {
		var a answer
		defer func() {
			a.broken = recover()
			answers <- a
		}()
		a.docs, a.err = (&reader{ctx: r.ctx}).adjacent(later)
	}()
	waiting := true
	defer func() {
		if waiting { // after a panic: nobody may read a view that is let go
			<-answers
		}
	}()
	out, err := r.adjacent(sooner)
	other := <-answers
	waiting = false
	switch {
	case other.broken != nil:
		panic(other.broken) // where the portal answers for it
	case err != nil || other.err != nil:
		return nil, anError(err, other.err)
	}
	out.Or(other.docs)
	return out, nil
}

// adjacent keeps the documents in which the words follow each other.
func (r *reader) adjacent(row rowOfWords) (*roaring.Bitmap, error) {
	for i := range row.words {
		if err := row.words[i].start(row.both); err != nil {
			return nil, err
		}
	}
	out := roaring.New()
	ends, next := make([]uint64, 0, 16), make([]uint64, 0, 16) // positions where the words so far end
	for it := row.both.Iterator(); it.HasNext(); {
		doc := it.Next()
		for n, i := range row.order {
			at, err := row.words[i].in(uint64(doc))
			if err != nil {
				return nil, err
			}
			next = next[:0]
			for _, pos := range at {
				if n == 0 || slices.Contains(ends, pos-1) {
					next = append(next, pos)
				}
			}
			if ends, next = next, ends; len(ends) == 0 {
				break
			}
		}
		if len(ends) > 0 {
			out.Add(doc)
		}
		if err := r.step(8); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// places are the positions of one word: those of its stem as a word and as the
// stem of others.
type places struct {
	lists [2]api.PostingsList
	docs  [2]*roaring.Bitmap
	it    [2]api.PostingsIterator
	next  [2]api.Posting // to be read

	doc uint64 // whose positions are in pos, from 1; 0 for none yet
	pos []uint64
}

// find gives the documents that hold a word, in a set of one's own.
func (p *places) find(dict api.TermDictionary, stem string, f TextField) (docs *roaring.Bitmap, err error) {
	for i, as := range []role{roleOwn, roleStem} {
		t := term(stem, as, f)
		if p.docs[i], err = bitmap(dict, t); err != nil {
			return nil, err
		}
		if p.lists[i], err = dict.PostingsList(t, nil, nil); err != nil {
			return nil, err
		}
		docs = joined(docs, p.docs[i])
	}
	return docs, nil
}

// start begins to read the positions in some documents.
func (p *places) start(docs *roaring.Bitmap) (err error) {
	p.doc, p.pos = 0, nil
	for i, list := range p.lists {
		here := roaring.And(docs, p.docs[i])
		if p.next[i] = nil; here.IsEmpty() {
			continue
		}
		p.it[i] = list.Iterator(true, false, true, nil)
		if it, ok := p.it[i].(api.OptimizablePostingsIterator); ok && p.docs[i].GetCardinality() > 1 {
			it.ReplaceActual(here)
		}
		if p.next[i], err = p.it[i].Next(); err != nil {
			return err
		}
	}
	return nil
}

// in gives the positions of the word in a document, of which each comes after
// those asked before; the others are passed over unread.
func (p *places) in(doc uint64) ([]uint64, error) {
	if p.doc == doc+1 {
		return p.pos, nil
	}
	p.doc, p.pos = doc+1, p.pos[:0]
	for i := range p.next {
		var err error
		if p.next[i] != nil && p.next[i].Number() < doc {
			if p.next[i], err = p.it[i].Advance(doc); err != nil {
				return nil, err
			}
		}
		if p.next[i] == nil || p.next[i].Number() != doc {
			continue
		}
		for _, l := range p.next[i].Locations() {
			p.pos = append(p.pos, l.Pos())
		}
		if p.next[i], err = p.it[i].Next(); err != nil {
			return nil, err
		}
	}
	return p.pos, nil
}
