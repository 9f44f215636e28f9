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
func (r *reader) look(h *hunt, s *segment) error {
	dict, err := s.Segment().Dictionary(wordsField)
	if err != nil {
		return err
	}
	if len(h.unit.Words) > 1 {
		return r.lookPhrase(h, s, dict)
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

// lookPhrase finds the documents that hold the stems of a phrase in a row, in
// one value of one field.
func (r *reader) lookPhrase(h *hunt, s *segment, dict api.TermDictionary) error {
	for _, f := range indexedFields {
		docs, err := r.inARow(dict, h.unit.Words, f)
		if err != nil {
			return err
		}
		if docs != nil {
			h.add(s, docs, bitOf(f, FormExact))
		}
	}
	return nil
}

// places are the positions of one word of a phrase: those of its stem as a word
// and as the stem of others.
type places struct {
	lists [2]api.PostingsList
	docs  [2]*roaring.Bitmap
	it    [2]api.PostingsIterator
	at    [2]api.Posting // next to be read
}

func (r *reader) inARow(dict api.TermDictionary, words []french.Word, f TextField) (*roaring.Bitmap, error) {
	all := make([]places, len(words))
	var both *roaring.Bitmap // documents that hold all the words
	for i, w := range words {
		docs, err := all[i].find(dict, w, f)
		if err != nil || docs == nil || docs.IsEmpty() {
			return nil, err
		}
		if both == nil {
			both = docs
		} else {
			both = roaring.And(both, docs)
		}
	}
	if both.IsEmpty() {
		return nil, nil
	}
	least := uint64(worthSharing)
	if r.view.core.options.eager {
		least = 4
	}
	if both.GetCardinality() >= least && r.crew.lend() {
		defer r.crew.end()
		return r.shared(all, both)
	}
	return r.adjacent(all, both)
}

// worthSharing is how many documents must hold the words of a phrase for a second
// core to read half of their positions.
const worthSharing = 4096

// shared is adjacent with the later half of the documents read beside.
func (r *reader) shared(words []places, both *roaring.Bitmap) (*roaring.Bitmap, error) {
	middle, err := both.Select(uint32(both.GetCardinality() / 2)) // #nosec G115 -- documents
	if err != nil {
		return nil, err
	}
	later := both.Clone()
	later.RemoveRange(0, uint64(middle))
	sooner := both.Clone()
	sooner.RemoveRange(uint64(middle), 1<<32)
	type answer struct {
		docs   *roaring.Bitmap
		err    error
		broken any
	}
	answers := make(chan answer, 1)
	theirs := slices.Clone(words)
	go func() {
		var a answer
		defer func() {
			a.broken = recover()
			answers <- a
		}()
		a.docs, a.err = (&reader{ctx: r.ctx}).adjacent(theirs, later)
	}()
	waiting := true
	defer func() {
		if waiting { // after a panic: nobody may read a view that is let go
			<-answers
		}
	}()
	out, err := r.adjacent(words, sooner)
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

// find gives the documents that hold a word.
func (p *places) find(dict api.TermDictionary, w french.Word, f TextField) (docs *roaring.Bitmap, err error) {
	for i, as := range []role{roleOwn, roleStem} {
		t := term(w.Stem, as, f)
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
	for i, list := range p.lists {
		here := roaring.And(docs, p.docs[i])
		if here.IsEmpty() {
			continue
		}
		p.it[i] = list.Iterator(true, false, true, nil)
		if it, ok := p.it[i].(api.OptimizablePostingsIterator); ok && p.docs[i].GetCardinality() > 1 {
			it.ReplaceActual(here)
		}
		if p.at[i], err = p.it[i].Next(); err != nil {
			return err
		}
	}
	return nil
}

// follow gives the positions of the word in a document that come right after one
// of ends, or all of them for the first word.
func (p *places) follow(doc uint64, ends, into []uint64, first bool) (_ []uint64, err error) {
	for i, posting := range p.at {
		if posting == nil || posting.Number() != doc {
			continue
		}
		for _, l := range posting.Locations() {
			if pos := l.Pos(); first || slices.Contains(ends, pos-1) {
				into = append(into, pos)
			}
		}
		if p.at[i], err = p.it[i].Next(); err != nil {
			return nil, err
		}
	}
	return into, nil
}

// adjacent keeps the documents in which the words follow each other.
func (r *reader) adjacent(words []places, both *roaring.Bitmap) (*roaring.Bitmap, error) {
	for i := range words {
		if err := words[i].start(both); err != nil {
			return nil, err
		}
	}
	out := roaring.New()
	ends, next := make([]uint64, 0, 16), make([]uint64, 0, 16) // positions where the words so far end
	for it := both.Iterator(); it.HasNext(); {
		doc := it.Next()
		for i := range words {
			var err error
			if next, err = words[i].follow(uint64(doc), ends, next[:0], i == 0); err != nil {
				return nil, err
			}
			ends, next = next, ends
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
