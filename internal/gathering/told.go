package gathering

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// Attended is an event that structures came to, as buyers of its organisation are told.
type Attended struct {
	ID           string
	Organisation string
	Kind         event.Kind
	Title        string
	Starts       time.Time
	Met          []string // ids
}

// toldMost is how many events of one version each are remembered.
const toldMost = 5000

// told remembers what was read of events: the seats of a large one take some time to
// decode, and a page of results asks of all events of an organisation. What has another
// version now is read again.
type told struct {
	mu sync.Mutex
	of map[string]toldVersion
}

type toldVersion struct {
	version int64
	Attended
}

// Met are the ids of the structures that came to an event of the member's organisation.
// Nobody is told but who buys.
func (s *Service) Met(ctx context.Context, m buyer.Member) ([]string, error) {
	if !sourcing.Buys(m) {
		return nil, nil
	}
	list, err := s.attended(ctx, store.EventsToldIn(m.Organisation), m.Organisation)
	var ids []string
	for i := range list {
		ids = append(ids, list[i].Met...)
	}
	slices.Sort(ids)
	return slices.Compact(ids), err
}

// AttendedBy are the events of the member's organisation that a structure came to, the
// latest first.
func (s *Service) AttendedBy(ctx context.Context, m buyer.Member, structure string) ([]Attended, error) {
	if !sourcing.Buys(m) {
		return nil, nil
	}
	list, err := s.attended(ctx, store.EventsMeeting(structure), m.Organisation)
	slices.SortFunc(list, func(a, b Attended) int { return cmp.Or(b.Starts.Compare(a.Starts), cmp.Compare(a.ID, b.ID)) })
	return list, err
}

// attended reads the events of a lookup key that are the organisation's.
func (s *Service) attended(ctx context.Context, key, organisation string) (out []Attended, err error) {
	found, err := s.Events.Events.Raw().FindLookup(ctx, key, "", event.MaxEvents)
	if err != nil {
		return nil, err
	}
	for i := range found {
		a, err := s.telling.read(s.Events.Events, found[i])
		if err != nil {
			return nil, err
		}
		if a.Organisation == organisation && len(a.Met) > 0 {
			out = append(out, a)
		}
	}
	return out, nil
}

func (t *told) read(c *store.Collection[event.Event], x store.Envelope) (Attended, error) {
	t.mu.Lock()
	known, ok := t.of[x.ID]
	t.mu.Unlock()
	if ok && known.version == x.Version {
		return known.Attended, nil
	}
	d, err := c.Decode(x)
	if err != nil {
		return Attended{}, err
	}
	e := &d.Value
	known = toldVersion{x.Version, Attended{ID: e.ID, Organisation: e.Organisation, Kind: e.Kind, Title: e.Title, Starts: e.Starts, Met: e.Told()}}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.of == nil || len(t.of) >= toldMost {
		t.of = map[string]toldVersion{}
	}
	t.of[x.ID] = known
	return known.Attended, nil
}
