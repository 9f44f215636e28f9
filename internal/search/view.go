package search

import (
	"sort"
	"sync/atomic"

	"github.com/blevesearch/bleve/v2/index/scorch"

	"sourcier/internal/territory"
)

// view is what one query works on: a bleve snapshot and the rows that belong to
// it. It is immutable, and closed after its last user.
type view struct {
	core       *core
	reader     *scorch.IndexSnapshot
	offsets    []uint64   // first document number of each segment
	tables     [][]uint32 // document number within the segment -> ordinal
	rows       rows
	ordinals   uint32 // all are below
	places     []territory.Territory
	labels     []string
	labelNames []string
	generation uint64

	refs atomic.Int64
}

// newView takes a snapshot of the core as it is now.
func (c *core) newView(generation uint64) (*view, error) {
	reader, err := c.snapshot()
	if err != nil {
		return nil, err
	}
	v := &view{core: c, reader: reader, rows: c.rows, ordinals: c.next, places: c.names.places,
		labels: c.names.labels, labelNames: c.names.labelNames(), generation: generation}
	known := make(map[uint64][]uint32, len(c.tables))
	offset := uint64(0)
	for _, segment := range reader.Segments() {
		table, err := c.table(segment)
		if err != nil {
			_ = reader.Close()
			return nil, err
		}
		known[segment.Id()] = table
		v.tables = append(v.tables, table)
		v.offsets = append(v.offsets, offset)
		offset += uint64(len(table))
	}
	c.tables = known // tables of merged segments are forgotten
	c.refs.Add(1)
	v.refs.Store(1)
	return v, nil
}

// table gives the ordinals of a segment's documents, read once per segment.
func (c *core) table(segment *scorch.SegmentSnapshot) ([]uint32, error) {
	if table, ok := c.tables[segment.Id()]; ok {
		return table, nil
	}
	table := make([]uint32, segment.FullSize())
	for n := range table {
		id, err := segment.DocID(uint64(n))
		if err != nil {
			return nil, err
		}
		if table[n], err = ordinalOf(id); err != nil {
			return nil, err
		}
	}
	return table, nil
}

// ordinal of a document number.
func (v *view) ordinal(number uint64) uint32 {
	at := 0
	if len(v.offsets) > 1 {
		at = sort.Search(len(v.offsets), func(i int) bool { return v.offsets[i] > number }) - 1
	}
	return v.tables[at][number-v.offsets[at]]
}

// acquire takes a reference unless the view was closed meanwhile.
func (v *view) acquire() bool {
	for {
		n := v.refs.Load()
		if n == 0 {
			return false
		}
		if v.refs.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

func (v *view) release() {
	if v.refs.Add(-1) == 0 {
		_ = v.reader.Close() // reports only that files could not be unmapped
		v.core.release()
	}
}
