package store

import (
	"context"

	"sourcier/internal/groupement"
)

// Groupements is the collection of the structures that answer together.
type Groupements struct {
	*Collection[groupement.Groupement]
}

// GroupementCollection is where they lie.
const GroupementCollection = "groupement"

// MaxGroupementsOf bounds those of one structure that are listed.
const MaxGroupementsOf = 100

// followedGroupements are those whose sheet follows what changes: all that live, and
// those that do not but whose sheet has yet to say so.
const followedGroupements = "followed"

var groupementCodec = Codec[groupement.Groupement]{
	Schema: 1,
	ID:     func(g *groupement.Groupement) string { return g.ID },
	Keys: func(g *groupement.Groupement) (k Keys) {
		for i := range g.Members {
			if id := g.Members[i].Structure; g.Sees(id) {
				k.Lookup = append(k.Lookup, "structure:"+id)
			}
		}
		if g.Live() || g.Pending() {
			k.Lookup = append(k.Lookup, followedGroupements)
		}
		return k.Normal()
	},
}

// OpenGroupements opens it.
func OpenGroupements(ctx context.Context, db DB) (*Groupements, error) {
	raw, err := db.Collection(ctx, GroupementCollection)
	if err != nil {
		return nil, err
	}
	return &Groupements{NewCollection(raw, groupementCodec)}, nil
}

// Of lists those that a structure is a member of, or invited to.
func (c *Groupements) Of(ctx context.Context, structure string) ([]Doc[groupement.Groupement], error) {
	return c.FindLookup(ctx, "structure:"+structure, MaxGroupementsOf)
}

// Followed lists those whose sheet follows what changes, by id.
func (c *Groupements) Followed(ctx context.Context, after string, limit int) ([]Doc[groupement.Groupement], error) {
	return c.PageLookup(ctx, followedGroupements, after, limit)
}
