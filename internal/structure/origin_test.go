package structure

import "testing"

// TestSources holds every source to a rank of its own, in the order that decides
// between two facts, and to a label.
func TestSources(t *testing.T) {
	order := []Source{
		SourceDemo, SourceGeneric, SourceGesat, SourceLeMarche, SourceEmplois, SourceESSFrance, SourceESUS,
		SourceGEIQ, SourceEA2, SourceASP, SourceSIRENE, SourceModerator, SourceSelf,
	}
	for i, s := range order {
		if s.Label() == string(s) || s.Label() == "" {
			t.Errorf("%s has no label", s)
		}
		if i > 0 && s.Rank() <= order[i-1].Rank() {
			t.Errorf("%s is not stronger than %s", s, order[i-1])
		}
	}
	if len(sourceLabels) != len(Sources) || Source("unknown").Rank() != -1 {
		t.Error("a source without rank or label")
	}
}
