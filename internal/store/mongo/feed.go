package mongo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"sourcier/internal/store"
)

// The feed reads documents by (changed, _id), changed being the server's date.
// A write may become visible after others that carry a later date, so the last
// seconds before the follower's place are read again, and what was told at its
// version is left out. What was told is remembered in this process, in a
// session that the cursor names: a cursor kept over a restart tells the last
// seconds once more, which the contract allows.
const (
	window      = 30 * time.Second // how late a write may become visible, DESIGN rule 4
	rescanEvery = time.Second      // least time between two readings of the window
	rescanShare = 10               // a reading takes at most a tenth of the time
	maxSessions = 64               // followers remembered; one too many tells twice
)

// place is a cursor: the date reached, the purge known there, and how many
// events the session had told. Dates are compared as they come back, in whole
// milliseconds, and some servers keep finer ones: of one millisecond everything
// is read again, and the session knows what was told.
type place struct {
	at      primitive.DateTime
	purges  int64
	told    int64
	session string
}

func (db *DB) cursor(p place) store.Cursor {
	return store.Cursor(fmt.Sprintf("m:%s:%d:%d:%d:%s", db.id, p.at, p.purges, p.told, p.session))
}

func (db *DB) place(after store.Cursor) (p place, err error) {
	parts := strings.Split(string(after), ":")
	if len(parts) != 6 || parts[0] != "m" || parts[1] != db.id {
		return p, fmt.Errorf("cursor of another store: %w", store.ErrFeedGap)
	}
	at, err1 := strconv.ParseInt(parts[2], 10, 64)
	purges, err2 := strconv.ParseInt(parts[3], 10, 64)
	told, err3 := strconv.ParseInt(parts[4], 10, 64)
	if errors.Join(err1, err2, err3) != nil {
		return p, fmt.Errorf("cursor not understood: %w", store.ErrFeedGap)
	}
	return place{at: primitive.DateTime(at), purges: purges, told: told, session: parts[5]}, nil
}

// session is what a follower was told within the window.
type session struct {
	mu      sync.Mutex
	told    int64              // events so far
	marks   map[string]mark    // by document id
	reached primitive.DateTime // furthest place
	moved   time.Time          // when reached last grew
	scanned time.Time          // when the window was last read to its end
	took    time.Duration      // how long that was
	used    time.Time
}

// mark is one event told: the number it had among all.
type mark struct {
	version int64
	at      primitive.DateTime
	number  int64
}

// open gives the session of a place, a new one when it is not known here.
func (c *collection) open(p *place) (s *session, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, known = c.sessions[p.session]
	if !known {
		p.session, p.told = rand.Text(), 0
		s = &session{marks: map[string]mark{}}
		c.sessions[p.session] = s
	}
	s.used = time.Now()
	if len(c.sessions) > maxSessions {
		oldest := p.session
		for id, other := range c.sessions {
			if other.used.Before(c.sessions[oldest].used) {
				oldest = id
			}
		}
		delete(c.sessions, oldest)
	}
	return s, known
}

// Changes lists what changed after the cursor.
func (c *collection) Changes(ctx context.Context, after store.Cursor, limit int) ([]store.Event, store.Cursor, error) {
	ctx, cancel := context.WithTimeout(ctx, longTimeout)
	defer cancel()
	events, p, err := c.changes(ctx, after, limit)
	if err != nil {
		return nil, after, c.fail(ctx, err, "changes of", "")
	}
	return events, c.db.cursor(p), nil
}

func (c *collection) changes(ctx context.Context, after store.Cursor, limit int) ([]store.Event, place, error) {
	if err := c.stampAll(ctx); err != nil {
		return nil, place{}, err
	}
	p, err := c.start(ctx, after)
	if err != nil {
		return nil, p, err
	}
	s, known := c.open(&p)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.backTo(p.told)
	from := p
	r := &reading{c: c, s: s, p: &p, limit: limit}
	if err := r.forward(ctx); err != nil {
		return nil, p, err
	}
	if len(r.events) < limit {
		if err := r.again(ctx); err != nil {
			return nil, p, err
		}
	}
	// Read after the events: a purge that hid one from them is seen here.
	purged, err := c.purged(ctx)
	if err != nil {
		return nil, p, err
	}
	if purged.Version > from.purges && !purged.toldTo(s, from.at) {
		return nil, p, fmt.Errorf("tombstones after the cursor were purged: %w", store.ErrFeedGap)
	}
	if !known {
		if err := c.reachable(ctx, from.at, purged); err != nil {
			return nil, p, err
		}
	}
	p.purges, p.told = purged.Version, s.told
	return r.events, p, nil
}

// start is the place of a cursor. Who begins needs none of the tombstones that
// were purged before.
func (c *collection) start(ctx context.Context, after store.Cursor) (place, error) {
	if after != "" {
		return c.db.place(after)
	}
	purged, err := c.purged(ctx)
	return place{purges: purged.Version}, err
}

// reachable refuses a place beyond everything that ever changed here: the store
// was put back to an earlier state.
func (c *collection) reachable(ctx context.Context, at primitive.DateTime, purged purge) error {
	head, err := c.last(ctx)
	if err != nil {
		return err
	}
	if head < at && purged.At < at {
		return fmt.Errorf("cursor of a later state of this store: %w", store.ErrFeedGap)
	}
	return nil
}

// stampAll dates what an interrupted insert left undated.
func (c *collection) stampAll(ctx context.Context) error {
	_, err := c.docs.UpdateMany(ctx, bson.D{{Key: "changed", Value: never}}, bson.D{stamped})
	return err
}

// reading is one call of Changes.
type reading struct {
	c      *collection
	s      *session
	p      *place
	limit  int
	events []store.Event
}

// forward tells what lies from the place on, until limit events or the end.
func (r *reading) forward(ctx context.Context) error {
	span := bson.D{{Key: "$gt", Value: never}, {Key: "$gte", Value: r.p.at}}
	return r.scan(ctx, bson.D{{Key: "changed", Value: span}}, true)
}

// again tells what became visible within the window before the place, when it
// is time to look and something may still come.
func (r *reading) again(ctx context.Context) error {
	now := time.Now()
	if r.s.reached < r.p.at {
		r.s.reached, r.s.moved = r.p.at, now
	}
	quiet := r.s.scanned.Sub(r.s.moved) > window
	if quiet || now.Sub(r.s.scanned) < max(rescanEvery, rescanShare*r.s.took) {
		return nil
	}
	since := r.p.at - primitive.DateTime(window.Milliseconds())
	span := bson.D{{Key: "$gt", Value: never}, {Key: "$gte", Value: since}, {Key: "$lt", Value: r.p.at}}
	if err := r.scan(ctx, bson.D{{Key: "changed", Value: span}}, false); err != nil {
		return err
	}
	if len(r.events) < r.limit {
		r.s.scanned, r.s.took = now, time.Since(now)
		r.s.forget(since)
	}
	return nil
}

// backTo takes back what was told after a cursor that is handed in once more: a
// follower that failed after reading reads the same again.
func (s *session) backTo(told int64) {
	if told == s.told {
		return
	}
	for id, m := range s.marks {
		if m.number > told {
			delete(s.marks, id)
		}
	}
}

// forget drops marks that no window will ask for.
func (s *session) forget(before primitive.DateTime) {
	for id, m := range s.marks {
		if m.at < before {
			delete(s.marks, id)
		}
	}
}

// scan tells the documents of a filter that were not told yet; moving takes the
// place along.
func (r *reading) scan(ctx context.Context, filter bson.D, moving bool) error {
	opts := options.Find().SetSort(ascending("changed", "_id")).SetProjection(ascending("version", "changed", "deleted"))
	if moving {
		opts.SetBatchSize(int32(min(r.limit, 10000))) //nolint:gosec // bounded
	}
	cur, err := r.c.docs.Find(ctx, filter, opts)
	if err != nil {
		return err
	}
	defer func() { _ = cur.Close(context.WithoutCancel(ctx)) }()
	for len(r.events) < r.limit && cur.Next(ctx) {
		var e envelope
		if err := cur.Decode(&e); err != nil {
			return fmt.Errorf("%w: %w", store.ErrDamaged, err)
		}
		r.tell(e)
		if moving {
			r.p.at = e.Changed
		}
	}
	return cur.Err()
}

func (r *reading) tell(e envelope) {
	m, ok := r.s.marks[e.ID]
	if ok && m.version == e.Version {
		return
	}
	r.s.told++
	r.s.marks[e.ID] = mark{version: e.Version, at: e.Changed, number: r.s.told}
	r.events = append(r.events, store.Event{ID: e.ID, Version: e.Version, Deleted: e.Deleted})
}

// Head is the place of the last change.
func (c *collection) Head(ctx context.Context) (store.Cursor, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if err := c.stampAll(ctx); err != nil {
		return "", c.fail(ctx, err, "head of", "")
	}
	purged, err := c.purged(ctx)
	if err != nil {
		return "", c.fail(ctx, err, "head of", "")
	}
	at, err := c.last(ctx)
	return c.db.cursor(place{at: at, purges: purged.Version}), c.fail(ctx, err, "head of", "")
}

// last is the date of the last change; never when there is none.
func (c *collection) last(ctx context.Context) (primitive.DateTime, error) {
	var e envelope
	back := bson.D{{Key: "changed", Value: -1}, {Key: "_id", Value: -1}}
	err := c.docs.FindOne(ctx, bson.D{}, options.FindOne().SetSort(back).SetProjection(ascending("changed"))).Decode(&e)
	if errors.Is(err, driver.ErrNoDocuments) {
		return never, nil
	}
	return e.Changed, err
}
