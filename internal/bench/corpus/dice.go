package corpus

import (
	"math"
	"math/bits"
)

// dice is splitmix64: the same numbers on every machine and with every release
// of Go, which math/rand does not promise, and no allocation to start it.
type dice uint64

// newDice starts the draws of one structure.
func newDice(seed, i uint64) dice { return dice(seed*0x9e3779b97f4a7c15 ^ (i+1)*0xd1342543de82ef95) }

func (d *dice) next() uint64 {
	*d += 0x9e3779b97f4a7c15
	z := uint64(*d)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below draws from 0 to n-1.
func (d *dice) below(n int) int {
	high, _ := bits.Mul64(d.next(), uint64(n)) // #nosec G115 -- n is the length of a list
	return int(high)                           // #nosec G115 -- below n
}

// float draws from [0, 1).
func (d *dice) float() float64 { return float64(d.next()>>11) / (1 << 53) }

// chance is true in so many cases of a hundred.
func (d *dice) chance(percent int) bool { return d.below(100) < percent }

// between draws an integer from low to high, both included.
func (d *dice) between(low, high int) int { return low + d.below(high-low+1) }

// rank draws from 0 to n-1, the chance of a rank falling as one over it: how
// words and trades are spread.
func (d *dice) rank(n int) int {
	return min(n-1, int(math.Exp(d.float()*math.Log(float64(n+1))))-1)
}

func pick[T any](d *dice, list []T) T { return list[d.below(len(list))] }

// common draws with the first elements of the list the most frequent.
func common[T any](d *dice, list []T) T { return list[d.rank(len(list))] }
