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
// version by version: the store, the documents in bleve, and the columns.
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
		if err := e.publish(); err != nil {
			return report, err
		}
		var err error
		if report, err = e.compare(ctx, e.core); err != nil || len(report.Differences) == 0 {
			return report, err
		}
	}
	return report, nil
}

// comparison collects what differs.
type comparison struct {
	core  *core
	found []string
	held  map[string]versionOf // documents in bleve by id, until the store has named them
	ords  map[string]uint32
}

func (e *Engine) compare(ctx context.Context, c *core) (CheckReport, error) {
	cmp := &comparison{core: c, held: map[string]versionOf{}, ords: map[string]uint32{}}
	indexed, err := cmp.documents(ctx)
	if err != nil {
		return CheckReport{}, err
	}
	stored, err := e.compareStore(ctx, cmp)
	if err != nil {
		return CheckReport{}, err
	}
	for id := range cmp.held {
		cmp.note(id, "dans l’index, absente de la base")
	}
	slices.Sort(cmp.found)
	if more := len(cmp.found) - maxDifferences; more > 0 {
		cmp.found = append(cmp.found[:maxDifferences], fmt.Sprintf("… et %d autres", more))
	}
	return CheckReport{Stored: stored, Indexed: indexed, Differences: cmp.found}, nil
}

func (cmp *comparison) note(id, format string, args ...any) {
	cmp.found = append(cmp.found, id+"\u202f: "+fmt.Sprintf(format, args...))
}

// documents reads which versions bleve holds.
func (cmp *comparison) documents(ctx context.Context) (n int, err error) {
	var f facts
	err = cmp.core.last.documents(func(s *segment, number, ord uint32) error {
		if n++; n%feedPage == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		return s.record(uint64(number), func(record []byte) error {
			if err := readFacts(record, &f); err != nil {
				return err
			}
			cmp.hold(versionOf{string(f.id), f.version}, ord)
			return nil
		})
	})
	return n, err
}

func (cmp *comparison) hold(doc versionOf, ord uint32) {
	if other, twice := cmp.held[doc.id]; twice {
		older := other
		if other.version >= doc.version {
			older, doc, ord = doc, other, cmp.ords[doc.id]
		}
		cmp.note(doc.id, "deux fois dans l’index (versions %d et %d)", older.version, doc.version)
	}
	cmp.held[doc.id], cmp.ords[doc.id] = doc, ord
}

// compareStore reads the id and version of every structure in the store.
func (e *Engine) compareStore(ctx context.Context, cmp *comparison) (stored int, err error) {
	for after := ""; ; {
		page, err := e.options.Structures.Raw().Scan(ctx, after, feedPage)
		if err != nil {
			return stored, err
		}
		for _, envelope := range page {
			if err := cmp.stored(envelope.ID, envelope.Version); err != nil {
				return stored, err
			}
		}
		stored += len(page)
		if len(page) < feedPage {
			return stored, nil
		}
		after = page[len(page)-1].ID
	}
}

func (cmp *comparison) stored(id string, version int64) error {
	held, ok := cmp.held[id]
	delete(cmp.held, id)
	if !ok {
		cmp.note(id, "absente de l’index")
		return nil
	}
	if held.version != version {
		cmp.note(id, "version %d dans l’index, %d dans la base", held.version, version)
		return nil
	}
	ord, _, known, err := cmp.core.lookup(id)
	if err == nil && (!known || ord != cmp.ords[id]) {
		cmp.note(id, "dans l’index, absente de la mémoire")
	}
	return err
}
