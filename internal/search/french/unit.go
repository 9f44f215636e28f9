package french

import (
	"strings"
	"unicode/utf8"
)

// MinPrefix is how many letters the last word needs to match as a beginning.
const MinPrefix = 3

// Unit is something that a text query requires: one word, or the words of a
// quoted phrase next to each other in one field.
type Unit struct {
	Words  []Word
	Quoted bool
	// Prefix marks the last word of the text when it is not quoted and has at
	// least MinPrefix letters: a longer word that begins with it matches too,
	// since it may still be being typed.
	Prefix bool
}

// Segment is a part of a text, between quotes or not.
type Segment struct {
	Start, End int // bytes, quotes left out
	Quoted     bool
}

// quotes gives the closing quotation mark of an opening one.
var quotes = map[rune]rune{'"': '"', '«': '»', '“': '”', '„': '“'}

// Segments cuts a text at its quotation marks. A mark without its partner is an
// ordinary character.
func Segments(text string) []Segment {
	var out []Segment
	plain := 0
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		closing, ok := quotes[r]
		length := -1
		if ok {
			length = strings.IndexRune(text[i+size:], closing)
		}
		if length < 0 {
			i += size
			continue
		}
		out = append(out, Segment{plain, i, false}, Segment{i + size, i + size + length, true})
		i += size + length + utf8.RuneLen(closing)
		plain = i
	}
	return append(out, Segment{plain, len(text), false})
}

// Units lists what the text requires, each once. Repeating a word asks for
// nothing more.
func Units(text string) []Unit {
	var out []Unit
	last := -1 // the unit that the last word of the text became
	for _, s := range Segments(text) {
		words := Words(text[s.Start:s.End])
		for i := range words {
			words[i].Start += s.Start
			words[i].End += s.Start
		}
		if s.Quoted {
			if len(words) > 0 {
				out, _ = addUnit(out, Unit{Words: words, Quoted: true})
				last = -1
			}
			continue
		}
		for i := range words {
			out, last = addUnit(out, Unit{Words: words[i : i+1]})
		}
	}
	if last >= 0 && utf8.RuneCountInString(out[last].Words[0].Surface) >= MinPrefix {
		out[last].Prefix = true
	}
	return out
}

func addUnit(units []Unit, u Unit) (_ []Unit, at int) {
	for i := range units {
		if units[i].Quoted == u.Quoted && sameWords(units[i].Words, u.Words) {
			return units, i
		}
	}
	return append(units, u), len(units)
}

func sameWords(a, b []Word) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Surface != b[i].Surface {
			return false
		}
	}
	return true
}
