package demo

import (
	"strings"
	"time"

	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// draft is a featured structure being made.
type draft struct {
	structure.Structure
	g       *generator
	d       dice
	card    card
	pack    *pack
	commune territory.Commune
	text    *slots
	head    int
	rows    int            // number of activities
	unit    *site          // the legal unit that it is another establishment of, nil for one of its own
	known   structure.Date // day on which the sheet was last brought up to date
}

// featured makes a structure with everything that a complete sheet may hold.
func (g *generator) featured(i int, c card, siren string) structure.Structure {
	d := newDice(g.opts.Seed, forStructure, i)
	f := &draft{g: g, d: d, card: c, pack: g.plan.packs[c.sector.Code], commune: g.commune(d, i, c.rank, c.profile.local)}
	if c.profile.many {
		f.pack = packOf(employmentGroup, "")
	}
	f.head = headcount(d, c.profile)
	f.known = g.opts.Today.AddDays(-d.between(3, 400))
	f.Address = g.places.address(d, f.commune)
	f.Address.City = cityName(f.commune.Name)
	f.legal()
	f.join()
	f.agreements()
	f.text = f.slots()
	f.identity(siren)
	f.text.name = f.shortName()
	if f.likeSIRENE() {
		f.bare()
	} else {
		f.Activities = f.activities()
		f.Description = f.describe()
		f.references()
		f.labels()
	}
	f.contact()
	f.finish(i)
	return f.Structure
}

func headcount(d dice, p *profile) int {
	low, high := p.head[0], p.head[1]
	// Small ones are more numerous than large ones.
	x := d.Float64()
	return low + int(x*x*float64(high-low)+0.5)
}

// legal decides what the structure is in law and how big.
func (f *draft) legal() {
	p := f.card.profile
	f.Workforce = bandOf(f.head)
	f.ESS = ""
	if len(p.ess) > 0 {
		f.ESS = draw(f.d, p.ess)
	}
	f.LegalCategory = legalCategory(f.d, f.ESS, f.head)
	f.ESUS = f.ESS != "" && f.d.chance(p.esus)
	f.RegieDeQuartier = p.regie
	f.Size = p.size
	if f.Size == "" {
		f.Size = sizeOf(f.head)
	}
	f.NAF = p.naf
	if f.NAF == "" && len(f.card.sector.NAF) > 0 {
		f.NAF = pick(f.d, f.card.sector.NAF)
	}
}

func sizeOf(head int) structure.Size {
	category := "PME"
	if head >= 250 {
		category = "ETI"
	}
	return structure.SizeOf(bandOf(head), category)
}

// bandOf gives the INSEE tranche d'effectifs of a headcount.
func bandOf(head int) structure.Workforce {
	for _, b := range []struct {
		below int
		band  structure.Workforce
	}{
		{1, "NN"}, {3, "01"}, {6, "02"}, {10, "03"}, {20, "11"}, {50, "12"}, {100, "21"}, {200, "22"}, {250, "31"},
		{500, "32"}, {1000, "41"}, {2000, "42"}, {5000, "51"}, {10_000, "52"},
	} {
		if head < b.below {
			return b.band
		}
	}
	return "53"
}

func legalCategory(d dice, ess structure.ESS, head int) string {
	switch ess {
	case structure.ASSO:
		return legalAssociation
	case structure.COOP:
		return pick(d, []string{legalSCOP, legalSCOP, legalSCIC})
	case structure.FOND:
		return legalFoundation
	case structure.MUT:
		return legalMutual
	}
	switch {
	case head < 3:
		return pick(d, []string{legalEURL, legalSARL, legalSAS})
	case head < 250:
		return pick(d, []string{legalSARL, legalSAS, legalSAS})
	}
	return pick(d, []string{legalSA, legalSAS})
}

func (f *draft) slots() *slots {
	name := f.g.department(f.commune.Department)
	started := f.g.opts.Today.Time().Year() - 2 - f.d.between(0, 20) - f.d.between(0, 24)
	return &slots{
		d: f.d, head: f.head, worker: f.pack.worker, city: typo(f.Address.City), started: started,
		jobs: fitting(f.pack.jobs, f.card.sector.Code), trade: f.pack.tradeOf(f.card.sector.Code),
		inDept: inDepartment(f.commune.Department, name), ofDept: ofDepartment(f.commune.Department, name),
	}
}

// withoutCode drops the code that a territory label carries: "Val-de-Marne (94)".
func withoutCode(label string) string {
	name, _, _ := strings.Cut(label, " (")
	return name
}

// sharedEvery: of ten ESAT, the last two share the SIRET of the one before, as
// when an association declares several ESAT under one establishment.
const sharedEvery = 10

// secondEvery is how often a structure is another establishment of the one of
// the same profile before it.
const secondEvery = 13

// join makes the structure another establishment of the legal unit of the same
// profile before it, or an ESAT that shares its SIRET, when its turn comes and
// their sizes agree. What belongs to the legal unit is then the same.
func (f *draft) join() {
	p := f.card.profile
	n := f.g.counts[p.code]
	f.g.counts[p.code]++
	esat := p.code == "esat"
	turn := p.size == "" && !esat && f.card.spare && n%secondEvery == secondEvery-1 || esat && n%sharedEvery >= sharedEvery-2
	before, ok := f.g.last[p.code]
	if !ok || !turn || f.Size != before.size {
		return
	}
	f.unit = before
	f.ESS, f.ESUS, f.LegalCategory = before.ess, before.esus, before.legal
	if !esat {
		f.NAF, f.card.sector = before.naf, before.sector
		if !p.many {
			f.pack = f.g.plan.packs[before.sector.Code]
		}
	}
}

// identity numbers and names the structure.
func (f *draft) identity(siren string) {
	esat := f.card.profile.code == "esat"
	switch {
	case f.unit != nil && esat:
		f.SIRET, f.Name = f.unit.siret, f.newName()
	case f.unit != nil:
		f.unit.establishments++
		f.SIRET, f.Name = siret(f.unit.siren, f.unit.establishments), f.unit.name
		f.TradeName = f.Name + " – antenne " + ofCommune(typo(f.Address.City))
	default:
		f.SIRET, f.Name = siret(siren, 1), f.newName()
		f.g.last[f.card.profile.code] = &site{
			siren: siren, siret: f.SIRET, name: f.Name, establishments: 1,
			size: f.Size, ess: f.ESS, esus: f.ESUS, legal: f.LegalCategory, naf: f.NAF, sector: f.card.sector,
		}
	}
	if esat {
		f.FINESS = finess(siren)
		f.Agreements[0].Number = f.FINESS
	}
	f.ID = structure.NewID(f.Identity())
}

// likeSIRENE: some companies are known from the register only.
func (f *draft) likeSIRENE() bool {
	return f.card.profile.size != "" && f.card.rank < 0 && f.d.chance(0.35)
}

// bare gives the activity that follows from the APE code, and nothing declared.
func (f *draft) bare() {
	f.Activities = derived(f.g.opts.Taxonomy, f.NAF, f.card.sector)
}

// derived is the single activity of a structure known by its APE code.
func derived(tax *taxonomy.Taxonomy, naf string, fallback taxonomy.Sector) []structure.Activity {
	a := structure.Activity{Derived: true}
	for _, s := range tax.ByNAF(naf) {
		a.Sectors = append(a.Sectors, s.Code)
	}
	if len(a.Sectors) == 0 {
		a.Sectors = []string{fallback.Code}
	}
	return []structure.Activity{a}
}

// finish marks the structure as fictional and says where each fact comes from.
func (f *draft) finish(i int) {
	f.Demo = true
	created := f.known.AddDays(-f.d.between(0, 700))
	f.CreatedAt = officeHours(created, i)
	f.UpdatedAt = officeHours(f.known, i)
	if f.UpdatedAt.Before(f.CreatedAt) {
		f.UpdatedAt = f.CreatedAt
	}
	f.Origins = origins(&f.Structure, f.known)
}

// officeHours is a moment of the working day.
func officeHours(day structure.Date, i int) time.Time {
	return day.Time().Add(time.Duration(8*60+i*37%600) * time.Minute).UTC()
}

// origins gives every field that has a value its source.
func origins(s *structure.Structure, on structure.Date) map[structure.Field]structure.Origin {
	from := structure.Origin{Source: structure.SourceDemo, AsOf: on}
	out := map[structure.Field]structure.Origin{structure.FieldName: from, structure.FieldActivities: from, structure.FieldAddress: from}
	for field, has := range map[structure.Field]bool{
		structure.FieldTradeName: s.TradeName != "", structure.FieldAgreements: len(s.Agreements) > 0,
		structure.FieldESS: s.ESS != "", structure.FieldESUS: s.ESUS, structure.FieldRegie: s.RegieDeQuartier,
		structure.FieldSize: s.Size != "", structure.FieldWorkforce: s.Workforce != "", structure.FieldLabels: len(s.Labels) > 0,
		structure.FieldNAF: s.NAF != "", structure.FieldNAF2025: s.NAF2025 != "", structure.FieldLegal: s.LegalCategory != "", structure.FieldDescription: s.Description != "",
		structure.FieldReferences: len(s.References) > 0, structure.FieldPoint: s.Address.Point.Precision != "",
		structure.FieldPhone: s.Contact.Phone != "", structure.FieldEmail: s.Contact.Email != "", structure.FieldWebsite: s.Contact.Website != "",
	} {
		if has {
			out[field] = from
		}
	}
	return out
}
