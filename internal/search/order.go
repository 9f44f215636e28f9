package search

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"strconv"

	"sourcier/internal/search/query"
	"sourcier/internal/territory"
)

// hit is a structure found, with its sort keys: they compare as numbers, the
// least first.
type hit struct {
	major uint64 // of the order asked for; of a name, its first bytes
	minor uint64 // the shuffle of the day, so that nobody is always first among equals; of a name, its next bytes
	ord   uint32
}

// top keeps the first hits of an order.
type top struct {
	view   *view
	sort   query.Sort
	seed   uint64
	origin query.Place
	size   int // hits kept
	hits   []hit
	worst  hit  // the last of the first size hits, once full
	full   bool // there are as many
	after  *bound
	seen   int // hits after the bound
}

// empty is the same order with nothing in it.
func (t *top) empty(work *scratch) *top {
	return &top{hits: work.hits[:0], view: t.view, sort: t.sort, seed: t.seed, origin: t.origin, size: t.size, after: t.after}
}

// join considers what another has kept of the same order.
func (t *top) join(o *top) {
	seen := t.seen + o.seen
	for _, h := range o.hits {
		t.consider(h)
	}
	t.seen = seen
}

// bound is the place of a cursor in the order.
type bound struct {
	hit
	name    []byte
	shuffle uint64
	id      string
}

// newTop prepares the order of a query.
func (s *lookup) newTop() *top {
	q := &s.query
	t := &top{hits: s.work.hits[:0], view: s.view, sort: q.Sort, seed: query.DaySeed(q.On), size: max(q.Page, 1) * q.PerPage}
	origin, placed := q.Origin(s.engine.options.Atlas)
	if t.origin = origin; q.Sort == query.SortDistance && !placed {
		t.sort = query.SortNeutral
	}
	return t
}

// majors fills the first sort keys of a batch, 0 in the neutral order.
func (t *top) majors(b *block, w *batch) {
	switch t.sort {
	case query.SortRelevance:
		for i, score := range w.score[:w.n] {
			w.major[i] = scoreKey(score)
		}
	case query.SortName:
		for i, at := range w.at[:w.n] {
			w.major[i] = nameHead(b.nameKey(at))
		}
	case query.SortUpdated:
		for i, at := range w.at[:w.n] {
			w.major[i] = updatedKey(b.updated[at])
		}
	case query.SortDistance:
		for i, at := range w.at[:w.n] {
			w.major[i] = distanceKey(t.distance(b, at))
		}
	default:
		clear(w.major[:w.n])
	}
}

// scoreKey puts the highest score first.
func scoreKey(score int32) uint64 { return uint64(math.MaxInt32 - score) } // #nosec G115 -- not negative

func scoreOfKey(key uint64) int32 { return int32(math.MaxInt32 - key) } // #nosec G115 -- made from a score

// late reports that what scores so comes after every hit of the page.
func (t *top) late(score int32) bool {
	return t.full && t.after == nil && scoreKey(score) > t.worst.major
}

// nameHead is the first 8 bytes of a name key as a number.
func nameHead(key []byte) uint64 {
	var head [8]byte
	copy(head[:], key)
	return binary.BigEndian.Uint64(head[:])
}

// nameNext is the 8 bytes after them.
func nameNext(key []byte) uint64 { return nameHead(key[min(8, len(key)):]) }

// updatedKey puts the most recent first.
func updatedKey(micros int64) uint64 { return ^(uint64(micros) ^ 1<<63) } // #nosec G115 -- the bits are wanted

// distanceKey: distances are not negative, so that their bits order them.
func distanceKey(km float64) uint64 { return math.Float64bits(km) }

func (t *top) distance(b *block, at uint32) float64 {
	p := b.position(at)
	if math.IsNaN(p.lat) {
		return math.Inf(1)
	}
	return territory.DistanceKM(t.origin.Lat, t.origin.Lon, p.lat, p.lon)
}

// offer considers the structures of a batch.
func (t *top) offer(b *block, first uint32, w *batch) {
	if t.size == 0 {
		return
	}
	t.majors(b, w)
	late := t.full && t.after == nil // most then come after those kept
	if late && t.sort != query.SortNeutral {
		t.dropLate(w)
	}
	for i, at := range w.at[:w.n] {
		if t.sort == query.SortName {
			w.minor[i] = nameNext(b.nameKey(at))
		} else {
			w.minor[i] = query.MixNeutral(t.seed, b.idKey[at])
		}
	}
	t.considerAll(first, w, late)
}

// considerAll considers the structures of a batch, whose keys are filled; late,
// those that two keys put after the worst kept are only counted.
func (t *top) considerAll(first uint32, w *batch, late bool) {
	for i, minor := range w.minor[:w.n] {
		if late && minor > t.worst.minor && w.major[i] == t.worst.major {
			t.seen++
			continue
		}
		h := hit{ord: first | w.at[i], major: w.major[i], minor: minor}
		if t.after == nil || t.compareBound(h) > 0 {
			t.consider(h)
		}
	}
}

// dropLate leaves out of a batch those whose first key alone puts them after the
// worst kept.
func (t *top) dropLate(w *batch) {
	kept, worst := 0, t.worst.major
	for i, major := range w.major[:w.n] {
		if major <= worst {
			w.at[kept], w.major[kept] = w.at[i], major
			kept++
		}
	}
	t.seen += w.n - kept
	w.n = kept
}

// consider keeps a hit, whose keys are filled, if it is among the first.
func (t *top) consider(h hit) {
	t.seen++
	if t.full && (h.major > t.worst.major || h.major == t.worst.major && t.behind(h)) {
		return
	}
	if t.hits = append(t.hits, h); len(t.hits) >= 2*t.size+64 {
		t.cut()
	}
}

// behind reports that a hit comes after the worst kept, whose major key it has.
func (t *top) behind(h hit) bool {
	if h.minor != t.worst.minor {
		return h.minor > t.worst.minor
	}
	return t.compare(h, t.worst) > 0
}

// cut keeps the first hits, in no order, the worst of them last.
func (t *top) cut() {
	if t.size > 0 && len(t.hits) >= t.size {
		sift(t.hits, t.size-1, t.compare)
		t.hits = t.hits[:t.size]
		t.worst, t.full = t.hits[t.size-1], true
	}
}

// sift moves what comes before the one of rank n of a list to its left, the others
// to its right (Hoare's selection): sorting all of 10,000 hits for one page of 20
// would take most of the time of the query.
func sift[T any](list []T, n int, compare func(a, b T) int) {
	for len(list) > 12 {
		middle := median(list[0], list[len(list)/2], list[len(list)-1], compare)
		left, right := 0, len(list)-1
		for left <= right {
			for compare(list[left], middle) < 0 {
				left++
			}
			for compare(middle, list[right]) < 0 {
				right--
			}
			if left <= right {
				list[left], list[right] = list[right], list[left]
				left, right = left+1, right-1
			}
		}
		switch {
		case n <= right:
			list = list[:right+1]
		case n >= left:
			list, n = list[left:], n-left
		default:
			return
		}
	}
	slices.SortFunc(list, compare)
}

func median[T any](a, b, c T, compare func(a, b T) int) T {
	if compare(b, a) < 0 {
		a, b = b, a
	}
	if compare(c, b) < 0 {
		b = c
	}
	if compare(b, a) < 0 {
		return a
	}
	return b
}

// sorted gives the hits from a rank on, in order.
func (t *top) sorted(from int) []hit {
	t.cut()
	if from >= len(t.hits) {
		return nil
	}
	if from > 0 {
		sift(t.hits, from, t.compare)
	}
	slices.SortFunc(t.hits[from:], t.compare)
	return t.hits[from:]
}

// compare orders hits; the id comes last, when even the shuffle does not decide.
func (t *top) compare(a, b hit) int {
	if a.major != b.major {
		return cmp.Compare(a.major, b.major)
	}
	if a.minor != b.minor || a.ord == b.ord {
		return cmp.Compare(a.minor, b.minor)
	}
	if t.sort == query.SortName {
		if c := cmp.Or(bytes.Compare(t.name(a.ord), t.name(b.ord)), cmp.Compare(t.shuffle(a.ord), t.shuffle(b.ord))); c != 0 {
			return c
		}
	}
	return cmp.Compare(t.id(a.ord), t.id(b.ord))
}

func (t *top) compareBound(h hit) int {
	if c := cmp.Or(cmp.Compare(h.major, t.after.major), cmp.Compare(h.minor, t.after.minor)); c != 0 {
		return c
	}
	if t.sort == query.SortName {
		if c := cmp.Or(bytes.Compare(t.name(h.ord), t.after.name), cmp.Compare(t.shuffle(h.ord), t.after.shuffle)); c != 0 {
			return c
		}
	}
	return cmp.Compare(t.id(h.ord), t.after.id)
}

func (t *top) shuffle(ord uint32) uint64 {
	b, at := t.view.at(ord)
	return query.MixNeutral(t.seed, b.idKey[at])
}

func (t *top) name(ord uint32) []byte {
	b, at := t.view.at(ord)
	return b.nameKey(at)
}

// id reads the id of an ordinal; a record that cannot be read orders last.
func (t *top) id(ord uint32) string {
	id, err := t.view.id(ord)
	if err != nil {
		return "\xff"
	}
	return id
}

// page gives the hits of the page asked for, and the cursor of the next.
func (s *lookup) page() (hits []hit, next string, err error) {
	t, q := s.top, &s.query
	hits = t.sorted((max(q.Page, 1) - 1) * q.PerPage)
	if len(hits) > 0 && t.seen > t.size && q.Sort != query.SortRelevance {
		next, err = s.cursorAfter(hits[len(hits)-1])
	}
	return hits, next, err
}

// cursorAfter names the place of a hit.
func (s *lookup) cursorAfter(h hit) (string, error) {
	id, err := s.view.id(h.ord)
	if err != nil {
		return "", err
	}
	c := query.Cursor{ID: id, Day: s.query.On, Query: s.asked.Hash()}
	b, at := s.view.at(h.ord)
	switch s.query.Sort {
	case query.SortName:
		c.Value = string(b.nameKey(at))
	case query.SortUpdated:
		c.Value = strconv.FormatInt(b.updated[at], 10)
	case query.SortDistance:
		c.Value = strconv.FormatFloat(s.top.distance(b, at), 'g', -1, 64)
	default:
		c.Value = strconv.FormatUint(h.minor, 16)
	}
	return c.Encode(), nil
}

// follow makes the order begin after the query's cursor, whether or not the
// structure is still there.
func (t *top) follow(cursor string) error {
	c, err := query.DecodeCursor(cursor)
	if err != nil {
		return err
	}
	t.after = &bound{hit: hit{minor: query.NeutralKey(c.Day, c.ID)}, id: c.ID}
	switch t.sort {
	case query.SortName:
		t.after.shuffle, t.after.name = t.after.minor, []byte(c.Value)
		t.after.major, t.after.minor = nameHead(t.after.name), nameNext(t.after.name)
	case query.SortUpdated:
		var micros int64
		micros, err = strconv.ParseInt(c.Value, 10, 64)
		t.after.major = updatedKey(micros)
	case query.SortDistance:
		var km float64
		km, err = strconv.ParseFloat(c.Value, 64)
		t.after.major = distanceKey(km)
	}
	return err
}
