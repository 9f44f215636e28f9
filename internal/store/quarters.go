package store

import (
	"context"

	"sourcier/internal/territory"
)

// Quarters is the collection of the outlines of priority neighbourhoods (QPV),
// one document each, by code.
type Quarters = Collection[territory.Quarter]

// MaxQuarters bounds how many are loaded: France has 1,584.
const MaxQuarters = 5000

// QuarterCollection is where they lie.
const QuarterCollection = "qpv"

var quarterCodec = Codec[territory.Quarter]{
	Schema: 1,
	ID:     func(q *territory.Quarter) string { return q.Code },
	Keys:   func(*territory.Quarter) Keys { return Keys{} },
}

// OpenQuarters opens it.
func OpenQuarters(ctx context.Context, db DB) (*Quarters, error) {
	raw, err := db.Collection(ctx, QuarterCollection)
	if err != nil {
		return nil, err
	}
	return NewCollection(raw, quarterCodec), nil
}

// AllQuarters reads them, at most MaxQuarters.
func AllQuarters(ctx context.Context, quarters *Quarters) ([]Doc[territory.Quarter], error) {
	const page = 250
	var out []Doc[territory.Quarter]
	for after := ""; len(out) < MaxQuarters; {
		list, err := quarters.Scan(ctx, after, page)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
		if len(list) < page {
			break
		}
		after = list[len(list)-1].ID
	}
	return out, nil
}
