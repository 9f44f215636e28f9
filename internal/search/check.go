package search

import (
	"context"
	"fmt"
	"slices"
)

// CheckReport compares the index with the store.
type CheckReport struct {
	Stored      int      // structures in the store
	Indexed     int      // documents in the index
	Differences []string // in French, one line each, by id; at most maxDifferences and a last line that counts the rest
}

const maxDifferences = 100

// Check brings the index up to the store and then compares them id by id and
// version by version: the store, the documents in bleve, and the rows.
func (e *Engine) Check(ctx context.Context) (CheckReport, error) {
	e.writing.Lock()
	defer e.writing.Unlock()
	if e.core == nil {
		return CheckReport{}, ErrClosed
	}
	var report CheckReport
	for range 3 { // another process may write between the feed and the scan
		if err := e.follow(ctx, e.core); err != nil {
			return report, err
		}
		if err := e.publishChanges(); err != nil {
			return report, err
		}
		var err error
		if report, err = e.compare(ctx, e.core); err != nil || len(report.Differences) == 0 {
			return report, err
		}
	}
	return report, nil
}

func (e *Engine) compare(ctx context.Context, c *core) (CheckReport, error) {
	stored, err := e.versions(ctx)
	if err != nil {
		return CheckReport{}, err
	}
	entries, err := c.entries()
	if err != nil {
		return CheckReport{}, err
	}
	var found []string
	note := func(id, format string, args ...any) {
		found = append(found, id+"\u202f: "+fmt.Sprintf(format, args...))
	}
	indexed := make(map[string]entry, len(entries))
	for ord, ch := range entries {
		kept := entry{ord, ch.version}
		if other, twice := indexed[ch.id]; twice {
			older := other
			if other.version > kept.version {
				kept, older = other, kept
			}
			note(ch.id, "deux fois dans l’index (versions %d et %d)", older.version, kept.version)
		}
		if _, ok := stored[ch.id]; !ok {
			note(ch.id, "dans l’index, absente de la base")
		}
		indexed[ch.id] = kept
	}
	for id, version := range stored {
		held, ok := indexed[id]
		switch {
		case !ok:
			note(id, "absente de l’index")
		case held.version != version:
			note(id, "version %d dans l’index, %d dans la base", held.version, version)
		case !c.rows.holds(held.ord, id, version):
			note(id, "dans l’index, absente de la mémoire")
		}
	}
	slices.Sort(found)
	if more := len(found) - maxDifferences; more > 0 {
		found = append(found[:maxDifferences], fmt.Sprintf("… et %d autres", more))
	}
	return CheckReport{Stored: len(stored), Indexed: len(entries), Differences: found}, nil
}

func (r rows) holds(ord uint32, id string, version int64) bool {
	held := r.at(ord)
	return held != nil && held.id == id && held.version == version
}

// versions reads the id and version of every structure in the store.
func (e *Engine) versions(ctx context.Context) (map[string]int64, error) {
	out := map[string]int64{}
	for after := ""; ; {
		page, err := e.options.Structures.Raw().Scan(ctx, after, feedPage)
		if err != nil {
			return nil, err
		}
		for _, envelope := range page {
			out[envelope.ID] = envelope.Version
		}
		if len(page) < feedPage {
			return out, nil
		}
		after = page[len(page)-1].ID
	}
}
