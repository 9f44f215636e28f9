package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"sourcier/internal/store"
)

var leaseTests = map[string]func(*testing.T, Opener){
	"held, released, taken":   testLeaseHeld,
	"expired, taken over":     testLeaseTakeover,
	"expired, taken by none":  testLeaseLate,
	"one winner":              testLeaseRace,
	"kept while work goes on": testLeaseKept,
}

// fakeClock is a clock that a test moves.
type fakeClock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *fakeClock { return &fakeClock{t: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)} }

func (c *fakeClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *fakeClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

func leases(t testing.TB, open Opener, clock *fakeClock) *store.Leases {
	t.Helper()
	l, err := store.OpenLeases(t.Context(), portal(t, open), clock.now)
	noErr(t, err)
	return l
}

func testLeaseHeld(t *testing.T, open Opener) {
	clock := newClock()
	a, b := leases(t, open, clock), leases(t, open, clock)
	since := clock.now()
	first, err := a.Acquire(t.Context(), "import", "portal a", time.Minute)
	noErr(t, err)
	clock.advance(50 * time.Second)
	noErr(t, first.Renew(t.Context()))
	clock.advance(50 * time.Second)
	_, err = b.Acquire(t.Context(), "import", "portal b", time.Minute)
	wantErr(t, err, store.ErrHeld)
	var held *store.HeldError
	if !errors.As(err, &held) || held.Holder != "portal a" || !held.Since.Equal(since) {
		t.Fatalf("held is %+v", held)
	}
	_, err = a.Acquire(t.Context(), "import", "portal a", time.Minute)
	wantErr(t, err, store.ErrHeld)
	other, err := b.Acquire(t.Context(), "nightly", "portal b", time.Minute)
	noErr(t, err)
	noErr(t, other.Release(t.Context()))
	noErr(t, first.Release(t.Context()))
	second, err := b.Acquire(t.Context(), "import", "portal b", time.Minute)
	noErr(t, err)
	if second.Number() <= first.Number() {
		t.Errorf("numbers %d then %d", first.Number(), second.Number())
	}
}

func testLeaseTakeover(t *testing.T, open Opener) {
	clock := newClock()
	a, b := leases(t, open, clock), leases(t, open, clock)
	first, err := a.Acquire(t.Context(), "import", "portal a", time.Minute)
	noErr(t, err)
	clock.advance(time.Minute)
	second, err := b.Acquire(t.Context(), "import", "portal b", time.Minute)
	noErr(t, err)
	if second.Number() <= first.Number() {
		t.Errorf("numbers %d then %d", first.Number(), second.Number())
	}
	wantErr(t, first.Renew(t.Context()), store.ErrLeaseLost)
	wantErr(t, first.Release(t.Context()), store.ErrLeaseLost)
	noErr(t, second.Renew(t.Context()))
	noErr(t, second.Release(t.Context()))
	wantErr(t, first.Renew(t.Context()), store.ErrLeaseLost)
}

func testLeaseLate(t *testing.T, open Opener) {
	clock := newClock()
	a := leases(t, open, clock)
	first, err := a.Acquire(t.Context(), "import", "portal a", time.Minute)
	noErr(t, err)
	clock.advance(time.Hour)
	noErr(t, first.Renew(t.Context()))
	equal(t, first.Until().Equal(clock.now().Add(time.Minute)), true)
	_, err = a.Acquire(t.Context(), "import", "portal b", time.Minute)
	wantErr(t, err, store.ErrHeld)
}

func testLeaseRace(t *testing.T, open Opener) {
	clock := newClock()
	portals := []*store.Leases{leases(t, open, clock), leases(t, open, clock)}
	for range 5 {
		errs := parallel(4, func(g int) error {
			_, err := portals[g%2].Acquire(t.Context(), "import", "some portal", time.Minute)
			return err
		})
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else {
				wantErr(t, err, store.ErrHeld)
			}
		}
		equal(t, won, 1)
		clock.advance(2 * time.Minute)
	}
}

func testLeaseKept(t *testing.T, open Opener) {
	clock := newClock()
	a, b := leases(t, open, clock), leases(t, open, clock)
	first, err := a.Acquire(t.Context(), "import", "portal a", 60*time.Millisecond)
	noErr(t, err)
	ctx, stop := context.WithCancel(t.Context())
	kept := make(chan error, 1)
	go func() { kept <- first.KeepRenewed(ctx) }()
	for start := first.Until(); !first.Until().After(start); {
		clock.advance(10 * time.Millisecond)
		time.Sleep(5 * time.Millisecond)
	}
	stop()
	noErr(t, <-kept)

	go func() { kept <- first.KeepRenewed(t.Context()) }()
	taken := make(chan error, 1)
	go func() {
		for {
			clock.advance(time.Minute)
			_, err := b.Acquire(t.Context(), "import", "portal b", time.Minute)
			if !errors.Is(err, store.ErrHeld) {
				taken <- err
				return
			}
		}
	}()
	noErr(t, <-taken)
	wantErr(t, <-kept, store.ErrLeaseLost)
}
