package search

import (
	"math"
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
// same one. Fixed and covers have no facet.
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

	groupSector
	groupMode
	groupServes
	groupCovers
	groupCharacteristic
	groupAvailability
)

// maxGroups bounds the groups of filters.
const maxGroups = 16

// Groups by what decides them.
const (
	groupsOfStanding = groupKind | groupESS | groupESUS | groupSize | groupLabel | groupBasis | groupWorkforce
	groupsOfDealing  = groupSector | groupMode | groupCharacteristic | groupAvailability
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

// meeting is the structures of a block that meet a group, as its postings tell.
type meeting struct {
	group group
	set   bitset
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

	near   *query.Place // fixed: no facet changes it
	radius float64

	sectors      []bool // by number; nil = no filter
	modes        uint8
	qualities    uint64
	availability uint8
	serves       []*zoneQuestion
	covers       []*zoneQuestion

	open       bool       // nothing is filtered
	profiles   group      // those filtered that a profile decides
	trades     group      // those filtered that a trade decides
	zones      bool       // serves or covers is filtered
	activities bool       // trades or zones
	standing   *memo      // groups failing, by standing
	dealing    *memo      // groups failing, by dealing
	exact      []*meeting // what postings say of the block at hand
	told       group      // groups of exact
}

func newFilter(q *query.Query, v *view, work *scratch) *filter {
	f := &filter{view: v, day: v.days.day(q.On), ess: q.ESS, esus: q.ESUS, byKind: len(q.Kinds)+len(q.Families) > 0, byLabel: len(q.Labels) > 0}
	f.classes = f.day.classes(&v.lists)
	f.want = wanted(q)
	f.remember(work)
	if q.RadiusKM > 0 {
		f.near, f.radius = q.Near, q.RadiusKM
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
	f.profiles = f.active() & groupsOfStanding
	f.trades = f.active() & groupsOfDealing
	f.activities = f.trades != 0 || f.zones
	f.open = f.active() == 0
	return f
}

// clone is the same filter with a memory of its own.
func (f *filter) clone(work *scratch) *filter {
	c := *f
	c.exact, c.told = nil, 0
	c.remember(work)
	return &c
}

// askColumns forgets what postings have told of a block.
func (f *filter) askColumns() { f.exact, f.told = f.exact[:0], 0 }

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
		{groupLabel, f.byLabel}, {groupBasis, f.bases != 0}, {groupWorkforce, f.work != 0}, {groupFixed, f.near != nil},
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
	f.zones = len(f.serves)+len(f.covers) > 0
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

// failing lists the groups of the structure that do not hold, but groupFixed,
// which fixed judges.
func (f *filter) failing(r *row, at uint32) (out group) {
	for _, e := range f.exact {
		if e.group&groupsOfDealing == 0 && !e.set.has(at) {
			out |= e.group
		}
	}
	if f.profiles&^f.told != 0 {
		number := f.standingOf[r.profile]
		known, ok := f.standing.get(number)
		if !ok {
			known = f.judge(&f.standings[number])
			f.standing.put(number, known)
		}
		out |= known
	}
	if f.places != nil && f.told&groupTerritory == 0 && (r.commune == noCommune || !f.places.Has(uint32(r.commune))) {
		out |= groupTerritory
	}
	return out
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

// fixed judges what no facet can change: the radius around a point.
func (f *filter) fixed(b *block, at uint32) bool {
	if f.near == nil {
		return true
	}
	lat, lon := b.lat[at], b.lon[at]
	return !math.IsNaN(lat) && territory.DistanceKM(f.near.Lat, f.near.Lon, lat, lon) <= f.radius
}

// failingActivities lists, for each activity of a structure, the groups of
// filters on activities that do not hold, in out.
func (f *filter) failingActivities(b *block, r *row, at uint32, out []group) []group {
	if r.single && f.trades&^f.told == 0 {
		failing := f.toldOf(at)
		if f.zones {
			failing |= f.failingZones(b.zone[at], b.location(at))
		}
		return append(out, failing)
	}
	if r.single {
		return append(out, f.failingActivity(f.view.tradesOf(r.offer)[0], b.zone[at], b.location(at)))
	}
	for _, a := range b.several(at, f.view.offers[r.offer].n) {
		out = append(out, f.failingActivity(a.trade, a.zone, b.location(at)))
	}
	return out
}

func (f *filter) failingActivity(trade uint32, zone zoneRef, at location) group {
	failing := f.failingDealing(f.dealingOf[trade])
	if f.zones {
		failing |= f.failingZones(zone, at)
	}
	return failing
}

// toldOf lists the groups of filters on trades that the only activity of a
// structure fails by its postings.
func (f *filter) toldOf(at uint32) (out group) {
	for _, e := range f.exact {
		if e.group&groupsOfDealing != 0 && !e.set.has(at) {
			out |= e.group
		}
	}
	return out
}

// counts reports whether a facet counts what fails these groups: it fails none,
// or the facet's own alone.
func (f *filter) counts(failing group) bool {
	return failing == 0 || failing&(failing-1) == 0 && failing&f.want != 0
}

// failingDealing lists the groups of filters on trades that a dealing fails.
func (f *filter) failingDealing(number uint32) group {
	if f.trades == 0 {
		return 0
	}
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

func (f *filter) failingZones(ref zoneRef, at location) (out group) {
	if len(f.serves) > 0 && !f.anyZone(f.serves, ref, at) {
		out |= groupServes
	}
	if len(f.covers) > 0 && !f.anyZone(f.covers, ref, at) {
		out |= groupCovers
	}
	return out
}

func (f *filter) anyZone(asked []*zoneQuestion, ref zoneRef, at location) bool {
	for _, q := range asked {
		if q.holds(&f.view.lists, ref, at) {
			return true
		}
	}
	return false
}
