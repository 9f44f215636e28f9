package territory

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// accents maps the letters of Latin-1 and Latin Extended-A, lower case, to
// what Fold writes for them. The standard library has no decomposition table,
// and these are all that French, and the names of foreign managers, need.
var accents = func() map[rune]string {
	groups := map[string]string{
		"a": "àáâãäåāăąªᵃ", "c": "çćĉċč", "d": "ďđðᵈ", "e": "èéêëēĕėęěᵉ", "g": "ĝğġģ",
		"h": "ĥħ", "i": "ìíîïĩīĭįı", "j": "ĵ", "k": "ķᵏ", "l": "ĺļľŀł", "m": "ᵐ",
		"n": "ñńņňŋ", "o": "òóôõöøōŏőºᵒ", "r": "ŕŗřʳ", "s": "śŝşšșˢ", "t": "ţťŧțᵗ",
		"u": "ùúûüũūŭůűų", "w": "ŵ", "y": "ýÿŷ", "z": "źżž",
		"ae": "æǽ", "oe": "œ", "ss": "ß", "ij": "ĳ", "th": "þ", "fi": "ﬁ", "fl": "ﬂ",
	}
	table := make(map[rune]string, 128)
	for plain, letters := range groups {
		for _, r := range letters {
			table[r] = plain
		}
	}
	return table
}()

// Fold reduces a name for comparison: lower case, no accent, œ -> oe, every
// run of other characters a single space, none at the ends. Letters and digits
// of other scripts are kept, so that two different names stay different.
// Combining marks vanish: "é" in two code points gives "e" too.
func Fold(s string) string {
	if folded(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range s {
		r = unicode.ToLower(r)
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		if !kept(r) {
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte(' ')
		}
		gap = false
		if plain := accents[r]; plain != "" {
			b.WriteString(plain)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// kept reports whether the lower-case r says something in a name.
func kept(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= '0' && r <= '9'
	}
	return accents[r] != "" || unicode.IsLetter(r) || unicode.IsDigit(r)
}

// folded reports whether Fold(s) is s: the common case of words that were
// folded before, answered without allocation.
func folded(s string) bool {
	space := true // a space here would be at the start, or doubled
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			space = false
		case c == ' ' && !space:
			space = true
		default:
			return false
		}
	}
	return !space || s == ""
}
