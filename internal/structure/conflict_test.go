package structure

import (
	"slices"
	"strings"
	"testing"

	"sourcier/internal/territory"
)

func testRules(listings ...Listing) *Rules {
	return &Rules{Atlas: territory.Default(), Sold: func(string) (bool, bool) { return true, true }, Listings: listings}
}

// says makes a claim of a record of a source on a day.
func says(source Source, day Date, facts Structure) Claim {
	return NewClaim(Origin{Source: source, AsOf: day, File: "f-" + string(source), Line: 1}, &facts, nil, NewRef(day, "f-"+string(source)))
}

func TestConflicts(t *testing.T) {
	var s Structure
	testRules().Merge(&s,
		says(SourceSIRENE, "2026-01-01", Structure{Name: "ATELIER FICTIF", TradeName: "Les Lilas", NAF: "8121Z", Size: PME}),
		says(SourceGeneric, "2026-05-01", Structure{Name: "Atelier Fictif", NAF: "8130Z", Size: TPE, Description: "A", Contact: Contact{Phone: "01 99 00 00 01"}}),
		says(SourceEmplois, "2026-05-01", Structure{Name: "Les lilas", Description: "B", Contact: Contact{Phone: "+33199000001", Website: "https://a.example.org"}}),
		says(SourceLeMarche, "2026-05-01", Structure{Contact: Contact{Website: "http://www.a.example.org/"}}),
	)
	var got []string
	for _, c := range s.Conflicts() {
		got = append(got, string(c.Field)+": "+c.Kept+" / "+c.Other)
	}
	if want := []string{"size: PME / TPE", "naf: 8121Z / 8130Z"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestSetByAPerson keeps what the structure or a moderator has set, and makes
// official values that differ conflicts.
func TestSetByAPerson(t *testing.T) {
	self := says(SourceSelf, "2020-01-01", Structure{Name: "Notre nom", Contact: Contact{Phone: "0199000009"}})
	moderated := says(SourceModerator, "2020-01-01", Structure{Agreements: []Agreement{{Kind: EA, Number: "1"}}})
	moderated.Origins[FieldAgreements] = Origin{Source: SourceModerator, AsOf: "2020-01-01"}
	official := says(SourceSIRENE, "2026-01-01", Structure{Name: "NOM OFFICIEL", Contact: Contact{Phone: "0199000001"}, Agreements: []Agreement{{Kind: EI}}})
	for _, order := range [][]Claim{{self, moderated, official}, {official, moderated, self}} {
		var s Structure
		for _, c := range order {
			testRules().Merge(&s, c)
		}
		if s.Name != "Notre nom" || s.Contact.Phone != "0199000009" || len(s.Agreements) != 1 || s.Agreements[0].Kind != EA {
			t.Errorf("a file replaced what a person has set: %+v", s)
		}
		if got := s.Conflicts(); len(got) != 3 || got[2].Field != FieldAgreements || got[2].Other != "EI" {
			t.Errorf("conflicts %+v", got)
		}
	}
}

// TestLapses tells a recognition that only a source without it any more has given.
func TestLapses(t *testing.T) {
	l := Listing{Source: SourceESUS}
	l.Add(Everywhere, Edition{Ref: NewRef("2026-06-01", "b"), Day: "2026-06-01"})
	esus := says(SourceESUS, "2026-01-01", Structure{ESUS: true})
	var s Structure
	testRules(l).Merge(&s, esus)
	if got := s.Lapses("2026-07-01"); s.ESUS || len(got) != 1 || got[0] != (Lapse{Field: FieldESUS, Source: SourceESUS, Since: "2026-06-01"}) {
		t.Errorf("ESUS %v, lapses %+v", s.ESUS, got)
	}
	testRules(l).Merge(&s, says(SourceGeneric, "2026-01-01", Structure{ESUS: true}))
	if got := s.Lapses("2026-07-01"); !s.ESUS || len(got) != 0 || s.Origins[FieldESUS].Source != SourceGeneric {
		t.Errorf("another source confirms it: ESUS %v, lapses %+v", s.ESUS, got)
	}
}

// TestHistoryIsBounded keeps the last changes, in few characters.
func TestHistoryIsBounded(t *testing.T) {
	var s Structure
	for n := range 3 * MaxHistory {
		before := s
		day := Date("2026-01-01").AddDays(n)
		d := testRules().Merge(&s, says(SourceGeneric, day, Structure{Name: strings.Repeat("é", 400) + string(day)}))
		s.Origins[FieldName] = Origin{Source: SourceGeneric, AsOf: day, File: string(day)}
		before.Name = string(day)
		s.Note(&before, d, day, SourceGeneric, "a.csv")
	}
	if len(s.History) != MaxHistory || s.History[0].On != Date("2026-01-01").AddDays(2*MaxHistory) {
		t.Errorf("%d changes from %s", len(s.History), s.History[0].On)
	}
	if n := len([]rune(s.History[0].New)); n != maxValue {
		t.Errorf("a value of %d characters", n)
	}
}

// TestListingIsBounded forgets the oldest editions of an area.
func TestListingIsBounded(t *testing.T) {
	var l Listing
	for n := range 2 * MaxEditions {
		day := Date("2026-01-01").AddDays(n)
		l.Add("94", Edition{Ref: NewRef(day, "f"), Day: day})
		l.Add("94", Edition{Ref: NewRef(day, "f"), Day: day})
	}
	if list := l.Areas["94"]; len(list) != MaxEditions || list[MaxEditions-1].Day != Date("2026-01-01").AddDays(2*MaxEditions-1) {
		t.Errorf("%d editions", len(list))
	}
}
