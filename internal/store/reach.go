package store

import (
	"context"
	"errors"
	"time"

	"sourcier/internal/reach"
	"sourcier/internal/structure"
)

// ReachCollection is where lies what the portal brought structures, month by month.
const ReachCollection = "reach"

// Reaches is that collection.
type Reaches struct{ *Collection[reach.Month] }

var reachCodec = Codec[reach.Month]{
	Schema: 1,
	ID:     (*reach.Month).ID,
	Keys:   func(*reach.Month) Keys { return Keys{} },
}

// OpenReaches opens it.
func OpenReaches(ctx context.Context, db DB) (*Reaches, error) {
	raw, err := db.Collection(ctx, ReachCollection)
	if err != nil {
		return nil, err
	}
	return &Reaches{NewCollection(raw, reachCodec)}, nil
}

// Add counts more for a structure in a month; two portals may do so at once. A store
// that fails after it has written may have what is added again later twice: a count of
// visits bears that.
func (c *Reaches) Add(ctx context.Context, m reach.Month, at time.Time) error {
	_, err := UpdateOrInsert(ctx, c.Collection, m.ID(), func(stored *reach.Month) (Change, error) {
		stored.Structure, stored.Month = m.Structure, m.Month
		stored.Add(&m)
		return Change{Actor: ActorSystem, At: at}, nil
	})
	return err
}

// Of reads some months of a structure; those in which nothing was counted are not there.
func (c *Reaches) Of(ctx context.Context, id string, months []string) ([]reach.Month, error) {
	ids := make([]string, len(months))
	for i, month := range months {
		ids[i] = reach.IDOf(month, id)
	}
	docs, err := c.GetSome(ctx, ids)
	out := make([]reach.Month, len(docs))
	for i := range docs {
		out[i] = docs[i].Value
	}
	return out, err
}

// Forget deletes every month of a structure that is kept on a day.
func (c *Reaches) Forget(ctx context.Context, id string, on structure.Date) error {
	var ids []string
	for _, month := range reach.Months(on, reach.KeptMonths+1) {
		ids = append(ids, reach.IDOf(month, id))
	}
	docs, err := c.GetSome(ctx, ids)
	for _, d := range docs {
		if err := c.Delete(ctx, d); err != nil && !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrConflict) {
			return err
		}
	}
	return err
}

// Lapsed reads the months that have been kept for long enough on a day: they are the
// first of the collection.
func (c *Reaches) Lapsed(ctx context.Context, on structure.Date, take func(Doc[reach.Month]) error) error {
	err := c.All(ctx, func(d Doc[reach.Month]) error {
		if !reach.Lapsed(d.Value.Month, on) {
			return errNoMore
		}
		return take(d)
	})
	if errors.Is(err, errNoMore) {
		return nil
	}
	return err
}

// errNoMore ends a reading before its end.
var errNoMore = errors.New("no more")
