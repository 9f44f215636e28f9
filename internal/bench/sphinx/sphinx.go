// Package sphinx answers the questions with Sphinx: a plain index, its fastest,
// attributes for filters, FACET for counts. It has no spelling tolerance, and
// holds no conditions on one activity of a structure: those it cannot answer.
package sphinx

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	_ "github.com/go-sql-driver/mysql" // the protocol that searchd speaks

	"sourcier/internal/bench/ask"
	"sourcier/internal/bench/engine"
	"sourcier/internal/bench/flat"
	"sourcier/internal/territory"
)

// Name of the engine in reports.
const Name = "sphinx"

// Engine is a running searchd.
type Engine struct {
	Build
	Cached bool
	Disk   int64

	cmd   *exec.Cmd
	db    *sql.DB
	codes *flat.Codes
	earth float64 // its metres for one of ours
}

var _ engine.Engine = (*Engine)(nil)

// startTimeout is how long searchd may read its index.
const startTimeout = 2 * time.Minute

// Open indexes n documents in dir unless an earlier run has, and starts searchd.
func Open(ctx context.Context, dir string, n int, docs func(int) flat.Doc) (_ *Engine, err error) {
	e := &Engine{codes: flat.NewCodes()}
	if e.Build, e.Cached, err = prepare(ctx, dir, e.codes, n, docs); err != nil {
		return nil, err
	}
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	conf, err := configure(dir, port)
	if err != nil {
		return nil, err
	}
	e.cmd = exec.CommandContext(ctx, "searchd", "--nodetach", "--config", conf) // #nosec G204 -- our own file
	if err := e.cmd.Start(); err != nil {
		return nil, err
	}
	e.db, err = sql.Open("mysql", fmt.Sprintf("tcp(127.0.0.1:%d)/?multiStatements=true&interpolateParams=true", port))
	if err == nil {
		e.db.SetMaxIdleConns(16)
		err = e.wait(ctx)
	}
	if err == nil {
		err = e.calibrate(ctx)
	}
	if err == nil {
		e.Disk, err = size(dir)
	}
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

func freePort(ctx context.Context) (int, error) {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return ln.Addr().(*net.TCPAddr).Port, ln.Close()
}

func (e *Engine) wait(ctx context.Context) error {
	var err error
	for end := time.Now().Add(startTimeout); time.Now().Before(end) && ctx.Err() == nil; time.Sleep(50 * time.Millisecond) {
		if err = e.db.PingContext(ctx); err == nil {
			return nil
		}
	}
	return fmt.Errorf("searchd does not answer: %w", err)
}

// calibrate asks how long a known distance is on its Earth.
func (e *Engine) calibrate(ctx context.Context) error {
	var id int
	var metres float64
	const ask = "SELECT id, GEODIST(0.85, 0.04, 0.86, 0.04, {in=rad, out=m, method=haversine}) AS d FROM " + table + " LIMIT 1"
	if err := e.db.QueryRowContext(ctx, ask).Scan(&id, &metres); err != nil {
		return fmt.Errorf("calibrate: %w", err)
	}
	const degree = 180 / 3.141592653589793
	e.earth = metres / (1000 * territory.DistanceKM(0.85*degree, 2, 0.86*degree, 2))
	return nil
}

func size(dir string) (total int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			total += info.Size()
		}
		return err
	})
	return total, err
}

// Name is that of the engine in reports.
func (e *Engine) Name() string { return Name }

// Close stops searchd.
func (e *Engine) Close() error {
	var errs []error
	if e.db != nil {
		errs = append(errs, e.db.Close())
	}
	errs = append(errs, e.cmd.Process.Signal(os.Interrupt))
	_ = e.cmd.Wait() // an interrupt is how it ends
	return errors.Join(errs...)
}

// Time answers n times in a row.
func (e *Engine) Time(ctx context.Context, q ask.Question, n int) ([]time.Duration, error) {
	return engine.Timed(ctx, e.Answer, q, n)
}

// Load lets clients ask for a while.
func (e *Engine) Load(ctx context.Context, questions []ask.Question, clients int, d time.Duration) (engine.Throughput, error) {
	return engine.Loaded(ctx, e.Answer, questions, clients, d)
}

// Answer sends one batch: the hits with the facets of groups without selection,
// then the facets of each group with one.
func (e *Engine) Answer(ctx context.Context, q ask.Question) (answer engine.Answer, err error) {
	if q.Misspelt || len(q.Query.Serves)+len(q.Query.Covers)+len(q.Query.Modes) > 0 {
		return answer, engine.ErrCannot
	}
	b, err := newBatch(e.codes, &q, e.earth)
	if err != nil {
		return answer, err
	}
	rows, err := e.db.QueryContext(ctx, b.sql())
	if err != nil {
		return answer, fmt.Errorf("%s: %w", b.sql(), err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	answer.Facets = map[string]map[string]int{}
	if answer.Hits, err = hits(rows); err != nil {
		return answer, err
	}
	for _, name := range b.facets {
		if !rows.NextResultSet() {
			return answer, errors.Join(fmt.Errorf("%s: the counts of %s are missing", b.sql(), name), rows.Err())
		}
		if answer.Facets[name], err = counts(rows, e.codes.Facet(name)); err != nil {
			return answer, err
		}
	}
	// Every structure has one value, known or not, of the facet that tells the
	// total; asking for it apart would be one more statement.
	for _, n := range answer.Facets[b.total] {
		answer.Total += n
	}
	return answer, rows.Err()
}

func hits(rows *sql.Rows) (n int, err error) {
	columns, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	values := make([]any, len(columns))
	for i := range values {
		values[i] = new(sql.RawBytes)
	}
	for ; rows.Next(); n++ {
		if err := rows.Scan(values...); err != nil {
			return 0, err
		}
	}
	return n, rows.Err()
}

func counts(rows *sql.Rows, coding *flat.Coding) (map[string]int, error) {
	out := map[string]int{}
	var value, count int
	into := []any{&value, &count}
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	for range columns[2:] { // the distance
		into = append(into, new(sql.RawBytes))
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		out[coding.Name(value)] = count
	}
	return out, rows.Err()
}
