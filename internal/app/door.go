package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// silentGrace is how long after a stop a connection that has said nothing yet may
// begin: a request that was on its way is answered.
const silentGrace = 300 * time.Millisecond

// door is the listener of the portal, and knows who came through it. fasthttp closes
// at a stop the connections that wait for their next request; one that waits for its
// first counts as busy, and browsers open such ones in advance: each stop would wait
// for them as long as for the slowest request.
type door struct {
	net.Listener
	shut  func() error // once
	grace time.Duration

	mu     sync.Mutex
	inside map[*visitor]struct{}
	quiet  bool // who says nothing is seen out
}

// visitor is one connection.
type visitor struct {
	net.Conn
	door  *door
	spoke atomic.Bool
}

func newDoor(ln net.Listener) *door {
	return &door{Listener: ln, shut: sync.OnceValue(ln.Close), grace: silentGrace, inside: map[*visitor]struct{}{}}
}

// Accept lets a connection in.
func (d *door) Accept() (net.Conn, error) {
	conn, err := d.Listener.Accept()
	if err != nil {
		return nil, err
	}
	v := &visitor{Conn: conn, door: d}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.inside[v] = struct{}{}
	if d.quiet { // accepted by the system before the stop, here after
		v.hush()
	}
	return v, nil
}

// Close stops listening; whoever comes second to it does nothing.
func (d *door) Close() error { return d.shut() }

func (v *visitor) Read(p []byte) (int, error) {
	n, err := v.Conn.Read(p)
	if n > 0 {
		v.spoke.Store(true)
	}
	return n, err
}

func (v *visitor) Close() error {
	v.door.mu.Lock()
	delete(v.door.inside, v)
	v.door.mu.Unlock()
	return v.Conn.Close()
}

// hush has a connection that said nothing end as if its client had left, which nobody
// answers or logs; closed, it would be an error of the server.
func (v *visitor) hush() {
	if half, ok := v.Conn.(interface{ CloseRead() error }); ok && !v.spoke.Load() {
		_ = half.CloseRead() // fails on one that is gone
	}
}

// hush sees out who says nothing.
func (d *door) hush() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.quiet = true
	for v := range d.inside {
		v.hush()
	}
}

// cut closes what is left, and gives how many.
func (d *door) cut() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	for v := range d.inside {
		_ = v.Conn.Close() // whoever serves it closes it too
	}
	return len(d.inside)
}

// drainable is a server that ends what it does, or gives up with the error of a deadline.
type drainable interface {
	ShutdownWithTimeout(within time.Duration) error
}

// drain stops a server: it listens no more, requests under way have so long to end,
// and those that did not are cut. That is no failure: they were given their time.
func (d *door) drain(server drainable, within time.Duration, log *slog.Logger) error {
	log.Info("stopping", "drain", within)
	// Here too: a server stopped before it began to listen knows no listener to close.
	closed := d.Close()
	defer time.AfterFunc(d.grace, d.hush).Stop()
	err := server.ShutdownWithTimeout(within)
	if errors.Is(err, context.DeadlineExceeded) {
		log.Warn("requests cut: they did not end in time", "connections", d.cut(), "drain", within)
		err = nil
	}
	return errors.Join(closed, err)
}
