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
func Words(text string) []Word {
	var out []Word
	for start, end := nextRun(text, 0); start < end; start, end = nextRun(text, end) {
		if elided(text, start, end) {
			continue
		}
		lower := strings.ToLower(norm.NFC.String(text[start:end]))
		if stopWords[lower] {
			continue
		}
		if surface := Fold(lower); surface != "" {
			out = append(out, Word{Start: start, End: end, Surface: surface, Stem: Stem(surface)})
		}
	}
	return out
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
	r, size := utf8.DecodeRuneInString(text[end:])
	if r != '\'' && r != '’' && r != 'ʼ' {
		return false
	}
	next, _ := utf8.DecodeRuneInString(text[end+size:])
	return unicode.IsLetter(next) && elisions[strings.ToLower(text[start:end])]
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

var elisions = set("l d j m t s c n qu jusqu lorsqu puisqu quoiqu presqu")

// stopWords are grammar words, compared before folding so that « sûr » and
// « sur » stay apart. Words that also name things that are bought or places
// (est, son, plus, ton, car) are kept.
var stopWords = set(`a à afin ai ainsi alors as au aucun aucune aussi aux avec avoir avons
	c ce ceci cela celle celles celui ces cet cette ceux chez comme comment
	d dans de des donc dont du elle elles en entre et etc eu eux été être
	faire font il ils j je jusque l la le les leur leurs lors lorsque lui
	m ma mais me mes moi n ne ni nos notre nous on ont ou où
	par parce pas pendant peu pour pourquoi puis qu quand que quel quelle quelles quels qui quoi
	s sa sans se selon sera ses si soi soit sont sous suis sur
	t ta te tes tous toute toutes très tu un une vers via vos votre vous y`)

func set(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}
