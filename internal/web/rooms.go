package web

import (
	"net/netip"
	"sync"
)

// rooms bounds what lies or waits in the process at a time, and how much of it may
// be one client's: who asks for much, or reads slowly, must not keep the others
// out. It is safe for concurrent use.
type rooms struct {
	most, mostOfOne int

	mu    sync.Mutex
	taken int
	of    map[netip.Addr]int
}

func newRooms(most, mostOfOne int) *rooms {
	return &rooms{most: most, mostOfOne: mostOfOne, of: map[netip.Addr]int{}}
}

// enter gives a client one more room, until leave is called.
func (r *rooms) enter(client netip.Addr) (leave func(), ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.taken >= r.most || r.of[client] >= r.mostOfOne {
		return nil, false
	}
	r.taken++
	r.of[client]++
	return func() { r.leave(client) }, true
}

func (r *rooms) leave(client netip.Addr) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.taken--
	if r.of[client]--; r.of[client] == 0 {
		delete(r.of, client)
	}
}
