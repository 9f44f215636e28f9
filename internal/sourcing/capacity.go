package sourcing

import (
	"cmp"
	"slices"
)

// capacity is what a year's work of an answerer can be worth: what its workforce does in
// a year (Law, WorkerEuros; the top of its band, so that nobody is set aside for a band
// that is wide) or the largest order that it gives itself, whichever is more. What it
// holds of this organisation comes off it.
type capacity struct {
	known bool
	euros int64 // with what it holds
	held  int64
}

// left is what it could still do.
func (c capacity) left() int64 { return max(0, c.euros-c.held) }

// compare says whether it is enough for a year of a lot; a lot without an amount is
// compared with nothing.
func (c capacity) compare(annual int64) CapacityCode {
	switch {
	case !c.known || annual == 0:
		return CapacityUnknown
	case c.left() < annual:
		return CapacityShort
	}
	return CapacityEnough
}

// capacityOf adds up the establishments of one legal unit: their workers when all are
// known, the largest of their orders.
func (by *By) capacityOf(siren string, parties ...*Party) capacity {
	rate := by.Law.At(WorkerEuros, by.On).Value
	c := capacity{held: by.Held[siren]}
	var workers, order int64
	for _, p := range parties {
		if workers >= 0 && p.Workers > 0 {
			workers += p.Workers
		} else {
			workers = -1
		}
		order = max(order, p.Order)
	}
	c.euros = max(workers*rate, order, 0)
	c.known = c.euros > 0
	return c
}

// jointCapacity adds up the members of a groupement, not known as soon as one is not.
func (by *By) jointCapacity(members []*Party) capacity {
	sum := capacity{known: true}
	for _, p := range members {
		one := capacity{}
		if p != nil {
			one = by.capacityOf(p.SIREN, p)
		}
		sum.known = sum.known && one.known
		sum.euros += one.left()
		sum.held += one.held
	}
	sum.euros += sum.held // left takes it off again
	return sum
}

// join makes groups of candidates that are each too small, as many as it can by taking
// them from the largest to the smallest: each group is the first that reaches the
// amount, of most members at most. The same candidates give the same groups.
func join(short []Candidate, annual int64, most int) (groups [][]Candidate) {
	var group []Candidate
	var sum int64
	for _, c := range slices.SortedFunc(slices.Values(short), orderByEuros) {
		if c.Euros == 0 || len(group) == most {
			break // what follows is smaller still
		}
		group, sum = append(group, c), sum+c.Euros
		if sum >= annual {
			groups = append(groups, group)
			group, sum = nil, 0
		}
	}
	return groups
}

// orderByEuros puts those who can do most first.
func orderByEuros(a, b Candidate) int {
	return cmp.Or(cmp.Compare(b.Euros, a.Euros), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Structures[0], b.Structures[0]))
}
