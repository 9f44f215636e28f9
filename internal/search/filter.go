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
// same one. Fixed, among and covers have no facet.
const (
	groupKind group = 1 << iota // kinds and families
	groupESS
	groupESUS
	groupSize
	groupTerritory
	groupLabel
	groupBasis
	groupWorkforce
	groupFixed // radius
	groupAmong // those whom the query is about

	groupSector
	groupMode
	groupServes
	groupCovers
	groupCharacteristic
	groupAvailability
)

// maxGroups bounds the groups of filters; memo keeps them in as many bits.
const maxGroups = 16

// Groups by what decides them.
const (
	groupsOfStanding = groupKind | groupESS | groupESUS | groupSize | groupLabel | groupBasis | groupWorkforce
	groupsOfDealing  = groupSector | groupMode | groupCharacteristic | groupAvailability
	groupsOfActivity = groupsOfDealing | groupServes | groupCovers
)

// groupOfFacet gives the group whose choice a facet counts.
var groupOfFacet = map[string]group{
	"kind": groupKind, "family": groupKind, "ess": groupESS, "esus": groupESUS, "sector": groupSector, "mode": groupMode,
	"territory": groupTerritory, "serves": groupServes, "size": groupSize, "workforce": groupWorkforce, "basis": groupBasis,
	"label": groupLabel, "characteristic": groupCharacteristic, "availability": groupAvailability,
}

// wanted lists the groups of which a query asks the facets.
func wanted(q *query.Query) (out group) {
	for _, name := range query.FacetNames {
		if q.Counts(name) {
			out |= groupOfFacet[name]
		}
	}
	return out
}

// filter is a query made ready to be asked of columns.
type filter struct {
	classes
	view *view
	day  *day
	want group // of which the facets are counted

	kinds   uint16 // bits of standing.kinds
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

	near *circle // fixed: no facet changes it
	whom *among  // nor it; nil = everybody

	sectors      []bool // by number; nil = no filter
	modes        uint8
	qualities    uint64
	availability uint8
	serves       []*zoneQuestion
	covers       []*zoneQuestion

	// Of a full block whose zones were asked: who meets one of the places.
	servesSet *zoneSet
	coversSet *zoneSet

	standing *memo // groups failing, by standing
	dealing  *memo // groups failing, by dealing
}

func newFilter(q *query.Query, v *view, work *scratch) *filter {
	f := &filter{view: v, day: v.days.day(q.On), ess: q.ESS, esus: q.ESUS, byKind: len(q.Kinds)+len(q.Families) > 0, byLabel: len(q.Labels) > 0}
	f.classes = f.day.classes(&v.lists)
	f.want = wanted(q)
	f.remember(work)
	if q.RadiusKM > 0 {
		f.near = newCircle(q.Near.Lat, q.Near.Lon, q.RadiusKM)
	}
	if q.Among != nil {
		f.whom = newAmong(v, q.Among)
	}
	f.kinds = bitsOf[uint16](query.KindValues(), q.Kinds)
	f.family = bitsOf[uint8](structure.Families, q.Families)
	f.sizes = bitsOf[uint8](structure.Sizes, q.Sizes)
	f.work = bitsOf[uint32](structure.Workforces, q.Workforce)
	f.bases = bitsOf[uint8](structure.Bases, q.Bases)
	for i, name := range v.labels {
		if slices.Contains(q.Labels, name) {
			f.labels = append(f.labels, number(i))
		}
	}
	if len(q.Territories) > 0 {
		f.places = &territory.Set{}
		for _, t := range q.Territories {
			f.places.Add(t.Communes)
		}
	}
	f.activityFilters(q, v)
	return f
}

// clone is the same filter with a memory of its own.
func (f *filter) clone(work *scratch) *filter {
	c := *f
	c.remember(work)
	return &c
}

// remember makes room for what is judged once a query.
func (f *filter) remember(work *scratch) {
	f.standing = work.standings.reset(len(f.standings))
	f.dealing = work.dealings.reset(len(f.dealings))
}

// active lists the groups that are filtered.
func (f *filter) active() (out group) {
	for _, of := range []struct {
		group group
		is    bool
	}{
		{groupKind, f.byKind}, {groupESS, f.ess}, {groupESUS, f.esus}, {groupSize, f.sizes != 0}, {groupTerritory, f.places != nil},
		{groupLabel, f.byLabel}, {groupBasis, f.bases != 0}, {groupWorkforce, f.work != 0}, {groupFixed, f.near != nil}, {groupAmong, f.whom != nil},
		{groupSector, f.sectors != nil}, {groupMode, f.modes != 0}, {groupServes, len(f.serves) > 0}, {groupCovers, len(f.covers) > 0},
		{groupCharacteristic, f.qualities != 0}, {groupAvailability, f.availability != 0},
	} {
		if of.is {
			out |= of.group
		}
	}
	return out
}

func (f *filter) activityFilters(q *query.Query, v *view) {
	if len(q.Sectors) > 0 {
		f.sectors = sectorSet(v.sector, q.Sectors)
	}
	f.modes = bitsOf[uint8](structure.Modes, q.Modes)
	f.qualities = bitsOf[uint64](v.quality, q.Characteristics)
	f.availability = bitsOf[uint8](query.AvailabilityStates, q.Availability)
	for _, place := range q.Serves {
		f.serves = append(f.serves, v.zoneCache.serves(place))
	}
	for _, place := range q.Covers {
		f.covers = append(f.covers, v.zoneCache.covers(place))
	}
}

// sectorSet marks the sectors chosen, those of a group chosen included.
func sectorSet(all []taxonomy.Sector, chosen []string) []bool {
	set := make([]bool, len(all))
	for i, s := range all {
		set[i] = slices.Contains(chosen, s.Code) || slices.Contains(chosen, s.Group)
	}
	return set
}

// bitsOf gives the bits of values in a list.
func bitsOf[M uint8 | uint16 | uint32 | uint64, T comparable](list, values []T) (out M) {
	for _, v := range values {
		out |= bit[M](list, v)
	}
	return out
}

// bit gives the bit of a value in a list, 0 when it is not there.
func bit[M uint8 | uint16 | uint32 | uint64, T comparable](list []T, v T) M {
	if i := slices.Index(list, v); i >= 0 {
		return 1 << i
	}
	return 0
}

// apart reports that the activities of a structure must be judged one by one to
// know what it counts for in the facets of some groups: several conditions hold on
// the same activity, and a facet counts those activities alone that meet the others.
func (f *filter) apart(want group) bool {
	active := f.active() & groupsOfActivity
	return active&(active-1) != 0 || active != 0 && want&groupsOfActivity&^active != 0
}

// meets reports whether a structure meets a group of filters; for one on
// activities, whether an activity does.
func (f *filter) meets(g group, b *block, at uint32) bool {
	r := &b.rows[at]
	switch {
	case g&groupsOfStanding != 0:
		return f.failingStanding(r.profile)&g == 0
	case g == groupTerritory:
		return r.commune != noCommune && f.places.Has(uint32(r.commune))
	case g == groupFixed:
		return f.near.has(b.position(at))
	case g == groupAmong:
		return f.whom.has(b, at)
	}
	trades := f.view.tradesOf(b.offers[at])
	for i, t := range trades {
		if g&groupsOfDealing != 0 && f.failingDealing(f.dealingOf[t])&g == 0 ||
			g&groupsOfDealing == 0 && f.failingZones(b, at, i, len(trades))&g == 0 {
			return true
		}
	}
	return false
}

// failingStanding lists the groups that the standing of a profile fails.
func (f *filter) failingStanding(profile uint32) group {
	number := f.standingOf[profile]
	known, ok := f.standing.get(number)
	if !ok {
		known = f.judge(&f.standings[number])
		f.standing.put(number, known)
	}
	return known
}

// judge lists the groups that a standing fails.
func (f *filter) judge(s *standing) (out group) {
	if f.byKind && s.kinds&f.kinds == 0 && f.family&(1<<s.family) == 0 {
		out = groupKind
	}
	out |= f.judgeESS(s)
	if f.sizes != 0 && !has(f.sizes, s.size) {
		out |= groupSize
	}
	if f.work != 0 && !has(f.work, s.workforce) {
		out |= groupWorkforce
	}
	if f.bases != 0 && s.bases&f.bases == 0 {
		out |= groupBasis
	}
	if f.byLabel && !slices.ContainsFunc(s.labels, func(l uint32) bool { return slices.Contains(f.labels, l) }) {
		out |= groupLabel
	}
	return out
}

func (f *filter) judgeESS(s *standing) (out group) {
	if f.ess && s.ess < 0 {
		out = groupESS
	}
	if f.esus && !s.esus {
		out |= groupESUS
	}
	return out
}

// has reports whether a mask holds the bit of a code; -1 is no code.
func has[M uint8 | uint32](mask M, code int8) bool { return code >= 0 && mask&(1<<code) != 0 }

// failingActivities lists, for each activity of a structure, the groups of
// filters on activities that do not hold, in out.
func (f *filter) failingActivities(b *block, at uint32, out []group) []group {
	trades := f.view.tradesOf(b.offers[at])
	for i, t := range trades {
		out = append(out, f.failingDealing(f.dealingOf[t])|f.failingZones(b, at, i, len(trades)))
	}
	return out
}

// failingDealing lists the groups of filters on trades that a dealing fails.
func (f *filter) failingDealing(number uint32) group {
	known, ok := f.dealing.get(number)
	if !ok {
		known = f.judgeDealing(&f.dealings[number])
		f.dealing.put(number, known)
	}
	return known
}

func (f *filter) judgeDealing(t *dealing) (out group) {
	if f.sectors != nil && !slices.ContainsFunc(f.sectorsOf(t), func(s uint16) bool { return f.sectors[s] }) {
		out |= groupSector
	}
	if f.modes != 0 && t.modes&f.modes == 0 {
		out |= groupMode
	}
	if f.qualities != 0 && t.qualities&f.qualities == 0 {
		out |= groupCharacteristic
	}
	if f.availability != 0 && f.availability&t.states == 0 {
		out |= groupAvailability
	}
	return out
}

// failingZones lists the groups that the zone of one of n activities fails.
func (f *filter) failingZones(b *block, at uint32, i, n int) (out group) {
	if len(f.serves) > 0 && !f.anyZone(f.serves, f.servesSet, b, at, i, n) {
		out |= groupServes
	}
	if len(f.covers) > 0 && !f.anyZone(f.covers, f.coversSet, b, at, i, n) {
		out |= groupCovers
	}
	return out
}

// zonesOf gives the place of the set of a group of zones.
func (f *filter) zonesOf(g group) **zoneSet {
	if g == groupServes {
		return &f.servesSet
	}
	return &f.coversSet
}

func (f *filter) anyZone(asked []*zoneQuestion, known *zoneSet, b *block, at uint32, i, n int) bool {
	if known != nil {
		return known.has(b, at, i, n)
	}
	for _, q := range asked {
		if q.holdsAt(&f.view.lists, b, at, i, n) {
			return true
		}
	}
	return false
}
