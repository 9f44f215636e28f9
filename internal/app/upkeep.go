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

// upkeep purges old tombstones and the chunks of files that were never completed, and
// applies the retention periods, once a day, on one portal at a time. Another portal may hold the lease, and a failure is tried again the next day: neither
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
			swept, sweepErr := a.Blobs.Sweep(ctx, store.SweepAge)
			if swept > 0 {
				a.Log.Info("unfinished files swept", "count", swept)
			}
			return errors.Join(err, sweepErr, a.sweepDesk(ctx))
		})
		_, keepErr := a.Retain(ctx)
		if err = errors.Join(err, keepErr); err != nil && ctx.Err() == nil {
			a.Log.Warn("upkeep not done", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
