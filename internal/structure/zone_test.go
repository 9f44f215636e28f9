package structure

import (
	"slices"
	"testing"

	"sourcier/internal/territory"
)

// vitry is an establishment in Vitry-sur-Seine, at the commune's own point.
func vitry(t *testing.T) Address {
	t.Helper()
	c, ok := territory.Default().Commune("94081")
	if !ok {
		t.Fatal("Vitry-sur-Seine is not in the atlas")
	}
	return Address{Commune: "94081", Point: Point{Lat: c.Lat, Lon: c.Lon, Precision: PrecisionCommune}}
}

func TestZoneServesAndCovers(t *testing.T) {
	at := vitry(t)
	departmentOnly, nowhere := at, at
	departmentOnly.Point.Precision = PrecisionDepartment
	nowhere.Point = Point{}
	tests := []struct {
		name           string
		zone           Zone
		at             Address
		in             string
		serves, covers bool
	}{
		{"France covers a region", Zone{France: true}, at, "reg:93", true, true},
		{"one commune serves its department", Zone{Territories: []string{"94081"}}, at, "dep:94", true, false},
		{"one commune covers itself", Zone{Territories: []string{"94081"}}, at, "94081", true, true},
		{"two departments together cover an EPT astride", Zone{Territories: []string{"dep:94", "dep:91"}}, at, "epci:200058014", true, true},
		{"one of them does not", Zone{Territories: []string{"dep:94"}}, at, "epci:200058014", true, false},
		{"elsewhere", Zone{Territories: []string{"dep:13"}}, at, "dep:94", false, false},
		{"an unknown value adds nothing", Zone{Territories: []string{"epci:1"}}, at, "dep:94", false, false},
		{"5 km reaches Ivry", Zone{RadiusKM: 5}, at, "94041", true, true},
		{"5 km does not reach Juvisy", Zone{RadiusKM: 5}, at, "91326", false, false},
		{"a radius reaches into the department without covering it", Zone{RadiusKM: 5}, at, "dep:94", true, false},
		{"a small radius keeps its own commune", Zone{RadiusKM: 0.1}, at, "94081", true, true},
		{"without a usable point only the own commune", Zone{RadiusKM: 50}, departmentOnly, "94081", true, true},
		{"without a usable point no neighbour", Zone{RadiusKM: 50}, departmentOnly, "94041", false, false},
		{"without any point no neighbour", Zone{RadiusKM: 50}, nowhere, "94041", false, false},
		{"undeclared serves where it is", Zone{}, at, "dep:94", true, false},
		{"undeclared serves nowhere else", Zone{}, at, "dep:91", false, false},
		{"undeclared covers not even its commune", Zone{}, at, "94081", true, false},
	}
	atlas := territory.Default()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in, err := atlas.Resolve(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if got := tt.zone.Serves(atlas, tt.at, in); got != tt.serves {
				t.Errorf("Serves(%s) = %v, want %v", tt.in, got, tt.serves)
			}
			if got := tt.zone.Covers(atlas, tt.at, in); got != tt.covers {
				t.Errorf("Covers(%s) = %v, want %v", tt.in, got, tt.covers)
			}
		})
	}
}

// TestCoversImpliesServes holds for whatever zone and place.
func TestCoversImpliesServes(t *testing.T) {
	atlas, at := territory.Default(), vitry(t)
	zones := []Zone{{}, {France: true}, {RadiusKM: 3}, {RadiusKM: 300}, {Territories: []string{"dep:94"}}, {Territories: []string{"reg:11", "94081"}}}
	for _, value := range []string{"94081", "75056", "dep:2A", "dep:94", "dep:974", "reg:11", "epci:200058014", "FR"} {
		in, err := atlas.Resolve(value)
		if err != nil {
			t.Fatal(err)
		}
		for _, z := range zones {
			if z.Covers(atlas, at, in) && !z.Serves(atlas, at, in) {
				t.Errorf("%+v covers %s and does not serve it", z, value)
			}
		}
	}
}

// TestReached: a radius as the communes it reaches, the nearest first, as it serves them.
func TestReached(t *testing.T) {
	atlas := territory.Default()
	a := vitry(t)
	z := Zone{RadiusKM: 6}
	codes := z.Reached(atlas, a, 1000)
	if len(codes) < 10 || codes[0] != "94081" || !slices.Contains(codes, "94041") {
		t.Errorf("6 km around Vitry: %v", codes)
	}
	for ord := range uint32(atlas.Len()) {
		c := atlas.At(ord)
		place, err := atlas.Resolve(c.Code)
		if err != nil {
			t.Fatal(err)
		}
		if place.Communes.Len() > 1 {
			continue // a city whose arrondissements are communes of the atlas
		}
		if got := slices.Contains(codes, c.Code); got != z.Serves(atlas, a, place) {
			t.Errorf("%s: reached %v, served %v", c.Name, got, !got)
		}
	}
	if few := z.Reached(atlas, a, 3); !slices.Equal(few, codes[:3]) {
		t.Errorf("the 3 nearest are %v of %v", few, codes)
	}
	for name, none := range map[string][]string{"no radius": Zone{France: true}.Reached(atlas, a, 10), "nowhere": z.Reached(atlas, Address{}, 10)} {
		if none != nil {
			t.Errorf("%s: %v", name, none)
		}
	}
	if own := z.Reached(atlas, Address{Commune: "94081"}, 10); !slices.Equal(own, []string{"94081"}) {
		t.Errorf("without a point: %v", own)
	}
}
