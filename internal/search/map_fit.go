package search

import (
	"math"

	"sourcier/internal/search/query"
)

// A few structures far from all others would make the map show a country for the
// sake of one: of enough structures, farFrom hundredths at each edge may stay outside,
// where they are counted, when the frame is then narrower by a third or more.
const (
	farFrom  = 5
	farLeast = 50
)

// fit chooses the bounds and the zoom that show the spots, drops those that stay
// outside, and gives their number.
func (c *chart) fit(frame *query.Frame) (outside int) {
	if len(c.spots) == 0 {
		frame.Bounds, frame.Zoom = query.Bounds{}, 0
		return 0
	}
	west, east := middle(c.spots, func(s *spot) int32 { return s.lon })
	south, north := middle(c.spots, func(s *spot) int32 { return s.lat })
	all, within, tight := len(c.spots), c.spots[:0], [4]int32{math.MaxInt32, math.MaxInt32, math.MinInt32, math.MinInt32}
	for _, s := range c.spots {
		if west <= s.lon && s.lon <= east && south <= s.lat && s.lat <= north {
			within = append(within, s)
			tight = [4]int32{min(tight[0], s.lon), min(tight[1], s.lat), max(tight[2], s.lon), max(tight[3], s.lat)}
		}
	}
	c.spots = within
	degrees := func(v int32) float64 { return float64(v) / perDegree }
	fitted := query.Fitted(query.Bounds{West: degrees(tight[0]), South: degrees(tight[1]), East: degrees(tight[2]), North: degrees(tight[3])})
	frame.Bounds, frame.Zoom = fitted.Bounds, fitted.Zoom
	return all - len(within)
}

// steps is how finely a coordinate is looked at to find where most structures are.
const steps = 1024

// middle gives the range of a coordinate, without the few at its edges when they
// stretch it. At least half of all is within, so that it is never empty.
func middle(spots []spot, of func(*spot) int32) (least, most int32) {
	least, most = of(&spots[0]), of(&spots[0])
	for i := range spots {
		v := of(&spots[i])
		least, most = min(least, v), max(most, v)
	}
	far := len(spots) * farFrom / 100
	if len(spots) < farLeast || far == 0 {
		return least, most
	}
	wide := (int64(most)-int64(least))/steps + 1
	var counts [steps]int
	for i := range spots {
		counts[(int64(of(&spots[i]))-int64(least))/wide]++
	}
	first, last := 0, steps-1
	for n := counts[first]; n <= far; n += counts[first] {
		first++
	}
	for n := counts[last]; n <= far; n += counts[last] {
		last--
	}
	if (last-first+1)*3 > steps*2 {
		return least, most
	}
	from := int64(least) + int64(first)*wide
	return int32(from), int32(min(from+int64(last-first+1)*wide-1, int64(most))) // #nosec G115 -- between least and most
}
