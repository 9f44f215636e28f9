package search

import (
	"context"
	"math/bits"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"sourcier/internal/search/french"
	"sourcier/internal/search/query"
)

// hunt is a unit of a text with where its words are. A structure is found that
// every hunt finds; blocks are searched one after the other, by the rarest unit
// first.
type hunt struct {
	unit    french.Unit
	meaning *meaning // among the sectors; nil for none
	lists   []*wordList
	levels  []level // matches of lists and sectors, by score, the best first
	size    int     // about how many structures have it
}

// level is where a unit scores the same.
type level struct {
	score int32
	lists []*wordList
	keys  []uint32 // of sectors, in postings
}

// matchIdentifier is the match of an identifier, which earns nothing.
const matchIdentifier = 1 << 31

// reader reads the index for a query, with an eye on the clock.
type reader struct {
	ctx   context.Context
	view  *view
	crew  crew
	work  *scratch
	steps int
}

// ctxSteps is how many terms and documents are read between two looks at the
// deadline: well under a millisecond.
const ctxSteps = 8192

func (r *reader) step(n int) error {
	if r.steps += n; r.steps < ctxSteps {
		return nil
	}
	r.steps = 0
	return r.ctx.Err()
}

// huntAll looks up what the text, or the identifier, asks for. It lowers the
// number of structures to be judged, to 0 when a unit is nowhere.
func (s *lookup) huntAll(judged *int) error {
	r := &reader{ctx: s.ctx, view: s.view, crew: s.engine.crew, work: s.work}
	if s.query.Identifier != "" {
		h, err := r.identified(s.query.Identifier)
		if err != nil {
			return err
		}
		s.hunts = []*hunt{h}
	}
	if len(s.units) > 0 {
		all, err := r.hunts(s.units, nil)
		if err != nil {
			return err
		}
		s.hunts = append(s.hunts, all...)
	}
	slices.SortStableFunc(s.hunts, func(a, b *hunt) int { return a.size - b.size })
	s.meant = meant(s.hunts)
	rarest := s.hunts[0].size
	if rarest == 0 && s.hunts[0].nowhere() {
		*judged = 0
		return nil
	}
	least := min(*judged, rarest)
	*judged = max(1, least)
	for _, h := range s.hunts {
		if err := r.unpack(h, least); err != nil {
			return err
		}
		h.rank()
		if h.packed() {
			s.packed = append(s.packed, h)
		}
	}
	return nil
}

// nowhere is sure where size is a guess.
func (h *hunt) nowhere() bool { return len(h.lists) == 0 && h.meaning == nil }

// hunts looks units up, of which each text holds some; nil is one text of them all.
// Phrases are only sure to be found where one of the texts may be.
func (r *reader) hunts(units []french.Unit, texts [][]int) ([]*hunt, error) {
	if texts == nil {
		texts = make([][]int, 1)
		for i := range units {
			texts[0] = append(texts[0], i)
		}
	}
	all, phrases := make([]*hunt, len(units)), false
	for i, u := range units {
		h := &hunt{unit: u, meaning: r.view.lexicon.meaning(u)}
		all[i] = h
		if h.phrase() {
			phrases = true
			continue
		}
		for _, s := range r.view.segments {
			if err := r.look(h, s); err != nil {
				return nil, err
			}
		}
	}
	if phrases {
		for _, s := range r.view.segments {
			if err := r.phrases(s, all, texts); err != nil {
				return nil, err
			}
		}
	}
	for _, h := range all {
		h.guess(r.view)
	}
	return all, nil
}

// guess sets about how many structures have the unit.
func (h *hunt) guess(v *view) {
	h.size = 0
	for _, l := range h.lists {
		h.size += l.n
	}
	if h.meaning != nil {
		d := h.meaning.driver()
		d.guess(v.blocks)
		h.size += d.size
	}
}

// identified looks up who has a SIRET, SIREN or FINESS number.
func (r *reader) identified(number string) (*hunt, error) {
	h := &hunt{}
	for _, s := range r.view.segments {
		docs, err := s.postings(identifierField, number)
		if err != nil {
			return nil, err
		}
		h.add(s, docs, matchIdentifier)
	}
	h.guess(r.view)
	return h, nil
}

// add notes the documents of a segment that match.
func (h *hunt) add(s *segment, docs *roaring.Bitmap, match uint32) {
	if !docs.IsEmpty() {
		h.lists = append(h.lists, &wordList{segment: s, docs: docs, match: match, n: int(docs.GetCardinality())}) // #nosec G115 -- documents
	}
}

// driver gives the structures that have one of the sectors.
func (m *meaning) driver() *driver {
	d := &driver{group: groupSector}
	for _, s := range m.sectors {
		d.keys = append(d.keys, sectorKey(s, false), sectorKey(s, true))
	}
	return d
}

// score is what a unit earns by its matches.
func (h *hunt) score(match uint32) int32 { return int32(max(1, len(h.unit.Words))) * earned(match) } // #nosec G115 -- a dozen words

// rank fills the levels.
func (h *hunt) rank() {
	at := func(match uint32) *level {
		score := h.score(match)
		i, ok := slices.BinarySearchFunc(h.levels, score, func(l level, score int32) int { return int(score - l.score) })
		if !ok {
			h.levels = slices.Insert(h.levels, i, level{score: score})
		}
		return &h.levels[i]
	}
	for _, l := range h.lists {
		one := at(l.match)
		one.lists = append(one.lists, l)
	}
	if h.meaning == nil {
		return
	}
	for _, s := range h.meaning.sectors {
		for _, derived := range []bool{false, true} {
			one := at(h.meaning.match(s, derived))
			one.keys = append(one.keys, sectorKey(s, derived))
		}
	}
}

// fill adds to a set the structures of a block that a level finds.
func (l *level) fill(v *view, i int, into *bitset) {
	for _, list := range l.lists {
		list.fill(i, into)
	}
	for _, key := range l.keys {
		into.putAll(v.blocks[i].postings.one(key))
	}
}

// fill adds to a set the structures of a block that the unit finds.
func (h *hunt) fill(v *view, i int, into *bitset) {
	for l := range h.levels {
		h.levels[l].fill(v, i, into)
	}
	if b := v.blocks[i]; h.meaning != nil {
		for at := b.covered; at < b.n; at++ {
			if h.saying(v, b.offers[at]) != 0 {
				into.put(at)
			}
		}
	}
}

// saying is what the activities of a structure match by their sectors.
func (h *hunt) saying(v *view, offer uint32) (match uint32) {
	for _, t := range v.tradesOf(offer) {
		match |= h.meaning.of(&v.lists, &v.trades[t])
	}
	return match
}

// matching is how one structure matches the unit.
func (h *hunt) matching(v *view, ord uint32) (match uint32) {
	for _, l := range h.lists {
		if l.has(ord) {
			match |= l.match
		}
	}
	if h.meaning != nil {
		b, at := v.at(ord)
		match |= h.saying(v, b.offers[at])
	}
	return match
}

// fewHeld is how many structures of a block cost less to be looked up one by one
// than a unit's lists to be read.
const fewHeld = 6

// holding fills a set with the live structures of a block that hold every unit of
// which the lists are unpacked; it is false when there is none.
func (s *lookup) holding(i int, set *bitset) bool {
	*set = s.view.live[i].bitset
	for n, h := range s.hunts {
		switch {
		case h.packed():
			continue
		case n > 0 && set.atMost(fewHeld):
			s.lookUp(i, set, h)
		default:
			var held bitset
			h.fill(s.view, i, &held)
			set.retain(&held)
		}
		if set.empty() {
			return false
		}
	}
	return true
}

// lookUp leaves in a set the structures that hold a unit, one by one.
func (s *lookup) lookUp(i int, set *bitset, h *hunt) {
	first := number(i) << blockBits
	for w, word := range set {
		for ; word != 0; word &= word - 1 {
			at := uint32(w*64 + bits.TrailingZeros64(word)) // #nosec G115 -- below blockSize
			if h.matching(s.view, first|at) == 0 {
				set[w] &^= word & -word
			}
		}
	}
}

// lookUpPacked leaves in what the filters leave of a block the structures that hold
// the units whose lists are not unpacked: the filters were to leave few.
func (s *lookup) lookUpPacked(i int, k *sieve, f *few) error {
	if f != nil {
		s.keepHolders(i, f, s.packed)
		return s.ctx.Err()
	}
	sets := []*bitset{&k.found}
	for rest := k.failing; rest != 0; rest &= rest - 1 {
		sets = append(sets, &k.alone[indexOf(rest&-rest)])
	}
	for _, set := range sets {
		for _, h := range s.packed {
			s.lookUp(i, set, h)
		}
		if s.ctx.Err() != nil {
			return s.ctx.Err()
		}
	}
	return nil
}

// offer considers what is found of a block for the page.
func (s *lookup) offer(i int, found *bitset) {
	t := s.top
	switch {
	case t.size == 0:
		return
	case t.sort != query.SortRelevance || len(s.units) == 0:
		s.offerAll(i, found, 0)
		return
	case len(s.packed) > 0 || found.atMost(fewHeld):
		s.offerEach(i, found)
		return
	}
	covered, rest := *found, s.view.blocks[i].uncovered(found)
	for w := range covered {
		covered[w] &^= rest[w]
	}
	s.offerEach(i, &rest)
	if len(s.hunts) == 1 {
		s.offerLevels(i, &covered)
	} else {
		s.offerSums(i, &covered)
	}
}

// offerAll considers structures of a block that score the same.
func (s *lookup) offerAll(i int, set *bitset, score int32) {
	b, first, w := s.view.blocks[i], number(i)<<blockBits, &s.work.batch
	set.each(w, func() {
		for n := range w.n {
			w.score[n] = score
		}
		s.top.offer(b, first, w)
	})
}

// offerEach considers structures of a block one by one.
func (s *lookup) offerEach(i int, found *bitset) {
	b, first, w := s.view.blocks[i], number(i)<<blockBits, &s.work.batch
	found.each(w, func() {
		for n, at := range w.at[:w.n] {
			w.score[n], _ = s.scoreOf(first | at)
		}
		s.top.offer(b, first, w)
	})
}

// offerLevels considers what one unit finds, the best first: most of a block
// comes after the page, by its score alone.
func (s *lookup) offerLevels(i int, found *bitset) {
	h, rest, left := s.hunts[0], *found, found.count()
	for l := range h.levels {
		level := &h.levels[l]
		if left == 0 || s.top.late(level.score) {
			break
		}
		var here bitset
		level.fill(s.view, i, &here)
		here.retain(&rest)
		for w := range rest {
			rest[w] &^= here[w]
		}
		left -= here.count()
		s.offerAll(i, &here, level.score)
	}
	s.top.seen += left
}

// offerSums considers what several units find.
func (s *lookup) offerSums(i int, found *bitset) {
	b, first, w := s.view.blocks[i], number(i)<<blockBits, &s.work.batch
	able, sum := *found, &s.work.sums
	s.dropUnable(i, &able)
	for n, h := range s.hunts {
		sum.mark(s.view, i, h, &able)
		sum.add(h, &able, n == 0)
	}
	var meant bitset
	for _, key := range s.meant {
		meant.putAll(s.view.blocks[i].postings.one(key))
	}
	able.each(w, func() {
		for n, at := range w.at[:w.n] {
			w.score[n] = sum.score[at]
			if len(s.hunts) > 1 && sum.common[at] != 0 {
				w.score[n] += BonusOneField
			}
			if meant.has(at) {
				w.score[n] += BonusOneSector
			}
		}
		s.top.offer(b, first, w)
	})
}

// dropUnable leaves out those that come after the page whatever the other units
// earn: each unit must earn what the best of the others leave it to earn.
func (s *lookup) dropUnable(i int, set *bitset) {
	t := s.top
	if !t.full || t.after != nil {
		return
	}
	best := int32(BonusOneField)
	if len(s.meant) > 0 {
		best += BonusOneSector
	}
	for _, h := range s.hunts {
		best += h.levels[0].score
	}
	before := set.count()
	for _, h := range s.hunts {
		least := scoreOfKey(t.worst.major) - (best - h.levels[0].score)
		if least <= h.levels[len(h.levels)-1].score {
			continue // any match will do
		}
		var enough bitset
		for l := range h.levels {
			if h.levels[l].score >= least {
				h.levels[l].fill(s.view, i, &enough)
			}
		}
		set.retain(&enough)
	}
	t.seen += before - set.count()
}

// scoreOf is the score of one structure, and the fields in which some unit
// matches.
func (s *lookup) scoreOf(ord uint32) (score int32, fields uint16) {
	common := ^uint16(0)
	for _, h := range s.hunts {
		match := h.matching(s.view, ord)
		of := fieldsOf(match)
		score, fields, common = score+h.score(match), fields|of, common&of
	}
	if len(s.hunts) > 1 && common != 0 {
		score += BonusOneField
	}
	if s.means(ord) {
		score += BonusOneSector
	}
	return score, fields
}

// meant lists the keys of the sectors that hold every word of a text of several:
// there, they say one trade.
func meant(hunts []*hunt) (keys []uint32) {
	if len(hunts) < 2 || hunts[0].meaning == nil {
		return nil
	}
	for _, sector := range hunts[0].meaning.sectors {
		if !slices.ContainsFunc(hunts, func(h *hunt) bool { return h.meaning == nil || h.meaning.declared[sector] == 0 }) {
			keys = append(keys, sectorKey(sector, false), sectorKey(sector, true))
		}
	}
	return keys
}

// means says whether a structure has a sector that holds every word.
func (s *lookup) means(ord uint32) bool {
	if len(s.meant) == 0 {
		return false
	}
	b, at := s.view.at(ord)
	for _, t := range s.view.tradesOf(b.offers[at]) {
		trade := &s.view.trades[t]
		for _, sector := range s.view.sectors(trade) {
			if slices.Contains(s.meant, sectorKey(sector, trade.derived)) {
				return true
			}
		}
	}
	return false
}

// sums adds up the scores of the structures of a block.
type sums struct {
	matches [blockSize]uint32 // of the unit at hand (bitOf); all 0 between units
	score   [blockSize]int32
	common  [blockSize]uint16 // fields in which every unit so far matches
}

// mark notes how the structures of a set match a unit.
func (m *sums) mark(v *view, i int, h *hunt, set *bitset) {
	for _, l := range h.lists {
		var here bitset
		l.fill(i, &here)
		for w := range here {
			for word := here[w] & set[w]; word != 0; word &= word - 1 {
				m.matches[w*64+bits.TrailingZeros64(word)] |= l.match
			}
		}
	}
	if h.meaning == nil {
		return
	}
	p := v.blocks[i].postings
	for _, s := range h.meaning.sectors {
		for _, derived := range []bool{false, true} {
			match := h.meaning.match(s, derived)
			for _, at := range p.one(sectorKey(s, derived)) {
				if set.has(uint32(at)) {
					m.matches[at] |= match
				}
			}
		}
	}
}

// add adds what a unit earns, and forgets its matches.
func (m *sums) add(h *hunt, set *bitset, first bool) {
	var last, score = uint32(0), int32(0)
	var fields uint16
	for w, word := range set {
		for ; word != 0; word &= word - 1 {
			at := w*64 + bits.TrailingZeros64(word)
			if match := m.matches[at]; match != last {
				last, score, fields = match, h.score(match), fieldsOf(match)
			}
			m.matches[at] = 0
			if first {
				m.score[at], m.common[at] = score, fields
			} else {
				m.score[at], m.common[at] = m.score[at]+score, m.common[at]&fields
			}
		}
	}
}
