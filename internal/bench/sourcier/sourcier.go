// Package sourcier drives our own engine for the comparison, as the portal
// does: over a store.
package sourcier

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"sourcier/internal/bench/ask"
	"sourcier/internal/bench/corpus"
	"sourcier/internal/bench/engine"
	"sourcier/internal/search"
	"sourcier/internal/search/query"
	"sourcier/internal/store"
	"sourcier/internal/store/sqlite"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// Name of the engine in reports.
const Name = "sourcier"

// Engine is our engine over its store.
type Engine struct {
	Search     *search.Engine
	Structures *store.Structures
	db         *sqlite.DB
}

var _ engine.Engine = (*Engine)(nil)

// Open opens the store in dir and the index in dir/index, which is built when
// there is none.
func Open(ctx context.Context, dir string, log *slog.Logger) (*Engine, error) {
	db, err := sqlite.Open(ctx, filepath.Join(dir, storeFile))
	if err != nil {
		return nil, err
	}
	e := &Engine{db: db}
	if e.Structures, err = store.OpenStructures(ctx, db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	home, err := territory.Default().Resolve(ask.Home)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	e.Search, err = search.Open(ctx, search.Options{Dir: IndexDir(dir), Structures: e.Structures, Atlas: territory.Default(),
		Taxonomy: taxonomy.Default(), Home: home, Rules: structure.DefaultBasisRules(), Now: corpus.Now, Log: log, Serving: true})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return e, nil
}

// IndexDir is where the index of a store lies.
func IndexDir(dir string) string { return filepath.Join(dir, "index") }

// Name is that of the engine in reports.
func (e *Engine) Name() string { return Name }

// Answer gives the whole answer. A misspelt text must have been mended: an
// engine that finds nothing has not answered.
func (e *Engine) Answer(ctx context.Context, q ask.Question) (engine.Answer, error) {
	r, err := e.Search.Search(ctx, q.Query)
	if err != nil {
		return engine.Answer{}, err
	}
	if q.Misspelt && r.Correction == nil {
		return engine.Answer{}, fmt.Errorf("no correction of %q: %w", q.Query.Text, engine.ErrCannot)
	}
	return engine.Answer{Total: r.Total, Hits: len(r.Items), Facets: facets(r.Facets)}, nil
}

// facets picks out of ours those that the others count too.
func facets(all []query.Facet) map[string]map[string]int {
	out := map[string]map[string]int{}
	for _, name := range engine.Facets {
		out[name] = map[string]int{}
	}
	put := func(name, value string, count int) { out[name][value] = count }
	for _, f := range all {
		for _, v := range f.Values {
			switch department, is := strings.CutPrefix(v.Value, "dep:"); {
			case f.Name == "territory" && is:
				put("department", department, v.Count)
			case f.Name == "sector" && v.Parent == "":
				put("group", v.Value, v.Count)
			case f.Name == "family" || f.Name == "kind" || f.Name == "size" || f.Name == "workforce":
				put(f.Name, v.Value, v.Count)
			}
		}
	}
	return out
}

// answer is Answer without the conversion, which is not the engine's work.
func (e *Engine) answer(ctx context.Context, q ask.Question) (engine.Answer, error) {
	r, err := e.Search.Search(ctx, q.Query)
	if err != nil {
		return engine.Answer{}, err
	}
	if q.Misspelt && r.Correction == nil {
		return engine.Answer{}, engine.ErrCannot
	}
	return engine.Answer{Total: r.Total, Hits: len(r.Items)}, nil
}

// Time answers n times in a row.
func (e *Engine) Time(ctx context.Context, q ask.Question, n int) ([]time.Duration, error) {
	return engine.Timed(ctx, e.answer, q, n)
}

// Load lets clients ask for a while.
func (e *Engine) Load(ctx context.Context, questions []ask.Question, clients int, d time.Duration) (engine.Throughput, error) {
	return engine.Loaded(ctx, e.answer, questions, clients, d)
}

// Close closes index and store.
func (e *Engine) Close() error { return errors.Join(e.Search.Close(), e.db.Close()) }
