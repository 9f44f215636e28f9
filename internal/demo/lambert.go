package demo

import "math"

// Constants of Lambert-93 (EPSG:2154): IGN, note technique NTG 71, « Projection
// cartographique conique conforme de Lambert », ellipsoid GRS 80.
const (
	lambertE  = 0.0818191910428158 // first eccentricity of GRS 80
	lambertN  = 0.7256077650532670
	lambertC  = 11_754_255.426096 // metres
	lambertXs = 700_000.0         // metres
	lambertYs = 12_655_612.049876 // metres
	lambertL0 = 3.0               // central meridian, degrees east of Greenwich
)

// ToLambert93 projects a WGS84 position in degrees (taken for RGF93, less than
// a metre away) to metres east and north. It only makes sense for metropolitan
// France.
func ToLambert93(lat, lon float64) (x, y float64) {
	const rad = math.Pi / 180
	s := math.Sin(lat * rad)
	iso := math.Atanh(s) - lambertE*math.Atanh(lambertE*s) // isometric latitude (NTG 71, ALG0001)
	r := lambertC * math.Exp(-lambertN*iso)
	gamma := lambertN * (lon - lambertL0) * rad
	return lambertXs + r*math.Sin(gamma), lambertYs - r*math.Cos(gamma)
}
