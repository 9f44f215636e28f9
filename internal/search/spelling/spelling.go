// Package spelling finds the nearest word of a vocabulary to one that was
// mistyped. It works on folded words (lower case, no accent), keeps no state
// beyond its table and gives the same answer every time.
package spelling

import (
	"math/bits"
	"strings"
)

// Lengths, in letters, from which a word may be mended, and by how many edits.
// An edit is a letter added, left out, or put for another, or two neighbours
// swapped. Shorter words are too close to each other to guess.
const (
	minOne = 4
	minTwo = 8
	// maxLetters bounds the words of a table: nothing that people mistype is longer.
	maxLetters = 32
)

// Edits is how many edits may separate a word of that many letters from the one meant.
func Edits(letters int) int {
	switch {
	case letters < minOne || letters > maxLetters:
		return 0
	case letters < minTwo:
		return 1
	}
	return 2
}

// Table is an immutable vocabulary, safe for concurrent use once filled.
type Table struct {
	words []word
	known map[string]bool
}

type word struct {
	folded  string
	shown   string
	letters uint64 // which letters it has: two words one edit apart differ by two at most
}

// Add enters a folded word and how it is shown ("menage", "ménage"). The first
// entry of a word stands, and words entered earlier are preferred, so enter
// the best first. Words that mix in digits or other scripts are left out.
func (t *Table) Add(folded, shown string) {
	if t.known == nil {
		t.known = map[string]bool{}
	}
	if t.known[folded] || len(folded) > maxLetters || !plain(folded) {
		return
	}
	t.known[folded] = true
	t.words = append(t.words, word{folded, shown, mask(folded)})
}

// Len is the number of words.
func (t *Table) Len() int { return len(t.words) }

// Has reports whether a folded word is in the vocabulary.
func (t *Table) Has(folded string) bool { return t.known[folded] }

// Begins reports whether some word of the vocabulary begins so.
func (t *Table) Begins(folded string) bool {
	for i := range t.words {
		if strings.HasPrefix(t.words[i].folded, folded) {
			return true
		}
	}
	return false
}

// Nearest gives, as it is shown, the word of the vocabulary with the fewest
// edits from a folded one; with unfinished, the word may only begin like it,
// though a whole word is preferred at as many edits. Among equals, one that
// shares the first letter, then the one entered first. It is false when every
// word is further than Edits allows.
func (t *Table) Nearest(folded string, unfinished bool) (shown string, ok bool) {
	most := Edits(len(folded))
	if most == 0 || !plain(folded) {
		return "", false
	}
	letters, best := mask(folded), 0
	for i := range t.words {
		w := &t.words[i]
		if !reachable(w, folded, letters, most, unfinished) {
			continue
		}
		whole, beginning := distances(folded, w.folded)
		cost, ok := costOf(whole, beginning, most, unfinished)
		if cost *= 2; ok && w.folded[0] != folded[0] {
			cost++
		}
		if ok && (shown == "" || cost < best) {
			shown, best = w.shown, cost
		}
	}
	return shown, shown != ""
}

// reachable drops, at the price of two instructions, most of the words that
// are too far.
func reachable(w *word, folded string, letters uint64, most int, unfinished bool) bool {
	if len(w.folded) < len(folded)-most || !unfinished && len(w.folded) > len(folded)+most {
		return false
	}
	return bits.OnesCount64(letters&^w.letters) <= most && (unfinished || bits.OnesCount64(w.letters&^letters) <= most)
}

// costOf ranks whole words before beginnings at as many edits.
func costOf(whole, beginning, most int, unfinished bool) (cost int, ok bool) {
	switch {
	case whole <= most && (!unfinished || whole <= beginning):
		return 2 * whole, true
	case unfinished && beginning <= most:
		return 2*beginning + 1, true
	}
	return 0, false
}

// distances gives the edits from a to b, and to the beginning of b that is
// nearest (optimal string alignment: no piece is edited twice).
func distances(a, b string) (whole, beginning int) {
	var rows [3][maxLetters + 1]int
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	beginning = last[0]
	for j := range len(b) {
		beginning = min(beginning, last[j+1])
	}
	return last[len(b)], beginning
}

func plain(w string) bool {
	for i := range len(w) {
		if w[i] < 'a' || w[i] > 'z' {
			return false
		}
	}
	return w != ""
}

func mask(w string) uint64 {
	m := uint64(0)
	for i := range len(w) {
		m |= 1 << (w[i] - 'a')
	}
	return m
}
