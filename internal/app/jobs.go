package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"sourcier/internal/demo"
	"sourcier/internal/intake"
	"sourcier/internal/search"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// Import reads official files into the store and brings the index up to it. A
// lease in the store keeps a second import, on any portal, out.
func (a *App) Import(ctx context.Context, files []string, opts intake.RunOptions) (report intake.Report, err error) {
	run := func(ctx context.Context) error {
		options := intake.Options{
			Structures: a.Structures, Provenance: a.Provenance, Quarters: a.Quarters,
			Atlas: territory.Default(), Taxonomy: taxonomy.Default(), Home: a.home, Now: a.Now,
			Succeed: a.Directory.Succeed,
			TempDir: a.Config.Data, // /tmp may be in memory
		}
		list, err := a.openObjections(ctx, false) // under the lease, which an objection takes too
		if err != nil {
			return err
		}
		if list != nil {
			list.dry = opts.DryRun
			options.Objects, options.Follow = list.has, list.follow
		}
		if !a.serving {
			defer tuneImport()()
		}
		report, err = intake.New(options).Run(ctx, files, opts)
		return err
	}
	if opts.DryRun {
		return report, Explain(run(ctx), a.Config)
	}
	err = a.asImport(ctx, run)
	if a.quarters.Load() != nil { // this process shows sheets
		err = errors.Join(err, a.loadQuarters(context.WithoutCancel(ctx)))
	}
	return report, Explain(err, a.Config)
}

// importGC is the garbage, in percent of what lives, that a process which only
// imports lets grow. Little lives, a batch and what is being read; to collect a third
// as often saves a twentieth of the time.
const importGC = 300

// tuneImport sets the collector for the reading of files, unless GOGC says otherwise,
// until restore is called. Indexing, where more lives, has settings of its own.
func tuneImport() (restore func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(importGC)
	return func() { debug.SetGCPercent(before) }
}

// asImport runs what fills or empties the directory, one such work at a time, and
// brings the index up to it.
func (a *App) asImport(ctx context.Context, work func(context.Context) error) error {
	begun := false
	err := a.underLease(ctx, "import", func(ctx context.Context) error {
		begun = true
		return work(ctx)
	})
	if !begun {
		return err
	}
	// What was committed is real even when the work was stopped: the index must
	// show it, so the stop does not reach this last step.
	return errors.Join(err, a.syncIndex(context.WithoutCancel(ctx)))
}

// Demo fills the store with fictional structures; a second fill changes nothing.
// It counts as an import.
func (a *App) Demo(ctx context.Context, size int, progress func(done, total int)) error {
	return Explain(a.asImport(ctx, func(ctx context.Context) error {
		return demo.Fill(ctx, a.Structures, DemoOptions(a.Config, size, a.Now()), progress)
	}), a.Config)
}

// RemoveDemo takes the fictional structures out, those that another source has
// completed apart.
func (a *App) RemoveDemo(ctx context.Context) (removed, kept int, err error) {
	err = a.asImport(ctx, func(ctx context.Context) error {
		removed, kept, err = demo.Remove(ctx, a.Structures)
		return err
	})
	return removed, kept, Explain(err, a.Config)
}

// DemoOptions are those of the home territory on the day of now.
func DemoOptions(cfg Config, size int, now time.Time) demo.Options {
	home, _ := territory.Default().Resolve(cfg.Home) // LoadConfig refused an unknown one
	return demo.Options{Size: size, Seed: 1, Today: structure.DateOf(now), Atlas: territory.Default(), Taxonomy: taxonomy.Default(), Home: home}
}

// syncIndex makes every write so far visible to the next search.
func (a *App) syncIndex(ctx context.Context) error {
	if engine := a.index.get(); engine != nil {
		return engine.Sync(ctx)
	}
	if a.serving {
		return nil // it is being opened beside, and follows the store then
	}
	return a.OpenIndex(ctx) // opening follows the store
}

// Reindex rebuilds the index from the store.
func (a *App) Reindex(ctx context.Context, progress func(done, total int)) error {
	if err := a.OpenIndex(ctx); err != nil {
		return err
	}
	err := a.index.get().Rebuild(ctx, progress)
	if errors.Is(err, search.ErrBuilding) {
		return errors.New("l’index est déjà en train d’être refait : attendre la fin de ce travail")
	}
	return Explain(err, a.Config)
}

// Check verifies the store's integrity and its files, then that the index holds
// exactly the store's structures, each at its version.
func (a *App) Check(ctx context.Context) (search.CheckReport, error) {
	if err := a.db.Check(ctx); err != nil {
		return search.CheckReport{}, Explain(err, a.Config)
	}
	if _, err := a.Blobs.Verify(ctx); err != nil {
		return search.CheckReport{}, explainBlobs(err, a.Config)
	}
	if err := a.OpenIndex(ctx); err != nil {
		return search.CheckReport{}, err
	}
	return a.index.get().Check(ctx)
}

// explainBlobs: a file that is damaged says nothing against the rest of the base.
func explainBlobs(err error, cfg Config) error {
	if errors.Is(err, store.ErrDamaged) {
		return fmt.Errorf("des fichiers joints sont endommagés et ne seront pas servis : les redemander à qui les a déposés, ou les reprendre d’une sauvegarde (%w)", err)
	}
	return Explain(err, cfg)
}
