package territory

import (
	"sync"
)

// Atlas holds the communes and territories. It is immutable and safe for
// concurrent use.
type Atlas struct {
	communes   []Commune            // sorted by code; the index is the ordinal
	ordinals   map[string]uint32    // by code, former codes included
	byPostal   map[string][]uint32  // ascending
	areas      map[string]Territory // every territory but the communes, by value
	order      []string             // values of areas, sorted
	depts      map[string]area      // by code
	single     []uint64             // single[ord] is the word of the set of that one commune
	former     []former             // names of before
	population map[string]int       // of areas, each person counted once
	areaNames  map[string]string    // "department val de marne", "region corse" -> value
	names      func() *names        // what reads names, built at the first need
	homes      sync.Map             // value of a home territory -> *home
}

type (
	area   struct{ name, region string }
	former struct {
		name string
		ord  uint32
	}
)

// Default is the atlas of the embedded data, decoded once.
func Default() *Atlas { return embedded() }

var embedded = sync.OnceValue(func() *Atlas {
	atlas, err := decode(packed)
	if err != nil {
		panic("territory: embedded data: " + err.Error()) // a broken build, found by every test
	}
	return atlas
})

// Len is the number of communes and municipal arrondissements; ordinals are
// below it.
func (a *Atlas) Len() int { return len(a.communes) }

// Ordinal gives the dense number of a commune; old and delegated codes resolve to today's.
func (a *Atlas) Ordinal(code string) (uint32, bool) {
	ord, ok := a.ordinals[code]
	return ord, ok
}

// At gives the commune of an ordinal. Its PostalCodes belong to the atlas and
// must not be changed.
func (a *Atlas) At(ord uint32) Commune { return a.communes[ord] }

// Commune finds a commune by its code, old codes included.
func (a *Atlas) Commune(code string) (Commune, bool) {
	ord, ok := a.ordinals[code]
	if !ok {
		return Commune{}, false
	}
	return a.communes[ord], true
}

// ByPostalCode lists the communes that the postal code serves, by code: the
// arrondissement alone where Paris, Lyon and Marseille have one for the code.
func (a *Atlas) ByPostalCode(postal string) []Commune {
	ords := a.byPostal[postal]
	if len(ords) == 0 {
		return nil
	}
	list := make([]Commune, len(ords))
	for i, ord := range ords {
		list[i] = a.communes[ord]
	}
	return list
}

// Centre is the point that stands for a territory: the reference point of a
// commune, else the mean of its communes weighted by population, that of the
// mainland for the whole country. It is false when no commune of it has a
// point of its own or of its postal code.
func (a *Atlas) Centre(t Territory) (lat, lon float64, ok bool) {
	var sumLat, sumLon, weight float64
	for ord := range t.Communes.All() {
		c := &a.communes[ord]
		if c.Precision == PrecisionDepartment || t.Kind == KindFrance && len(c.Department) > 2 {
			continue
		}
		if t.Kind == KindCommune && c.Code == t.Value {
			return c.Lat, c.Lon, true
		}
		w := float64(max(c.Population, 1))
		sumLat, sumLon, weight = sumLat+w*c.Lat, sumLon+w*c.Lon, weight+w
	}
	if weight == 0 {
		return 0, 0, false
	}
	return sumLat / weight, sumLon / weight, true
}
