package web

import (
	"slices"

	"sourcier/internal/structure"
)

// unconfirmedOf lists the sources that no longer list the structure, the facts
// that are still shown being theirs.
func unconfirmedOf(v *structure.Structure) []apiUnconfirmed {
	out := []apiUnconfirmed{}
	for _, source := range staleSources(v) {
		out = append(out, apiUnconfirmed{Source: source, Label: source.Label(), Since: v.Sightings[source].Stale})
	}
	return out
}

// conflictsOf lists what sources disagree on.
func (s *site) conflictsOf(v *structure.Structure) []apiConflict {
	out := []apiConflict{}
	for _, c := range v.Conflicts() {
		out = append(out, apiConflict{
			Field: c.Field, Label: c.Field.Label(), Kept: said(s.valueText(c.Field, c.Kept)), Origin: originOf(c.By.Source, c.By.AsOf),
			Other: said(s.valueText(c.Field, c.Other)), Against: originOf(c.Against.Source, c.Against.AsOf),
		})
	}
	return out
}

// historyOf lists what imports have changed, the newest first.
func (s *site) historyOf(v *structure.Structure) []apiChange {
	out := make([]apiChange, 0, len(v.History))
	for _, c := range slices.Backward(v.History) {
		out = append(out, apiChange{
			On: c.On, Field: c.Field, Label: c.Field.Label(), Source: c.Source, File: known(c.File),
			Old: known(s.valueText(c.Field, c.Old)), New: known(s.valueText(c.Field, c.New)),
		})
	}
	return out
}
