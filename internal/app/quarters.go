package app

import (
	"context"
	"errors"
	"time"

	"sourcier/internal/store"
	"sourcier/internal/territory"
)

// quartersEvery is how soon a portal knows outlines that another one imported.
const quartersEvery = 5 * time.Second

// loadQuarters reads the outlines of the quarters from the store.
func (a *App) loadQuarters(ctx context.Context) error {
	docs, err := store.AllQuarters(ctx, a.Quarters)
	if err != nil {
		return err
	}
	list := make([]territory.Quarter, len(docs))
	for i, d := range docs {
		list[i] = d.Value
	}
	a.quarters.Store(territory.NewQuarters(list))
	return nil
}

// followQuarters loads the outlines when they change. A sheet without them says
// what the list of communes says, so that a failure is told and tried again.
func (a *App) followQuarters(ctx context.Context) {
	tick := time.NewTicker(quartersEvery)
	defer tick.Stop()
	var seen store.Cursor
	loaded := false
	for {
		changed, at, err := a.quartersChanged(ctx, seen)
		if err == nil && (changed || !loaded) {
			err = a.loadQuarters(ctx)
			if err == nil {
				a.Log.Info("quarters loaded", "count", a.quarters.Load().Len())
			}
		}
		if err == nil {
			seen, loaded = at, true
		} else if ctx.Err() == nil {
			a.Log.Warn("quarters not loaded", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// quartersChanged reads the change feed to its end.
func (a *App) quartersChanged(ctx context.Context, after store.Cursor) (changed bool, at store.Cursor, err error) {
	const page = 1000
	for {
		events, next, err := a.Quarters.Raw().Changes(ctx, after, page)
		if errors.Is(err, store.ErrFeedGap) { // everything is read anyway
			next, err = a.Quarters.Raw().Head(ctx)
			return true, next, err
		}
		if err != nil {
			return false, after, err
		}
		if len(events) == 0 {
			return changed, next, nil
		}
		changed, after = true, next
	}
}
