package web

import (
	"testing"

	"sourcier/internal/search/query"
)

// TestScreenZoom: a frame of a screen keeps its zoom, one that no screen shows has the
// names of a larger map.
func TestScreenZoom(t *testing.T) {
	for _, tt := range []struct {
		name  string
		frame query.Frame
		want  int
	}{
		{"a street", query.Frame{Zoom: 18, Bounds: query.Bounds{West: 2.39, South: 48.78, East: 2.40, North: 48.79}}, 18},
		{"a point", query.Frame{Zoom: 18, Bounds: query.Bounds{West: 2.39, South: 48.78, East: 2.39, North: 48.78}}, 18},
		{"a department on a wide screen", query.Frame{Zoom: 11, Bounds: query.Bounds{West: 2, South: 48.4, East: 4.6, North: 49.4}}, 11},
		{"the world at the zoom of a street", query.Frame{Zoom: 18, Bounds: query.Bounds{West: -180, South: -90, East: 180, North: 90}}, 4},
	} {
		if got := screenZoom(tt.frame); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}
