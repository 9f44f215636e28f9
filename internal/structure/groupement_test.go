package structure

import (
	"slices"
	"testing"
)

// of makes a member that holds agreements in force.
func of(ess ESS, kinds ...Kind) GroupementMember {
	m := GroupementMember{ID: "m", Name: "M", ESS: ess}
	for _, k := range kinds {
		m.Agreements = append(m.Agreements, Agreement{Kind: k, End: "2027-01-01"})
	}
	return m
}

// TestGroupementBases: a groupement falls under what all its members do, each basis
// judged apart (L2113-12 and following).
func TestGroupementBases(t *testing.T) {
	closed := of(ASSO, ESAT)
	closed.Closed = true
	over := GroupementMember{Agreements: []Agreement{{Kind: ESAT, End: day.AddDays(-1)}}}
	tests := []struct {
		name    string
		members []GroupementMember
		want    []Basis
		family  Family
	}{
		{"two of disability", []GroupementMember{of("", ESAT), of("", EA)}, []Basis{L2113_12, L2113_14}, Handicap},
		{"disability and insertion: 14 alone", []GroupementMember{of("", ESAT), of("", EI)}, []Basis{L2113_14}, Entreprise},
		{"an ordinary company beside an ESAT", []GroupementMember{of("", ESAT), of("")}, nil, Entreprise},
		{"prison never joins 14", []GroupementMember{of("", SEP), of("", EI)}, nil, Insertion},
		{"two of the ESS", []GroupementMember{of(ASSO), of(COOP)}, []Basis{L2113_15}, FamilyESS},
		{"each by another: EA + association, association", []GroupementMember{of(ASSO, EA), of(ASSO)}, []Basis{L2113_15}, Entreprise},
		{"one holds two kinds", []GroupementMember{of("", ESAT, EI), of("", EI)}, []Basis{L2113_13, L2113_14}, Entreprise},
		{"an agreement that is over", []GroupementMember{of("", ESAT), over}, nil, Entreprise},
		{"a member that has ceased", []GroupementMember{of(ASSO, ESAT), closed}, nil, Entreprise},
		{"one alone", []GroupementMember{of("", ESAT)}, nil, Handicap},
		{"none", nil, nil, Entreprise},
	}
	rules := DefaultBasisRules()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			// What the sheet holds beside counts for nothing.
			s := Structure{Groupement: &Groupement{Members: tt.members}, ESS: ASSO, Agreements: []Agreement{{Kind: SEP}}}
			if got := rules.BasisValues(&s, day); !slices.Equal(got, tt.want) {
				t.Errorf("bases %v, want %v", got, tt.want)
			}
			if s.Family(day) != tt.family || !slices.Equal(s.KindValues(day), []string{KindGroupement}) || s.MainKind(day) != KindGroupement {
				t.Errorf("family %s, kinds %v", s.Family(day), s.KindValues(day))
			}
			for _, st := range rules.Standings(s.Groupement, day) {
				if st.Eligible() != slices.Contains(tt.want, st.Basis) || len(st.Within)+len(st.Outside) != len(tt.members) {
					t.Errorf("%s: %+v", st.Basis, st)
				}
			}
		})
	}
}

// TestGroupementClaims tells which member founds what, and keeps the reserve of one.
func TestGroupementClaims(t *testing.T) {
	a, b := of("", ESAT), of("", EATT)
	a.ID, b.ID = "a", "b"
	claims := DefaultBasisRules().Claims(&Structure{Groupement: &Groupement{Members: []GroupementMember{a, b}}}, day)
	var got []string
	for _, c := range claims {
		text := string(c.Basis) + " " + c.Member
		if c.ToCheck {
			text += " ?"
		}
		got = append(got, text)
	}
	if want := []string{"L2113-12 a", "L2113-12 b ?", "L2113-14 a", "L2113-14 b ?"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
