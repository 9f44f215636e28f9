package search

import (
	"math"
	"slices"

	"sourcier/internal/structure"
)

// postings list, for a full block, which of its ordinals have a value. A query
// without text starts from those of its rarest values; whatever they say more
// than the filter (a date, another activity) is judged in the columns.
type postings struct {
	keys []uint32 // ascending
	ends []uint32 // end of each key's ordinals in at
	at   []uint16 // ordinals within the block, ascending for each key

	places int // of the first key of a place: before it are some hundred, after it thousands
}

// A key is a class of values and a code.
const (
	classShift = 24
	codeMask   = 1<<classShift - 1
)

const (
	classKind      uint32 = iota << classShift // as in standing.kinds, dates apart; kindJoint for a groupement
	classESUS                                  // code 0
	classSize                                  // index in structure.Sizes
	classWorkforce                             // index in structure.Workforces
	classLabel                                 // dates apart
	classSector
	classMode
	classQuality      // characteristics
	classAvailability // dates apart
	classCommune
	classDepartment // place in lists.departments
	classCell       // of the point
	classFrance     // zone: France, code 0
	classList       // zone: place in lists.zones
	classRadius     // zone: radius of the first band, by cell; the other bands follow
)

// radiusBands are the upper bounds of the bands of radii, in kilometres: a small
// radius far away is ruled out by its band and cell.
var radiusBands = []float64{10, 25, 50, 100, 200, structure.MaxRadiusKM}

func bandOf(km float64) uint32 {
	for i, upper := range radiusBands {
		if km <= upper {
			return uint32(i) // #nosec G115 -- six
		}
	}
	return uint32(len(radiusBands)) // #nosec G115 -- a radius that no rule allows
}

// cellsPerDegree makes cells of 0.1 degree: about 11 km by 7 in France.
const (
	cellsPerDegree = 10
	cellsPerRow    = 360*cellsPerDegree + 1
)

func cellOf(lat, lon float64) uint32 { return rowOf(lat)*cellsPerRow + columnOf(lon) }

func rowOf(lat float64) uint32 {
	return uint32(math.Floor((min(max(lat, -90), 90) + 90) * cellsPerDegree))
}

func columnOf(lon float64) uint32 {
	return uint32(math.Floor((min(max(lon, -180), 180) + 180) * cellsPerDegree))
}

func newPostings(b *block, l *lists) *postings {
	pairs := make([]uint64, 0, 10*blockSize)
	for at := range b.n {
		put := func(class, code uint32) { pairs = append(pairs, uint64(class|code)<<16|uint64(at)) }
		r := &b.rows[at]
		putProfile(l, &l.profiles[r.profile], put)
		if r.commune != noCommune {
			put(classCommune, uint32(r.commune))
			put(classDepartment, uint32(l.departmentOf[r.commune]))
		}
		place := b.location(at)
		if place.placed() {
			put(classCell, cellOf(place.lat, place.lon))
		}
		trades := l.tradesOf(b.offers[at])
		for i, t := range trades {
			putTrade(l, &l.trades[t], put)
			putZone(b.zoneOf(at, i, len(trades)), place, l, put)
		}
	}
	slices.Sort(pairs)
	pairs = slices.Compact(pairs)
	p := &postings{at: make([]uint16, len(pairs))}
	for i, pair := range pairs {
		if key := uint32(pair >> 16); i == 0 || key != p.keys[len(p.keys)-1] { // #nosec G115 -- written from 32 bits
			p.keys, p.ends = append(p.keys, key), append(p.ends, 0)
		}
		p.at[i] = uint16(pair & 0xffff)       // #nosec G115 -- 16 bits
		p.ends[len(p.ends)-1] = uint32(i) + 1 // #nosec G115 -- some 100,000
	}
	p.keys, p.ends = slices.Clone(p.keys), slices.Clone(p.ends)
	p.places = p.from(classCommune)
	return p
}

func putProfile(l *lists, p *profile, put func(class, code uint32)) {
	if p.joint {
		put(classKind, kindJoint)
	}
	for _, a := range l.agreementsOf(p) {
		put(classKind, uint32(a.kind)) // #nosec G115 -- an index
	}
	if p.ess >= 0 {
		put(classKind, uint32(len(structure.Kinds))+uint32(p.ess)) // #nosec G115 -- an index
	}
	if p.esus != noESUS {
		put(classESUS, 0)
	}
	if p.size >= 0 {
		put(classSize, uint32(p.size)) // #nosec G115 -- an index
	}
	if p.workforce >= 0 {
		put(classWorkforce, uint32(p.workforce)) // #nosec G115 -- an index
	}
	for _, of := range l.labelsOf(p) {
		put(classLabel, of.code)
	}
}

func putTrade(l *lists, t *trade, put func(class, code uint32)) {
	for _, s := range l.sectors(t) {
		put(sectorKey(s, t.derived), 0)
	}
	for i := range uint32(len(structure.Modes)) { // #nosec G115 -- three
		if t.modes&(1<<i) != 0 {
			put(classMode, i)
		}
	}
	for i := range uint32(64) {
		if t.characteristics&(1<<i) != 0 {
			put(classQuality, i)
		}
	}
	if t.availability >= 0 {
		put(classAvailability, uint32(t.availability)) // #nosec G115 -- an index
	}
}

func putZone(ref zoneRef, at location, l *lists, put func(class, code uint32)) {
	switch {
	case ref == refFrance:
		put(classFrance, 0)
	case ref >= refRadii:
		if at.placed() {
			put(classRadius+bandOf(l.radii[ref-refRadii])<<classShift, cellOf(at.lat, at.lon))
		}
	case ref >= refLists:
		put(classList, uint32(ref-refLists))
	}
}

// sectorKey is the key of a sector, declared or deduced from the APE code.
func sectorKey(s uint16, derived bool) uint32 {
	if derived {
		return classSector | uint32(s)<<1 | 1
	}
	return classSector | uint32(s)<<1
}

// one lists the ordinals of a key.
func (p *postings) one(key uint32) []uint16 {
	i := p.from(key)
	if i == len(p.keys) || p.keys[i] != key {
		return nil
	}
	return p.list(i)
}

// from is the place of the first key that is not below one.
func (p *postings) from(key uint32) int {
	low, high := p.places, len(p.keys)
	if key < classCommune {
		low, high = 0, p.places
	}
	for low < high {
		if middle := int(uint(low+high) >> 1); p.keys[middle] < key { // #nosec G115 -- as sort.Search does
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}

func (p *postings) list(i int) []uint16 { return part(p.at, p.ends, i) }

// part is the ith of the parts of a list, told by their ends.
func part[T any](list []T, ends []uint32, i int) []T {
	from := uint32(0)
	if i > 0 {
		from = ends[i-1]
	}
	return list[from:ends[i]]
}

// span gives the places of the keys from one to another, both included.
func (p *postings) span(from, to uint32) (first, end int) { return p.from(from), p.from(to + 1) }
