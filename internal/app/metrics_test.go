package app

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestMetrics: the figures have a listener of their own, which ends with the portal.
func TestMetrics(t *testing.T) {
	ln, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := ln.Addr().String()
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	cfg, err := LoadConfig(env("SOURCIER_DATA", t.TempDir(), "SOURCIER_ADDR", "localhost:0", "SOURCIER_METRICS_ADDR", addr))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	a, err := Open(ctx, cfg, "test", slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	bound, ended := make(chan net.Addr, 1), make(chan error, 1)
	go func() { ended <- a.Serve(ctx, func(addr net.Addr) { bound <- addr }) }()
	portal := "http://" + (<-bound).String()
	for start := time.Now(); a.index.Ready() != nil; time.Sleep(10 * time.Millisecond) {
		if time.Since(start) > 20*time.Second {
			t.Fatal(a.index.Ready())
		}
	}
	if status, _ := fetch(t, portal+"/structures?q=secret"); status != http.StatusOK {
		t.Errorf("results: %d", status)
	}
	for _, path := range []string{"/", "/territoires/94081", "/secteurs/proprete"} { // their counts are nobody's search
		if status, _ := fetch(t, portal+path); status != http.StatusOK {
			t.Errorf("%s: %d", path, status)
		}
	}
	if status, _ := fetch(t, portal+"/metrics"); status != http.StatusNotFound {
		t.Errorf("the portal itself answers /metrics: %d", status)
	}
	status, body := fetch(t, "http://"+addr+"/metrics")
	for _, want := range []string{
		`sourcier_requests_total{method="GET",route="/structures",status="200"} 1`, `sourcier_requests_total{method="GET",route="",status="404"} 1`,
		`sourcier_searches_total{outcome="nothing"} 1`, "sourcier_index_ready 1", "sourcier_index_structures 0", "sourcier_store_errors_total 0",
		`sourcier_work_running{work="import"} 0`, "go_goroutines ",
	} {
		if status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%d, no %q in\n%.3000s", status, want, body)
		}
	}
	if strings.Contains(body, "secret") {
		t.Error("the text of a search is told")
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("serve: %v", err)
	}
	if conn, err := net.DialTimeout("tcp", addr, time.Second); err == nil {
		_ = conn.Close()
		t.Error("the listener outlives the portal")
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
}

func fetch(t *testing.T, url string) (status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(content)
}
