package search

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	api "github.com/blevesearch/scorch_segment_api/v2"

	"sourcier/internal/search/french"
)

// postings gives the documents of a segment that hold a term in a bleve field,
// deleted ones included: what is live is for the columns to say.
func (s *segment) postings(field, term string) (*roaring.Bitmap, error) {
	dict, err := s.Segment().Dictionary(field)
	if err != nil {
		return nil, err
	}
	return bitmap(dict, []byte(term))
}

// bitmap reads a postings list as the set that it is stored as.
func bitmap(dict api.TermDictionary, term []byte) (*roaring.Bitmap, error) {
	list, err := dict.PostingsList(term, nil, nil)
	if err != nil {
		return nil, err
	}
	switch it := list.Iterator(false, false, false, nil).(type) {
	case api.OptimizablePostingsIterator:
		if doc, one := it.DocNum1Hit(); one {
			return roaring.BitmapOf(uint32(doc)), nil // #nosec G115 -- a document number
		}
		if docs := it.ActualBitmap(); docs != nil {
			return docs, nil
		}
	}
	return roaring.New(), nil
}

// look finds where a segment holds a unit.
func (m *textMatch) look(h *hunt, s *segment) error {
	words, err := s.Segment().Dictionary(wordsField)
	if err != nil {
		return err
	}
	stems, err := s.Segment().Dictionary(stemsField)
	if err != nil {
		return err
	}
	if len(h.unit.Words) > 1 {
		return m.lookPhrase(h, s, stems)
	}
	w := h.unit.Words[0]
	for _, f := range indexedFields {
		if err := m.addList(h, s, words, term(w.Surface, f), bitOf(f, FormExact)); err != nil {
			return err
		}
		if err := m.addList(h, s, stems, term(w.Stem, f), bitOf(f, FormStem)); err != nil {
			return err
		}
	}
	if h.unit.Prefix {
		return m.lookPrefix(h, s, words, w.Surface)
	}
	return nil
}

func (m *textMatch) addList(h *hunt, s *segment, dict api.TermDictionary, term string, match uint32) error {
	docs, err := bitmap(dict, []byte(term))
	if err != nil {
		return err
	}
	if !docs.IsEmpty() {
		h.lists = append(h.lists, wordList{s, docs, match})
	}
	return m.step(1)
}

// lookPrefix joins, for each field, the documents of all words that begin so.
func (m *textMatch) lookPrefix(h *hunt, s *segment, dict api.TermDictionary, prefix string) error {
	var byField [NumFields]*roaring.Bitmap
	it := beginning(dict, prefix)
	for {
		entry, err := it.Next()
		if err != nil {
			return err
		}
		if entry == nil {
			break
		}
		word, f, ok := fieldOf(entry.Term)
		if !ok || word == prefix { // the word itself is looked up as such
			continue
		}
		docs, err := bitmap(dict, []byte(entry.Term))
		if err != nil {
			return err
		}
		if byField[f] == nil {
			byField[f] = docs
			if docs.GetCardinality() > 1 {
				byField[f] = docs.Clone()
			}
		} else {
			byField[f].Or(docs)
		}
		if err := m.step(16); err != nil {
			return err
		}
	}
	for f, docs := range byField {
		if docs != nil {
			h.lists = append(h.lists, wordList{s, docs, bitOf(TextField(f), FormPrefix)}) // #nosec G115 -- nine
		}
	}
	return nil
}

// beginning lists the terms that begin with a prefix.
func beginning(dict api.TermDictionary, prefix string) api.DictionaryIterator {
	// zap can list them without reading how many documents each has.
	if quick, ok := dict.(interface {
		AutomatonIteratorOmitCount(a api.Automaton, from, to []byte) api.DictionaryIterator
	}); ok {
		return quick.AutomatonIteratorOmitCount(nil, []byte(prefix), beyond(prefix))
	}
	return dict.AutomatonIterator(nil, []byte(prefix), beyond(prefix))
}

// beyond is the first term after all those that begin with a prefix, which ends
// in a letter or a digit of UTF-8: its last byte is never the highest.
func beyond(prefix string) []byte {
	end := []byte(prefix)
	end[len(end)-1]++
	return end
}

// lookPhrase finds the documents that hold the stems of a phrase in a row, in
// one value of one field.
func (m *textMatch) lookPhrase(h *hunt, s *segment, dict api.TermDictionary) error {
	for _, f := range indexedFields {
		docs, err := m.inARow(dict, h.unit.Words, f)
		if err != nil {
			return err
		}
		if docs != nil && !docs.IsEmpty() {
			h.lists = append(h.lists, wordList{s, docs, bitOf(f, FormExact)})
		}
	}
	return nil
}

func (m *textMatch) inARow(dict api.TermDictionary, words []french.Word, f TextField) (*roaring.Bitmap, error) {
	lists := make([]api.PostingsList, len(words))
	var both *roaring.Bitmap // documents that hold all the words
	for i, w := range words {
		t := []byte(term(w.Stem, f))
		docs, err := bitmap(dict, t)
		if err != nil || docs.IsEmpty() {
			return nil, err
		}
		if both == nil {
			both = docs
		} else {
			both = roaring.And(both, docs)
		}
		if lists[i], err = dict.PostingsList(t, nil, nil); err != nil {
			return nil, err
		}
	}
	if both.IsEmpty() {
		return nil, nil
	}
	iterators := make([]api.PostingsIterator, len(words))
	for i, list := range lists {
		iterators[i] = list.Iterator(true, false, true, nil)
		if it, ok := iterators[i].(api.OptimizablePostingsIterator); ok {
			it.ReplaceActual(both)
		}
	}
	return m.adjacent(iterators, both)
}

// adjacent keeps the documents in which the positions of the iterators follow
// each other. All iterators visit the same documents.
func (m *textMatch) adjacent(iterators []api.PostingsIterator, both *roaring.Bitmap) (*roaring.Bitmap, error) {
	out := roaring.New()
	ends := make([]uint64, 0, 16) // positions where the words so far end
	for range both.GetCardinality() {
		ends = ends[:0]
		var doc uint64
		for i, it := range iterators {
			posting, err := it.Next()
			if err != nil {
				return nil, err
			}
			if posting == nil {
				return nil, errDamaged
			}
			doc = posting.Number()
			ends = follow(ends, posting.Locations(), i == 0)
		}
		if len(ends) > 0 {
			out.Add(uint32(doc)) // #nosec G115 -- a document number
		}
		if err := m.step(8); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// follow gives the positions of a word that come right after one of ends.
func follow(ends []uint64, locations []api.Location, first bool) []uint64 {
	if first {
		for _, l := range locations {
			ends = append(ends, l.Pos())
		}
		return ends
	}
	kept := ends[:0]
	for _, end := range ends {
		if slices.ContainsFunc(locations, func(l api.Location) bool { return l.Pos() == end+1 }) {
			kept = append(kept, end+1)
		}
	}
	return kept
}
