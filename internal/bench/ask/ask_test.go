package ask

import (
	"slices"
	"strings"
	"testing"

	"sourcier/internal/bench/corpus"
)

func TestQuestionsAskWhatTheySay(t *testing.T) {
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 72 {
		t.Errorf("%d questions, want at least 72", len(all))
	}
	for i, q := range all {
		if q.Number != i {
			t.Errorf("question %q has number %d, stands at %d", q.Text, q.Number, i)
		}
		// A word taken for a place or a kind would be another question.
		if len(q.Query.Recognised) > 0 || q.Query.Ignored != "" || strings.HasPrefix(q.Text, "q=") && q.Query.Text == "" {
			t.Errorf("question %q: recognised %v, ignored %q", q.Text, q.Query.Recognised, q.Query.Ignored)
		}
		if !q.Query.Facets || q.Query.PerPage != 20 {
			t.Errorf("question %q: facets %v, %d a page", q.Text, q.Query.Facets, q.Query.PerPage)
		}
	}
}

// TestSelectiveStaysSelective: whatever facet group is left out, something that
// the planted structures alone hold is still asked for, so that no relaxed set
// grows with the directory.
func TestSelectiveStaysSelective(t *testing.T) {
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, q := range all {
		if !q.Selective {
			continue
		}
		seen++
		rare := 0
		for _, w := range []string{corpus.RareWord, corpus.RareHalf, corpus.RarePhrase} {
			if strings.Contains(q.Query.Text, w) {
				rare += 2 // no facet takes the text away
			}
		}
		if slices.Contains(q.Query.Labels, corpus.RareLabel) {
			rare++
		}
		if len(q.Query.Sectors) > 0 && !slices.ContainsFunc(q.Query.Sectors, func(s string) bool { return !slices.Contains(corpus.RareSectors(), s) }) {
			rare++
		}
		if rare < 2 {
			t.Errorf("question %q would not be selective without one of its groups", q.Text)
		}
	}
	if seen < 10 {
		t.Errorf("%d selective questions", seen)
	}
}
