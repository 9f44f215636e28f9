package search

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	api "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/blevesearch/vellum/levenshtein"

	"sourcier/internal/search/french"
	"sourcier/internal/search/query"
	"sourcier/internal/search/spelling"
)

// correct is the second try of a text that finds nothing: each word that no
// structure has, not even as a beginning, is replaced by the nearest that some
// structure has, and left when there is none. It is nil when no word is replaced.
func (e *Engine) correct(ctx context.Context, v *view, q query.Query, work *scratch) (*query.Correction, error) {
	units := slices.DeleteFunc(french.Units(q.Text), func(u french.Unit) bool { return u.Quoted })
	texts := make([]string, len(units))
	for i, u := range units {
		texts[i] = quoted(q.Text, u)
	}
	totals, err := e.totals(ctx, v, query.Query{On: q.On}, texts, work)
	if err != nil {
		return nil, err
	}
	var words []query.Mended
	mended := map[string]string{}
	for i, u := range units {
		if totals[i] > 0 {
			continue
		}
		meant, err := e.nearest(ctx, v, u.Words[0].Surface, work)
		if err != nil {
			return nil, err
		}
		if meant != "" {
			words = append(words, query.Mended{Typed: typed(q.Text, u), Meant: meant})
			mended[u.Words[0].Surface] = meant
		}
	}
	if len(words) == 0 {
		return nil, nil
	}
	return &query.Correction{Text: replaced(q.Text, mended), Words: words}, nil
}

// replaced is a text with some of its words, quoted ones apart, put for others,
// wherever they stand.
func replaced(text string, words map[string]string) string {
	var out strings.Builder
	from := 0
	for _, s := range french.Segments(text) {
		if s.Quoted {
			continue
		}
		for _, w := range french.Words(text[s.Start:s.End]) {
			if meant, ok := words[w.Surface]; ok {
				out.WriteString(text[from : s.Start+w.Start])
				out.WriteString(meant)
				from = s.Start + w.End
			}
		}
	}
	return out.String() + text[from:]
}

// quoted is a unit as a text of its own, which means the same.
func quoted(text string, u french.Unit) string {
	if u.Prefix {
		return typed(text, u)
	}
	return `"` + typed(text, u) + `"`
}

// maxNear bounds the words, among those nearest, whose structures are counted;
// beyond, those that the most documents have are taken.
const maxNear = 16

// near is a word close to one that was typed.
type near struct {
	word  string
	edits uint8
	docs  int // about how many structures have it
}

// nearest finds the word with the fewest edits that a live structure has, and
// with the same first letter, which is seldom mistyped: « urgent » is not
// « argent ». Among equals it is the one that the most structures have, then the
// first.
func (e *Engine) nearest(ctx context.Context, v *view, word string, work *scratch) (string, error) {
	all, err := v.nearWords(ctx, word)
	if err != nil {
		return "", err
	}
	slices.SortFunc(all, func(a, b near) int {
		return cmp.Or(cmp.Compare(a.edits, b.edits), b.docs-a.docs, strings.Compare(a.word, b.word))
	})
	best, most, counted := "", 0, 0
	for i, n := range all {
		if i > 0 && n.edits != all[i-1].edits {
			if best != "" {
				break
			}
			counted = 0
		}
		if counted++; counted > maxNear {
			continue
		}
		total, err := e.holders(ctx, v, n.word, work)
		if err != nil {
			return "", err
		}
		if total > most || total == most && total > 0 && n.word < best {
			best, most = n.word, total
		}
	}
	return best, nil
}

// holders counts the live structures that have a word, in that very form.
func (e *Engine) holders(ctx context.Context, v *view, word string, work *scratch) (n int, err error) {
	work.reuse()
	r := &reader{ctx: ctx, view: v, work: work}
	w := french.Word{Surface: word, Stem: french.Stem(word)}
	h := &hunt{unit: french.Unit{Words: []french.Word{w}}, meaning: v.lexicon.saying(word)}
	for _, s := range v.segments {
		dict, err := s.Segment().Dictionary(wordsField)
		if err != nil {
			return 0, err
		}
		for _, f := range indexedFields {
			if err := r.addList(h, s, dict, exactTerm(w, f), bitOf(f, FormExact)); err != nil {
				return 0, err
			}
		}
	}
	if err := r.unpack(h, math.MaxInt32); err != nil {
		return 0, err
	}
	h.rank()
	for i := range v.blocks {
		held := bitset{}
		h.fill(v, i, &held)
		held.retain(&v.live[i].bitset)
		n += held.count()
	}
	return n, ctx.Err()
}

// automata build the automata that accept what is within one edit of a word, and
// within two.
var automata = sync.OnceValues(func() (out [3]*levenshtein.LevenshteinAutomatonBuilder, err error) {
	for edits := uint8(1); edits < 3 && err == nil; edits++ {
		out[edits], err = levenshtein.NewLevenshteinAutomatonBuilder(edits, true)
	}
	return out, err
})

// nearWords lists the words of the index and of the sectors near a word.
func (v *view) nearWords(ctx context.Context, typed string) ([]near, error) {
	edits := uint8(spelling.Edits(utf8.RuneCountInString(typed))) // #nosec G115 -- two at most
	if edits == 0 {
		return nil, nil
	}
	builders, err := automata()
	if err != nil {
		return nil, err
	}
	dfa, err := builders[edits].BuildDfa(typed, edits)
	if err != nil {
		return nil, err
	}
	found := map[string]near{}
	note := func(word string, docs int) {
		if ok, edits := dfa.MatchAndDistance(word); ok && word[0] == typed[0] {
			found[word] = near{word, edits, found[word].docs + docs}
		}
	}
	for _, w := range v.lexicon.beginning(typed[:1]) {
		note(w, 1)
	}
	for _, s := range v.segments {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := s.accepted(&marked{dfa}, typed[:1], note); err != nil {
			return nil, err
		}
	}
	out := make([]near, 0, len(found))
	for _, n := range found {
		out = append(out, n)
	}
	return out, nil
}

// accepted visits the whole words that begin so and whose terms an automaton
// accepts, with the number of documents of each term.
func (s *segment) accepted(a api.Automaton, first string, visit func(word string, docs int)) error {
	dict, err := s.Segment().Dictionary(wordsField)
	if err != nil {
		return err
	}
	it := dict.AutomatonIterator(a, []byte(first), beyond(first))
	for {
		entry, err := it.Next()
		if err != nil || entry == nil {
			return err
		}
		if w, _, ok := wordOf(entry.Term); ok {
			visit(w, int(entry.Count)) // #nosec G115 -- documents
		}
	}
}

// marked accepts the terms whose word an automaton of words accepts: it reads
// the mark and the letter of the field after the word.
type marked struct{ words *levenshtein.DFA }

var _ api.Automaton = (*marked)(nil)

// States of marked beyond those of the words, which are not negative.
const (
	atMark  = -1 // the word is accepted and the mark is read
	atField = -2
	lost    = -3
)

// Start implements api.Automaton, as do the methods below.
func (m *marked) Start() int { return m.words.Start() }

// IsMatch is true after the letter of the field.
func (m *marked) IsMatch(state int) bool { return state == atField }

// CanMatch says whether this term, or a longer one, may be accepted.
func (m *marked) CanMatch(state int) bool {
	return state == atMark || state == atField || state >= 0 && m.words.CanMatch(state)
}

// WillAlwaysMatch is never sure.
func (m *marked) WillAlwaysMatch(int) bool { return false }

// Accept reads one byte.
func (m *marked) Accept(state int, b byte) int {
	switch {
	case state == atMark:
		return atField
	case state < 0: // after the field, or lost
		return lost
	case b != fieldMark[0]:
		return m.words.Accept(state, b)
	case m.words.IsMatch(state):
		return atMark
	}
	return lost
}
