package search

import (
	"context"
	"math/bits"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"sourcier/internal/search/french"
)

// textMatch finds the structures that hold every unit of a text, and their
// scores. It starts from the unit that the fewest have, or from the structures
// that the filters leave when they are fewer still; each unit then leaves fewer.
// Ordinals are marked in a set and visited in order: columns are read from one
// end to the other.
type textMatch struct {
	ctx  context.Context
	view *view
	work *scratch
	crew crew

	set    []uint64 // of the ordinals left, 64 a word
	found  []uint32 // the same, ascending
	score  []int32
	common []uint16 // fields in which every unit so far matched
	any    []uint16 // fields in which some unit matched
	buffer []uint32
	steps  int
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
	defer m.end()
	m.crew = s.engine.crew
	hunts, err := m.hunts(s.units)
	if err != nil {
		return err
	}
	from, err := s.narrower(m, hunts)
	if err != nil {
		return err
	}
	if len(hunts) == 1 && !from {
		return s.judgeUnit(m, &hunts[0])
	}
	for i, h := range hunts {
		if i == 0 && !from {
			err = m.first(&h)
		} else {
			err = m.next(&h, i == 0)
		}
		if err != nil || len(m.found) == 0 {
			return err
		}
	}
	return s.judgeFound(m, len(hunts) > 1)
}

// judgeUnit judges the structures that hold the only unit of a text.
func (s *lookup) judgeUnit(m *textMatch, h *hunt) error {
	err := m.mark(h)
	if err == nil {
		err = s.eachBlock(h.size, func(s *lookup, i int) error { return s.judgeMarked(m, h, i) })
	}
	if err != nil {
		clear(m.work.matches) // they must be left empty
	}
	return err
}

// judgeMarked judges the structures of a block that are marked, and empties
// their matches.
func (s *lookup) judgeMarked(m *textMatch, h *hunt, i int) error {
	b, first := s.view.blocks[i], number(i)<<blockBits
	w, matches, left := &s.work.batch, m.work.matches[first:], s.leftOf(m, i)
	var last uint32
	var score int32
	var fields uint16
	words := m.set[i*blockWords:]
	for j, word := range words[:min(blockWords, len(words))] {
		for ; word != 0; word &= word - 1 {
			at := uint32(j*64 + bits.TrailingZeros64(word)) // #nosec G115 -- below blockSize
			match := matches[at]
			if matches[at] = 0; !left.has(at) {
				continue
			}
			if match != last {
				last, score, fields = match, h.score(match), fieldsOf(match)
			}
			w.put(at, score, fields)
			if w.n < batchSize {
				continue
			}
			if err := s.judge(b, first); err != nil {
				return err
			}
		}
	}
	return s.judge(b, first)
}

// worthNarrowing is how many structures of a block a text must leave for its
// postings to be asked which of them the filters leave.
const worthNarrowing = 100

// leftOf gives the live structures of a block that hold the text, less those of
// which its postings tell that they need not be judged.
func (s *lookup) leftOf(m *textMatch, i int) *bitset {
	left, n := &s.work.left, 0
	*left = s.view.live[i].bitset
	words := m.set[i*blockWords:]
	for w := range left {
		if w >= len(words) {
			left[w] = 0
			continue
		}
		left[w] &= words[w]
		n += bits.OnesCount64(left[w])
	}
	s.filter.askColumns()
	if n >= worthNarrowing && len(s.drivers) > 0 {
		s.narrow(s.view.blocks[i], left)
	}
	return left
}

// score is what a unit earns by its matches.
func (h *hunt) score(match uint32) int32 { return int32(len(h.unit.Words)) * earned(match) } // #nosec G115 -- a dozen words

// judgeFound judges what the text has left.
func (s *lookup) judgeFound(m *textMatch, several bool) error {
	return s.eachBlock(len(m.found), func(s *lookup, i int) error {
		b, first := s.view.blocks[i], number(i)<<blockBits
		from, _ := slices.BinarySearch(m.found, first)
		to, _ := slices.BinarySearch(m.found, first+blockSize)
		if from == to {
			return nil
		}
		w, left := &s.work.batch, s.leftOf(m, i)
		for n := from; n < to; n++ {
			at := m.found[n] - first
			if !left.has(at) {
				continue
			}
			score := m.score[n]
			if several && m.common[n] != 0 {
				score += BonusOneField
			}
			w.put(at, score, m.any[n])
			if w.n < batchSize {
				continue
			}
			if err := s.judge(b, first); err != nil {
				return err
			}
		}
		return s.judge(b, first)
	})
}

// begin makes ready for a text; end must follow.
func (m *textMatch) begin(ctx context.Context, v *view, work *scratch) {
	m.ctx, m.view, m.work, m.steps, m.found = ctx, v, work, 0, m.found[:0]
	m.set = resized(m.set, (int(v.n)+63)/64)
	clear(m.set)
	if n := int(v.n); len(work.matches) < n {
		work.matches = append(work.matches, make([]uint32, n+n/16-len(work.matches))...)
	}
}

// end lets go of the view.
func (m *textMatch) end() { m.ctx, m.view = nil, nil }

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

// narrowFactor is how many times fewer structures the filters must leave than the
// rarest unit has, to start from them: reading their columns costs more.
const narrowFactor = 2

// narrower starts from what the filters leave, when that is less than what the
// rarest unit has.
func (s *lookup) narrower(m *textMatch, hunts []hunt) (bool, error) {
	if s.left()*narrowFactor > hunts[0].size {
		return false, nil
	}
	err := s.scan(func(_ *lookup, _ *block, first uint32, set *bitset) error {
		copy(m.set[first/64:], set[:])
		return nil
	})
	if err != nil {
		return false, err
	}
	for w, word := range m.set {
		for ; word != 0; word &= word - 1 {
			m.found = append(m.found, uint32(w*64+bits.TrailingZeros64(word))) // #nosec G115 -- an ordinal
		}
	}
	return true, m.step(len(m.found))
}

// driver gives the structures that have one of the sectors.
func (m *meaning) driver() *driver {
	d := &driver{group: groupSector}
	for _, s := range m.sectors {
		d.keys = append(d.keys, sectorKey(s, false), sectorKey(s, true))
	}
	return d
}

// each visits the ordinals of a list that the view has.
func (m *textMatch) each(l *wordList, visit func(ords []uint32)) error {
	if m.buffer == nil {
		m.buffer = make([]uint32, 1024)
	}
	it := l.docs.ManyIterator()
	for n := it.NextMany(m.buffer); n > 0; n = it.NextMany(m.buffer) {
		kept := m.buffer[:0]
		for _, doc := range m.buffer[:n] {
			if ord := l.segment.ordinal(doc); ord < m.view.n { // above: of a batch that failed
				kept = append(kept, ord)
			}
		}
		visit(kept)
		if err := m.step(n); err != nil {
			return err
		}
	}
	return nil
}

// mark marks the structures that hold a unit, in matches and in set.
func (m *textMatch) mark(h *hunt) error {
	matches, set := m.work.matches, m.set
	var err error
	for i := 0; i < len(h.lists) && err == nil; i++ {
		match := h.lists[i].match
		err = m.each(&h.lists[i], func(ords []uint32) {
			for _, ord := range ords {
				matches[ord] |= match
				set[ord/64] |= 1 << (ord % 64)
			}
		})
	}
	if err == nil && h.meaning != nil {
		err = m.markSectors(h.meaning)
	}
	return err
}

// first keeps the live structures that hold a unit.
func (m *textMatch) first(h *hunt) error {
	err := m.mark(h)
	matches, set := m.work.matches, m.set
	for w, word := range set { // also after an error: matches must be left empty
		live := m.view.live[w/blockWords].bitset[w%blockWords]
		for rest := word; rest != 0; rest &= rest - 1 {
			ord := uint32(w*64 + bits.TrailingZeros64(rest)) // #nosec G115 -- an ordinal
			if live&(rest&-rest) != 0 {
				m.found = append(m.found, ord)
			} else {
				matches[ord] = 0
			}
		}
		set[w] &= live
	}
	m.keep(h, true)
	return err
}

// markSectors marks who has the sectors that say a unit.
func (m *textMatch) markSectors(meaning *meaning) error {
	matches, set := m.work.matches, m.set
	for i, b := range m.view.blocks {
		first := number(i) << blockBits
		if b.postings == nil {
			for at := range b.n {
				if match := m.saying(meaning, b.rows[at].offer); match != 0 {
					matches[first|at] |= match
					set[(first|at)/64] |= 1 << (at % 64)
				}
			}
			continue
		}
		read := 0
		for _, s := range meaning.sectors {
			for _, derived := range []bool{false, true} {
				list, match := b.postings.one(sectorKey(s, derived)), meaning.match(s, derived)
				for _, at := range list {
					ord := first | uint32(at)
					matches[ord] |= match
					set[ord/64] |= 1 << (ord % 64)
				}
				read += len(list)
			}
		}
		if err := m.step(read); err != nil {
			return err
		}
	}
	return nil
}

// saying is what the activities of a structure match by their sectors.
func (m *textMatch) saying(meaning *meaning, offer uint32) (match uint32) {
	for _, t := range m.view.tradesOf(offer) {
		match |= meaning.of(&m.view.lists, &m.view.trades[t])
	}
	return match
}

// next keeps the structures that hold one more unit.
func (m *textMatch) next(h *hunt, first bool) error {
	var err error
	for i := 0; i < len(h.lists) && err == nil; i++ {
		err = m.matchList(&h.lists[i])
	}
	if h.meaning != nil {
		m.matchSectors(h.meaning)
	}
	m.keep(h, first)
	return err
}

// sparse is how many times fewer structures than documents must be left for
// each of them to be looked up in a list, rather than the list read.
const sparse = 24

func (m *textMatch) matchList(l *wordList) error {
	matches, set, match := m.work.matches, m.set, l.match
	if len(m.found)*sparse > int(l.docs.GetCardinality()) { // #nosec G115 -- documents
		return m.each(l, func(ords []uint32) {
			for _, ord := range ords {
				if set[ord/64]&(1<<(ord%64)) != 0 {
					matches[ord] |= match
				}
			}
		})
	}
	for _, ord := range m.found {
		if doc, ok := l.segment.number(ord); ok && l.docs.Contains(uint32(doc)) { // #nosec G115 -- a document number
			matches[ord] |= match
		}
	}
	return m.step(len(m.found))
}

// matchSectors adds what the sectors of each structure match.
func (m *textMatch) matchSectors(meaning *meaning) {
	known := m.work.meanings.reset(len(m.view.offers))
	for _, ord := range m.found {
		b, at := m.view.at(ord)
		offer := b.rows[at].offer
		match, ok := known.get(offer)
		if !ok {
			match = group(m.saying(meaning, offer))
			known.put(offer, match)
		}
		m.work.matches[ord] |= uint32(match)
	}
}

// keep drops the structures without a match, adds up the scores of the others,
// and empties the matches.
func (m *textMatch) keep(h *hunt, first bool) {
	n := len(m.found)
	if first {
		m.score, m.common, m.any = resized(m.score, n), resized(m.common, n), resized(m.any, n)
	}
	matches, kept := m.work.matches, 0
	for i, ord := range m.found {
		match := matches[ord]
		if match == 0 {
			m.set[ord/64] &^= 1 << (ord % 64)
			continue
		}
		matches[ord] = 0
		score, fields := h.score(match), fieldsOf(match)
		m.found[kept] = ord
		if first {
			m.score[kept], m.common[kept], m.any[kept] = score, fields, fields
		} else {
			m.score[kept], m.common[kept], m.any[kept] = m.score[i]+score, m.common[i]&fields, m.any[i]|fields
		}
		kept++
	}
	m.found = m.found[:kept]
}

func resized[T any](list []T, n int) []T {
	if cap(list) < n {
		return make([]T, n, n+n/4)
	}
	return list[:n]
}
