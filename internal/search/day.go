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

// standing is what a day makes of a profile. Profiles that differ in dates alone
// have the same one: there are a hundred times fewer than structures.
type standing struct {
	kinds                uint16 // agreement kinds in force, in the order of structure.Kinds, then the ESS family
	bases                uint8  // bits of structure.Bases
	family               int8   // index in structure.Families
	ess, size, workforce int8   // as in profile
	esus                 bool
	labels               []uint32 // in force, each once
}

// dealing is what a day makes of a trade.
type dealing struct {
	sectors, groups []uint16
	qualities       uint64 // bits of characteristics
	modes           uint8
	states          uint8 // bit of query.AvailabilityStates
}

// offering is what a day makes of an offer: its dealings, and all that they hold.
type offering struct {
	dealings []uint32 // in classes.dealings, each once
	all      dealing
}

// classes are the standings, dealings and offerings of a day, and which of them
// the profiles, trades and offers of a view have.
type classes struct {
	standingOf []uint32 // by profile
	standings  []standing
	dealingOf  []uint32 // by trade
	dealings   []dealing
	offeringOf []uint32 // by offer
	offerings  []offering
}

// maxKinds bounds the bits of a kind mask: agreement kinds, then ESS families.
const maxKinds = 16

// day classes profiles, trades and offers: bases and family follow from single
// agreements, so a set of kinds is the union of their answers.
type day struct {
	on      structure.Date
	ymd     ymd
	basesOf [maxKinds]uint8 // by bit of standing.kinds
	grow    sync.Mutex
	known   classes
	codes   map[string]uint32 // of all classes, by what they are
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
	d := &day{on: on, ymd: ymdOf(on, longAgo), codes: map[string]uint32{}}
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

// classes gives those of the profiles, trades and offers of a view, which has the
// same ones as any older view, and more.
func (d *day) classes(l *lists) classes {
	d.grow.Lock()
	defer d.grow.Unlock()
	k := &d.known
	k.standingOf = slices.Grow(k.standingOf, max(0, len(l.profiles)-len(k.standingOf)))
	for n := len(k.standingOf); n < len(l.profiles); n++ {
		k.standingOf = append(k.standingOf, class(d, &k.standings, d.standing(&l.profiles[n])))
	}
	k.dealingOf = slices.Grow(k.dealingOf, max(0, len(l.trades)-len(k.dealingOf)))
	for n := len(k.dealingOf); n < len(l.trades); n++ {
		k.dealingOf = append(k.dealingOf, class(d, &k.dealings, d.dealing(l, &l.trades[n])))
	}
	k.offeringOf = slices.Grow(k.offeringOf, max(0, len(l.offers)-len(k.offeringOf)))
	for n := len(k.offeringOf); n < len(l.offers); n++ {
		k.offeringOf = append(k.offeringOf, class(d, &k.offerings, k.offering(l.tradesOf(number(n)))))
	}
	out := *k
	out.standingOf, out.dealingOf, out.offeringOf = out.standingOf[:len(l.profiles)], out.dealingOf[:len(l.trades)], out.offeringOf[:len(l.offers)]
	return out
}

// packed is a class that can be told from others by its bytes.
type packed interface{ pack(p *packer) }

// class gives the number of one of the classes of its kind, which it joins when
// it is new.
func class[C packed](d *day, all *[]C, one C) uint32 {
	p := &packer{b: make([]byte, 0, 64)}
	one.pack(p)
	code, ok := d.codes[string(p.b)]
	if !ok {
		code = number(len(*all))
		*all = append(*all, one)
		d.codes[string(p.b)] = code
	}
	return code
}

func (s standing) pack(p *packer) {
	p.b = append(p.b, 's', byte(s.family), byte(s.ess), byte(s.size), byte(s.workforce)) // #nosec G115 -- the bits are wanted
	p.bool(s.esus)
	p.uint(uint64(s.kinds)) // bases follow from them
	for _, l := range s.labels {
		p.uint(uint64(l))
	}
}

func (t dealing) pack(p *packer) {
	p.b = append(p.b, 'd', t.modes, t.states)
	p.uint(t.qualities)
	for _, s := range t.sectors {
		p.uint(uint64(s))
	}
}

func (o offering) pack(p *packer) {
	p.b = append(p.b, 'o')
	for _, t := range o.dealings {
		p.uint(uint64(t))
	}
}

func (d *day) standing(p *profile) standing {
	s := standing{ess: p.ess, size: p.size, workforce: p.workforce, esus: p.esus}
	for _, a := range p.agreements {
		if a.start <= d.ymd && d.ymd <= a.end {
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
	for _, l := range p.labels {
		if l.from <= d.ymd && d.ymd <= l.to {
			s.labels = appendNew(s.labels, l.code)
		}
	}
	slices.Sort(s.labels)
	return s
}

func (d *day) dealing(l *lists, t *trade) dealing {
	out := dealing{sectors: slices.Sorted(slices.Values(l.sectors(t))), groups: l.groups(t), qualities: t.characteristics, modes: t.modes}
	if t.availability >= 0 && d.ymd <= t.lastDay {
		out.states = 1 << t.availability
	}
	return out
}

func (k *classes) offering(trades []uint32) offering {
	var out offering
	for _, t := range trades {
		out.dealings = appendNew(out.dealings, k.dealingOf[t])
	}
	slices.Sort(out.dealings)
	for _, number := range out.dealings {
		t := &k.dealings[number]
		for _, s := range t.sectors {
			out.all.sectors = appendNew(out.all.sectors, s)
		}
		for _, g := range t.groups {
			out.all.groups = appendNew(out.all.groups, g)
		}
		out.all.modes |= t.modes
		out.all.qualities |= t.qualities
		out.all.states |= t.states
	}
	return out
}
