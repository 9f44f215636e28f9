// Package french cuts French text into the words that are indexed and searched:
// lower case, elided articles and stop words dropped, accents folded, a light
// stem beside the surface form. Index, oracle and query parser share it, so that
// a word means the same to all three. It keeps no state and knows nothing of bleve.
package french

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxRunes cuts a longer word: nothing that people type is longer, and one
// endless "word" of a broken file must not become an index term.
const maxRunes = 64

// Word is one word that counts.
type Word struct {
	Start, End int    // bytes in the text
	Surface    string // lower case, folded: "verts", "coeur"
	Stem       string // "vert", "coeur"
}

// Words cuts text into the words that count, in order. Stop words and elided
// articles leave no gap: « entretien des espaces » and « entretien espaces » are
// the same two words in a row.
func Words(text string) []Word { return AppendWords(nil, text) }

// bytesPerWord is how much text stands for a word that counts, stop words and
// spaces included; maxGuess ends the guess, so that a long text of few words
// does not take room for many.
const (
	bytesPerWord = 10
	maxGuess     = 128
)

// AppendWords appends the words of text to dst, for callers that cut many texts.
// The words may be pieces of text, and keep it in memory.
func AppendWords(dst []Word, text string) []Word {
	var c copies
	var r run
	for next := 0; next < len(text); {
		r.read(text, next)
		if r.odd || r.end-r.start > maxRunes {
			start, end := nextRun(text, r.start)
			dst, next = appendOdd(dst, text, start, end), end
			continue
		}
		next = r.next
		if r.start == r.end || leftOut(text, r.end, r.end-r.start, r.key) {
			continue
		}
		left := len(text) - r.start
		if len(dst) == cap(dst) {
			dst = roomier(dst, min(1+left/bytesPerWord, maxGuess))
		}
		surface := text[r.start:r.end]
		if r.folded {
			surface = c.fold(surface, left)
		}
		stem := surface
		if r.lowest >= 'a' {
			stem = c.stem(surface, left)
		}
		// Field by field: a whole Word would go through the slow write barrier.
		dst = dst[:len(dst)+1]
		w := &dst[len(dst)-1]
		w.Start, w.End, w.Surface, w.Stem = r.start, r.end, surface, stem
	}
	return dst
}

// roomier gives a slice that has no room left twice its length and n more. It is
// made here because slices.Grow makes a second one under the race detector, where
// the test of allocations must hold too.
func roomier(words []Word, n int) []Word {
	out := make([]Word, len(words), 2*len(words)+n)
	copy(out, words)
	return out
}

// leftOut reports whether a word of so many bytes, up to end, does not count.
func leftOut(text string, end, size int, key uint64) bool {
	if size > maxKey {
		return false
	}
	switch roles.of(key) {
	case stop:
		return true
	case elision:
		return joined(text, end)
	}
	return false
}

// appendOdd appends a word that the fast path cannot read: of another alphabet,
// with accents typed apart, or too long.
func appendOdd(dst []Word, text string, start, end int) []Word {
	if elided(text, start, end) {
		return dst
	}
	lower := strings.ToLower(norm.NFC.String(text[start:end]))
	if stopWords[lower] {
		return dst
	}
	surface := Fold(lower)
	if surface == "" {
		return dst
	}
	return append(dst, Word{Start: start, End: end, Surface: surface, Stem: Stem(surface)})
}

// IsStop reports whether a word, as typed, is left out of the index.
func IsStop(word string) bool { return stopWords[strings.ToLower(norm.NFC.String(word))] }

// Runs lists the byte ranges of the letters-and-digits runs of text, stop words
// included: what a name of a place is compared with.
func Runs(text string) [][2]int {
	var out [][2]int
	for start, end := nextRun(text, 0); start < end; start, end = nextRun(text, end) {
		out = append(out, [2]int{start, end})
	}
	return out
}

// nextRun finds the next run of letters, digits and combining marks at or after from.
func nextRun(text string, from int) (start, end int) {
	start = -1
	for i, r := range text[from:] {
		word := unicode.IsLetter(r) || unicode.IsNumber(r) || (start >= 0 && unicode.Is(unicode.M, r))
		switch {
		case word && start < 0:
			start = from + i
		case !word && start >= 0:
			return start, from + i
		}
	}
	if start < 0 {
		return len(text), len(text)
	}
	return start, len(text)
}

// elided reports whether the run is an article or pronoun cut by an apostrophe
// that the next word follows at once: the « l » of « l’insertion ».
func elided(text string, start, end int) bool {
	return joined(text, end) && elisions[strings.ToLower(text[start:end])]
}

// joined reports whether an apostrophe, and a letter at once behind it, follow
// the run that ends at end.
func joined(text string, end int) bool {
	r, size := utf8.DecodeRuneInString(text[end:])
	if r != '\'' && r != '’' && r != 'ʼ' {
		return false
	}
	next, _ := utf8.DecodeRuneInString(text[end+size:])
	return unicode.IsLetter(next)
}

// Fold reduces a lower-case word to plain letters and digits: accents dropped,
// œ and æ opened. It gives "" when nothing is left.
func Fold(lower string) string {
	if isASCII(lower) {
		return lower[:min(len(lower), maxRunes)]
	}
	var b strings.Builder
	n := 0
	for _, r := range norm.NFKD.String(lower) {
		if n == maxRunes {
			break
		}
		switch {
		case r == 'œ':
			b.WriteString("oe")
		case r == 'æ':
			b.WriteString("ae")
		case r == 'ß':
			b.WriteString("ss")
		case unicode.IsLetter(r) || unicode.IsNumber(r):
			b.WriteRune(unicode.ToLower(r))
		default:
			continue
		}
		n++
	}
	return b.String()
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
