package search

import (
	"math"
	"slices"
	"sync"

	"sourcier/internal/structure"
)

// ymd is a date as a number that compares like it: 20261127.
type ymd int32

// ymdOf reads a date; none gives what stands for it.
func ymdOf(d structure.Date, none ymd) ymd {
	if len(d) != len("2026-11-27") {
		return none
	}
	n := ymd(0)
	for i := range len(d) {
		if c := d[i]; c >= '0' && c <= '9' {
			n = n*10 + ymd(c-'0')
		}
	}
	return n
}

const (
	longAgo ymd = 0
	never   ymd = math.MaxInt32
)

// standing is what a day makes of a profile.
type standing struct {
	kinds                uint16 // agreement kinds in force, in the order of structure.Kinds, then the ESS family
	bases                uint8  // bits of structure.Bases
	family               int8   // index in structure.Families
	ess, size, workforce int8   // as in profile
	esus                 bool
}

// maxKinds bounds the bits of a kind mask: agreement kinds, then ESS families.
const maxKinds = 16

// day knows the standings of the profiles on one day: bases and family follow
// from single agreements, so a set of kinds is the union of their answers.
type day struct {
	on      structure.Date
	basesOf [maxKinds]uint8 // by bit of standing.kinds
	grow    sync.Mutex
	known   []standing
}

// familyOfKind gives the index in structure.Families of an agreement kind.
var familyOfKind = func() (out [maxKinds]int8) {
	for i, k := range structure.Kinds {
		out[i] = place8(structure.Families, k.Family())
	}
	for i := len(structure.Kinds); i < maxKinds; i++ {
		out[i] = place8(structure.Families, structure.FamilyESS)
	}
	return out
}()

// days keeps the last day asked for, which is nearly always today.
type days struct {
	rules structure.BasisRules
	mu    sync.Mutex
	last  *day
}

func (d *days) day(on structure.Date) *day {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.last == nil || d.last.on != on {
		d.last = newDay(on, d.rules)
	}
	return d.last
}

func newDay(on structure.Date, rules structure.BasisRules) *day {
	d := &day{on: on}
	for i, k := range structure.Kinds {
		one := structure.Structure{Agreements: []structure.Agreement{{Kind: k}}}
		d.basesOf[i] = basisBits(rules.BasisValues(&one, on))
	}
	for i, e := range structure.ESSFamilies {
		d.basesOf[len(structure.Kinds)+i] = basisBits(rules.BasisValues(&structure.Structure{ESS: e}, on))
	}
	return d
}

func basisBits(bases []structure.Basis) (out uint8) {
	for _, b := range bases {
		out |= bit[uint8](structure.Bases, b)
	}
	return out
}

// standings gives those of the profiles of a view, by their number.
func (d *day) standings(profiles []profile) []standing {
	d.grow.Lock()
	defer d.grow.Unlock()
	d.known = slices.Grow(d.known, max(0, len(profiles)-len(d.known)))
	for n := len(d.known); n < len(profiles); n++ {
		d.known = append(d.known, d.standing(&profiles[n]))
	}
	return d.known[:len(profiles)]
}

func (d *day) standing(p *profile) standing {
	s := standing{ess: p.ess, size: p.size, workforce: p.workforce, esus: p.esus}
	on := ymdOf(d.on, longAgo)
	for _, a := range p.agreements {
		if a.start <= on && on <= a.end {
			s.kinds |= 1 << a.kind
		}
	}
	s.family = place8(structure.Families, structure.Entreprise)
	if p.ess >= 0 {
		s.kinds |= 1 << (len(structure.Kinds) + int(p.ess))
	}
	for i := maxKinds - 1; i >= 0; i-- {
		if s.kinds&(1<<i) != 0 {
			s.bases |= d.basesOf[i]
			s.family = familyOfKind[i]
		}
	}
	return s
}
