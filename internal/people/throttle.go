package people

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/store"
)

// How many requests to sign in are taken in a quarter of an hour. A town hall of
// 100 people stands behind one network.
const (
	PerAddress = 5
	PerNetwork = 100
)

// TooManyError says that a counter is full.
type TooManyError struct {
	Network bool // of the network, else of the address
	Wait    time.Duration
}

// ErrUncounted says that a counter cannot be read or written: what it counts is
// refused, since a counter that is passed over protects nobody.
var ErrUncounted = errors.New("requests cannot be counted")

func (e *TooManyError) Error() string { return fmt.Sprintf("too many requests, wait %s", e.Wait) }

// count takes one from a counter.
func (s *Service) count(ctx context.Context, id string, limit int) (wait time.Duration, err error) {
	_, err = store.UpdateOrInsert(ctx, s.Throttles.Collection, id, func(t *account.Throttle) (store.Change, error) {
		t.ID = id
		var ok bool
		if wait, ok = t.Take(s.Now(), limit); !ok {
			return store.Change{}, errUnchanged
		}
		return store.Change{}, nil
	})
	if errors.Is(err, errUnchanged) {
		return wait, nil
	}
	return 0, err
}

// waits is how long a counter refuses, without counting.
func (s *Service) waits(ctx context.Context, id string, limit int) (time.Duration, error) {
	d, err := s.Throttles.Get(ctx, id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return 0, err
	}
	return d.Value.Wait(s.Now(), limit), nil
}

// countRequest counts a mail that anybody may ask for, by the address it goes to and
// the network that asks. What one of the two refuses takes nothing from the other:
// who insists on one address shuts nobody of the network out, and a network that is
// full uses up nobody's address.
func (s *Service) countRequest(ctx context.Context, e account.Email, network string) error {
	s.counting.Lock() // a hundred people of one network count one after another
	defer s.counting.Unlock()
	byNetwork, byAddress := "network:"+account.HashToken(network), addressCounter(e)
	for _, step := range []struct {
		ask     func(context.Context, string, int) (time.Duration, error)
		id      string
		limit   int
		network bool
	}{{s.waits, byNetwork, PerNetwork, true}, {s.count, byAddress, PerAddress, false}, {s.count, byNetwork, PerNetwork, true}} {
		wait, err := step.ask(ctx, step.id, step.limit)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrUncounted, err)
		}
		if wait > 0 {
			return &TooManyError{Network: step.network, Wait: wait}
		}
	}
	return nil
}

// addressCounter is the id of the counter of an address.
func addressCounter(e account.Email) string { return "address:" + e.Hash() }
