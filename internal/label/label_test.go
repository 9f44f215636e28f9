package label_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/label"
	"sourcier/internal/structure"
)

var noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

const criteria = "Employer des personnes du territoire."

func defined(t *testing.T) label.Label {
	t.Helper()
	l, err := label.Define("ept", "EPT", 1, label.Words{Name: "Empl’itude", Criteria: criteria}, noon)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestDefine(t *testing.T) {
	if l := defined(t); l.Slug != "empl-itude" || l.Code() != "o_empl-itude" || l.ID != "ept-1" {
		t.Errorf("%+v", l)
	}
	for name, c := range map[string]struct {
		n     int
		words label.Words
		field string
	}{
		"no name":          {1, label.Words{Criteria: criteria}, label.FieldName},
		"no letter":        {1, label.Words{Name: "!!!", Criteria: criteria}, label.FieldName},
		"a long name":      {1, label.Words{Name: strings.Repeat("a", 81), Criteria: criteria}, label.FieldName},
		"no criteria":      {1, label.Words{Name: "Label", Criteria: "court"}, label.FieldCriteria},
		"one label beyond": {21, label.Words{Name: "Label", Criteria: criteria}, ""},
	} {
		_, err := label.Define("ept", "EPT", c.n, c.words, noon)
		f := (*label.Fault)(nil)
		if errors.As(err, &f); err == nil || f != nil && f.Field != c.field || f == nil && !errors.Is(err, label.ErrTooMany) {
			t.Errorf("%s: %v", name, err)
		}
		if plain := account.Fault(""); !errors.As(err, &plain) {
			t.Errorf("%s: %v is no refusal", name, err)
		}
	}
}

func TestHolders(t *testing.T) {
	l := defined(t)
	shows := func() bool { _, ok := l.Shown(l.Holder("a"), "2026-11-28"); return ok }
	if _, err := l.Give("a", "2026-11-28", "2026-11-27"); err == nil {
		t.Error("ends before it begins")
	}
	if _, err := l.Give("a", "", ""); err == nil {
		t.Error("begins on no day")
	}
	if changed, err := l.Give("a", "2026-11-01", "2027-10-31"); err != nil || !changed || !shows() || l.Count("2026-11-28") != 1 || l.Count("2028-01-01") != 0 {
		t.Fatal(changed, err, l)
	}
	rev := l.Holder("a").Rev
	if changed, err := l.Give("a", "2026-11-01", "2027-10-31"); err != nil || changed || l.Holder("a").Rev != rev {
		t.Error("given again with the same dates", changed, err)
	}
	if err := l.Withdraw("b", "n’a jamais eu le label", noon); !errors.Is(err, label.ErrNoHolder) {
		t.Error(err)
	}
	if err := l.Withdraw("a", "court", noon); err == nil {
		t.Error("withdrawn without a reason")
	}
	if err := l.Withdraw("a", "Les critères ne sont plus remplis", noon); err != nil || shows() || l.Holder("a").Rev <= rev {
		t.Error(err, l)
	}
	if err := l.Withdraw("a", "Les critères ne sont plus remplis", noon); !errors.Is(err, label.ErrNoHolder) {
		t.Error("withdrawn twice", err)
	}
	if changed, err := l.Give("a", "2026-12-01", ""); err != nil || !changed || !shows() {
		t.Error("given back", changed, err)
	}
	if err := l.End("Le label est remplacé", noon); err != nil || shows() || !l.Pending() {
		t.Error(err)
	}
	_, err1 := l.Give("b", "2026-12-01", "")
	_, err2 := l.Describe(label.Words{Name: "Autre", Criteria: criteria})
	for _, err := range []error{err1, err2, l.End("Le label est remplacé", noon)} {
		if !errors.Is(err, label.ErrEnded) {
			t.Errorf("after the end: %v", err)
		}
	}
}

// TestBounds fills a label with the longest that it may hold: the document stays below
// 1 MB, and only a withdrawal that its structure has seen makes room.
func TestBounds(t *testing.T) {
	l := defined(t)
	l.Criteria = strings.Repeat("é", label.MaxCriteria)
	id := func(i int) string { return structure.NewID(string(rune('a'+i%26)) + strings.Repeat("x", i/26)) }
	for i := range label.MaxHolders {
		if _, err := l.Give(id(i), "2026-01-01", "2027-01-01"); err != nil {
			t.Fatal(err)
		}
		if err := l.Withdraw(id(i), strings.Repeat("é", label.MaxReason), noon.Add(time.Duration(i))); err != nil {
			t.Fatal(err)
		}
	}
	if text, _ := json.Marshal(l); len(text) > 1<<20 {
		t.Errorf("%d bytes", len(text))
	}
	if _, err := l.Give("plus", "2026-01-01", ""); err == nil {
		t.Error("a withdrawal that no structure has seen yet is forgotten")
	}
	l.Holders[7].Applied = l.Holders[7].Rev
	forgotten := l.Holders[7].Structure
	if _, err := l.Give("plus", "2026-01-01", ""); err != nil || l.Holder(forgotten) != nil || len(l.Holders) != label.MaxHolders {
		t.Error(err, len(l.Holders))
	}
}
