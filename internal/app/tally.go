package app

import (
	"context"
	"time"

	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
)

const (
	// tallyEvery is how often the portal looks whether the directory has changed
	// since it was last counted.
	tallyEvery = 5 * time.Second
	// tallyShare keeps the counting to one part in so many of the portal's time: a
	// directory that takes a minute to read is counted three times an hour at most.
	tallyShare = 20
)

// followTally counts the directory when it has changed: the pages that show the counts
// say until then that there are none.
func (a *App) followTally(ctx context.Context) {
	a.onChanges(ctx, tallyEvery, tallyShare, "directory not counted", a.countDirectory)
}

// onChanges does work when it starts and whenever the directory has changed, looking
// so often and using one part in share of the time at most. A failure is told and tried
// again.
func (a *App) onChanges(ctx context.Context, every time.Duration, share int, failed string, work func(context.Context) error) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	var seen uint64
	var next time.Time
	for {
		if now := a.index.Generation(); now != seen && !time.Now().Before(next) {
			start := time.Now()
			if err := work(ctx); err == nil {
				seen = now
			} else if ctx.Err() == nil {
				a.Log.Warn(failed, "err", err)
			}
			next = time.Now().Add(time.Duration(share) * time.Since(start))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// countDirectory reads every structure once, and the complete lists; what is alike is
// seen on the way.
func (a *App) countDirectory(ctx context.Context) error {
	tally, lookout, tax := structure.NewTally(), structure.NewLookout(), taxonomy.Default()
	group := func(sector string) string {
		s, _ := tax.Sector(sector)
		return s.Group
	}
	err := a.Structures.All(ctx, func(d store.Doc[structure.Structure]) error {
		if d.Value.Shown() {
			tally.Add(&d.Value, group)
			lookout.Add(&d.Value)
		}
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	err = a.Provenance.Listings.All(ctx, func(d store.Doc[structure.Listing]) error {
		tally.List(&d.Value)
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	apart := map[string]bool{}
	err = a.Directory.Apart.All(ctx, func(d store.Doc[structure.Apart]) error {
		apart[d.ID] = true
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	suspects := lookout.Found(func(key string) bool { return apart[key] })
	tally.At, suspects.At = a.Now(), a.Now()
	a.tally.Store(tally)
	a.Directory.Suspects.Store(suspects)
	return nil
}
