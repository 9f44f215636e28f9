package gathering

import (
	"context"
	"sync"

	"sourcier/internal/event"
	"sourcier/internal/store"
)

// doorCacheMost is how many events are kept decoded.
const doorCacheMost = 8

// doorCache keeps the events at whose door people stand, decoded: the door asks for the same
// one twice at each entry, and decoding 2,000 seats takes longer than all the rest. What is
// kept holds for one version, which is asked of the store each time. What it gives is shared
// and never written to. Safe for concurrent use.
type doorCache struct {
	mu   sync.Mutex
	kept map[string]doorKept
}

type doorKept struct {
	version int64
	event   *event.Event
}

// read is the event as it is stored.
func (k *doorCache) read(ctx context.Context, events *store.Collection[event.Event], id string) (*event.Event, error) {
	raw, err := events.Raw().Get(ctx, id)
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	have, ok := k.kept[id]
	k.mu.Unlock()
	if ok && have.version == raw.Version {
		return have.event, nil
	}
	d, err := events.Decode(raw)
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.kept == nil || len(k.kept) >= doorCacheMost {
		k.kept = map[string]doorKept{}
	}
	k.kept[id] = doorKept{raw.Version, &d.Value}
	return &d.Value, nil
}
