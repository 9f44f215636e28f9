package store

import (
	"context"
	"errors"
	"time"
)

// RetentionCollection is where the last application of the retention periods lies.
const RetentionCollection = "retention"

// RetentionRun is what one application of the retention periods did, or would do.
type RetentionRun struct {
	At     time.Time      `json:"at"`
	Counts map[string]int `json:"counts,omitempty"` // by what was done
	Failed bool           `json:"failed,omitempty"` // not to its end: the next one goes on
}

const lastRetention = "last"

var retentionCodec = Codec[RetentionRun]{
	Schema: 1,
	ID:     func(*RetentionRun) string { return lastRetention },
	Keys:   func(*RetentionRun) Keys { return Keys{} },
}

// Retention keeps the last run.
type Retention struct{ runs *Collection[RetentionRun] }

// OpenRetention opens it.
func OpenRetention(ctx context.Context, db DB) (*Retention, error) {
	raw, err := db.Collection(ctx, RetentionCollection)
	if err != nil {
		return nil, err
	}
	return &Retention{NewCollection(raw, retentionCodec)}, nil
}

// Last is the last run; false when there was none.
func (r *Retention) Last(ctx context.Context) (RetentionRun, bool, error) {
	d, err := r.runs.Get(ctx, lastRetention)
	if errors.Is(err, ErrNotFound) {
		return RetentionRun{}, false, nil
	}
	return d.Value, err == nil, err
}

// Note makes a run the last one. Of two at once either may stay.
func (r *Retention) Note(ctx context.Context, run RetentionRun) error {
	_, err := r.runs.Insert(ctx, run, Change{})
	if !errors.Is(err, ErrDuplicate) {
		return err
	}
	_, err = Update(ctx, r.runs, lastRetention, func(v *RetentionRun) (Change, error) {
		*v = run
		return Change{}, nil
	})
	return err
}
