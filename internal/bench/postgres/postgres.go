// Package postgres answers the questions with PostgreSQL and PostGIS, as one
// would who knows them: words in GIN over tsvector, values in GIN over arrays,
// places in GiST, a table of activities for what must hold on one of them, the
// counts of all facets in the one statement that finds the hits, prepared.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"sourcier/internal/bench/ask"
	"sourcier/internal/bench/engine"
	"sourcier/internal/bench/flat"
)

// Name of the engine in reports.
const Name = "postgresql"

// Engine is an open database.
type Engine struct {
	Took   time.Duration // to load, index and analyse
	Cached bool          // by an earlier run
	Disk   int64

	pool  *pgxpool.Pool
	codes *flat.Codes
}

var _ engine.Engine = (*Engine)(nil)

// clients is the most connections that a load test needs.
const clients = 8

// Open connects to the database of n structures on the server, and fills it
// unless an earlier run has. key names the corpus.
func Open(ctx context.Context, server, key string, n int, docs func(int) flat.Doc) (e *Engine, err error) {
	e = &Engine{codes: flat.NewCodes()}
	name := fmt.Sprintf("bench_%s_%d_v%d", key, n, schemaVersion)
	config, err := pgxpool.ParseConfig(server)
	if err != nil {
		return nil, err
	}
	if err := e.prepare(ctx, config.ConnConfig, name, n, docs); err != nil {
		return nil, fmt.Errorf("database %s: %w", name, err)
	}
	config.ConnConfig.Database = name
	config.MaxConns, config.MinConns = clients, 1
	if e.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, err
	}
	err = e.pool.QueryRow(ctx, `SELECT pg_database_size(current_database())`).Scan(&e.Disk)
	return e, err
}

// prepare makes and fills the database. One that a run cut short has left is
// dropped: it has no table « built ».
func (e *Engine) prepare(ctx context.Context, server *pgx.ConnConfig, name string, n int, docs func(int) flat.Doc) error {
	admin, err := pgx.ConnectConfig(ctx, server)
	if err != nil {
		return err
	}
	defer func() { _ = admin.Close(ctx) }()
	quoted := pgx.Identifier{name}.Sanitize()
	there := server.Copy()
	there.Database = name
	if conn, err := pgx.ConnectConfig(ctx, there); err == nil {
		var took int64
		err = conn.QueryRow(ctx, `SELECT took FROM built`).Scan(&took)
		if closing := conn.Close(ctx); err == nil && closing == nil {
			e.Took, e.Cached = time.Duration(took), true
			return nil
		}
		if _, err := admin.Exec(ctx, "DROP DATABASE "+quoted); err != nil {
			return err
		}
	}
	if _, err := admin.Exec(ctx, "CREATE DATABASE "+quoted+" TEMPLATE template0 ENCODING 'UTF8'"); err != nil {
		return err
	}
	conn, err := pgx.ConnectConfig(ctx, there)
	if err != nil {
		return err
	}
	e.Took, err = load(ctx, conn, e.codes, n, docs)
	return errors.Join(err, conn.Close(ctx))
}

// Name is that of the engine in reports.
func (e *Engine) Name() string { return Name }

// Close ends the connections.
func (e *Engine) Close() error {
	e.pool.Close()
	return nil
}

// Time answers n times in a row.
func (e *Engine) Time(ctx context.Context, q ask.Question, n int) ([]time.Duration, error) {
	return engine.Timed(ctx, e.Answer, q, n)
}

// Load lets clients ask for a while.
func (e *Engine) Load(ctx context.Context, questions []ask.Question, clients int, d time.Duration) (engine.Throughput, error) {
	return engine.Loaded(ctx, e.Answer, questions, clients, d)
}

// Answer asks everything in one statement.
func (e *Engine) Answer(ctx context.Context, q ask.Question) (engine.Answer, error) {
	units := flat.Units(q.Query.Text, q.Prefix)
	if q.Misspelt {
		if err := e.mend(ctx, units); err != nil {
			return engine.Answer{}, err
		}
	}
	s := newStatement(e.codes, &q, units)
	rows, err := e.pool.Query(ctx, s.sql(), s.values...)
	if err != nil {
		return engine.Answer{}, fmt.Errorf("%s: %w", s.sql(), err)
	}
	answer := engine.Answer{Facets: map[string]map[string]int{}}
	for _, name := range engine.Facets {
		answer.Facets[name] = map[string]int{}
	}
	var what, value int
	var count int64
	_, err = pgx.ForEachRow(rows, []any{&what, &value, &count}, func() error {
		switch what {
		case rowHit:
			answer.Hits++
		case rowTotal:
			answer.Total = int(count)
		default:
			name := engine.Facets[what]
			answer.Facets[name][e.codes.Facet(name).Name(value)] = int(count)
		}
		return nil
	})
	if err != nil {
		return answer, fmt.Errorf("%s: %w", s.sql(), err)
	}
	return answer, nil
}

// mend replaces a word that no structure holds by the nearest that one does.
func (e *Engine) mend(ctx context.Context, units []flat.Unit) error {
	for i := range units {
		for j, stem := range units[i].Stems {
			err := e.pool.QueryRow(ctx, `SELECT word FROM words WHERE word % $1 AND levenshtein_less_equal(word, $1, 1) <= 1
				ORDER BY levenshtein(word, $1), ndoc DESC LIMIT 1`, stem).Scan(&units[i].Stems[j])
			if err != nil && !errors.Is(err, pgx.ErrNoRows) {
				return err
			}
		}
	}
	return nil
}
