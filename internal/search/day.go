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
	kinds                uint16 // agreement kinds in force, in the order of structure.Kinds, then the ESS family, then kindJoint
	bases                uint8  // bits of structure.Bases
	family               int8   // index in structure.Families
	ess, size, workforce int8   // as in profile
	esus                 bool
	labels               []uint32 // in force, each once
}

// dealing is what a day makes of a trade, or of several.
type dealing struct {
	qualities   uint64 // bits of characteristics
	from        uint32 // of its sectors, then their groups, in classes.codes
	sectorCount uint8
	groupCount  uint8
	modes       uint8
	states      uint8 // bits of query.AvailabilityStates
}

// classes are the standings and dealings of a day, and which of them the profiles,
// trades and offers of a view have: an offer that of all its trades together, but
// for their sectors.
type classes struct {
	standingOf []uint32 // by profile
	standings  []standing
	dealingOf  []uint32 // by trade
	dealings   []dealing
	offeringOf []uint32  // by offer
	offerings  []dealing // without sectors
	codes      []uint16  // of sectors and groups
}

func (k *classes) sectorsOf(t *dealing) []uint16 { return k.codes[t.from:][:t.sectorCount] }

func (k *classes) groupsOf(t *dealing) []uint16 {
	return k.codes[t.from+uint32(t.sectorCount):][:t.groupCount]
}

// maxKinds bounds the bits of a kind mask: agreement kinds, ESS families, then
// kindJoint, the bit of groupements.
const maxKinds = 16

var kindJoint = number(len(structure.Kinds) + len(structure.ESSFamilies))

// day classes profiles, trades and offers: bases and family follow from single
// agreements, so a set of kinds is the union of their answers.
type day struct {
	on      structure.Date
	ymd     ymd
	basesOf [maxKinds]uint8 // by bit of standing.kinds
	grow    sync.Mutex
	known   classes
	codes   map[digest]uint32 // of all classes, by what they are
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

// days keeps the last two days asked for: today, and around midnight the other.
type days struct {
	rules        structure.BasisRules
	mu           sync.Mutex
	last, before *day
}

func (d *days) day(on structure.Date) *day {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.before != nil && d.before.on == on {
		d.last, d.before = d.before, d.last
	}
	if d.last == nil || d.last.on != on {
		d.last, d.before = newDay(on, d.rules), d.last
	}
	return d.last
}

func newDay(on structure.Date, rules structure.BasisRules) *day {
	d := &day{on: on, ymd: ymdOf(on, longAgo), codes: map[digest]uint32{}}
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
		s := d.standing(l, &l.profiles[n])
		code, fresh := d.class(s.pack(), len(k.standings))
		if k.standingOf = append(k.standingOf, code); fresh {
			k.standings = append(k.standings, s)
		}
	}
	k.dealingOf = slices.Grow(k.dealingOf, max(0, len(l.trades)-len(k.dealingOf)))
	for n := len(k.dealingOf); n < len(l.trades); n++ {
		k.dealingOf = append(k.dealingOf, d.deal(d.dealing(l, &l.trades[n])))
	}
	k.offeringOf = slices.Grow(k.offeringOf, max(0, len(l.offers)-len(k.offeringOf)))
	for n := len(k.offeringOf); n < len(l.offers); n++ {
		o := k.offering(l.tradesOf(number(n)))
		p := &packer{b: []byte{'o', o.modes, o.states}}
		p.uint(o.qualities)
		code, fresh := d.class(p.b, len(k.offerings))
		if k.offeringOf = append(k.offeringOf, code); fresh {
			k.offerings = append(k.offerings, o)
		}
	}
	if len(d.codes) > maxDayCodes {
		d.codes = map[digest]uint32{}
	}
	out := *k
	out.standingOf, out.dealingOf, out.offeringOf = out.standingOf[:len(l.profiles)], out.dealingOf[:len(l.trades)], out.offeringOf[:len(l.offers)]
	return out
}

// maxDayCodes is how many classes are recognised when they come again. What comes
// after is classed anew: the same twice costs less than to know all of them.
const maxDayCodes = 10_000

// class gives the number of a class told by its bytes, which is next when it is
// fresh.
func (d *day) class(packed []byte, next int) (code uint32, fresh bool) {
	key := digestOf(packed)
	code, ok := d.codes[key]
	if !ok {
		code = number(next)
		d.codes[key] = code
	}
	return code, !ok
}

// dealt is a dealing before its lists are among those of the day.
type dealt struct {
	dealing
	sectors, groups []uint16
}

// deal gives the number of a dealing.
func (d *day) deal(t dealt) uint32 {
	slices.Sort(t.sectors)
	p := &packer{b: []byte{'d', t.modes, t.states}}
	p.uint(t.qualities)
	for _, s := range t.sectors {
		p.uint(uint64(s))
	}
	k := &d.known
	code, fresh := d.class(p.b, len(k.dealings))
	if fresh {
		t.from, t.sectorCount, t.groupCount = number(len(k.codes)), uint8(len(t.sectors)), uint8(len(t.groups)) // #nosec G115 -- each once, of the taxonomy
		k.codes = append(append(k.codes, t.sectors...), t.groups...)
		k.dealings = append(k.dealings, t.dealing)
	}
	return code
}

func (s *standing) pack() []byte {
	p := &packer{b: []byte{'s', byte(s.family), byte(s.ess), byte(s.size), byte(s.workforce)}} // #nosec G115 -- the bits are wanted
	p.bool(s.esus)
	p.uint(uint64(s.kinds))
	p.uint(uint64(s.bases)) // follow from kinds, but of a groupement
	for _, l := range s.labels {
		p.uint(uint64(l))
	}
	return p.b
}

func (d *day) standing(l *lists, p *profile) standing {
	s := standing{ess: p.ess, size: p.size, workforce: p.workforce, esus: p.esus >= d.ymd}
	if p.joint {
		s.kinds = 1 << kindJoint
		s.bases, s.family = d.joint(l, l.membersOf(p))
	} else {
		s.kinds = d.kinds(l.agreementsOf(p), p.ess)
		s.bases, s.family = d.judged(s.kinds)
	}
	for _, of := range l.labelsOf(p) {
		if of.from <= d.ymd && d.ymd <= of.to {
			s.labels = appendNew(s.labels, of.code)
		}
	}
	slices.Sort(s.labels)
	return s
}

// kinds is those of the agreements in force, and the ESS family.
func (d *day) kinds(list []agreement, ess int8) (out uint16) {
	for _, a := range list {
		if a.start <= d.ymd && d.ymd <= a.end {
			out |= 1 << a.kind
		}
	}
	if ess >= 0 {
		out |= 1 << (len(structure.Kinds) + int(ess))
	}
	return out
}

// judged gives the bases and the family of a set of kinds.
func (d *day) judged(kinds uint16) (bases uint8, family int8) {
	family = place8(structure.Families, structure.Entreprise)
	for i := maxKinds - 1; i >= 0; i-- {
		if kinds&(1<<i) != 0 {
			bases |= d.basesOf[i]
			family = familyOfKind[i]
		}
	}
	return bases, family
}

// joint gives the bases and the family that all members of a groupement share.
func (d *day) joint(l *lists, members []member) (bases uint8, family int8) {
	apart := place8(structure.Families, structure.Entreprise)
	for i, m := range members {
		b, f := d.judged(d.kinds(l.agreements[m.from:][:m.agreements], m.ess))
		if i == 0 {
			bases, family = b, f
			continue
		}
		if bases &= b; f != family {
			family = apart
		}
	}
	if len(members) < structure.MinMembers {
		bases = 0
	}
	if len(members) == 0 {
		family = apart
	}
	return bases, family
}

func (d *day) dealing(l *lists, t *trade) dealt {
	out := dealt{dealing: dealing{qualities: t.characteristics, modes: t.modes}, sectors: slices.Clone(l.sectors(t)), groups: l.groups(t)}
	if t.availability >= 0 && d.ymd <= t.lastDay {
		out.states = 1 << t.availability
	}
	return out
}

// offering is what the trades of an offer say together, their sectors apart:
// names keeps those, which no day changes.
func (k *classes) offering(trades []uint32) (out dealing) {
	for _, number := range trades {
		t := &k.dealings[k.dealingOf[number]]
		out.modes |= t.modes
		out.qualities |= t.qualities
		out.states |= t.states
	}
	return out
}
