// Package territory knows the communes of France and the territories made of
// them: EPCI and EPT, departments, regions. It answers lookups, distances and
// sets of communes from embedded data; it does no I/O.
package territory

import (
	"errors"
	"math"
)

// Kind of a territory.
type Kind string

// Kinds of territory.
const (
	KindCommune    Kind = "commune"
	KindEPCI       Kind = "epci" // EPT included
	KindDepartment Kind = "department"
	KindRegion     Kind = "region"
	KindFrance     Kind = "france"
)

// Kinds lists every kind, the smallest territories first.
var Kinds = []Kind{KindCommune, KindEPCI, KindDepartment, KindRegion, KindFrance}

// France is the value of the whole country.
const France = "FR"

// Errors of Resolve.
var (
	ErrUnknown = errors.New("unknown territory")
	ErrQuarter = errors.New("a quarter is no set of communes") // qpv:, which only a position can be in
)

// Precision says how far a commune's reference point can be trusted.
type Precision string

// Precisions, from the best to the worst.
const (
	PrecisionCommune     Precision = "commune"
	PrecisionApproximate Precision = "approximate" // mean of the communes that share the postal code
	PrecisionDepartment  Precision = "department"  // mean of the department: no distance from it makes sense
)

// Commune is a commune or a municipal arrondissement of today.
type Commune struct {
	Code        string // INSEE
	Name        string
	Department  string // code, "94"
	Region      string // code, "11"
	EPCI        string // SIREN of the EPCI, "" when none
	EPT         string // SIREN of the établissement public territorial, "" outside the Grand Paris
	Parent      string // for an arrondissement: the code of Paris, Lyon or Marseille
	PostalCodes []string
	Population  int
	Lat, Lon    float64 // WGS84, reference point
	Precision   Precision
}

// Territory is a named set of communes.
type Territory struct {
	Value    string // canonical: 94081, dep:94, reg:11, epci:200058014, FR
	Kind     Kind
	Label    string // "Vitry-sur-Seine", "Val-de-Marne (94)", …
	Communes Set
}

// DistanceKM is the great-circle distance in kilometres on a sphere of radius 6371.0088 km.
func DistanceKM(lat1, lon1, lat2, lon2 float64) float64 {
	const radius, rad = 6371.0088, math.Pi / 180
	dLat, dLon := (lat2-lat1)*rad, (lon2-lon1)*rad
	sLat, sLon := math.Sin(dLat/2), math.Sin(dLon/2)
	h := sLat*sLat + math.Cos(lat1*rad)*math.Cos(lat2*rad)*sLon*sLon
	return 2 * radius * math.Asin(math.Sqrt(min(1, h)))
}
