package web

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"
	"strings"

	"sourcier/internal/structure"
	"sourcier/internal/territory"
	"sourcier/views/format"
	"sourcier/views/ownsheet"
)

// Bounds of what the map of a radius knows, in km and in communes. A larger radius is
// typed: nobody draws it by hand.
const (
	mapFarthest = 100
	mapNamed    = 60 // communes are named as far as that
	mapLargest  = 160
	mapNearest  = 40
)

// drawnCommune is a commune of the map: name, latitude, longitude, distance in km,
// whether it is of the home territory.
type drawnCommune [5]any

// zoneMap is what the script draws of a radius; nil where the position is not known.
func (o *ownSheet) zoneMap() *ownsheet.ZoneMap {
	at := o.sheet.Address.Point
	if !at.Usable() {
		return nil
	}
	counts, near := o.around(at)
	of := "de l’établissement"
	if own := o.city(&structure.Structure{Address: o.sheet.Address}); own != "" {
		of = format.OfCommune(own)
	}
	drawn := []drawnCommune{}
	for _, n := range near {
		ord, _ := o.Atlas.Ordinal(n.Code)
		drawn = append(drawn, drawnCommune{format.Text(n.Name), rounded(n.Lat), rounded(n.Lon), math.Ceil(n.km*10) / 10, o.Home.Communes.Has(ord)})
	}
	data, _ := json.Marshal(map[string]any{"of": of, "lat": at.Lat, "lon": at.Lon, "counts": counts, "communes": drawn}) // plain values
	tiles, _, _ := strings.Cut(o.Config.TileHost, ",")
	return &ownsheet.ZoneMap{
		Script: o.Assets.URL("js/zone.js"), Leaflet: o.Assets.URL("vendor/leaflet.js"), Style: o.Assets.URL("vendor/leaflet.css"), Tiles: strings.TrimSpace(tiles),
		Data: string(data),
	}
}

// rounded is a coordinate to some ten metres.
func rounded(v float64) float64 { return math.Round(v*1e4) / 1e4 }

// nearCommune is a commune and how far it is.
type nearCommune struct {
	territory.Commune
	km float64
}

// around counts the communes by kilometre, and gives those that a map names: the
// nearest and the largest, in the order of their population.
func (o *ownSheet) around(at structure.Point) (counts [mapFarthest + 1]int, named []nearCommune) {
	for ord := range uint32(o.Atlas.Len()) { //nolint:gosec // some 35,000
		c := o.Atlas.At(ord)
		if c.Precision == territory.PrecisionDepartment || math.Abs(c.Lat-at.Lat) > 1 {
			continue
		}
		km := territory.DistanceKM(at.Lat, at.Lon, c.Lat, c.Lon)
		if own := c.Code == o.sheet.Address.Commune; own {
			km = 0 // the own commune is always served
		}
		if km <= mapFarthest {
			counts[int(math.Ceil(km))]++
		}
		if km <= mapNamed {
			named = append(named, nearCommune{c, km})
		}
	}
	for k := 1; k < len(counts); k++ {
		counts[k] += counts[k-1]
	}
	byDistance := slices.SortedFunc(slices.Values(named), func(a, b nearCommune) int { return cmp.Compare(a.km, b.km) })
	byPopulation := slices.SortedFunc(slices.Values(named), func(a, b nearCommune) int {
		return cmp.Or(cmp.Compare(b.Population, a.Population), cmp.Compare(a.Code, b.Code))
	})
	within := map[string]bool{}
	for _, c := range byDistance[:min(mapNearest, len(byDistance))] {
		within[c.Code] = true
	}
	named = nil
	for i, c := range byPopulation {
		if i < mapLargest || within[c.Code] {
			named = append(named, c)
		}
	}
	return counts, named
}
