package store

import (
	"context"
	"encoding/json"
	"slices"

	"sourcier/internal/structure"
)

// Structures is the collection of the directory.
type Structures = Collection[structure.Structure]

// Lookup keys of structures beside their numbers and names.
const (
	DemoKey = "demo" // every fictional structure
	// HiddenKey is that of every structure which is not shown: who compares versions
	// with the index knows them without reading the document.
	HiddenKey = "hidden"
	// SuspendedKey is that of those which are suspended.
	SuspendedKey = "suspended"
	// DisputedKey is that of those on which sources disagree, with nothing decided.
	DisputedKey = "disputed"
	// MergingKey is that of those of whose merges a write is still to come, MergedKey
	// that of those which stand for a duplicate.
	MergingKey = "merging"
	MergedKey  = "merged"
)

// Hidden reports whether a stored structure is not shown.
func Hidden(e Envelope) bool { return slices.Contains(e.Keys.Lookup, HiddenKey) }

// structureSchema is the newest schema of structures.
const structureSchema = 2

// OpenStructures opens it. Unique key: the identity (finess:, siret:, rna:).
// Lookup keys: siret:, siren:, name: with the postal code, DemoKey and the others above.
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
	for _, state := range []struct {
		key   string
		holds bool
	}{
		{DemoKey, s.Demo}, {HiddenKey, !s.Shown()}, {SuspendedKey, s.Suspended != nil}, {MergedKey, len(s.Absorbed) > 0}, {DisputedKey, s.Shown() && len(s.Undecided()) > 0},
		{MergingKey, slices.ContainsFunc(s.Absorbed, func(a structure.Absorbed) bool { return a.Pending() })},
	} {
		if state.holds {
			k.Lookup = append(k.Lookup, state.key)
		}
	}
	return k
}
