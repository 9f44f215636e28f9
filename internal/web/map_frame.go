package web

import (
	"math"
	"net/url"
	"strconv"
	"strings"

	"sourcier/internal/search/query"
	"sourcier/internal/territory"
)

// readFrame reads bbox and zoom: the part of the map that is looked at. Neither asks
// for the frame that shows everything found.
func readFrame(values url.Values) (query.Frame, error) {
	box, zoom := strings.TrimSpace(values.Get("bbox")), strings.TrimSpace(values.Get("zoom"))
	if box == "" && zoom == "" {
		return query.Frame{Fit: true}, nil
	}
	var faults []paramProblem
	bounds, message := readBounds(box)
	if message != "" {
		faults = append(faults, paramProblem{Parameter: "bbox", Value: clip(box), Message: message})
	}
	n, err := strconv.Atoi(zoom)
	if err != nil || n < 0 || n > query.MaxZoom {
		faults = append(faults, paramProblem{Parameter: "zoom", Value: clip(zoom), Message: "nombre entier attendu, de 0 (le monde) à 18 (la rue), avec bbox"})
	}
	if len(faults) > 0 {
		return query.Frame{}, &inputError{faults}
	}
	return query.Frame{Bounds: bounds, Zoom: n}, nil
}

// readBounds reads « west,south,east,north » in degrees; message says what is wrong.
func readBounds(text string) (b query.Bounds, message string) {
	parts := strings.Split(text, ",")
	if len(parts) != 4 {
		return b, "quatre nombres attendus, séparés par des virgules\u202f: ouest,sud,est,nord en degrés décimaux, avec zoom"
	}
	for i, to := range []*float64{&b.West, &b.South, &b.East, &b.North} {
		v, ok := query.Decimal(strings.TrimSpace(parts[i]))
		limit := 180.0
		if i%2 == 1 {
			limit = 90
		}
		if !ok || math.Abs(v) > limit {
			return b, "degrés décimaux attendus\u202f: ouest et est de −180 à 180, sud et nord de −90 à 90"
		}
		*to = v
	}
	switch {
	case b.South > b.North:
		return b, "le sud est au-dessus du nord\u202f: l’ordre est ouest,sud,est,nord"
	case b.West > b.East:
		return b, "l’ouest est à droite de l’est\u202f: l’ordre est ouest,sud,est,nord, et un cadre ne passe pas le méridien 180"
	}
	return b, ""
}

// frameOf shows a territory, where nothing found has a position. It is the world for
// one without any known point.
func (s *site) frameOf(t territory.Territory) query.Frame {
	b := query.Bounds{West: 180, South: 90, East: -180, North: -90}
	for ord := range t.Communes.All() {
		if c := s.Atlas.At(ord); c.Precision != territory.PrecisionDepartment {
			b.West, b.East = min(b.West, c.Lon), max(b.East, c.Lon)
			b.South, b.North = min(b.South, c.Lat), max(b.North, c.Lat)
		}
	}
	if b.West > b.East {
		return query.Frame{Bounds: query.Bounds{West: -180, South: -90, East: 180, North: 90}}
	}
	return query.Fitted(b)
}

// asked is the territory that a search is about: the place served, else where the
// establishments are, else home.
func (s *site) asked(q query.Query) territory.Territory {
	for _, list := range [][]territory.Territory{q.Serves, q.Territories, q.Covers} {
		if len(list) > 0 && list[0].Kind != territory.KindFrance {
			return list[0]
		}
	}
	return s.Home
}
