package web

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
)

// apiPage answers GET /api/v1/structures.
type apiPage struct {
	Total   int                     `json:"total"`
	Page    int                     `json:"page"`
	PerPage int                     `json:"per_page"`
	Next    *string                 `json:"next"`             // cursor of the next page; null at the end, and for the relevance order, which has pages only
	TookMS  float64                 `json:"took_ms"`          // of the search itself, milliseconds
	Items   any                     `json:"items"`            // a list of apiItem; of apiID with fields=id
	Facets  map[string][]facetValue `json:"facets,omitempty"` // by parameter name; absent unless facets=1, or those named by facets=kind&facets=size

	Correction  *apiCorrection  `json:"correction"`  // the text answered when the one sent finds nothing; null otherwise
	Relaxations []apiRelaxation `json:"relaxations"` // ways out of an empty result, the largest total first
}

// apiCorrection is the text that the results answer, mended.
type apiCorrection struct {
	Text  string      `json:"text"`
	Words []apiMended `json:"words"`
}

type apiMended struct {
	Typed string `json:"typed"`
	Meant string `json:"meant"`
}

// apiRelaxation is what the search finds without one group of filters or one word.
type apiRelaxation struct {
	Parameters []string `json:"parameters"` // to leave out; q keeps text, when there is one
	Words      *string  `json:"words"`      // the word or quoted phrase left out, null for filters
	Text       *string  `json:"text"`       // q without it, null when nothing is left of it
	Total      int      `json:"total"`
}

// apiItem is one structure found.
type apiItem struct {
	ID         string           `json:"id"`
	SIRET      *string          `json:"siret"`
	FINESS     *string          `json:"finess"`
	Name       string           `json:"name"`
	Kind       *string          `json:"kind"`   // main kind: the first agreement in force, else the ESS family, else the size
	Kinds      []string         `json:"kinds"`  // every value of the kind parameter that finds it: agreements in force, ESS family
	Family     structure.Family `json:"family"` // insertion, handicap, ess or entreprise
	Size       *structure.Size  `json:"size"`
	Sectors    []codeLabel      `json:"sectors"` // declared first
	Commune    *communeRef      `json:"commune"`
	Department *string          `json:"department"` // code, "94"
	Lat        *float64         `json:"lat"`        // WGS84, null when only the department is known
	Lon        *float64         `json:"lon"`
	DistanceKM *float64         `json:"distance_km"` // from near, or from the served place; null without
	Why        []string         `json:"why"`         // French, one line per reason
}

// facetValue counts what choosing the value alone in its group would give.
type facetValue struct {
	Value string `json:"value"`
	Label string `json:"label"`
	Count int    `json:"count"`
}

// apiStructures answers a search.
func (s *site) apiStructures(c *fiber.Ctx) error {
	q, err := s.parseSearch(c)
	if err != nil {
		return err
	}
	if notModified(c, s.searchTag(q, s.Search.Generation(), "api")) {
		return nil
	}
	res, err := s.search(c, q)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderETag, s.searchTag(q, res.Generation, "api"))
	return c.JSON(s.apiPageOf(q, res))
}

func (s *site) apiPageOf(q query.Query, res query.Result) apiPage {
	page := apiPage{
		Total: res.Total, Page: q.Page, PerPage: q.PerPage, Next: known(res.Next),
		TookMS: round(float64(res.Took)/float64(time.Millisecond), 1),
		Items:  s.apiItems(q, res.Items),
	}
	if q.Facets {
		page.Facets = facetsOf(res.Facets)
	}
	page.Correction, page.Relaxations = correctionOf(res.Correction), relaxationsOf(res.Relaxations)
	return page
}

// apiID is an item of which only the id is wanted.
type apiID struct {
	ID string `json:"id"`
}

func (s *site) apiItems(q query.Query, found []query.Item) any {
	if q.IDsOnly {
		out := make([]apiID, 0, len(found))
		for _, item := range found {
			out = append(out, apiID{item.ID})
		}
		return out
	}
	out := make([]apiItem, 0, len(found))
	for _, item := range found {
		out = append(out, s.apiItemOf(item))
	}
	return out
}

func correctionOf(c *query.Correction) *apiCorrection {
	if c == nil {
		return nil
	}
	out := &apiCorrection{Text: c.Text, Words: []apiMended{}}
	for _, w := range c.Words {
		out.Words = append(out.Words, apiMended(w))
	}
	return out
}

func relaxationsOf(list []query.Relaxation) []apiRelaxation {
	out := make([]apiRelaxation, 0, len(list))
	for _, r := range list {
		out = append(out, apiRelaxation{Parameters: listed(r.Params), Words: known(r.Words), Text: known(r.Text), Total: r.Total})
	}
	return out
}

func (s *site) apiItemOf(item query.Item) apiItem {
	out := apiItem{
		ID: item.ID, SIRET: known(item.SIRET), FINESS: known(item.FINESS), Name: item.Name,
		Kind: known(item.Kind), Kinds: kindValues(item.Kinds, item.ESS), Family: item.Family, Size: known(item.Size),
		Sectors: s.sectorRefs(item.Sectors), Commune: s.communeRef(item.Commune, item.City),
		Department: known(item.Department), Why: s.why(item),
	}
	out.Lat, out.Lon = position(item.Point)
	if item.DistanceKM != nil {
		km := round(*item.DistanceKM, 2)
		out.DistanceKM = &km
	}
	return out
}

func kindValues(kinds []structure.Kind, ess structure.ESS) []string {
	out := make([]string, 0, len(kinds)+1)
	for _, k := range kinds {
		out = append(out, string(k))
	}
	if ess != "" {
		out = append(out, string(ess))
	}
	return out
}

func facetsOf(facets []query.Facet) map[string][]facetValue {
	out := make(map[string][]facetValue, len(facets))
	for _, f := range facets {
		values := make([]facetValue, 0, len(f.Values))
		for _, v := range f.Values {
			values = append(values, facetValue{Value: v.Value, Label: v.Label, Count: v.Count})
		}
		out[f.Name] = values
	}
	return out
}
