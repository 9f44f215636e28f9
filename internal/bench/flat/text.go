package flat

import (
	"strings"

	"sourcier/internal/search/french"
)

// Unit is something that a text requires.
type Unit struct {
	Stems  []string // one, or those of a phrase, in a row
	Prefix string   // not "": a word that begins so counts as well
}

// Phrase is the stems with blanks between.
func (u Unit) Phrase() string { return strings.Join(u.Stems, " ") }

// Units cuts a text. The last word also matches as a beginning only when the
// question is about beginnings: with the words of the other questions it finds
// nothing more (the totals show it), and the other engines are spared the work.
func Units(text string, prefix bool) []Unit {
	var out []Unit
	for _, u := range french.Units(text) {
		var unit Unit
		for _, w := range u.Words {
			unit.Stems = append(unit.Stems, w.Stem)
		}
		if u.Prefix && prefix {
			unit.Prefix = u.Words[0].Surface
		}
		out = append(out, unit)
	}
	return out
}
