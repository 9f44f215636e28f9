package app

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"sourcier/internal/directory"
	"sourcier/internal/search/query"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

const (
	// alertLease keeps the alerts to one portal of a store at a time.
	alertLease = "alerts"
	// aheadLease does so with those of the public forward programme.
	aheadLease = "ahead"
	// alertsEvery is how often the portal looks whether the alerts of the day are due,
	// and how soon a run that failed is done again.
	alertsEvery = time.Minute
)

// openDesk opens the desk of buyers, and has what it holds on persons told and erased.
func (a *App) openDesk(ctx context.Context, db store.DB) (*directory.Desk, error) {
	d, err := directory.OpenDesk(ctx, db, directory.Desk{
		People: a.People, Structures: a.Structures, Find: finder{a}, Describe: a.describe, Now: func() time.Time { return a.Now() },
	})
	if err == nil {
		a.People.Holders = append(a.People.Holders, d.Holder())
	}
	return d, err
}

// finder asks the index what a saved search finds.
type finder struct{ app *App }

// Find reads a saved search as its page does. A text that finds nothing is not mended:
// structures of another text are no news.
func (f finder) Find(ctx context.Context, saved string, limit int) ([]string, int, error) {
	values, err := url.ParseQuery(saved)
	if err != nil {
		return nil, 0, errors.Join(directory.ErrUnreadable, err)
	}
	a := f.app
	parser := query.Parser{Atlas: territory.Default(), Taxonomy: taxonomy.Default(), Home: a.home, Rules: structure.BasisRules{EITIEnd: a.Config.EITIEnd}, Now: a.Now}
	q, err := parser.Parse(values)
	if err != nil {
		return nil, 0, errors.Join(directory.ErrUnreadable, err)
	}
	q.Sort = query.SortNeutral
	list, err := a.index.List(ctx, q, limit)
	if err != nil || list.Correction != nil {
		return nil, 0, err
	}
	return list.IDs, list.Total, nil
}

// describe says what a structure is and where, as a mail does.
func (a *App) describe(v *structure.Structure) string {
	var words []string
	for _, k := range v.KindValues(structure.DateOf(a.Now())) {
		words = append(words, taxonomy.TypeName(k).Short)
	}
	if len(words) == 0 && v.Size != "" {
		words = append(words, taxonomy.SizeName(v.Size).Short)
	}
	place := v.Address.City
	if c, ok := territory.Default().Commune(v.Address.Commune); ok && v.Address.Commune != "" {
		place = c.Name
	}
	return strings.Trim(strings.Join(words, ", ")+" · "+place, " ·")
}

// Alerts judges the searches that somebody follows and writes the digests of the day,
// one portal at a time; before their hour it does nothing.
func (a *App) Alerts(ctx context.Context) (run directory.AlertRun, err error) {
	err = a.underLease(ctx, alertLease, func(ctx context.Context) error {
		run, err = a.Desk.RunAlerts(ctx)
		return err
	})
	if run.Judged+run.Digests+run.Failed > 0 {
		a.Log.Info("alerts", "searches", run.Judged, "digests", run.Digests, "failed", run.Failed)
	}
	return run, err
}

// AheadNews writes the digests of the day of who follows the public forward programme,
// one portal at a time; before their hour it does nothing.
func (a *App) AheadNews(ctx context.Context) (queued int, err error) {
	now := a.Now()
	if directory.AlertsDue(now) == "" {
		return 0, nil
	}
	err = a.underLease(ctx, aheadLease, func(ctx context.Context) error {
		queued, err = a.Programme.TellAhead(ctx, directory.DueAt(now))
		return err
	})
	if queued > 0 {
		a.Log.Info("announced purchases", "digests", queued)
	}
	return queued, err
}

// followAlerts runs the alerts of each day once they are due. What another portal has
// done is found done.
func (a *App) followAlerts(ctx context.Context) {
	a.eachDay(ctx, "alerts", func() bool { return a.index.Ready() == nil }, func() error { _, err := a.Alerts(ctx); return err })
}

// followAhead does so with those of the public forward programme.
func (a *App) followAhead(ctx context.Context) {
	a.eachDay(ctx, "announced purchases", func() bool { return true }, func() error { _, err := a.AheadNews(ctx); return err })
}

// eachDay runs what is due once a day, again each minute until it is done.
func (a *App) eachDay(ctx context.Context, what string, ready func() bool, run func() error) {
	tick := time.NewTicker(alertsEvery)
	defer tick.Stop()
	var done structure.Date
	failing := false
	for {
		if due := directory.AlertsDue(a.Now()); due > done && ready() {
			err := run()
			if err == nil {
				done = due
			} else if ctx.Err() == nil && !failing {
				a.Log.Warn(what+" not done, tried again", "err", err)
			}
			failing = err != nil
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// sweepDesk deletes the lists that come back no more, and what was known for searches
// that are gone.
func (a *App) sweepDesk(ctx context.Context) error {
	swept, err := a.Desk.SweepLists(ctx)
	if swept > 0 {
		a.Log.Info("deleted lists swept", "count", swept)
	}
	return errors.Join(err, a.Desk.SweepKnown(ctx))
}
