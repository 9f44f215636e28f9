package mail

import (
	"sync"
	"time"
)

// throttle spaces the mails to each domain evenly. A message that comes too early
// is given the next free place, and keeps it.
type throttle struct {
	every time.Duration // 0 = no limit
	mu    sync.Mutex
	free  map[string]time.Time // by domain, when the next mail may go
	place map[string]time.Time // by message
}

// burst is how many mails may go to a domain at once after a pause: a few people of
// one town hall who sign in together do not wait for each other.
const burst = 10

func newThrottle(perMinute int) *throttle {
	t := &throttle{free: map[string]time.Time{}, place: map[string]time.Time{}}
	if perMinute > 0 {
		t.every = time.Minute / time.Duration(perMinute)
	}
	return t
}

// take tells when a message to a domain may go; now or before now: at once.
func (t *throttle) take(domain, id string, now time.Time) time.Time {
	if t.every == 0 {
		return now
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if place, ok := t.place[id]; ok {
		if !place.After(now) {
			delete(t.place, id)
		}
		return place
	}
	earliest := now.Add(-t.every * burst)
	next := t.free[domain]
	if next.Before(earliest) {
		next = earliest
	}
	t.free[domain] = next.Add(t.every)
	if next.Add(t.every).After(now) { // the burst is used up
		t.place[id] = next.Add(t.every)
		return t.place[id]
	}
	return now
}

// forget drops what no longer holds anybody back.
func (t *throttle) forget(now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for domain, free := range t.free {
		if free.Before(now.Add(-t.every * burst)) {
			delete(t.free, domain)
		}
	}
	for id, place := range t.place {
		if place.Before(now.Add(-time.Hour)) { // dropped or erased meanwhile
			delete(t.place, id)
		}
	}
}
