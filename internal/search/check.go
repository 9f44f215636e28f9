package search

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"sourcier/internal/store"
)

// CheckReport compares the index with the store.
type CheckReport struct {
	Stored      int      // structures in the store that are shown
	Indexed     int      // documents in the index
	Differences []string // in French, one line each, by id; at most maxDifferences and a last line that counts the rest
}

const (
	maxDifferences = 100
	// checkRounds is how often what changes again and again is looked at.
	checkRounds = 5
)

// Check brings the index up to the store and compares them as they are at that
// point, id by id and version by version: the store, the documents in bleve, and
// the columns. Queries, writes and the follower go on meanwhile: what differs only
// because it was written since is looked at again, and is no difference.
func (e *Engine) Check(ctx context.Context) (CheckReport, error) {
	at, err := e.moment(ctx)
	if err != nil {
		return CheckReport{}, err
	}
	defer at.view.release()
	return e.compare(ctx, at)
}

// moment is the index as it is at one point in time.
type moment struct {
	view   *view
	memory marks // ordinals that the columns hold
}

// moment brings the index up to the store and holds it as it is then. The caller
// releases its view.
func (e *Engine) moment(ctx context.Context) (moment, error) {
	e.writing.Lock()
	defer e.writing.Unlock()
	if e.core == nil {
		return moment{}, ErrClosed
	}
	if err := e.follow(ctx, e.core, nil); err != nil {
		return moment{}, err
	}
	if err := e.publishChanges(); err != nil {
		return moment{}, err
	}
	return e.core.moment()
}

func (c *core) moment() (moment, error) {
	v, err := c.newView(0) // of bleve as it is, not as it was when it was last published
	if err != nil {
		return moment{}, err
	}
	at := moment{view: v}
	c.ids.all(func(ord uint32) { at.memory.put(ord) })
	return at, nil
}

// comparison collects what differs.
type comparison struct {
	found    []string
	held     map[string]int64 // versions in bleve at the point, by id
	ords     map[string]uint32
	suspects map[string]bool // ids that differ, perhaps because they were written since
}

func (e *Engine) compare(ctx context.Context, at moment) (CheckReport, error) {
	cmp := &comparison{held: map[string]int64{}, ords: map[string]uint32{}, suspects: map[string]bool{}}
	indexed, err := cmp.documents(ctx, at)
	if err != nil {
		return CheckReport{}, err
	}
	if err := e.compareStore(ctx, cmp, at); err != nil {
		return CheckReport{}, err
	}
	// What was written since the point belongs to neither side of it: the store
	// held then what the index holds, but for what differs for good.
	stored := len(cmp.held)
	for round := 0; len(cmp.suspects) > 0 && round < checkRounds; round++ {
		n, err := e.confirm(ctx, cmp)
		if err != nil {
			return CheckReport{}, err
		}
		stored += n
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

// each reads which versions bleve holds at a point.
func (m moment) each(ctx context.Context, visit func(doc versionOf, ord uint32)) error {
	var f facts
	n := 0
	return m.view.documents(func(s *segment, number, ord uint32) error {
		if n++; n%feedPage == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		return s.record(uint64(number), func(record []byte) error {
			if err := readFacts(record, &f); err != nil {
				return err
			}
			visit(versionOf{string(f.id), f.version}, ord)
			return nil
		})
	})
}

// documents reads what bleve holds.
func (cmp *comparison) documents(ctx context.Context, at moment) (n int, err error) {
	err = at.each(ctx, func(doc versionOf, ord uint32) {
		n++
		cmp.hold(doc, ord)
	})
	return n, err
}

func (cmp *comparison) hold(doc versionOf, ord uint32) {
	if other, twice := cmp.held[doc.id]; twice {
		older := min(other, doc.version)
		if other >= doc.version {
			doc.version, ord = other, cmp.ords[doc.id]
		}
		cmp.note(doc.id, "deux fois dans l’index (versions %d et %d)", older, doc.version)
	}
	cmp.held[doc.id], cmp.ords[doc.id] = doc.version, ord
}

// compareStore reads the id and version of every structure in the store.
func (e *Engine) compareStore(ctx context.Context, cmp *comparison, at moment) error {
	for after := ""; ; {
		page, err := e.options.Structures.Raw().Scan(ctx, after, feedPage)
		if err != nil {
			return err
		}
		for _, envelope := range page {
			if store.Hidden(envelope) {
				continue // as if the store did not hold it
			}
			cmp.stored(envelope.ID, envelope.Version, at)
		}
		if len(page) < feedPage {
			break
		}
		after = page[len(page)-1].ID
	}
	for id := range cmp.ords {
		cmp.suspects[id] = true // the store has not named it
	}
	cmp.ords = nil
	return nil
}

func (cmp *comparison) stored(id string, version int64, at moment) {
	held, ok := cmp.held[id]
	ord := cmp.ords[id]
	delete(cmp.ords, id)
	switch {
	case !ok || held != version:
		cmp.suspects[id] = true
	case !at.memory.has(ord):
		cmp.note(id, "dans l’index, absente de la mémoire")
	}
}

// none is the version of what is not there.
const none = 0

// confirm looks at the suspects again. A document that the store holds at the same
// version before and after a point must be in the index at that version at that
// point, which has followed every write made before it: what is not differs. What
// the store changed in between stays a suspect. It gives how many structures the
// store holds more than the index.
func (e *Engine) confirm(ctx context.Context, cmp *comparison) (more int, err error) {
	before, err := e.versions(ctx, cmp.suspects)
	if err != nil {
		return 0, err
	}
	at, err := e.moment(ctx)
	if err != nil {
		return 0, err
	}
	defer at.view.release()
	indexed := make(map[string]int64, len(before))
	err = at.each(ctx, func(doc versionOf, _ uint32) {
		if cmp.suspects[doc.id] {
			indexed[doc.id] = max(indexed[doc.id], doc.version)
		}
	})
	if err != nil {
		return 0, err
	}
	after, err := e.versions(ctx, cmp.suspects)
	if err != nil {
		return 0, err
	}
	for id := range cmp.suspects {
		if before[id] == after[id] {
			more += cmp.differs(id, indexed[id], after[id])
			delete(cmp.suspects, id)
		}
	}
	return more, nil
}

// differs notes what is wrong with a document, if anything, and gives how many
// structures the store holds more than the index did at the point of the check.
func (cmp *comparison) differs(id string, indexed, stored int64) int {
	_, held := cmp.held[id]
	switch {
	case indexed == stored:
	case stored == none:
		cmp.note(id, "dans l’index, absente de la base")
		if held {
			return -1
		}
	case indexed == none:
		cmp.note(id, "absente de l’index")
		if !held {
			return 1
		}
	default:
		cmp.note(id, "version %d dans l’index, %d dans la base", indexed, stored)
	}
	return 0
}

// versions reads those of some structures; none for what the store does not hold.
func (e *Engine) versions(ctx context.Context, ids map[string]bool) (map[string]int64, error) {
	out := make(map[string]int64, len(ids))
	for id := range ids {
		envelope, err := e.options.Structures.Raw().Get(ctx, id)
		switch {
		case errors.Is(err, store.ErrNotFound), err == nil && store.Hidden(envelope):
			out[id] = none
		case err != nil:
			return nil, err
		default:
			out[id] = envelope.Version
		}
	}
	return out, nil
}
