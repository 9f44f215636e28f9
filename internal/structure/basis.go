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
	Member    string    // id of the member of a groupement that it is founded on
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
// A groupement claims what all its members do.
func (r BasisRules) Claims(s *Structure, on Date) []BasisClaim {
	if s.Closed {
		return nil // no contract can go to an establishment that has ceased
	}
	if s.Groupement != nil {
		return r.joint(s.Groupement, on)
	}
	var out []BasisClaim
	add := func(a Agreement, check bool, bases ...Basis) {
		for _, b := range bases {
			out = append(out, BasisClaim{Basis: b, Agreement: a, ToCheck: check})
		}
	}
	for _, a := range s.Agreements {
		if !a.InForce(on) {
			continue
		}
		switch a.Kind {
		case EA, ESAT, EATT:
			add(a, a.Kind == EATT, L2113_12, L2113_14)
		case EI, ETTI, AI, ACI:
			add(a, false, L2113_13, L2113_14)
		case EITI:
			if r.eiti(on) {
				add(a, true, L2113_13, L2113_14)
			}
		case SEP:
			add(a, false, L2113_13_1)
		}
	}
	if s.ESS != "" {
		out = append(out, BasisClaim{Basis: L2113_15, ToCheck: true})
	}
	byBasis(out)
	return out
}

// eiti reports whether the experiment still runs on the day.
func (r BasisRules) eiti(on Date) bool { return r.EITIEnd == "" || on <= r.EITIEnd }

// byBasis puts claims in the order of Bases.
func byBasis(list []BasisClaim) {
	slices.SortStableFunc(list, func(a, b BasisClaim) int {
		return slices.Index(Bases, a.Basis) - slices.Index(Bases, b.Basis)
	})
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
