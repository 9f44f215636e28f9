package mongo

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

// purgeBatch is how many tombstones are removed at once.
const purgeBatch = 1000

// purge is how far tombstones of a collection were removed: the last of them,
// in the collection _meta.
type purge struct {
	Version int64              `bson:"version"` // 0: never
	At      primitive.DateTime `bson:"at"`
	ID      string             `bson:"last"`
	Of      int64              `bson:"of"` // version of that tombstone
}

// toldTo reports whether a follower at a place had been told everything that
// the purge removed. Within the millisecond of the last tombstone only the
// session can know; without one the answer is no, and the follower reconciles.
func (p purge) toldTo(s *session, at primitive.DateTime) bool {
	if at != p.At {
		return at > p.At
	}
	m, ok := s.marks[p.ID]
	return ok && m.version >= p.Of
}

func (c *collection) purgeID() bson.D { return byID("purged:" + c.name) }

func (c *collection) purged(ctx context.Context) (p purge, err error) {
	err = c.db.base.Collection(metaCollection).FindOne(ctx, c.purgeID()).Decode(&p)
	if errors.Is(err, driver.ErrNoDocuments) {
		return purge{}, nil
	}
	return p, err
}

// PurgeTombstones removes old tombstones. How far it goes is written down first:
// a purge that is cut short makes followers more careful, never less.
func (c *collection) PurgeTombstones(ctx context.Context, olderThan time.Duration) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, longTimeout)
	defer cancel()
	n, err := c.purge(ctx, olderThan)
	return n, c.fail(ctx, err, "purge", "")
}

func (c *collection) purge(ctx context.Context, olderThan time.Duration) (n int64, err error) {
	now, err := c.db.serverTime(ctx)
	if err != nil {
		return 0, err
	}
	before := primitive.NewDateTimeFromTime(now.Add(-olderThan)) + 1
	for {
		last, ids, err := c.tombstones(ctx, before)
		if err != nil || len(ids) == 0 {
			return n, err
		}
		if err := c.recordPurge(ctx, last); err != nil {
			return n, err
		}
		// One that was revived or deleted again meanwhile stays.
		gone, err := c.docs.DeleteMany(ctx, bson.D{
			{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}},
			{Key: "deleted", Value: true},
			{Key: "changed", Value: bson.D{{Key: "$lt", Value: before}}},
		})
		if err != nil {
			return n, err
		}
		n += gone.DeletedCount
	}
}

// tombstones lists the oldest of those dated before, in the order of the feed.
func (c *collection) tombstones(ctx context.Context, before primitive.DateTime) (last envelope, ids []string, err error) {
	filter := bson.D{
		{Key: "deleted", Value: true},
		{Key: "changed", Value: bson.D{{Key: "$gt", Value: never}, {Key: "$lt", Value: before}}},
		absent("pending"),
	}
	opts := options.Find().SetSort(ascending("changed", "_id")).SetLimit(purgeBatch).SetProjection(ascending("version", "changed"))
	cur, err := c.docs.Find(ctx, filter, opts)
	if err != nil {
		return last, nil, err
	}
	var list []envelope
	if err := cur.All(ctx, &list); err != nil {
		return last, nil, err
	}
	for _, e := range list {
		last = e
		ids = append(ids, e.ID)
	}
	return last, ids, nil
}

// recordPurge writes down that tombstones up to the given one are about to go.
func (c *collection) recordPurge(ctx context.Context, last envelope) error {
	meta := c.db.base.Collection(metaCollection)
	_, err := meta.InsertOne(ctx, append(c.purgeID(),
		bson.E{Key: "version", Value: int64(0)}, bson.E{Key: "at", Value: never}, bson.E{Key: "last", Value: ""}, bson.E{Key: "of", Value: int64(0)}))
	if err != nil && !driver.IsDuplicateKeyError(err) {
		return err
	}
	for {
		old, err := c.purged(ctx)
		if err != nil {
			return err
		}
		next := purge{Version: old.Version + 1, At: last.Changed, ID: last.ID, Of: last.Version}
		if next.At < old.At {
			next.At, next.ID, next.Of = old.At, old.ID, old.Of
		}
		res, err := meta.UpdateOne(ctx, append(c.purgeID(), bson.E{Key: "version", Value: old.Version}), bson.D{{Key: "$set", Value: next}})
		if err != nil || res.MatchedCount == 1 {
			return err
		}
	}
}

// serverTime asks the server for its clock, by having it date a document.
func (db *DB) serverTime(ctx context.Context) (time.Time, error) {
	meta := db.base.Collection(metaCollection)
	if _, err := meta.InsertOne(ctx, append(byID("clock"), bson.E{Key: "changed", Value: never})); err != nil && !driver.IsDuplicateKeyError(err) {
		return time.Time{}, err
	}
	if _, err := meta.UpdateOne(ctx, byID("clock"), bson.D{stamped}); err != nil {
		return time.Time{}, err
	}
	var e envelope
	err := meta.FindOne(ctx, byID("clock")).Decode(&e)
	return e.Changed.Time(), err
}
