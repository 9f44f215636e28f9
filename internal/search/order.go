package search

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"sourcier/internal/search/query"
	"sourcier/internal/territory"
)

// hit is a row found, with its sort keys.
type hit struct {
	row      *row
	score    int32
	shuffled uint64  // query.NeutralKey
	distance float64 // kilometres; +Inf when the point is not usable
}

// page is one page of hits and the cursor of the next.
type page struct {
	hits []hit
	next string
}

// page orders the hits and cuts out the page asked for.
func (s *lookup) page() (page, error) {
	q := &s.query
	seed := query.DaySeed(q.On)
	origin, placed := q.Origin(s.engine.options.Atlas)
	for i := range s.hits {
		h := &s.hits[i]
		h.shuffled = query.MixNeutral(seed, h.row.idKey)
		if q.Sort == query.SortDistance && placed {
			h.distance = distance(h.row, origin)
		}
	}
	order := orders[q.Sort]
	if order == nil {
		order = orders[query.SortNeutral]
	}
	hits := s.hits
	from := (max(q.Page, 1) - 1) * q.PerPage
	if q.Cursor != "" {
		after, err := s.cursorHit()
		if err != nil {
			return page{}, err
		}
		hits = slices.DeleteFunc(hits, func(h hit) bool { return order(h, after) <= 0 })
		from = 0
	}
	to := min(from+q.PerPage, len(hits))
	if from >= to {
		return page{}, nil
	}
	smallest(hits, to, order)
	out := page{hits: hits[from:to]}
	if to < len(hits) && q.Sort != query.SortRelevance {
		out.next = s.cursorAfter(hits[to-1])
	}
	return out, nil
}

func distance(r *row, origin query.Place) float64 {
	p := r.s.Address.Point
	if !p.Usable() {
		return math.Inf(1)
	}
	return territory.DistanceKM(origin.Lat, origin.Lon, p.Lat, p.Lon)
}

// orders compare hits. Ties are shuffled by the day like the neutral order, so
// that nobody is always first; the id comes last.
var orders = map[query.Sort]func(a, b hit) int{
	query.SortNeutral:   tie,
	query.SortRelevance: func(a, b hit) int { return cmp.Or(cmp.Compare(b.score, a.score), tie(a, b)) },
	query.SortName:      func(a, b hit) int { return cmp.Or(strings.Compare(a.row.nameKey, b.row.nameKey), tie(a, b)) },
	query.SortUpdated:   func(a, b hit) int { return cmp.Or(cmp.Compare(b.row.updated, a.row.updated), tie(a, b)) },
	query.SortDistance:  func(a, b hit) int { return cmp.Or(cmp.Compare(a.distance, b.distance), tie(a, b)) },
}

func tie(a, b hit) int {
	return cmp.Or(cmp.Compare(a.shuffled, b.shuffled), strings.Compare(a.row.id, b.row.id))
}

// cursorAfter names the place of a hit.
func (s *lookup) cursorAfter(h hit) string {
	c := query.Cursor{ID: h.row.id, Day: s.query.On, Query: s.query.Hash()}
	switch s.query.Sort {
	case query.SortName:
		c.Value = h.row.nameKey
	case query.SortUpdated:
		c.Value = strconv.FormatInt(h.row.updated, 10)
	case query.SortDistance:
		c.Value = strconv.FormatFloat(h.distance, 'g', -1, 64)
	default:
		c.Value = strconv.FormatUint(h.shuffled, 16)
	}
	return c.Encode()
}

// cursorHit is a hit at the place of the query's cursor, whether or not the
// structure is still there.
func (s *lookup) cursorHit() (hit, error) {
	c, err := query.DecodeCursor(s.query.Cursor)
	if err != nil {
		return hit{}, err
	}
	h := hit{row: &row{id: c.ID}, shuffled: query.NeutralKey(c.Day, c.ID)}
	switch s.query.Sort {
	case query.SortName:
		h.row.nameKey = c.Value
	case query.SortUpdated:
		h.row.updated, err = strconv.ParseInt(c.Value, 10, 64)
	case query.SortDistance:
		h.distance, err = strconv.ParseFloat(c.Value, 64)
	}
	return h, err
}

// maxInserted is up to how many hits are kept sorted by insertion.
const maxInserted = 256

// smallest puts the n first hits of the order, sorted, at the front. Sorting
// all of them for one early page would cost more than finding them.
func smallest(hits []hit, n int, order func(a, b hit) int) {
	if n > maxInserted || n*4 >= len(hits) {
		slices.SortFunc(hits, order)
		return
	}
	top := hits[:n]
	slices.SortFunc(top, order)
	for i := n; i < len(hits); i++ {
		if order(hits[i], top[n-1]) >= 0 {
			continue
		}
		last := top[n-1]
		at, _ := slices.BinarySearchFunc(top, hits[i], order)
		copy(top[at+1:], top[at:n-1])
		top[at] = hits[i]
		hits[i] = last
	}
}
