package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Errors of leases.
var (
	ErrHeld      = errors.New("lease is held")
	ErrLeaseLost = errors.New("lease was lost") // expired and taken by another; stop the work
)

// HeldError says who holds a lease; errors.Is(err, ErrHeld) holds.
type HeldError struct {
	Name   string
	Holder string
	Since  time.Time
	Until  time.Time // unless renewed
}

func (e *HeldError) Error() string {
	return fmt.Sprintf("lease %s is held by %s since %s", e.Name, e.Holder, e.Since.Format(time.RFC3339))
}

// Is makes a HeldError an ErrHeld.
func (e *HeldError) Is(target error) bool { return target == ErrHeld }

// leaseDoc stays in the store for ever, so that its number only grows.
type leaseDoc struct {
	Name   string    `json:"name"`
	Holder string    `json:"holder"` // "" when free
	Since  time.Time `json:"since"`
	Until  time.Time `json:"until"`
	Number int64     `json:"number"` // of the last holding
}

// Leases are named locks with an end, kept in the collection "lease" and moved
// by compare-and-swap (DESIGN rule 7). Expiry is judged by the clock of who
// asks: a portal whose clock runs ahead by more than the time to live may take
// a lease too early. The work is therefore keyed too, and the loser's next
// Renew says so.
type Leases struct {
	docs *Collection[leaseDoc]
	now  func() time.Time
}

// OpenLeases opens the leases of a store; now is the clock.
func OpenLeases(ctx context.Context, db DB, now func() time.Time) (*Leases, error) {
	raw, err := db.Collection(ctx, LeaseCollection)
	if err != nil {
		return nil, err
	}
	return &Leases{now: now, docs: NewCollection(raw, Codec[leaseDoc]{
		Schema: 1,
		ID:     func(l *leaseDoc) string { return l.Name },
		Keys:   func(*leaseDoc) Keys { return Keys{} },
	})}, nil
}

// Lease is a lease while it is held. Safe for concurrent use.
type Lease struct {
	leases *Leases
	ttl    time.Duration
	mu     sync.Mutex
	doc    Doc[leaseDoc]
}

// Acquire takes a lease for ttl, free or expired; else it answers a HeldError.
// A holder that asks again for what it already holds is refused as well: two
// jobs of one process exclude each other.
func (l *Leases) Acquire(ctx context.Context, name, holder string, ttl time.Duration) (*Lease, error) {
	now := l.now().UTC()
	want := leaseDoc{Name: name, Holder: holder, Since: now, Until: now.Add(ttl), Number: 1}
	d, err := l.docs.Get(ctx, name)
	switch {
	case errors.Is(err, ErrNotFound):
		d, err = l.docs.Insert(ctx, want, Change{})
	case err != nil:
		return nil, err
	case d.Value.Holder != "" && now.Before(d.Value.Until):
		return nil, held(d.Value)
	default:
		want.Number = d.Value.Number + 1
		d.Value = want
		d, err = l.docs.Replace(ctx, d, Change{})
	}
	if errors.Is(err, ErrConflict) || errors.Is(err, ErrDuplicate) {
		return nil, l.lostRace(ctx, name)
	}
	if err != nil {
		return nil, err
	}
	return &Lease{leases: l, ttl: ttl, doc: d}, nil
}

// lostRace tells who was quicker.
func (l *Leases) lostRace(ctx context.Context, name string) error {
	d, err := l.docs.Get(ctx, name)
	if err != nil {
		return err
	}
	return held(d.Value)
}

func held(d leaseDoc) error {
	return &HeldError{Name: d.Name, Holder: d.Holder, Since: d.Since, Until: d.Until}
}

// Number is larger than that of every earlier holding. No write carries it:
// documents are guarded by their versions.
func (l *Lease) Number() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.doc.Value.Number
}

// Until is when the lease ends unless renewed.
func (l *Lease) Until() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.doc.Value.Until
}

// Renew extends the lease by its time to live from now. ErrLeaseLost when
// another took it; an expired lease that nobody took is renewed.
func (l *Lease) Renew(ctx context.Context) error {
	return l.put(ctx, func(d *leaseDoc) { d.Until = l.leases.now().UTC().Add(l.ttl) })
}

// Release frees the lease. ErrLeaseLost when another has it, and keeps it.
func (l *Lease) Release(ctx context.Context) error {
	return l.put(ctx, func(d *leaseDoc) { d.Holder, d.Until = "", l.leases.now().UTC() })
}

func (l *Lease) put(ctx context.Context, change func(*leaseDoc)) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	next := l.doc
	change(&next.Value)
	next, err := l.leases.docs.Replace(ctx, next, Change{})
	if errors.Is(err, ErrConflict) || errors.Is(err, ErrNotFound) {
		return l.resolve(ctx, change)
	}
	if err != nil {
		return err
	}
	l.doc = next
	return nil
}

// resolve tells a lost lease from a renewal that was written although its
// answer did not arrive: same holder, same number.
func (l *Lease) resolve(ctx context.Context, change func(*leaseDoc)) error {
	name, number, holder := l.doc.Value.Name, l.doc.Value.Number, l.doc.Value.Holder
	d, err := l.leases.docs.Get(ctx, name)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	if err != nil || d.Value.Number != number || d.Value.Holder != holder {
		return fmt.Errorf("lease %s, number %d: %w", name, number, ErrLeaseLost)
	}
	change(&d.Value)
	if d, err = l.leases.docs.Replace(ctx, d, Change{}); err != nil {
		return err
	}
	l.doc = d
	return nil
}

// KeepRenewed renews until ctx ends, then returns nil. It returns ErrLeaseLost
// as soon as another has the lease, or when it ran out because the store could
// not be reached: the work must stop then.
func (l *Lease) KeepRenewed(ctx context.Context) error {
	tick := time.NewTicker(l.ttl / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		err := l.Renew(ctx)
		switch {
		case err == nil:
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, ErrLeaseLost):
			return err
		case !l.leases.now().Before(l.Until()):
			return fmt.Errorf("%w: %w", ErrLeaseLost, err)
		}
	}
}
