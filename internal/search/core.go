package search

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"

	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"
	index "github.com/blevesearch/bleve_index_api"

	"sourcier/internal/search/query"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

var errDamaged = errors.New("index is damaged")

// Keys of what the index remembers beside its documents.
var (
	mappingKey = []byte("sourcier.mapping") // fingerprint it was built with
	cursorKey  = []byte("sourcier.cursor")  // place in the change feed that it has followed to
)

// boltTimeout bounds the wait for another process that holds the index open;
// without it, opening would wait for ever.
const boltTimeout = "2s"

// core is one index on disk with the columns that go with it. One goroutine at
// a time writes to it (Engine.writing); views read it.
type core struct {
	dir   string
	index index.Index
	queue *index.AnalysisQueue

	options Options
	zones   *zoneCache
	writer  *writer

	ids    idTable
	next   uint32               // first key never given
	slots  []uint32             // ordinal + 1 by key, of what was there at the opening
	loads  int                  // how often ordinals were given anew
	loaded uint32               // ordinals given at the opening; a later one is key - len(slots) + loaded
	tables map[uint64]*segment  // by segment id, of the last view
	last   *view                // newest view, where lookup reads the ids
	recent map[uint32]versionOf // ordinals given since
	cursor store.Cursor
	broken bool // a batch failed half-way: reconcile before anything else

	refs     atomic.Int64 // the engine and every view
	obsolete atomic.Bool  // remove the directory once closed
	done     chan struct{}
	closeErr error
}

// versionOf says which version of which structure an ordinal is.
type versionOf struct {
	id      string
	version int64
}

// mergePlan keeps few segments, since every word is looked up in each, and
// leaves alone the large one that a rebuild made: merging it to add a few updates
// would write the whole index again. Its deletions go with the next rebuild.
// scorch wants them as JSON.
var mergePlan = map[string]any{
	"MaxSegmentsPerTier": 5, "SegmentsPerMergeTask": 5, "TierGrowth": 10.0,
	"FloorSegmentSize":     2_000,
	"MaxSegmentSize":       400_000, // documents; segments of half of it are merged no more
	"MaxSegmentFileSize":   mergeplan.DefaultMergePlanOptions.MaxSegmentFileSize,
	"ReclaimDeletesWeight": 2.0,
}

// noMerge is for a build, which merges once, at its end.
var noMerge = map[string]any{
	"MaxSegmentsPerTier": 1 << 20, "SegmentsPerMergeTask": 1 << 20, "TierGrowth": 10.0,
	"FloorSegmentSize": 1, "MaxSegmentSize": 1, "MaxSegmentFileSize": 1, "ReclaimDeletesWeight": 0.0,
}

// storeDir is where bleve keeps its files within the directory of an index.
func storeDir(dir string) string { return filepath.Join(dir, "store") }

// openIndex opens or makes the bleve index in dir.
func openIndex(dir string, merges map[string]any) (*scorch.Scorch, *index.AnalysisQueue, error) {
	queue := index.NewAnalysisQueue(runtime.GOMAXPROCS(0))
	idx, err := scorch.NewScorch(scorch.Name, map[string]any{
		"path": storeDir(dir), "bolt_timeout": boltTimeout, "scorchMergePlanOptions": merges,
	}, queue)
	if err == nil {
		err = idx.Open()
	}
	opened, ok := idx.(*scorch.Scorch)
	if err == nil && !ok {
		err = fmt.Errorf("scorch gave a %T", idx)
	}
	if err != nil {
		queue.Close()
		return nil, nil, err
	}
	return opened, queue, nil
}

// openCore opens the index in dir and reads its columns; any error means that
// it must be rebuilt.
func openCore(dir string, o Options) (c *core, err error) {
	if _, err := os.Stat(filepath.Join(storeDir(dir), "root.bolt")); err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	defer func() {
		// bleve panics on some damaged files.
		if r := recover(); r != nil {
			c, err = nil, fmt.Errorf("%w: %v", errDamaged, r)
		}
	}()
	idx, queue, err := openIndex(dir, mergePlan)
	if err != nil {
		return nil, err
	}
	c = &core{dir: dir, index: idx, queue: queue, options: o, done: make(chan struct{})}
	c.refs.Store(1)
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", errDamaged, r)
		}
		if err != nil {
			c.retire()
			c = nil
		}
	}()
	if err := c.inspect(fingerprint(o.Taxonomy)); err != nil {
		return c, err
	}
	return c, c.load()
}

// inspect verifies the files and the mapping version, and reads the cursor.
func (c *core) inspect(want string) error {
	snapshot, err := c.snapshot()
	if err != nil {
		return err
	}
	defer func() { _ = snapshot.Close() }()
	mapping, err := snapshot.GetInternal(mappingKey)
	if err != nil {
		return err
	}
	if string(mapping) != want {
		return fmt.Errorf("built as %q, this release wants %q", mapping, want)
	}
	if err := verifySegments(snapshot); err != nil {
		return err
	}
	cursor, err := snapshot.GetInternal(cursorKey)
	c.cursor = store.Cursor(cursor)
	return err
}

func (c *core) snapshot() (*scorch.IndexSnapshot, error) {
	reader, err := c.index.Reader()
	if err != nil {
		return nil, err
	}
	snapshot, ok := reader.(*scorch.IndexSnapshot)
	if !ok {
		return nil, errors.Join(fmt.Errorf("bleve reader is a %T, not of scorch", reader), reader.Close())
	}
	return snapshot, nil
}

// view takes a view of the core as it is now, for the engine to publish.
func (c *core) view(generation uint64) (*view, error) {
	v, err := c.newView(generation)
	if err != nil {
		return nil, err
	}
	v.acquire()
	c.forgetLast()
	c.last, c.recent = v, map[uint32]versionOf{}
	return v, nil
}

func (c *core) forgetLast() {
	if c.last != nil {
		c.last.release()
		c.last = nil
	}
}

// lookup finds which ordinal holds a structure, and at which version.
func (c *core) lookup(id string) (ord uint32, version int64, ok bool, err error) {
	for _, ord := range c.ids.find(&c.writer.columns, query.IDKey(id)) {
		held, err := c.versionAt(ord)
		if err != nil {
			return 0, 0, false, err
		}
		if held.id == id {
			return ord, held.version, true, nil
		}
	}
	return 0, 0, false, nil
}

func (c *core) versionAt(ord uint32) (versionOf, error) {
	if held, ok := c.recent[ord]; ok {
		return held, nil
	}
	if c.last == nil {
		return versionOf{}, fmt.Errorf("ordinal %d is in no view: %w", ord, errDamaged)
	}
	return c.last.version(ord)
}

// ordinal gives the ordinal of a key.
func (c *core) ordinal(key uint32) uint32 {
	if key < number(len(c.slots)) {
		return c.slots[key] - 1
	}
	return key - number(len(c.slots)) + c.loaded
}

// document gives the id of the document of an ordinal, which holds a structure.
func (c *core) document(ord uint32, id string) (string, error) {
	if ord >= c.loaded {
		return documentID(ord-c.loaded+number(len(c.slots)), id), nil
	}
	key, _, err := c.last.documentID(ord)
	return documentID(key, id), err
}

// change is a structure to index, or to remove when s is nil.
type change struct {
	id      string
	version int64
	s       *structure.Structure
}

// apply writes the changes and the cursor in one batch, then to the columns.
// Nothing is visible before the next view. An id comes once.
func (c *core) apply(changes []change, cursor store.Cursor) error {
	batch := index.NewBatch()
	var old []uint32
	records := make([][]byte, len(changes))
	first := c.ordinal(c.next)
	for i, ch := range changes {
		ord, _, ok, err := c.lookup(ch.id)
		if err != nil {
			return err
		}
		if ok {
			document, err := c.document(ord, ch.id)
			if err != nil {
				return err
			}
			batch.Delete(document)
			old = append(old, ord)
		}
		if ch.s != nil {
			records[i] = c.writer.names.packRecord(ch.version, ch.s)
			batch.Update(projection(c.next, records[i], ch.s, c.writer.names.atlas))
			c.next++
		}
	}
	batch.SetInternal(cursorKey, []byte(cursor))
	if err := c.index.Batch(batch); err != nil {
		c.broken = true
		return fmt.Errorf("index batch of %d: %w", len(changes), err)
	}
	for _, ord := range old {
		c.forget(ord)
	}
	ord := first
	for i, record := range records {
		if record == nil {
			continue
		}
		if err := c.remember(ord, record); err != nil {
			return err
		}
		c.recent[ord] = versionOf{changes[i].id, changes[i].version}
		ord++
	}
	c.cursor = cursor
	return nil
}

func (c *core) forget(ord uint32) {
	c.ids.remove(&c.writer.columns, ord)
	c.writer.drop(ord)
	delete(c.recent, ord)
}

func (c *core) remember(ord uint32, record []byte) error {
	var f facts
	if err := readFacts(record, &f); err != nil {
		return err
	}
	c.writer.put(ord, &f)
	c.ids.put(&c.writer.columns, ord)
	return nil
}

// retire gives up the engine's hold on the core.
func (c *core) retire() {
	c.forgetLast()
	c.release()
}

// release gives up one reference; the last one closes the index.
func (c *core) release() {
	if c.refs.Add(-1) > 0 {
		return
	}
	c.closeErr = c.index.Close()
	c.queue.Close()
	if c.obsolete.Load() {
		c.closeErr = errors.Join(c.closeErr, os.RemoveAll(c.dir))
	}
	close(c.done)
}

// crowded reports that so many ordinals are dead that a rebuild pays: they take
// memory until then.
func (c *core) crowded() bool { return int64(c.ordinal(c.next)) > 200_000+int64(c.ids.held)*3/2 }
