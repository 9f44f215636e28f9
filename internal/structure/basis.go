package structure

import "slices"

// Basis is an article of the Code de la commande publique under which a
// contract may be reserved.
type Basis string

// Legal bases. Each is judged apart; L2113-14 joins 12 and 13 and never 13-1.
const (
	L2113_12   Basis = "L2113-12"   // EA, ESAT
	L2113_13   Basis = "L2113-13"   // SIAE
	L2113_13_1 Basis = "L2113-13-1" // production en établissement pénitentiaire
	L2113_14   Basis = "L2113-14"   // 12 and 13 together
	L2113_15   Basis = "L2113-15"   // ESS, for listed services
)

// Bases lists every basis in the order in which they are shown.
var Bases = []Basis{L2113_12, L2113_13, L2113_14, L2113_13_1, L2113_15}

// DefaultEITIEnd is the end of the EITI experiment (loi 2018-771 art. 83) as
// read in a commentary; it is a setting, since a law may prolong it.
const DefaultEITIEnd Date = "2026-12-22"

// BasisClaim says that a structure is potentially eligible under a basis, and
// by what. The share of at least 50 % (R2113-7) remains the buyer's to check.
type BasisClaim struct {
	Basis     Basis
	Agreement Agreement // zero for L2113-15, which follows from the ESS family
	ToCheck   bool      // the law or its application to this kind needs a check (« à vérifier »)
}

// Doubtful reports whether the basis is claimed with a reserve on the day: of the
// law, or of the age of its source.
func (c BasisClaim) Doubtful(on Date) bool { return c.ToCheck || c.Agreement.Aged(on) }

// agedAfter is how many months after its date a source that gives no last day no
// longer says that an agreement is in force.
const agedAfter = 12

// Aged reports whether what says that an agreement is in force is too old to be believed.
func (a Agreement) Aged(on Date) bool {
	return a.Kind != "" && a.InForce(on) && a.End == "" && a.AsOf != "" && on > a.AsOf.AddMonths(agedAfter)
}

// BasisRules carries the dated settings that the bases depend on.
type BasisRules struct {
	EITIEnd Date // last day on which an EITI counts under L2113-13
}

// DefaultBasisRules are the rules as known when the project was released.
func DefaultBasisRules() BasisRules { return BasisRules{EITIEnd: DefaultEITIEnd} }

// Claims lists the bases that the structure may be eligible under on the day,
// one line per agreement and basis, ordered by Bases. L2113-15 is claimed from
// the ESS family and always to be checked: it also depends on the service bought.
func (r BasisRules) Claims(s *Structure, on Date) []BasisClaim {
	if s.Closed {
		return nil // no contract can go to an establishment that has ceased
	}
	var out []BasisClaim
	for _, a := range s.Agreements {
		if !a.InForce(on) {
			continue
		}
		switch a.Kind {
		case EA, ESAT, EATT:
			check := a.Kind == EATT
			out = append(out, BasisClaim{L2113_12, a, check}, BasisClaim{L2113_14, a, check})
		case EI, ETTI, AI, ACI:
			out = append(out, BasisClaim{L2113_13, a, false}, BasisClaim{L2113_14, a, false})
		case EITI:
			if r.EITIEnd == "" || on <= r.EITIEnd {
				out = append(out, BasisClaim{L2113_13, a, true}, BasisClaim{L2113_14, a, true})
			}
		case SEP:
			out = append(out, BasisClaim{L2113_13_1, a, false})
		}
	}
	if s.ESS != "" {
		out = append(out, BasisClaim{Basis: L2113_15, ToCheck: true})
	}
	slices.SortStableFunc(out, func(a, b BasisClaim) int {
		return slices.Index(Bases, a.Basis) - slices.Index(Bases, b.Basis)
	})
	return out
}

// BasisValues lists the distinct bases claimed on the day, in the order of Bases.
func (r BasisRules) BasisValues(s *Structure, on Date) []Basis {
	var out []Basis
	for _, c := range r.Claims(s, on) {
		if !slices.Contains(out, c.Basis) {
			out = append(out, c.Basis)
		}
	}
	return out
}
