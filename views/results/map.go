package results

// Map is what the map beside the list needs to load: after the list, and only when it
// is looked at.
type Map struct {
	Data    string // everything found, grouped, as GeoJSON
	Plan    string // the same as a page, for who has no script
	Script  string // of the map, and what it loads itself:
	Leaflet string
	Style   string
	Tiles   string // origin of the tiles, "" for none
}
