package app

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
)

// longStop is what a stop must not take when there is nothing to wait for, on any machine.
const longStop = 3 * time.Second

// A connection that never spoke, as browsers open them, keeps no stop waiting.
func TestServeStopsBesideSilentConnections(t *testing.T) {
	cfg := testConfig(t)
	cfg.Addr = "127.0.0.1:0"
	a := mustOpen(t, cfg)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	bound, ended := make(chan net.Addr, 1), make(chan error, 1)
	go func() { ended <- a.Serve(ctx, func(addr net.Addr) { bound <- addr }) }()
	addr := (<-bound).String()
	conn := dial(t, addr)
	if status, _ := fetch(t, "http://"+addr+"/healthz"); status != http.StatusOK { // let in after it
		t.Errorf("health: %d", status)
	}
	start := time.Now()
	stop()
	if err := <-ended; err != nil || time.Since(start) > longStop {
		t.Errorf("stopped after %s: %v", time.Since(start), err)
	}
	if n, err := conn.Read(make([]byte, 1)); n > 0 || err == nil {
		t.Errorf("%d bytes on a connection that asked for nothing, %v", n, err)
	}
}

// A portal stopped before it listens ends, and does not begin.
func TestServeStoppedAtOnce(t *testing.T) {
	cfg := testConfig(t)
	cfg.Addr = "127.0.0.1:0"
	a := mustOpen(t, cfg)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	ended := make(chan error, 1)
	go func() { ended <- a.Serve(ctx, func(net.Addr) {}) }()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(drainTimeout / 2):
		t.Fatal("serves for ever")
	}
}

// What was on its way at the stop is answered; what does not end is cut, and said.
func TestDrain(t *testing.T) {
	for _, test := range []struct {
		name, path string
		within     time.Duration
		answer     string // how it begins
		logs       string
	}{
		{"a request after the stop, on a connection of before", "/soon", time.Minute, "HTTP/1.1 200 OK\r\n", ""},
		{"a request without end", "/never", 100 * time.Millisecond, "", "level=WARN msg=\"requests cut: they did not end in time\" connections=1 drain=100ms\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := fiber.New(fiber.Config{DisableStartupMessage: true, ReadTimeout: time.Minute})
			asked, release := make(chan struct{}, 1), make(chan struct{})
			t.Cleanup(func() { close(release) })
			server.Get("/soon", func(c *fiber.Ctx) error { return c.SendString("x") })
			server.Get("/never", func(*fiber.Ctx) error { asked <- struct{}{}; <-release; return nil })
			ln, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			entry := newDoor(ln)
			entry.grace = time.Minute
			served := make(chan error, 1)
			go func() { served <- server.Listener(entry) }()
			conn := dial(t, ln.Addr().String())
			for inside := 0; inside == 0; time.Sleep(time.Millisecond) {
				entry.mu.Lock()
				inside = len(entry.inside)
				entry.mu.Unlock()
			}
			ask := func() { _, _ = io.WriteString(conn, "GET "+test.path+" HTTP/1.1\r\nHost: x\r\n\r\n") }
			if test.path == "/never" {
				ask()
				<-asked
			}
			var said bytes.Buffer
			ended := make(chan error, 1)
			go func() { ended <- entry.drain(server, test.within, slog.New(slog.NewTextHandler(&said, nil))) }()
			if err := <-served; err != nil { // listens no more
				t.Fatal(err)
			}
			if test.path == "/soon" {
				ask()
			}
			answer, _ := io.ReadAll(conn) // cut or not
			if err := <-ended; err != nil {
				t.Error(err)
			}
			if !strings.HasPrefix(string(answer), test.answer) || test.answer == "" && len(answer) > 0 {
				t.Errorf("answer %q", answer)
			}
			if !strings.HasSuffix(said.String(), test.logs) || test.logs == "" && strings.Contains(said.String(), "WARN") {
				t.Errorf("log: %s", &said)
			}
		})
	}
}

func dial(t *testing.T, addr string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}
