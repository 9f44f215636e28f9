package store

import (
	"context"

	"sourcier/internal/structure"
)

// Provenance is what imports remember beside the structures.
type Provenance struct {
	Units      *Collection[structure.Unit]      // id: the SIREN
	Listings   *Collection[structure.Listing]   // id: Listing.ID
	Objections *Collection[structure.Objection] // id: the mark
}

// Where they lie.
const (
	UnitCollection      = "unit"
	ListingCollection   = "listing"
	ObjectionCollection = "objection"
)

var (
	unitCodec = Codec[structure.Unit]{Schema: 1,
		ID:   func(u *structure.Unit) string { return u.SIREN },
		Keys: func(*structure.Unit) Keys { return Keys{} }}
	listingCodec = Codec[structure.Listing]{Schema: 1,
		ID:   func(l *structure.Listing) string { return l.ID() },
		Keys: func(*structure.Listing) Keys { return Keys{} }}
	objectionCodec = Codec[structure.Objection]{Schema: 1,
		ID:   func(o *structure.Objection) string { return o.Mark },
		Keys: func(*structure.Objection) Keys { return Keys{} }}
)

// OpenProvenance opens the collections.
func OpenProvenance(ctx context.Context, db DB) (*Provenance, error) {
	units, err := db.Collection(ctx, UnitCollection)
	if err != nil {
		return nil, err
	}
	listings, err := db.Collection(ctx, ListingCollection)
	if err != nil {
		return nil, err
	}
	objections, err := db.Collection(ctx, ObjectionCollection)
	if err != nil {
		return nil, err
	}
	return &Provenance{
		Units:      NewCollection(units, unitCodec),
		Listings:   NewCollection(listings, listingCodec),
		Objections: NewCollection(objections, objectionCodec),
	}, nil
}

// All reads a whole collection, page by page.
func (c *Collection[T]) All(ctx context.Context, take func(Doc[T]) error) error {
	const page = 500
	for after := ""; ; {
		docs, err := c.Scan(ctx, after, page)
		if err != nil {
			return err
		}
		for _, d := range docs {
			after = d.ID
			if err := take(d); err != nil {
				return err
			}
		}
		if len(docs) < page {
			return nil
		}
	}
}
