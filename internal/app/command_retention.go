package app

import (
	"context"
	"fmt"
	"time"

	"sourcier/internal/app/control"
	"sourcier/internal/people"
	"sourcier/internal/store"
)

// keeping are the retention periods of the settings.
func (c Config) keeping() people.Keeping {
	return people.Keeping{Accounts: c.KeepAccounts, Messages: c.KeepMessages, Audit: c.KeepAudit}
}

// RetentionArgs ask for the retention periods to be applied.
type RetentionArgs struct {
	DryRun bool // counted only
}

func (a *App) retentionCommand(ctx context.Context, args RetentionArgs, out control.Out) error {
	apply, heading := a.Retain, "Fait :"
	if args.DryRun {
		apply, heading = a.People.RetainDry, "Ce qui serait fait maintenant :"
	}
	run, err := apply(ctx)
	_, _ = fmt.Fprintln(out.Stdout, heading)
	told := false
	for _, what := range people.Retained {
		if n := run.Counts[what]; n > 0 {
			told = true
			_, _ = fmt.Fprintf(out.Stdout, "  %s\n", people.RetainedText(what, n))
		}
	}
	if !told {
		_, _ = fmt.Fprintln(out.Stdout, "  rien : tout ce qui est gardé l’est depuis moins longtemps que les durées fixées.")
	}
	return Explain(err, a.Config)
}

// Retain applies the retention periods, one portal at a time.
func (a *App) Retain(ctx context.Context) (run store.RetentionRun, err error) {
	err = a.underLease(ctx, "retention", func(ctx context.Context) error {
		run, err = a.People.Retain(ctx)
		return err
	})
	for _, what := range people.Retained {
		if n := run.Counts[what]; n > 0 {
			a.Log.Info("retention", "what", what, "count", n)
		}
	}
	if n := run.Counts[people.RetainSpared]; n > 0 {
		a.Log.Warn("the last administrator is not erased, though the account has not been used for long: name another one", "count", n)
	}
	return run, err
}

// erasureEvery is how often an erasure that was stopped is carried on, and how soon
// the address of a last message goes once it has left.
const erasureEvery = time.Minute

// followErasures carries on what was begun, from the start of the portal. A second
// portal may do the same: every step does what is left to do.
func (a *App) followErasures(ctx context.Context) {
	tick := time.NewTicker(erasureEvery)
	defer tick.Stop()
	failing := false
	for {
		finished, err := a.People.FinishErasures(ctx)
		if finished > 0 {
			a.Log.Info("erasures finished", "count", finished)
		}
		if err != nil && ctx.Err() == nil && !failing {
			a.Log.Error("erasure not finished", "err", err)
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
