package search

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/RoaringBitmap/roaring/v2"
	api "github.com/blevesearch/scorch_segment_api/v2"

	"sourcier/internal/search/french"
	"sourcier/internal/search/query"
	"sourcier/internal/structure"
)

// namesLike suggests at most limit structures whose names, or trade names, have
// every one of words (surface forms of french.Words, at least one); the last one
// may be a beginning, and has at least minNamed letters when it is alone. Those whose name or
// trade name starts with the first word come first; each part is shuffled by the
// day. A closed structure is never suggested.
func (e *Engine) namesLike(ctx context.Context, words []string, limit int) ([]query.Suggestion, error) {
	v, err := e.acquire()
	if err != nil {
		return nil, err
	}
	defer v.release()
	t := &top{view: v, size: limit, sort: query.SortNeutral, seed: query.DaySeed(structure.DateOf(e.options.Now()))}
	for _, s := range v.segments {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n := &naming{ctx: ctx, words: words}
		if n.dict, err = s.Segment().Dictionary(wordsField); err != nil {
			return nil, err
		}
		docs, err := n.named()
		if err != nil {
			return nil, err
		}
		starting, err := n.word(0, roleStart, 0)
		if err != nil {
			return nil, err
		}
		t.offerNamed(s, docs, starting)
	}
	var out []query.Suggestion
	for _, h := range t.sorted(0) {
		s, err := v.named(h.ord, words)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// narrowed is how many names of a segment the words before one letter may leave:
// every word that begins with the letter is read, which many names are not worth.
const narrowed = 2000

// naming looks names up in one segment.
type naming struct {
	ctx   context.Context
	dict  api.TermDictionary
	words []string
}

// named gives the documents that have all the words in their names.
func (n *naming) named() (*roaring.Bitmap, error) {
	var docs *roaring.Bitmap
	for i, w := range n.words {
		if docs != nil && utf8.RuneCountInString(w) < minNamed && docs.GetCardinality() > narrowed {
			return roaring.New(), nil
		}
		has, err := n.word(i, roleOwn, FieldName)
		if err != nil {
			return nil, err
		}
		if docs == nil {
			docs = has.Clone()
		} else {
			docs.And(has)
		}
		if docs.IsEmpty() {
			break
		}
	}
	return docs, nil
}

// word gives the documents that have a word in a name, or as the start of one;
// the last one as a beginning.
func (n *naming) word(i int, r role, f TextField) (*roaring.Bitmap, error) {
	w := n.words[i]
	if i == len(n.words)-1 {
		return n.beginning(w, r, f)
	}
	if r == roleOwn && french.Stem(w) != w {
		r = roleSurface
	}
	return bitmap(n.dict, term(w, r, f))
}

func (n *naming) beginning(prefix string, r role, f TextField) (*roaring.Bitmap, error) {
	out := roaring.New()
	it := beginning(n.dict, prefix)
	for read := 1; ; read++ {
		entry, err := it.Next()
		if err != nil || entry == nil {
			return out, err
		}
		if read%ctxSteps == 0 && n.ctx.Err() != nil {
			return nil, n.ctx.Err()
		}
		last := entry.Term[len(entry.Term)-1]
		if last != r.letter(f) && (r != roleOwn || last != roleSurface.letter(f)) {
			continue
		}
		has, err := bitmap(n.dict, []byte(entry.Term))
		if err != nil {
			return nil, err
		}
		out.Or(has)
	}
}

// offerNamed considers the live structures among documents, first those that
// are starting with what was typed.
func (t *top) offerNamed(s *segment, docs, starting *roaring.Bitmap) {
	for it := docs.Iterator(); it.HasNext(); {
		doc := it.Next()
		ord := s.ordinal(doc)
		if !t.view.isLive(ord) {
			continue
		}
		b, at := t.view.at(ord)
		h := hit{ord: ord, minor: query.MixNeutral(t.seed, b.idKey[at])}
		if !starting.Contains(doc) {
			h.major = 1
		}
		t.consider(h)
	}
}

// named shows a structure: under its name, with its city, behind the trade
// name when that is what answers.
func (v *view) named(ord uint32, words []string) (query.Suggestion, error) {
	var st *sheet
	err := v.record(ord, func(record []byte) (err error) {
		st, err = readSheet(record)
		return err
	})
	if err != nil {
		return query.Suggestion{}, err
	}
	out := query.Suggestion{Kind: query.SuggestStructure, Value: st.ID, Label: st.Name, Detail: st.Address.City}
	if !says(french.Words(st.Name), words) {
		out.Detail = strings.Trim(st.TradeName+", "+st.Address.City, ", ")
	}
	return out, nil
}

// says reports whether a name has every word, the last one as a beginning.
func says(name []french.Word, words []string) bool {
	for i, w := range words {
		if !slices.ContainsFunc(name, func(n french.Word) bool {
			return n.Surface == w || i == len(words)-1 && strings.HasPrefix(n.Surface, w)
		}) {
			return false
		}
	}
	return true
}
