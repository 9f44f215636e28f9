package structure

import (
	"slices"
	"testing"
)

const day Date = "2026-11-23"

func TestMainKindAndFamily(t *testing.T) {
	ended := Agreement{Kind: ESAT, End: "2026-11-22"}
	tests := []struct {
		name   string
		s      Structure
		kind   string
		family Family
	}{
		{"agreement before ESS", Structure{Agreements: []Agreement{{Kind: EI}}, ESS: ASSO, Size: PME}, "EI", Insertion},
		{"two agreements: the order of Kinds decides", Structure{Agreements: []Agreement{{Kind: AI}, {Kind: ACI}}}, "ACI", Insertion},
		{"ended yesterday", Structure{Agreements: []Agreement{ended}, ESS: COOP}, "COOP", FamilyESS},
		{"ends today", Structure{Agreements: []Agreement{{Kind: ESAT, End: day}}}, "ESAT", Handicap},
		{"starts tomorrow", Structure{Agreements: []Agreement{{Kind: EA, Start: "2026-11-24"}}, Size: TPE}, "TPE", Entreprise},
		{"prison work is insertion", Structure{Agreements: []Agreement{{Kind: SEP}}}, "SEP", Insertion},
		{"nothing known", Structure{}, "", Entreprise},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if k, f := tt.s.MainKind(day), tt.s.Family(day); k != tt.kind || f != tt.family {
				t.Errorf("got %q, %q; want %q, %q", k, f, tt.kind, tt.family)
			}
		})
	}
}

func TestSizeOf(t *testing.T) {
	tests := []struct {
		workforce Workforce
		category  string
		want      Size
	}{
		{"NN", "GE", TPE}, {"03", "PME", TPE}, {"11", "PME", PME}, {"11", "GE", GE}, {"", "ETI", ETI}, {"", "", ""}, {"12", "", ""}, {"99", "", ""},
	}
	for _, tt := range tests {
		if got := SizeOf(tt.workforce, tt.category); got != tt.want {
			t.Errorf("SizeOf(%q, %q) = %q, want %q", tt.workforce, tt.category, got, tt.want)
		}
	}
}

func TestAvailabilityExpires(t *testing.T) {
	tests := []struct {
		name string
		a    Availability
		want AvailabilityState
	}{
		{"declared today", Availability{State: Available, DeclaredOn: day}, Available},
		{"last day of the three months", Availability{State: Available, DeclaredOn: "2026-08-23"}, Available},
		{"the day after", Availability{State: Available, DeclaredOn: "2026-08-22"}, ""},
		{"without a date it says nothing", Availability{State: Available}, ""},
		{"booked up until today", Availability{State: BookedUp, Until: day, DeclaredOn: day}, BookedUp},
		{"booked up until yesterday", Availability{State: BookedUp, Until: "2026-11-22", DeclaredOn: "2026-11-01"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.a.On(day); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestBasisValues(t *testing.T) {
	rules := DefaultBasisRules()
	tests := []struct {
		name string
		s    Structure
		on   Date
		want []Basis
	}{
		{"ESAT", Structure{Agreements: []Agreement{{Kind: ESAT}}}, day, []Basis{L2113_12, L2113_14}},
		{"ACI that is an association", Structure{Agreements: []Agreement{{Kind: ACI}}, ESS: ASSO}, day, []Basis{L2113_13, L2113_14, L2113_15}},
		{"prison work is never in 14", Structure{Agreements: []Agreement{{Kind: SEP}}}, day, []Basis{L2113_13_1}},
		{"GEIQ reserves nothing", Structure{Agreements: []Agreement{{Kind: GEIQ}}}, day, nil},
		{"EITI on the last day", Structure{Agreements: []Agreement{{Kind: EITI}}}, "2026-12-22", []Basis{L2113_13, L2113_14}},
		{"EITI the day after", Structure{Agreements: []Agreement{{Kind: EITI}}}, "2026-12-23", nil},
		{"ended agreement", Structure{Agreements: []Agreement{{Kind: EI, End: "2026-01-31"}}}, day, nil},
		{"both worlds", Structure{Agreements: []Agreement{{Kind: EA}, {Kind: EI}}}, day, []Basis{L2113_12, L2113_13, L2113_14}},
		{"a company", Structure{Size: PME}, day, nil},
		{"closed, whatever it was", Structure{Agreements: []Agreement{{Kind: ESAT}}, ESS: ASSO, Closed: true}, day, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := rules.BasisValues(&tt.s, tt.on); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestClaimsMarkWhatTheLawLeavesOpen(t *testing.T) {
	s := Structure{Agreements: []Agreement{{Kind: EATT}, {Kind: EITI}, {Kind: ESAT}}, ESS: ASSO}
	for _, c := range DefaultBasisRules().Claims(&s, day) {
		if want := c.Agreement.Kind != ESAT; c.ToCheck != want {
			t.Errorf("%s by %q: ToCheck = %v, want %v", c.Basis, c.Agreement.Kind, c.ToCheck, want)
		}
	}
}
