package search

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"

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

// core is one index on disk with the rows that go with it. One goroutine at a
// time writes to it (Engine.writing); views read it.
type core struct {
	dir   string
	index bleve.Index
	low   index.Index
	names *names
	zones *zoneCache

	rows   rows
	byID   map[string]entry
	next   uint32 // first ordinal never given
	tables map[uint64][]uint32
	cursor store.Cursor
	broken bool // a batch failed half-way: reconcile before anything else

	refs     atomic.Int64 // the engine and every view
	obsolete atomic.Bool  // remove the directory once closed
	done     chan struct{}
	closeErr error
}

// entry is where the index holds a structure.
type entry struct {
	ord     uint32
	version int64
}

// createCore makes an empty index in dir.
func createCore(dir string, o Options) (*core, error) {
	idx, err := bleve.NewUsing(dir, bleve.NewIndexMapping(), scorch.Name, scorch.Name,
		map[string]any{"bolt_timeout": boltTimeout})
	if err != nil {
		return nil, err
	}
	if err := idx.SetInternal(mappingKey, []byte(fingerprint(o.Taxonomy))); err != nil {
		return nil, errors.Join(err, idx.Close())
	}
	return newCore(dir, idx, o)
}

// openCore opens the index in dir; any error means that it must be rebuilt.
func openCore(dir string, o Options) (c *core, err error) {
	defer func() {
		// bleve panics on some damaged files.
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", errDamaged, r)
		}
	}()
	if _, err := os.Stat(filepath.Join(dir, "store", "root.bolt")); err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	idx, err := bleve.OpenUsing(dir, map[string]any{"bolt_timeout": boltTimeout})
	if err != nil {
		return nil, err
	}
	c, err = newCore(dir, idx, o)
	if err != nil {
		return nil, errors.Join(err, idx.Close())
	}
	if err := c.inspect(fingerprint(o.Taxonomy)); err != nil {
		return nil, errors.Join(err, idx.Close())
	}
	return c, nil
}

func newCore(dir string, idx bleve.Index, o Options) (*core, error) {
	low, err := idx.Advanced()
	if err != nil {
		return nil, err
	}
	c := &core{dir: dir, index: idx, low: low, names: newNames(o.Atlas, o.Taxonomy), zones: newZoneCache(o.Atlas),
		byID: map[string]entry{}, tables: map[uint64][]uint32{}, done: make(chan struct{})}
	c.refs.Store(1)
	return c, nil
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
	reader, err := c.low.Reader()
	if err != nil {
		return nil, err
	}
	snapshot, ok := reader.(*scorch.IndexSnapshot)
	if !ok {
		return nil, errors.Join(fmt.Errorf("bleve reader is a %T, not of scorch", reader), reader.Close())
	}
	return snapshot, nil
}

// change is a structure to index, or to remove when s is nil.
type change struct {
	id      string
	version int64
	s       *structure.Structure
}

// apply writes the changes and the cursor in one batch, then to the rows.
// Nothing is visible before the next publish.
func (c *core) apply(changes []change, cursor store.Cursor) error {
	batch := c.index.NewBatch()
	edit := c.rows.edit()
	fresh := make([]*row, 0, len(changes))
	for _, ch := range changes {
		if old, ok := c.byID[ch.id]; ok {
			batch.Delete(documentID(old.ord))
		}
		if ch.s == nil {
			continue
		}
		if c.next == math.MaxUint32 {
			return errors.New("ordinals are used up: rebuild the index")
		}
		r := c.names.row(c.next, ch.id, ch.version, ch.s)
		c.next++
		var passages []passage
		if !ch.s.Closed {
			passages = c.names.passages(ch.s)
		}
		if err := batch.IndexAdvanced(projection(r.ord, ch.id, ch.version, passages)); err != nil {
			return err
		}
		fresh = append(fresh, r)
	}
	batch.SetInternal(cursorKey, []byte(cursor))
	if err := c.index.Batch(batch); err != nil {
		c.broken = true
		return fmt.Errorf("index batch of %d: %w", len(changes), err)
	}
	for _, ch := range changes {
		c.forget(edit, ch.id)
	}
	for _, r := range fresh {
		c.remember(edit, r)
	}
	c.rows, c.cursor = edit.rows, cursor
	return nil
}

func (c *core) forget(edit *editor, id string) {
	old, ok := c.byID[id]
	if !ok {
		return
	}
	delete(c.byID, id)
	if r := edit.drop(old.ord); r != nil {
		c.names.countLabels(r, -1)
	}
}

func (c *core) remember(edit *editor, r *row) {
	c.byID[r.id] = entry{r.ord, r.version}
	edit.put(r)
	c.names.countLabels(r, +1)
}

// entries reads from the index which versions it holds, by ordinal.
func (c *core) entries() (map[uint32]change, error) {
	snapshot, err := c.snapshot()
	if err != nil {
		return nil, err
	}
	defer func() { _ = snapshot.Close() }()
	out := make(map[uint32]change, len(c.byID))
	values, err := snapshot.DocValueReader([]string{keyField})
	if err != nil {
		return nil, err
	}
	ids, err := snapshot.DocIDReaderAll()
	if err != nil {
		return nil, err
	}
	defer func() { _ = ids.Close() }()
	for {
		number, err := ids.Next()
		if err != nil || number == nil {
			return out, err
		}
		name, err := snapshot.ExternalID(number)
		if err != nil {
			return nil, err
		}
		ord, err := ordinalOf([]byte(name))
		if err != nil {
			return nil, err
		}
		var found change
		visit := func(_ string, term []byte) { found.id, found.version, err = parseKey(term) }
		if verr := values.VisitDocValues(number, visit); verr != nil || err != nil {
			return nil, errors.Join(verr, err)
		}
		out[ord] = found
	}
}

// release gives up one reference; the last one closes the index.
func (c *core) release() {
	if c.refs.Add(-1) > 0 {
		return
	}
	c.closeErr = c.index.Close()
	if c.obsolete.Load() {
		c.closeErr = errors.Join(c.closeErr, os.RemoveAll(c.dir))
	}
	close(c.done)
}

// crowded reports that so many ordinals are dead that a rebuild pays.
func (c *core) crowded() bool { return int64(c.next) > 1_000_000+8*int64(c.rows.live) }
