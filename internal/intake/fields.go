package intake

import (
	"slices"

	"sourcier/internal/structure"
)

// fact is a group of values that come and go together.
type fact struct {
	field structure.Field
	given func(*structure.Structure) bool
	same  func(a, b *structure.Structure) bool
	copy  func(to, from *structure.Structure)
	// weight comes before the rank of the source, nil = always equal: a declared
	// sector beats one derived from the APE code, wherever each comes from.
	weight func(*structure.Structure) int
}

type doc = structure.Structure

// single makes the fact of one comparable value.
func single[T comparable](field structure.Field, at func(*doc) *T) fact {
	var zero T
	return fact{
		field: field,
		given: func(s *doc) bool { return *at(s) != zero },
		same:  func(a, b *doc) bool { return *at(a) == *at(b) },
		copy:  func(to, from *doc) { *at(to) = *at(from) },
	}
}

// facts lists everything an import may say, but agreements and labels, which
// add up (union.go).
var facts = []fact{
	single(structure.FieldName, func(s *doc) *string { return &s.Name }),
	single(structure.FieldTradeName, func(s *doc) *string { return &s.TradeName }),
	single(structure.FieldESS, func(s *doc) *structure.ESS { return &s.ESS }),
	single(structure.FieldESUS, func(s *doc) *bool { return &s.ESUS }),
	single(structure.FieldRegie, func(s *doc) *bool { return &s.RegieDeQuartier }),
	single(structure.FieldSize, func(s *doc) *structure.Size { return &s.Size }),
	single(structure.FieldWorkforce, func(s *doc) *structure.Workforce { return &s.Workforce }),
	single(structure.FieldNAF, func(s *doc) *string { return &s.NAF }),
	single(structure.FieldNAF2025, func(s *doc) *string { return &s.NAF2025 }),
	single(structure.FieldLegal, func(s *doc) *string { return &s.LegalCategory }),
	single(structure.FieldDescription, func(s *doc) *string { return &s.Description }),
	single(structure.FieldPhone, func(s *doc) *string { return &s.Contact.Phone }),
	single(structure.FieldEmail, func(s *doc) *string { return &s.Contact.Email }),
	single(structure.FieldWebsite, func(s *doc) *string { return &s.Contact.Website }),
	single(structure.FieldClosed, func(s *doc) *bool { return &s.Closed }),
	{
		field: structure.FieldReferences,
		given: func(s *doc) bool { return len(s.References) > 0 },
		same:  func(a, b *doc) bool { return slices.Equal(a.References, b.References) },
		copy:  func(to, from *doc) { to.References = from.References },
	},
	{
		field:  structure.FieldActivities,
		given:  func(s *doc) bool { return len(s.Activities) > 0 },
		same:   func(a, b *doc) bool { return slices.EqualFunc(a.Activities, b.Activities, sameActivity) },
		copy:   func(to, from *doc) { to.Activities = from.Activities },
		weight: activityWeight,
	},
	{
		field: structure.FieldAddress,
		given: func(s *doc) bool { return withoutPoint(s.Address) != structure.Address{} },
		same:  func(a, b *doc) bool { return withoutPoint(a.Address) == withoutPoint(b.Address) },
		copy: func(to, from *doc) {
			point := to.Address.Point
			to.Address = from.Address
			to.Address.Point = point
		},
		weight: func(s *doc) int { return weigh(s.Address.Street != "") },
	},
	{
		field:  structure.FieldPoint,
		given:  func(s *doc) bool { return s.Address.Point.Precision == structure.PrecisionExact },
		same:   func(a, b *doc) bool { return a.Address.Point == b.Address.Point },
		copy:   func(to, from *doc) { to.Address.Point = from.Address.Point },
		weight: func(s *doc) int { return weigh(s.Address.Point.Precision == structure.PrecisionExact) },
	},
}

func weigh(better bool) int {
	if better {
		return 1
	}
	return 0
}

func withoutPoint(a structure.Address) structure.Address {
	a.Point = structure.Point{}
	return a
}

// derivedAlone is the weight of activities that an APE code suggests, and nothing else.
const derivedAlone = 1

// activityWeight: what a structure has declared beats what its APE code
// suggests, which beats a zone or a mode without any sector.
func activityWeight(s *doc) int {
	weight := 0
	for _, a := range s.Activities {
		of := 0
		switch {
		case len(a.Sectors) > 0 && !a.Derived:
			of = 3
		case len(a.Sectors) > 0 && (a.Zone.Declared() || len(a.Modes) > 0):
			of = 2
		case len(a.Sectors) > 0:
			of = derivedAlone
		}
		weight = max(weight, of)
	}
	return weight
}

func sameActivity(a, b structure.Activity) bool {
	return a.Derived == b.Derived && a.Offer == b.Offer && a.Availability == b.Availability &&
		slices.Equal(a.Sectors, b.Sectors) && slices.Equal(a.Modes, b.Modes) &&
		slices.Equal(a.Characteristics, b.Characteristics) &&
		a.Zone.France == b.Zone.France && a.Zone.RadiusKM == b.Zone.RadiusKM && slices.Equal(a.Zone.Territories, b.Zone.Territories)
}
