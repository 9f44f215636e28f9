// Package engine is what the comparison asks of a search engine, whether it
// lives in this process, in a child process or behind a socket.
package engine

import (
	"context"
	"errors"
	"slices"
	"time"

	"sourcier/internal/bench/ask"
)

// ErrCannot is the answer of an engine to a question that it has no means to
// answer; the report says n/a.
var ErrCannot = errors.New("the engine cannot answer this")

// Answer is what every engine gives: an exact total, the first hits and the
// counts of the compared facets.
type Answer struct {
	Total  int                       `json:"total"`
	Hits   int                       `json:"hits"`
	Facets map[string]map[string]int `json:"facets"` // by name in Facets, then value
}

// Facets are the facets that all engines count: family, kind, sector group,
// department, size, workforce. Ours counts its eight others as well.
var Facets = []string{"family", "kind", "group", "department", "size", "workforce"}

// Engine answers questions. It is safe for concurrent use.
type Engine interface {
	Name() string
	// Answer gives the whole answer; ErrCannot when it has no means to.
	Answer(ctx context.Context, q ask.Question) (Answer, error)
	// Time answers n times, one after the other, and tells how long each took.
	Time(ctx context.Context, q ask.Question, n int) ([]time.Duration, error)
	// Load lets clients ask the questions in turn for a while and tells how many
	// were answered.
	Load(ctx context.Context, questions []ask.Question, clients int, d time.Duration) (Throughput, error)
	Close() error
}

// Throughput is what a load test saw.
type Throughput struct {
	Clients   int           `json:"clients"`
	Answered  int           `json:"answered"`
	Failed    int           `json:"failed"`
	Elapsed   time.Duration `json:"elapsed"`
	Latencies Latencies     `json:"latencies"`
}

// PerSecond is the rate of answers.
func (t Throughput) PerSecond() float64 {
	if t.Elapsed <= 0 {
		return 0
	}
	return float64(t.Answered) / t.Elapsed.Seconds()
}

// Latencies sums up what single answers took.
type Latencies struct {
	P50 time.Duration `json:"p50"`
	P95 time.Duration `json:"p95"`
	Max time.Duration `json:"max"`
}

// Summarise orders the list and reads its percentiles.
func Summarise(list []time.Duration) Latencies {
	if len(list) == 0 {
		return Latencies{}
	}
	slices.Sort(list)
	at := func(p int) time.Duration { return list[min(len(list)-1, len(list)*p/100)] }
	return Latencies{P50: at(50), P95: at(95), Max: list[len(list)-1]}
}
