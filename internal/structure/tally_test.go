package structure

import (
	"reflect"
	"testing"
)

func TestTally(t *testing.T) {
	group := func(sector string) string { return "g-" + sector[:1] }
	tally := NewTally()
	for _, s := range []Structure{
		{
			Origins:    map[Field]Origin{FieldName: {Source: SourceSIRENE, AsOf: "2026-10-01"}, FieldNAF: {Source: SourceSIRENE, AsOf: "2026-09-01"}, FieldPhone: {Source: SourceSelf, AsOf: "2026-11-02"}},
			Agreements: []Agreement{{Kind: EI, Source: SourceASP, AsOf: "2026-08-01"}, {Kind: ACI, Source: SourceASP, AsOf: "2026-07-01"}},
			Labels:     []Label{{Code: "rge", Source: SourceRGE, AsOf: "2026-06-01"}},
			Activities: []Activity{{Sectors: []string{"a1", "a2"}, Derived: true}, {Sectors: []string{"a2"}}, {Sectors: []string{"a2"}, Derived: true}},
		},
		{Origins: map[Field]Origin{FieldName: {Source: SourceSIRENE, AsOf: "2026-11-01"}}, Activities: []Activity{{Sectors: []string{"a1"}, Derived: true}}},
		{Closed: true, Activities: []Activity{{Sectors: []string{"a1"}}}},
	} {
		tally.Add(&s, group)
	}
	tally.List(&Listing{Source: SourceASP, Areas: map[string][]Edition{"94": {{Day: "2026-08-15"}, {Day: "2026-09-15"}}, "91": {{Day: "2026-05-01"}}}})

	if tally.Structures != 3 {
		t.Errorf("%d structures", tally.Structures)
	}
	wantSources := map[Source]SourceTally{
		SourceSIRENE: {Structures: 2, Newest: "2026-11-01", Fields: map[Field]int{FieldName: 2, FieldNAF: 1}},
		SourceSelf:   {Structures: 1, Newest: "2026-11-02", Fields: map[Field]int{FieldPhone: 1}},
		SourceASP:    {Structures: 1, Newest: "2026-09-15", Fields: map[Field]int{FieldAgreements: 1}},
		SourceRGE:    {Structures: 1, Newest: "2026-06-01", Fields: map[Field]int{FieldLabels: 1}},
	}
	if !reflect.DeepEqual(tally.Sources, wantSources) {
		t.Errorf("sources %+v", tally.Sources)
	}
	wantSectors := map[string]SectorTally{"a1": {Derived: 2}, "a2": {Declared: 1}, "g-a": {Declared: 1, Derived: 1}}
	if !reflect.DeepEqual(tally.Sectors, wantSectors) {
		t.Errorf("sectors %+v", tally.Sectors)
	}
}
