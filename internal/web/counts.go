package web

import (
	"fmt"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
)

// maxKeptCounts bounds the pages on territories and sectors whose counts are kept:
// they take some tens of searches each.
const maxKeptCounts = 200

// keepCounts gives what count makes, or has made for the same key, view and day.
func keepCounts[T any](c *fiber.Ctx, s *site, key string, count func() (T, error)) (T, error) {
	return keep(c, s.counts, fmt.Sprint(s.Search.Generation(), s.today()), key, count)
}

// countTag is the ETag of a page of counts.
func (s *site) countTag(form, of string) string {
	counted := ""
	if t := s.tally(); t != nil {
		counted = t.At.String()
	}
	return s.tag(form, of, fmt.Sprint(s.Search.Generation()), string(s.today()), counted, fmt.Sprint(s.isDemo()))
}

// tally is what the directory holds, nil while nobody has counted it.
func (s *site) tally() *structure.Tally {
	if s.Tally == nil {
		return nil
	}
	return s.Tally()
}

// counted answers a search for its total and facets, over the whole directory.
func (s *site) counted(c *fiber.Ctx, values url.Values, facets ...string) (query.Result, error) {
	q, err := s.Parser.Parse(values)
	if err != nil {
		return query.Result{}, err
	}
	q.PerPage, q.IDsOnly, q.Facets, q.OnlyFacets = 1, true, len(facets) > 0, facets
	return s.aside(c.UserContext(), q)
}

// facetOf gives the values of a facet of an answer.
func facetOf(res query.Result, name string) []query.FacetValue {
	for _, f := range res.Facets {
		if f.Name == name {
			return f.Values
		}
	}
	return nil
}

// countsOf gives the counts of a facet by value.
func countsOf(facet []query.FacetValue) map[string]int {
	out := make(map[string]int, len(facet))
	for _, v := range facet {
		out[v.Value] = v.Count
	}
	return out
}

// sectorCounts counts every sector and group among what a search finds, from its
// facet. A facet has room for MaxFacetValues: those that a full one may have left
// out are asked for one by one.
func (s *site) sectorCounts(c *fiber.Ctx, values url.Values, facet []query.FacetValue) (map[string]int, error) {
	out := countsOf(facet)
	if len(facet) < query.MaxFacetValues {
		return out, nil
	}
	for _, code := range s.everySector() {
		if _, ok := out[code]; ok {
			continue
		}
		res, err := s.counted(c, with(values, "sector", code))
		if err != nil {
			return nil, err
		}
		out[code] = res.Total
	}
	return out, nil
}

// everySector lists the codes of all groups and sectors.
func (s *site) everySector() []string {
	var out []string
	for _, g := range s.Taxonomy.Groups() {
		out = append(out, g.Code)
	}
	for _, v := range s.Taxonomy.Sectors() {
		out = append(out, v.Code)
	}
	return out
}
