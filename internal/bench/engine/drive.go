package engine

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"sourcier/internal/bench/ask"
)

// Answerer is the part of an engine that Timed and Loaded drive.
type Answerer func(context.Context, ask.Question) (Answer, error)

// Timed implements Engine.Time over an answerer in the same process.
func Timed(ctx context.Context, answer Answerer, q ask.Question, n int) ([]time.Duration, error) {
	out := make([]time.Duration, 0, n)
	for range n {
		start := time.Now()
		if _, err := answer(ctx, q); err != nil {
			return nil, err
		}
		out = append(out, time.Since(start))
	}
	return out, nil
}

// Loaded implements Engine.Load over an answerer in the same process. Questions
// that the engine cannot answer are left out.
func Loaded(ctx context.Context, answer Answerer, questions []ask.Question, clients int, d time.Duration) (Throughput, error) {
	var able []ask.Question
	for _, q := range questions {
		_, err := answer(ctx, q)
		if err == nil {
			able = append(able, q)
		} else if !errors.Is(err, ErrCannot) {
			return Throughput{}, err
		}
	}
	if len(able) == 0 {
		return Throughput{Clients: clients}, nil
	}
	var next, failed atomic.Int64
	took := make([][]time.Duration, clients)
	start := time.Now()
	end := start.Add(d)
	var group sync.WaitGroup
	for c := range clients {
		group.Go(func() {
			for time.Now().Before(end) && ctx.Err() == nil {
				// Questions are dealt in turn, so that each client gets all of them.
				q := able[int(next.Add(1))%len(able)]
				at := time.Now()
				if _, err := answer(ctx, q); err != nil {
					failed.Add(1)
					continue
				}
				took[c] = append(took[c], time.Since(at))
			}
		})
	}
	group.Wait()
	var all []time.Duration
	for _, list := range took {
		all = append(all, list...)
	}
	return Throughput{Clients: clients, Answered: len(all), Failed: int(failed.Load()), Elapsed: time.Since(start), Latencies: Summarise(all)}, ctx.Err()
}
