package intake

import (
	"strconv"
	"strings"

	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// locate finds the commune of an address by its INSEE code, else by city and
// postal code, and writes today's code.
func (s *session) locate(a *structure.Address, code string) {
	atlas := s.imp.opts.Atlas
	if c, ok := atlas.Commune(code); code != "" && ok {
		a.Commune = c.Code
		if a.City == "" {
			a.City = c.Name
		}
		return
	}
	if c, ok := atlas.Locate(a.City, a.PostalCode); ok {
		a.Commune = c.Code
	}
}

// postalCode restores the zero that a spreadsheet drops from 01000 to 09999.
func postalCode(s string) string {
	s = strings.TrimSuffix(strings.ReplaceAll(s, " ", ""), ".0")
	if len(s) == 4 && strings.Trim(s, "0123456789") == "" {
		return "0" + s
	}
	return s
}

// postalCode reads a postal code and leaves out what is none.
func (l *line) postalCode(column, s string) string {
	code := postalCode(s)
	if code != "" && (len(code) != 5 || strings.Trim(code, "0123456789") != "") {
		l.ignore(column, s, "un code postal a 5 chiffres")
		return ""
	}
	if code != s && len(code) == len(s)+1 {
		l.repair(RepairZero)
	}
	return code
}

// limits is the territory that an import is limited to, by format.
type limits struct {
	atlas  *territory.Atlas
	all    bool
	wanted territory.Set // for every format
	sirene territory.Set
	noHome bool
}

func newLimits(atlas *territory.Atlas, home territory.Territory, asked []territory.Territory) limits {
	l := limits{atlas: atlas}
	if asked != nil {
		for _, t := range asked {
			l.all = l.all || t.Kind == territory.KindFrance
			l.wanted.Add(t.Communes)
		}
		l.sirene = l.wanted
		return l
	}
	l.all = true
	l.noHome = home.Communes.Len() == 0
	done := map[string]bool{}
	for ord := range home.Communes.All() {
		dep := atlas.At(ord).Department
		if done[dep] {
			continue
		}
		done[dep] = true
		if t, err := atlas.Resolve("dep:" + dep); err == nil {
			l.sirene.Add(t.Communes)
		}
	}
	return l
}

// keeps reports whether a commune is wanted; an unknown one ("") is only when
// there is no limit.
func (l *limits) keeps(commune string) bool {
	if l.all {
		return true
	}
	ord, ok := l.atlas.Ordinal(commune)
	return ok && l.wanted.Has(ord)
}

// keepsSirene reports the same for an establishment of the Sirene register.
func (l *limits) keepsSirene(ord uint32) bool {
	return l.noHome || l.sirene.Has(ord)
}

// box is a rectangle in degrees that holds a part of France.
type box struct{ south, north, west, east float64 }

// boxes of the mainland with Corsica, then of the overseas territories.
var boxes = []box{
	{41.2, 51.2, -5.3, 9.8},
	{15.7, 16.6, -61.9, -60.9},     // Guadeloupe
	{14.3, 15.0, -61.3, -60.7},     // Martinique
	{2.0, 6.0, -54.7, -51.5},       // Guyane
	{-21.5, -20.7, 55.1, 55.9},     // La Réunion
	{-13.1, -12.5, 44.9, 45.4},     // Mayotte
	{46.6, 47.2, -56.6, -56.0},     // Saint-Pierre-et-Miquelon
	{17.8, 18.2, -63.2, -62.7},     // Saint-Martin, Saint-Barthélemy
	{-14.5, -13.1, -178.3, -176.0}, // Wallis-et-Futuna
	{-28.0, -7.5, -155.0, -134.0},  // Polynésie française
	{-23.0, -17.5, 158.0, 172.2},   // Nouvelle-Calédonie
}

func inFrance(lat, lon float64) bool {
	for _, b := range boxes {
		if b.south <= lat && lat <= b.north && b.west <= lon && lon <= b.east {
			return true
		}
	}
	return false
}

// maxFromCommune is how far from the reference point of its commune an
// establishment may be, in kilometres: half the length of the largest communes
// of the mainland, and far less than an error of a degree.
const maxFromCommune = 60

// point reads a position. Latitude and longitude in each other's place are put
// right when only that way they are in France, which is never ambiguous: no box
// above overlaps the mirror of another.
func (l *line) point(a *structure.Address, latText, lonText string) {
	if latText == "" && lonText == "" {
		return
	}
	both := latText + " " + lonText
	lat, okLat := degrees(latText)
	lon, okLon := degrees(lonText)
	if !okLat || !okLon {
		l.ignore("latitude, longitude", both, "coordonnées illisibles")
		return
	}
	if lat == 0 && lon == 0 {
		return
	}
	if !inFrance(lat, lon) && inFrance(lon, lat) {
		lat, lon = lon, lat
		l.repair(RepairSwapped)
	}
	if why := l.session.misplaced(a.Commune, lat, lon); why != "" {
		l.ignore("latitude, longitude", both, why)
		return
	}
	a.Point = structure.Point{Lat: lat, Lon: lon, Precision: structure.PrecisionExact}
}

// misplaced says in French why a position cannot be right, "" when it can.
func (s *session) misplaced(commune string, lat, lon float64) string {
	if !inFrance(lat, lon) {
		return "coordonnées hors de France"
	}
	c, ok := s.imp.opts.Atlas.Commune(commune)
	if !ok || c.Precision != territory.PrecisionCommune || strings.HasPrefix(c.Code, "97") {
		return ""
	}
	if d := territory.DistanceKM(lat, lon, c.Lat, c.Lon); d > maxFromCommune {
		return "coordonnées à " + number(int64(d)) + " km de " + c.Name
	}
	return ""
}

// projected reads a position in the legal projection of the department of its
// commune, in metres; Lambert 93 when the commune is not known.
func (l *line) projected(a *structure.Address, commune, xText, yText string) {
	if xText == "" && yText == "" {
		return
	}
	both := xText + " " + yText
	x, errX := strconv.ParseFloat(strings.Replace(xText, ",", ".", 1), 64)
	y, errY := strconv.ParseFloat(strings.Replace(yText, ",", ".", 1), 64)
	if errX != nil || errY != nil {
		l.ignore("x, y", both, "coordonnées illisibles")
		return
	}
	department := "75" // any of the mainland
	if c, ok := l.session.imp.opts.Atlas.Commune(commune); ok {
		department = c.Department
	}
	lat, lon, err := territory.FromProjected(department, x, y)
	if err != nil {
		l.ignore("x, y", both, "coordonnées hors de la projection légale (Lambert 93 en métropole)")
		return
	}
	if why := l.session.misplaced(commune, lat, lon); why != "" {
		l.ignore("x, y", both, why)
		return
	}
	a.Point = structure.Point{Lat: round6(lat), Lon: round6(lon), Precision: structure.PrecisionExact}
}

func degrees(s string) (float64, bool) {
	v, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(s), ",", ".", 1), 64)
	return v, err == nil && v >= -180 && v <= 180
}

// within lists what of a department the import was limited to: the department, or
// those of its communes that were asked for.
func (l *limits) within(department string, t territory.Territory) []string {
	if l.all {
		return []string{department}
	}
	var out []string
	for ord := range t.Communes.All() {
		if l.wanted.Has(ord) {
			out = append(out, l.atlas.At(ord).Code)
		}
	}
	if len(out) == t.Communes.Len() {
		return []string{department}
	}
	return out
}
