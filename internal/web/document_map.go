package web

import (
	"strconv"
	"strings"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/web/openapi"
)

// describedMap tells the route of the map: a search, the part of the world that is
// looked at, GeoJSON.
func (s *site) describedMap(schemas *openapi.Schemas, fails []int) described {
	openapi.Name[apiMap](schemas, "Map")
	openapi.Name[apiCluster](schemas, "Feature")
	answer := openapi.Of[apiMap](schemas)
	schemas.Replace("Map", "type", openapi.OneOf([]string{"FeatureCollection"}))
	schemas.Replace("Feature", "type", openapi.OneOf([]string{"Feature"}))
	schemas.Replace("Point", "type", openapi.OneOf([]string{"Point"}))
	count := openapi.Schema{Type: "integer"}
	schemas.Replace("ClusterProperties", "families", &openapi.Schema{Type: "object", PropertyNames: openapi.OneOf(structure.Families), Additional: &count})
	zoom := openapi.Integer(0, query.MaxZoom, 0)
	zoom.Default = nil // the one that shows everything found
	corners := `^ *` + query.DecimalPattern + strings.Repeat(` *, *`+query.DecimalPattern, 3) + ` *$`
	return described{
		route: apiRoot + "/map", id: "mapStructures", tag: tagSearch, fails: fails,
		summary: "Placer les résultats sur une carte",
		text:    "Tout ce qu’une recherche trouve, en GeoJSON, groupé pour le cadre et le zoom demandés ; sans l’un ni l’autre, pour le cadre qui montre tout. Ces requêtes ont leur propre limite, égale à celle des autres.",
		try:     "?q=nettoyage&serves=94081",
		params: append(s.filterParameters(), worded([]openapi.Parameter{
			openapi.Query("bbox", "Cadre : ouest,sud,est,nord en degrés décimaux, avec zoom.", openapi.Text().Matching(corners), "2.2,48.6,2.6,48.9"),
			openapi.Query("zoom", "Zoom, de 0 (le monde) à "+strconv.Itoa(query.MaxZoom)+" (la rue), avec bbox.", zoom, 11),
		})...),
		answer: answer,
	}
}
