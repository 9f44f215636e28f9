package taxonomy

import (
	"regexp"
	"slices"
	"strings"

	"sourcier/internal/territory"
)

// vocabulary indexes the words of the sectors.
type vocabulary struct {
	names map[string]int      // nameKey of a code, label, synonym or alias -> index of the sector
	terms map[string]struct{} // stems of the words of labels and synonyms
	all   []Sector
}

func newVocabulary(sectors []Sector) *vocabulary {
	v := &vocabulary{names: make(map[string]int), terms: make(map[string]struct{}), all: sectors}
	// The code and label of a sector win over another one's synonym, and a
	// synonym over an alias.
	for i, s := range sectors {
		v.add(i, s.Code, s.Label)
	}
	for i, s := range sectors {
		v.add(i, s.Synonyms...)
	}
	for i, s := range sectors {
		v.add(i, s.Aliases...)
	}
	for _, s := range sectors {
		for _, text := range append([]string{s.Label}, s.Synonyms...) {
			for _, w := range strings.Fields(nameKey(text)) {
				v.terms[w] = struct{}{}
			}
		}
	}
	return v
}

func (v *vocabulary) add(sector int, texts ...string) {
	for _, text := range texts {
		key := nameKey(text)
		if _, taken := v.names[key]; !taken && key != "" {
			v.names[key] = sector
		}
	}
}

// functionWords carry no meaning in a name of a trade.
var functionWords = strings.Fields("a au aux d de des du en et l la le les ou par pour sur dans un une")

// nameKey reduces a text to what two names of the same thing share: folded,
// without function words nor plural endings.
func nameKey(text string) string {
	words := strings.Fields(territory.Fold(text))
	words = slices.DeleteFunc(words, func(w string) bool { return slices.Contains(functionWords, w) })
	for i, w := range words {
		words[i] = singular(w)
	}
	return strings.Join(words, " ")
}

// singular cuts the mark of a regular plural from a folded word.
func singular(w string) string {
	if len(w) > 3 && (w[len(w)-1] == 's' || w[len(w)-1] == 'x') {
		return w[:len(w)-1]
	}
	return w
}

// maxNameLength bounds what MatchSector reads, in bytes: the longest name of a
// sector in the directories that we know has about 100.
const maxNameLength = 300

var (
	slugNumber = regexp.MustCompile(`[ -]\d+$`) // "nettoyage-de-locaux-16"
	separators = regexp.MustCompile(`[/,;&+|()\[\]]| - | – `)
)

// MatchSector finds the sector that another directory, or a person, means by a
// code, a label, a synonym or an alias: case, accents, punctuation, plural
// marks and the number at the end of a slug are ignored. A list ("Nettoyage de
// locaux / Propreté") matches when every part of it that means anything means
// the same sector.
func (t *Taxonomy) MatchSector(text string) (Sector, bool) {
	v := t.words()
	text = strings.TrimSpace(bounded(text))
	if s, ok := v.lookup(text); ok {
		return s, true
	}
	var found Sector
	for _, part := range separators.Split(text, -1) {
		s, ok := v.lookup(part)
		switch {
		case nameKey(part) == "autre": // « Autre (Propreté) »: anything but what the sector names
			return Sector{}, false
		case !ok:
		case found.Code == "":
			found = s
		case found.Code != s.Code:
			return Sector{}, false
		}
	}
	return found, found.Code != ""
}

func (v *vocabulary) lookup(text string) (Sector, bool) {
	for _, candidate := range []string{text, slugNumber.ReplaceAllString(text, "")} {
		if i, ok := v.names[nameKey(candidate)]; ok {
			return v.all[i], true
		}
	}
	return Sector{}, false
}

// IsTerm reports whether a folded word, in the singular or a regular plural,
// occurs in the label or a synonym of a sector: a place name that is also such
// a word is rather the word.
func (t *Taxonomy) IsTerm(foldedWord string) bool {
	_, ok := t.words().terms[singular(foldedWord)]
	return ok
}
