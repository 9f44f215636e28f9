package store

import (
	"context"
	"errors"

	"sourcier/internal/structure"
)

// Reports is the collection of what people say is wrong with sheets.
type Reports struct {
	*Collection[structure.Report]
}

// ReportCollection is where they lie.
const ReportCollection = "report"

// Bounds that keep a flood from filling the disk, whoever it comes from. A report
// takes some 10 kB at most: 50 MB in all.
const (
	MaxReports      = 5000 // kept, open or closed
	MaxDailyReports = 300
)

// ErrTooMany is answered when a bound of the reports is reached.
var ErrTooMany = errors.New("too many reports")

const openReports = "open"

var reportCodec = Codec[structure.Report]{
	Schema: 1,
	ID:     func(r *structure.Report) string { return r.Ref },
	Keys: func(r *structure.Report) Keys {
		keys := []string{dayOfReports(structure.DateOf(r.At)), "structure:" + r.Structure}
		if r.Open() {
			keys = append(keys, openReports)
		}
		return Keys{Lookup: keys}
	},
}

func dayOfReports(day structure.Date) string { return "day:" + string(day) }

// OpenReports opens it.
func OpenReports(ctx context.Context, db DB) (*Reports, error) {
	raw, err := db.Collection(ctx, ReportCollection)
	if err != nil {
		return nil, err
	}
	return &Reports{NewCollection(raw, reportCodec)}, nil
}

// Add stores a report. One that is there already is no failure, since a form may
// be sent twice. ErrTooMany when a bound is reached.
func (c *Reports) Add(ctx context.Context, r structure.Report) error {
	if _, err := c.Get(ctx, r.Ref); err == nil {
		return nil
	}
	total, err := c.Raw().Count(ctx)
	if err != nil {
		return err
	}
	today, err := c.Raw().FindLookup(ctx, dayOfReports(structure.DateOf(r.At)), "", MaxDailyReports)
	if err != nil {
		return err
	}
	if total >= MaxReports || len(today) >= MaxDailyReports {
		return ErrTooMany
	}
	_, err = c.Insert(ctx, r, Change{Actor: "visitor", At: r.At})
	return err
}

// Pending lists the open reports.
func (c *Reports) Pending(ctx context.Context) ([]Doc[structure.Report], error) {
	return c.FindLookup(ctx, openReports, MaxReports)
}

// CountOpen is the number of open reports.
func (c *Reports) CountOpen(ctx context.Context) (int64, error) {
	return c.CountLookup(ctx, openReports)
}
