package search

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"sourcier/internal/search/query"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// Options say what an Engine indexes, and where.
type Options struct {
	Dir        string // of the indexes; made when missing
	Structures *store.Structures
	Atlas      *territory.Atlas
	Taxonomy   *taxonomy.Taxonomy
	Home       territory.Territory // whose communes the « serves » facet counts
	Rules      structure.BasisRules
	Now        func() time.Time
	Log        *slog.Logger
	// Serving sets the collector of the process for the memory of this index,
	// after an opening and after a rebuild.
	Serving bool

	eager bool // postings of the last block too, which is small and read whole otherwise: for tests
}

// Errors of an Engine.
var (
	ErrClosed   = errors.New("search engine is closed")
	ErrBuilding = errors.New("a rebuild is already running")
)

// Engine answers queries and follows the store. It is safe for concurrent use;
// one process at a time may have its directory open.
type Engine struct {
	options Options
	home    []territory.Territory // candidates of the « serves » facet

	current    atomic.Pointer[view]
	generation atomic.Uint64

	writing    sync.Mutex // core, and every change of it
	core       *core
	failure    atomic.Pointer[failure]
	rebuild    sync.Mutex     // one rebuild at a time
	upkeep     sync.Mutex     // one comparison with the store at a time
	reconciled structure.Date // day of the last comparison, "" before the first
	scratch    sync.Pool      // *scratch
	crew       crew
}

type failure struct{ err error }

// Open opens the index of the directory, or builds it when it is missing, made
// by another release, or damaged; it then has followed the store up to now and
// answers. That nothing escaped the feed is verified by Run, beside the queries.
func Open(ctx context.Context, o Options) (*Engine, error) {
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, err
	}
	e := &Engine{options: o, home: homePlaces(o), crew: newCrew()}
	e.scratch.New = func() any { return &scratch{} }
	// An answer kept by a browser before a restart must not pass for one of after.
	e.generation.Store(uint64(time.Now().UnixMicro()))
	dir, err := currentDir(o.Dir)
	if err != nil {
		return nil, err
	}
	if dir != "" {
		e.core, err = openCore(dir, o)
		if err == nil {
			err = e.load(ctx)
		}
		if err != nil && ctx.Err() != nil {
			e.abandon()
			return nil, err
		}
		if err != nil {
			o.Log.Warn("search index cannot be used, rebuilding it from the store", "dir", dir, "reason", err)
			e.abandon()
			dir = ""
		}
	}
	if dir == "" {
		if err := e.first(ctx); err != nil {
			return nil, err
		}
	}
	if err := sweep(o.Dir, e.core.dir); err != nil {
		o.Log.Warn("old search indexes could not be removed", "err", err)
	}
	if o.Serving {
		tuneMemory()
	}
	return e, nil
}

// load brings an opened core up to the store and publishes it. It runs before
// anybody else knows the engine.
func (e *Engine) load(ctx context.Context) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", errDamaged, r)
		}
	}()
	if err := e.follow(ctx, e.core, nil); err != nil {
		return err
	}
	return e.publish()
}

// first builds the only index of the directory.
func (e *Engine) first(ctx context.Context) error {
	c, err := e.build(ctx, nil)
	if err != nil {
		return err
	}
	e.core = c
	if err := errors.Join(setCurrent(e.options.Dir, c.dir), e.publish()); err != nil {
		e.abandon()
		return err
	}
	return nil
}

// abandon closes a core that serves nobody.
func (e *Engine) abandon() {
	if e.core == nil {
		return
	}
	if v := e.current.Swap(nil); v != nil {
		v.release()
	}
	e.core.retire()
	e.core = nil
}

// publish makes the core as it is now the view of the next queries.
func (e *Engine) publish() error {
	v, err := e.core.view(e.generation.Load() + 1)
	if err != nil {
		return err
	}
	e.generation.Store(v.generation)
	v.days.day(structure.DateOf(e.options.Now())).classes(&v.lists) // before a query waits for it
	if old := e.current.Swap(v); old != nil {
		old.release()
	}
	return nil
}

// acquire gives the newest view; the caller releases it.
func (e *Engine) acquire() (*view, error) {
	for {
		v := e.current.Load()
		if v == nil {
			return nil, ErrClosed
		}
		if v.acquire() {
			return v, nil
		}
	}
}

// Generation is the number of the newest view: it grows with every change of
// what a query can answer, from one process to the next too.
func (e *Engine) Generation() uint64 { return e.generation.Load() }

// Live is how many structures the newest view holds.
func (e *Engine) Live() int {
	v, err := e.acquire()
	if err != nil {
		return 0
	}
	defer v.release()
	return v.count
}

// Ready gives the reason why queries cannot be answered or are not up to date.
func (e *Engine) Ready() error {
	if e.current.Load() == nil {
		return ErrClosed
	}
	if f := e.failure.Load(); f != nil {
		return f.err
	}
	return nil
}

// closeTimeout is how long Close waits for queries that still run.
const closeTimeout = 5 * time.Second

// Close flushes and closes the index once the queries that run are done.
func (e *Engine) Close() error {
	e.writing.Lock()
	defer e.writing.Unlock()
	v := e.current.Swap(nil)
	if v == nil {
		return nil
	}
	v.release()
	c := e.core
	e.core = nil
	c.retire()
	select {
	case <-c.done:
		return c.closeErr
	case <-time.After(closeTimeout):
		return fmt.Errorf("queries still run after %s", closeTimeout)
	}
}

// maxQueryTime ends a query that no caller has given a shorter deadline.
const maxQueryTime = 5 * time.Second

// Search answers q on the newest view.
func (e *Engine) Search(ctx context.Context, q query.Query) (result query.Result, err error) {
	start := time.Now()
	err = e.onView(ctx, maxQueryTime, q, func(ctx context.Context, v *view, work *scratch) (err error) {
		result, err = e.answer(ctx, v, q, work)
		if err == nil && result.Total == 0 {
			result, err = e.secondTry(ctx, v, q, result, work)
		}
		result.Generation = v.generation
		return err
	})
	if err != nil {
		return query.Result{}, err
	}
	result.Took = time.Since(start)
	return result, nil
}

// onView has a query answered on the newest view, from beginning to end, within a time.
func (e *Engine) onView(ctx context.Context, most time.Duration, q query.Query, answer func(context.Context, *view, *scratch) error) error {
	v, err := e.acquire()
	if err != nil {
		return err
	}
	defer v.release()
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	work := e.scratch.Get().(*scratch) //nolint:errcheck,forcetypeassert // nothing else is put there
	err = answer(ctx, v, work)
	work.release()
	e.scratch.Put(work) // not after a panic, which leaves it as it was
	if err != nil {
		return fmt.Errorf("search %q: %w", q.Hash(), err)
	}
	return nil
}

// mended has find answer a query, and when it finds nothing, the same with its
// spelling mended as secondTry mends it.
func (e *Engine) mended(ctx context.Context, v *view, q query.Query, work *scratch, find func(query.Query) (total int, err error)) (*query.Correction, error) {
	total, err := find(q)
	if err != nil || total > 0 {
		return nil, err
	}
	correction, err := e.correct(ctx, v, q, work)
	if err != nil || correction == nil {
		return nil, err
	}
	q.Text = correction.Text
	_, err = find(q)
	return correction, err
}

// answer answers a query as it is.
func (e *Engine) answer(ctx context.Context, v *view, q query.Query, work *scratch) (query.Result, error) {
	return e.answerAs(ctx, v, q, &q, work)
}

// answerAs answers a query that was asked in other words.
func (e *Engine) answerAs(ctx context.Context, v *view, q query.Query, asked *query.Query, work *scratch) (query.Result, error) {
	s := &lookup{ctx: ctx, engine: e, view: v, query: q, asked: asked, work: work}
	return s.run()
}

// secondTry mends the spelling of a text of which some word is nowhere, and says
// which filters or words stand in the way of what remains empty.
func (e *Engine) secondTry(ctx context.Context, v *view, q query.Query, empty query.Result, work *scratch) (query.Result, error) {
	correction, err := e.correct(ctx, v, q, work)
	if errors.Is(err, context.DeadlineExceeded) {
		return empty, nil // which is exact
	}
	if err != nil {
		return empty, err
	}
	result := empty
	if correction != nil {
		asked := q
		q.Text = correction.Text
		result, err = e.answerAs(ctx, v, q, &asked, work)
		if errors.Is(err, context.DeadlineExceeded) {
			return empty, nil
		}
		if err != nil {
			return empty, err
		}
		result.Correction = correction
	}
	if result.Total == 0 {
		result.Relaxations, err = e.relaxations(ctx, v, q, work)
	}
	return result, err
}
