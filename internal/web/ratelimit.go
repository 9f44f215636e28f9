package web

import (
	"math"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
)

const (
	// DefaultRateLimit is how many searches and API calls one client may make in
	// a minute. A town hall of 300 people behind one address stays well below.
	DefaultRateLimit = 3000
	// maxClients bounds the memory of the limiter; beyond it, clients that have
	// been idle for a whole window are forgotten.
	maxClients = 50_000
)

// limiter gives each client a bucket of tokens that refills over a window. It is
// of this process only: two portals allow twice as much, which is the intent of
// a guard, not of a quota.
type limiter struct {
	limit  int           // tokens of a full bucket
	window time.Duration // in which an empty one refills
	now    func() time.Time

	mu      sync.Mutex
	clients map[netip.Addr]bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

// verdict is the answer to one request.
type verdict struct {
	allowed   bool
	remaining int           // whole tokens left
	reset     time.Duration // until the bucket is full
	retry     time.Duration // until the next token, when refused
}

func newLimiter(limit int, window time.Duration, now func() time.Time) *limiter {
	return &limiter{limit: limit, window: window, now: now, clients: map[netip.Addr]bucket{}}
}

// take spends one token of the client.
func (l *limiter) take(client netip.Addr) verdict {
	l.mu.Lock()
	defer l.mu.Unlock()
	now, full := l.now(), float64(l.limit)
	perSecond := full / l.window.Seconds()
	b, known := l.clients[client]
	if !known {
		l.makeRoom(now)
		b = bucket{tokens: full, at: now}
	}
	b.tokens = min(full, b.tokens+max(0, now.Sub(b.at).Seconds())*perSecond)
	b.at = now
	v := verdict{allowed: b.tokens >= 1}
	if v.allowed {
		b.tokens--
	} else {
		v.retry = seconds((1 - b.tokens) / perSecond)
	}
	v.remaining, v.reset = int(b.tokens), seconds((full-b.tokens)/perSecond)
	l.clients[client] = b
	return v
}

// makeRoom forgets idle clients when the table is full, and all of them when
// none is idle: a flood from many addresses must not exhaust the memory.
func (l *limiter) makeRoom(now time.Time) {
	if len(l.clients) < maxClients {
		return
	}
	for client, b := range l.clients {
		if now.Sub(b.at) >= l.window {
			delete(l.clients, client)
		}
	}
	if len(l.clients) >= maxClients {
		clear(l.clients)
	}
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// clientAddr names who is limited: an IPv4 address, or the /64 that one IPv6
// line is given.
func clientAddr(ip string) netip.Addr {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return netip.Addr{}
	}
	addr = addr.Unmap().WithZone("")
	if addr.Is4() {
		return addr
	}
	prefix, err := addr.Prefix(64)
	if err != nil {
		return addr
	}
	return prefix.Addr()
}

// rateLimit refuses a client that asks too much with 429 and Retry-After, and
// tells every client where it stands (RateLimit-*, draft-ietf-httpapi-ratelimit-headers).
// Each handler that it makes counts apart, up to share times the limit that is set.
func (s *site) rateLimit(share float64) fiber.Handler {
	limit := s.requestsPerMinute()
	if limit == 0 {
		return func(c *fiber.Ctx) error { return c.Next() }
	}
	limit = max(1, int(float64(limit)*share))
	l := newLimiter(limit, time.Minute, s.Now)
	return func(c *fiber.Ctx) error {
		v := l.take(clientAddr(c.IP()))
		c.Set("RateLimit-Limit", strconv.Itoa(limit))
		c.Set("RateLimit-Remaining", strconv.Itoa(v.remaining))
		c.Set("RateLimit-Reset", wholeSeconds(v.reset))
		if !v.allowed {
			c.Set(fiber.HeaderRetryAfter, wholeSeconds(v.retry))
			return fiber.ErrTooManyRequests
		}
		return c.Next()
	}
}

// requestsPerMinute is the limit of one client, 0 for none.
func (s *site) requestsPerMinute() int {
	switch limit := s.Config.RateLimit; {
	case limit < 0:
		return 0
	case limit == 0:
		return DefaultRateLimit
	default:
		return limit
	}
}

// wholeSeconds rounds up, so that who waits that long is let in.
func wholeSeconds(d time.Duration) string { return strconv.Itoa(int(math.Ceil(d.Seconds()))) }
