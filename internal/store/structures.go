package store

import (
	"context"

	"sourcier/internal/structure"
)

// Structures is the collection of the directory.
type Structures = Collection[structure.Structure]

// DemoKey is the lookup key of every fictional structure.
const DemoKey = "demo"

// structureSchema is the newest schema of structures.
const structureSchema = 1

// OpenStructures opens it. Unique key: the identity (finess:, siret:, rna:).
// Lookup keys: siret:, siren:, name: with the postal code, and DemoKey.
func OpenStructures(ctx context.Context, db DB) (*Structures, error) {
	raw, err := db.Collection(ctx, "structure")
	if err != nil {
		return nil, err
	}
	return NewCollection(raw, Codec[structure.Structure]{
		Schema: structureSchema,
		ID:     func(s *structure.Structure) string { return s.ID },
		Keys:   structureKeys,
	}), nil
}

func structureKeys(s *structure.Structure) Keys {
	var k Keys
	if id := s.Identity(); id != "" {
		k.Unique = []string{id}
	}
	if s.SIRET != "" {
		k.Lookup = append(k.Lookup, "siret:"+s.SIRET, "siren:"+s.SIREN())
	}
	k.Lookup = append(k.Lookup, s.NameKeys()...)
	if s.Demo {
		k.Lookup = append(k.Lookup, DemoKey)
	}
	return k
}
