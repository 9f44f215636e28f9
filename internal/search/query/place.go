package query

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// places reads the territories and the point that distances are measured from.
func (in *input) places(q *Query) {
	q.Territories = in.territories("territory")
	q.Serves = in.zones("serves")
	q.Covers = in.zones("covers")
	if value := in.one("near"); value != "" {
		q.Near = in.near("near", value)
	}
	q.RadiusKM = in.radius("radius_km")
	if q.RadiusKM > 0 && q.Near == nil {
		in.refuse("radius_km", in.one("radius_km"), "un rayon a besoin d’un point de départ\u202f: ajouter near=latitude,longitude ou near=code INSEE",
			"une distance a besoin d’une commune de départ\u202f: écrire par exemple «\u00a0à moins de 10 km de Vitry\u00a0»")
	}
}

// zones reads the places that must be served or covered.
func (in *input) zones(param string) []territory.Territory {
	if all := in.all(param); len(all) > MaxZones {
		in.fail(param, all[MaxZones], "trop de territoires : 10 au plus ; choisir plutôt l’intercommunalité, le département ou la région")
		return nil
	}
	return in.territories(param)
}

// DecimalPattern is a number as people write it, "48.79": not in hexadecimal, without
// an exponent.
const DecimalPattern = `[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)`

// NearPattern is the shape of near, and TerritoryPattern that of serves, covers
// and territory, once their letters have the right case.
const (
	NearPattern      = `^([0-9][0-9AB][0-9]{3}|` + DecimalPattern + ` *, *` + DecimalPattern + `)$`
	TerritoryPattern = `^(FR|[0-9][0-9AB][0-9]{3}|(dep:)?([0-9][0-9AB]|9[78][0-9])|reg:[0-9]{2}|epci:[0-9]{9})$`
)

var decimalPattern = regexp.MustCompile(`^` + DecimalPattern + `$`)

// Decimal reads a number of that pattern; false for anything else.
func Decimal(s string) (float64, bool) {
	if !decimalPattern.MatchString(s) {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

// near reads "48.79,2.39" or an INSEE commune code.
func (in *input) near(param, value string) *Place {
	before, after, pair := strings.Cut(value, ",")
	if !pair {
		return in.nearCommune(param, value)
	}
	lat, okLat := degrees(before, 90)
	lon, okLon := degrees(after, 180)
	if !okLat || !okLon {
		in.refuse(param, value, "point mal écrit\u202f: attendu latitude,longitude en degrés décimaux (48.79,2.39) ou le code INSEE d’une commune (94081)",
			"point de départ illisible\u202f: partir plutôt d’une commune")
		return nil
	}
	text := strconv.FormatFloat(lat, 'f', -1, 64) + "," + strconv.FormatFloat(lon, 'f', -1, 64)
	label := strings.ReplaceAll(fmt.Sprintf("point %.3f\u202f; %.3f", lat, lon), ".", ",")
	return &Place{Value: text, Label: label, Lat: lat, Lon: lon}
}

// degrees reads an angle, rounded to 5 decimals (about a metre).
func degrees(s string, limit float64) (float64, bool) {
	f, ok := Decimal(strings.TrimSpace(s))
	if !ok || math.Abs(f) > limit {
		return 0, false
	}
	return math.Round(f*1e5)/1e5 + 0, true // + 0 turns -0 into 0
}

func (in *input) nearCommune(param, value string) *Place {
	c, ok := in.parser.Atlas.Commune(value)
	if !ok {
		in.refuse(param, value, "commune inconnue\u202f: attendu un code INSEE (94081) ou latitude,longitude (48.79,2.39)",
			"commune inconnue\u202f: l’écrire en toutes lettres dans la recherche")
		return nil
	}
	if c.Precision == territory.PrecisionDepartment {
		in.refuse(param, value, "la position de cette commune n’est pas connue\u202f: donner latitude,longitude",
			"la position de cette commune n’est pas connue\u202f: partir d’une commune voisine")
		return nil
	}
	return placeOf(c)
}

func placeOf(c territory.Commune) *Place {
	return &Place{Value: c.Code, Label: c.Name, Lat: c.Lat, Lon: c.Lon, Approximate: c.Precision == territory.PrecisionApproximate}
}

// radius reads kilometres; 0 is no radius.
func (in *input) radius(param string) float64 {
	value := in.one(param)
	if value == "" {
		return 0
	}
	km, ok := Decimal(strings.Replace(value, ",", ".", 1))
	if !ok || km < 0 || km > MaxRadiusKM {
		in.fail(param, value, "rayon attendu en kilomètres, de 0 à 200")
		return 0
	}
	return km + 0
}

// Origin is the point that distances are measured from: Near, else the
// reference point of the only territory served when that is a commune.
func (q Query) Origin(atlas *territory.Atlas) (Place, bool) {
	if q.Near != nil {
		return *q.Near, true
	}
	if len(q.Serves) != 1 || q.Serves[0].Kind != territory.KindCommune {
		return Place{}, false
	}
	c, ok := atlas.Commune(q.Serves[0].Value)
	if !ok || c.Code != q.Serves[0].Value || c.Precision == territory.PrecisionDepartment {
		return Place{}, false
	}
	return *placeOf(c), true
}

// Distance is that of a point in kilometres, rounded to 100 metres; nil without a
// usable one. approximate says that it lies between reference points.
func (p Place) Distance(to structure.Point) (km *float64, approximate bool) {
	if !to.Usable() {
		return nil, false
	}
	d := math.Round(territory.DistanceKM(p.Lat, p.Lon, to.Lat, to.Lon)*10) / 10
	return &d, p.Approximate || to.Precision != structure.PrecisionExact
}
