package intake

import (
	"context"
	"errors"
	"strings"

	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// directory is what the writer needs of the store; a dry run puts a layer over it.
type directory interface {
	// find lists the structures that hold a key, at most limit. A key is an
	// identity ("finess:…"), or a lookup key ("siret:…", "name:…").
	find(ctx context.Context, key string, limit int) ([]store.Doc[structure.Structure], error)
	// get reads one by its id (store.ErrNotFound).
	get(ctx context.Context, id string) (store.Doc[structure.Structure], error)
	// sirens tells the legal units of the structures that are known.
	sirens(ctx context.Context, note func(siren []byte)) error
	// put writes documents as store.Raw.BulkPut does.
	put(ctx context.Context, batch []store.Envelope) ([]error, error)
	// each gives every document.
	each(ctx context.Context, take func(store.Envelope) error) error
	// units tells the legal units that have facts, unit gives those of one
	// (store.ErrNotFound), putUnits writes some.
	units(ctx context.Context, note func(siren string)) error
	eachUnit(ctx context.Context, take func(store.Envelope) error) error
	unit(ctx context.Context, siren string) (store.Doc[structure.Unit], error)
	putUnits(ctx context.Context, batch []store.Envelope) ([]error, error)
	// remove withdraws a document unless it changed since it was read.
	remove(ctx context.Context, d store.Doc[structure.Structure]) error
}

// stored is the directory in the store.
type stored struct {
	structures *store.Structures
	provenance *store.Provenance
}

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

func (d stored) get(ctx context.Context, id string) (store.Doc[structure.Structure], error) {
	return d.structures.Get(ctx, id)
}

func (d stored) sirens(ctx context.Context, note func([]byte)) error {
	return d.each(ctx, func(e store.Envelope) error {
		eachSIREN(e, note)
		return nil
	})
}

func (d stored) each(ctx context.Context, take func(store.Envelope) error) error {
	return scan(ctx, d.structures.Raw(), take)
}

func scan(ctx context.Context, raw store.Raw, take func(store.Envelope) error) error {
	const page = 5000
	for after := ""; ; {
		list, err := raw.Scan(ctx, after, page)
		if err != nil {
			return err
		}
		for _, e := range list {
			after = e.ID
			if err := take(e); err != nil {
				return err
			}
		}
		if len(list) < page {
			return nil
		}
	}
}

func (d stored) units(ctx context.Context, note func(string)) error {
	return scan(ctx, d.provenance.Units.Raw(), func(e store.Envelope) error {
		note(e.ID)
		return nil
	})
}

func (d stored) unit(ctx context.Context, siren string) (store.Doc[structure.Unit], error) {
	return d.provenance.Units.Get(ctx, siren)
}

func (d stored) putUnits(ctx context.Context, batch []store.Envelope) ([]error, error) {
	return d.provenance.Units.Raw().BulkPut(context.WithoutCancel(ctx), batch)
}

func eachSIREN(e store.Envelope, note func([]byte)) {
	for _, key := range e.Keys.Lookup {
		if siren, ok := strings.CutPrefix(key, "siren:"); ok && isSIREN([]byte(siren)) {
			note([]byte(siren))
		}
	}
}

// put finishes the batch even when the run is being stopped: either all of it is
// in the store or nothing.
func (d stored) put(ctx context.Context, batch []store.Envelope) ([]error, error) {
	return d.structures.Raw().BulkPut(context.WithoutCancel(ctx), batch)
}

func (d stored) remove(ctx context.Context, doc store.Doc[structure.Structure]) error {
	return d.structures.Delete(context.WithoutCancel(ctx), doc)
}

// isUnique tells the keys of store.OpenStructures that are searched as unique
// from those searched as lookup.
func isUnique(key string) bool { return len(key) > 7 && key[:7] == "finess:" }

// keysOf lists the keys under which a structure is found.
func keysOf(s *structure.Structure) []string {
	keys := s.NameKeys()
	if s.SIRET != "" {
		keys = append(keys, "siret:"+s.SIRET, "siren:"+s.SIREN())
	}
	if s.FINESS != "" {
		keys = append(keys, "finess:"+s.FINESS)
	}
	return keys
}
