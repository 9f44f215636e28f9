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

// followGroupements has the sheets of groupements follow those of their members.
func (a *App) followGroupements(ctx context.Context) {
	a.onChanges(ctx, groupementsEvery, groupementsShare, "groupements not followed", a.Directory.CarryGroupements)
}
