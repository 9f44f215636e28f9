package main

import (
	"bufio"
	"cmp"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"sourcier/internal/territory"
)

// point is in 1e-4 degree, about 11 m: enough for the centre of a commune.
type point struct{ lat, lon int }

// place is a populated place of GeoNames.
type place struct {
	name   string // folded
	sort   int    // index in sorts, smaller is better
	people int
	id     int
	point  point
}

// sorts are the GeoNames feature codes of populated places, best first; PPLX
// is a section of a town and anything else is worse still.
var sorts = []string{"PPLC", "PPLA", "PPLA2", "PPLA3", "PPLA4", "PPLA5", "PPL", "PPLL", "PPLX"}

// overseas gives the departments of the countries whose GeoNames rows hold no
// INSEE code: their places are found by name.
var overseas = map[string]string{"PM": "975", "WF": "986", "PF": "987", "NC": "988"}

// sole gives the commune of the countries that have but one.
var sole = map[string]string{"BL": "97701", "MF": "97801"}

// french are the countries of GeoNames that are French.
var french = strings.Fields("FR GP MQ GF RE YT PM BL MF WF PF NC TF")

// places are found by INSEE code, or by department and folded name overseas.
type places struct {
	byCode map[string][]place
	byName map[string][]place
}

// readPlaces reads the table of GeoNames; its columns are described at
// https://download.geonames.org/export/dump/readme.txt.
func readPlaces(path string) (places, error) {
	out := places{map[string][]place{}, map[string][]place{}}
	f, err := os.Open(path)
	if err != nil {
		return out, fmt.Errorf("run `npm ci` in scripts/ first: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		col := strings.Split(lines.Text(), "\t")
		if len(col) < 15 || !slices.Contains(french, col[8]) {
			continue
		}
		p, err := readPlace(col)
		if err != nil {
			return out, fmt.Errorf("%s:%d: %w", path, n, err)
		}
		code := cmp.Or(col[13], sole[col[8]], col[10]) // Mayotte has it in the first column of four
		out.byCode[code] = append(out.byCode[code], p)
		key := overseas[col[8]] + " " + p.name
		out.byName[key] = append(out.byName[key], p)
	}
	return out, lines.Err()
}

func readPlace(col []string) (place, error) {
	p := place{name: territory.Fold(col[1]), sort: slices.Index(sorts, col[7])}
	if p.sort < 0 {
		p.sort = len(sorts)
	}
	var err error
	if p.id, err = strconv.Atoi(col[0]); err != nil {
		return p, err
	}
	if p.people, err = strconv.Atoi(col[14]); err != nil {
		return p, err
	}
	lat, err := strconv.ParseFloat(col[4], 64)
	if err != nil {
		return p, err
	}
	lon, err := strconv.ParseFloat(col[5], 64)
	p.point = point{int(math.Round(lat * 1e4)), int(math.Round(lon * 1e4))}
	return p, err
}

// locate gives every commune a point: its own, else the mean of the communes
// that share a postal code with it, else the mean of its department. Where
// even the department has none (lands without inhabitants) it stays at 0,0
// with the accuracy of the department, from which nothing is measured.
func locate(communes []commune, known places) {
	for i := range communes {
		if p, ok := known.find(communes[i]); ok {
			communes[i].Point, communes[i].Accuracy = p, "C"
		}
	}
	for _, c := range strays(communes) {
		c.Point, c.Accuracy = point{}, ""
	}
	byPostal, byDept := map[string]*mean{}, map[string]*mean{}
	for _, c := range communes {
		if c.Accuracy == "" {
			continue
		}
		add(byDept, c.Dept, c.Point)
		for _, postal := range c.Postal {
			add(byPostal, postal, c.Point)
		}
	}
	for i := range communes {
		c := &communes[i]
		if c.Accuracy != "" {
			continue
		}
		var near mean
		for _, postal := range c.Postal {
			near.merge(byPostal[postal])
		}
		c.Accuracy = "A"
		if near.n == 0 {
			near.merge(byDept[c.Dept])
			c.Accuracy = "D"
		}
		c.Point = near.point()
	}
}

// strayKM is how far a commune of the mainland can lie from the middle of at
// least two others of its postal code; beyond it, GeoNames gave it the place of
// a namesake. The widest true ones are at 24 km.
const strayKM = 25

// strays finds the communes whose point contradicts those of their neighbours.
func strays(communes []commune) []*commune {
	byPostal := map[string][]*commune{}
	for i := range communes {
		for _, postal := range communes[i].Postal {
			if communes[i].Accuracy != "" {
				byPostal[postal] = append(byPostal[postal], &communes[i])
			}
		}
	}
	var out []*commune
	for i := range communes {
		c := &communes[i]
		var lats, lons []int
		for _, postal := range c.Postal {
			for _, o := range byPostal[postal] {
				if o.Code != c.Code {
					lats, lons = append(lats, o.Point.lat), append(lons, o.Point.lon)
				}
			}
		}
		if c.Accuracy == "" || len(c.Dept) > 2 || len(lats) < 2 {
			continue
		}
		slices.Sort(lats)
		slices.Sort(lons)
		if c.Point.km(point{lats[len(lats)/2], lons[len(lons)/2]}) > strayKM {
			out = append(out, c)
		}
	}
	return out
}

func (p point) km(o point) float64 {
	return territory.DistanceKM(float64(p.lat)/1e4, float64(p.lon)/1e4, float64(o.lat)/1e4, float64(o.lon)/1e4)
}

// find picks the place that stands for the commune: the one of its name, else
// the highest in rank, else the most populous.
func (k places) find(c commune) (point, bool) {
	name := territory.Fold(c.Name)
	candidates := slices.Concat(k.byCode[c.Code], k.byName[c.Dept+" "+name])
	if c.City != "" {
		if p, ok := parisPoints[c.Code]; ok {
			return p, true
		}
		// Lyon 3e Arrondissement is 69383, and "Lyon 03" among the places of
		// Lyon; Marseille 3e Arrondissement is 13203, and "Marseille 03".
		city, _, _ := strings.Cut(name, " ")
		name = city + " " + strings.Replace(c.Code[3:], "8", "0", 1)
		candidates = slices.DeleteFunc(slices.Clone(k.byCode[c.City]), func(p place) bool { return p.name != name })
	}
	if len(candidates) == 0 {
		return point{}, false
	}
	best := slices.MinFunc(candidates, func(a, b place) int {
		return cmp.Or(rank(a, name)-rank(b, name), b.people-a.people, a.id-b.id)
	})
	return best.point, true
}

func rank(p place, name string) int {
	if p.name == name {
		return -1
	}
	return p.sort
}

// parisPoints are the middles of the built-up parts of the arrondissements of
// Paris, which GeoNames does not list one by one; read off a map by us, within
// about 500 m.
var parisPoints = map[string]point{
	"75101": {488625, 23360}, "75102": {488680, 23430}, "75103": {488630, 23600}, "75104": {488545, 23575},
	"75105": {488445, 23500}, "75106": {488490, 23325}, "75107": {488560, 23120}, "75108": {488725, 23125},
	"75109": {488770, 23375}, "75110": {488760, 23600}, "75111": {488590, 23795}, "75112": {488410, 23880},
	"75113": {488285, 23620}, "75114": {488290, 23270}, "75115": {488400, 22925}, "75116": {488605, 22640},
	"75117": {488870, 23070}, "75118": {488920, 23480}, "75119": {488870, 23845}, "75120": {488635, 24010},
}

// mean of points.
type mean struct{ lat, lon, n int }

func add(means map[string]*mean, key string, p point) {
	if means[key] == nil {
		means[key] = new(mean)
	}
	means[key].merge(&mean{p.lat, p.lon, 1})
}

func (m *mean) merge(o *mean) {
	if o != nil {
		m.lat, m.lon, m.n = m.lat+o.lat, m.lon+o.lon, m.n+o.n
	}
}

func (m mean) point() point {
	if m.n == 0 {
		return point{}
	}
	round := func(sum int) int { return int(math.Round(float64(sum) / float64(m.n))) }
	return point{round(m.lat), round(m.lon)}
}
