package demo

import "math/rand/v2"

// dice is a source of choices that depends only on the seed, a purpose and a
// number: structure 12,345 is the same whoever asks for it and in which order.
type dice struct{ *rand.Rand }

// Purposes keep the draws for one thing from shifting those for another.
const (
	forDeck uint64 = iota + 1
	forStructure
	forUnit
	forPeople
)

func newDice(seed, purpose uint64, n int) dice {
	stream := uint64(n)*0xd1342543de82ef95 + purpose                            //nolint:gosec // not negative
	return dice{rand.New(rand.NewPCG(seed*0x9e3779b97f4a7c15+purpose, stream))} //nolint:gosec // the same every time is the point
}

// chance is true once in a while: p is between 0 and 1.
func (d dice) chance(p float64) bool { return d.Float64() < p }

// between draws an integer from low to high, both included.
func (d dice) between(low, high int) int {
	if high <= low {
		return low
	}
	return low + d.IntN(high-low+1)
}

// pick draws one element; the list must not be empty.
func pick[T any](d dice, list []T) T { return list[d.IntN(len(list))] }

// pickSome draws n different elements, fewer when the list is shorter, in the
// order of the list.
func pickSome[T any](d dice, list []T, n int) []T {
	n = min(n, len(list))
	out := make([]T, 0, n)
	for i, v := range list {
		if d.IntN(len(list)-i) < n-len(out) {
			out = append(out, v)
		}
	}
	return out
}

// weighted is a choice with its weight.
type weighted[T any] struct {
	weight int
	value  T
}

// draw picks a value with a probability in proportion to its weight.
func draw[T any](d dice, list []weighted[T]) T {
	total := 0
	for _, w := range list {
		total += w.weight
	}
	n := d.IntN(total)
	for _, w := range list {
		if n -= w.weight; n < 0 {
			return w.value
		}
	}
	return list[len(list)-1].value
}
