package directory

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sourcier/internal/buyer"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

const (
	// AlertHour is when the alerts of a day are due, in Paris: before people begin.
	AlertHour = 7
	// alertPatience is for how long a day's digests wait for a search that fails: the
	// others must not, and what it brings comes the day after.
	alertPatience = 2 * time.Hour
	// knownPage is how many searches are judged at a time: what is known of each may
	// take some 300 KB.
	knownPage = 20
)

// AlertsDue tells on which day the alerts of a moment are, "" before its hour.
func AlertsDue(now time.Time) structure.Date {
	if now.In(structure.Paris).Hour() < AlertHour {
		return ""
	}
	return structure.DateOf(now)
}

// AlertRun is what came of a run.
type AlertRun struct {
	Judged  int // searches
	Digests int // queued
	Failed  int // searches that could not be asked
}

// RunAlerts judges every search that somebody follows, then writes to each of them
// once. Searches are judged once a day and persons written to once a day, each by a
// write that looks again: stopped, the run is run again; twice, or by two portals, it
// does nothing more. An error says that it has to be run again.
func (d *Desk) RunAlerts(ctx context.Context) (run AlertRun, err error) {
	now := d.Now()
	day := AlertsDue(now)
	if day == "" {
		return run, nil
	}
	var failed error
	err = d.eachFollowed(ctx, func(s *buyer.Search) error {
		judged, err := d.judge(ctx, s, day, now)
		if err != nil && ctx.Err() == nil {
			run.Failed++
			failed = fmt.Errorf("search %s: %w", s.ID, err)
			return nil
		}
		if judged {
			run.Judged++
		}
		return err
	})
	if err != nil {
		return run, err
	}
	if failed != nil && now.In(structure.Paris).Sub(DueAt(now)) < alertPatience {
		return run, failed
	}
	d.passed("judged")
	run.Digests, err = d.tellAll(ctx, day, now)
	return run, err
}

// DueAt is when the alerts of the day of a moment are due.
func DueAt(now time.Time) time.Time {
	in := now.In(structure.Paris)
	return time.Date(in.Year(), in.Month(), in.Day(), AlertHour, 0, 0, 0, structure.Paris)
}

// eachFollowed tells the searches that somebody follows.
func (d *Desk) eachFollowed(ctx context.Context, tell func(*buyer.Search) error) error {
	for after := ""; ; {
		docs, err := d.Searches.PageLookup(ctx, store.FollowedSearches, after, knownPage)
		if err != nil {
			return err
		}
		for i := range docs {
			after = docs[i].ID
			if err := tell(&docs[i].Value); err != nil {
				return err
			}
		}
		if len(docs) < knownPage {
			return nil
		}
	}
}

// judge asks a search and notes what is new, unless the day was judged.
func (d *Desk) judge(ctx context.Context, s *buyer.Search, day structure.Date, now time.Time) (bool, error) {
	if known, err := d.Known.Get(ctx, s.ID); err == nil && known.Value.Day >= day {
		return false, nil
	}
	ids, total, err := d.Find.Find(ctx, s.Query, buyer.MaxMatches+1)
	var trouble buyer.Trouble
	switch {
	case errors.Is(err, ErrUnreadable):
		trouble = buyer.Unreadable
	case err != nil:
		return false, err
	case total > buyer.MaxMatches:
		trouble = buyer.TooWide
	}
	d.passed("computed")
	_, err = store.UpdateOrInsert(ctx, d.Known, s.ID, func(k *buyer.Known) (store.Change, error) {
		changed := true
		fresh := k.Search == "" // its first day is not known: all that is there was there
		k.Search = s.ID
		switch {
		case trouble != "":
			changed = k.Fail(trouble, day, now)
		case fresh:
			*k = buyer.Begin(s.ID, ids, day)
		default:
			changed = k.Judge(ids, day, now)
		}
		if !changed {
			return store.Change{}, buyer.ErrUnchanged
		}
		return store.Change{}, nil
	})
	if errors.Is(err, buyer.ErrUnchanged) { // another portal was quicker
		return false, nil
	}
	d.passed("noted")
	return err == nil, err
}
