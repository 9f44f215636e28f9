package search

import (
	"context"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"sourcier/internal/search/french"
)

// textMatch finds the structures that hold every unit of a text, and their
// scores. It starts from the unit that the fewest have, or from the structures
// that the filters leave when they are fewer still; each unit then leaves fewer.
// What is known of a structure stands at one place of the lists, which its
// ordinal finds through scratch.slots.
type textMatch struct {
	ctx  context.Context
	view *view
	work *scratch

	found   []uint32 // ordinals
	score   []int32
	common  []uint16 // fields in which every unit so far matched
	matches []uint32 // of the unit at hand (bitOf)
	buffer  []uint32
	steps   int
}

// hunt is a unit with where its words are.
type hunt struct {
	unit    french.Unit
	meaning *meaning // among the sectors; nil for none
	lists   []wordList
	size    int // about how many structures have it
}

// wordList is the documents of one segment that hold a word in one field.
type wordList struct {
	segment *segment
	docs    *roaring.Bitmap
	match   uint32 // bitOf
}

// ctxSteps is how many terms and documents are read between two looks at the
// deadline: well under a millisecond.
const ctxSteps = 8192

func (m *textMatch) step(n int) error {
	if m.steps += n; m.steps < ctxSteps {
		return nil
	}
	m.steps = 0
	return m.ctx.Err()
}

// collectText judges the structures that hold every unit.
func (s *lookup) collectText() error {
	m := &s.work.text
	m.begin(s.ctx, s.view, s.work)
	s.match = m
	hunts, err := m.hunts(s.units)
	if err != nil {
		return err
	}
	defer m.clear()
	if err := s.start(m, hunts); err != nil {
		return err
	}
	for i, h := range hunts {
		if len(m.found) == 0 {
			return nil
		}
		if err := m.unit(h, i == 0); err != nil {
			return err
		}
	}
	for i, ord := range m.found {
		if i%ctxJudged == 0 && s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		score := m.score[i]
		if len(hunts) > 1 && m.common[i] != 0 {
			score += BonusOneField
		}
		b, at := s.view.at(ord)
		s.judge(b, ord-at, at, score)
	}
	return nil
}

// begin makes ready for a text; clear must follow.
func (m *textMatch) begin(ctx context.Context, v *view, work *scratch) {
	m.ctx, m.view, m.work, m.steps = ctx, v, work, 0
	if n := int(v.n); len(work.slots) < n {
		work.slots = append(work.slots, make([]uint32, n+n/16-len(work.slots))...)
	}
}

// hunts looks every unit up, the rarest first.
func (m *textMatch) hunts(units []french.Unit) ([]hunt, error) {
	out := make([]hunt, len(units))
	for i, u := range units {
		h := hunt{unit: u, meaning: m.view.lexicon.meaning(u)}
		for _, s := range m.view.segments {
			if err := m.look(&h, s); err != nil {
				return nil, err
			}
		}
		for _, l := range h.lists {
			h.size += int(l.docs.GetCardinality()) // #nosec G115 -- documents
		}
		if h.meaning != nil {
			d := h.meaning.driver()
			d.guess(m.view.blocks)
			h.size += d.size
		}
		out[i] = h
	}
	slices.SortStableFunc(out, func(a, b hunt) int { return a.size - b.size })
	return out, nil
}

// narrower is how many times fewer structures the filters must leave than the
// rarest unit has, to start from them: reading their columns costs more.
const narrower = 2

// start lists the structures to start from.
func (s *lookup) start(m *textMatch, hunts []hunt) error {
	if len(hunts) == 0 {
		return nil
	}
	drivers, left := s.candidates(), 0
	for _, d := range drivers {
		left += d.size
	}
	if len(drivers) == 0 || left*narrower > hunts[0].size {
		return m.spread(&hunts[0])
	}
	return s.scan(drivers, m.keepSet)
}

// driver gives the structures that have one of the sectors.
func (m *meaning) driver() *driver {
	d := &driver{group: groupSector}
	for _, s := range m.sectors {
		d.keys = append(d.keys, classSector|uint32(s))
	}
	return d
}

// spread lists the structures that may hold a unit.
func (m *textMatch) spread(h *hunt) error {
	for i := range h.lists {
		if err := m.each(&h.lists[i], m.keep); err != nil {
			return err
		}
	}
	if h.meaning == nil {
		return nil
	}
	d := h.meaning.driver()
	for i, b := range m.view.blocks {
		first := number(i) << blockBits
		if b.postings == nil {
			for at := range b.n {
				m.keep(first | at)
			}
			continue
		}
		if err := m.step(blockSize / 8); err != nil {
			return err
		}
		for _, key := range d.keys {
			for _, at := range b.postings.one(key) {
				m.keep(first | uint32(at))
			}
		}
	}
	return nil
}

func (m *textMatch) keepSet(_ *block, first uint32, set *bitset) error {
	for at := range uint32(blockSize) {
		if set.has(at) {
			m.keep(first | at)
		}
	}
	return m.step(blockSize / 8)
}

// keep adds an ordinal once, if it is live.
func (m *textMatch) keep(ord uint32) {
	if !m.view.isLive(ord) || m.work.slots[ord] != 0 {
		return
	}
	m.found = append(m.found, ord)
	m.work.slots[ord] = uint32(len(m.found)) // #nosec G115 -- ordinals
}

// each visits the ordinals of a list.
func (m *textMatch) each(l *wordList, visit func(ord uint32)) error {
	if m.buffer == nil {
		m.buffer = make([]uint32, 1024)
	}
	it := l.docs.ManyIterator()
	for n := it.NextMany(m.buffer); n > 0; n = it.NextMany(m.buffer) {
		for _, doc := range m.buffer[:n] {
			visit(l.segment.ordinals[doc])
		}
		if err := m.step(n); err != nil {
			return err
		}
	}
	return nil
}

// unit keeps the structures that hold one more unit, and adds its score.
func (m *textMatch) unit(h hunt, first bool) error {
	n := len(m.found)
	m.matches = resized(m.matches, n)
	clear(m.matches)
	if first {
		m.score, m.common = resized(m.score, n), resized(m.common, n)
		clear(m.score)
	}
	for i := range h.lists {
		if err := m.matchList(&h.lists[i]); err != nil {
			return err
		}
	}
	if h.meaning != nil {
		m.matchSectors(h.meaning)
	}
	m.narrow(int32(len(h.unit.Words)), first) // #nosec G115 -- a dozen words
	return m.step(n)
}

// sparse is how many times fewer structures than documents must be left for
// each of them to be looked up in a list, rather than the list read.
const sparse = 24

func (m *textMatch) matchList(l *wordList) error {
	slots, matches, match := m.work.slots, m.matches, l.match
	if len(m.found)*sparse > int(l.docs.GetCardinality()) { // #nosec G115 -- documents
		return m.each(l, func(ord uint32) {
			if int(ord) < len(slots) && slots[ord] != 0 {
				matches[slots[ord]-1] |= match
			}
		})
	}
	for i, ord := range m.found {
		doc, ok, err := l.segment.number(ord)
		if err != nil {
			return err
		}
		if ok && l.docs.Contains(uint32(doc)) { // #nosec G115 -- a document number
			matches[i] |= match
		}
	}
	return m.step(len(m.found))
}

// matchSectors adds what the sectors of each structure match.
func (m *textMatch) matchSectors(meaning *meaning) {
	known := m.work.meanings.reset(len(m.view.trades))
	for i, ord := range m.found {
		b, at := m.view.at(ord)
		for act, end := b.acts(at); act < end; act++ {
			number := b.trade[act]
			bits, ok := known.get(number)
			if !ok {
				bits = group(meaning.of(&m.view.lists, &m.view.trades[number]))
				known.put(number, bits)
			}
			m.matches[i] |= uint32(bits)
		}
	}
}

// narrow drops the structures without a match.
func (m *textMatch) narrow(words int32, first bool) {
	kept := 0
	for i, ord := range m.found {
		match := m.matches[i]
		if match == 0 {
			m.work.slots[ord] = 0
			continue
		}
		m.found[kept] = ord
		m.work.slots[ord] = uint32(kept) + 1 // #nosec G115 -- ordinals
		m.score[kept] = m.score[i] + words*earned(match)
		fields := fieldsOf(match)
		if !first {
			fields &= m.common[i]
		}
		m.common[kept] = fields
		kept++
	}
	m.found = m.found[:kept]
}

// clear empties the lists for the next query.
func (m *textMatch) clear() {
	for _, ord := range m.found {
		m.work.slots[ord] = 0
	}
	m.found = m.found[:0]
	m.ctx, m.view = nil, nil
}

func resized[T any](list []T, n int) []T {
	if cap(list) < n {
		return make([]T, n, n+n/4)
	}
	return list[:n]
}
