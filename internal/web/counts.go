package web

import (
	"errors"
	"fmt"
	"net/url"
	"sync"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
)

const (
	// maxKeptCounts bounds the pages whose counts are kept.
	maxKeptCounts = 200
	// countsAtOnce are made side by side; the others wait, as long as a request may.
	countsAtOnce = 2
	// countsWaiting is how many may wait or be made, countsOfOne of them for one client.
	countsWaiting = 64
	countsOfOne   = 8
)

// errCrowded is returned when too many pages of counts are asked for at once.
var errCrowded = errors.New("too many pages of counts")

// counts keeps what the pages on territories and sectors count, which takes them
// some tens of searches: it holds for one view of the index and one day. It is
// safe for concurrent use.
type counts struct {
	waiting *rooms
	making  chan struct{}

	mu   sync.Mutex
	of   string // the view and the day
	kept map[string]any
}

func newCounts() *counts {
	return &counts{waiting: newRooms(countsWaiting, countsOfOne), making: make(chan struct{}, countsAtOnce)}
}

// turn waits until one more page may be made; done ends it.
func (k *counts) turn(c *fiber.Ctx) (done func(), err error) {
	leave, ok := k.waiting.enter(clientAddr(c.IP()))
	if !ok {
		return nil, errCrowded
	}
	select {
	case k.making <- struct{}{}:
		return func() { <-k.making; leave() }, nil
	case <-c.UserContext().Done():
		leave()
		return nil, errCrowded
	}
}

// get gives what is kept for a key, in a view on a day.
func (k *counts) get(of, key string) (any, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.of != of {
		k.of, k.kept = of, map[string]any{}
	}
	known, ok := k.kept[key]
	return known, ok
}

// keep keeps it, in the place of another when there is no room: who asks for every
// commune in turn must not make all pages be counted again.
func (k *counts) keep(of, key string, made any) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.of != of {
		return
	}
	for old := range k.kept {
		if len(k.kept) < maxKeptCounts {
			break
		}
		delete(k.kept, old)
	}
	k.kept[key] = made
}

// keepCounts gives what count makes, or has made for the same key, view and day.
func keepCounts[T any](c *fiber.Ctx, s *site, key string, count func() (T, error)) (made T, err error) {
	of := fmt.Sprint(s.Search.Generation(), s.today())
	if known, ok := s.counts.get(of, key); ok {
		return known.(T), nil
	}
	done, err := s.counts.turn(c)
	if err != nil {
		return made, err
	}
	defer done()
	if known, ok := s.counts.get(of, key); ok { // made while this waited
		return known.(T), nil
	}
	if made, err = count(); err == nil {
		s.counts.keep(of, key, made)
	}
	return made, err
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
	return s.search(c, q)
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

// sectorCounts counts every sector and group among what a search finds, from its
// facet. A facet has room for MaxFacetValues: those that a full one may have left
// out are asked for one by one.
func (s *site) sectorCounts(c *fiber.Ctx, values url.Values, facet []query.FacetValue) (map[string]int, error) {
	out := map[string]int{}
	for _, v := range facet {
		out[v.Value] = v.Count
	}
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
