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
		err := a.underLease(ctx, "upkeep", a.sweep)
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

// sweep does what is done once a day on one portal; what fails keeps nothing else from it.
func (a *App) sweep(ctx context.Context) error {
	var errs []error
	for _, t := range []struct {
		done string // what the log says, with how many
		do   func(context.Context) (int, error)
	}{
		{"tombstones purged", func(ctx context.Context) (int, error) {
			n, err := a.Structures.Raw().PurgeTombstones(ctx, tombstoneAge)
			return int(n), err
		}},
		{"files that no sheet names released", func(ctx context.Context) (int, error) { return a.Directory.SweepFiles(ctx, store.SweepAge) }},
		{"files that no sourçage names released", func(ctx context.Context) (int, error) { return a.Operation.SweepReports(ctx, store.SweepAge) }},
		{"files that no answer names released", func(ctx context.Context) (int, error) { return a.Operation.SweepFiles(ctx, store.SweepAge) }},
		{"unfinished files swept", func(ctx context.Context) (int, error) { return a.Blobs.Sweep(ctx, store.SweepAge) }},
		{"files of purchases that nobody came back to forgotten", a.Programme.SweepImports},
		{"reviews whose typed names were removed", a.Programme.SweepReviews},
		{"sourçages whose addresses were removed", a.Operation.SweepContacts},
		{"events whose attendance was closed", a.Gathering.SweepUnsettled},
		{"guests whose needs were erased", a.Gathering.SweepNeeds},
		{"events whose guests are no longer known", a.Gathering.SweepNames},
		{"guests without a seat removed", a.Gathering.SweepStray},
	} {
		n, err := t.do(ctx)
		if n > 0 {
			a.Log.Info(t.done, "count", n)
		}
		errs = append(errs, err)
	}
	return errors.Join(append(errs, a.Operation.SweepCandidacies(ctx), a.sweepDesk(ctx))...)
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
