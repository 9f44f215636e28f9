package intake

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"os"

	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/tempfile"
)

// shadow is the directory of a dry run: what would have been written is found
// again, and nothing reaches the store. Documents go to a temporary file; what
// stays in memory is their place, about 200 bytes for each structure created or
// changed.
type shadow struct {
	below      directory
	structures *store.Structures
	provenance *store.Provenance
	unitDocs   map[string]store.Envelope
	tempDir    string
	file       *os.File
	size       int64
	places     []place
	byID       map[string]int
	byKey      map[uint64][]int
	seed       maphash.Seed
	sirenList  []byte // SIREN of what was written, nine digits each
}

// place of a document in the file.
type place struct {
	id      string
	version int64
	at      int64
	size    int
	gone    bool // withdrawn
}

var _ directory = (*shadow)(nil)

func newShadow(below directory, opts Options) *shadow {
	return &shadow{below: below, structures: opts.Structures, provenance: opts.Provenance, tempDir: opts.TempDir, unitDocs: map[string]store.Envelope{},
		byID: map[string]int{}, byKey: map[uint64][]int{}, seed: maphash.MakeSeed()}
}

func (s *shadow) find(ctx context.Context, key string, limit int) ([]store.Doc[structure.Structure], error) {
	mine := s.byKey[maphash.String(s.seed, key)]
	docs, err := s.below.find(ctx, key, limit+len(mine)) // which hold the older version of mine
	if err != nil {
		return nil, err
	}
	var out []store.Doc[structure.Structure]
	for _, d := range docs {
		if _, changed := s.byID[d.ID]; !changed {
			out = append(out, d)
		}
	}
	for _, n := range mine {
		if s.places[n].gone {
			continue
		}
		d, err := s.read(s.places[n])
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

func (s *shadow) get(ctx context.Context, id string) (store.Doc[structure.Structure], error) {
	n, changed := s.byID[id]
	switch {
	case !changed:
		return s.below.get(ctx, id)
	case s.places[n].gone:
		return store.Doc[structure.Structure]{}, store.ErrNotFound
	}
	return s.read(s.places[n])
}

func (s *shadow) sirens(ctx context.Context, note func([]byte)) error {
	for i := 0; i < len(s.sirenList); i += 9 {
		note(s.sirenList[i : i+9])
	}
	return s.below.sirens(ctx, note)
}

func (s *shadow) each(ctx context.Context, take func(store.Envelope) error) error {
	err := s.below.each(ctx, func(e store.Envelope) error {
		if _, changed := s.byID[e.ID]; changed {
			return nil
		}
		return take(e)
	})
	for _, p := range s.places {
		if err != nil {
			return err
		}
		if p.gone {
			continue
		}
		body := make(json.RawMessage, p.size)
		if _, err = s.file.ReadAt(body, p.at); err == nil {
			err = take(store.Envelope{ID: p.id, Version: p.version, Doc: body})
		}
	}
	return err
}

func (s *shadow) units(ctx context.Context, note func(string)) error { return s.below.units(ctx, note) }

func (s *shadow) unit(ctx context.Context, siren string) (store.Doc[structure.Unit], error) {
	if e, ok := s.unitDocs[siren]; ok {
		return s.provenance.Units.Decode(e)
	}
	return s.below.unit(ctx, siren)
}

// putUnits keeps them in memory, some 300 bytes each: the lists of legal units
// have some 200,000 lines.
func (s *shadow) putUnits(_ context.Context, batch []store.Envelope) ([]error, error) {
	for _, e := range batch {
		e.Version++
		s.unitDocs[e.ID] = e
	}
	return make([]error, len(batch)), nil
}

func (s *shadow) read(p place) (store.Doc[structure.Structure], error) {
	body := make(json.RawMessage, p.size)
	if _, err := s.file.ReadAt(body, p.at); err != nil {
		return store.Doc[structure.Structure]{}, err
	}
	return s.structures.Decode(store.Envelope{ID: p.id, Version: p.version, Doc: body})
}

func (s *shadow) put(_ context.Context, batch []store.Envelope) ([]error, error) {
	if s.file == nil {
		f, err := tempFile(s.tempDir, "essai")
		if err != nil {
			return nil, err
		}
		s.file = f
	}
	for _, e := range batch {
		if err := s.write(e); err != nil {
			return nil, err
		}
	}
	return make([]error, len(batch)), nil
}

func (s *shadow) write(e store.Envelope) error {
	if _, err := s.file.WriteAt(e.Doc, s.size); err != nil {
		return fmt.Errorf("fichier temporaire dans %s : %w", s.tempDir, err)
	}
	eachSIREN(e, func(siren []byte) { s.sirenList = append(s.sirenList, siren...) })
	p := place{id: e.ID, version: e.Version + 1, at: s.size, size: len(e.Doc)}
	s.size += int64(len(e.Doc))
	n, known := s.byID[e.ID]
	if known {
		s.places[n] = p
	} else {
		n = len(s.places)
		s.places = append(s.places, p)
		s.byID[e.ID] = n
	}
	for _, key := range append(e.Keys.Unique, e.Keys.Lookup...) {
		s.index(key, n)
	}
	return nil
}

func (s *shadow) remove(_ context.Context, d store.Doc[structure.Structure]) error {
	n, known := s.byID[d.ID]
	if !known {
		n = len(s.places)
		s.places = append(s.places, place{id: d.ID})
		s.byID[d.ID] = n
	}
	s.places[n].gone = true
	return nil
}

func (s *shadow) index(key string, n int) {
	h := maphash.String(s.seed, key)
	for _, m := range s.byKey[h] {
		if m == n {
			return
		}
	}
	s.byKey[h] = append(s.byKey[h], n)
}

func (s *shadow) close() error {
	if s.file == nil {
		return nil
	}
	return tempfile.Close(s.file)
}
