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
	until := before.Time()
	for after := auditPlace(until.UnixMilli() - 1); ; {
		docs, err := a.lines.Scan(ctx, after, auditPurgeBatch)
		if err != nil {
			return n, err
		}
		for _, d := range docs {
			after = d.ID
			if !d.Value.At.Before(until) {
				continue
			}
			switch err := a.lines.Delete(ctx, d); {
			case err == nil:
				n++
			case !errors.Is(err, ErrNotFound): // another portal purges as well
				return n, err
			}
		}
		if len(docs) < auditPurgeBatch {
			return n, nil
		}
	}
}

func (a *Audit) purged(ctx context.Context, before structure.Date, now time.Time, n int64) error {
	patch, err := json.Marshal(map[string]any{"before": [2]any{nil, before}, "lines": [2]any{n, 0}})
	if err != nil {
		return err
	}
	return a.Note(ctx, AuditLine{Actor: "system", At: now, What: AuditPurged, Collection: AuditCollection, Document: string(before), Patch: patch})
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
