package search

import (
	"math"
	"slices"

	"sourcier/internal/search/query"
)

// Columns hold, by ordinal, what filters, facets and orders read. They are cut
// in blocks of blockSize ordinals. The writer fills the last block and never
// changes what it has written: a view keeps the header of the last block as it
// was, and reads no further. Only which ordinals are live changes, in bits that
// are copied before.
const (
	blockBits  = 13
	blockSize  = 1 << blockBits
	blockWords = blockSize / 64
)

// bitset says which ordinals of a block are in a set.
type bitset [blockWords]uint64

func (b *bitset) put(at uint32)      { b[at/64] |= 1 << (at % 64) }
func (b *bitset) has(at uint32) bool { return b[at/64]&(1<<(at%64)) != 0 }

// block is the columns of blockSize ordinals, of which the first n are given.
type block struct {
	number   uint32 // its ordinals begin at number * blockSize
	n        uint32
	rows     []row
	offers   []uint32 // in lists.offers
	idKey    []uint64 // query.IDKey
	updated  []int64  // microseconds since 1970
	points   []point
	fine     []position // those that no point can say
	nameEnd  []uint32   // end of the name key in nameKeys
	nameKeys []byte
	zone     []zoneRef // of the only activity, or where the activities begin in more
	more     []reach   // activities of those that have several
	several  bitset    // who they are
	postings *postings
	covered  uint32 // ordinals that the postings are of; columns tell the others
}

// row is what facets count of a structure, side by side: a query that finds
// 100,000 of them waits for memory once for each, not once for each column.
type row struct {
	profile uint32 // in lists.profiles
	sold    uint32 // where its sectors are in lists.soldSets
	homes   uint32 // in lists.homes: served by one of the activities
	commune uint16
}

// reach is one of several activities.
type reach struct {
	trade uint32 // in lists.trades
	zone  zoneRef
	homes uint32 // in lists.homes
}

func newBlock(at uint32) *block {
	return &block{
		number: at, postings: &postings{},
		rows: make([]row, 0, blockSize), offers: make([]uint32, 0, blockSize), zone: make([]zoneRef, 0, blockSize),
		idKey: make([]uint64, 0, blockSize), updated: make([]int64, 0, blockSize),
		points:  make([]point, 0, blockSize),
		nameEnd: make([]uint32, 0, blockSize),
	}
}

// zoneOf gives the zone of one of the n activities of an ordinal.
func (b *block) zoneOf(at uint32, i, n int) zoneRef {
	if n == 1 {
		return b.zone[at]
	}
	return b.more[int(b.zone[at])+i].zone
}

// activities gives the n activities, more than one, of an ordinal.
func (b *block) activities(at, n uint32) []reach { return b.more[b.zone[at]:][:n] }

func (b *block) nameKey(at uint32) []byte { return part(b.nameKeys, b.nameEnd, int(at)) }

func (b *block) location(at uint32) location {
	p := b.position(at)
	return location{b.rows[at].commune, p.lat, p.lon}
}

// point is a position in millionths of a degree, which is how nearly all are given:
// half the memory of two floats, and the same floats when read.
type point struct{ lat, lon int32 }

// Latitudes that stand for no usable point, and for a position in block.fine.
const (
	noPoint   = math.MinInt32
	finePoint = math.MinInt32 + 1
)

func (b *block) addPosition(p position) {
	switch packed, ok := packPoint(p); {
	case math.IsNaN(p.lat):
		b.points = append(b.points, point{lat: noPoint})
	case ok:
		b.points = append(b.points, packed)
	default:
		b.points = append(b.points, point{finePoint, int32(len(b.fine))}) // #nosec G115 -- at most blockSize
		b.fine = append(b.fine, p)
	}
}

const perDegree = 1e6

func packPoint(p position) (point, bool) {
	out := point{int32(math.Round(p.lat * perDegree)), int32(math.Round(p.lon * perDegree))}
	return out, math.Abs(p.lat) <= 90 && math.Abs(p.lon) <= 360 && out.position() == p
}

func (p point) position() position {
	return position{float64(p.lat) / perDegree, float64(p.lon) / perDegree}
}

// position is that of an ordinal, NaN without a usable point.
func (b *block) position(at uint32) position {
	switch p := b.points[at]; p.lat {
	case noPoint:
		return position{math.NaN(), math.NaN()}
	case finePoint:
		return b.fine[p.lon]
	default:
		return p.position()
	}
}

// columns is what a view reads.
type columns struct {
	blocks []*block
	live   []*liveSet // ordinals that can be found: the newest versions, of structures that are open
	count  int        // live ordinals
	n      uint32     // ordinals given
}

func (c *columns) isLive(ord uint32) bool {
	return ord < c.n && c.live[ord>>blockBits].has(ord&(blockSize-1))
}

func (c *columns) at(ord uint32) (*block, uint32) {
	return c.blocks[ord>>blockBits], ord & (blockSize - 1)
}

// writer adds to the columns of a core.
type writer struct {
	names *names
	columns
	owned map[int]bool // live bitsets that no view has
	seal  func(*block) // set while an index is loaded, to seal blocks beside
	eager bool         // Options.eager
}

func newWriter(n *names, eager bool) *writer {
	return &writer{names: n, owned: map[int]bool{}, eager: eager}
}

// snapshot gives the columns as they are now.
func (w *writer) snapshot() columns {
	out := columns{slices.Clone(w.blocks), slices.Clone(w.live), w.count, w.n}
	if last := len(out.blocks) - 1; last >= 0 {
		b := out.blocks[last]
		if b.n-b.covered > maxUncovered || w.eager && b.covered < b.n {
			b.cover(&w.names.lists)
		}
		header := *b
		out.blocks[last] = &header
	}
	clear(w.owned)
	return out
}

// put writes the facts of an ordinal, which must be above all those before. The
// ordinals left out belonged to a batch that failed: nothing is there.
func (w *writer) put(ord uint32, f *facts) {
	w.pad(ord)
	w.add(f)
}

// pad leaves out the ordinals below one.
func (w *writer) pad(ord uint32) {
	for w.n < ord {
		w.add(&facts{commune: noCommune, lat: math.NaN(), lon: math.NaN(), closed: true})
	}
}

func (w *writer) add(f *facts) {
	at := w.n & (blockSize - 1)
	if at == 0 {
		w.blocks = append(w.blocks, newBlock(number(len(w.blocks))))
		w.live = append(w.live, &liveSet{})
		w.owned[len(w.live)-1] = true
	}
	b, n := w.blocks[len(w.blocks)-1], w.names
	b.idKey = append(b.idKey, query.IDKey(string(f.id)))
	b.updated = append(b.updated, f.updated)
	b.addPosition(position{f.lat, f.lon})
	b.nameKeys = append(b.nameKeys, f.nameKey...)
	b.nameEnd = append(b.nameEnd, number(len(b.nameKeys)))
	w.addRow(b, f)
	n.settle(f.commune)
	if !f.closed {
		w.enliven(w.n)
	}
	w.n++
	if b.n++; b.n < blockSize {
		return
	}
	if w.seal != nil {
		w.seal(b)
	} else {
		b.seal(&n.lists)
	}
}

func (w *writer) addRow(b *block, f *facts) {
	n, at := w.names, location{f.commune, f.lat, f.lon}
	r, first := row{commune: f.commune}, zoneRef(number(len(b.more)))
	if len(f.acts) > 1 {
		b.several.put(number(len(b.rows)))
	}
	if f.profile != nil {
		r.profile = n.profile(f.profile)
	}
	n.tradesNow, n.homesNow = n.tradesNow[:0], n.homesNow[:0]
	for _, a := range f.acts {
		n.tradesNow = append(n.tradesNow, n.trade(a.trade))
		ref := n.zone(a.zone)
		homes := n.homesServed(ref, at)
		n.homesNow = append(n.homesNow, homes)
		if len(f.acts) == 1 {
			first = ref
			break
		}
		b.more = append(b.more, reach{n.tradesNow[len(n.tradesNow)-1], ref, homes})
	}
	offer := n.offer(n.tradesNow)
	r.sold, r.homes = n.sold[offer], n.anyHomes(n.homesNow)
	b.rows, b.offers, b.zone = append(b.rows, r), append(b.offers, offer), append(b.zone, first)
}

// maxUncovered is how many ordinals of the last block may be without postings:
// to make them takes as long as some hundred queries.
const maxUncovered = 512

// cover makes postings of what a block has.
func (b *block) cover(l *lists) { b.postings, b.covered = newPostings(b, l), b.n }

// uncovered are the ordinals of a set that the postings are not of.
func (b *block) uncovered(set *bitset) (out bitset) {
	if b.covered < b.n {
		out = *set
		clear(out[:b.covered/64])
		out[b.covered/64] &^= 1<<(b.covered%64) - 1
	}
	return out
}

// seal trims a full block and makes its postings.
func (b *block) seal(l *lists) {
	b.nameKeys = slices.Clip(slices.Clone(b.nameKeys))
	b.more = slices.Clone(b.more)
	b.cover(l)
}

// own gives a live bitset that may be changed.
func (w *writer) own(at int) *bitset {
	if !w.owned[at] {
		w.live[at], w.owned[at] = &liveSet{bitset: w.live[at].bitset}, true
	}
	return &w.live[at].bitset
}

func (w *writer) enliven(ord uint32) {
	w.own(int(ord >> blockBits)).put(ord & (blockSize - 1))
	w.count++
	b, at := w.at(ord)
	w.names.countLabels(b.rows[at].profile, +1)
}

// drop takes an ordinal out of what can be found.
func (w *writer) drop(ord uint32) {
	if !w.isLive(ord) {
		return
	}
	b, at := w.at(ord)
	w.names.countLabels(b.rows[at].profile, -1)
	w.own(int(ord >> blockBits))[at/64] &^= 1 << (at % 64)
	w.count--
}

// idTable finds the ordinal of an id by its key, in 8 bytes a structure instead
// of the 60 of a map of strings. Two ids may have the same key: who looks one up
// compares the ids of the records.
type idTable struct {
	slots []uint32 // ordinal + 1, 0 free, gone for a slot that was freed
	used  int      // slots not free
	held  int
}

const gone = math.MaxUint32

// find lists the ordinals with a key.
func (t *idTable) find(c *columns, key uint64) (out []uint32) {
	if len(t.slots) == 0 {
		return nil
	}
	mask := t.mask()
	for i := key & mask; t.slots[i] != 0; i = (i + 1) & mask {
		if t.slots[i] == gone {
			continue
		}
		if b, at := c.at(t.slots[i] - 1); b.idKey[at] == key {
			out = append(out, t.slots[i]-1)
		}
	}
	return out
}

func (t *idTable) mask() uint64 { return uint64(len(t.slots) - 1) } // #nosec G115 -- a length, a power of two

func (t *idTable) put(c *columns, ord uint32) {
	if (t.used+1)*4 > len(t.slots)*3 {
		t.resize(c)
	}
	b, at := c.at(ord)
	mask := t.mask()
	i := b.idKey[at] & mask
	for t.slots[i] != 0 && t.slots[i] != gone {
		i = (i + 1) & mask
	}
	if t.slots[i] == 0 {
		t.used++
	}
	t.slots[i] = ord + 1
	t.held++
}

func (t *idTable) remove(c *columns, ord uint32) {
	b, at := c.at(ord)
	mask := t.mask()
	for i := b.idKey[at] & mask; t.slots[i] != 0; i = (i + 1) & mask {
		if t.slots[i] == ord+1 {
			t.slots[i] = gone
			t.held--
			return
		}
	}
}

func (t *idTable) resize(c *columns) {
	old := t.slots
	size := 1024
	for size*5 < t.held*8 {
		size *= 2
	}
	t.slots, t.used, t.held = make([]uint32, size), 0, 0
	for _, slot := range old {
		if slot != 0 && slot != gone {
			t.put(c, slot-1)
		}
	}
}

// all visits every ordinal held.
func (t *idTable) all(visit func(ord uint32)) {
	for _, slot := range t.slots {
		if slot != 0 && slot != gone {
			visit(slot - 1)
		}
	}
}
