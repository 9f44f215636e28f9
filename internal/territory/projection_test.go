package territory

import (
	"errors"
	"math"
	"testing"
)

// The expected positions were computed with PROJ 9 (pyproj 3.7), from EPSG:4326
// to the legal projection of each department.
func TestFromProjected(t *testing.T) {
	cases := []struct {
		dept     string
		x, y     float64
		lat, lon float64
	}{
		{"94", 655564.975, 6854304.885, 48.7873, 2.3952},
		{"29", 105763.539, 6846952.903, 48.45, -5.05},
		{"2B", 1228546.045, 6199420.644, 42.7, 9.45},
		{"06", 1062314.841, 6304879.800, 43.75, 7.5},
		{"59", 667670.856, 7106133.599, 51.05, 2.54},
		{"66", 704119.425, 6150014.042, 42.45, 3.05},
		{"67", 1080437.914, 6886981.678, 48.97, 8.2},
		{"971", 657103.137, 1796046.839, 16.24, -61.53},
		{"972", 707895.245, 1616074.441, 14.61, -61.07},
		{"977", 515888.334, 1979128.380, 17.9, -62.85},
		{"973", 352535.038, 545073.719, 4.93, -52.33},
		{"973", 121745.037, 254671.281, 2.3, -54.4},
		{"974", 338767.167, 7690355.572, -20.88, 55.45},
		{"976", 524963.361, 8587181.961, -12.78, 45.23},
		{"975", 562596.272, 5181043.210, 46.78, -56.18},
	}
	for _, c := range cases {
		lat, lon, err := FromProjected(c.dept, c.x, c.y)
		if err != nil {
			t.Errorf("%s: %v", c.dept, err)
			continue
		}
		// The haversine cancels at this scale: measure on the tangent plane.
		metres := 111_195 * math.Hypot(lat-c.lat, (lon-c.lon)*math.Cos(c.lat*math.Pi/180))
		if metres > 0.01 {
			t.Errorf("%s %g %g: %.6f %.6f, %.3f m from %g %g", c.dept, c.x, c.y, lat, lon, metres, c.lat, c.lon)
		}
	}
}

func TestFromLambert93Origin(t *testing.T) {
	lat, lon, err := FromLambert93(700_000, 6_600_000)
	if err != nil || math.Abs(lat-46.5) > 1e-9 || math.Abs(lon-3) > 1e-9 {
		t.Errorf("%.10f %.10f %v, want 46.5 3", lat, lon, err)
	}
}

func TestFromProjectedRefuses(t *testing.T) {
	cases := []struct {
		name, dept string
		x, y       float64
	}{
		{"degrees", "94", 2.39, 48.78},
		{"swapped", "94", 6854304.885, 655564.975},
		{"zero", "94", 0, 0},
		{"not a number", "94", math.NaN(), 6854304},
		{"infinite", "94", 655564, math.Inf(1)},
		{"Lambert II", "94", 604000, 2421000},
		{"overseas swapped", "974", 7690355, 338767},
		{"overseas degrees", "971", -61.5, 16.2},
		{"overseas not a number", "971", 657103, math.NaN()},
		{"no projection", "988", 500000, 7500000},
		{"no department", "", 657103, 1796046},
	}
	for _, c := range cases {
		if lat, lon, err := FromProjected(c.dept, c.x, c.y); !errors.Is(err, ErrProjection) {
			t.Errorf("%s: %g %g %v", c.name, lat, lon, err)
		}
	}
}
