package search

import (
	"math"
	"sync"
	"sync/atomic"

	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// zoneQuestion asks of activities whether their zone serves, or covers, one
// territory. Answers are kept two bits each by the activity's number, which is
// never given twice: whoever asks first, on whichever view, answers for all.
type zoneQuestion struct {
	territory territory.Territory
	covers    bool
	atlas     *territory.Atlas
	points    []position // of its communes that a radius can reach
	minLat    float64
	maxLat    float64

	grow  sync.Mutex
	pages atomic.Pointer[[]*zonePage]
}

type position struct{ lat, lon float64 }

// zonePage holds the answers of 4,096 activities: 0 unknown, 1 no, 2 yes.
type zonePage [pageActivities / 16]atomic.Uint32

const pageActivities = 4096

// maxZoneQuestions bounds the territories whose answers are kept; at a million
// activities one takes 250 kB.
const maxZoneQuestions = 512

// zoneCache keeps the questions by territory. It belongs to one core, whose
// activity numbers it uses.
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
	q := &zoneQuestion{territory: t, covers: covers, atlas: a, minLat: math.Inf(1), maxLat: math.Inf(-1)}
	for ord := range t.Communes.All() {
		c := a.At(ord)
		if c.Precision == territory.PrecisionDepartment {
			continue
		}
		q.points = append(q.points, position{c.Lat, c.Lon})
		q.minLat, q.maxLat = min(q.minLat, c.Lat), max(q.maxLat, c.Lat)
	}
	q.pages.Store(&[]*zonePage{})
	return q
}

// holds answers for an activity of a row.
func (q *zoneQuestion) holds(r *row, a *activity) bool {
	cell, shift := q.cell(a.number)
	if known := cell.Load() >> shift & 3; known != 0 {
		return known == 2
	}
	answer := q.answer(r, a)
	bits := uint32(1)
	if answer {
		bits = 2
	}
	cell.Or(bits << shift)
	return answer
}

func (q *zoneQuestion) cell(number uint32) (*atomic.Uint32, uint32) {
	at := int(number / pageActivities)
	pages := *q.pages.Load()
	if at >= len(pages) {
		pages = q.extend(at + 1)
	}
	n := number % pageActivities
	return &pages[at][n/16], n % 16 * 2
}

func (q *zoneQuestion) extend(n int) []*zonePage {
	q.grow.Lock()
	defer q.grow.Unlock()
	pages := *q.pages.Load()
	if len(pages) >= n {
		return pages
	}
	longer := make([]*zonePage, n)
	for i := copy(longer, pages); i < n; i++ {
		longer[i] = &zonePage{}
	}
	q.pages.Store(&longer)
	return longer
}

// answer judges one activity. It says what structure.Zone.Serves and Covers
// say, from sets looked up once and with the far communes ruled out by latitude.
func (q *zoneQuestion) answer(r *row, a *activity) bool {
	if q.covers {
		return q.territory.Communes.Len() > 0 && q.covered(r, a.zone)
	}
	z, own := a.zone, r.isIn(q.territory.Communes)
	switch {
	case z.declared.France:
		return q.territory.Communes.Len() > 0
	case z.set != nil:
		return z.set.Intersects(q.territory.Communes)
	case z.declared.RadiusKM > 0:
		return own || q.anyReached(r.s.Address.Point, z.declared.RadiusKM)
	}
	return own
}

func (q *zoneQuestion) covered(r *row, z zone) bool {
	switch {
	case z.declared.France:
		return true
	case z.set != nil:
		return q.territory.Communes.Within(*z.set)
	}
	return z.declared.RadiusKM > 0 && q.allReached(r, z.declared.RadiusKM)
}

// latitudeKM is less than a degree of latitude on the sphere of
// territory.DistanceKM, in kilometres: a difference above it is surely too far.
const latitudeKM = 111.19

func (q *zoneQuestion) anyReached(p structure.Point, km float64) bool {
	if !p.Usable() || (p.Lat-q.maxLat)*latitudeKM > km || (q.minLat-p.Lat)*latitudeKM > km {
		return false
	}
	for i := range q.points {
		if within(p, q.points[i], km) {
			return true
		}
	}
	return false
}

// allReached reports whether every commune is in the radius; the establishment's
// own always is, one of unknown position never.
func (q *zoneQuestion) allReached(r *row, km float64) bool {
	p := r.s.Address.Point
	for ord := range q.territory.Communes.All() {
		if int64(ord) == r.commune {
			continue
		}
		c := q.atlas.At(ord)
		if c.Precision == territory.PrecisionDepartment || !p.Usable() || !within(p, position{c.Lat, c.Lon}, km) {
			return false
		}
	}
	return true
}

func within(p structure.Point, c position, km float64) bool {
	return math.Abs(p.Lat-c.lat)*latitudeKM <= km && territory.DistanceKM(p.Lat, p.Lon, c.lat, c.lon) <= km
}
