package corpus

import (
	"math"
	"sort"
	"strconv"

	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// places draws communes by population.
type places struct {
	communes []territory.Commune
	until    []int // sum of the populations up to and with each
}

func newPlaces(atlas *territory.Atlas) *places {
	cities := map[string]bool{} // cut into arrondissements, which are drawn instead
	for ord := range atlas.Len() {
		cities[atlas.At(uint32(ord)).Parent] = true // #nosec G115 -- an ordinal
	}
	p := &places{}
	total := 0
	for ord := range atlas.Len() {
		c := atlas.At(uint32(ord)) // #nosec G115 -- an ordinal
		if cities[c.Code] || c.Population == 0 {
			continue
		}
		total += c.Population
		p.communes = append(p.communes, c)
		p.until = append(p.until, total)
	}
	return p
}

func (p *places) draw(d *dice) territory.Commune {
	n := d.below(p.until[len(p.until)-1])
	return p.communes[sort.SearchInts(p.until, n+1)]
}

// address puts the structure in a commune: a point of its own, that of the
// commune, or none.
func (d *draft) address() {
	c := d.g.places.draw(&d.dice)
	d.place = c
	d.Address = structure.Address{
		Street:  strconv.Itoa(d.between(1, 180)) + " " + pick(&d.dice, streets) + " " + common(&d.dice, d.g.brands),
		City:    c.Name,
		Commune: c.Code,
	}
	if len(c.PostalCodes) > 0 {
		d.Address.PostalCode = pick(&d.dice, c.PostalCodes)
	}
	switch n := d.below(100); {
	case n < 10:
	case n < 45 || c.Precision == territory.PrecisionDepartment:
		d.Address.Point = structure.Point{Lat: c.Lat, Lon: c.Lon, Precision: structure.Precision(c.Precision)}
	default:
		d.Address.Point = structure.Point{Lat: d.near(c.Lat), Lon: d.near(c.Lon), Precision: structure.PrecisionExact}
	}
}

// near moves an angle by some hundreds of metres, kept to a metre.
func (d *draft) near(angle float64) float64 {
	return math.Round((angle+(d.float()-0.5)/25)*1e5) / 1e5
}

// radii that people declare, in kilometres.
var radii = []float64{30, 20, 50, 10, 15, 25, 40, 100, 5, 60, 80, 150, 200}

// zone is where a supplier says it works.
func (d *draft) zone() structure.Zone {
	c := d.place
	switch n := d.below(100); {
	case n < 12:
		return structure.Zone{France: true}
	case n < 24:
		return structure.Zone{Territories: []string{"reg:" + c.Region}}
	case n < 54:
		return structure.Zone{Territories: d.departments()}
	case n < 62:
		return structure.Zone{Territories: d.communes()}
	case n < 92:
		return structure.Zone{RadiusKM: common(&d.dice, radii)}
	}
	return structure.Zone{}
}

// departments lists the own one, often with others of the country.
func (d *draft) departments() []string {
	out := []string{"dep:" + d.place.Department}
	for range d.rank(6) {
		if value := "dep:" + d.g.places.draw(&d.dice).Department; value != out[0] {
			out = append(out, value)
		}
	}
	return out
}

// communes lists the own one, with its EPCI or a few neighbours by code.
func (d *draft) communes() []string {
	out := []string{d.place.Code}
	if d.place.EPCI != "" && d.chance(50) {
		out = append(out, "epci:"+d.place.EPCI)
	}
	ord, _ := d.g.atlas.Ordinal(d.place.Code)
	for range d.below(6) {
		ord++
		if int(ord) < d.g.atlas.Len() {
			out = append(out, d.g.atlas.At(ord).Code)
		}
	}
	return out
}
