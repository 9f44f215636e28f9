// Package metrics counts what the portal does, for Prometheus: requests, searches,
// failures of the store. No label holds what somebody typed, nor who asked.
package metrics

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	vm "github.com/VictoriaMetrics/metrics"

	"sourcier/internal/search"
	"sourcier/internal/search/query"
)

// durations bound the buckets of what takes time, in seconds: a search from the
// index takes some milliseconds, an export up to a minute.
var durations = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}

// Registry holds the counters of one portal. It is safe for concurrent use.
type Registry struct {
	set           *vm.Set
	searches      *vm.PrometheusHistogram
	storeFailures *vm.Counter
}

// New makes a registry.
func New() *Registry {
	set := vm.NewSet()
	return &Registry{set: set,
		searches:      set.NewPrometheusHistogramExt("sourcier_search_seconds", durations),
		storeFailures: set.NewCounter("sourcier_store_errors_total"),
	}
}

// Request counts an answer; route is the pattern, not the path, "" for none.
func (r *Registry) Request(method, route string, status int, took time.Duration) {
	r.set.GetOrCreateCounter(fmt.Sprintf("sourcier_requests_total{method=%q,route=%q,status=\"%d\"}", method, route, status)).Inc()
	r.set.GetOrCreatePrometheusHistogramExt(fmt.Sprintf("sourcier_request_seconds{route=%q}", route), durations).Update(took.Seconds())
}

// Mail counts what came of an attempt to send a mail, or of a mail without one: a state of
// a message.
func (r *Registry) Mail(outcome string) {
	r.set.GetOrCreateCounter(fmt.Sprintf("sourcier_mails_total{outcome=%q}", outcome)).Inc()
}

// Gauge reads a value each time that the registry is asked for.
func (r *Registry) Gauge(name string, value func() float64) { r.set.NewGauge(name, value) }

// Write writes everything, the Go runtime included, in the text format of Prometheus.
func (r *Registry) Write(w io.Writer) {
	r.set.WritePrometheus(w)
	vm.WriteProcessMetrics(w)
}

// Searcher is s, counted.
func (r *Registry) Searcher(s search.Searcher) search.Searcher { return searcher{s, r} }

type searcher struct {
	search.Searcher
	registry *Registry
}

// Search counts what the search took and how it ended.
func (s searcher) Search(ctx context.Context, q query.Query) (query.Result, error) {
	start := time.Now()
	res, err := s.Searcher.Search(ctx, q)
	s.registry.searches.UpdateDuration(start)
	outcome := "found"
	switch {
	case err != nil:
		outcome = "failed"
	case res.Total == 0:
		outcome = "nothing"
	case res.Correction != nil:
		outcome = "mended"
	}
	s.registry.set.GetOrCreateCounter(fmt.Sprintf("sourcier_searches_total{outcome=%q}", outcome)).Inc()
	return res, err
}

// Serve answers /metrics on a listener until ctx ends.
func (r *Registry) Serve(ctx context.Context, ln net.Listener) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		r.Write(w)
	})
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 10 * time.Second, MaxHeaderBytes: 8 << 10}
	stopped := context.AfterFunc(ctx, func() { _ = server.Close() }) // a scrape that is cut is made again
	defer stopped()
	if err := server.Serve(ln); ctx.Err() == nil {
		return fmt.Errorf("metrics: %w", err)
	}
	return nil
}
