package mail

import (
	"container/heap"
	"time"
)

// queue holds what waits to be sent, in memory: ids alone, by when they are due.
// Those for whom somebody waits before a screen come first.
type queue struct{ urgent, others line }

type waiting struct {
	id     string
	due    time.Time
	urgent bool
}

// put adds a message, or moves it.
func (q *queue) put(w waiting) {
	if w.urgent {
		q.urgent.put(w)
	} else {
		q.others.put(w)
	}
}

// remove forgets a message.
func (q *queue) remove(id string) {
	q.urgent.remove(id)
	q.others.remove(id)
}

// next gives the message to send next; false when none is due.
func (q *queue) next(now time.Time) (string, bool) {
	for _, l := range []*line{&q.urgent, &q.others} {
		if len(l.items) > 0 && !l.items[0].due.After(now) {
			return l.items[0].id, true
		}
	}
	return "", false
}

func (q *queue) len() int { return len(q.urgent.items) + len(q.others.items) }

// line is one heap by date, in which each id has one place.
type line struct {
	items []waiting
	at    map[string]int
}

func (l *line) put(w waiting) {
	if i, ok := l.at[w.id]; ok {
		l.items[i] = w
		heap.Fix(l, i)
		return
	}
	heap.Push(l, w)
}

func (l *line) remove(id string) {
	if i, ok := l.at[id]; ok {
		heap.Remove(l, i)
	}
}

// Len, Less, Swap, Push and Pop are for package heap.
func (l *line) Len() int           { return len(l.items) }
func (l *line) Less(i, j int) bool { return l.items[i].due.Before(l.items[j].due) }
func (l *line) Swap(i, j int) {
	l.items[i], l.items[j] = l.items[j], l.items[i]
	l.at[l.items[i].id], l.at[l.items[j].id] = i, j
}

// Push adds at the end.
func (l *line) Push(x any) {
	w, _ := x.(waiting)
	if l.at == nil {
		l.at = map[string]int{}
	}
	l.at[w.id] = len(l.items)
	l.items = append(l.items, w)
}

// Pop takes the last.
func (l *line) Pop() any {
	last := l.items[len(l.items)-1]
	l.items = l.items[:len(l.items)-1]
	delete(l.at, last.id)
	return last
}
