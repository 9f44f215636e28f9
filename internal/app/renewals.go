package app

import (
	"context"
	"errors"
	"time"

	"sourcier/internal/programme"
)

const (
	// renewalLease keeps the renewals of contracts, and the news of programmes, to one
	// portal of a store at a time.
	renewalLease = "renewals"
	// renewalsEvery is how often contracts are looked through: what an import has brought
	// is proposed within that time. The news of a week are looked for as often.
	renewalsEvery = 10 * time.Minute
)

// Renewals proposes the purchases that are to follow running contracts, and tells the
// week of each programme on its day, one portal at a time.
func (a *App) Renewals(ctx context.Context) (run programme.RenewalRun, told programme.DigestRun, err error) {
	err = a.underLease(ctx, renewalLease, func(ctx context.Context) error {
		var failed, untold error
		run, failed = a.Programme.ProposeRenewals(ctx)
		told, untold = a.Programme.TellWeek(ctx)
		return errors.Join(failed, untold)
	})
	if run.Proposed+run.Failed+told.Organisations+told.Failed > 0 {
		a.Log.Info("renewals", "proposed", run.Proposed, "failed", run.Failed, "weeks_told", told.Organisations, "letters", told.Letters, "untold", told.Failed)
	}
	return run, told, err
}

// followContracts does so for as long as the portal serves. What another portal has done
// is found done.
func (a *App) followContracts(ctx context.Context) {
	tick := time.NewTicker(renewalsEvery)
	defer tick.Stop()
	failing := false
	for {
		_, _, err := a.Renewals(ctx)
		if err != nil && ctx.Err() == nil && !failing {
			a.Log.Warn("renewals not done, tried again", "err", err)
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
