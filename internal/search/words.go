package search

import (
	"github.com/RoaringBitmap/roaring/v2"
	api "github.com/blevesearch/scorch_segment_api/v2"
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

// look finds where a segment holds a word.
func (r *reader) look(h *hunt, s *segment) error {
	dict, err := s.Segment().Dictionary(wordsField)
	if err != nil {
		return err
	}
	w := h.unit.Words[0]
	for _, f := range indexedFields {
		err := r.addList(h, s, dict, exactTerm(w, f), bitOf(f, FormExact))
		if err == nil && w.Surface != w.Stem {
			err = r.addList(h, s, dict, term(w.Stem, roleOwn, f), bitOf(f, FormStem))
		}
		if err == nil {
			err = r.addList(h, s, dict, term(w.Stem, roleStem, f), bitOf(f, FormStem))
		}
		if err != nil {
			return err
		}
	}
	if h.unit.Prefix {
		return r.lookPrefix(h, s, dict, w.Surface)
	}
	return nil
}

func (r *reader) addList(h *hunt, s *segment, dict api.TermDictionary, term []byte, match uint32) error {
	docs, err := bitmap(dict, term)
	if err != nil {
		return err
	}
	h.add(s, docs, match)
	return r.step(1)
}

// lookPrefix joins, for each field, the documents of all words that begin so.
func (r *reader) lookPrefix(h *hunt, s *segment, dict api.TermDictionary, prefix string) error {
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
		word, f, ok := wordOf(entry.Term)
		if !ok || word == prefix { // the word itself is looked up as such
			continue
		}
		docs, err := bitmap(dict, []byte(entry.Term))
		if err != nil {
			return err
		}
		byField[f] = joined(byField[f], docs)
		if err := r.step(16); err != nil {
			return err
		}
	}
	for f, docs := range byField {
		if docs != nil {
			h.add(s, docs, bitOf(TextField(f), FormPrefix)) // #nosec G115 -- nine
		}
	}
	return nil
}

// joined adds documents to a set of one's own, which it makes when there is none.
func joined(into, docs *roaring.Bitmap) *roaring.Bitmap {
	if into == nil {
		return docs.Clone()
	}
	into.Or(docs)
	return into
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
