package structure

import (
	"reflect"
	"testing"

	"sourcier/internal/territory"
)

// told is what a source says of agreements in a file of a day.
func told(source Source, day Date, list ...Agreement) Claim {
	return NewClaim(Origin{Source: source, AsOf: day, File: "f"}, &Structure{Agreements: list}, nil, NewRef(day, "f"))
}

// TestOverruled lets a stronger source end what a weaker one said before.
func TestOverruled(t *testing.T) {
	ea, ei := Agreement{Kind: EA}, Agreement{Kind: EI}
	ended := Agreement{Kind: EI, Number: "7", End: "2026-09-30", Ended: true}
	moderator := told(SourceModerator, "2020-01-01", ea)
	moderator.Origins[FieldAgreements] = Origin{Source: SourceModerator, AsOf: "2020-01-01"}
	moderator.Seen = ""
	dropped := Listings{{Source: SourceEA2, Kinds: []Kind{EA}, Areas: map[string][]Edition{
		Everywhere: {{Ref: NewRef("2026-10-01", "g"), Day: "2026-10-01"}}}}}
	for name, c := range map[string]struct {
		claims    []Claim
		listings  Listings
		in        []Kind // in force on 2026-11-01
		conflicts int
		lapses    int
	}{
		"the list dropped it":       {[]Claim{told(SourceGeneric, "2020-01-01", ea), told(SourceEA2, "2026-09-01", ea)}, dropped, nil, 1, 1},
		"another source too":        {[]Claim{told(SourceDataInclusion, "2024-01-01", ea), told(SourceGeneric, "2020-01-01", ea), told(SourceEA2, "2026-09-01", ea)}, dropped, nil, 2, 1},
		"said after it was dropped": {[]Claim{told(SourceGeneric, "2026-10-15", ea), told(SourceEA2, "2026-09-01", ea)}, dropped, []Kind{EA}, 0, 0},
		"still listed":              {[]Claim{told(SourceGeneric, "2020-01-01", ea), told(SourceEA2, "2026-10-02", ea)}, dropped, []Kind{EA}, 0, 0},
		"another kind":              {[]Claim{told(SourceGeneric, "2020-01-01", ei), told(SourceEA2, "2026-09-01", ea)}, dropped, []Kind{EI}, 0, 1},
		"ended":                     {[]Claim{told(SourceGeneric, "2020-01-01", ei), told(SourceEmplois, "2026-10-01", ended)}, nil, nil, 1, 0},
		"ended, another number holds": {[]Claim{told(SourceGeneric, "2020-01-01", ei), told(SourceEmplois, "2026-10-01", ended),
			told(SourceEmplois, "2026-10-01", Agreement{Kind: EI, Number: "8"})}, nil, []Kind{EI}, 0, 0},
		"ended, a stronger one holds":        {[]Claim{told(SourceGeneric, "2020-01-01", ei), told(SourceEmplois, "2026-10-01", ended), told(SourceASP, "2026-01-01", ei)}, nil, []Kind{EI}, 0, 0},
		"over before the source said so":     {[]Claim{told(SourceGeneric, "2020-01-01", ei), told(SourceASP, "2026-06-01", Agreement{Kind: EI, End: "2025-12-31"})}, nil, nil, 1, 0},
		"renewed since":                      {[]Claim{told(SourceGeneric, "2026-03-01", ei), told(SourceASP, "2026-06-01", Agreement{Kind: EI, End: "2025-12-31"})}, nil, []Kind{EI}, 0, 0},
		"a weaker source ends nothing":       {[]Claim{told(SourceASP, "2020-01-01", ei), told(SourceEmplois, "2026-10-01", ended)}, nil, []Kind{EI}, 0, 0},
		"a person is never overruled":        {[]Claim{moderator, told(SourceEA2, "2026-09-01", ea)}, dropped, []Kind{EA}, 0, 0},
		"one number beside none, overruled":  {[]Claim{told(SourceLeMarche, "2020-01-01", ei, Agreement{Kind: EI, Number: "1"}), told(SourceEmplois, "2026-10-01", ended)}, nil, nil, 1, 0},
		"what lapsed itself is no conflict":  {[]Claim{told(SourceGeneric, "2020-01-01", Agreement{Kind: EI, End: "2019-12-31"}), told(SourceEmplois, "2026-10-01", ended)}, nil, nil, 0, 0},
		"an end to come is no end, as known": {[]Claim{told(SourceGeneric, "2020-01-01", ei), told(SourceASP, "2026-06-01", Agreement{Kind: EI, End: "2026-12-31"})}, nil, []Kind{EI}, 0, 0},
	} {
		rules := &Rules{Atlas: territory.Default(), Listings: c.listings, Sold: func(string) (bool, bool) { return false, false }}
		var want *Structure
		permute(c.claims, func(order []Claim) {
			var s Structure
			for _, claim := range order {
				rules.Merge(&s, claim)
			}
			if got := s.KindsInForce("2026-11-01"); !reflect.DeepEqual(got, c.in) {
				t.Errorf("%s: in force %v of %+v", name, got, s.Agreements)
			}
			if got := s.Conflicts(); len(got) != c.conflicts {
				t.Errorf("%s: conflicts %+v", name, got)
			}
			if got := s.Lapses("2026-11-01"); len(got) != c.lapses {
				t.Errorf("%s: lapses %+v", name, got)
			}
			if want == nil {
				want = &s
			}
			if !reflect.DeepEqual(want, &s) || rules.Merge(&s).Dirty {
				t.Errorf("%s: the order matters: %+v and %+v", name, want, s)
			}
		})
	}
}
