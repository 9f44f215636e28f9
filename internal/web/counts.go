package web

import (
	"fmt"
	"net/url"
	"sync"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
)

// maxKeptCounts bounds the pages whose counts are kept; one more, and all are
// made again.
const maxKeptCounts = 200

// counts keeps what the pages on territories and sectors count, which takes them
// some tens of searches: it holds for one view of the index and one day. It is
// safe for concurrent use.
type counts struct {
	mu   sync.Mutex
	of   string // the view and the day
	kept map[string]any
}

// keepCounts gives what count makes, or has made for the same key, view and day.
func keepCounts[T any](s *site, key string, count func() (T, error)) (T, error) {
	of := fmt.Sprint(s.Search.Generation(), s.today())
	s.counts.mu.Lock()
	if s.counts.of != of || len(s.counts.kept) >= maxKeptCounts {
		s.counts.of, s.counts.kept = of, map[string]any{}
	}
	known, ok := s.counts.kept[key]
	s.counts.mu.Unlock()
	if ok {
		return known.(T), nil
	}
	made, err := count() // outside the lock: another page must not wait for it
	if err != nil {
		return made, err
	}
	s.counts.mu.Lock()
	defer s.counts.mu.Unlock()
	if s.counts.of == of {
		s.counts.kept[key] = made
	}
	return made, nil
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
