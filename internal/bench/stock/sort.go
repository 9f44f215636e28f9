package stock

import (
	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search"

	"sourcier/internal/search/query"
)

// byDistance orders the hits from a place.
func byDistance(r *bleve.SearchRequest, from *query.Place) {
	order, err := search.NewSortGeoDistance("loc", "m", from.Lon, from.Lat, false)
	if err != nil {
		panic(err) // the unit is a constant
	}
	r.SortByCustom(search.SortOrder{order})
}
