package search

import (
	"math"
	"slices"
	"sync"
	"sync/atomic"

	"sourcier/internal/territory"
)

// location is where an establishment is, as columns hold it.
type location struct {
	commune  uint16  // ordinal in the atlas, or noCommune
	lat, lon float64 // NaN both without a usable point
}

func (l location) placed() bool { return !math.IsNaN(l.lat) }

func (l location) isIn(communes territory.Set) bool {
	return l.commune != noCommune && communes.Has(uint32(l.commune))
}

// zoneQuestion asks of activities whether their zone serves, or covers, one
// territory. Answers for lists are kept in two bits each, and those for the
// structures of a full block as a set: whoever asks first, on whichever view,
// answers for all.
type zoneQuestion struct {
	territory territory.Territory
	covers    bool
	atlas     *territory.Atlas
	points    []position // of its communes that a radius can reach
	box       box        // around them
	lists     answers
	sets      zoneSets
}

type position struct{ lat, lon float64 }

// maxZoneQuestions bounds the territories whose answers are kept: for a million
// structures one takes 250 kB, and 500 kB more for its communes when it is France.
const maxZoneQuestions = 64

// zoneCache keeps the questions by territory. It belongs to one core, whose
// numbers of lists and radii it uses.
type zoneCache struct {
	atlas *territory.Atlas
	mu    sync.Mutex
	known map[string]*zoneQuestion
}

func newZoneCache(a *territory.Atlas) *zoneCache {
	return &zoneCache{atlas: a, known: map[string]*zoneQuestion{}}
}

func (c *zoneCache) serves(t territory.Territory) *zoneQuestion { return c.question("serves ", t) }
func (c *zoneCache) covers(t territory.Territory) *zoneQuestion { return c.question("covers ", t) }

func (c *zoneCache) question(what string, t territory.Territory) *zoneQuestion {
	c.mu.Lock()
	defer c.mu.Unlock()
	if q, ok := c.known[what+t.Value]; ok {
		return q
	}
	if len(c.known) >= maxZoneQuestions {
		for old := range c.known { // any one: the map's order is as good as a clock
			delete(c.known, old)
			break
		}
	}
	q := newZoneQuestion(c.atlas, t, what == "covers ")
	c.known[what+t.Value] = q
	return q
}

func newZoneQuestion(a *territory.Atlas, t territory.Territory, covers bool) *zoneQuestion {
	q := &zoneQuestion{territory: t, covers: covers, atlas: a, box: emptyBox()}
	for ord := range t.Communes.All() {
		c := a.At(ord)
		if c.Precision == territory.PrecisionDepartment {
			continue
		}
		q.points = append(q.points, position{c.Lat, c.Lon})
		q.box.add(c.Lat, c.Lon)
	}
	return q
}

// holdsAt answers for the zone of one of the n activities of a structure.
func (q *zoneQuestion) holdsAt(l *lists, b *block, at uint32, i, n int) bool {
	if set := q.sets.get(b.number); set != nil {
		return set.has(b, at, i, n)
	}
	return q.holds(l, b.zoneOf(at, i, n), b.location(at))
}

// holds answers for a zone of an establishment.
func (q *zoneQuestion) holds(l *lists, ref zoneRef, at location) bool {
	if ref < refLists || ref >= refRadii {
		return q.answer(l, ref, at)
	}
	n := uint32(ref - refLists)
	if yes, known := q.lists.get(n); known {
		return yes
	}
	yes := q.answer(l, ref, at)
	q.lists.put(n, yes)
	return yes
}

// answer says what structure.Zone.Serves and Covers say, from sets looked up
// once and with what is too far ruled out by a box.
func (q *zoneQuestion) answer(l *lists, ref zoneRef, at location) bool {
	communes := q.territory.Communes
	switch {
	case ref == refFrance:
		return communes.Len() > 0
	case ref == refUndeclared:
		return !q.covers && at.isIn(communes)
	case ref < refRadii && q.covers:
		return q.covered(l, l.zones[ref-refLists])
	case ref < refRadii:
		return q.shares(l, l.zones[ref-refLists])
	case q.covers:
		return communes.Len() > 0 && q.allReached(at, l.radii[ref-refRadii])
	}
	return at.isIn(communes) || q.anyReached(at, l.radii[ref-refRadii])
}

// shares reports whether one of some places shares a commune with the territory.
func (q *zoneQuestion) shares(l *lists, places []uint32) bool {
	for _, place := range places {
		if l.places[place].Communes.Intersects(q.territory.Communes) {
			return true
		}
	}
	return false
}

// covered reports whether the places hold every commune of the territory.
func (q *zoneQuestion) covered(l *lists, places []uint32) bool {
	n := 0
	for _, place := range places {
		n += l.places[place].Communes.Len()
	}
	if n < q.territory.Communes.Len() {
		return false // too few, however they lie
	}
	if !q.shares(l, places) {
		return false // as nearly all
	}
	for _, place := range places {
		if q.territory.Communes.Within(l.places[place].Communes) {
			return true
		}
	}
	if len(places) == 1 {
		return false
	}
	var all territory.Set
	for _, place := range places {
		all.Add(l.places[place].Communes)
	}
	return q.territory.Communes.Within(all)
}

func (q *zoneQuestion) anyReached(at location, km float64) bool {
	if !q.box.reachedFrom(at, km) {
		return false
	}
	here := box{at.lat, at.lat, at.lon, at.lon}
	r := here.wider(km)
	for _, p := range q.points {
		if r.south <= p.lat && p.lat <= r.north && r.west <= p.lon && p.lon <= r.east && territory.DistanceKM(at.lat, at.lon, p.lat, p.lon) <= km {
			return true
		}
	}
	return false
}

// allReached reports whether every commune is in the radius; the establishment's
// own always is, one of unknown position never.
func (q *zoneQuestion) allReached(at location, km float64) bool {
	for ord := range q.territory.Communes.All() {
		if ord == uint32(at.commune) {
			continue
		}
		c := q.atlas.At(ord)
		if c.Precision == territory.PrecisionDepartment || !at.placed() || !within(at, position{c.Lat, c.Lon}, km) {
			return false
		}
	}
	return true
}

// latitudeKM is less than a degree of latitude on the sphere of
// territory.DistanceKM, in kilometres: a difference above it is surely too far.
const latitudeKM = 111.19

func within(at location, c position, km float64) bool {
	return math.Abs(at.lat-c.lat)*latitudeKM <= km && territory.DistanceKM(at.lat, at.lon, c.lat, c.lon) <= km
}

// circle is what lies within some kilometres of a position, the edge included.
type circle struct {
	position
	km  float64
	box box     // around it
	cos float64 // of the latitude of the box nearest to the equator
}

// degreeKM is more than a degree of a great circle of territory.DistanceKM, in
// kilometres.
const degreeKM = 111.1951

func newCircle(lat, lon, km float64) *circle {
	here := box{lat, lat, lon, lon}
	c := &circle{position: position{lat, lon}, km: km, box: here.wider(km)}
	nearest := 0.0
	if c.box.south > 0 || c.box.north < 0 {
		nearest = min(math.Abs(c.box.south), math.Abs(c.box.north))
	}
	c.cos = math.Cos(nearest * math.Pi / 180)
	return c
}

// has reports whether a position is in the circle. Most are told by the box, or by
// the straight way on a map of the box, which is never shorter than on the sphere.
func (c *circle) has(p position) bool {
	if !(c.box.south <= p.lat && p.lat <= c.box.north && c.box.west <= p.lon && p.lon <= c.box.east) { // also of none
		return false
	}
	y, x := (p.lat-c.lat)*degreeKM, (p.lon-c.lon)*degreeKM*c.cos
	return y*y+x*x <= c.km*c.km*(1-1e-9) || territory.DistanceKM(c.lat, c.lon, p.lat, p.lon) <= c.km
}

// box is a rectangle of latitudes and longitudes.
type box struct{ south, north, west, east float64 }

func emptyBox() box {
	return box{math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)}
}

func (b *box) add(lat, lon float64) {
	b.south, b.north = min(b.south, lat), max(b.north, lat)
	b.west, b.east = min(b.west, lon), max(b.east, lon)
}

func (b *box) join(o box) {
	b.south, b.north = min(b.south, o.south), max(b.north, o.north)
	b.west, b.east = min(b.west, o.west), max(b.east, o.east)
}

// reachedFrom reports whether something of the box may be within some kilometres
// of a place.
func (b *box) reachedFrom(at location, km float64) bool {
	if !at.placed() {
		return false
	}
	here := box{at.lat, at.lat, at.lon, at.lon}
	r := here.wider(km)
	return r.south <= b.north && r.north >= b.south && r.west <= b.east && r.east >= b.west
}

// flat is what a difference of longitudes up to farWest, counted as a flat
// distance along a parallel, overstates at most.
const (
	farWest = 10 // degrees
	flat    = 0.98
)

// wider is a box that holds every point within some kilometres of this one. That
// of an empty box is empty.
func (b *box) wider(km float64) box {
	if b.south > b.north {
		return *b
	}
	lat := km / latitudeKM
	out := box{b.south - lat, b.north + lat, -180, 180}
	pole := math.Abs(out.south)
	if north := math.Abs(out.north); north > pole {
		pole = north
	}
	if pole < 80 {
		if lon := lat / (flat * math.Cos(pole*math.Pi/180)); lon < farWest {
			out.west, out.east = b.west-lon, b.east+lon
		}
	}
	return out
}

// answers keeps yes or no by number, from any number of goroutines.
type answers struct {
	grow  sync.Mutex
	pages atomic.Pointer[[]*answerPage]
}

// answerPage holds 4,096 answers: 0 unknown, 1 no, 2 yes.
type answerPage [answersPerPage / 16]atomic.Uint32

const answersPerPage = 4096

func (a *answers) get(n uint32) (yes, known bool) {
	pages := a.pages.Load()
	at := int(n / answersPerPage)
	if pages == nil || at >= len(*pages) {
		return false, false
	}
	v := (*pages)[at][n%answersPerPage/16].Load() >> (n % 16 * 2) & 3
	return v == 2, v != 0
}

func (a *answers) put(n uint32, yes bool) {
	bits := uint32(1)
	if yes {
		bits = 2
	}
	a.page(int(n / answersPerPage))[n%answersPerPage/16].Or(bits << (n % 16 * 2))
}

func (a *answers) page(at int) *answerPage {
	if pages := a.pages.Load(); pages != nil && at < len(*pages) {
		return (*pages)[at]
	}
	a.grow.Lock()
	defer a.grow.Unlock()
	var pages []*answerPage
	if old := a.pages.Load(); old != nil {
		pages = append(pages, *old...)
	}
	for len(pages) <= at {
		pages = append(pages, &answerPage{})
	}
	a.pages.Store(&pages)
	return pages[at]
}

// zoneSet is who in a full block has an activity whose zone holds.
type zoneSet struct {
	any  bitset
	each []uint64 // the activities of who has several, by place in block.more
}

func (z *zoneSet) put(b *block, at uint32, i, n int) {
	if z.any.put(at); n > 1 {
		place := int(b.zone[at]) + i
		z.each[place/64] |= 1 << (place % 64)
	}
}

// add adds another set of the same block.
func (z *zoneSet) add(o *zoneSet) {
	z.any.add(&o.any)
	for w, word := range o.each {
		z.each[w] |= word
	}
}

func (z *zoneSet) has(b *block, at uint32, i, n int) bool {
	if n == 1 {
		return z.any.has(at)
	}
	place := int(b.zone[at]) + i
	return z.each[place/64]&(1<<(place%64)) != 0
}

// zoneSets keeps sets by block, from any number of goroutines.
type zoneSets struct {
	grow sync.Mutex
	all  atomic.Pointer[[]*atomic.Pointer[zoneSet]]
}

func (z *zoneSets) get(block uint32) *zoneSet {
	if all := z.all.Load(); all != nil && int(block) < len(*all) {
		return (*all)[block].Load()
	}
	return nil
}

func (z *zoneSets) put(block uint32, set *zoneSet) {
	z.grow.Lock()
	defer z.grow.Unlock()
	var all []*atomic.Pointer[zoneSet]
	if old := z.all.Load(); old != nil {
		all = *old
	}
	if int(block) >= len(all) {
		all = slices.Clone(all)
		for len(all) <= int(block) {
			all = append(all, &atomic.Pointer[zoneSet]{})
		}
		z.all.Store(&all)
	}
	all[block].Store(set)
}
