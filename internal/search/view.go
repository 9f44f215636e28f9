package search

import (
	"fmt"
	"math"
	"sync/atomic"

	"github.com/blevesearch/bleve/v2/index/scorch"
)

// view is what one query works on: a bleve snapshot and the columns that belong
// to it. It is immutable, and closed after its last user.
type view struct {
	columns
	lists
	core       *core
	zoneCache  *zoneCache
	reader     *scorch.IndexSnapshot
	segments   []*segment
	labelNames []string
	generation uint64

	refs atomic.Int64
}

// segment is a segment of the snapshot with the ordinals of its documents.
type segment struct {
	*scorch.SegmentSnapshot
	ordinals []uint32 // by document number
	least    uint32   // ordinal
	numbers  []uint32 // document number + 1 by ordinal - least; nil when the ordinals are too scattered
}

// scattered is how many times wider than its number of documents the ordinals
// of a segment may spread before their document numbers are looked up in bleve.
const scattered = 4

// newView takes a snapshot of the core as it is now.
func (c *core) newView(generation uint64) (*view, error) {
	reader, err := c.snapshot()
	if err != nil {
		return nil, err
	}
	c.writer.names.rank()
	v := &view{core: c, zoneCache: c.zones, reader: reader, columns: c.writer.snapshot(), lists: c.writer.names.lists,
		labelNames: c.writer.names.labelNames(), generation: generation}
	known := make(map[uint64]*segment, len(c.tables))
	for _, snapshot := range reader.Segments() {
		s, err := c.segment(snapshot)
		if err != nil {
			_ = reader.Close()
			return nil, err
		}
		known[snapshot.Id()] = s
		v.segments = append(v.segments, &segment{snapshot, s.ordinals, s.least, s.numbers})
	}
	c.tables = known // tables of merged segments are forgotten
	c.refs.Add(1)
	v.refs.Store(1)
	return v, nil
}

// segment gives the ordinals of a segment's documents, read once per segment.
func (c *core) segment(snapshot *scorch.SegmentSnapshot) (*segment, error) {
	if s, ok := c.tables[snapshot.Id()]; ok {
		return s, nil
	}
	return newSegment(snapshot)
}

func newSegment(snapshot *scorch.SegmentSnapshot) (*segment, error) {
	s := &segment{ordinals: make([]uint32, snapshot.FullSize()), least: math.MaxUint32}
	most := uint32(0)
	for n := range s.ordinals {
		id, err := snapshot.DocID(uint64(n)) // #nosec G115 -- an index
		if err != nil {
			return nil, err
		}
		ord, err := ordinalOf(id)
		if err != nil {
			return nil, err
		}
		s.ordinals[n] = ord
		s.least, most = min(s.least, ord), max(most, ord)
	}
	if len(s.ordinals) == 0 || uint64(most-s.least) >= scattered*uint64(len(s.ordinals)) {
		return s, nil
	}
	s.numbers = make([]uint32, most-s.least+1)
	for n, ord := range s.ordinals {
		s.numbers[ord-s.least] = uint32(n) + 1 // #nosec G115 -- an index
	}
	return s, nil
}

// number gives the document number of an ordinal.
func (s *segment) number(ord uint32) (uint64, bool, error) {
	if len(s.ordinals) == 0 || ord < s.least {
		return 0, false, nil
	}
	if s.numbers != nil {
		if at := ord - s.least; at < uint32(len(s.numbers)) && s.numbers[at] != 0 { // #nosec G115 -- a length
			return uint64(s.numbers[at] - 1), true, nil
		}
		return 0, false, nil
	}
	found, err := s.DocNumbers([]string{documentID(ord)})
	if err != nil || found.IsEmpty() {
		return 0, false, err
	}
	return uint64(found.Minimum()), true, nil
}

// record hands the stored record of an ordinal to read, which must not keep it.
func (v *view) record(ord uint32, read func(record []byte) error) error {
	for _, s := range v.segments {
		n, ok, err := s.number(ord)
		if err != nil {
			return err
		}
		if ok {
			return s.record(n, read)
		}
	}
	return fmt.Errorf("ordinal %d has no document: %w", ord, errDamaged)
}

func (s *segment) record(number uint64, read func(record []byte) error) error {
	err := errDamaged
	visitErr := s.VisitDocument(number, func(field string, _ byte, value []byte, _ []uint64) bool {
		if field != recordField {
			return true
		}
		err = read(value)
		return false
	})
	if visitErr != nil {
		return visitErr
	}
	return err
}

// id reads the id of an ordinal.
func (v *view) id(ord uint32) (id string, version int64, err error) {
	err = v.record(ord, func(record []byte) error {
		var f facts
		err := readFacts(record, &f)
		id, version = string(f.id), f.version
		return err
	})
	return id, version, err
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
