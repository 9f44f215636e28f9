package search

import (
	"slices"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// group is a set of filters that are alternatives of each other; groups must
// all hold.
type group uint32

// Groups of the structure, then groups of an activity, which must hold on the
// same one. The groups from fixed on have no facet.
const (
	groupKind group = 1 << iota // kinds and families
	groupESS
	groupESUS
	groupSize
	groupTerritory
	groupLabel
	groupBasis
	groupWorkforce
	groupFixed // identifier, radius

	groupSector
	groupMode
	groupServes
	groupCovers
	groupCharacteristic
	groupAvailability
)

// filter is a query made ready to be asked of rows.
type filter struct {
	on      structure.Date
	kinds   uint32 // bits of kindBits, 0 = no filter
	family  uint8  // bits of structure.Families
	byKind  bool   // the group is filtered
	ess     bool
	esus    bool
	sizes   uint8
	work    uint32
	bases   uint8
	labels  []uint32
	byLabel bool
	places  *territory.Set

	near   *query.Place // fixed: no facet changes it
	radius float64

	sectors      []bool // by number; nil = no filter
	modes        uint8
	serves       []*zoneQuestion
	covers       []*zoneQuestion
	qualities    uint64
	availability uint8
	activities   bool // some activity group is filtered

	basesOf [maxKinds]uint8 // by bit of kindBits
	family0 [maxKinds]int8  // index in structure.Families of an agreement kind

	view     *view
	profiles *memo // groups failing, by profile
	trades   *memo // groups failing, by trade
}

// maxKinds bounds the bits of a kind mask: agreement kinds, then ESS families.
const maxKinds = 16

func newFilter(q *query.Query, v *view, rules structure.BasisRules, work *scratch) *filter {
	f := &filter{on: q.On, ess: q.ESS, esus: q.ESUS, view: v,
		profiles: work.profiles.reset(len(v.profiles)), trades: work.trades.reset(len(v.trades)),
		byKind: len(q.Kinds)+len(q.Families) > 0, byLabel: len(q.Labels) > 0}
	if q.RadiusKM > 0 {
		f.near, f.radius = q.Near, q.RadiusKM
	}
	kinds := query.KindValues()
	for _, k := range q.Kinds {
		f.kinds |= bit[uint32](kinds, k)
	}
	for _, family := range q.Families {
		f.family |= bit[uint8](structure.Families, family)
	}
	for _, s := range q.Sizes {
		f.sizes |= bit[uint8](structure.Sizes, s)
	}
	for _, w := range q.Workforce {
		f.work |= bit[uint32](structure.Workforces, w)
	}
	for _, b := range q.Bases {
		f.bases |= bit[uint8](structure.Bases, b)
	}
	for i, name := range v.labels {
		if slices.Contains(q.Labels, name) {
			f.labels = append(f.labels, uint32(i))
		}
	}
	if len(q.Territories) > 0 {
		f.places = &territory.Set{}
		for _, t := range q.Territories {
			f.places.Add(t.Communes)
		}
	}
	f.activityFilters(q, v)
	f.judgeKinds(rules)
	return f
}

func (f *filter) activityFilters(q *query.Query, v *view) {
	if len(q.Sectors) > 0 {
		f.sectors = sectorSet(v.sector, q.Sectors)
	}
	for _, m := range q.Modes {
		f.modes |= bit[uint8](structure.Modes, m)
	}
	for i, code := range v.quality {
		if slices.Contains(q.Characteristics, code) {
			f.qualities |= 1 << i
		}
	}
	for _, a := range q.Availability {
		f.availability |= bit[uint8](query.AvailabilityStates, a)
	}
	for _, place := range q.Serves {
		f.serves = append(f.serves, v.zoneCache.serves(place))
	}
	for _, place := range q.Covers {
		f.covers = append(f.covers, v.zoneCache.covers(place))
	}
	f.activities = f.sectors != nil || f.modes != 0 || f.qualities != 0 || f.availability != 0 ||
		len(f.serves)+len(f.covers) > 0
}

// sectorSet marks the sectors chosen, those of a group chosen included.
func sectorSet(all []taxonomy.Sector, chosen []string) []bool {
	set := make([]bool, len(all))
	for i, s := range all {
		set[i] = slices.Contains(chosen, s.Code) || slices.Contains(chosen, s.Group)
	}
	return set
}

// judgeKinds asks the rules what each kind alone gives: bases and family follow
// from single agreements, so a set of kinds is the union of their answers.
func (f *filter) judgeKinds(rules structure.BasisRules) {
	for i, k := range structure.Kinds {
		one := structure.Structure{Agreements: []structure.Agreement{{Kind: k}}}
		f.basesOf[i] = basisBits(rules.BasisValues(&one, f.on))
		f.family0[i] = place8(structure.Families, k.Family())
	}
	for i, e := range structure.ESSFamilies {
		f.basesOf[len(structure.Kinds)+i] = basisBits(rules.BasisValues(&structure.Structure{ESS: e}, f.on))
	}
}

func basisBits(bases []structure.Basis) (out uint8) {
	for _, b := range bases {
		out |= bit[uint8](structure.Bases, b)
	}
	return out
}

// bit gives the bit of a value in a list, 0 when it is not there.
func bit[M uint8 | uint32, T comparable](list []T, v T) M {
	if i := slices.Index(list, v); i >= 0 {
		return 1 << i
	}
	return 0
}

// kindBits are the agreement kinds in force, in the order of structure.Kinds,
// then the ESS family.
func (f *filter) kindBits(p *profile) (out uint32) {
	for _, a := range p.agreements {
		if (a.start == "" || a.start <= f.on) && (a.end == "" || f.on <= a.end) {
			out |= 1 << a.kind
		}
	}
	if p.ess >= 0 {
		out |= 1 << (len(structure.Kinds) + int(p.ess))
	}
	return out
}

// familyOf gives the index in structure.Families of the main kind.
func (f *filter) familyOf(p *profile, kinds uint32) int8 {
	for i := range structure.Kinds {
		if kinds&(1<<i) != 0 {
			return f.family0[i]
		}
	}
	if p.ess >= 0 {
		return place8(structure.Families, structure.FamilyESS)
	}
	return place8(structure.Families, structure.Entreprise)
}

func (f *filter) basisBits(kinds uint32) (out uint8) {
	for i := range maxKinds {
		if kinds&(1<<i) != 0 {
			out |= f.basesOf[i]
		}
	}
	return out
}

// standing is what the query's day makes of a profile.
type standing struct {
	kinds  uint32
	family int8
	bases  uint8
}

func (f *filter) standing(p *profile) standing {
	kinds := f.kindBits(p)
	return standing{kinds: kinds, family: f.familyOf(p, kinds), bases: f.basisBits(kinds)}
}

// failing lists the groups of the structure that do not hold, but groupFixed,
// which fixed judges.
func (f *filter) failing(b *block, at uint32) group {
	number := b.profile[at]
	out, known := f.profiles.get(number)
	if !known {
		out = f.judge(&f.view.profiles[number])
		f.profiles.put(number, out)
	}
	if f.places != nil && (b.commune[at] == noCommune || !f.places.Has(uint32(b.commune[at]))) {
		out |= groupTerritory
	}
	return out
}

// judge lists the groups that a profile fails.
func (f *filter) judge(p *profile) (out group) {
	is := f.standing(p)
	if f.byKind && is.kinds&f.kinds == 0 && !has(f.family, is.family) {
		out |= groupKind
	}
	if f.ess && p.ess < 0 {
		out |= groupESS
	}
	if f.esus && !p.esus {
		out |= groupESUS
	}
	if f.sizes != 0 && !has(f.sizes, p.size) {
		out |= groupSize
	}
	if f.work != 0 && !has(f.work, p.workforce) {
		out |= groupWorkforce
	}
	if f.bases != 0 && is.bases&f.bases == 0 {
		out |= groupBasis
	}
	if f.byLabel && !slices.ContainsFunc(p.labels, f.labelled) {
		out |= groupLabel
	}
	return out
}

// has reports whether a mask holds the bit of a code; -1 is no code.
func has[M uint8 | uint32](mask M, code int8) bool { return code >= 0 && mask&(1<<code) != 0 }

func (f *filter) labelled(l label) bool { return l.inForce(f.on) && slices.Contains(f.labels, l.code) }

func (l label) inForce(on structure.Date) bool {
	return (l.from == "" || l.from <= on) && (l.to == "" || on <= l.to)
}

// fixed judges what no facet can change: the radius around a point.
func (f *filter) fixed(b *block, at uint32) bool {
	if f.near == nil {
		return true
	}
	lat, lon := b.lat[at], b.lon[at]
	return lat == lat && territory.DistanceKM(f.near.Lat, f.near.Lon, lat, lon) <= f.radius // NaN is not itself
}

// failingActivity lists the groups of an activity that do not hold.
func (f *filter) failingActivity(b *block, at, act uint32) group {
	if !f.activities {
		return 0
	}
	number := b.trade[act]
	out, known := f.trades.get(number)
	if !known {
		out = f.judgeTrade(&f.view.trades[number])
		f.trades.put(number, out)
	}
	if len(f.serves)+len(f.covers) > 0 {
		out |= f.failingZones(b.zone[act], b.location(at))
	}
	return out
}

func (f *filter) judgeTrade(t *trade) (out group) {
	if f.sectors != nil && !slices.ContainsFunc(t.sectors, func(s uint16) bool { return f.sectors[s] }) {
		out |= groupSector
	}
	if f.modes != 0 && t.modes&f.modes == 0 {
		out |= groupMode
	}
	if f.qualities != 0 && t.characteristics&f.qualities == 0 {
		out |= groupCharacteristic
	}
	if f.availability != 0 && f.availability&t.available(f.on) == 0 {
		out |= groupAvailability
	}
	return out
}

func (f *filter) failingZones(ref zoneRef, at location) (out group) {
	zoned := func(q *zoneQuestion) bool { return q.holds(&f.view.lists, ref, at) }
	if len(f.serves) > 0 && !slices.ContainsFunc(f.serves, zoned) {
		out |= groupServes
	}
	if len(f.covers) > 0 && !slices.ContainsFunc(f.covers, zoned) {
		out |= groupCovers
	}
	return out
}

// available gives the bit of the state on the day, 0 when nothing is declared
// or the declaration is over.
func (t *trade) available(on structure.Date) uint8 {
	if t.availability < 0 || on > t.lastDay {
		return 0
	}
	return 1 << t.availability
}
