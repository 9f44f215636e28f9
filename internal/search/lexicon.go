package search

import (
	"slices"
	"sort"
	"strings"

	"sourcier/internal/search/french"
	"sourcier/internal/taxonomy"
)

// lexicon holds the words of the sectors: their labels, synonyms and groups. A
// structure has them through its sectors, so they are not indexed with it; a
// word is looked up here, and the columns say which structures have its sectors.
// That keeps out of the index the words that a million structures share.
type lexicon struct {
	passages [][]passage // by sector: its label, then its synonyms and the label of its group
	surfaces map[string][]sighting
	stems    map[string][]sighting
	sorted   []string // surfaces
}

// sighting is a sector that has a word, in its label or in a synonym.
type sighting struct {
	sector uint16
	field  TextField // FieldSector or FieldSynonym
}

func newLexicon(t *taxonomy.Taxonomy) *lexicon {
	l := &lexicon{surfaces: map[string][]sighting{}, stems: map[string][]sighting{}}
	for i, s := range t.Sectors() {
		passages := sectorPassages(t, s)
		l.passages = append(l.passages, passages)
		for _, p := range passages {
			for _, w := range p.words {
				at := sighting{uint16(i), p.field} // #nosec G115 -- hundreds
				l.surfaces[w.Surface] = appendNew(l.surfaces[w.Surface], at)
				l.stems[w.Stem] = appendNew(l.stems[w.Stem], at)
			}
		}
	}
	for w := range l.surfaces {
		l.sorted = append(l.sorted, w)
	}
	slices.Sort(l.sorted)
	return l
}

// beginning lists the words that begin with a prefix.
func (l *lexicon) beginning(prefix string) []string {
	from := sort.SearchStrings(l.sorted, prefix)
	to := from
	for to < len(l.sorted) && strings.HasPrefix(l.sorted[to], prefix) {
		to++
	}
	return l.sorted[from:to]
}

// meaning is what a unit matches in each sector, as bits (bitOf) of the sector
// when declared and when deduced from the APE code. It is nil for none.
type meaning struct {
	declared, derived []uint32 // by sector
	sectors           []uint16 // those with a bit
}

func (l *lexicon) meaning(u french.Unit) *meaning {
	m := &meaning{declared: make([]uint32, len(l.passages)), derived: make([]uint32, len(l.passages))}
	note := func(list []sighting, form Form) {
		for _, at := range list {
			m.note(at, form)
		}
	}
	w := u.Words[0]
	switch {
	case len(u.Words) > 1:
		l.phrase(m, u)
	default:
		note(l.surfaces[w.Surface], FormExact)
		note(l.stems[w.Stem], FormStem)
		if u.Prefix {
			for _, longer := range l.beginning(w.Surface) {
				note(l.surfaces[longer], FormPrefix)
			}
		}
	}
	if len(m.sectors) == 0 {
		return nil
	}
	return m
}

func (m *meaning) note(at sighting, form Form) {
	if m.declared[at.sector] == 0 {
		m.sectors = append(m.sectors, at.sector)
	}
	m.declared[at.sector] |= bitOf(at.field, form)
	m.derived[at.sector] |= bitOf(derivedField[at.field], form)
}

// saying is the meaning of a word in that very form; nil when no sector says it.
func (l *lexicon) saying(word string) *meaning {
	m := &meaning{declared: make([]uint32, len(l.passages)), derived: make([]uint32, len(l.passages))}
	for _, at := range l.surfaces[word] {
		m.note(at, FormExact)
	}
	if len(m.sectors) == 0 {
		return nil
	}
	return m
}

// phrase notes the sectors that say the words of a unit in a row.
func (l *lexicon) phrase(m *meaning, u french.Unit) {
	for _, at := range l.stems[u.Words[0].Stem] {
		for _, p := range l.passages[at.sector] {
			if _, ok := find(p.words, u); ok {
				m.note(sighting{at.sector, p.field}, FormExact)
			}
		}
	}
}

// match gives the bits of a sector.
func (m *meaning) match(sector uint16, derived bool) uint32 {
	if derived {
		return m.derived[sector]
	}
	return m.declared[sector]
}

// of gives the bits of a trade.
func (m *meaning) of(l *lists, t *trade) (bits uint32) {
	by := m.declared
	if t.derived {
		by = m.derived
	}
	for _, s := range l.sectors(t) {
		bits |= by[s]
	}
	return bits
}
