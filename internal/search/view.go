package search

import (
	"cmp"
	"fmt"
	"slices"
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
	loads      int // core.loads
	whole      atomic.Pointer[whole]

	refs atomic.Int64
}

// segment is a segment of the snapshot with the ordinals of its documents.
type segment struct {
	*scorch.SegmentSnapshot
	first    uint32   // ordinal of its first document, when the others follow on
	ordinals []uint32 // by document number; nil when they follow on
	order    []uint32 // document numbers by ordinal; nil likewise
}

// newView takes a snapshot of the core as it is now.
func (c *core) newView(generation uint64) (*view, error) {
	reader, err := c.snapshot()
	if err != nil {
		return nil, err
	}
	c.writer.names.rank()
	v := &view{core: c, zoneCache: c.zones, reader: reader, columns: c.writer.snapshot(), lists: c.writer.names.lists,
		labelNames: c.writer.names.labelNames(), generation: generation, loads: c.loads}
	known := make(map[uint64]*segment, len(c.tables))
	for _, snapshot := range reader.Segments() {
		s, err := c.segment(snapshot)
		if err != nil {
			_ = reader.Close()
			return nil, err
		}
		known[snapshot.Id()] = s
		v.segments = append(v.segments, &segment{snapshot, s.first, s.ordinals, s.order})
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
	s := &segment{ordinals: make([]uint32, snapshot.FullSize())}
	inRow := true
	for n := range s.ordinals {
		key, err := keyAt(snapshot, uint64(n)) // #nosec G115 -- an index
		if err != nil {
			return nil, err
		}
		s.ordinals[n] = c.ordinal(key)
		inRow = inRow && s.ordinals[n] == s.ordinals[0]+uint32(n) // #nosec G115 -- an index
	}
	if inRow {
		if len(s.ordinals) > 0 {
			s.first = s.ordinals[0]
		}
		s.ordinals = nil
		return s, nil
	}
	s.order = make([]uint32, len(s.ordinals))
	for n := range s.order {
		s.order[n] = uint32(n) // #nosec G115 -- an index
	}
	slices.SortFunc(s.order, func(a, b uint32) int { return cmp.Compare(s.ordinals[a], s.ordinals[b]) })
	return s, nil
}

// keyAt reads the key of a document.
func keyAt(s *scorch.SegmentSnapshot, number uint64) (uint32, error) {
	id, err := s.DocID(number)
	if err != nil {
		return 0, err
	}
	key, _, err := readDocumentID(id)
	return key, err
}

// ordinal gives that of a document.
func (s *segment) ordinal(number uint32) uint32 {
	if s.ordinals == nil {
		return s.first + number
	}
	return s.ordinals[number]
}

// number gives the document number of an ordinal.
func (s *segment) number(ord uint32) (uint64, bool) {
	if s.ordinals == nil {
		n := ord - s.first
		return uint64(n), ord >= s.first && uint64(n) < uint64(s.FullSize()) // #nosec G115 -- a length
	}
	i, ok := slices.BinarySearchFunc(s.order, ord, func(n, ord uint32) int { return cmp.Compare(s.ordinals[n], ord) })
	if !ok {
		return 0, false
	}
	return uint64(s.order[i]), true
}

// documents visits those that are not deleted.
func (v *view) documents(visit func(s *segment, number, ord uint32) error) error {
	for _, s := range v.segments {
		for it := s.DocNumbersLive().Iterator(); it.HasNext(); {
			n := it.Next()
			if err := visit(s, n, s.ordinal(n)); err != nil {
				return err
			}
		}
	}
	return nil
}

// document finds the segment and the document number of an ordinal.
func (v *view) document(ord uint32) (*segment, uint64, error) {
	for _, s := range v.segments {
		if n, ok := s.number(ord); ok {
			return s, n, nil
		}
	}
	return nil, 0, fmt.Errorf("ordinal %d has no document: %w", ord, errDamaged)
}

// record hands the stored record of an ordinal to read, which must not keep it.
func (v *view) record(ord uint32, read func(record []byte) error) error {
	s, n, err := v.document(ord)
	if err != nil {
		return err
	}
	return s.record(n, read)
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

// id reads the id of an ordinal, without its record, which is compressed.
func (v *view) id(ord uint32) (string, error) {
	_, id, err := v.documentID(ord)
	return string(id), err
}

// documentID reads the parts of the id of a document.
func (v *view) documentID(ord uint32) (key uint32, id []byte, err error) {
	s, n, err := v.document(ord)
	if err != nil {
		return 0, nil, err
	}
	packed, err := s.DocID(n)
	if err != nil {
		return 0, nil, err
	}
	return readDocumentID(packed)
}

// version reads the id of an ordinal and its version.
func (v *view) version(ord uint32) (of versionOf, err error) {
	err = v.record(ord, func(record []byte) error {
		var f facts
		err := readFacts(record, &f)
		of = versionOf{string(f.id), f.version}
		return err
	})
	return of, err
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
