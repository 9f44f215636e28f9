package structure

import (
	"slices"
	"strings"
)

// fact is a group of values that come and go together.
type fact struct {
	field Field
	given func(*Structure) bool
	same  func(a, b *Structure) bool
	copy  func(to, from *Structure)
	// weight comes before the rank of the source, nil = always equal: a declared
	// sector beats one derived from the APE code, wherever each comes from.
	weight func(*Structure) int
	// standing is a recognition that buyers rely on: one that no source confirms
	// any more is not shown as if it held.
	standing bool
	text     func(*Structure) string // for conflicts and history
}

// single makes the fact of one comparable value.
func single[T comparable](field Field, at func(*Structure) *T, text func(T) string) fact {
	var zero T
	return fact{
		field: field,
		given: func(s *Structure) bool { return *at(s) != zero },
		same:  func(a, b *Structure) bool { return *at(a) == *at(b) },
		copy:  func(to, from *Structure) { *at(to) = *at(from) },
		text: func(s *Structure) string {
			if *at(s) == zero {
				return ""
			}
			return text(*at(s))
		},
	}
}

func plain[T ~string](s T) string { return string(s) }

func yes(text string) func(bool) string { return func(bool) string { return text } }

func (f fact) ofStanding() fact { f.standing = true; return f }

// facts lists everything that a source may say, but agreements and labels, which
// add up.
var facts = []fact{
	siretFact(),
	single(FieldName, func(s *Structure) *string { return &s.Name }, plain),
	single(FieldTradeName, func(s *Structure) *string { return &s.TradeName }, plain),
	single(FieldESS, func(s *Structure) *ESS { return &s.ESS }, plain).ofStanding(),
	esusFact(),
	single(FieldRegie, func(s *Structure) *bool { return &s.RegieDeQuartier }, yes("oui")).ofStanding(),
	single(FieldSize, func(s *Structure) *Size { return &s.Size }, plain),
	single(FieldWorkforce, func(s *Structure) *Workforce { return &s.Workforce }, plain),
	single(FieldNAF, func(s *Structure) *string { return &s.NAF }, plain),
	single(FieldNAF2025, func(s *Structure) *string { return &s.NAF2025 }, plain),
	single(FieldLegal, func(s *Structure) *string { return &s.LegalCategory }, plain),
	single(FieldDescription, func(s *Structure) *string { return &s.Description }, plain),
	single(FieldPhone, func(s *Structure) *string { return &s.Contact.Phone }, plain),
	single(FieldEmail, func(s *Structure) *string { return &s.Contact.Email }, plain),
	single(FieldWebsite, func(s *Structure) *string { return &s.Contact.Website }, plain),
	single(FieldClosed, func(s *Structure) *bool { return &s.Closed }, yes("fermé")),
	{
		field: FieldReferences,
		given: func(s *Structure) bool { return len(s.References) > 0 },
		same:  func(a, b *Structure) bool { return slices.Equal(a.References, b.References) },
		copy:  func(to, from *Structure) { to.References = from.References },
		text:  func(s *Structure) string { return strings.Join(s.References, ", ") },
	},
	{
		field:  FieldActivities,
		given:  func(s *Structure) bool { return len(s.Activities) > 0 },
		same:   func(a, b *Structure) bool { return slices.EqualFunc(a.Activities, b.Activities, sameActivity) },
		copy:   func(to, from *Structure) { to.Activities = from.Activities },
		weight: activityWeight,
		text:   activityText,
	},
	offersFact(),
	logoFact(),
	{
		field: FieldAddress,
		given: func(s *Structure) bool { return withoutPoint(s.Address) != Address{} },
		same:  func(a, b *Structure) bool { return withoutPoint(a.Address) == withoutPoint(b.Address) },
		copy: func(to, from *Structure) {
			point := to.Address.Point
			to.Address = from.Address
			to.Address.Point = point
		},
		weight: func(s *Structure) int { return weigh(s.Address.Street != "") },
		text: func(s *Structure) string {
			return strings.Join(strings.Fields(s.Address.Street+" "+s.Address.PostalCode+" "+s.Address.City), " ")
		},
	},
	{
		field:  FieldPoint,
		given:  func(s *Structure) bool { return s.Address.Point.Precision == PrecisionExact },
		same:   func(a, b *Structure) bool { return a.Address.Point == b.Address.Point },
		copy:   func(to, from *Structure) { to.Address.Point = from.Address.Point },
		weight: func(s *Structure) int { return weigh(s.Address.Point.Precision == PrecisionExact) },
	},
}

// siretFact is what sources say of the SIRET of a structure that is known by its
// FINESS number; of another the SIRET is the identity, which no source disputes.
func siretFact() fact {
	f := single(FieldSIRET, func(s *Structure) *string { return &s.SIRET }, plain)
	f.given = func(s *Structure) bool { return s.FINESS != "" && s.SIRET != "" }
	return f
}

// esusFact joins the agreement and its last day, which differs by source.
func esusFact() fact {
	return fact{
		field:    FieldESUS,
		given:    func(s *Structure) bool { return s.ESUS },
		same:     func(a, b *Structure) bool { return a.ESUS == b.ESUS && a.ESUSEnd == b.ESUSEnd },
		copy:     func(to, from *Structure) { to.ESUS, to.ESUSEnd = from.ESUS, from.ESUSEnd },
		standing: true,
		text: func(s *Structure) string {
			switch {
			case !s.ESUS:
				return ""
			case s.ESUSEnd != "":
				return "oui, jusqu’au " + frenchDay(s.ESUSEnd)
			}
			return "oui"
		},
	}
}

func weigh(better bool) int {
	if better {
		return 1
	}
	return 0
}

func withoutPoint(a Address) Address {
	a.Point = Point{}
	return a
}

// derivedAlone is the weight of activities that an APE code suggests, and nothing else.
const derivedAlone = 1

// activityWeight: what a structure has declared beats what its APE code
// suggests, which beats a zone or a mode without any sector.
func activityWeight(s *Structure) int {
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

func sameActivity(a, b Activity) bool {
	return a.Derived == b.Derived && a.Offer == b.Offer && a.Availability == b.Availability &&
		slices.Equal(a.Sectors, b.Sectors) && slices.Equal(a.Modes, b.Modes) &&
		slices.Equal(a.Characteristics, b.Characteristics) &&
		a.Zone.France == b.Zone.France && a.Zone.RadiusKM == b.Zone.RadiusKM && slices.Equal(a.Zone.Territories, b.Zone.Territories)
}

// activityText lists the codes of the sectors; who shows it may name them.
func activityText(s *Structure) string {
	var out []string
	for _, a := range s.Activities {
		for _, code := range a.Sectors {
			if !slices.Contains(out, code) {
				out = append(out, code)
			}
		}
	}
	return strings.Join(out, ", ")
}

// frenchDay writes 31/12/2026.
func frenchDay(d Date) string {
	if len(d) != len("2026-12-31") {
		return string(d)
	}
	return string(d[8:] + "/" + d[5:7] + "/" + d[:4])
}
