package web

import (
	"net/netip"
	"testing"
	"time"
)

func TestLimiter(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	l := newLimiter(60, time.Minute, func() time.Time { return now }) // one token a second
	client := netip.MustParseAddr("192.0.2.7")
	for i := range 60 {
		if v := l.take(client); !v.allowed || v.remaining != 59-i {
			t.Fatalf("request %d: %+v", i+1, v)
		}
	}
	v := l.take(client)
	if v.allowed || v.retry != time.Second || v.reset != time.Minute {
		t.Errorf("the bucket is empty: %+v", v)
	}
	if other := l.take(netip.MustParseAddr("192.0.2.8")); !other.allowed {
		t.Error("another client pays for the first")
	}
	now = now.Add(v.retry)
	if v := l.take(client); !v.allowed {
		t.Error("refused after the time that Retry-After named")
	}
	if v := l.take(client); v.allowed {
		t.Error("a second token after one second")
	}
	now = now.Add(-time.Hour) // the clock is set back
	if v := l.take(client); v.allowed || v.retry > time.Second {
		t.Errorf("a clock set back locks the client out: %+v", v)
	}
	now = now.Add(2 * time.Hour)
	if v := l.take(client); !v.allowed || v.remaining != 59 {
		t.Errorf("the bucket never holds more than the limit: %+v", v)
	}
}

func TestLimiterMemoryIsBounded(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	l := newLimiter(60, time.Minute, func() time.Time { return now })
	addr := netip.MustParseAddr("10.0.0.0")
	for range maxClients {
		l.take(addr)
		addr = addr.Next()
	}
	now = now.Add(30 * time.Second)
	busy := netip.MustParseAddr("10.0.0.0")
	l.take(busy)
	now = now.Add(31 * time.Second) // all idle for a minute but busy
	l.take(addr)
	if n := len(l.clients); n != 2 {
		t.Errorf("%d clients kept, want the busy one and the new one", n)
	}
	for range maxClients + 10 {
		addr = addr.Next()
		l.take(addr)
	}
	if n := len(l.clients); n > maxClients {
		t.Errorf("%d clients kept, want at most %d", n, maxClients)
	}
}

func TestClientAddr(t *testing.T) {
	for ip, want := range map[string]string{
		"192.0.2.7":                   "192.0.2.7",
		"::ffff:192.0.2.7":            "192.0.2.7",
		"2001:db8:1:2:aaaa::1":        "2001:db8:1:2::",
		"2001:db8:1:2:bbbb:cccc::1%0": "2001:db8:1:2::",
		"not an address":              "invalid IP",
	} {
		if got := clientAddr(ip).String(); got != want {
			t.Errorf("%s: %s, want %s", ip, got, want)
		}
	}
}

func TestNetworkNamesNoHousehold(t *testing.T) {
	for ip, want := range map[string]string{
		"192.0.2.7":            "192.0.2.0/24",
		"::ffff:192.0.2.7":     "192.0.2.0/24",
		"2001:db8:1:2:aaaa::1": "2001:db8:1::/48",
		"evil\nline":           "",
	} {
		if got := network(ip); got != want {
			t.Errorf("%s: %q, want %q", ip, got, want)
		}
	}
}
