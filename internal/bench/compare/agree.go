// Package compare asks the same questions of several engines: first whether
// they agree, then how long they take, turn by turn, so that what disturbs the
// machine disturbs all of them.
package compare

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"sourcier/internal/bench/ask"
	"sourcier/internal/bench/engine"
)

// Reference is the answer of the first engine and who gave another one.
type Reference struct {
	Question ask.Question
	Total    int
	Cannot   map[string]bool // engines that have no means to answer
}

// Agree asks every question once of every engine. The first engine is ours; an
// engine that gives another total, or another count of a facet, is an error
// that names the class: times of different answers are not compared.
func Agree(ctx context.Context, engines []engine.Engine, questions []ask.Question) ([]Reference, error) {
	var out []Reference
	var errs []error
	for _, q := range questions {
		ref := Reference{Question: q, Cannot: map[string]bool{}}
		var first engine.Answer
		from := ""
		for _, e := range engines {
			a, err := e.Answer(ctx, q)
			switch {
			case errors.Is(err, engine.ErrCannot):
				ref.Cannot[e.Name()] = true
				continue
			case err != nil:
				return nil, fmt.Errorf("%s, class %q, %s: %w", e.Name(), q.Class, q.Text, err)
			case from == "":
				first, from = a, e.Name()
				continue
			}
			if err := same(first, a, q.Tolerance); err != nil {
				errs = append(errs, fmt.Errorf("class %q, question %q: %s and %s differ: %w", q.Class, q.Text, from, e.Name(), err))
			}
		}
		ref.Total = first.Total
		out = append(out, ref)
	}
	return out, errors.Join(errs...)
}

// same compares totals and the counts that both list.
func same(a, b engine.Answer, tolerance float64) error {
	near := func(x, y int) bool { return math.Abs(float64(x-y)) <= math.Ceil(tolerance*float64(max(x, y))) }
	if !near(a.Total, b.Total) {
		return fmt.Errorf("totals %d and %d", a.Total, b.Total)
	}
	if a.Hits != b.Hits {
		return fmt.Errorf("%d and %d hits on the page", a.Hits, b.Hits)
	}
	for _, name := range engine.Facets {
		theirs, counted := b.Facets[name]
		if !counted {
			return fmt.Errorf("facet %s is missing", name)
		}
		for _, value := range sortedKeys(a.Facets[name]) {
			if x, y := a.Facets[name][value], theirs[value]; !near(x, y) {
				return fmt.Errorf("facet %s, value %s: %d and %d", name, value, x, y)
			}
		}
	}
	return nil
}

func sortedKeys(m map[string]int) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
