package structure

import "slices"

// KindGroupement is the value by which a groupement is filtered, counted and shown.
// It is no agreement: none makes one.
const KindGroupement = "GROUPEMENT"

// Form says what the members of a groupement answer for.
type Form string

// Forms (R2142-20 and following).
const (
	Conjoint          Form = "conjoint"
	ConjointSolidaire Form = "conjoint-mandataire-solidaire"
	Solidaire         Form = "solidaire"
)

// Bounds of the members of a groupement: below the first it is none.
const (
	MinMembers = 2
	MaxMembers = 20
)

// Forms lists them, from the lightest engagement to the heaviest.
var Forms = []Form{Conjoint, ConjointSolidaire, Solidaire}

// Groupement makes of a structure of the directory several that answer together: its
// activities are what they bring, its place is the mandataire's. It is a copy of a
// document of its own, with what search needs of the sheets of its members; no file
// and no claim is merged into it.
type Groupement struct {
	Document   string             `json:"document"` // id of the groupement
	Rev        int64              `json:"rev"`      // of the document: an older copy never replaces a newer one
	Form       Form               `json:"form,omitempty"`
	Mandataire string             `json:"mandataire,omitempty"` // id of the structure
	Members    []GroupementMember `json:"members,omitempty"`    // the mandataire first
}

// GroupementMember is a member as its sheet says, as far as search needs it.
type GroupementMember struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Brings  string   `json:"brings,omitempty"` // in its own words
	Sectors []string `json:"sectors,omitempty"`

	Agreements []Agreement `json:"agreements,omitempty"`
	ESS        ESS         `json:"ess,omitempty"`
	ESSOrigin  Origin      `json:"ess_origin,omitzero"`
	Closed     bool        `json:"closed,omitempty"`
}

// GroupementStructureID is the id of the sheet of a groupement.
func GroupementStructureID(document string) string { return NewID("groupement:" + document) }

// Withdrawn reports whether the sheet is that of a groupement which its members no
// longer present: it is shown to nobody.
func (s *Structure) Withdrawn() bool { return s.Groupement != nil && s.Closed }

// Member finds one by its id, nil when there is none, or no groupement.
func (g *Groupement) Member(id string) *GroupementMember {
	if g == nil {
		return nil
	}
	i := slices.IndexFunc(g.Members, func(m GroupementMember) bool { return m.ID == id })
	if i < 0 {
		return nil
	}
	return &g.Members[i]
}

// FoundedOn says what a claim rests on, and the ESS family where that is what does: of
// the member that it is founded on, else of the structure itself.
func (s *Structure) FoundedOn(c BasisClaim) (Origin, ESS) {
	if a := c.Agreement; a.Kind != "" {
		return Origin{Source: a.Source, AsOf: a.AsOf}, ""
	}
	if m := s.Groupement.Member(c.Member); m != nil {
		return m.ESSOrigin, m.ESS
	}
	return s.Origins[FieldESS], s.ESS
}

// Doubtful reports whether nothing without a reserve founds a basis: of a groupement,
// whether that is so of one member.
func Doubtful(claims []BasisClaim, b Basis, on Date) bool {
	sure := map[string]bool{}
	for _, c := range claims {
		if c.Basis == b {
			sure[c.Member] = sure[c.Member] || !c.Doubtful(on)
		}
	}
	for _, one := range sure {
		if !one {
			return true
		}
	}
	return len(sure) == 0
}

// AsStructure gives what bases and families follow from: nothing of an establishment
// that has ceased.
func (m *GroupementMember) AsStructure() *Structure {
	if m.Closed {
		return &Structure{ID: m.ID, Name: m.Name, Closed: true}
	}
	return &Structure{ID: m.ID, Name: m.Name, Agreements: m.Agreements, ESS: m.ESS}
}

// family is the one that all members share on the day: a groupement is told by no
// family that one of them is not of.
func (g *Groupement) family(on Date) Family {
	if len(g.Members) == 0 {
		return Entreprise
	}
	out := g.Members[0].AsStructure().Family(on)
	for i := range g.Members {
		if g.Members[i].AsStructure().Family(on) != out {
			return Entreprise
		}
	}
	return out
}

// joint lists what founds the bases that all members of a groupement fall under on
// the day, each judged apart: a lot reserved under one is for groupements whose
// members are all of those that it is reserved to.
func (r BasisRules) joint(g *Groupement, on Date) []BasisClaim {
	shared := r.Shared(g, on)
	var out []BasisClaim
	for i := range g.Members {
		m := &g.Members[i]
		for _, c := range r.Claims(m.AsStructure(), on) {
			if slices.Contains(shared, c.Basis) {
				c.Member = m.ID
				out = append(out, c)
			}
		}
	}
	byBasis(out)
	return out
}

// Shared lists the bases that all members of a groupement fall under on the day.
func (r BasisRules) Shared(g *Groupement, on Date) []Basis {
	if len(g.Members) < MinMembers {
		return nil
	}
	shared := slices.Clone(Bases)
	for i := range g.Members {
		has := r.BasisValues(g.Members[i].AsStructure(), on)
		shared = slices.DeleteFunc(shared, func(b Basis) bool { return !slices.Contains(has, b) })
	}
	return shared
}

// Standing is how a groupement stands under a basis on a day.
type Standing struct {
	Basis   Basis
	Within  []GroupementMember // those that fall under it
	Outside []GroupementMember // those that do not: with one, no lot reserved under it
}

// Eligible reports whether all members fall under the basis.
func (s Standing) Eligible() bool { return len(s.Outside) == 0 && len(s.Within) >= MinMembers }

// Standings tells of each basis that a member falls under who else does.
func (r BasisRules) Standings(g *Groupement, on Date) []Standing {
	var out []Standing
	for _, b := range Bases {
		s := Standing{Basis: b}
		for i := range g.Members {
			if m := g.Members[i]; slices.Contains(r.BasisValues(m.AsStructure(), on), b) {
				s.Within = append(s.Within, m)
			} else {
				s.Outside = append(s.Outside, m)
			}
		}
		if len(s.Within) > 0 {
			out = append(out, s)
		}
	}
	return out
}
