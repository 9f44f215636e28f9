package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sourcier/internal/demo"
	"sourcier/internal/intake"
	"sourcier/internal/search"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// importLease is how long an import may be silent, killed for instance, before
// another portal may start one.
const importLease = 20 * time.Second

// Import reads official files into the store and brings the index up to it. A
// lease in the store keeps a second import, on any portal, out.
func (a *App) Import(ctx context.Context, files []string, opts intake.RunOptions) (report intake.Report, err error) {
	objects, err := a.objections(ctx)
	if err != nil {
		return report, Explain(err, a.Config)
	}
	importer := intake.New(intake.Options{
		Structures: a.Structures, Provenance: a.Provenance, Objects: objects, Atlas: territory.Default(), Taxonomy: taxonomy.Default(), Home: a.home, Now: a.Now,
		TempDir: a.Config.Data, // /tmp may be in memory
	})
	if opts.DryRun {
		return importer.Run(ctx, files, opts)
	}
	err = a.underLease(ctx, "import", func(ctx context.Context) error {
		report, err = importer.Run(ctx, files, opts)
		return err
	})
	// What was committed is real even when the run was stopped: the index must
	// show it, so the stop does not reach this last step.
	if syncErr := a.syncIndex(context.WithoutCancel(ctx)); syncErr != nil {
		err = errors.Join(err, syncErr)
	}
	return report, Explain(err, a.Config)
}

// underLease runs work while holding a lease, renewed in the background; when
// the lease is lost, work's context ends. The embedded store needs none: only
// the owner of the data directory reaches it, and that lock dies with its
// process where a lease would outlive a kill.
func (a *App) underLease(ctx context.Context, name string, work func(context.Context) error) error {
	if a.Config.Store == "" {
		return work(ctx)
	}
	leases, err := store.OpenLeases(ctx, a.db, a.Now)
	if err != nil {
		return err
	}
	lease, err := leases.Acquire(ctx, name, a.Holder(), importLease)
	var held *store.HeldError
	if errors.As(err, &held) {
		return fmt.Errorf("le même travail (%s) est en cours ailleurs (%s, depuis %s) : attendre sa fin", name, held.Holder, held.Since.In(structure.Paris).Format("15 h 04"))
	}
	if err != nil {
		return err
	}
	working, stop := context.WithCancelCause(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		stop(lease.KeepRenewed(working))
	}()
	err = work(working)
	stop(nil)
	<-done
	return errors.Join(err, lease.Release(context.WithoutCancel(ctx)))
}

// Demo fills the store with fictional structures; a second fill changes nothing.
func (a *App) Demo(ctx context.Context, size int, progress func(done, total int)) error {
	if err := demo.Fill(ctx, a.Structures, DemoOptions(a.Config, size, a.Now()), progress); err != nil {
		return Explain(err, a.Config)
	}
	return a.syncIndex(ctx)
}

// RemoveDemo takes the fictional structures out, those that another source has
// completed apart.
func (a *App) RemoveDemo(ctx context.Context) (removed, kept int, err error) {
	err = a.underLease(ctx, "import", func(ctx context.Context) error {
		removed, kept, err = demo.Remove(ctx, a.Structures)
		return err
	})
	err = errors.Join(err, a.syncIndex(context.WithoutCancel(ctx))) // what was removed is, even when stopped
	return removed, kept, Explain(err, a.Config)
}

// DemoOptions are those of the home territory on the day of now.
func DemoOptions(cfg Config, size int, now time.Time) demo.Options {
	home, _ := territory.Default().Resolve(cfg.Home) // LoadConfig refused an unknown one
	return demo.Options{Size: size, Seed: 1, Today: structure.DateOf(now), Atlas: territory.Default(), Taxonomy: taxonomy.Default(), Home: home}
}

func (a *App) syncIndex(ctx context.Context) error {
	if a.index.get() == nil {
		return a.OpenIndex(ctx) // opening follows the store
	}
	return a.index.get().Sync(ctx)
}

// Reindex rebuilds the index from the store.
func (a *App) Reindex(ctx context.Context, progress func(done, total int)) error {
	if err := a.OpenIndex(ctx); err != nil {
		return err
	}
	return Explain(a.index.get().Rebuild(ctx, progress), a.Config)
}

// Check verifies the store's integrity, then that the index holds exactly the
// store's structures, each at its version.
func (a *App) Check(ctx context.Context) (search.CheckReport, error) {
	if err := a.db.Check(ctx); err != nil {
		return search.CheckReport{}, Explain(err, a.Config)
	}
	if err := a.OpenIndex(ctx); err != nil {
		return search.CheckReport{}, err
	}
	return a.index.get().Check(ctx)
}
