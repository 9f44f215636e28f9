package search

import (
	"math"
	"slices"

	"sourcier/internal/search/query"
)

// heap is the structures of a square.
type heap struct {
	count                    int
	lat, lon                 int64 // sums
	west, south, east, north int32
	families                 [maxFamilies]int
	commune                  uint16
	mixed                    bool // several communes
	first                    []turn
}

// maxFamilies is how many structure.Families there are.
const maxFamilies = 4

// turn is a structure in the neutral order of the day.
type turn struct {
	key uint64
	ord uint32
}

// grid parts a frame into squares. At level n the world is 2^n of them wide.
type grid struct {
	frame         query.Frame
	level         int
	left, top     int32
	columns, rows int
	heapOf        []int32 // by square: 1 + place in heaps, 0 for none
	heaps         []heap
}

func newGrid(frame query.Frame) *grid {
	g := &grid{frame: frame, level: frame.Zoom + cellBits + 1}
	g.coarsen()
	return g
}

// coarsen doubles the squares, and again while there are too many in the frame.
func (g *grid) coarsen() {
	west, north := squareOf(g.frame.North, g.frame.West)
	east, south := squareOf(g.frame.South, g.frame.East)
	for {
		g.level--
		by := finest - g.level
		g.left, g.top = west>>by, north>>by
		g.columns, g.rows = int(east>>by-g.left)+1, int(south>>by-g.top)+1
		if g.columns*g.rows <= query.MaxCells {
			break
		}
	}
	g.heapOf, g.heaps = make([]int32, g.columns*g.rows), g.heaps[:0]
}

// place gives the place of a spot among the squares.
func (g *grid) place(p *spot) int {
	by := finest - g.level
	column, row := int(p.column>>by-g.left), int(p.row>>by-g.top)
	// Rounding may put a point of the very edge a hair outside.
	column, row = max(0, min(column, g.columns-1)), max(0, min(row, g.rows-1))
	return row*g.columns + column
}

// sort puts the spots into heaps; it is false when there would be too many.
func (g *grid) sort(spots []spot) bool {
	for i := range spots {
		p := &spots[i]
		at := &g.heapOf[g.place(p)]
		if *at == 0 {
			if len(g.heaps) == query.MaxClusters {
				return false
			}
			g.heaps = append(g.heaps, heap{west: p.lon, south: p.lat, east: p.lon, north: p.lat, commune: p.commune})
			*at = int32(len(g.heaps)) // #nosec G115 -- at most MaxClusters
		}
		g.heaps[*at-1].add(p)
	}
	return true
}

func (h *heap) add(p *spot) {
	h.count++
	h.lat, h.lon = h.lat+int64(p.lat), h.lon+int64(p.lon)
	h.west, h.east = min(h.west, p.lon), max(h.east, p.lon)
	h.south, h.north = min(h.south, p.lat), max(h.north, p.lat)
	h.families[p.family]++
	h.mixed = h.mixed || h.commune != p.commune
}

// inOrder lists the heaps in the order of their first squares.
func (g *grid) inOrder() (out []int32) {
	told := make([]bool, len(g.heaps))
	for _, at := range g.heapOf {
		if at > 0 && !told[at-1] {
			told[at-1] = true
			out = append(out, at-1)
		}
	}
	return out
}

// joinNear makes one of the heaps whose centres would overlap on the screen: each, in
// the order of the squares, takes those after it that are near, and again those that
// its centre has come near to.
func (g *grid) joinNear() {
	order := g.inOrder()
	into := make([]int32, len(g.heaps))
	for i := range into {
		into[i] = int32(i) // #nosec G115 -- at most MaxClusters
	}
	for i := 0; i < len(order); i++ {
		h := &g.heaps[order[i]]
		for j := i + 1; j < len(order); j++ {
			if !h.near(&g.heaps[order[j]], g.frame.Zoom) {
				continue
			}
			h.merge(&g.heaps[order[j]])
			into[order[j]] = order[i]
			order = slices.Delete(order, j, j+1)
			j = i
		}
	}
	for square, at := range g.heapOf {
		if at > 0 {
			g.heapOf[square] = into[at-1] + 1
		}
	}
}

// near reports that two heaps would overlap on the screen.
func (h *heap) near(o *heap, zoom int) bool {
	x, y := h.pixels(zoom)
	ox, oy := o.pixels(zoom)
	return math.Hypot(x-ox, y-oy) < query.NearPixels
}

// pixels gives the centre on the world of a zoom.
func (h *heap) pixels(zoom int) (x, y float64) {
	x, y = query.Mercator(h.mean(h.lat), h.mean(h.lon))
	world := math.Ldexp(256, zoom)
	return x * world, y * world
}

func (h *heap) mean(sum int64) float64 { return math.Round(float64(sum)/float64(h.count)) / perDegree }

func (h *heap) merge(o *heap) {
	h.count += o.count
	h.lat, h.lon = h.lat+o.lat, h.lon+o.lon
	h.west, h.east = min(h.west, o.west), max(h.east, o.east)
	h.south, h.north = min(h.south, o.south), max(h.north, o.north)
	for f, n := range o.families {
		h.families[f] += n
	}
	h.mixed = h.mixed || o.mixed || h.commune != o.commune
}

// divides reports that a larger zoom may part a heap.
func (h *heap) divides(zoom int) bool {
	return h.count > 1 && zoom < query.MaxZoom && (h.west != h.east || h.south != h.north)
}
