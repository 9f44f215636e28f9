package account

import (
	"slices"
	"time"
)

// ThrottleWindow is the time over which requests are counted.
const ThrottleWindow = 15 * time.Minute

// Throttle counts what one address, or one network, asked for. Its id hides which.
type Throttle struct {
	ID   string      `json:"id"`
	Hits []time.Time `json:"hits"`
}

// Take counts one request, or says how long to wait. What was refused is not
// counted, or who insists would never be let in again. A hit of a time to come, of
// another portal's clock, counts until its own window ends; one further off than a
// window is of a clock that was wrong, and counts no more.
func (t *Throttle) Take(now time.Time, limit int) (wait time.Duration, ok bool) {
	t.Hits = slices.DeleteFunc(t.Hits, func(at time.Time) bool { return over(now, at, ThrottleWindow) })
	if wait = t.Wait(now, limit); wait > 0 {
		return wait, false
	}
	t.Hits = append(t.Hits, now.UTC())
	return 0, true
}

// Wait is how long to wait before Take counts another request, 0 for not at all.
func (t *Throttle) Wait(now time.Time, limit int) time.Duration {
	var live []time.Time
	for _, at := range t.Hits {
		if !over(now, at, ThrottleWindow) {
			live = append(live, at)
		}
	}
	if len(live) < limit {
		return 0
	}
	slices.SortFunc(live, time.Time.Compare)
	return max(time.Second, live[len(live)-limit].Add(ThrottleWindow).Sub(now))
}

// Lapsed reports whether nothing in it counts any more.
func (t *Throttle) Lapsed(now time.Time) bool { return t.Wait(now, 1) == 0 }
