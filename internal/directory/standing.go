package directory

import (
	"context"
	"slices"

	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// concealed is all that may be told of a suspended sheet: that it is one, and the
// number by which it was asked for.
func concealed(v *structure.Structure) structure.Structure {
	return structure.Structure{ID: v.ID, SIRET: v.SIRET, FINESS: v.FINESS, Name: "Fiche suspendue", Suspended: &structure.Suspension{At: v.Suspended.At}}
}

// standing reads what is shown under some ids: the sheet itself, the one that stands for
// a duplicate, or that it is suspended (concealed). What is not there is left out.
func standing(ctx context.Context, structures *store.Structures, ids []string) (map[string]*structure.Structure, error) {
	read := map[string]*structure.Structure{}
	wanted := ids
	for range structure.MaxHops {
		docs, err := structures.GetSome(ctx, wanted)
		if err != nil {
			return nil, err
		}
		wanted = nil
		for i := range docs {
			v := &docs[i].Value
			read[v.ID] = v
			if into := v.MergedInto; into != "" && read[into] == nil && !slices.Contains(ids, into) {
				wanted = append(wanted, into)
			}
		}
		if len(wanted) == 0 {
			break
		}
	}
	out := make(map[string]*structure.Structure, len(ids))
	for _, id := range ids {
		if v := behind(read, id); v != nil {
			out[id] = v
		}
	}
	return out, nil
}

// behind follows merges from one sheet to the one that is shown.
func behind(read map[string]*structure.Structure, id string) *structure.Structure {
	v := read[id]
	for range structure.MaxHops {
		if v == nil || v.MergedInto == "" {
			break
		}
		v = read[v.MergedInto]
	}
	switch {
	case v == nil || v.MergedInto != "":
		return nil
	case v.Suspended != nil:
		c := concealed(v)
		return &c
	}
	return v
}

// Called names what is shown under some ids (standing).
func (s *Service) Called(ctx context.Context, ids []string) (map[string]string, error) {
	found, err := standing(ctx, s.Structures, ids)
	out := make(map[string]string, len(found))
	for id, v := range found {
		out[id] = v.Name
	}
	return out, err
}

// standingOne is standing of one sheet, the zero value when there is none.
func (s *Service) standingOne(ctx context.Context, id string) (structure.Structure, error) {
	found, err := standing(ctx, s.Structures, []string{id})
	if v := found[id]; v != nil {
		return *v, err
	}
	return structure.Structure{}, err
}
