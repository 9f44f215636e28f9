// Package demo makes the demonstration territory: fictional structures, always
// the same for the same options, that show everything the directory can hold.
// Their numbers, phones and mail addresses belong to nobody (numbers.go).
package demo

import (
	"iter"

	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// Sizes of the demo territory.
const (
	DefaultSize = 400
	// largeSize is the size from which the directory looks like one filled from
	// the Sirene register: 97 % TPE and PME without agreement.
	largeSize = 100_000
	// rareEvery is how often, beyond the first DefaultSize structures of a large
	// size, one comes with an agreement or an ESS family (four in five of them).
	rareEvery = 32
)

// Options of Generate. Atlas, Taxonomy and Home are required.
type Options struct {
	Size     int    // number of structures, DefaultSize when 0
	Seed     uint64 // another seed, another territory
	Today    structure.Date
	Atlas    *territory.Atlas
	Taxonomy *taxonomy.Taxonomy
	Home     territory.Territory
}

func (o Options) withDefaults() Options {
	if o.Size <= 0 {
		o.Size = DefaultSize
	}
	return o
}

// Generate makes the structures one by one; of those made it remembers no more
// than the names that must not come twice (3 % of a large size). Same options, same structures in the same order.
func Generate(opts Options) iter.Seq[structure.Structure] {
	opts = opts.withDefaults()
	return func(yield func(structure.Structure) bool) {
		g := newGenerator(opts)
		for i := range opts.Size {
			if !yield(g.structure(i)) {
				return
			}
		}
	}
}

// generator holds what the structures of one run share.
type generator struct {
	opts    Options
	places  *places
	plan    *planner
	regions map[string]string // names of departments
	plain   []plainTrade
	names   map[string]bool  // taken by featured structures
	last    map[string]*site // last site of each profile, for a second establishment
	counts  map[string]int   // structures of each profile so far
	agreed  int              // agreements given so far
}

// site is what establishments of the same legal unit share.
type site struct {
	siren, siret, name string
	establishments     int
	size               structure.Size
	ess                structure.ESS
	esus               bool
	legal, naf         string
	sector             taxonomy.Sector
}

func newGenerator(opts Options) *generator {
	g := &generator{
		opts: opts, places: newPlaces(opts.Atlas, opts.Home), plan: newPlanner(opts.Seed, opts.Taxonomy),
		regions: map[string]string{}, names: map[string]bool{}, last: map[string]*site{}, counts: map[string]int{},
	}
	g.plain = plainTrades(g.plan)
	return g
}

// structure makes the ith.
func (g *generator) structure(i int) structure.Structure {
	switch {
	case i < DefaultSize || g.opts.Size < largeSize:
		return g.featured(i, g.plan.card(i), featuredSIREN(i))
	case i%rareEvery == 0 && i/rareEvery < rareUnits:
		n := i / rareEvery
		return g.featured(i, g.plan.card(DefaultSize+n), rareSIREN(n))
	}
	return g.plainStructure(i)
}

// commune chooses how far from home a structure is. A large directory covers the
// country; a small one the home territory and its surroundings.
func (g *generator) commune(d dice, i, rank int, local bool) territory.Commune {
	p := g.places
	large := i >= DefaultSize && g.opts.Size >= largeSize
	if rank >= 0 && len(p.ranked) > 0 {
		return p.ranked[rank%len(p.ranked)]
	}
	if local && !large {
		return draw(d, []weighted[ring]{{75, p.inside}, {25, p.near}}).draw(d)
	}
	if large {
		return draw(d, []weighted[ring]{{4, p.inside}, {6, p.near}, {20, p.region}, {70, p.country}}).draw(d)
	}
	return draw(d, []weighted[ring]{{66, p.inside}, {20, p.near}, {9, p.region}, {5, p.far}}).draw(d)
}

// department names the department of a commune.
func (g *generator) department(code string) string {
	if name, ok := g.regions[code]; ok {
		return name
	}
	name := code
	if t, err := g.opts.Atlas.Resolve("dep:" + code); err == nil {
		name = withoutCode(t.Label)
	}
	g.regions[code] = name
	return name
}
