package structure

import (
	"slices"
	"testing"
)

// recorded is a record of an agreement of one source.
func recorded(day Date, file string, a Agreement) Claim {
	a.Kind = EI
	return NewClaim(Origin{Source: SourceEmplois, AsOf: day, File: file}, &Structure{Agreements: []Agreement{a}}, nil, file)
}

// TestLaterAgreement joins records of one agreement in every order.
func TestLaterAgreement(t *testing.T) {
	over := Agreement{End: "2026-01-09", Ended: true}
	for name, c := range map[string]struct {
		records []Claim
		want    Date
		ended   bool
	}{
		"the newer file ends it, for the same day": {[]Claim{recorded("2026-01-10", "f1", Agreement{}), recorded("2026-01-10", "f2", over)}, "2026-01-09", true},
		"the newer file has it again":              {[]Claim{recorded("2026-01-10", "f1", over), recorded("2026-01-10", "f2", Agreement{})}, "", false},
		"one file, the longest":                    {[]Claim{recorded("2026-01-10", "f1", over), recorded("2026-01-10", "f1", Agreement{})}, "", false},
		"a newer file of an older day": {[]Claim{recorded("2026-01-10", "f1", Agreement{}), recorded("2026-01-10", "f2", over),
			recorded("2026-01-01", "f3", Agreement{})}, "2026-01-09", true},
		"a later day": {[]Claim{recorded("2026-01-10", "f2", over), recorded("2026-02-10", "f1", Agreement{})}, "", false},
	} {
		permute(c.records, func(order []Claim) {
			var all Claim
			for _, r := range order {
				all.Join(r)
			}
			a := all.Facts.Agreements[0]
			newest := slices.MaxFunc(order, func(a, b Claim) int { return compareText(a.Seen, b.Seen) }).Seen
			if a.End != c.want || a.Ended != c.ended || a.Seen != newest {
				t.Errorf("%s: %+v", name, a)
			}
		})
	}
}

func compareText(a, b string) int { return weigh(a > b) - weigh(a < b) }

// permute gives every order of a list.
func permute[T any](list []T, take func([]T)) {
	var step func(head, rest []T)
	step = func(head, rest []T) {
		if len(rest) == 0 {
			take(head)
		}
		for i := range rest {
			step(append(slices.Clone(head), rest[i]), slices.Delete(slices.Clone(rest), i, i+1))
		}
	}
	step(nil, list)
}
