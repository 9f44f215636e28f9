package format

import (
	"strings"
	"unicode"

	"sourcier/internal/territory"
)

// Segment is a run of text, marked or not.
type Segment struct {
	Text string
	Mark bool
}

// Mark cuts the text into segments and marks the words that answer one of the
// query's words, whatever their accents, case and ending.
func Mark(text string, words []string) []Segment {
	wanted := make([]string, 0, len(words))
	for _, w := range words {
		wanted = append(wanted, strings.Fields(territory.Fold(w))...)
	}
	var out []Segment
	add := func(s string, mark bool) {
		if s == "" {
			return
		}
		if n := len(out); n > 0 && out[n-1].Mark == mark {
			out[n-1].Text += s
			return
		}
		out = append(out, Segment{s, mark})
	}
	for len(text) > 0 {
		n := wordLength(text)
		if n == 0 {
			n = strings.IndexFunc(text, isWordRune)
			if n < 0 {
				n = len(text)
			}
			add(text[:n], false)
		} else {
			add(text[:n], len(wanted) > 0 && answers(territory.Fold(text[:n]), wanted))
		}
		text = text[n:]
	}
	return out
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// wordLength is the number of bytes of the word that text begins with.
func wordLength(text string) int {
	if n := strings.IndexFunc(text, func(r rune) bool { return !isWordRune(r) }); n >= 0 {
		return n
	}
	return len(text)
}

// minStem is how many letters two words must share to be taken for forms of
// the same one; maxEnding is how long their endings may be.
const minStem, maxEnding = 4, 3

func answers(word string, wanted []string) bool {
	for _, w := range wanted {
		n := 0
		for n < len(word) && n < len(w) && word[n] == w[n] {
			n++
		}
		if word == w || (n >= minStem && len(word)-n <= maxEnding && len(w)-n <= maxEnding) {
			return true
		}
	}
	return false
}
