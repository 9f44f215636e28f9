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
// another portal's clock, counts as of now.
func (t *Throttle) Take(now time.Time, limit int) (wait time.Duration, ok bool) {
	t.Hits = slices.DeleteFunc(t.Hits, func(at time.Time) bool { return now.Sub(at) >= ThrottleWindow })
	if len(t.Hits) >= limit {
		slices.SortFunc(t.Hits, time.Time.Compare)
		return max(time.Second, min(ThrottleWindow, ThrottleWindow-now.Sub(t.Hits[len(t.Hits)-limit]))), false
	}
	t.Hits = append(t.Hits, now.UTC())
	return 0, true
}

// Lapsed reports whether nothing in it counts any more.
func (t *Throttle) Lapsed(now time.Time) bool {
	return !slices.ContainsFunc(t.Hits, func(at time.Time) bool { return now.Sub(at) < ThrottleWindow })
}
