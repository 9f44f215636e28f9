package mail

import (
	"testing"
	"time"
)

func TestQueueGivesTheUrgentThenTheFirstDue(t *testing.T) {
	at := func(seconds int) time.Time { return time.Unix(int64(1000+seconds), 0) }
	var q queue
	for i, id := range []string{"c", "a", "b"} {
		q.put(waiting{id: id, due: at([]int{30, 10, 20}[i])})
	}
	q.put(waiting{id: "sign-in", due: at(25), urgent: true})
	q.put(waiting{id: "c", due: at(5)}) // moved
	q.remove("b")
	q.remove("nobody")
	for _, step := range []struct {
		now  int
		want string
	}{{4, ""}, {9, "c"}, {26, "sign-in"}, {26, "a"}, {40, ""}} {
		id, ok := q.next(at(step.now))
		if id != step.want || ok != (step.want != "") {
			t.Fatalf("at %d: %q, %v, want %q", step.now, id, ok, step.want)
		}
		q.remove(id)
	}
	if q.len() != 0 {
		t.Errorf("%d left", q.len())
	}
}

// A burst goes at once, then one every so often; a place once given is kept.
func TestThrottle(t *testing.T) {
	now := time.Unix(1000, 0)
	th := newThrottle(60)
	for i := range burst {
		if th.take("a", string(rune('a'+i)), now).After(now) {
			t.Fatalf("mail %d of the burst waits", i)
		}
	}
	if at := th.take("a", "first", now); !at.Equal(now.Add(time.Second)) {
		t.Errorf("the first beyond the burst: %v", at.Sub(now))
	}
	if at := th.take("a", "second", now); !at.Equal(now.Add(2 * time.Second)) {
		t.Errorf("the second: %v", at.Sub(now))
	}
	if th.take("b", "other", now).After(now) {
		t.Error("another domain waits")
	}
	if at := th.take("a", "first", now.Add(time.Second)); at.After(now.Add(time.Second)) {
		t.Errorf("its place was lost: %v", at.Sub(now))
	}
	th.forget(now.Add(2 * time.Hour))
	if len(th.free)+len(th.place) != 0 {
		t.Errorf("kept %d, %d", len(th.free), len(th.place))
	}
	if newThrottle(0).take("a", "x", now).After(now) {
		t.Error("no limit waits")
	}
}
