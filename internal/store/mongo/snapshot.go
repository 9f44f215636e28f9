package mongo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"sourcier/internal/store"
)

const (
	holdPrefix = "hold:" // of the ids in _meta
	holdLife   = 2 * time.Minute
	holdRenew  = 20 * time.Second
)

// snapshot reads collections as they are when they pass, and holds the trimming
// of effects on every portal meanwhile: an effect that a document read late has
// lost would be in no collection that was read early.
type snapshot struct {
	chunks
	db      *DB
	since   time.Time // the server's, a window before the beginning
	hold    string
	stop    context.CancelFunc
	renewal sync.WaitGroup
	lost    error // of the hold, once renewal ended
	settled bool
}

// Snapshot begins a reading.
func (db *DB) Snapshot(ctx context.Context) (store.Snapshot, error) {
	s := &snapshot{chunks: chunks{db.base.Collection(chunkCollection)}, db: db, hold: holdPrefix + rand.Text()}
	call, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := db.base.Collection(metaCollection).InsertOne(call, append(byID(s.hold), bson.E{Key: "changed", Value: never}))
	if err == nil {
		err = s.renew(call)
	}
	var now time.Time
	if err == nil {
		now, err = db.serverTime(call)
	}
	if err != nil {
		return nil, wrap(ctx, err, "snapshot")
	}
	s.since = now.Add(-window)
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stop = stop
	s.renewal.Go(func() { s.lost = s.keep(working) })
	return s, nil
}

// renew dates the hold by the server's clock.
func (s *snapshot) renew(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	res, err := s.db.base.Collection(metaCollection).UpdateOne(ctx, byID(s.hold), bson.D{stamped})
	if err == nil && res.MatchedCount == 0 {
		err = store.ErrNotFound
	}
	return err
}

// keep renews the hold until ctx ends. It may fail for less than its life.
func (s *snapshot) keep(ctx context.Context) error {
	tick := time.NewTicker(holdRenew)
	defer tick.Stop()
	for renewed := time.Now(); ; {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		err := s.renew(ctx)
		switch {
		case err == nil && time.Since(renewed) < holdLife:
			renewed = time.Now()
		case ctx.Err() != nil:
			return nil
		case err == nil || time.Since(renewed) >= holdLife || errors.Is(err, store.ErrNotFound):
			return fmt.Errorf("the hold on effects ran out: take the backup again: %w", errors.Join(err, store.ErrLeaseLost))
		}
	}
}

// trimsHeld reports whether a snapshot is being taken. An expired hold, of a
// backup that was killed, is removed.
func (db *DB) trimsHeld(ctx context.Context) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	meta := db.base.Collection(metaCollection)
	span := bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: holdPrefix}, {Key: "$lt", Value: holdPrefix + "~"}}}}
	latest := options.FindOne().SetSort(bson.D{{Key: "changed", Value: -1}})
	var e envelope
	err := meta.FindOne(ctx, span, latest).Decode(&e)
	if errors.Is(err, driver.ErrNoDocuments) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	now, err := db.serverTime(ctx)
	if err != nil {
		return false, err
	}
	if e.Changed == never {
		return false, nil // its snapshot has not begun
	}
	if now.Sub(e.Changed.Time()) < holdLife {
		return true, nil
	}
	expired := append(byID(e.ID), bson.E{Key: "changed", Value: e.Changed})
	_, err = meta.DeleteOne(ctx, expired)
	return false, err
}

// Collections lists what CheckName lets through and backups hold.
func (s *snapshot) Collections(ctx context.Context) ([]string, error) {
	list, err := s.db.names(ctx)
	return slices.DeleteFunc(list, func(name string) bool { return !store.Archived(name) }), err
}

// names lists the collections of the portal but leases, sorted.
func (db *DB) names(ctx context.Context) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	list, err := db.base.ListCollectionNames(ctx, bson.D{})
	if err != nil {
		return nil, wrap(ctx, err, "collections")
	}
	slices.Sort(list)
	return slices.DeleteFunc(list, func(name string) bool {
		return name == store.LeaseCollection || store.CheckName(name) != nil
	}), nil
}

// Count counts documents and tombstones.
func (s *snapshot) Count(ctx context.Context, collection string) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, longTimeout)
	defer cancel()
	n, err := s.db.base.Collection(collection).CountDocuments(ctx, bson.D{above("")})
	return n, wrap(ctx, err, "count %s", collection)
}

// Documents reads a collection by id.
func (s *snapshot) Documents(ctx context.Context, collection string, tell func([]store.Envelope) error) error {
	opts := options.Find().SetSort(ascending("_id"))
	return s.read(ctx, collection, bson.D{above("")}, opts, tell)
}

func (s *snapshot) read(ctx context.Context, collection string, filter bson.D, opts *options.FindOptions, tell func([]store.Envelope) error) error {
	cur, err := s.db.base.Collection(collection).Find(ctx, filter, opts.SetBatchSize(store.SnapshotBatch))
	if err != nil {
		return wrap(ctx, err, "read %s", collection)
	}
	defer func() { _ = cur.Close(context.WithoutCancel(ctx)) }()
	batches := store.Batches{Tell: tell}
	for cur.Next(ctx) {
		var e envelope
		if err := cur.Decode(&e); err != nil {
			return wrap(ctx, fmt.Errorf("%w: %w", store.ErrDamaged, err), "read %s", collection)
		}
		out, err := e.decode()
		if err != nil {
			return wrap(ctx, err, "read %s %q", collection, e.ID)
		}
		if err := batches.Add(out); err != nil {
			return err
		}
	}
	if err := cur.Err(); err != nil {
		return wrap(ctx, err, "read %s", collection)
	}
	return batches.Flush()
}

// Settle reads in the order of the feed what changed since the beginning. A
// document that changes again while it reads moves on in that order, where it
// is met later: whatever changed before Settle is told.
func (s *snapshot) Settle(ctx context.Context, tell func(string, []store.Envelope) error) (int64, error) {
	point, err := s.db.serverTime(ctx)
	if err != nil {
		return 0, wrap(ctx, err, "settle")
	}
	list, err := s.Collections(ctx)
	if err != nil {
		return 0, err
	}
	for _, name := range list {
		c := &collection{db: s.db, name: name, docs: s.db.base.Collection(name)}
		if err := c.stampAll(ctx); err != nil {
			return 0, c.fail(ctx, err, "settle", "")
		}
		since := bson.D{{Key: "$gte", Value: primitive.NewDateTimeFromTime(s.since)}}
		opts := options.Find().SetSort(ascending("changed", "_id"))
		err := s.read(ctx, name, bson.D{{Key: "changed", Value: since}}, opts, func(batch []store.Envelope) error { return tell(name, batch) })
		if err != nil {
			return 0, err
		}
	}
	if err := s.release(ctx); err != nil {
		return 0, wrap(ctx, err, "settle")
	}
	s.settled = true
	return point.UnixMilli(), nil
}

// release lets effects be trimmed again and tells whether the hold lasted.
func (s *snapshot) release(ctx context.Context) error {
	s.stop()
	s.renewal.Wait()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTimeout)
	defer cancel()
	_, err := s.db.base.Collection(metaCollection).DeleteOne(ctx, byID(s.hold))
	return errors.Join(s.lost, err)
}

// Close ends the hold of a reading that was not settled.
func (s *snapshot) Close() error {
	if s.settled {
		return nil
	}
	return s.release(context.Background())
}
