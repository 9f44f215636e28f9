package intake

import (
	"context"
	"errors"

	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// directory is what the writer needs of the store; a dry run puts a layer over it.
type directory interface {
	// find lists the structures that hold a key, at most limit. A key is an
	// identity ("finess:…"), or a lookup key ("siret:…", "name:…").
	find(ctx context.Context, key string, limit int) ([]store.Doc[structure.Structure], error)
	// put writes documents as store.Raw.BulkPut does.
	put(ctx context.Context, batch []store.Envelope) ([]error, error)
}

// stored is the directory in the store.
type stored struct{ structures *store.Structures }

var _ directory = stored{}

func (d stored) find(ctx context.Context, key string, limit int) ([]store.Doc[structure.Structure], error) {
	if !isUnique(key) {
		return d.structures.FindLookup(ctx, key, limit)
	}
	one, err := d.structures.FindUnique(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return []store.Doc[structure.Structure]{one}, nil
}

// put finishes the batch even when the run is being stopped: either all of it is
// in the store or nothing.
func (d stored) put(ctx context.Context, batch []store.Envelope) ([]error, error) {
	return d.structures.Raw().BulkPut(context.WithoutCancel(ctx), batch)
}

// isUnique tells the keys of store.OpenStructures that are searched as unique
// from those searched as lookup.
func isUnique(key string) bool { return len(key) > 7 && key[:7] == "finess:" }

// keysOf lists the keys under which a structure is found.
func keysOf(s *structure.Structure) []string {
	keys := s.NameKeys()
	if s.SIRET != "" {
		keys = append(keys, "siret:"+s.SIRET)
	}
	if s.FINESS != "" {
		keys = append(keys, "finess:"+s.FINESS)
	}
	return keys
}
