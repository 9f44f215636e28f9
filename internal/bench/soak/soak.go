// Package soak reads and writes for a long time, as a busy portal would, and
// tells whether memory or answers wear out.
package soak

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"sourcier/internal/bench/ask"
	"sourcier/internal/bench/engine"
	"sourcier/internal/bench/sourcier"
)

// Options of a run.
type Options struct {
	For     time.Duration
	Every   time.Duration // one line each
	Clients int
	Rate    int // structures changed a second
	Rebuild bool
	Index   string // directory whose segments are counted
}

// Window is what happened between two lines.
type Window struct {
	Elapsed  time.Duration
	Queries  int
	Failed   int
	Lat      engine.Latencies
	Memory   engine.Memory
	Updates  int // since the beginning
	Segments int
	View     uint64 // generations published since the beginning
	Behind   bool   // the follower could not follow
}

// run is a soak at work.
type run struct {
	Options
	engine    *sourcier.Engine
	questions []ask.Question

	mu     sync.Mutex
	took   []time.Duration
	failed int
	first  error

	updates atomic.Int64
	start   time.Time
	begun   uint64 // generation at the start
}

// Run reads and writes until the time is over, prints a line for each window,
// and gives the windows. An error is one of the machinery; failed queries are
// counted, and Judge refuses them.
func Run(ctx context.Context, e *sourcier.Engine, o Options, out io.Writer) ([]Window, error) {
	w := &locked{w: out}
	questions, err := able(ctx, e)
	if err != nil {
		return nil, err
	}
	before, err := totals(ctx, e, questions)
	if err != nil {
		return nil, err
	}
	r := &run{Options: o, engine: e, questions: questions, start: time.Now(), begun: e.Search.Generation()}
	say(w, "%d questions, %d clients, %d updates/s, for %s\n%s", len(questions), o.Clients, o.Rate, o.For, heading)
	timed, cancel := context.WithTimeout(ctx, o.For)
	defer cancel()
	group, timed := errgroup.WithContext(timed)
	group.Go(func() error { return ended(timed, e.Search.Run(timed)) })
	group.Go(func() error { return ended(timed, r.write(timed)) })
	for c := range o.Clients {
		group.Go(func() error { r.read(timed, c); return nil })
	}
	if o.Rebuild {
		// Not cut by the end of the time: a rebuild once begun is to be seen done.
		group.Go(func() error { return r.rebuild(ctx, w) })
	}
	var windows []Window
	group.Go(func() (err error) {
		windows, err = r.watch(timed, w)
		return err
	})
	if err := group.Wait(); err != nil {
		return windows, err
	}
	if r.first != nil {
		say(w, "first failure: %v", r.first)
	}
	return windows, r.unchanged(ctx, before, w)
}

// ended forgets an error that only says that the time is over.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// able are the questions that the engine answers.
func able(ctx context.Context, e *sourcier.Engine) ([]ask.Question, error) {
	all, err := ask.All()
	if err != nil {
		return nil, err
	}
	var out []ask.Question
	for _, q := range all {
		_, err := e.Answer(ctx, q)
		if err == nil {
			out = append(out, q.Whole())
		} else if !errors.Is(err, engine.ErrCannot) {
			return nil, err
		}
	}
	return out, nil
}

func totals(ctx context.Context, e *sourcier.Engine, questions []ask.Question) ([]int, error) {
	var out []int
	for _, q := range questions {
		a, err := e.Answer(ctx, q)
		if err != nil {
			return nil, err
		}
		out = append(out, a.Total)
	}
	return out, nil
}

// read asks one question after the other; each client begins elsewhere.
func (r *run) read(ctx context.Context, client int) {
	for i := client * len(r.questions) / r.Clients; ctx.Err() == nil; i++ {
		took, err := r.engine.Time(ctx, r.questions[i%len(r.questions)], 1)
		if ctx.Err() != nil {
			return // cut by the end of the run
		}
		r.mu.Lock()
		if err != nil {
			r.failed++
			r.first = cmp.Or(r.first, err)
		} else {
			r.took = append(r.took, took...)
		}
		r.mu.Unlock()
	}
}

// write changes structures through the store; the follower publishes them.
func (r *run) write(ctx context.Context) error {
	_, err := r.engine.Write(ctx, r.Rate, func(_ context.Context, written int) error {
		r.updates.Store(int64(written))
		return nil
	})
	return err
}

// rebuild builds the index anew in the middle of the run.
func (r *run) rebuild(ctx context.Context, w io.Writer) error {
	select {
	case <-ctx.Done():
		return nil
	case <-time.After(r.For / 2):
	}
	start := time.Now()
	say(w, "%8s  rebuild begins", clock(time.Since(r.start)))
	if err := r.engine.Search.Rebuild(ctx, nil); err != nil {
		return fmt.Errorf("rebuild: %w", err)
	}
	say(w, "%8s  rebuild done in %.1f s", clock(time.Since(r.start)), time.Since(start).Seconds())
	return nil
}

// watch closes a window at each tick.
func (r *run) watch(ctx context.Context, w io.Writer) ([]Window, error) {
	var out []Window
	ticker := time.NewTicker(r.Every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return out, nil
		case <-ticker.C:
		}
		one, err := r.window()
		if err != nil {
			return out, err
		}
		say(w, "%s", one)
		out = append(out, one)
	}
}

func (r *run) window() (Window, error) {
	r.mu.Lock()
	took, failed := r.took, r.failed
	r.took, r.failed = nil, 0
	r.mu.Unlock()
	memory, err := engine.ReadMemory()
	return Window{Elapsed: time.Since(r.start), Queries: len(took), Failed: failed, Lat: engine.Summarise(took), Memory: memory,
		Updates: int(r.updates.Load()), Segments: segments(r.Index), View: r.engine.Search.Generation() - r.begun, Behind: r.engine.Search.Ready() != nil}, err
}

// segments counts the files of segments below a directory.
func segments(dir string) int {
	files, err := filepath.Glob(filepath.Join(dir, "*", "store", "*.zap"))
	if err != nil {
		return 0
	}
	return len(files)
}

const heading = " elapsed  queries  failed   p50 ms   p95 ms   max ms  RssAnon MB  heap MB  updates  segments   views"

func (w Window) String() string {
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	behind := ""
	if w.Behind {
		behind = "  BEHIND"
	}
	return fmt.Sprintf("%8s  %7d  %6d  %7.2f  %7.2f  %7.1f  %10.1f  %7.1f  %7d  %8d  %6d%s", clock(w.Elapsed), w.Queries, w.Failed, ms(w.Lat.P50), ms(w.Lat.P95),
		ms(w.Lat.Max), float64(w.Memory.RssAnon)/(1<<20), float64(w.Memory.Heap)/(1<<20), w.Updates, w.Segments, w.View, behind)
}

func clock(d time.Duration) string {
	return strings.TrimSpace(d.Round(time.Second).String())
}

func say(w io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) }

// unchanged asks everything once more: updates change no answer, so totals must
// be what they were, and the index must equal the store.
func (r *run) unchanged(ctx context.Context, before []int, w io.Writer) error {
	if err := r.engine.Search.Sync(ctx); err != nil {
		return err
	}
	after, err := totals(ctx, r.engine, r.questions)
	if err != nil {
		return err
	}
	for i := range before {
		if before[i] != after[i] {
			return fmt.Errorf("question %q: %d found before, %d after", r.questions[i].Text, before[i], after[i])
		}
	}
	report, err := r.engine.Search.Check(ctx)
	if err != nil {
		return err
	}
	if len(report.Differences) > 0 {
		return fmt.Errorf("the index differs from the store: %s", strings.Join(report.Differences[:min(3, len(report.Differences))], "; "))
	}
	say(w, "every total is what it was; index and store are equal (%d structures)", report.Indexed)
	return nil
}
