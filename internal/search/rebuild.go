package search

import (
	"context"
	"errors"
	"os"
	"runtime"
	"sync"

	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/index/scorch"

	"sourcier/internal/store"
)

// Rebuild builds a new index from the store beside the one in use and swaps
// them; queries never stop. Progress may be nil; it is told documents read and
// their number. Interrupted at any moment, the index in use stays.
func (e *Engine) Rebuild(ctx context.Context, progress func(done, total int)) error {
	if !e.rebuild.TryLock() {
		return ErrBuilding
	}
	defer e.rebuild.Unlock()
	fresh, err := e.build(ctx, progress)
	if err != nil {
		return err
	}
	// What was written during the build is followed before queries wait for it.
	if err := e.follow(ctx, fresh); err != nil {
		return errors.Join(err, fresh.discard())
	}
	e.writing.Lock()
	defer e.writing.Unlock()
	if err := e.swap(ctx, fresh); err != nil {
		return errors.Join(err, fresh.discard())
	}
	return nil
}

// discard removes a core that serves nobody.
func (c *core) discard() error {
	c.obsolete.Store(true)
	c.retire()
	return nil
}

// swap publishes a fresh core once it has caught up with the feed, and retires
// the old one; the old directory goes when its last query ends.
func (e *Engine) swap(ctx context.Context, fresh *core) error {
	old := e.core
	if old == nil {
		return ErrClosed
	}
	if err := e.follow(ctx, fresh); err != nil {
		return err
	}
	if err := setCurrent(e.options.Dir, fresh.dir); err != nil {
		return err
	}
	e.core = fresh
	if err := e.publish(); err != nil {
		e.core = old
		return errors.Join(err, setCurrent(e.options.Dir, old.dir))
	}
	old.obsolete.Store(true)
	old.retire()
	return nil
}

// build makes a core equal to the store as it was when the build began.
func (e *Engine) build(ctx context.Context, progress func(done, total int)) (*core, error) {
	dir, err := freshDir(e.options.Dir)
	if err != nil {
		return nil, err
	}
	c, err := e.buildIn(ctx, dir, progress)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return c, nil
}

func (e *Engine) buildIn(ctx context.Context, dir string, progress func(done, total int)) (*core, error) {
	raw := e.options.Structures.Raw()
	head, err := raw.Head(ctx) // before the scan: what changes during it comes again
	if err != nil {
		return nil, err
	}
	total, err := raw.Count(ctx)
	if err != nil {
		return nil, err
	}
	if total == 0 { // scorch builds no index without documents
		return createCore(dir, e.options, head)
	}
	b := &builder{engine: e, names: newNames(e.options, nil), total: int(total), progress: progress}
	if err := b.run(ctx, dir, head); err != nil {
		return nil, err
	}
	if b.done == 0 { // all of it was deleted meanwhile
		return createCore(dir, e.options, head)
	}
	return openCore(dir, e.options)
}

// Sizes of a build: documents of one segment, and segments merged at once. One
// merge of all the segments is the shortest way to one segment, which queries
// answer fastest.
const (
	buildBatch = 10_000
	buildMerge = 1_000
)

// builder writes every structure of the store into a new index.
type builder struct {
	engine   *Engine
	names    *names
	total    int
	done     int
	progress func(done, total int)
	out      *scorch.Builder
}

func (b *builder) run(ctx context.Context, dir string, head store.Cursor) (err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	b.out, err = scorch.NewBuilder(map[string]any{
		"path": storeDir(dir), "buildPathPrefix": dir, "batchSize": buildBatch, "mergeMax": buildMerge,
		"internal": map[string][]byte{
			string(mappingKey): []byte(fingerprint(b.engine.options.Taxonomy)),
			string(cursorKey):  []byte(head),
		},
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	pages := make(chan *draft, 2*runtime.GOMAXPROCS(0))
	var scanning sync.WaitGroup
	var scanErr error
	scanning.Go(func() {
		defer close(pages)
		scanErr = b.scan(ctx, pages)
	})
	for page := range pages {
		<-page.ready
		if err == nil {
			err = b.write(page)
		}
		if err != nil {
			cancel()
		}
	}
	scanning.Wait()
	if err == nil {
		err = scanErr
	}
	if err != nil || b.done == 0 {
		return err
	}
	return b.out.Close()
}

// draft is a page of the store on its way to the index.
type draft struct {
	first uint32 // ordinal
	page  []store.Envelope
	ready chan struct{}
	docs  []*document.Document
}

// scan reads the pages of the store in order and has them prepared, several at
// a time.
func (b *builder) scan(ctx context.Context, pages chan<- *draft) error {
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	first := uint32(0)
	for after := ""; ; {
		page, err := b.engine.options.Structures.Raw().Scan(ctx, after, feedPage)
		if err != nil {
			return err
		}
		d := &draft{first: first, page: page, ready: make(chan struct{})}
		select {
		case pages <- d:
		case <-ctx.Done():
			return ctx.Err()
		}
		slots <- struct{}{}
		go func() {
			defer func() { <-slots; close(d.ready) }()
			b.prepare(d)
		}()
		if len(page) < feedPage {
			return nil
		}
		after = page[len(page)-1].ID
		first += number(len(page))
	}
}

// prepare makes documents of a page and cuts their words.
func (b *builder) prepare(d *draft) {
	for i, envelope := range d.page {
		ch := b.engine.decode(envelope)
		if ch.s == nil {
			continue // its ordinal stays without a document
		}
		doc := projection(d.first+number(i), b.names.packRecord(ch.version, ch.s), ch.s, b.names.atlas)
		for _, f := range doc.Fields {
			if f.Options().IsIndexed() {
				f.Analyze()
			}
		}
		d.docs = append(d.docs, doc)
	}
}

func (b *builder) write(d *draft) error {
	for _, doc := range d.docs {
		if err := b.out.Index(doc); err != nil {
			return err
		}
	}
	b.done += len(d.page)
	d.page, d.docs = nil, nil
	if b.progress != nil {
		b.progress(b.done, max(b.total, b.done))
	}
	return nil
}
