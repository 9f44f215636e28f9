package intake

import (
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// claim is what the draft says, as claims are kept.
func (d *Draft) claim() structure.Claim {
	seen := ""
	if d.part != nil {
		seen = d.part.seen
	}
	facts := d.Facts
	if d.byName { // what a structure is found by is not changed by being found
		facts.Name, facts.TradeName, facts.Address = "", "", structure.Address{Point: facts.Address.Point}
	}
	c := structure.NewClaim(d.Origin, &facts, d.Denied, seen)
	if d.Withdrawn {
		return structure.Claim{Source: d.Origin.Source, Hidden: d.Origin.AsOf}
	}
	if d.Ended {
		for i := range c.Facts.Agreements {
			c.Facts.Agreements[i].Ended = true
		}
	}
	return c
}

// rulesOf makes the rules of a merge.
func rulesOf(atlas *territory.Atlas, sectors *taxonomy.Taxonomy, listings structure.Listings) *structure.Rules {
	return &structure.Rules{Atlas: atlas, Listings: listings, Sold: sectors.Sold}
}

// identify adds a number that was not known.
func identify(s *structure.Structure, d *Draft) (changed bool) {
	if s.SIRET == "" && d.SIRET != "" {
		s.SIRET, changed = d.SIRET, true
	}
	if s.FINESS == "" && d.FINESS != "" {
		s.FINESS, changed = d.FINESS, true
	}
	return changed
}
