package search

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	index "github.com/blevesearch/bleve_index_api"
)

// load reads the columns from the records of the index: those of several blocks
// are read at once, and given to the writer in order. Views keep what they have.
func (c *core) load() error {
	o := c.options
	c.zones, c.writer, c.ids = newZoneCache(o.Atlas), newWriter(newNames(o, homePlaces(o)), o.eager), idTable{}
	c.tables, c.recent = map[uint64]*segment{}, map[uint32]versionOf{}
	snapshot, err := c.newView(0) // columns are empty: only its segments are used
	if err != nil {
		return err
	}
	defer snapshot.release()
	for _, s := range snapshot.segments { // also the deleted: an ordinal is given once
		for _, ord := range s.ordinals {
			c.next = max(c.next, ord+1)
		}
	}
	places := snapshot.liveDocuments()
	next := make(chan *loading, runtime.GOMAXPROCS(0))
	var stop atomic.Bool
	go func() {
		defer close(next)
		for from := 0; from < len(places) && !stop.Load(); from += blockSize {
			l := &loading{view: snapshot, places: places[from:min(from+blockSize, len(places))], done: make(chan struct{})}
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
	sealing.Wait()
	c.writer.seal = nil
	if err != nil {
		return err
	}
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
		batch.Delete(documentID(twin))
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

// placed is where the document of an ordinal is.
type placed struct {
	ord     uint32
	segment uint32
	number  uint32
}

// liveDocuments lists the documents of a view, by ordinal.
func (v *view) liveDocuments() []placed {
	var out []placed
	for i, s := range v.segments {
		live := s.DocNumbersLive()
		out = slices.Grow(out, int(live.GetCardinality())) // #nosec G115 -- documents
		for it := live.Iterator(); it.HasNext(); {
			n := it.Next()
			out = append(out, placed{s.ordinals[n], uint32(i), n}) // #nosec G115 -- segments
		}
	}
	slices.SortFunc(out, func(a, b placed) int { return int(int64(a.ord) - int64(b.ord)) })
	return out
}

// loading is the facts of some documents being read.
type loading struct {
	view    *view
	places  []placed
	done    chan struct{}
	records [][]byte // facts, without their sheets
	err     error
}

func (l *loading) run() {
	defer close(l.done)
	defer func() {
		// bleve panics on some damaged files.
		if r := recover(); r != nil {
			l.err = fmt.Errorf("%w: %v", errDamaged, r)
		}
	}()
	var f facts
	arena := make([]byte, 0, 160*len(l.places))
	for _, p := range l.places {
		err := l.view.segments[p.segment].record(uint64(p.number), func(record []byte) error {
			if err := readFacts(record, &f); err != nil {
				return err
			}
			from := len(arena)
			arena = append(arena, record[:f.size]...)
			l.records = append(l.records, arena[from:])
			return nil
		})
		if err != nil {
			l.err = err
			return
		}
	}
}

// take gives what was read to the writer.
func (c *core) take(l *loading) error {
	if l.err != nil {
		return l.err
	}
	for i, p := range l.places {
		if err := c.remember(p.ord, l.records[i]); err != nil {
			return err
		}
		c.next = max(c.next, p.ord+1)
	}
	return nil
}
