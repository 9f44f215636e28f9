package app

import (
	"context"
	"time"
)

const (
	// groupementsEvery is how often the portal looks whether a sheet has changed since
	// those of groupements last followed.
	groupementsEvery = 2 * time.Second
	// groupementsShare keeps that to one part in so many of the portal's time, as
	// tallyShare does.
	groupementsShare = 20
)

// followGroupements has the sheets of groupements follow those of their members: when it
// starts, and whenever the directory has changed. A failure is told and tried again.
func (a *App) followGroupements(ctx context.Context) {
	tick := time.NewTicker(groupementsEvery)
	defer tick.Stop()
	var seen uint64
	var next time.Time
	for {
		if now := a.index.Generation(); now != seen && !time.Now().Before(next) {
			start := time.Now()
			if err := a.Directory.CarryGroupements(ctx); err == nil {
				seen = now
			} else if ctx.Err() == nil {
				a.Log.Warn("groupements not followed", "err", err)
			}
			next = time.Now().Add(groupementsShare * time.Since(start))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
