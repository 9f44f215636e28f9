package mongo

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"sourcier/internal/store"
)

// chunks is the collection of pieces of blobs: {_id: "SET/NUMBER", data}. GridFS
// would keep a second manifest beside ours and ask more of the server.
type chunks struct{ docs *driver.Collection }

var _ store.Chunks = chunks{}

// Chunks is where the content of blobs lies.
func (db *DB) Chunks() store.Chunks { return chunks{db.base.Collection(chunkCollection)} }

func chunkID(set string, n int) string { return fmt.Sprintf("%s/%06d", set, n) }

// PutChunk inserts a piece.
func (c chunks) PutChunk(ctx context.Context, set string, n int, data []byte) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := c.docs.InsertOne(ctx, append(byID(chunkID(set, n)), bson.E{Key: "data", Value: primitive.Binary{Data: data}}))
	return wrap(ctx, err, "put chunk %s/%d", set, n)
}

// Chunk reads a piece.
func (c chunks) Chunk(ctx context.Context, set string, n int) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var piece struct {
		Data primitive.Binary `bson:"data"`
	}
	err := c.docs.FindOne(ctx, byID(chunkID(set, n))).Decode(&piece)
	if errors.Is(err, driver.ErrNoDocuments) {
		err = store.ErrNotFound
	}
	return piece.Data.Data, wrap(ctx, err, "chunk %s/%d", set, n)
}

// DropChunks removes a set; "0" follows "/".
func (c chunks) DropChunks(ctx context.Context, set string) error {
	ctx, cancel := context.WithTimeout(ctx, longTimeout)
	defer cancel()
	span := bson.D{{Key: "$gte", Value: set + "/"}, {Key: "$lt", Value: set + "0"}}
	_, err := c.docs.DeleteMany(ctx, bson.D{{Key: "_id", Value: span}})
	return wrap(ctx, err, "drop chunks %s", set)
}

// ChunkSets leaps from one set to the next.
func (c chunks) ChunkSets(ctx context.Context, after string, limit int) (sets []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, longTimeout)
	defer cancel()
	opts := options.FindOne().SetSort(ascending("_id")).SetProjection(ascending("_id"))
	for len(sets) < limit {
		from := after
		if from != "" {
			from += "0"
		}
		var e envelope
		err := c.docs.FindOne(ctx, bson.D{above(from)}, opts).Decode(&e)
		if errors.Is(err, driver.ErrNoDocuments) {
			break
		}
		if err != nil {
			return nil, wrap(ctx, err, "chunk sets")
		}
		after, _, _ = strings.Cut(e.ID, "/")
		sets = append(sets, after)
	}
	return sets, nil
}
