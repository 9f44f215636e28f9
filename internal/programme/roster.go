package programme

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// Roster holds in memory what studies read of the directory: every structure that is
// shown and may claim a basis, by sector. It is read from the store at the first use and
// follows the change feed from then on: a study sees every write made before it. Safe
// for concurrent use.
type Roster struct {
	structures *store.Structures
	atlas      *territory.Atlas

	following sync.Mutex // one reads the store at a time
	cursor    store.Cursor
	after     string // how far the directory was read
	loaded    bool

	mu       sync.RWMutex
	rules    structure.BasisRules
	home     territory.Territory
	on       structure.Date // of the claims
	entries  map[string]*entry
	bySector map[string]map[string]*entry
	news     int64 // grows with every change
	kept     map[string][]sourcing.Fit
	keptFits int

	ruled rulings // of lots, by what the roster was
}

// entry is a structure with what it claims on the day of the roster.
type entry struct {
	party   sourcing.Party
	version int64
	claims  []sourcing.Claim
}

const (
	rosterPage = 1000    // events, or structures, read at once
	maxKept    = 200_000 // fits kept for lots that ask the same
)

// NewRoster prepares one: nothing is read before it is used.
func NewRoster(structures *store.Structures, atlas *territory.Atlas, home territory.Territory, rules structure.BasisRules) *Roster {
	r := &Roster{structures: structures, atlas: atlas, home: home, rules: rules}
	r.clear()
	return r
}

func (r *Roster) clear() {
	r.entries, r.bySector = map[string]*entry{}, map[string]map[string]*entry{}
	r.forget()
}

// forget drops what was found for lots: the directory, or the day, is another.
func (r *Roster) forget() { r.kept, r.keptFits, r.news = map[string][]sourcing.Fit{}, 0, r.news+1 }

// Follow brings the roster up to the store and to the day. It tells the state that it is
// in: two that are equal have seen the same.
func (r *Roster) Follow(ctx context.Context, on structure.Date) (state int64, err error) {
	r.following.Lock()
	defer r.following.Unlock()
	if !r.loaded {
		err = r.load(ctx)
	} else if err = r.follow(ctx); errors.Is(err, store.ErrFeedGap) {
		err = r.load(ctx)
	}
	if err != nil {
		return 0, fmt.Errorf("roster of the directory: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.on != on {
		r.on = on
		for _, e := range r.entries {
			e.claims = e.party.Claims(r.rules, on)
		}
		r.forget()
	}
	return r.news, nil
}

// load reads the whole directory. The place in the feed is taken first: what changes
// meanwhile is read again. One that is interrupted goes on from where it was.
func (r *Roster) load(ctx context.Context) error {
	if r.loaded || r.cursor == "" {
		cursor, err := r.structures.Raw().Head(ctx)
		if err != nil {
			return err
		}
		r.mu.Lock()
		r.clear()
		r.mu.Unlock()
		r.cursor, r.after, r.loaded = cursor, "", false
	}
	for {
		page, err := r.structures.Raw().Scan(ctx, r.after, rosterPage)
		if err != nil {
			return err
		}
		docs, err := r.decode(page)
		if err != nil {
			return err
		}
		for _, d := range docs {
			r.take(d)
			r.after = d.ID
		}
		if len(page) < rosterPage {
			r.loaded = true
			return r.follow(ctx)
		}
	}
}

// decode reads the documents of a page on every core: it is most of the time of a load.
func (r *Roster) decode(page []store.Envelope) ([]store.Doc[structure.Structure], error) {
	docs, errs := make([]store.Doc[structure.Structure], len(page)), make([]error, len(page))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(page); i = int(next.Add(1)) - 1 {
				docs[i], errs[i] = r.structures.Decode(page[i])
			}
		})
	}
	wg.Wait()
	return docs, errors.Join(errs...)
}

// follow applies what has changed since.
func (r *Roster) follow(ctx context.Context) error {
	for {
		events, next, err := r.structures.Raw().Changes(ctx, r.cursor, rosterPage)
		if err != nil {
			return err
		}
		if err := r.apply(ctx, events); err != nil {
			return err
		}
		if len(events) < rosterPage || next == r.cursor {
			r.cursor = next
			return nil
		}
		r.cursor = next
	}
}

func (r *Roster) apply(ctx context.Context, events []store.Event) error {
	changed := map[string]bool{}
	for _, e := range events {
		if known := r.entries[e.ID]; known == nil || known.version != e.Version {
			changed[e.ID] = true
		}
	}
	if len(changed) == 0 {
		return nil
	}
	ids := make([]string, 0, len(changed))
	for id := range changed {
		ids = append(ids, id)
	}
	docs, err := r.structures.GetSome(ctx, ids)
	if err != nil {
		return err
	}
	for _, d := range docs {
		delete(changed, d.ID)
		r.take(d)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for id := range changed { // deleted
		r.remove(id)
	}
	return nil
}

// take puts a structure into the roster, or out of it. What was not of it and is not
// changes nothing.
func (r *Roster) take(d store.Doc[structure.Structure]) {
	p, ok := sourcing.NewParty(&d.Value)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.remove(d.ID)
	if !ok {
		return
	}
	e := &entry{party: p, version: d.Version, claims: p.Claims(r.rules, r.on)}
	r.entries[d.ID] = e
	for i := range p.Sells {
		for _, code := range p.Sells[i].Sectors {
			if r.bySector[code] == nil {
				r.bySector[code] = map[string]*entry{}
			}
			r.bySector[code][d.ID] = e
		}
	}
	r.forget()
}

func (r *Roster) remove(id string) {
	e := r.entries[id]
	if e == nil {
		return
	}
	delete(r.entries, id)
	for i := range e.party.Sells {
		for _, code := range e.party.Sells[i].Sectors {
			delete(r.bySector[code], id)
		}
	}
	r.forget()
}

// Party finds a structure of the roster, nil when it is not of it.
func (r *Roster) Party(id string) *sourcing.Party {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if e := r.entries[id]; e != nil {
		return &e.party
	}
	return nil
}

// Fits lists who sells what a lot needs where it needs it; the list is shared and must
// not be changed. Lots that ask the same share one.
func (r *Roster) Fits(n *sourcing.Need) []sourcing.Fit {
	key := strings.Join([]string{strings.Join(slices.Sorted(slices.Values(n.Sectors)), " "), string(n.Mode), strings.Join(slices.Sorted(slices.Values(n.Places)), " ")}, "|")
	r.mu.RLock()
	fits, known := r.kept[key]
	news := r.news
	if !known {
		fits = r.find(n)
	}
	r.mu.RUnlock()
	if known {
		return fits
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.news == news {
		if r.keptFits+len(fits) > maxKept {
			r.kept, r.keptFits = map[string][]sourcing.Fit{}, 0
		}
		r.kept[key], r.keptFits = fits, r.keptFits+len(fits)
	}
	return fits
}

func (r *Roster) find(n *sourcing.Need) (fits []sourcing.Fit) {
	field := sourcing.NewField(r.atlas, r.home, n.Sectors, n.Mode, n.Places)
	seen := map[string]bool{}
	for _, code := range n.Sectors {
		for id, e := range r.bySector[code] {
			if len(e.claims) == 0 || len(n.Sectors) > 1 && seen[id] {
				continue
			}
			seen[id] = true
			if f, ok := field.Fit(&e.party, e.claims); ok {
				fits = append(fits, f)
			}
		}
	}
	return fits
}
