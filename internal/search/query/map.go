package query

import (
	"math"
	"time"

	"sourcier/internal/structure"
)

// Limits of a map.
const (
	MaxZoom     = 18        // of Web Mercator: a pixel is then half a metre
	CellPixels  = 64        // structures in the same square of so many pixels are one cluster
	NearPixels  = 36        // clusters whose centres are nearer than that are one: a finger must tell them apart
	MaxClusters = 300       // more of them, and the squares double until there are no more
	MaxCells    = 128 * 128 // squares of a frame, empty ones too: likewise
	MaxMembers  = 5         // structures named of a cluster that no zoom divides
)

// Bounds are a part of the world in degrees, edges included. West is never east of
// East: no territory of France crosses the antimeridian.
type Bounds struct{ West, South, East, North float64 }

// Holds reports whether a point is within the bounds.
func (b Bounds) Holds(lat, lon float64) bool {
	return b.West <= lon && lon <= b.East && b.South <= lat && lat <= b.North
}

// Frame is the part of the map that is looked at, at a zoom.
type Frame struct {
	Bounds
	Zoom int
	// Fit asks for the frame that shows what is found, whatever Bounds and Zoom say.
	Fit bool
}

// Map is everything that a query finds, grouped for a frame. Every structure found
// is in one cluster, outside the frame, or without a position:
// Total = sum of Clusters.Count + Outside + Unplaced.
type Map struct {
	Frame
	Total      int
	Outside    int    // placed, but not in the frame
	Unplaced   int    // no usable point: none at all, or the mean of a department
	Extent     Bounds // of every position found, in the frame or not; zero when there is none
	Cell       int    // side of the squares in pixels, CellPixels or more
	Clusters   []Cluster
	Correction *Correction // as in Result
	Generation uint64
	Took       time.Duration
}

// Placed is how many have a position.
func (m *Map) Placed() int { return m.Total - m.Unplaced }

// Cluster is the structures found in one square of a map.
type Cluster struct {
	Count    int
	Lat, Lon float64 // mean of their points, to the millionth of a degree
	Bounds   Bounds  // of their points
	Families []int   // how many are of each of structure.Families
	Commune  string  // code of the commune they are all in, "" for several
	// Divides is set when a larger zoom may part them.
	Divides bool
	// Members are the structures of a cluster that no zoom divides, the first of them
	// in the neutral order of the day; the only one of a cluster of one.
	Members []Member
}

// Member is a structure of a cluster.
type Member struct {
	ID     string
	Name   string
	Family structure.Family
	Demo   bool // fictional
}

// Places is where all that a query finds is, by commune of the establishment.
type Places struct {
	Total      int
	Unplaced   int
	Communes   []Located // the highest count first, then by code
	Unknown    int       // of no known commune
	Correction *Correction
	Generation uint64
}

// Located is how many structures found are in a commune.
type Located struct {
	Commune string // INSEE code
	Count   int
}

// maxLat is where the square world of Web Mercator ends.
const maxLat = 85.051128779806604

// Mercator projects a point on the square world: 0 to 1 from west to east, and from
// north to south.
func Mercator(lat, lon float64) (x, y float64) {
	sin := math.Sin(max(-maxLat, min(lat, maxLat)) * math.Pi / 180)
	return lon/360 + 0.5, 0.5 - math.Log((1+sin)/(1-sin))/(4*math.Pi)
}

// The window that a frame is fitted to, in pixels: the map beside the list, and a phone.
const (
	fitWidth   = 300
	fitHeight  = 420
	maxFitZoom = 14
)

// Fitted is the frame that shows the bounds.
func Fitted(b Bounds) Frame {
	west, north := Mercator(b.North, b.West)
	east, south := Mercator(b.South, b.East)
	return Frame{Bounds: b, Zoom: max(0, min(maxFitZoom, zoomFor(east-west, fitWidth), zoomFor(south-north, fitHeight)))}
}

// zoomFor is the largest zoom at which a share of the world takes so many pixels.
func zoomFor(share, pixels float64) int {
	if share <= 0 {
		return maxFitZoom
	}
	return int(math.Floor(math.Log2(pixels / 256 / share)))
}
