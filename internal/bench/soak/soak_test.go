package soak

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"sourcier/internal/bench/corpus"
	"sourcier/internal/bench/engine"
	"sourcier/internal/bench/sourcier"
)

func windows(n int, anon func(i int) int64, p95 func(i int) time.Duration) []Window {
	var out []Window
	for i := range n {
		out = append(out, Window{Memory: engine.Memory{RssAnon: anon(i)}, Lat: engine.Latencies{P95: p95(i)}})
	}
	return out
}

func TestJudge(t *testing.T) {
	flat := func(int) int64 { return 100 }
	still := func(int) time.Duration { return time.Millisecond }
	failed := windows(9, flat, still)
	failed[4].Failed = 1
	tests := []struct {
		name    string
		windows []Window
		held    bool
		says    string
	}{
		{"steady", windows(9, flat, still), true, "HELD"},
		{"a leak", windows(9, func(i int) int64 { return int64(100 + 10*i) }, still), false, "memory grew"},
		{"ever slower", windows(9, flat, func(i int) time.Duration { return time.Duration(1 + i) }), false, "p95 grew"},
		{"the first window does not count", windows(9, func(i int) int64 { return int64(100 - 50*(1-min(1, i))) }, still), true, "HELD"},
		{"one failure", failed, false, "1 queries failed"},
		{"too short", windows(3, flat, still), false, "too few"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := Judge(tt.windows)
			if v.Held != tt.held || !strings.Contains(v.String(), tt.says) {
				t.Errorf("%s; want held %v, with %q", v, tt.held, tt.says)
			}
		})
	}
}

// TestRun soaks a small directory for a few seconds, with a rebuild.
func TestRun(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	if _, err := sourcier.Fill(ctx, dir, corpus.New(corpus.DefaultSeed), 500, func(int) {}); err != nil {
		t.Fatal(err)
	}
	e, err := sourcier.Open(ctx, dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = e.Close() }()
	var said bytes.Buffer
	list, err := Run(ctx, e, Options{For: 6 * time.Second, Every: 500 * time.Millisecond, Clients: 2, Rate: 50, Rebuild: true, Index: sourcier.IndexDir(dir)}, &said)
	if err != nil {
		t.Fatalf("%v\n%s", err, &said)
	}
	t.Logf("%s", &said)
	last := list[len(list)-1]
	if last.Updates < 100 || last.View == 0 || last.Segments == 0 || Judge(list).Failed > 0 || !strings.Contains(said.String(), "rebuild done") {
		t.Errorf("%s", &said)
	}
}
