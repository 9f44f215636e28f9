package store

import (
	"context"
	"encoding/json"

	"sourcier/internal/structure"
)

// Structures is the collection of the directory.
type Structures = Collection[structure.Structure]

// DemoKey is the lookup key of every fictional structure.
const DemoKey = "demo"

// structureSchema is the newest schema of structures.
const structureSchema = 2

// OpenStructures opens it. Unique key: the identity (finess:, siret:, rna:).
// Lookup keys: siret:, siren:, name: with the postal code, and DemoKey.
func OpenStructures(ctx context.Context, db DB) (*Structures, error) {
	raw, err := db.Collection(ctx, "structure")
	if err != nil {
		return nil, err
	}
	return NewCollection(raw, Codec[structure.Structure]{
		Schema:  structureSchema,
		ID:      func(s *structure.Structure) string { return s.ID },
		Keys:    structureKeys,
		Upgrade: upgradeStructure,
	}), nil
}

// upgradeStructure brings a structure to the newest schema. Schema 2 dates each
// label by itself: before, all were of the source of the field.
func upgradeStructure(_ int, body json.RawMessage) (json.RawMessage, error) {
	var s structure.Structure
	if err := json.Unmarshal(body, &s); err != nil {
		return nil, err
	}
	from := s.Origins[structure.FieldLabels]
	for i := range s.Labels {
		s.Labels[i].Source, s.Labels[i].AsOf = from.Source, from.AsOf
	}
	return json.Marshal(&s)
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
