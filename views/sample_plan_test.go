package views_test

import (
	"sourcier/internal/structure"
	"sourcier/views/drawing"
	"sourcier/views/plan"
	"sourcier/views/results"
)

func samplePlan() plan.Page {
	return plan.Page{
		Base: sampleBase(), Heading: "9 structures", Chips: sampleResults().Chips, Correction: sampleResults().Correction, List: "/structures?q=nettoyage",
		Map: drawing.Map{
			ID: "plan", Title: "Plan", Text: "Chaque disque…", Circle: &drawing.Circle{Lat: 48.75, Lon: 2.4, KM: 3},
			Communes: []drawing.Commune{{Code: "94081", Name: "Vitry-sur-Seine", Lat: 48.79, Lon: 2.39, In: true, Count: 8, URL: "/structures?territory=94081"}, {Code: "94054", Name: "Orly", Lat: 48.74, Lon: 2.4}},
			Marks:    []drawing.Mark{{Lat: 48.76, Lon: 2.38, Family: structure.Handicap, Label: "ESAT", URL: "/structures/abc"}, {Lat: 48.75, Lon: 2.37, Count: 3, Label: "3 structures"}},
		},
		Notes: []string{"1\u00a0structure sans position."}, Rows: []plan.Row{{Name: "Vitry-sur-Seine", Department: "94", Count: 8, URL: "/structures?territory=94081"}},
		OtherCommunes: 2, OtherCount: 3,
	}
}

func sampleMap() results.Map {
	return results.Map{Data: "/api/v1/map?q=nettoyage", Plan: "/carte?q=nettoyage", Script: "/public/0123456789ab/js/map.js",
		Leaflet: "/public/0123456789ab/vendor/leaflet.js", Style: "/public/0123456789ab/vendor/leaflet.css", Tiles: "https://tuiles.example.org"}
}
