package mongo

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"sourcier/internal/store"
)

const (
	// stampTimeout bounds the dating of an insert that is already stored: the
	// next poll of any portal does it as well.
	stampTimeout = 2 * time.Second
	// trimRaces bounds how often a write starts again because the relay trimmed
	// the document meanwhile; a version gives few occasions.
	trimRaces = 20
	// replacers is how many replaces of one batch are under way at once.
	replacers = 16
)

// Insert stores a new document.
func (c *collection) Insert(ctx context.Context, e store.Envelope) (store.Envelope, error) {
	out, err := c.insert(ctx, e)
	return out, c.fail(ctx, err, "insert", e.ID)
}

func (c *collection) insert(ctx context.Context, e store.Envelope) (store.Envelope, error) {
	fresh, err := firstVersion(e)
	if err != nil {
		return e, err
	}
	doc, err := encode(fresh)
	if err != nil {
		return e, err
	}
	call, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if _, err = c.docs.InsertOne(call, doc); driver.IsDuplicateKeyError(err) {
		return c.revive(ctx, e)
	}
	if err != nil {
		return e, err
	}
	c.stamp(ctx, e.ID)
	return fresh, nil
}

func firstVersion(e store.Envelope) (store.Envelope, error) {
	if err := store.CheckEnvelope(e); err != nil {
		return e, err
	}
	e.Pending = store.Carry(nil, e.Pending, -1, 1)
	e.Version, e.Deleted, e.Once = 1, false, false
	e.Keys = e.Keys.Normal()
	return e, nil
}

// stamp has the server date documents just inserted. A failure loses nothing:
// every poll dates what is still undated.
func (c *collection) stamp(ctx context.Context, ids ...string) {
	if len(ids) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stampTimeout)
	defer cancel()
	filter := bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}, {Key: "changed", Value: never}}
	_, _ = c.docs.UpdateMany(ctx, filter, bson.D{stamped})
}

// revive inserts over a tombstone, or tells that the id is taken. When no
// document has the id, it was a unique key that collided.
func (c *collection) revive(ctx context.Context, e store.Envelope) (store.Envelope, error) {
	for range trimRaces {
		old, err := c.stored(ctx, byID(e.ID))
		if errors.Is(err, store.ErrNotFound) {
			return e, fmt.Errorf("unique key: %w", store.ErrDuplicate)
		}
		if err != nil {
			return e, err
		}
		if !old.Deleted || e.Once {
			return e, store.ErrDuplicate
		}
		before, err := old.decode()
		if err != nil {
			return e, err
		}
		next := e
		next.Pending = store.Carry(before.Pending, e.Pending, -1, before.Version+1)
		next.Version = before.Version
		out, err := c.swap(ctx, next, bson.E{Key: "deleted", Value: true}, len(before.Pending))
		if !errors.Is(err, store.ErrConflict) {
			return out, err
		}
	}
	return e, store.ErrDuplicate // somebody else keeps being quicker
}

// swap writes the whole envelope at the next version where the stored one is at
// e.Version, alive or dead as state says, with waiting effects pending: at one
// version their number only falls, so version and number tell what they are.
func (c *collection) swap(ctx context.Context, e store.Envelope, state bson.E, waiting int) (store.Envelope, error) {
	filter := bson.D{{Key: "_id", Value: e.ID}, {Key: "version", Value: e.Version}, state, pendingCount(waiting)}
	e.Version, e.Deleted, e.Once = e.Version+1, false, false
	e.Keys = e.Keys.Normal()
	doc, err := encode(e)
	if err != nil {
		return e, err
	}
	set := bson.D{{Key: "version", Value: doc.Version}, {Key: "doc", Value: doc.Doc}}
	unset := bson.D{{Key: "deleted", Value: ""}}
	if doc.Keys != nil {
		set = append(set, bson.E{Key: "keys", Value: doc.Keys})
	} else {
		unset = append(unset, bson.E{Key: "keys", Value: ""})
	}
	if len(doc.Pending) > 0 {
		set = append(set, bson.E{Key: "pending", Value: doc.Pending})
	} else {
		unset = append(unset, bson.E{Key: "pending", Value: ""})
	}
	update := bson.D{{Key: "$set", Value: set}, {Key: "$unset", Value: unset}, stamped}
	matched, err := c.update(ctx, filter, update)
	if err == nil && !matched {
		err = store.ErrConflict
	}
	return e, err
}

func (c *collection) update(ctx context.Context, filter, update bson.D) (matched bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	res, err := c.docs.UpdateOne(ctx, filter, update)
	if err != nil {
		return false, err
	}
	return res.MatchedCount == 1, nil
}

// pendingCount matches documents with n effects pending.
func pendingCount(n int) bson.E {
	if n == 0 {
		return absent("pending")
	}
	return bson.E{Key: "pending", Value: bson.D{{Key: "$size", Value: n}}}
}

// Replace stores a document by compare-and-swap.
func (c *collection) Replace(ctx context.Context, e store.Envelope) (store.Envelope, error) {
	out, err := c.replace(ctx, e)
	return out, c.fail(ctx, err, "replace", e.ID)
}

// replace assumes first that the effects pending are those the caller read, and
// reads them when the relay has trimmed some since.
func (c *collection) replace(ctx context.Context, e store.Envelope) (store.Envelope, error) {
	if err := store.CheckEnvelope(e); err != nil {
		return e, err
	}
	given := e.Pending
	var waiting []store.Pending
	for _, p := range given {
		if p.Version <= e.Version {
			waiting = append(waiting, p)
		}
	}
	for range trimRaces {
		e.Pending = store.Carry(waiting, given, e.Version, e.Version+1)
		out, err := c.swap(ctx, e, absent("deleted"), len(waiting))
		if !errors.Is(err, store.ErrConflict) {
			return out, err
		}
		now, err := c.live(ctx, e.ID, e.Version)
		if err != nil {
			return e, err
		}
		waiting = now.Pending
	}
	return e, store.ErrConflict
}

// live reads a document that must be alive and at version.
func (c *collection) live(ctx context.Context, id string, version int64) (store.Envelope, error) {
	e, err := c.one(ctx, byID(id))
	if err == nil && e.Version != version {
		err = store.ErrConflict
	}
	return e, err
}

// Delete leaves a tombstone.
func (c *collection) Delete(ctx context.Context, id string, version int64) error {
	filter := bson.D{{Key: "_id", Value: id}, {Key: "version", Value: version}, absent("deleted")}
	update := bson.D{
		{Key: "$set", Value: bson.D{{Key: "version", Value: version + 1}, {Key: "deleted", Value: true}}},
		{Key: "$unset", Value: bson.D{{Key: "doc", Value: ""}, {Key: "keys", Value: ""}}},
		stamped,
	}
	matched, err := c.update(ctx, filter, update)
	if err == nil && !matched {
		if _, err = c.live(ctx, id, version); err == nil {
			err = store.ErrConflict // changed and changed back is still changed
		}
	}
	return c.fail(ctx, err, "delete", id)
}

// TrimPending removes carried effects, but for the time of a backup.
func (c *collection) TrimPending(ctx context.Context, id string, version int64, carried []store.Pending) error {
	held, err := c.db.trimsHeld(ctx)
	if err == nil && !held {
		err = c.trim(ctx, id, version, carried)
	}
	return c.fail(ctx, err, "trim", id)
}

func (c *collection) trim(ctx context.Context, id string, version int64, carried []store.Pending) error {
	for range trimRaces {
		old, err := c.stored(ctx, byID(id))
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil || old.Version != version || len(old.Pending) == 0 {
			return err
		}
		now, err := old.decode()
		if err != nil {
			return err
		}
		doc, err := encode(store.Envelope{ID: id, Doc: []byte("{}"), Pending: store.Without(now.Pending, carried)})
		if err != nil {
			return err
		}
		update := bson.D{{Key: "$set", Value: bson.D{{Key: "pending", Value: doc.Pending}}}}
		if len(doc.Pending) == 0 {
			update = bson.D{{Key: "$unset", Value: bson.D{{Key: "pending", Value: ""}}}}
		}
		filter := bson.D{{Key: "_id", Value: id}, {Key: "version", Value: version}, pendingCount(len(old.Pending))}
		if matched, err := c.update(ctx, filter, update); err != nil || matched {
			return err
		}
	}
	return nil // others trim the same document; the next round sees what is left
}

// BulkPut inserts in one command and replaces one by one, several at a time:
// only a single update tells whether its own swap took place.
func (c *collection) BulkPut(ctx context.Context, batch []store.Envelope) ([]error, error) {
	ctx, cancel := context.WithTimeout(ctx, longTimeout)
	defer cancel()
	results := make([]error, len(batch))
	var inserts, replaces []int
	for i, e := range batch {
		if e.Version == 0 {
			inserts = append(inserts, i)
		} else {
			replaces = append(replaces, i)
		}
	}
	if err := c.bulkInsert(ctx, batch, inserts, results); err != nil {
		return nil, c.fail(ctx, err, "put a batch in", "")
	}
	var group sync.WaitGroup
	next := make(chan int)
	for range min(replacers, len(replaces)) {
		group.Go(func() {
			for i := range next {
				_, results[i] = c.replace(ctx, batch[i])
			}
		})
	}
	for _, i := range replaces {
		next <- i
	}
	close(next)
	group.Wait()
	for i, err := range results {
		if err != nil && !ofDocument(err) {
			return nil, c.fail(ctx, err, "put a batch in", batch[i].ID)
		}
		results[i] = c.fail(ctx, err, "put", batch[i].ID)
	}
	return results, nil
}

// ofDocument tells the refusal of one document from the failure of the batch.
func ofDocument(err error) bool {
	for _, one := range []error{store.ErrConflict, store.ErrDuplicate, store.ErrTooLarge, store.ErrInvalid, store.ErrNotFound} {
		if errors.Is(err, one) {
			return true
		}
	}
	return driver.IsDuplicateKeyError(err)
}

func (c *collection) bulkInsert(ctx context.Context, batch []store.Envelope, which []int, results []error) error {
	var docs []any
	var at []int // place in the batch of each document sent
	for _, i := range which {
		doc, err := newDocument(batch[i])
		if results[i] = err; err == nil {
			docs, at = append(docs, doc), append(at, i)
		}
	}
	if len(docs) == 0 {
		return ctx.Err()
	}
	_, err := c.docs.InsertMany(ctx, docs, options.InsertMany().SetOrdered(false))
	var refused driver.BulkWriteException
	if err != nil && !errors.As(err, &refused) {
		return err
	}
	if refused.WriteConcernError != nil {
		return refused
	}
	refusals := map[int]bool{}
	for _, one := range refused.WriteErrors {
		i := at[one.Index]
		refusals[i] = true
		if results[i] = one; driver.IsDuplicateKeyError(one) {
			_, results[i] = c.revive(ctx, batch[i]) // dead, or taken
		}
	}
	var ids []string
	for _, i := range at {
		if !refusals[i] {
			ids = append(ids, batch[i].ID)
		}
	}
	c.stamp(ctx, ids...)
	return nil
}

// newDocument is what goes to the server for a first version.
func newDocument(e store.Envelope) (envelope, error) {
	first, err := firstVersion(e)
	if err != nil {
		return envelope{}, err
	}
	return encode(first)
}
