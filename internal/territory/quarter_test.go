package territory

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
)

// square is a GeoJSON ring around a point, in degrees, with half its side.
func square(lon, lat, half float64) string {
	return fmt.Sprintf("[[%[1]g,%[3]g],[%[2]g,%[3]g],[%[2]g,%[4]g],[%[1]g,%[4]g],[%[1]g,%[3]g]]", lon-half, lon+half, lat-half, lat+half)
}

func mustOutline(tb testing.TB, geometry string) Outline {
	tb.Helper()
	o, err := ParseOutline([]byte(geometry))
	if err != nil {
		tb.Fatal(err)
	}
	return o
}

func TestContains(t *testing.T) {
	ring := mustOutline(t, `{"type":"Polygon","coordinates":[`+square(2, 48, 0.5)+`,`+square(2, 48, 0.25)+`]}`)
	two := mustOutline(t, `{"type":"MultiPolygon","coordinates":[[`+square(2, 48, 0.5)+`],[`+square(4, 48, 0.5)+`]]}`)
	// A letter M: the ray from between its legs crosses four lines.
	bent := mustOutline(t, `{"type":"Polygon","coordinates":[[[0,0],[0,4],[1,4],[2,2],[3,4],[4,4],[4,0],[3,0],[3,2],[2,1],[1,2],[1,0],[0,0]]]}`)
	for name, c := range map[string]struct {
		in       Outline
		lat, lon float64
		want     bool
	}{
		"between the rings":      {ring, 48.4, 2, true},
		"in the hole":            {ring, 48, 2, false},
		"on the outer line":      {ring, 48.5, 2, true},
		"on a corner":            {ring, 48.5, 2.5, true},
		"on the line of a hole":  {ring, 48.25, 2, true},
		"beside":                 {ring, 48, 3, false},
		"level with a corner":    {ring, 48.5, 1, false},
		"first of two polygons":  {two, 48, 2, true},
		"second of two polygons": {two, 48, 4, true},
		"between two polygons":   {two, 48, 3, false},
		"a leg":                  {bent, 1, 0.5, true},
		"the other leg":          {bent, 3, 3.5, true},
		"under the bend":         {bent, 0.5, 2, false},
		"over the bend":          {bent, 3.5, 2, false},
		"the bend":               {bent, 1.5, 2, true},
		"level with the bend":    {bent, 2, -1, false},
		"far away":               {bent, -21.1, 55.5, false},
	} {
		if got := c.in.Contains(c.lat, c.lon); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestContainsAgainstAngles compares with another way to tell: the angles under
// which a point sees the corners add up to a full turn inside, to none outside.
func TestContainsAgainstAngles(t *testing.T) {
	o := mustOutline(t, `{"type":"Polygon","coordinates":[[[2.1,48.1],[2.9,48.2],[2.7,48.5],[2.95,48.8],[2.5,48.6],[2.2,48.9],[2.35,48.5],[2.1,48.1]]]}`)
	inside := 0
	for lat := 48.05003; lat < 49; lat += 0.01 {
		for lon := 2.05007; lon < 3; lon += 0.01 {
			sum := 0.0
			ring := o[0][0]
			for i := 0; i < len(ring); i += 2 {
				j := (i + 2) % len(ring)
				a := math.Atan2(float64(ring[i+1])/micro-lat, float64(ring[i])/micro-lon)
				b := math.Atan2(float64(ring[j+1])/micro-lat, float64(ring[j])/micro-lon)
				sum += math.Remainder(b-a, 2*math.Pi)
			}
			want := math.Abs(sum) > math.Pi
			if want {
				inside++
			}
			if got := o.Contains(lat, lon); got != want {
				t.Fatalf("%g, %g: %v", lat, lon, got)
			}
		}
	}
	if inside < 500 {
		t.Fatalf("only %d points inside", inside)
	}
}

func TestParseOutlineRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		geometry string
		want     error
	}{
		"point":         {`{"type":"Point","coordinates":[2,48]}`, ErrOutline},
		"no geometry":   {`null`, ErrOutline},
		"not JSON":      {`{`, ErrOutline},
		"line":          {`{"type":"Polygon","coordinates":[[[2,48],[3,48],[2,48]]]}`, ErrOutline},
		"empty":         {`{"type":"MultiPolygon","coordinates":[]}`, ErrOutline},
		"one number":    {`{"type":"Polygon","coordinates":[[[2],[3],[4],[2]]]}`, ErrOutline},
		"texts":         {`{"type":"Polygon","coordinates":[[["2","48"]]]}`, ErrOutline},
		"metres":        {`{"type":"Polygon","coordinates":[[[652000,6862000],[653000,6862000],[653000,6863000],[652000,6862000]]]}`, ErrMetres},
		"other nesting": {`{"type":"Polygon","coordinates":[[[[2,48],[3,48],[3,49],[2,48]]]]}`, ErrOutline},
	} {
		if o, err := ParseOutline([]byte(c.geometry)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, %v", name, o, err)
		}
	}
	// Corners twice in a row, a third number, and a ring left open are read.
	o := mustOutline(t, `{"type":"Polygon","coordinates":[[[2,48,10],[2,48,10],[3,48,10],[3,49,10]],[[2.5,48.1],[2.5,48.1]]]}`)
	if o.Corners() != 3 || len(o[0]) != 1 {
		t.Errorf("%v", o)
	}
}

func TestSimplified(t *testing.T) {
	var corners []string
	const n = 2000
	for i := range n {
		a := 2 * math.Pi * float64(i) / n
		corners = append(corners, fmt.Sprintf("[%.6f,%.6f]", 2.4+0.01*math.Cos(a)/math.Cos(48.8*math.Pi/180), 48.8+0.01*math.Sin(a)))
	}
	circle := mustOutline(t, `{"type":"Polygon","coordinates":[[`+strings.Join(corners, ",")+`]]}`)
	simple := circle.Simplified(5)
	if got := simple.Corners(); got > n/20 || got < 20 {
		t.Errorf("%d corners of %d", got, n)
	}
	full, few := circle[0][0], simple[0][0]
	for i := range len(full) / 2 { // no corner is farther from the new line than said
		near := math.Inf(1)
		for j := range len(few) / 2 {
			r := Ring{full[2*i], full[2*i+1], few[2*j], few[2*j+1], few[(2*j+2)%len(few)], few[(2*j+3)%len(few)]}
			near = min(near, r.offset(0, 1, 2))
		}
		if near > 5.01 {
			t.Fatalf("corner %d is %.1f m away", i, near)
		}
	}
	tiny := mustOutline(t, `{"type":"Polygon","coordinates":[`+square(2, 48, 0.00001)+`]}`)
	if got := tiny.Simplified(1000).Corners(); got != 4 {
		t.Errorf("a quarter was simplified away: %d corners", got)
	}
}

func TestQuarters(t *testing.T) {
	q := NewQuarters([]Quarter{
		{Code: "QN09402M", Name: "Deux", AsOf: "2026-01-01", Outline: mustOutline(t, `{"type":"Polygon","coordinates":[`+square(2.5, 48.5, 0.1)+`]}`)},
		{Code: "QN09401M", Name: "Un", AsOf: "2026-01-01", Outline: mustOutline(t, `{"type":"Polygon","coordinates":[`+square(2, 48, 0.1)+`]}`)},
	})
	if one, ok := q.At(48, 2); !ok || one.Name != "Un" {
		t.Errorf("%v, %v", one, ok)
	}
	if _, ok := q.At(48.25, 2.25); ok {
		t.Error("a point in no quarter")
	}
	if one, ok := q.ByCode("QN09402M"); !ok || one.Name != "Deux" || q.Len() != 2 {
		t.Errorf("%v", one)
	}
	var none *Quarters
	if _, ok := none.At(48, 2); ok || none.Len() != 0 {
		t.Error("nil holds a quarter")
	}
	if _, ok := none.ByCode("QN09402M"); ok || none.Stamp() == q.Stamp() {
		t.Error("nil holds a quarter")
	}
	moved := q.list[0]
	moved.AsOf = "2026-02-01"
	if NewQuarters(q.list).Stamp() != q.Stamp() || NewQuarters([]Quarter{moved, q.list[1]}).Stamp() == q.Stamp() {
		t.Error("the stamp does not tell the sets apart")
	}
}

// TestQuarterDocument keeps the form in which quarters are stored.
func TestQuarterDocument(t *testing.T) {
	q := Quarter{Code: "QN09401M", Name: "Un", Communes: []string{"94081"}, AsOf: "2026-01-01", File: "x",
		Outline: mustOutline(t, `{"type":"Polygon","coordinates":[[[2,48],[3,48],[3,49],[2,48]]]}`)}
	text, err := json.Marshal(q)
	want := `{"code":"QN09401M","name":"Un","communes":["94081"],"outline":[[[2000000,48000000,3000000,48000000,3000000,49000000]]],"as_of":"2026-01-01","file":"x"}`
	if err != nil || string(text) != want {
		t.Errorf("%s, %v", text, err)
	}
}

func TestQuarterList(t *testing.T) {
	a := Default()
	if l := embeddedQuarters(); l.count != 1584 {
		t.Errorf("%d quarters", l.count)
	}
	for commune, want := range map[string]int{
		"94081": 4, "94021": 1, "75113": 21, "75056": 21, "13201": 41, "91687": 1, "01001": 0, "": 0, "00000": 0,
	} {
		got := a.QuartersOf(commune)
		if len(got) != want {
			t.Errorf("%s: %d quarters, want %d: %v", commune, len(got), want, got)
		}
	}
	// Of a commune that has merged, and of two communes that are one now.
	if got := a.QuartersOf("93059"); len(got) == 0 || len(got) != len(a.QuartersOf("93066")) {
		t.Errorf("a former commune: %v", got)
	}
	for _, text := range []string{"QN09401M\tUn\n", "QP094001\tUn\t94081\n", "QN09401M\tUn\t99999\n"} {
		if _, err := readQuarters(text, a); err == nil {
			t.Errorf("%q is read", text)
		}
	}
}

func TestIsQuarterCode(t *testing.T) {
	for code, want := range map[string][2]bool{
		"QN09401M": {true, false}, "QN02A01M": {true, false}, "QN97401I": {true, false}, "QP094001": {false, true}, "QP02A001": {false, true},
		"qn09401m": {}, "94081": {}, "QN0940M": {}, "": {}, "QN09401MM": {},
	} {
		if current, old := IsQuarterCode(code); [2]bool{current, old} != want {
			t.Errorf("%q: %v, %v", code, current, old)
		}
	}
}

func FuzzParseOutline(f *testing.F) {
	f.Add([]byte(`{"type":"Polygon","coordinates":[[[2,48],[3,48],[3,49],[2,48]]]}`), 48.2, 2.5)
	f.Add([]byte(`{"type":"MultiPolygon","coordinates":[[[[2,48],[3,48],[3,49],[2,48]]],[]]}`), 48.0, 2.0)
	f.Add([]byte(`{"type":"Polygon","coordinates":[[[1e300,48]]]}`), 0.0, 0.0)
	f.Fuzz(func(t *testing.T, raw []byte, lat, lon float64) {
		o, err := ParseOutline(raw)
		if err != nil {
			if !errors.Is(err, ErrOutline) {
				t.Errorf("error %v", err)
			}
			return
		}
		if o.Corners() < 3 {
			t.Errorf("an outline of %d corners", o.Corners())
		}
		o.Contains(lat, lon)
		if o.Simplified(10).Corners() < 3 {
			t.Error("simplified away")
		}
		NewQuarters([]Quarter{{Code: "QN09401M", Outline: o}}).At(lat, lon)
	})
}

func TestNewestQuarters(t *testing.T) {
	ring := Outline{{Ring{0, 0, 10, 0, 10, 10}}}
	some := NewQuarters([]Quarter{{Code: "QN09491M", AsOf: "2026-01-31", Outline: ring}, {Code: "QN09492M", Outline: ring}, {Code: "QN09493M", AsOf: "2025-01-01", Outline: ring}})
	var none *Quarters
	if got := some.Newest() + "," + none.Newest(); got != "2026-01-31," {
		t.Errorf("%q", got)
	}
}
