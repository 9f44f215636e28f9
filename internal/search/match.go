package search

import (
	"context"

	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/searcher"
	index "github.com/blevesearch/bleve_index_api"

	"sourcier/internal/search/french"
)

// textMatch finds the rows that hold every unit of a text, and their scores.
type textMatch struct {
	ctx   context.Context
	view  *view
	found []uint32 // ordinals that hold all the units so far
	first bool

	score  []int32  // by ordinal
	common []uint16 // by ordinal: bits of the fields in which every unit matched
	best   []int32  // by ordinal, of the unit at hand
	fields []uint16 // by ordinal, of the unit at hand
	seen   []uint32 // ordinals of the unit at hand
	steps  int
}

// ctxSteps is how many terms and postings are read between two looks at the
// deadline: a few milliseconds when all are terms.
const ctxSteps = 1024

// matchText runs the units one after the other; each leaves fewer rows.
func matchText(ctx context.Context, v *view, units []french.Unit) (*textMatch, error) {
	n := v.ordinals
	m := &textMatch{ctx: ctx, view: v, first: true, score: make([]int32, n),
		common: make([]uint16, n), best: make([]int32, n), fields: make([]uint16, n)}
	for _, u := range units {
		if err := m.unit(u); err != nil {
			return nil, err
		}
		m.narrow(int32(len(u.Words))) // #nosec G115 -- a few words
		if len(m.found) == 0 {
			return m, nil
		}
	}
	if len(units) > 1 {
		return m, m.bonuses(units)
	}
	return m, nil
}

// unit collects where one unit matches.
func (m *textMatch) unit(u french.Unit) error {
	for f := range NumFields {
		var err error
		if len(u.Words) > 1 {
			err = m.phrase(f, u.Words)
		} else {
			err = m.word(f, u.Words[0], u.Prefix)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (m *textMatch) word(f TextField, w french.Word, prefix bool) error {
	if err := m.term(surfaceField[f], w.Surface, m.noting(f, FormExact)); err != nil {
		return err
	}
	if err := m.term(stemField[f], w.Stem, m.noting(f, FormStem)); err != nil || !prefix {
		return err
	}
	dict, err := m.view.reader.FieldDictPrefix(surfaceField[f], []byte(w.Surface))
	if err != nil {
		return err
	}
	defer func() { _ = dict.Close() }()
	for {
		entry, err := dict.Next()
		if err != nil || entry == nil {
			return err
		}
		if err := m.term(surfaceField[f], entry.Term, m.noting(f, FormPrefix)); err != nil {
			return err
		}
	}
}

// noting gives what to do with an ordinal where a word matches.
func (m *textMatch) noting(f TextField, form Form) func(ord uint32) {
	weight, bit := int32(Weight(f, form)), uint16(1)<<f // #nosec G115 -- at most 100
	return func(ord uint32) {
		if m.fields[ord] == 0 {
			m.seen = append(m.seen, ord)
		}
		m.fields[ord] |= bit
		m.best[ord] = max(m.best[ord], weight)
	}
}

// term visits the documents that hold a term in a bleve field.
func (m *textMatch) term(field, term string, visit func(ord uint32)) error {
	if err := m.step(); err != nil {
		return err
	}
	postings, err := m.view.reader.TermFieldReader(m.ctx, []byte(term), field, false, false, false)
	if err != nil {
		return err
	}
	defer func() { _ = postings.Close() }()
	var doc index.TermFieldDoc
	for {
		next, err := postings.Next(&doc)
		if err != nil || next == nil {
			return err
		}
		if err := m.step(); err != nil {
			return err
		}
		visit(m.view.ordinal(next.ID.Value()))
	}
}

func (m *textMatch) step() error {
	if m.steps++; m.steps%ctxSteps == 0 {
		return m.ctx.Err()
	}
	return nil
}

func (m *textMatch) phrase(f TextField, words []french.Word) error {
	surfaces, stems := make([]string, len(words)), make([]string, len(words))
	for i, w := range words {
		surfaces[i], stems[i] = w.Surface, w.Stem
	}
	if err := m.inARow(surfaceField[f], surfaces, m.noting(f, FormExact)); err != nil {
		return err
	}
	return m.inARow(stemField[f], stems, m.noting(f, FormStem))
}

// inARow visits the documents that hold terms at consecutive positions.
func (m *textMatch) inARow(field string, terms []string, visit func(ord uint32)) error {
	phrase, err := searcher.NewPhraseSearcher(m.ctx, m.view.reader, terms, 0, false, field, 1, search.SearcherOptions{})
	if err != nil {
		return err
	}
	defer func() { _ = phrase.Close() }()
	pool := &search.SearchContext{DocumentMatchPool: search.NewDocumentMatchPool(phrase.DocumentMatchPoolSize()+1, 0)}
	for {
		hit, err := phrase.Next(pool)
		if err != nil || hit == nil {
			return err
		}
		visit(m.view.ordinal(hit.IndexInternalID.Value()))
		pool.DocumentMatchPool.Put(hit)
		if err := m.ctx.Err(); err != nil {
			return err
		}
	}
}

// narrow keeps the rows that hold the unit just collected and adds its score.
func (m *textMatch) narrow(words int32) {
	kept := m.found[:0]
	if m.first {
		kept = append(kept, m.seen...)
	}
	for _, ord := range m.found {
		if m.fields[ord] != 0 {
			kept = append(kept, ord)
		}
	}
	for _, ord := range kept {
		m.score[ord] += words * m.best[ord]
		if m.first {
			m.common[ord] = m.fields[ord]
		}
		m.common[ord] &= m.fields[ord]
	}
	for _, ord := range m.seen {
		m.best[ord], m.fields[ord] = 0, 0
	}
	m.found, m.seen, m.first = kept, m.seen[:0], false
}

// bonuses adds what several units earn by standing in one field.
func (m *textMatch) bonuses(units []french.Unit) error {
	var all uint16
	for _, ord := range m.found {
		if m.common[ord] != 0 {
			m.score[ord] += BonusOneField
		}
		all |= m.common[ord]
	}
	var stems []string
	for _, u := range units {
		for _, w := range u.Words {
			stems = append(stems, w.Stem)
		}
	}
	adjacent := map[uint32]bool{}
	for f := range NumFields {
		if all&(1<<f) == 0 {
			continue
		}
		note := func(ord uint32) {
			if m.common[ord] != 0 {
				adjacent[ord] = true
			}
		}
		if err := m.inARow(stemField[f], stems, note); err != nil {
			return err
		}
	}
	for ord := range adjacent {
		m.score[ord] += BonusInARow
	}
	return nil
}
