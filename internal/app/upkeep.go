package app

import (
	"context"
	"errors"
	"time"

	"sourcier/internal/store"
)

const (
	// upkeepEvery is how often the work below looks whether it is due.
	upkeepEvery = 24 * time.Hour
	// tombstoneAge is how long a deletion is told to followers; one that was
	// stopped for longer reconciles ids and versions instead (DESIGN rule 4).
	tombstoneAge = 30 * 24 * time.Hour
)

// upkeep purges old tombstones, files that no sheet names and the chunks of those that
// were never completed, applies the retention periods, removes typed names from old minutes and tells owners of what lapses,
// once a day, on one portal at a time. Another portal may hold the lease, and a failure is tried again the next day: neither
// stops the portal.
func (a *App) upkeep(ctx context.Context) {
	tick := time.NewTicker(upkeepEvery)
	defer tick.Stop()
	for {
		err := a.underLease(ctx, "upkeep", func(ctx context.Context) error {
			n, err := a.Structures.Raw().PurgeTombstones(ctx, tombstoneAge)
			if n > 0 {
				a.Log.Info("tombstones purged", "count", n)
			}
			released, fileErr := a.Directory.SweepFiles(ctx, store.SweepAge)
			if released > 0 {
				a.Log.Info("files that no sheet names released", "count", released)
			}
			unnamed, reportErr := a.Operation.SweepReports(ctx, store.SweepAge)
			if unnamed > 0 {
				a.Log.Info("files that no sourçage names released", "count", unnamed)
			}
			let, answerErr := a.Operation.SweepFiles(ctx, store.SweepAge)
			if let > 0 {
				a.Log.Info("files that no answer names released", "count", let)
			}
			swept, sweepErr := a.Blobs.Sweep(ctx, store.SweepAge)
			if swept > 0 {
				a.Log.Info("unfinished files swept", "count", swept)
			}
			forgotten, importErr := a.Programme.SweepImports(ctx)
			if forgotten > 0 {
				a.Log.Info("files of purchases that nobody came back to forgotten", "count", forgotten)
			}
			lapsed, reviewErr := a.Programme.SweepReviews(ctx)
			if lapsed > 0 {
				a.Log.Info("typed names removed from minutes", "reviews", lapsed)
			}
			emptied, contactErr := a.Operation.SweepContacts(ctx)
			if emptied > 0 {
				a.Log.Info("addresses removed from sourçages", "operations", emptied)
			}
			return errors.Join(err, fileErr, reportErr, answerErr, sweepErr, importErr, reviewErr, contactErr, a.Operation.SweepCandidacies(ctx), a.sweepDesk(ctx))
		})
		_, keepErr := a.Retain(ctx)
		if err = errors.Join(err, keepErr, a.remind(ctx)); err != nil && ctx.Err() == nil {
			a.Log.Warn("upkeep not done", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// remind tells owners what lapses of their sheets.
func (a *App) remind(ctx context.Context) error {
	return a.underLease(ctx, "reminders", func(ctx context.Context) error {
		n, err := a.Directory.RemindAvailabilities(ctx)
		if n > 0 {
			a.Log.Info("owners told that availability lapses", "sheets", n)
		}
		return err
	})
}
