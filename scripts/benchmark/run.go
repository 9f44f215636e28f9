package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"sourcier/internal/bench/ask"
	"sourcier/internal/bench/compare"
	"sourcier/internal/bench/engine"
	"sourcier/internal/bench/postgres"
	"sourcier/internal/bench/report"
	"sourcier/internal/bench/sphinx"
)

// run compares the engines at each size and reports.
func run(ctx context.Context, s settings) error {
	b, err := newBench(s)
	if err != nil {
		return err
	}
	questions, err := b.questions()
	if err != nil {
		return err
	}
	r := &report.Report{Date: time.Now(), Commit: output(ctx, "git", "describe", "--always", "--dirty"), Go: runtime.Version(), Machine: machine(),
		Corpus: b.fingerprint, Runs: s.runs, Notes: notes}
	var times []compare.Times
	var refs []compare.Reference
	for i, n := range s.sizes {
		m := &measure{bench: b, questions: questions, last: i == len(s.sizes)-1}
		size, err := m.all(ctx, n)
		if err := errors.Join(err, m.close()); err != nil {
			return fmt.Errorf("%d structures: %w", n, err)
		}
		r.Sizes, times, refs = append(r.Sizes, size), append(times, m.times), m.refs
		r.Profile = m.profiled
	}
	if s.pages {
		if r.Pages, err = b.measurePages(ctx); err != nil {
			return fmt.Errorf("pages: %w", err)
		}
	}
	r.Grow(refs, times)
	r.Judge()
	r.Print(os.Stdout)
	return write(r, s.json)
}

// write writes the figures to a file, when one is named.
func write(r *report.Report, file string) error {
	if file == "" {
		return nil
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o600)
}

// questions are those of the classes asked for.
func (b *bench) questions() ([]ask.Question, error) {
	all, err := ask.All()
	if err != nil || len(b.only) == 0 {
		return all, err
	}
	for _, name := range b.only {
		if !slices.ContainsFunc(all, func(q ask.Question) bool { return q.Class == name }) {
			return nil, fmt.Errorf("unknown class %q", name)
		}
	}
	return slices.DeleteFunc(all, func(q ask.Question) bool { return !slices.Contains(b.only, q.Class) }), nil
}

var notes = []string{
	"* built by an earlier run. Indexes of the others are kept from run to run, ours is built anew each time, from the store.",
	"Totals and facet counts were the same in all engines before times were taken; distances may differ by 0.2 % (another Earth in each).",
	"Every engine answers with 20 ids and the counts of six facets; ours counts sectors and communes besides their groups and departments. « Whole answers » are ours as a results page asks for them: 20 items with reasons, excerpts and zones, and all fourteen facets. Memory, the import and the long run ask whole answers.",
	"Opening is measured with the files in the page cache, from the start of the process's work to its first answer.",
	"Ratios are geometric means over the questions that both answer; in brackets, how many. n/a: no means to answer.",
	"bleve and Sphinx cannot hold several conditions on one activity of a structure: zone + sector + mode is theirs to leave out.",
	"PostgreSQL orders by a stored number instead of ts_rank, which would read every text found: it is spared the ranking that ours does.",
}

func output(ctx context.Context, name string, args ...string) string {
	out, err := command(ctx, name, args...).Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}

// machine names what the figures were taken on.
func machine() string {
	model := "unknown processor"
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if _, rest, ok := strings.Cut(string(info), "model name\t: "); ok {
			model, _, _ = strings.Cut(rest, "\n")
		}
	}
	return fmt.Sprintf("%d cores of %s", runtime.NumCPU(), model)
}

// measure is one size at work.
type measure struct {
	*bench
	questions []ask.Question
	last      bool // the largest size: profile it

	ours     *engine.Client
	whole    *engine.Whole
	clients  []*engine.Client // child processes
	engines  []engine.Engine
	size     *report.Size
	refs     []compare.Reference
	times    compare.Times
	profiled string
}

func (m *measure) close() error {
	var errs []error
	for _, e := range m.engines {
		errs = append(errs, e.Close())
	}
	return errors.Join(errs...)
}

// all measures everything at one size.
func (m *measure) all(ctx context.Context, n int) (*report.Size, error) {
	m.size = &report.Size{Structures: n}
	if err := m.open(ctx, n); err != nil {
		return nil, err
	}
	tell("asking %d questions of %d engines", len(m.questions), len(m.engines))
	var err error
	if m.refs, err = compare.Agree(ctx, m.engines, m.questions); err != nil {
		return nil, err
	}
	m.times, err = compare.Clock(ctx, m.engines, m.refs, m.runs, func(round, rounds int) { tell("  round %d of %d", round, rounds) })
	if err != nil {
		return nil, err
	}
	m.size.Fill(m.refs, m.times)
	if err := m.throughput(ctx); err != nil {
		return nil, err
	}
	if err := m.memory(); err != nil {
		return nil, err
	}
	tell("suggestions, extremes and deadlines")
	limits, err := m.ours.Limits()
	if err != nil {
		return nil, err
	}
	m.size.Limits = &limits
	if err := m.importing(); err != nil {
		return nil, err
	}
	if m.profile && m.last {
		m.profiled, err = m.profileSlowest(ctx)
	}
	return m.size, err
}

// open prepares every engine asked for, ours first.
func (m *measure) open(ctx context.Context, n int) error {
	add := func(e engine.Engine, r *report.Engine) {
		m.engines = append(m.engines, e)
		m.size.Engines = append(m.size.Engines, r)
	}
	client, r, err := m.bench.ours(ctx, n)
	if err != nil {
		return err
	}
	m.ours = client
	m.clients = append(m.clients, client)
	add(client, r)
	m.whole = client.Whole()
	add(m.whole, &report.Engine{Name: m.whole.Name()})
	if client, r, err = m.base(ctx, n); err != nil {
		return err
	}
	m.clients = append(m.clients, client)
	add(client, r)
	if m.postgres != "" {
		tell("PostgreSQL database of %d", n)
		e, err := postgres.Open(ctx, m.postgres, m.fingerprint, n, m.doc)
		if err != nil {
			return err
		}
		add(e, &report.Engine{Name: postgres.Name, Build: e.Took, Cached: e.Cached, Disk: e.Disk})
	}
	if m.sphinx {
		tell("Sphinx index of %d", n)
		e, err := sphinx.Open(ctx, filepath.Join(m.home(n), sphinx.Name), n, m.doc)
		if err != nil {
			return err
		}
		add(e, &report.Engine{Name: sphinx.Name, Build: e.Took, Cached: e.Cached, Disk: e.Disk})
	}
	return nil
}

// throughput lets 1, 2 and 8 clients ask each engine in turn.
func (m *measure) throughput(ctx context.Context) error {
	for _, clients := range []int{1, 2, 8} {
		tell("%d clients", clients)
		for i, e := range m.engines {
			t, err := e.Load(ctx, m.questions, clients, m.load)
			if err != nil {
				return err
			}
			if t.Failed > 0 {
				return fmt.Errorf("%s: %d of %d queries failed under load", e.Name(), t.Failed, t.Failed+t.Answered)
			}
			m.size.Engines[i].Throughput = append(m.size.Engines[i].Throughput, t)
		}
	}
	return nil
}

// memory reads that of the child processes after many queries.
func (m *measure) memory() error {
	for _, c := range m.clients {
		r := m.size.Engine(c.Name())
		if c == m.ours {
			tell("%d queries, then memory", m.memoryQueries)
			if err := m.whole.Repeat(m.questions, m.memoryQueries); err != nil {
				return err
			}
			r.Queries = m.memoryQueries
		}
		memory, err := c.Memory()
		if err != nil {
			return err
		}
		r.Memory = &memory
	}
	return nil
}

// importing asks ours while structures change.
func (m *measure) importing() error {
	const clients, rate = 1, 50
	tell("the mix while %d structures a second change", rate)
	load, updates, err := m.whole.Update(m.questions, clients, rate, 3*m.load)
	if err != nil {
		return err
	}
	m.size.Importing = &report.Importing{Load: load, Updates: updates}
	if load.Failed > 0 {
		return fmt.Errorf("%d queries failed while structures changed", load.Failed)
	}
	return nil
}
