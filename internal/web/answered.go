package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/search/query"
	"sourcier/internal/sourcing"
)

// answeredParam keeps, for a buyer, the structures that have answered a sourçage of the
// buyer's organisation. To anybody else, and to programs, it is a parameter that there is not.
const answeredParam = "answered"

// answered reads who has answered the organisation of a buyer who asks, and keeps a search
// to them when value says so. Nobody has, to anybody else.
func (s *site) answered(c *fiber.Ctx, value string, q *query.Query) ([]string, error) {
	m := deskMember(c)
	if s.Operation == nil || !sourcing.Buys(m) {
		return nil, nil
	}
	ids, err := s.Operation.Answered(c.UserContext(), m)
	if err == nil && strings.TrimSpace(value) == "1" {
		q.Among = append([]string{}, ids...) // not nil: nobody is not everybody
	}
	return ids, err
}

// countAnswered adds the facet of who has answered, as the engine counts any other: what
// the search would find with it.
func (p *searchPage) countAnswered(c *fiber.Ctx, ids []string) error {
	selected, n := p.q.Among != nil, p.res.Total
	if len(ids) == 0 && !selected {
		return nil
	}
	if !selected {
		q := p.q
		q.Text, q.Among = p.text(), ids
		q.Page, q.PerPage, q.Cursor, q.IDsOnly, q.Facets, q.OnlyFacets = 1, 1, "", true, false, nil
		res, err := p.search(c, q)
		if err != nil {
			return err
		}
		if n = res.Total; res.Correction != nil { // of other words: these find nobody
			n = 0
		}
	}
	p.res.Facets = append(p.res.Facets, query.Facet{Name: answeredParam, Values: []query.FacetValue{{Value: "1", Label: "A répondu à un sourçage", Count: n, Selected: selected}}})
	return nil
}
