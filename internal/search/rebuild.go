package search

import (
	"context"
	"errors"
	"os"
	"runtime"
	"runtime/debug"
	"sync"

	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"
	index "github.com/blevesearch/bleve_index_api"
	"golang.org/x/sync/errgroup"

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
	if err := e.follow(ctx, fresh, nil); err != nil {
		fresh.discard()
		return err
	}
	e.writing.Lock()
	err = e.swap(ctx, fresh)
	e.writing.Unlock()
	if err != nil {
		fresh.discard()
		return err
	}
	if e.options.Serving {
		tuneMemory()
	}
	return nil
}

// discard removes a core that serves nobody.
func (c *core) discard() {
	c.obsolete.Store(true)
	c.retire()
}

// swap publishes a fresh core once it has caught up with the feed, and retires
// the old one; the old directory goes when its last query ends.
func (e *Engine) swap(ctx context.Context, fresh *core) error {
	old := e.core
	if old == nil {
		return ErrClosed
	}
	if err := e.follow(ctx, fresh, nil); err != nil {
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
	// A build makes garbage faster than anything else: collecting it as often as
	// a portal that answers queries would takes a third of the time.
	defer debug.FreeOSMemory()
	defer debug.SetGCPercent(debug.SetGCPercent(buildGC))
	raw := e.options.Structures.Raw()
	head, err := raw.Head(ctx) // before the scan: what changes during it comes again
	if err != nil {
		return nil, err
	}
	total, err := raw.Count(ctx)
	if err != nil {
		return nil, err
	}
	b := &builder{engine: e, names: newNames(e.options, nil), total: int(total), progress: progress}
	if err := b.run(ctx, dir, head); err != nil {
		return nil, err
	}
	return openCore(dir, e.options)
}

const (
	buildPages = 5   // pages of the store in one segment
	buildGC    = 150 // percent
)

// builder writes every structure of the store into a new index: several
// segments at a time, none of them merged, and at the end all merged into one,
// which is the least work and the fastest to query.
type builder struct {
	engine   *Engine
	names    *names
	total    int
	done     int
	count    sync.Mutex // done, and progress
	progress func(done, total int)
	out      *scorch.Scorch
}

func (b *builder) run(ctx context.Context, dir string, head store.Cursor) (err error) {
	idx, queue, err := openIndex(dir, noMerge)
	if err != nil {
		return err
	}
	defer queue.Close()
	b.out = idx
	defer func() { err = errors.Join(err, idx.Close()) }()
	drafts := make(chan *draft)
	work, busy := errgroup.WithContext(ctx)
	work.Go(func() error {
		defer close(drafts)
		return b.scan(busy, drafts)
	})
	for range runtime.GOMAXPROCS(0) {
		work.Go(func() error {
			for d := range drafts {
				if err := b.write(d); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := work.Wait(); err != nil {
		return err
	}
	return b.finish(ctx, head)
}

// draft is some pages of the store on their way to the index.
type draft struct {
	first uint32 // ordinal
	pages []store.Envelope
}

// scan reads the pages of the store in order.
func (b *builder) scan(ctx context.Context, drafts chan<- *draft) error {
	d := &draft{}
	for after, last := "", false; !last; {
		page, err := b.engine.options.Structures.Raw().Scan(ctx, after, feedPage)
		if err != nil {
			return err
		}
		d.pages = append(d.pages, page...)
		if last = len(page) < feedPage; !last {
			after = page[len(page)-1].ID
		}
		if !last && len(d.pages) < buildPages*feedPage {
			continue
		}
		select {
		case drafts <- d:
		case <-ctx.Done():
			return ctx.Err()
		}
		d = &draft{first: d.first + number(len(d.pages))}
	}
	return nil
}

// write makes a segment of a draft.
func (b *builder) write(d *draft) error {
	batch := index.NewBatch()
	for i, envelope := range d.pages {
		ch := b.engine.decode(envelope)
		if ch.s == nil {
			continue // its ordinal stays without a document
		}
		batch.Update(projection(d.first+number(i), b.names.packRecord(ch.version, ch.s), ch.s, b.names.atlas))
	}
	if err := b.out.Batch(batch); err != nil {
		return err
	}
	b.count.Lock()
	defer b.count.Unlock()
	b.done += len(d.pages)
	if b.progress != nil {
		b.progress(b.done, max(b.total, b.done))
	}
	return nil
}

// finish merges the segments and marks the index as whole.
func (b *builder) finish(ctx context.Context, head store.Cursor) error {
	if err := errors.Join(b.out.ForceMerge(ctx, &oneSegment), ctx.Err()); err != nil {
		return err // a merge that ctx ended says nothing of it
	}
	mark := index.NewBatch()
	mark.SetInternal(mappingKey, []byte(fingerprint(b.engine.options.Taxonomy)))
	mark.SetInternal(cursorKey, []byte(head))
	return b.out.Batch(mark)
}

// oneSegment merges all there is at once.
var oneSegment = mergeplan.MergePlanOptions{
	MaxSegmentsPerTier: 1, SegmentsPerMergeTask: 1 << 20, TierGrowth: 1,
	FloorSegmentSize: 1 << 30, FloorSegmentFileSize: 1 << 40,
	MaxSegmentSize: 1 << 30, MaxSegmentFileSize: 1 << 40,
	ReclaimDeletesWeight: 2,
	// The least score wins: that of most segments.
	ScoreSegments: func(segments []mergeplan.Segment, _ *mergeplan.MergePlanOptions) float64 {
		return -float64(len(segments))
	},
}
