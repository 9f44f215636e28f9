package structure

import (
	"cmp"
	"slices"

	"sourcier/internal/territory"
)

// Zone is where an activity is offered: France, or a set of territories, or a
// radius around the establishment. The zero Zone is undeclared. At most one of
// the three is set (Valid).
type Zone struct {
	France      bool     `json:"france,omitempty"`
	Territories []string `json:"territories,omitempty"` // territory values: 94081, dep:94, reg:11, epci:…
	RadiusKM    float64  `json:"radius_km,omitempty"`   // kilometres, great circle, up to MaxRadiusKM
}

// MaxRadiusKM bounds a declared radius: beyond it, a zone is a list of regions or France.
const MaxRadiusKM = 500

// Declared reports whether the structure has said where it works.
func (z Zone) Declared() bool { return z.France || len(z.Territories) > 0 || z.RadiusKM > 0 }

// Serves reports whether the zone, of an establishment at a, shares a commune
// with t. An undeclared zone serves t only when the establishment is in t.
func (z Zone) Serves(atlas *territory.Atlas, a Address, t territory.Territory) bool {
	switch {
	case z.France:
		return t.Communes.Len() > 0
	case len(z.Territories) > 0:
		return z.communes(atlas).Intersects(t.Communes)
	case z.RadiusKM > 0:
		own, known := atlas.Ordinal(a.Commune)
		if known && t.Communes.Has(own) {
			return true
		}
		return a.Point.Usable() && z.anyWithin(atlas, a.Point, t)
	}
	own, known := atlas.Ordinal(a.Commune)
	return known && t.Communes.Has(own)
}

// Covers reports whether the whole of t is within the zone. An undeclared zone
// covers nothing.
func (z Zone) Covers(atlas *territory.Atlas, a Address, t territory.Territory) bool {
	switch {
	case t.Communes.Len() == 0:
		return false
	case z.France:
		return true
	case len(z.Territories) > 0:
		return t.Communes.Within(z.communes(atlas))
	case z.RadiusKM > 0:
		return z.allWithin(atlas, a, t)
	}
	return false
}

// communes is the union of the listed territories; a value that the atlas does
// not know adds nothing.
func (z Zone) communes(atlas *territory.Atlas) territory.Set {
	var set territory.Set
	for _, value := range z.Territories {
		if t, err := atlas.Resolve(value); err == nil {
			set.Add(t.Communes)
		}
	}
	return set
}

func (z Zone) anyWithin(atlas *territory.Atlas, p Point, t territory.Territory) bool {
	for ord := range t.Communes.All() {
		if z.reaches(atlas, p, ord) {
			return true
		}
	}
	return false
}

func (z Zone) allWithin(atlas *territory.Atlas, a Address, t territory.Territory) bool {
	own, known := atlas.Ordinal(a.Commune)
	for ord := range t.Communes.All() {
		if known && ord == own {
			continue
		}
		if !a.Point.Usable() || !z.reaches(atlas, a.Point, ord) {
			return false
		}
	}
	return true
}

// reaches reports whether the reference point of the commune lies in the
// radius. A commune known only by the mean of its department is in no radius.
func (z Zone) reaches(atlas *territory.Atlas, p Point, ord uint32) bool {
	c := atlas.At(ord)
	return c.Precision != territory.PrecisionDepartment &&
		territory.DistanceKM(p.Lat, p.Lon, c.Lat, c.Lon) <= z.RadiusKM
}

// Reached lists the communes that a radius around an establishment at a reaches, limit at
// most: its own, then the nearest first. None when the zone is no radius.
func (z Zone) Reached(atlas *territory.Atlas, a Address, limit int) (codes []string) {
	if z.RadiusKM <= 0 || a.Commune == "" {
		return nil
	}
	type reached struct {
		code string
		km   float64
	}
	var around []reached
	for ord := range uint32(atlas.Len()) { // #nosec G115 -- some 35,000 communes
		if c := atlas.At(ord); c.Code != a.Commune && a.Point.Usable() && z.reaches(atlas, a.Point, ord) {
			around = append(around, reached{c.Code, territory.DistanceKM(a.Point.Lat, a.Point.Lon, c.Lat, c.Lon)})
		}
	}
	slices.SortFunc(around, func(a, b reached) int { return cmp.Or(cmp.Compare(a.km, b.km), cmp.Compare(a.code, b.code)) })
	codes = []string{a.Commune}
	for _, c := range around[:min(len(around), limit-1)] {
		codes = append(codes, c.code)
	}
	return codes
}
