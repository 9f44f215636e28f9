package territory

import (
	"errors"
	"fmt"
	"math"
)

// ErrProjection is returned for coordinates that the projection cannot have
// produced: metres and degrees mixed up, axes swapped, another department.
var ErrProjection = errors.New("coordinates outside the area of the projection")

// GRS 80, the ellipsoid of every system below. Their datums follow WGS84 to
// about a metre, so that nothing more is applied.
const (
	grs80A = 6378137.0
	grs80F = 1 / 298.257222101
)

// FromLambert93 turns RGF93 v1 / Lambert-93 (EPSG:2154), in metres, into WGS84
// degrees. It returns ErrProjection outside the mainland and Corsica.
//
// Constants: IGN, « Projections et référentiels en France », NTG 71, and the
// EPSG registry. Formulas: IOGP Guidance Note 7-2, Lambert Conic Conformal with
// two standard parallels (method 9802).
func FromLambert93(x, y float64) (lat, lon float64, err error) {
	if !(x > 0 && x < 1_300_000 && y > 6_000_000 && y < 7_200_000) { // NaN fails too
		return 0, 0, fmt.Errorf("%w: Lambert-93 x=%g y=%g, expected x 0 to 1300000 and y 6000000 to 7200000", ErrProjection, x, y)
	}
	const (
		parallel1, parallel2 = 44 * math.Pi / 180, 49 * math.Pi / 180
		lat0, lon0           = 46.5 * math.Pi / 180, 3 * math.Pi / 180
		falseE, falseN       = 700_000, 6_600_000
	)
	e := math.Sqrt(grs80F * (2 - grs80F))
	m := func(phi float64) float64 {
		return math.Cos(phi) / math.Sqrt(1-e*e*math.Sin(phi)*math.Sin(phi))
	}
	bend := func(phi float64) float64 {
		return math.Pow((1-e*math.Sin(phi))/(1+e*math.Sin(phi)), e/2)
	}
	t := func(phi float64) float64 { return math.Tan(math.Pi/4-phi/2) / bend(phi) }
	n := (math.Log(m(parallel1)) - math.Log(m(parallel2))) / (math.Log(t(parallel1)) - math.Log(t(parallel2)))
	f := m(parallel1) / (n * math.Pow(t(parallel1), n))
	r0 := grs80A * f * math.Pow(t(lat0), n)
	dx, dy := x-falseE, r0-(y-falseN)
	t1 := math.Pow(math.Hypot(dx, dy)/(grs80A*f), 1/n)
	phi := math.Pi/2 - 2*math.Atan(t1)
	for range 6 { // each step gains more than two digits
		phi = math.Pi/2 - 2*math.Atan(t1*bend(phi))
	}
	return degrees(phi), degrees(math.Atan2(dx, dy)/n + lon0), nil
}

// utm is a zone of the Universal Transverse Mercator.
type utm struct {
	meridian float64 // degrees
	south    bool
}

// utmZones gives the legal projection overseas by department (décret
// n° 2000-1276 as amended): RGAF09 / UTM 20N (EPSG:5490), RGSPM06 / UTM 21N
// (4467), RGFG95 / UTM 22N (2972), RGR92 / UTM 40S (2975), RGM04 / UTM 38S (4471).
var utmZones = map[string]utm{
	"971": {meridian: -63}, "972": {meridian: -63}, "977": {meridian: -63}, "978": {meridian: -63},
	"975": {meridian: -57},
	"973": {meridian: -51},
	"974": {meridian: 57, south: true},
	"976": {meridian: 45, south: true},
}

// FromProjected turns coordinates in the legal projection of a department, in
// metres, into WGS84 degrees: Lambert-93, overseas its UTM zone. It returns
// ErrProjection, also for a department without one here.
func FromProjected(department string, x, y float64) (lat, lon float64, err error) {
	if len(department) == 2 {
		return FromLambert93(x, y)
	}
	zone, ok := utmZones[department]
	if !ok {
		return 0, 0, fmt.Errorf("%w: none is known for department %s", ErrProjection, echo(department))
	}
	if !(x > 100_000 && x < 900_000 && y > 0 && y < 10_000_000) {
		return 0, 0, fmt.Errorf("%w: UTM x=%g y=%g, expected x 100000 to 900000 and y 0 to 10000000", ErrProjection, x, y)
	}
	lat, lon = zone.inverse(x, y)
	return lat, lon, nil
}

// inverse follows IOGP Guidance Note 7-2, Transverse Mercator (method 9807),
// the JHS formulas: Krüger's series to the fourth power of the third flattening.
func (z utm) inverse(x, y float64) (lat, lon float64) {
	const scale, falseE, falseSouth = 0.9996, 500_000, 10_000_000
	if z.south {
		y -= falseSouth
	}
	const n = grs80F / (2 - grs80F)
	const radius = grs80A / (1 + n) * (1 + n*n/4 + n*n*n*n/64)
	h := [...]float64{
		n/2 - 2.0/3*n*n + 37.0/96*n*n*n - 1.0/360*n*n*n*n,
		1.0/48*n*n + 1.0/15*n*n*n - 437.0/1440*n*n*n*n,
		17.0/480*n*n*n - 37.0/840*n*n*n*n,
		4397.0 / 161280 * n * n * n * n,
	}
	xi, eta := y/(radius*scale), (x-falseE)/(radius*scale)
	xi0, eta0 := xi, eta
	for i, hi := range h {
		k := float64(2 * (i + 1))
		xi0 -= hi * math.Sin(k*xi) * math.Cosh(k*eta)
		eta0 -= hi * math.Cos(k*xi) * math.Sinh(k*eta)
	}
	beta := math.Asin(math.Sin(xi0) / math.Cosh(eta0))
	e := math.Sqrt(grs80F * (2 - grs80F))
	q := math.Asinh(math.Tan(beta))
	iso := q
	for range 6 {
		iso = q + e*math.Atanh(e*math.Tanh(iso))
	}
	return degrees(math.Atan(math.Sinh(iso))), degrees(math.Asin(math.Tanh(eta0)/math.Cos(beta))) + z.meridian
}

func degrees(rad float64) float64 { return rad * 180 / math.Pi }
