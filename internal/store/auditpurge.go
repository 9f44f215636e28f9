package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"sourcier/internal/structure"
)

// AuditPurged is the What of the line that a purge leaves.
const AuditPurged = "audit.purge"

const auditPurgeBatch = 500

// Purge deletes the lines of before that day, and leaves one that tells how many
// and up to when, also when it was stopped on the way. Nothing deleted, no line.
func (a *Audit) Purge(ctx context.Context, before structure.Date, now time.Time) (n int64, err error) {
	if _, err := structure.ParseDate(string(before)); err != nil || before > structure.DateOf(now) {
		return 0, fmt.Errorf("audit: purge of what is before %q: %w", before, ErrInvalid)
	}
	defer func() {
		if n > 0 {
			err = errors.Join(err, a.purged(context.WithoutCancel(ctx), before, now, n))
		}
	}()
	err = a.before(ctx, before, func(d Doc[AuditLine]) error {
		err := a.lines.Delete(ctx, d)
		if errors.Is(err, ErrNotFound) { // another portal purges as well
			return nil
		}
		if err == nil {
			n++
		}
		return err
	})
	return n, err
}

// CountBefore is how many lines a purge of what is before that day would delete.
func (a *Audit) CountBefore(ctx context.Context, before structure.Date) (n int64, err error) {
	err = a.before(ctx, before, func(Doc[AuditLine]) error {
		n++
		return nil
	})
	return n, err
}

// before tells the lines of before a day.
func (a *Audit) before(ctx context.Context, day structure.Date, tell func(Doc[AuditLine]) error) error {
	until := day.Time()
	for after := auditPlace(until.UnixMilli() - 1); ; {
		docs, err := a.lines.Scan(ctx, after, auditPurgeBatch)
		if err != nil {
			return err
		}
		for _, d := range docs {
			after = d.ID
			if !d.Value.At.Before(until) {
				continue
			}
			if err := tell(d); err != nil {
				return err
			}
		}
		if len(docs) < auditPurgeBatch {
			return nil
		}
	}
}

func (a *Audit) purged(ctx context.Context, before structure.Date, now time.Time, n int64) error {
	patch, err := json.Marshal(map[string]any{"before": [2]any{nil, before}, "lines": [2]any{n, 0}})
	if err != nil {
		return err
	}
	return a.Note(ctx, AuditLine{Actor: ActorSystem, At: now, What: AuditPurged, Collection: AuditCollection, Document: string(before), Patch: patch})
}

// Note adds a line of what somebody did that is no change of a document: what was
// purged, what was taken out of the portal.
func (a *Audit) Note(ctx context.Context, line AuditLine) error {
	line.At = line.At.UTC()
	text, err := json.Marshal(line)
	if err != nil {
		return err
	}
	line.ID = auditID(line.At, text)
	_, err = a.lines.Insert(ctx, line, Change{Actor: line.Actor, At: line.At})
	return err
}
