package archive

import (
	"context"
	"errors"
	"io"
	"maps"
	"slices"

	"sourcier/internal/store"
)

// Loaded says what a restore did.
type Loaded struct {
	Manifest
	// Deprived are documents, COLLECTION/ID, that lost a unique key to a document
	// written later, because both changed while the backup was taken.
	Deprived []string
	// Lost are hashes of files that the archive has no content of.
	Lost []string
}

// Load empties the store and fills it from an archive, verified again on the
// way. The store says that it is being restored until the caller ends that with
// EndRestore; after an error it goes on saying so, and Load can be run again.
func Load(ctx context.Context, r io.Reader, db store.DB, known map[string]int, note string) (Loaded, error) {
	if err := db.BeginRestore(ctx, note); err != nil {
		return Loaded{}, err
	}
	l := &loading{ctx: ctx, db: db, deprived: map[string]bool{}}
	manifest, err := Read(ctx, r, known, l)
	if err != nil {
		return Loaded{}, err
	}
	lost, err := l.dropEmpty()
	return Loaded{Manifest: manifest, Deprived: slices.Sorted(maps.Keys(l.deprived)), Lost: lost}, err
}

// loading is the Sink that fills a store.
type loading struct {
	ctx      context.Context
	db       store.DB
	deprived map[string]bool
}

func (l *loading) Documents(collection string, batch []store.Envelope) error {
	deprived, err := l.db.Load(l.ctx, collection, batch)
	for _, e := range batch {
		delete(l.deprived, collection+"/"+e.ID)
	}
	for _, id := range deprived {
		l.deprived[collection+"/"+id] = true
	}
	return err
}

func (l *loading) Chunk(set string, n int, data []byte) error {
	return l.db.Chunks().PutChunk(l.ctx, set, n, data)
}

func (l *loading) Broken(set string) error { return l.db.Chunks().DropChunks(l.ctx, set) }

// dropEmpty removes the manifests of files whose content did not come: erased or
// found damaged while the backup was taken.
func (l *loading) dropEmpty() (lost []string, err error) {
	manifests, err := l.db.Collection(l.ctx, store.BlobCollection)
	if err != nil {
		return nil, err
	}
	const page = 100
	for after := ""; ; {
		list, err := manifests.Scan(l.ctx, after, page)
		if err != nil {
			return lost, err
		}
		for _, e := range list {
			after = e.ID
			blob, err := store.DecodeBlob(e)
			if err != nil {
				return lost, err
			}
			_, err = l.db.Chunks().Chunk(l.ctx, blob.Set, blob.Chunks()-1)
			if err == nil {
				continue
			}
			if !errors.Is(err, store.ErrNotFound) {
				return lost, err
			}
			if err := manifests.Delete(l.ctx, e.ID, e.Version); err != nil {
				return lost, err
			}
			lost = append(lost, e.ID)
		}
		if len(list) < page {
			return lost, nil
		}
	}
}
