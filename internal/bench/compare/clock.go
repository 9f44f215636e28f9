package compare

import (
	"context"
	"fmt"
	"time"

	"sourcier/internal/bench/engine"
)

// Times are the runs of each question, by engine and place of the question.
type Times map[string][][]time.Duration

// reps is how many runs of a question follow each other in one turn.
const reps = 4

// Clock takes runs of every question by every engine, in turns: each round asks
// all engines a question before the next question. The first engine of a turn
// changes from round to round. progress is told rounds done.
func Clock(ctx context.Context, engines []engine.Engine, refs []Reference, runs int, progress func(round, rounds int)) (Times, error) {
	out := Times{}
	for _, e := range engines {
		out[e.Name()] = make([][]time.Duration, len(refs))
	}
	rounds := max(1, (runs+reps-1)/reps)
	for round := range rounds {
		for i, ref := range refs {
			for n := range engines {
				e := engines[(n+round)%len(engines)]
				if ref.Cannot[e.Name()] {
					continue
				}
				took, err := e.Time(ctx, ref.Question, min(reps, runs))
				if err != nil {
					return nil, fmt.Errorf("%s, class %q, %s: %w", e.Name(), ref.Question.Class, ref.Question.Text, err)
				}
				out[e.Name()][i] = append(out[e.Name()][i], took...)
			}
		}
		progress(round+1, rounds)
	}
	return out, nil
}
