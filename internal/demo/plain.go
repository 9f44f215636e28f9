package demo

import (
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// plainTrade is an APE code that many TPE and PME have.
type plainTrade struct {
	naf      string
	sector   taxonomy.Sector
	pack     *pack
	activity structure.Activity // derived from the code, shared by all
}

// plainTrades lists every APE code that leads to a sector.
func plainTrades(p *planner) []plainTrade {
	var out []plainTrade
	seen := map[string]bool{}
	for _, s := range p.all {
		for _, naf := range s.NAF {
			if seen[naf] {
				continue
			}
			seen[naf] = true
			out = append(out, plainTrade{naf, s, p.packs[s.Code], derived(p.tax, naf, s)[0]})
		}
	}
	return out
}

// declaredShare is the share of TPE and PME that have filled in a sheet; the
// others are known from the register only.
const declaredShare = 0.12

// plainStructure makes one of the 97 % of a large directory: a TPE or PME
// without agreement. Beyond plainUnits it is one more establishment of a legal
// unit that came before, with the same name and APE code.
func (g *generator) plainStructure(i int) structure.Structure {
	unit := i % plainUnits
	u := newDice(g.opts.Seed, forUnit, unit)
	d := newDice(g.opts.Seed, forStructure, i)
	trade := pick(u, g.plain)
	head := plainHead(u)
	today := g.opts.Today
	commune := g.commune(d, i, -1, false)
	s := structure.Structure{
		SIRET: siret(plainSIREN(unit), 1+i/plainUnits), NAF: trade.naf, Demo: true,
		Name:          typo(fillName(u, pick(u, nameForms["plain"]), pick(u, trade.pack.names))),
		LegalCategory: legalCategory(u, "", head),
		Workforce:     bandOf(head), Size: sizeOf(head),
		Activities: []structure.Activity{trade.activity},
		Address:    g.places.address(d, commune),
	}
	s.Address.City = cityName(commune.Name)
	s.ID = structure.NewID(s.Identity())
	known := today.AddDays(-d.between(1, 700))
	if d.chance(declaredShare) {
		known = today.AddDays(-d.between(1, 300))
		g.declare(&s, d, trade, commune, head)
	}
	s.CreatedAt = officeHours(known.AddDays(-d.between(0, 60)), i)
	s.UpdatedAt = officeHours(known, i)
	s.Origins = origins(&s, known)
	return s
}

// plainHead draws a headcount as the register has them: half employ nobody.
func plainHead(d dice) int {
	return draw(d, []weighted[func() int]{
		{45, func() int { return 0 }},
		{40, func() int { return d.between(1, 9) }},
		{12, func() int { return d.between(10, 49) }},
		{3, func() int { return d.between(50, 240) }},
	})()
}

// declare adds what a company that has claimed its sheet says.
func (g *generator) declare(s *structure.Structure, d dice, t plainTrade, c territory.Commune, head int) {
	f := &draft{Structure: *s, g: g, d: d, card: card{profile: plainProfiles[s.Size], sector: t.sector, rank: -1}, pack: t.pack, commune: c, head: head}
	f.text = f.slots()
	f.text.name = f.shortName()
	f.Activities = []structure.Activity{f.activity(t.sector, d.between(0, 1))}
	if d.chance(0.5) {
		f.Description = f.describe()
	}
	f.contact()
	*s = f.Structure
}

var plainProfiles = map[structure.Size]*profile{
	structure.TPE: {code: "tpe", fits: "PME", size: structure.TPE},
	structure.PME: {code: "pme", fits: "PME", size: structure.PME},
}
