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

func (e *TooManyError) Error() string { return fmt.Sprintf("too many requests, wait %s", e.Wait) }

// throttleTries bounds how often a counter that another portal changes too is tried.
const throttleTries = 12

// count takes one from a counter. What cannot be counted is an error: the caller
// refuses, since a counter that is passed over protects nobody.
func (s *Service) count(ctx context.Context, id string, limit int) (wait time.Duration, err error) {
	s.counting.Lock() // a hundred people of one network count one after another
	defer s.counting.Unlock()
	for range throttleTries {
		wait, err = s.countOnce(ctx, id, limit)
		if !errors.Is(err, store.ErrConflict) && !errors.Is(err, store.ErrDuplicate) {
			return wait, err
		}
	}
	return 0, err
}

func (s *Service) countOnce(ctx context.Context, id string, limit int) (time.Duration, error) {
	d, err := s.Throttles.Get(ctx, id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return 0, err
	}
	fresh := err != nil
	d.Value.ID = id
	wait, ok := d.Value.Take(s.Now(), limit)
	switch {
	case !ok:
		return wait, nil
	case fresh:
		_, err = s.Throttles.Insert(ctx, d.Value, store.Change{})
	default:
		_, err = s.Throttles.Replace(ctx, d, store.Change{})
	}
	return 0, err
}

// countRequest counts a request to sign in for its network and its address.
func (s *Service) countRequest(ctx context.Context, e account.Email, network string) error {
	wait, err := s.count(ctx, "network:"+account.HashToken(network), PerNetwork)
	if err != nil {
		return fmt.Errorf("count sign-ins of a network: %w", err)
	}
	if wait > 0 {
		return &TooManyError{Network: true, Wait: wait}
	}
	if wait, err = s.count(ctx, addressCounter(e), PerAddress); err != nil {
		return fmt.Errorf("count sign-ins of an address: %w", err)
	}
	if wait > 0 {
		return &TooManyError{Wait: wait}
	}
	return nil
}

// addressCounter is the id of the counter of an address.
func addressCounter(e account.Email) string { return "address:" + e.Hash() }
