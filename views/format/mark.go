package format

import (
	"cmp"
	"slices"
	"strings"

	"sourcier/internal/search/french"
)

// Segment is a run of text, marked or not.
type Segment struct {
	Text string
	Mark bool
}

// Marker marks in a text what a search asks for, by the rule of the search
// itself: the word in another accent, case, number or gender, a longer word when
// the last one typed may only be its beginning, the words of a quoted phrase
// only where they follow each other. The zero Marker marks nothing.
type Marker struct{ units []french.Unit }

// NewMarker reads the text of a search.
func NewMarker(search string) Marker { return Marker{french.Units(search)} }

// Mark cuts the text into segments; it loses nothing of it.
func (m Marker) Mark(text string) []Segment {
	var out []Segment
	add := func(s string, mark bool) {
		if s != "" {
			out = append(out, Segment{s, mark})
		}
	}
	from := 0
	for _, r := range m.ranges(text) {
		add(text[from:r[0]], false)
		add(text[r[0]:r[1]], true)
		from = r[1]
	}
	add(text[from:], false)
	return out
}

// ranges are the bytes to mark, in order and apart from each other.
func (m Marker) ranges(text string) [][2]int {
	if len(m.units) == 0 {
		return nil
	}
	words := french.Words(text)
	var out [][2]int
	for at := range words {
		for _, u := range m.units {
			if answers(words[at:], u) {
				out = append(out, [2]int{words[at].Start, words[at+len(u.Words)-1].End})
			}
		}
	}
	slices.SortFunc(out, func(a, b [2]int) int { return cmp.Or(a[0]-b[0], a[1]-b[1]) })
	n := 0
	for _, r := range out {
		if n > 0 && r[0] < out[n-1][1] {
			out[n-1][1] = max(out[n-1][1], r[1])
			continue
		}
		out[n] = r
		n++
	}
	return out[:n]
}

// answers reports whether the words begin with those of the unit, all as they
// are or all in their stems, as the search compares them.
func answers(words []french.Word, u french.Unit) bool {
	if len(words) < len(u.Words) {
		return false
	}
	surface, stem := true, true
	for i, w := range u.Words {
		surface = surface && words[i].Surface == w.Surface
		stem = stem && words[i].Stem == w.Stem
	}
	return surface || stem || u.Prefix && strings.HasPrefix(words[0].Surface, u.Words[0].Surface)
}
