package search

import (
	"cmp"
	"context"
	"math"
	"math/bits"
	"slices"
	"time"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
)

// chart gathers what a map shows of what is found.
type chart struct {
	frame    *query.Bounds // nil takes every position
	spots    []spot
	extent   query.Bounds // of all positions
	outside  int
	unplaced int
	communes *tally // by ordinal of the commune; nil unless they are asked for
	unknown  int
}

// spot is a structure found: where it is in millionths of a degree, whose sums do not
// depend on the order in which they are made, and in which of the smallest squares.
type spot struct {
	lat, lon    int32
	column, row int32
	ord         uint32
	commune     uint16
	family      int8
}

// finest is the level of the smallest squares: the world is 2^finest of them wide.
const finest = query.MaxZoom + cellBits

// cellBits: at zoom 0 the world is 256 pixels wide, 4 squares of CellPixels.
const cellBits = 2

// squareOf gives the smallest square of a point.
func squareOf(lat, lon float64) (column, row int32) {
	const n = 1 << finest
	x, y := query.Mercator(lat, lon)
	return int32(math.Floor(x * n)), int32(math.Floor(y * n)) // #nosec G115 -- at most n
}

// Map groups everything that q finds for a frame of a map, on the newest view.
func (e *Engine) Map(ctx context.Context, q query.Query, frame query.Frame) (out query.Map, err error) {
	start := time.Now()
	c := &chart{}
	if !frame.Fit {
		c.frame = &frame.Bounds
	}
	err = e.chart(ctx, q, c, func(s *lookup, correction *query.Correction) error {
		out = query.Map{Frame: frame, Total: s.total, Correction: correction, Generation: s.view.generation}
		if out.Outside, out.Unplaced = c.outside, c.unplaced; out.Placed() > 0 {
			out.Extent = c.extent
		}
		return s.draw(c, &out)
	})
	out.Took = time.Since(start)
	return out, err
}

// Places counts by commune everything that q finds, on the newest view.
func (e *Engine) Places(ctx context.Context, q query.Query) (out query.Places, err error) {
	c := &chart{frame: &query.Bounds{West: math.Inf(1)}, communes: &tally{}} // no spot is wanted
	err = e.chart(ctx, q, c, func(s *lookup, correction *query.Correction) error {
		out = query.Places{Total: s.total, Unplaced: c.unplaced, Unknown: c.unknown, Correction: correction, Generation: s.view.generation}
		c.communes.each(func(number uint32, n int) {
			out.Communes = append(out.Communes, query.Located{Commune: e.options.Atlas.At(number).Code, Count: n})
		})
		slices.SortFunc(out.Communes, func(a, b query.Located) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Commune, b.Commune))
		})
		return nil
	})
	return out, err
}

// chart gathers what q finds, mended as Search mends it, and has it told while the
// view is still there.
func (e *Engine) chart(ctx context.Context, q query.Query, c *chart, tell func(*lookup, *query.Correction) error) error {
	q.Facets, q.OnlyFacets, q.Cursor, q.Page, q.PerPage = false, nil, "", 1, 0
	return e.onView(ctx, maxQueryTime, q, func(ctx context.Context, v *view, work *scratch) error {
		var s *lookup
		correction, err := e.mended(ctx, v, q, work, func(q query.Query) (total int, err error) {
			s, err = e.gather(ctx, v, q, c, work)
			return s.total, err
		})
		if err != nil {
			return err
		}
		return tell(s, correction)
	})
}

// gather fills a chart with all that is found.
func (e *Engine) gather(ctx context.Context, v *view, q query.Query, c *chart, work *scratch) (*lookup, error) {
	s := &lookup{ctx: ctx, engine: e, view: v, query: q, asked: &q, work: work, chart: c}
	s.begin()
	c.spots, c.extent = work.spots[:0], nowhere
	s.top = s.newTop()
	if c.communes != nil {
		c.communes.reset(e.options.Atlas.Len())
	}
	err := s.huntBlocks(func(s *lookup, i int) error {
		found, err := s.foundIn(i)
		if err == nil {
			s.total += found.count()
			s.chart.take(s.view.blocks[i], found, s.filter)
		}
		return err
	})
	s.filter.servesSet, s.filter.coversSet = nil, nil
	work.spots = c.spots
	return s, err
}

// sister gathers for a helper.
func (c *chart) sister(work *scratch) *chart {
	if c == nil {
		return nil
	}
	out := &chart{frame: c.frame, spots: work.spots[:0], extent: nowhere}
	if c.communes != nil {
		out.communes = &tally{n: c.communes.n}
	}
	return out
}

// join adds what a helper has gathered, and gives its room back.
func (c *chart) join(o *chart, work *scratch) {
	if c == nil {
		return
	}
	c.spots, work.spots = append(c.spots, o.spots...), o.spots
	c.extent = stretched(c.extent, o.extent.South, o.extent.West, o.extent.North, o.extent.East)
	c.outside, c.unplaced, c.unknown = c.outside+o.outside, c.unplaced+o.unplaced, c.unknown+o.unknown
	if c.communes != nil {
		c.communes.join(o.communes)
	}
}

// take gathers the structures of a set of a block.
func (c *chart) take(b *block, set *bitset, f *filter) {
	for w, word := range set {
		for ; word != 0; word &= word - 1 {
			at := uint32(w*64 + bits.TrailingZeros64(word)) // #nosec G115 -- below blockSize
			if c.communes != nil {
				c.countCommune(b.rows[at].commune)
			}
			p := b.position(at)
			if math.IsNaN(p.lat) {
				c.unplaced++
				continue
			}
			c.extent = stretched(c.extent, p.lat, p.lon, p.lat, p.lon)
			switch {
			case c.frame != nil && !c.frame.Holds(p.lat, p.lon):
				c.outside++
			default:
				r := &b.rows[at]
				column, row := squareOf(p.lat, p.lon)
				c.spots = append(c.spots, spot{micro(p.lat), micro(p.lon), column, row, b.number<<blockBits | at, r.commune, f.familyOf(r.profile)})
			}
		}
	}
}

// nowhere stretches to anything.
var nowhere = query.Bounds{West: math.Inf(1), South: math.Inf(1), East: math.Inf(-1), North: math.Inf(-1)}

func stretched(b query.Bounds, south, west, north, east float64) query.Bounds {
	return query.Bounds{West: min(b.West, west), South: min(b.South, south), East: max(b.East, east), North: max(b.North, north)}
}

func (c *chart) countCommune(commune uint16) {
	if commune == noCommune {
		c.unknown++
		return
	}
	c.communes.addTimes(uint32(commune), 1)
}

func micro(degrees float64) int32 { return int32(math.Round(degrees * perDegree)) } // #nosec G115 -- of 360 degrees

// draw fits the frame when that is wanted, and makes clusters of the spots.
func (s *lookup) draw(c *chart, out *query.Map) error {
	if out.Fit {
		out.Outside = c.fit(&out.Frame)
	}
	g := newGrid(out.Frame)
	for !g.sort(c.spots) {
		g.coarsen()
	}
	out.Cell = query.CellPixels << (out.Zoom + cellBits - g.level)
	g.joinNear()
	return s.tellClusters(g, c.spots, out)
}

// tellClusters says of each heap who is in it, in the order of the squares.
func (s *lookup) tellClusters(g *grid, spots []spot, out *query.Map) error {
	s.rankAll(g, spots, out.Zoom)
	for _, at := range g.inOrder() {
		cluster, err := s.cluster(&g.heaps[at], out.Zoom)
		if err != nil {
			return err
		}
		out.Clusters = append(out.Clusters, cluster)
	}
	return nil
}

// rankAll finds the first structures of the heaps that no zoom divides.
func (s *lookup) rankAll(g *grid, spots []spot, zoom int) {
	seed := query.DaySeed(s.query.On)
	for i := range spots {
		p := &spots[i]
		if h := &g.heaps[g.heapOf[g.place(p)]-1]; !h.divides(zoom) {
			b, at := s.view.at(p.ord)
			h.rank(turn{query.MixNeutral(seed, b.idKey[at]), p.ord})
		}
	}
}

// rank keeps the first of a heap in the neutral order.
func (h *heap) rank(r turn) {
	if len(h.first) == query.MaxMembers && h.first[query.MaxMembers-1].key <= r.key {
		return
	}
	at, _ := slices.BinarySearchFunc(h.first, r, func(a, b turn) int { return cmp.Compare(a.key, b.key) })
	h.first = slices.Insert(h.first, at, r)
	h.first = h.first[:min(len(h.first), query.MaxMembers)]
}

// familyOf gives the place in structure.Families of a profile.
func (f *filter) familyOf(profile uint32) int8 { return f.standings[f.standingOf[profile]].family }

// cluster tells a heap.
func (s *lookup) cluster(h *heap, zoom int) (query.Cluster, error) {
	degrees := func(v int32) float64 { return float64(v) / perDegree }
	out := query.Cluster{
		Count: h.count, Lat: h.mean(h.lat), Lon: h.mean(h.lon),
		Bounds:   query.Bounds{West: degrees(h.west), South: degrees(h.south), East: degrees(h.east), North: degrees(h.north)},
		Families: h.families[:], Divides: h.divides(zoom),
	}
	if !h.mixed && h.commune != noCommune {
		out.Commune = s.engine.options.Atlas.At(uint32(h.commune)).Code
	}
	for _, r := range h.first {
		if err := s.ctx.Err(); err != nil {
			return out, err
		}
		m, err := s.member(r.ord)
		if err != nil {
			return out, err
		}
		out.Members = append(out.Members, m)
	}
	return out, nil
}

// member reads what a map shows of a structure.
func (s *lookup) member(ord uint32) (out query.Member, err error) {
	b, at := s.view.at(ord)
	out.Family = structure.Families[s.filter.familyOf(b.rows[at].profile)]
	err = s.view.record(ord, func(record []byte) error {
		sheet, err := readSheet(record)
		if err == nil {
			out.ID, out.Name, out.Demo = sheet.ID, sheet.Name, sheet.Demo
		}
		return err
	})
	return out, err
}
