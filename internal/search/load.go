package search

import (
	"cmp"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
)

// load reads the columns from the records of the index: those of several blocks
// are read at once, and given to the writer in order. Views keep what they have.
func (c *core) load() error {
	o := c.options
	broken := c.broken
	c.broken = true // until all is read
	c.loads++
	c.zones, c.writer, c.ids = newZoneCache(o.Atlas), newWriter(newNames(o, homePlaces(o)), o.eager), idTable{}
	c.tables, c.recent = map[uint64]*segment{}, map[uint32]versionOf{}
	snapshot, err := c.enumerate()
	if err != nil {
		return err
	}
	defer func() { _ = snapshot.reader.Close() }()
	next := make(chan *loading, runtime.GOMAXPROCS(0))
	var stop atomic.Bool
	go func() {
		defer close(next)
		for from := uint32(0); from < c.loaded && !stop.Load(); from += blockSize {
			l := &loading{view: snapshot, from: from, to: min(from+blockSize, c.loaded), done: make(chan struct{})}
			next <- l
			go l.run()
		}
	}()
	var sealing sync.WaitGroup
	c.writer.seal = func(b *block) {
		lists := c.writer.names.lists // as it is now: what the block refers to is there
		sealing.Go(func() { b.seal(&lists) })
	}
	for l := range next {
		<-l.done
		if err == nil {
			err = c.take(l)
		}
		stop.Store(err != nil)
	}
	if err == nil {
		c.writer.pad(c.loaded)
	}
	sealing.Wait()
	c.writer.seal = nil
	if err != nil {
		return err
	}
	c.broken = broken
	return c.settle()
}

// settle makes the view that lookup reads, and removes documents that a batch
// cut short has left twice.
func (c *core) settle() error {
	first, err := c.view(0)
	if err != nil {
		return err
	}
	first.release() // the core keeps its own hold
	twins := c.twins()
	if len(twins) == 0 {
		return nil
	}
	if err := c.dropTwins(twins); err != nil {
		return err
	}
	first, err = c.view(0)
	if err == nil {
		first.release()
	}
	return err
}

// dropTwins removes ordinals that hold what another holds too.
func (c *core) dropTwins(twins []uint32) error {
	if len(twins) == 0 {
		return nil
	}
	batch := index.NewBatch()
	for _, twin := range twins {
		held, err := c.versionAt(twin)
		if err != nil {
			return err
		}
		document, err := c.document(twin, held.id)
		if err != nil {
			return err
		}
		batch.Delete(document)
		c.forget(twin)
	}
	return c.index.Batch(batch)
}

// twins lists the ordinals that hold an older version of what another holds.
func (c *core) twins() (out []uint32) {
	seen := map[string]uint32{}
	c.ids.all(func(ord uint32) {
		b, at := c.writer.at(ord)
		if len(c.ids.find(&c.writer.columns, b.idKey[at])) < 2 {
			return
		}
		held, err := c.versionAt(ord)
		if err != nil {
			return
		}
		other, twice := seen[held.id]
		if !twice {
			seen[held.id] = ord
			return
		}
		older := other
		if before, err := c.versionAt(other); err == nil && (before.version > held.version || before.version == held.version && other > ord) {
			older = ord
		} else {
			seen[held.id] = ord
		}
		out = append(out, older)
	})
	slices.Sort(out)
	return out
}

// enumerate gives every document of the index an ordinal, in the order in which they
// lie there, the largest segment first: sets of its documents are then sets of
// ordinals. The view that it makes has no columns.
func (c *core) enumerate() (*view, error) {
	reader, err := c.snapshot()
	if err != nil {
		return nil, err
	}
	v := &view{reader: reader}
	all := slices.Clone(reader.Segments())
	slices.SortStableFunc(all, func(a, b *scorch.SegmentSnapshot) int { return cmp.Compare(b.FullSize(), a.FullSize()) })
	c.slots, c.loaded = nil, 0
	for _, snapshot := range all {
		s := &segment{SegmentSnapshot: snapshot, first: c.loaded}
		for n := range uint64(snapshot.FullSize()) { // #nosec G115 -- a length
			key, err := keyAt(snapshot, n) // also of the deleted: a key is given once
			if err != nil {
				return nil, errors.Join(err, reader.Close())
			}
			if grow := int(key) + 1 - len(c.slots); grow > 0 {
				c.slots = append(c.slots, make([]uint32, grow)...)
			}
			c.loaded++
			c.slots[key] = c.loaded
		}
		v.segments = append(v.segments, s)
		c.tables[snapshot.Id()] = &segment{first: s.first} // keeps no file open
	}
	c.slots = slices.Clip(c.slots)
	c.next = max(c.next, number(len(c.slots)))
	return v, nil
}

// loading is the facts of some documents being read.
type loading struct {
	view     *view
	from, to uint32 // ordinals
	done     chan struct{}
	records  [][]byte // facts, without their sheets; none of the deleted
	err      error
}

func (l *loading) run() {
	defer close(l.done)
	defer func() {
		// bleve panics on some damaged files.
		if r := recover(); r != nil {
			l.err = fmt.Errorf("%w: %v", errDamaged, r)
		}
	}()
	arena := make([]byte, 0, 160*(l.to-l.from))
	for _, s := range l.view.segments {
		first, end := max(l.from, s.first), min(l.to, s.first+number(int(s.FullSize())))
		if first >= end {
			continue
		}
		gone := s.Deleted()
		for ord := first; ord < end && l.err == nil; ord++ {
			if n := ord - s.first; gone == nil || !gone.Contains(n) {
				arena, l.err = l.read(s, n, arena)
			} else {
				l.records = append(l.records, nil)
			}
		}
	}
}

// read adds the facts of a document.
func (l *loading) read(s *segment, n uint32, arena []byte) ([]byte, error) {
	err := s.record(uint64(n), func(record []byte) error {
		var f facts
		if err := readFacts(record, &f); err != nil {
			return err
		}
		from := len(arena)
		arena = append(arena, record[:f.size]...)
		l.records = append(l.records, arena[from:])
		return nil
	})
	return arena, err
}

// take gives what was read to the writer.
func (c *core) take(l *loading) error {
	if l.err != nil {
		return l.err
	}
	for i, record := range l.records {
		if record == nil {
			continue
		}
		if err := c.remember(l.from+number(i), record); err != nil {
			return err
		}
	}
	return nil
}
