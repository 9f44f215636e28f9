package app

import (
	"context"
	"time"

	"sourcier/internal/reach"
)

const (
	// reachEvery is how often what was counted is stored: a portal that is killed
	// loses the visits of a minute.
	reachEvery = time.Minute
	// lastReachWithin bounds the last time, when the portal stops.
	lastReachWithin = 10 * time.Second
)

// followReach stores what visitors saw.
func (a *App) followReach(ctx context.Context) {
	tick := time.NewTicker(reachEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			a.storeReach(ctx)
		}
	}
}

// lastReach stores what is left when nobody is answered any more.
func (a *App) lastReach(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastReachWithin)
	defer cancel()
	a.storeReach(ctx)
}

// storeReach adds what was counted to the months of the store; what it does not take
// waits for the next time.
func (a *App) storeReach(ctx context.Context) {
	var failed []reach.Month
	var why error
	for _, m := range a.Reach.Take() {
		if err := a.People.Reaches.Add(ctx, m, a.Now()); err != nil {
			failed, why = append(failed, m), err
		}
	}
	if why != nil {
		a.Reach.Return(failed)
		a.Log.Warn("visits not stored yet", "structures", len(failed), "err", why)
	}
}
