package mongo

import (
	"context"
	"crypto/rand"
	"errors"
	"maps"
	"slices"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"sourcier/internal/store"
)

var restoreID = byID("restore")

// Restoring reads the note of an unfinished restore.
func (db *DB) Restoring(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var d struct {
		Note string `bson:"note"`
	}
	err := db.base.Collection(metaCollection).FindOne(ctx, restoreID).Decode(&d)
	if errors.Is(err, driver.ErrNoDocuments) {
		return "", nil
	}
	return d.Note, wrap(ctx, err, "restoring")
}

// BeginRestore writes the note before anything goes.
func (db *DB) BeginRestore(ctx context.Context, note string) error {
	list, err := db.names(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, longTimeout)
	defer cancel()
	meta := db.base.Collection(metaCollection)
	_, err = meta.InsertOne(ctx, append(slices.Clone(restoreID), bson.E{Key: "note", Value: note}))
	if driver.IsDuplicateKeyError(err) {
		_, err = meta.UpdateOne(ctx, restoreID, bson.D{{Key: "$set", Value: bson.D{{Key: "note", Value: note}}}})
	}
	if err != nil {
		return wrap(ctx, err, "begin restore")
	}
	for _, name := range append(list, chunkCollection) {
		if err := db.base.Collection(name).Drop(ctx); err != nil {
			return wrap(ctx, err, "empty %s", name)
		}
		if _, err := meta.DeleteOne(ctx, (&collection{name: name}).purgeID()); err != nil {
			return wrap(ctx, err, "empty %s", name)
		}
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	maps.DeleteFunc(db.collections, func(name string, _ *collection) bool { return slices.Contains(list, name) }) // their indexes are to be made again
	id := rand.Text()
	if _, err := meta.UpdateOne(ctx, byID("store"), bson.D{{Key: "$set", Value: bson.D{{Key: "id", Value: id}}}}); err != nil {
		return wrap(ctx, err, "begin restore")
	}
	db.id = id
	return nil
}

// EndRestore dates what was loaded and removes the note.
func (db *DB) EndRestore(ctx context.Context) error {
	list, err := db.names(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, longTimeout)
	defer cancel()
	for _, name := range list {
		c := &collection{db: db, name: name, docs: db.base.Collection(name)}
		if err := c.stampAll(ctx); err != nil {
			return c.fail(ctx, err, "end restore", "")
		}
	}
	_, err = db.base.Collection(metaCollection).DeleteOne(ctx, restoreID)
	return wrap(ctx, err, "end restore")
}

// Load inserts a batch in one command; what collides is settled one by one.
func (db *DB) Load(ctx context.Context, name string, batch []store.Envelope) ([]string, error) {
	raw, err := db.Collection(ctx, name)
	if err != nil {
		return nil, err
	}
	c := raw.(*collection)
	ctx, cancel := context.WithTimeout(ctx, longTimeout)
	defer cancel()
	deprived := map[string]bool{}
	err = c.load(ctx, batch, deprived)
	return slices.Sorted(maps.Keys(deprived)), c.fail(ctx, err, "load", "")
}

func (c *collection) load(ctx context.Context, batch []store.Envelope, deprived map[string]bool) error {
	docs := make([]any, len(batch))
	for i, e := range batch {
		doc, err := encodeAny(e)
		if err != nil {
			return err
		}
		docs[i] = doc
	}
	if len(docs) == 0 {
		return nil
	}
	_, err := c.docs.InsertMany(ctx, docs, options.InsertMany().SetOrdered(false))
	var refused driver.BulkWriteException
	if err == nil || !errors.As(err, &refused) {
		return err
	}
	if refused.WriteConcernError != nil {
		return refused
	}
	for _, one := range refused.WriteErrors {
		if !driver.IsDuplicateKeyError(one) {
			return one
		}
		if err := c.loadOver(ctx, docs[one.Index].(envelope), deprived); err != nil {
			return err
		}
	}
	return nil
}

// encodeAny also encodes a tombstone, which has no document.
func encodeAny(e store.Envelope) (envelope, error) {
	dead := e.Deleted
	if dead {
		e.Doc = []byte("{}")
	}
	out, err := encode(e)
	if dead {
		out.Deleted, out.Doc, out.Keys = true, nil, nil
	}
	return out, err
}

// loadOver stores a document whose id or unique key is there.
func (c *collection) loadOver(ctx context.Context, e envelope, deprived map[string]bool) error {
	old, err := c.stored(ctx, byID(e.ID))
	switch {
	case err == nil && old.Version >= e.Version:
		return nil
	case err == nil:
		if _, err := c.docs.DeleteOne(ctx, byID(e.ID)); err != nil {
			return err
		}
	case !errors.Is(err, store.ErrNotFound):
		return err
	}
	delete(deprived, e.ID)
	if e.Keys != nil {
		for _, key := range e.Keys.Unique {
			if err := c.deprive(ctx, key, deprived); err != nil {
				return err
			}
		}
	}
	_, err = c.docs.InsertOne(ctx, e)
	return err
}

// deprive takes a unique key from the document that holds it.
func (c *collection) deprive(ctx context.Context, key string, deprived map[string]bool) error {
	holder, err := c.stored(ctx, bson.D{{Key: "keys.u", Value: key}})
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	rest := keys{Lookup: holder.Keys.Lookup, Unique: slices.DeleteFunc(holder.Keys.Unique, func(k string) bool { return k == key })}
	update := bson.D{{Key: "$set", Value: bson.D{{Key: "keys", Value: rest}}}}
	if len(rest.Unique)+len(rest.Lookup) == 0 {
		update = bson.D{{Key: "$unset", Value: bson.D{{Key: "keys", Value: ""}}}}
	}
	deprived[holder.ID] = true
	_, err = c.docs.UpdateOne(ctx, byID(holder.ID), update)
	return err
}
