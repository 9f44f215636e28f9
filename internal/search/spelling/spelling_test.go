package spelling

import (
	"fmt"
	"testing"
)

func table(words ...string) *Table {
	t := &Table{}
	for _, w := range words {
		t.Add(w, w)
	}
	return t
}

func TestNearest(t *testing.T) {
	vocabulary := table("nettoyage", "menage", "vitre", "traiteur", "tonte", "blanchisserie", "informatique", "pain", "bain", "vitry")
	cases := []struct {
		typed      string
		unfinished bool
		want       string
	}{
		{"netoyage", false, "nettoyage"},   // a letter left out
		{"nettoyagee", false, "nettoyage"}, // one too many
		{"nettoyaje", false, "nettoyage"},  // one for another
		{"nettoyaeg", false, "nettoyage"},  // two swapped: one edit
		{"netoyaje", false, "nettoyage"},   // two edits in eight letters
		{"mengae", false, "menage"},        // one swap in six letters
		{"maneje", false, ""},              // two edits in six letters
		{"pin", false, ""},                 // three letters are not mended
		{"vitra", false, "vitre"},          // the first entered among equals
		{"bainn", false, "bain"},           // the nearest
		{"cain", false, "pain"},            // the first entered
		{"blnachiserie", false, "blanchisserie"},
		{"netoy", true, "nettoyage"}, // a beginning that is being typed
		{"netoy", false, ""},
		{"infro", true, "informatique"},
		{"nettoyage", false, "nettoyage"},
		{"cha1se", false, ""},
		{"été", false, ""},
		{"", true, ""},
	}
	for _, c := range cases {
		if got, ok := vocabulary.Nearest(c.typed, c.unfinished); got != c.want || ok != (c.want != "") {
			t.Errorf("Nearest(%q, %v) = %q, want %q", c.typed, c.unfinished, got, c.want)
		}
	}
}

func TestTheFirstLetterCounts(t *testing.T) {
	if got, _ := table("bonte", "tante").Nearest("tonte", false); got != "tante" {
		t.Errorf("%q shares fewer letters than « tante »", got)
	}
}

func TestWholeWordsBeforeBeginnings(t *testing.T) {
	if got, _ := table("vitrerie", "vitre").Nearest("vitte", true); got != "vitre" {
		t.Errorf("%q, want the whole word", got)
	}
}

func TestTheFirstEntryOfAWordStands(t *testing.T) {
	words := &Table{}
	words.Add("menage", "ménage")
	words.Add("menage", "Ménage-sur-Mer")
	if got, _ := words.Nearest("menaje", false); got != "ménage" || words.Len() != 1 {
		t.Errorf("%q of %d words", got, words.Len())
	}
}

func TestDistances(t *testing.T) {
	for _, c := range []struct {
		a, b             string
		whole, beginning int
	}{
		{"abc", "abc", 0, 0}, {"abc", "acb", 1, 1}, {"ca", "abc", 3, 1}, {"ab", "abc", 1, 0}, {"abcd", "", 4, 4}, {"kitten", "sitting", 3, 2},
	} {
		if whole, beginning := distances(c.a, c.b); whole != c.whole || beginning != c.beginning {
			t.Errorf("distances(%q, %q) = %d, %d, want %d, %d", c.a, c.b, whole, beginning, c.whole, c.beginning)
		}
	}
}

// FuzzNearest holds the table to the slow way: no filter, every word measured.
func FuzzNearest(f *testing.F) {
	words := table("nettoyage", "menage", "vitre", "traiteur", "tonte", "blanchisserie", "elagage", "etancheite", "mise", "pli", "routage")
	for _, seed := range []string{"netoyage", "elgage", "routtage", "etanchite", "abc"} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, typed string, unfinished bool) {
		got, ok := words.Nearest(typed, unfinished)
		within := false
		if most := Edits(len(typed)); most > 0 && plain(typed) {
			for _, w := range words.words {
				whole, beginning := distances(typed, w.folded)
				within = within || whole <= most || unfinished && beginning <= most
			}
		}
		if ok != within || ok != (got != "") {
			t.Errorf("Nearest(%q, %v) = %q, %v; within reach: %v", typed, unfinished, got, ok, within)
		}
	})
}

func BenchmarkNearest(b *testing.B) {
	words := &Table{}
	for i := range 20_000 {
		w := ""
		for n := i*7919 + 12345; n > 0; n /= 13 {
			w += string(rune('a' + n%13))
		}
		words.Add(w+"age", fmt.Sprint(i))
	}
	b.ReportAllocs()
	for b.Loop() {
		words.Nearest("netoyage", true)
	}
}
