package sourcing

import (
	"slices"

	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// Field is what a lot asks of who would answer it: sectors, a mode, a place, and the
// circles around the place. It serves any number of lots that ask the same.
type Field struct {
	atlas   *territory.Atlas
	place   territory.Territory
	sectors []string
	mode    structure.Mode
	around  [len(circles) - 1]territory.Set // each circle but Beyond, with those before it
}

// circles lists them from the nearest to the widest.
var circles = [...]CircleCode{InHome, InDepartment, InNeighbours, InRegion, Beyond}

// NewField prepares one. Places that the atlas does not know are left out: a Field of
// none of them fits nobody.
func NewField(atlas *territory.Atlas, home territory.Territory, sectors []string, mode structure.Mode, places []string) *Field {
	f := &Field{atlas: atlas, sectors: sectors, mode: mode}
	for _, value := range places {
		if t, err := atlas.Resolve(value); err == nil {
			f.place.Communes.Add(t.Communes)
		}
	}
	departments, regions := map[string]bool{}, map[string]bool{}
	for ord := range f.place.Communes.All() {
		c := atlas.At(ord)
		departments[c.Department], regions[c.Region] = true, true
	}
	sets := [len(circles) - 1]territory.Set{home.Communes}
	add := func(n int, value string) {
		if t, err := atlas.Resolve(value); err == nil {
			sets[n].Add(t.Communes)
		}
	}
	for d := range departments {
		add(1, "dep:"+d)
		for _, near := range territory.Neighbours(d) {
			add(2, "dep:"+near)
		}
	}
	for r := range regions {
		add(3, "reg:"+r)
	}
	for i := range sets {
		f.around[i].Add(sets[i])
		if i > 0 {
			f.around[i].Add(f.around[i-1])
		}
	}
	return f
}

// Fit is a Party that sells what a lot needs, where it needs it.
type Fit struct {
	Party   *Party
	Claims  []Claim
	Circle  int // index in circles of where it is established
	Zone    ZoneCode
	Covers  bool // its zone holds the whole place
	Derived bool // its sector is deduced from the APE code
}

// rank puts what was declared before what was not, then a zone of its own before all of
// France.
func (f *Fit) rank() int {
	n := slices.Index([]ZoneCode{ZoneDeclared, ZoneFrance, ZoneUndeclared}, f.Zone)
	if f.Derived {
		n += 3
	}
	return n
}

// Fit tells how a Party meets the field: by the one of its sales that does it best.
// Sector, mode and place must hold on one sale. A zone must serve the place; one that
// is not declared, or of a sector that the APE code suggests, fits who is established
// within the region of the place at the farthest: beyond, nothing says that it would come.
func (f *Field) Fit(p *Party, claims []Claim) (Fit, bool) {
	var best Fit
	found := false
	for i := range p.Sells {
		one := Fit{Party: p, Claims: claims, Derived: p.Sells[i].Derived}
		if !f.asks(&p.Sells[i]) || !f.reaches(p, p.Sells[i].Zone, &one) {
			continue
		}
		if !found || one.rank() < best.rank() || one.rank() == best.rank() && one.Covers && !best.Covers {
			best, found = one, true
		}
	}
	return best, found
}

func (f *Field) asks(s *Sale) bool {
	if f.mode != "" && !slices.Contains(s.Modes, f.mode) {
		return false
	}
	return slices.ContainsFunc(f.sectors, func(code string) bool { return slices.Contains(s.Sectors, code) })
}

// reaches tells circle and zone of a sale; false when it does not serve the place.
func (f *Field) reaches(p *Party, z structure.Zone, out *Fit) bool {
	at := structure.Address{Commune: p.Commune, Point: p.Point}
	out.Circle = f.circle(p.Commune)
	switch {
	case f.place.Communes.Len() == 0:
		return false
	case !z.Declared():
		out.Zone = ZoneUndeclared
		return circles[out.Circle] != Beyond
	case !z.Serves(f.atlas, at, f.place), out.Derived && circles[out.Circle] == Beyond:
		return false
	case z.France:
		out.Zone, out.Covers = ZoneFrance, true
		return true
	}
	out.Zone, out.Covers = ZoneDeclared, z.Covers(f.atlas, at, f.place)
	return true
}

// circle is the nearest in which a commune lies.
func (f *Field) circle(commune string) int {
	ord, known := f.atlas.Ordinal(commune)
	for i := range f.around {
		if known && f.around[i].Has(ord) {
			return i
		}
	}
	return len(circles) - 1
}
