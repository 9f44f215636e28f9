package web

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/buyer"
	"sourcier/internal/search/query"
	"sourcier/internal/sourcing"
)

// Parameters that keep, for a buyer, the structures that the buyer's organisation has to do
// with. To anybody else, and to programs, they are parameters that there are not.
const (
	answeredParam = "answered" // have answered a sourçage
	metParam      = "met"      // came to an event
)

// acquaintanceParams lists them.
var acquaintanceParams = []string{answeredParam, metParam}

// acquaintance is such a parameter for who asks: whom it keeps, and whether the search is
// kept to them.
type acquaintance struct {
	param, label string
	ids          []string // in their order
	selected     bool
}

// acquaintances reads them of a buyer who asks, and keeps a search to those chosen: to who
// meets each. There is none to anybody else.
func (s *site) acquaintances(c *fiber.Ctx, values url.Values, q *query.Query) ([]acquaintance, error) {
	m := deskMember(c)
	if !sourcing.Buys(m) {
		return nil, nil
	}
	var out []acquaintance
	for _, a := range []struct {
		acquaintance
		there bool
		read  func(context.Context, buyer.Member) ([]string, error)
	}{
		{acquaintance{param: answeredParam, label: "A répondu à un sourçage"}, s.Operation != nil, s.Operation.Answered},
		{acquaintance{param: metParam, label: "Rencontrée à un événement"}, s.Gathering != nil, s.Gathering.Met},
	} {
		if !a.there {
			continue
		}
		var err error
		if a.ids, err = a.read(c.UserContext(), m); err != nil {
			return nil, err
		}
		if a.selected = strings.TrimSpace(values.Get(a.param)) == "1"; a.selected {
			q.Among, q.AmongBy = both(q.Among, a.ids), append(q.AmongBy, a.param)
		}
		out = append(out, a.acquaintance)
	}
	return out, nil
}

// both are those of two lists, the first of which may be everybody; not nil: nobody is not
// everybody.
func both(among, ids []string) []string {
	if among == nil {
		return append([]string{}, ids...)
	}
	return slices.DeleteFunc(slices.Clone(among), func(id string) bool {
		_, is := slices.BinarySearch(ids, id)
		return !is
	})
}

// unacquainted is a search as anybody may ask it.
func unacquainted(values url.Values) url.Values {
	values = maps.Clone(values)
	for _, param := range acquaintanceParams {
		values.Del(param)
	}
	return values
}

// acquaintanceText tells apart what different people are answered, for caches.
func acquaintanceText(list []acquaintance) string {
	var out strings.Builder
	for i := range list {
		out.WriteString(list[i].param + boolText(list[i].selected) + strings.Join(list[i].ids, " ") + "\n")
	}
	return out.String()
}

// countAcquaintances adds their facets, as the engine counts any other: what the search would find
// with each.
func (p *searchPage) countAcquaintances(c *fiber.Ctx) error {
	for i := range p.acquainted {
		if err := p.countAcquaintance(c, &p.acquainted[i]); err != nil {
			return err
		}
	}
	return nil
}

func (p *searchPage) countAcquaintance(c *fiber.Ctx, a *acquaintance) error {
	n := p.res.Total
	if len(a.ids) == 0 && !a.selected {
		return nil
	}
	if !a.selected {
		q := p.q
		q.Text, q.Among = p.text(), both(q.Among, a.ids)
		q.Page, q.PerPage, q.Cursor, q.IDsOnly, q.Facets, q.OnlyFacets = 1, 1, "", true, false, nil
		res, err := p.search(c, q)
		if err != nil {
			return err
		}
		if n = res.Total; res.Correction != nil { // of other words: these find nobody
			n = 0
		}
	}
	p.res.Facets = append(p.res.Facets, query.Facet{Name: a.param, Values: []query.FacetValue{{Value: "1", Label: a.label, Count: n, Selected: a.selected}}})
	return nil
}
