package territory_test

import (
	"slices"
	"testing"

	"sourcier/internal/territory"
)

func TestNeighbours(t *testing.T) {
	for department, want := range map[string][]string{
		"94": {"75", "77", "91", "92", "93"}, "75": {"92", "93", "94"}, "2A": {"2B"}, "29": {"22", "56"}, "974": nil, "": nil,
		"77": {"02", "10", "45", "51", "60", "89", "91", "93", "94", "95"},
	} {
		if got := territory.Neighbours(department); !slices.Equal(got, want) {
			t.Errorf("%s touches %v, want %v", department, got, want)
		}
	}
	atlas, mainland := territory.Default(), 0
	for ord := range uint32(atlas.Len()) {
		c := atlas.At(ord)
		if len(c.Department) == 2 && c.Department != "2A" && c.Department != "2B" {
			mainland++
			if n := len(territory.Neighbours(c.Department)); n < 2 || n > 11 {
				t.Fatalf("%s touches %d departments", c.Department, n)
			}
		}
		for _, near := range territory.Neighbours(c.Department) {
			if _, err := atlas.Resolve("dep:" + near); err != nil || !slices.Contains(territory.Neighbours(near), c.Department) {
				t.Fatalf("%s touches %s: %v, and the other way round?", c.Department, near, err)
			}
		}
	}
	if mainland == 0 {
		t.Error("no commune of the mainland")
	}
}
