package sourcier

import (
	"context"
	"errors"
	"slices"
	"time"

	"sourcier/internal/bench/ask"
	"sourcier/internal/bench/engine"
)

// typed is what people type while they look for suggestions, from its second
// letter on.
var typed = []string{"nettoyage de locaux", "blanchisserie", "Vitry-sur-Seine", "Saint-Denis", "45442100", "entretien des espaces verts", "atelier", "maçonnerie", "Les ateliers de", "association"}

// overrunDeadline is shorter than most answers take at a million structures.
const overrunDeadline = 3 * time.Millisecond

// Limits measures suggestions, the dearest questions, and how long an answer goes
// on after its deadline.
func (e *Engine) Limits(ctx context.Context) (out engine.Limits, err error) {
	if out.Suggest, err = e.suggestions(ctx); err != nil {
		return out, err
	}
	extreme, honest, err := ask.Extremes()
	if err != nil {
		return out, err
	}
	if out.Honest, err = e.dearest(ctx, honest); err != nil {
		return out, err
	}
	if out.Extreme, err = e.dearest(ctx, extreme); err != nil {
		return out, err
	}
	var over []time.Duration
	for _, q := range slices.Concat(extreme, honest) {
		for range 5 {
			late, err := e.overrun(ctx, q.Whole())
			if err != nil {
				return out, err
			}
			over = append(over, late)
		}
	}
	out.Overrun = engine.Summarise(over)
	return out, nil
}

func (e *Engine) suggestions(ctx context.Context) (engine.Latencies, error) {
	var took []time.Duration
	for range 5 {
		for _, text := range typed {
			letters := []rune(text)
			for n := 2; n <= len(letters); n++ {
				start := time.Now()
				if _, err := e.Search.Suggest(ctx, string(letters[:n])); err != nil {
					return engine.Latencies{}, err
				}
				took = append(took, time.Since(start))
			}
		}
	}
	return engine.Summarise(took), nil
}

// dearest is the question that takes longest.
func (e *Engine) dearest(ctx context.Context, questions []ask.Question) (out engine.Dearest, err error) {
	for _, q := range questions {
		var took []time.Duration
		for range 5 {
			start := time.Now()
			_, err := e.Search.Search(ctx, q.Whole().Query)
			if err != nil && !errors.Is(err, context.DeadlineExceeded) { // which the time shows
				return out, err
			}
			took = append(took, time.Since(start))
		}
		if p50 := engine.Summarise(took).P50; p50 > out.Took {
			out = engine.Dearest{Text: q.Text, Took: p50}
		}
	}
	return out, nil
}

func (e *Engine) overrun(ctx context.Context, q ask.Question) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, overrunDeadline)
	defer cancel()
	start := time.Now()
	_, err := e.Search.Search(ctx, q.Query)
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return 0, err
	}
	return max(0, time.Since(start)-overrunDeadline), nil
}
