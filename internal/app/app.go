package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"time"

	"sourcier/internal/directory"
	"sourcier/internal/gathering"
	"sourcier/internal/metrics"
	"sourcier/internal/operation"
	"sourcier/internal/people"
	"sourcier/internal/programme"
	"sourcier/internal/reach"
	"sourcier/internal/search"
	"sourcier/internal/store"
	"sourcier/internal/store/mongo"
	"sourcier/internal/store/sqlite"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// App is an open portal: it owns its data directory and its store until Close.
type App struct {
	Config     Config
	Log        *slog.Logger
	Structures *store.Structures
	Quarters   *store.Quarters
	Blobs      *store.Blobs
	Provenance *store.Provenance
	Reports    *store.Reports
	Uploads    *store.Uploads
	People     *people.Service
	Directory  *directory.Service
	Reach      *reach.Counter
	Desk       *directory.Desk
	Programme  *programme.Service
	Operation  *operation.Service
	Gathering  *gathering.Service
	Now        func() time.Time

	db       store.DB
	home     territory.Territory
	index    indexSlot
	opening  chan struct{}                      // one opening of the index at a time
	quarters atomic.Pointer[territory.Quarters] // outlines, nil until a portal has loaded them
	tally    atomic.Pointer[structure.Tally]    // what the directory holds, nil until a portal has counted it
	serving  bool
	turns    turns
	metrics  *metrics.Registry
	unlock   func()
}

// Open takes the data directory and opens the store; the index is opened by
// OpenIndex or by Serve. command is told to whoever finds the directory in use.
// Errors are in French: *InUseError, store.ErrDamaged and store.ErrFull explained.
func Open(ctx context.Context, cfg Config, command string, log *slog.Logger) (*App, error) {
	home, err := territory.Default().Resolve(cfg.Home)
	if err != nil {
		return nil, fmt.Errorf("territoire d’attache %q : %w", cfg.Home, err)
	}
	unlock, err := lockDir(cfg.Data, command)
	if err != nil {
		return nil, err
	}
	a := &App{Config: cfg, Log: log, Now: time.Now, home: home, unlock: unlock, opening: make(chan struct{}, 1), metrics: metrics.New()}
	a.Reach = reach.NewCounter(func() structure.Date { return structure.DateOf(a.Now()) })
	if err := a.openStore(ctx); err != nil {
		return nil, errors.Join(Explain(err, cfg), a.Close())
	}
	return a, nil
}

func (a *App) openStore(ctx context.Context) error {
	db, err := openDB(ctx, a.Config)
	if err != nil {
		return err
	}
	db = a.metrics.Store(db)
	a.db = db
	note, err := db.Restoring(ctx)
	if err != nil {
		return err
	}
	if note != "" {
		return fmt.Errorf("une restauration a commencé sans finir (%s), la base n’est pas complète : relancer « sourcier restore » avec la même archive", note)
	}
	if err := a.openCollections(ctx, db); err != nil {
		return err
	}
	secret, err := a.secret(ctx)
	if err != nil {
		return err
	}
	if a.People, err = people.Open(ctx, db, secret, func() time.Time { return a.Now() }); err != nil {
		return err
	}
	a.People.Keep = a.Config.keeping()
	if a.Directory, err = directory.Open(ctx, db, a.People, func() time.Time { return a.Now() }); err != nil {
		return err
	}
	a.Directory.Written, a.Directory.Objects = a.index.Sync, a.objected
	if a.Desk, err = a.openDesk(ctx, db); err != nil {
		return err
	}
	if a.Programme, err = programme.Open(ctx, db, a.People, func() time.Time { return a.Now() }); err != nil {
		return err
	}
	a.Programme.Roster = programme.NewRoster(a.Structures, territory.Default(), a.home, structure.BasisRules{EITIEnd: a.Config.EITIEnd})
	a.Programme.Sheets = a.Directory
	a.People.Holders = append(a.People.Holders, a.Programme.ForwardHolder())
	if a.Operation, err = operation.Open(ctx, db, a.Programme, func() time.Time { return a.Now() }); err != nil {
		return err
	}
	a.Gathering, err = gathering.Open(ctx, db, a.Operation, func() time.Time { return a.Now() })
	return err
}

// openCollections opens those that belong to no service.
func (a *App) openCollections(ctx context.Context, db store.DB) error {
	for _, open := range []func() error{
		func() (err error) { a.Structures, err = store.OpenStructures(ctx, db); return err },
		func() (err error) { a.Provenance, err = store.OpenProvenance(ctx, db); return err },
		func() (err error) { a.Quarters, err = store.OpenQuarters(ctx, db); return err },
		func() (err error) { a.Reports, err = store.OpenReports(ctx, db); return err },
		func() (err error) { a.Uploads, err = store.OpenUploads(ctx, db); return err },
		func() (err error) { a.Blobs, err = store.OpenBlobs(ctx, db, a.Now); return err },
	} {
		if err := open(); err != nil {
			return err
		}
	}
	return nil
}

// openDB answers a nil interface with its error, never a nil adapter in one.
func openDB(ctx context.Context, cfg Config) (store.DB, error) {
	if cfg.Store == "" {
		db, err := sqlite.Open(ctx, filepath.Join(cfg.Data, "sourcier.db"))
		if err != nil {
			return nil, err
		}
		return db, nil
	}
	db, err := mongo.Open(ctx, cfg.Store)
	if err != nil {
		return nil, err
	}
	return db, nil
}

// OpenIndex opens the search index unless it is open, or rebuilds it when it is
// missing, outdated or damaged, and brings it up to the store.
func (a *App) OpenIndex(ctx context.Context) error {
	select {
	case a.opening <- struct{}{}:
		defer func() { <-a.opening }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if a.index.get() != nil {
		return nil
	}
	engine, err := search.Open(ctx, search.Options{
		Dir:        filepath.Join(a.Config.Data, "index"),
		Structures: a.Structures,
		Atlas:      territory.Default(),
		Taxonomy:   taxonomy.Default(),
		Home:       a.home,
		Rules:      structure.BasisRules{EITIEnd: a.Config.EITIEnd},
		Now:        a.Now,
		Log:        a.Log,
		Serving:    true,
	})
	if err != nil {
		return Explain(fmt.Errorf("index : %w", err), a.Config)
	}
	a.index.set(engine)
	return nil
}

// Close flushes and closes the index, then the store, then frees the directory.
func (a *App) Close() error {
	var errs []error
	if engine := a.index.take(); engine != nil {
		errs = append(errs, engine.Close())
	}
	if a.db != nil {
		errs = append(errs, a.db.Close())
	}
	a.unlock()
	return errors.Join(errs...)
}

// DB is the open store.
func (a *App) DB() store.DB { return a.db }

// Empty reports whether the directory holds no structure at all.
func (a *App) Empty(ctx context.Context) (bool, error) {
	n, err := a.Structures.Raw().Count(ctx)
	return n == 0, err
}

// Explain turns a storage failure into what an operator can act on, in French.
func Explain(err error, cfg Config) error {
	where := "la base " + filepath.Join(cfg.Data, "sourcier.db")
	if cfg.Store != "" {
		where = "la base MongoDB"
	}
	switch {
	case errors.Is(err, store.ErrDamaged):
		return fmt.Errorf("%s est endommagée et n’a pas été modifiée. Arrêter le portail, mettre de côté les fichiers sourcier.db*, puis remettre la dernière copie de sauvegarde avec « sourcier restore » ; l’index se refera seul (%w)", where, err)
	case errors.Is(err, store.ErrFull):
		return fmt.Errorf("plus de place sur le disque pour %s : rien n’a été écrit à moitié. Libérer de la place et recommencer (%w)", where, err)
	case errors.Is(err, store.ErrNewer):
		return fmt.Errorf("%s a été écrite par une version plus récente de Sourcier : installer cette version (%w)", where, err)
	}
	return err
}
