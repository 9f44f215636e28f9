package french

import (
	"strings"
	"testing"
)

// A grammar word longer than a key would be taken for another.
func TestRolesHoldTheGrammarWords(t *testing.T) {
	for w := range stopWords {
		if len(w) > maxKey || roles.of(keyOf(w)) != stop {
			t.Errorf("%q is not a stop word of the table", w)
		}
	}
	for w := range elisions {
		if r := roles.of(keyOf(w)); len(w) > maxKey || r != elision && !stopWords[w] {
			t.Errorf("%q has role %d", w, r)
		}
	}
	taken := 0
	for _, p := range roles {
		if p.key != 0 {
			taken++
		}
	}
	if taken > len(roles)/2 {
		t.Errorf("%d of %d places are taken: a look-up walks too far", taken, len(roles))
	}
	for _, w := range []string{"", "est", "ete", "pourquo", "ourquoi", "espaces"} {
		if r := roles.of(keyOf(w)); r != content {
			t.Errorf("%q has role %d", w, r)
		}
	}
}

// A million structures are cut at each build of the index: the garbage counts.
func TestWordsAllocateLittle(t *testing.T) {
	for _, text := range descriptions {
		for _, c := range []struct {
			text string
			most float64
		}{
			{text, 2}, // the words, the folded forms
			{strings.ToUpper(text), 3},
			{"entretien des espaces verts", 1},
			{"le de la", 0},
		} {
			if n := testing.AllocsPerRun(20, func() { Words(c.text) }); n > c.most {
				t.Errorf("%v allocations for %q", n, c.text)
			}
		}
		used := make([]Word, 0, 200)
		if n := testing.AllocsPerRun(20, func() { AppendWords(used, text) }); n > 1 {
			t.Errorf("%v allocations with a used slice", n)
		}
	}
}
