package store

import (
	"context"
	"fmt"
	"time"

	"sourcier/internal/structure"
)

// Bounds of a page of audit lines. A filter of two things at once reads by one of
// them and leaves out what fails the other: a page then ends, perhaps short of
// its limit, when auditReads lines have been looked at.
const (
	MaxAuditPage = 500
	auditReads   = 2000
)

// AuditFilter chooses lines; what is empty does not count.
type AuditFilter struct {
	Actor      string         // who changed
	Subject    string         // whom the change is about
	Collection string         // of the document
	Document   string         // its id, with Collection
	From, To   structure.Date // days in Europe/Paris, both included
}

// AuditPage is some lines, newest first.
type AuditPage struct {
	Lines []AuditLine
	Next  string // for the next page; "" when nothing follows
}

// Page gives the lines of a filter, newest first, that come after the place Next
// of the page before, "" for the first. What is added meanwhile moves nothing.
func (a *Audit) Page(ctx context.Context, f AuditFilter, after string, limit int) (AuditPage, error) {
	if limit < 1 || limit > MaxAuditPage {
		return AuditPage{}, fmt.Errorf("audit: page of %d lines: %w", limit, ErrInvalid)
	}
	if after != "" {
		if err := checkKey("place", after); err != nil {
			return AuditPage{}, fmt.Errorf("audit: %w", err)
		}
	}
	w, err := f.walk()
	if err != nil {
		return AuditPage{}, err
	}
	w.at = max(after, w.at)
	page, batch := AuditPage{}, max(limit+1, 100)
	for read := 0; read < auditReads; read += batch {
		docs, err := a.read(ctx, w.key, w.at, batch)
		if err != nil {
			return AuditPage{}, err
		}
		if w.take(docs, limit, &page) {
			return page, nil
		}
		if w.over(len(docs) < batch) {
			return page, nil
		}
	}
	page.Next = w.at
	return page, nil
}

// Export tells every line of a filter, newest first.
func (a *Audit) Export(ctx context.Context, f AuditFilter, tell func(AuditLine) error) error {
	for after := ""; ; {
		page, err := a.Page(ctx, f, after, MaxAuditPage)
		if err != nil {
			return err
		}
		for _, line := range page.Lines {
			if err := tell(line); err != nil {
				return err
			}
		}
		if after = page.Next; after == "" {
			return nil
		}
	}
}

func (a *Audit) read(ctx context.Context, key, after string, limit int) ([]Doc[AuditLine], error) {
	if key == "" {
		return a.lines.Scan(ctx, after, limit)
	}
	return a.lines.PageLookup(ctx, key, after, limit)
}

// auditWalk goes through the lines of a filter.
type auditWalk struct {
	f           AuditFilter
	key         string    // lookup key; "" for all lines
	at          string    // id reached
	last        string    // no line of the days asked for has an id above it
	past        bool      // the last line seen is above it
	since, till time.Time // of the days
}

func (f AuditFilter) walk() (*auditWalk, error) {
	if f.Document != "" && f.Collection == "" {
		return nil, fmt.Errorf("audit: a document without its collection: %w", ErrInvalid)
	}
	w := &auditWalk{f: f, key: f.key()}
	if w.key != "" {
		if err := checkKey("key", w.key); err != nil {
			return nil, fmt.Errorf("audit: %w", err)
		}
	}
	for _, day := range []structure.Date{f.From, f.To} {
		if _, err := structure.ParseDate(string(day)); day != "" && err != nil {
			return nil, fmt.Errorf("audit: %w: %w", ErrInvalid, err)
		}
	}
	if f.From != "" {
		w.since = f.From.Time()
		w.last = auditPlace(w.since.UnixMilli() - 1)
	}
	if f.To != "" {
		w.till = f.To.AddDays(1).Time()
		w.at = auditPlace(w.till.UnixMilli() - 1)
	}
	return w, nil
}

// key is the lookup key that narrows most, "" when there is none.
func (f AuditFilter) key() string {
	switch {
	case f.Document != "":
		return auditKeyOf(f.Collection, f.Document)
	case f.Subject != "":
		return auditSubject(f.Subject)
	case f.Actor != "":
		return auditActor(f.Actor)
	case f.Collection != "":
		return auditAbout(f.Collection)
	}
	return ""
}

// take adds the lines of the filter; true when the page is full and Next known.
func (w *auditWalk) take(docs []Doc[AuditLine], limit int, page *AuditPage) bool {
	for _, d := range docs {
		if w.last != "" && d.ID > w.last && d.ID < auditOld {
			w.past = true
			return false
		}
		if w.holds(&d.Value) {
			if len(page.Lines) == limit {
				page.Next = page.Lines[limit-1].ID
				return true
			}
			page.Lines = append(page.Lines, d.Value)
		}
		w.at = d.ID
	}
	return false
}

// over tells whether nothing follows. Beyond the days asked for come only the
// lines of earlier releases, which are in no order of time.
func (w *auditWalk) over(exhausted bool) bool {
	if w.past {
		w.past, w.at = false, auditOld
		return false
	}
	return exhausted
}

func (w *auditWalk) holds(l *AuditLine) bool {
	f := w.f
	return (f.Actor == "" || l.Actor == f.Actor) &&
		(f.Subject == "" || l.Subject == f.Subject) &&
		(f.Collection == "" || l.Collection == f.Collection) &&
		(f.Document == "" || l.Document == f.Document) &&
		(f.From == "" || !l.At.Before(w.since)) &&
		(f.To == "" || l.At.Before(w.till))
}
