package sourcing

import (
	"slices"

	"sourcier/internal/structure"
)

// Party is a structure of the directory as far as a study reads it: a small copy, kept
// in memory for every one that may claim a basis.
type Party struct {
	ID, Name   string
	SIREN      string // "" of one that has no SIRET
	Awaiting   bool   // its SIRET: known by its RNA number alone, it is not reservable meanwhile
	Commune    string
	Point      structure.Point
	Agreements []structure.Agreement
	ESS        structure.ESS
	Groupement *structure.Groupement // set for several that answer together
	Sells      []Sale
	Workers    int64 // the most of its band of workforce, 0 = not known
	Order      int64 // euros of the largest order that an offer gives, 0 = not said
}

// Sale is an activity of a Party: what is sold, how and where, which hold together.
type Sale struct {
	Sectors []string
	Modes   []structure.Mode
	Derived bool
	Zone    structure.Zone
}

// mostWorkers is the upper bound of each band of workforce. Bands that say nothing
// (not an employer, none, unknown) are not here.
var mostWorkers = map[structure.Workforce]int64{
	"01": 2, "02": 5, "03": 9, "11": 19, "12": 49, "21": 99, "22": 199, "31": 249, "32": 499,
	"41": 999, "42": 1999, "51": 4999, "52": 9999, "53": 100_000,
}

// NewParty reads a structure; false when no study counts it: it is not shown, has
// ceased, sells nothing or has nothing that a basis could rest on.
func NewParty(s *structure.Structure) (Party, bool) {
	if !s.Shown() || s.Closed || s.Withdrawn() || !founded(s) || len(s.Activities) == 0 {
		return Party{}, false
	}
	p := Party{
		ID: s.ID, Name: s.Name, SIREN: s.SIREN(), Awaiting: s.SIRET == "" && s.FINESS == "" && s.Groupement == nil,
		Commune: s.Address.Commune, Point: s.Address.Point,
		Agreements: s.Agreements, ESS: s.ESS, Groupement: s.Groupement, Workers: mostWorkers[s.Workforce],
	}
	for _, a := range s.Activities {
		p.Sells = append(p.Sells, Sale{Sectors: a.Sectors, Modes: a.Modes, Derived: a.Derived, Zone: a.Zone})
	}
	for _, o := range s.Offers {
		p.Order = max(p.Order, int64(o.MaxEuros))
	}
	if slices.ContainsFunc(s.Agreements, func(a structure.Agreement) bool { return a.Kind == structure.ESAT || a.Kind == structure.SEP }) {
		p.Workers = 0 // who works in an ESAT or in detention is no employee: the band does not count them
	}
	return p, true
}

func founded(s *structure.Structure) bool {
	return len(s.Agreements) > 0 || s.ESS != "" || s.Groupement != nil
}

// Claim is a basis that a Party may answer under on a day.
type Claim struct {
	Basis   structure.Basis
	ToCheck bool           // by the law, or by the age of its source
	Until   structure.Date // last day of what it rests on, "" = none known
}

// Claims lists them in the order of structure.Bases, each once. An agreement that is
// not in force on the day gives none; a groupement has those that all its members have.
func (p *Party) Claims(rules structure.BasisRules, on structure.Date) (list []Claim) {
	s := structure.Structure{ID: p.ID, Agreements: p.Agreements, ESS: p.ESS, Groupement: p.Groupement}
	all := rules.Claims(&s, on)
	for _, c := range all {
		if len(list) == 0 || list[len(list)-1].Basis != c.Basis {
			list = append(list, Claim{Basis: c.Basis, ToCheck: structure.Doubtful(all, c.Basis, on), Until: until(all, c.Basis, rules)})
		}
	}
	return list
}

// until is the last day of the longest agreement under a basis, of a groupement that of
// the member whose ends first.
func until(all []structure.BasisClaim, b structure.Basis, rules structure.BasisRules) structure.Date {
	const open structure.Date = "9999-12-31"
	longest := map[string]structure.Date{}
	for _, c := range all {
		if c.Basis != b {
			continue
		}
		last := c.Agreement.LastDay()
		if last == "" {
			last = open
		}
		if c.Agreement.Kind == structure.EITI && rules.EITIEnd != "" {
			last = min(last, rules.EITIEnd)
		}
		longest[c.Member] = max(longest[c.Member], last)
	}
	first := open
	for _, last := range longest {
		first = min(first, last)
	}
	if first == open {
		return ""
	}
	return first
}
