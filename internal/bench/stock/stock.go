// Package stock is the base of the comparison: bleve as its documentation shows
// it, with its own facets. One request answers a question; each facet that has
// a value selected takes one more, without that selection, for its counts.
package stock

import (
	"context"
	"strconv"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/geo"
	blevequery "github.com/blevesearch/bleve/v2/search/query"

	"sourcier/internal/bench/ask"
	"sourcier/internal/bench/engine"
	"sourcier/internal/bench/flat"
	"sourcier/internal/search/query"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// Name of the engine in reports.
const Name = "bleve"

// facetSize is more than the values of any facet: counts are exact.
const facetSize = 250

// Engine is an open stock index.
type Engine struct{ index bleve.Index }

var _ engine.Engine = (*Engine)(nil)

// Open opens what Make made.
func Open(dir string) (*Engine, error) {
	index, err := bleve.Open(dir)
	if err != nil {
		return nil, err
	}
	return &Engine{index}, nil
}

// Name is that of the engine in reports.
func (e *Engine) Name() string { return Name }

// Close closes the index.
func (e *Engine) Close() error { return e.index.Close() }

// Time answers n times in a row.
func (e *Engine) Time(ctx context.Context, q ask.Question, n int) ([]time.Duration, error) {
	return engine.Timed(ctx, e.Answer, q, n)
}

// Load lets clients ask for a while.
func (e *Engine) Load(ctx context.Context, questions []ask.Question, clients int, d time.Duration) (engine.Throughput, error) {
	return engine.Loaded(ctx, e.Answer, questions, clients, d)
}

// Answer asks once for hits, total and the facets of groups without selection,
// then once for each group with one.
func (e *Engine) Answer(ctx context.Context, q ask.Question) (engine.Answer, error) {
	if len(q.Query.Serves)+len(q.Query.Covers)+len(q.Query.Modes) > 0 {
		return engine.Answer{}, engine.ErrCannot // conditions that must hold on one activity
	}
	groups := groupsOf(&q.Query)
	text := textOf(&q)
	base := bleve.NewSearchRequestOptions(conjunction(text, groups, ""), q.Query.PerPage, (q.Query.Page-1)*q.Query.PerPage, false)
	if q.Query.Sort == query.SortDistance {
		byDistance(base, q.Query.Near)
	}
	for _, g := range groups {
		if len(g.selected) == 0 {
			addFacets(base, g.facets)
		}
	}
	result, err := e.index.SearchInContext(ctx, base)
	if err != nil {
		return engine.Answer{}, err
	}
	answer := engine.Answer{Total: int(result.Total), Hits: len(result.Hits), Facets: map[string]map[string]int{}} // #nosec G115 -- a count of documents
	collect(answer.Facets, result)
	for _, g := range groups {
		if len(g.selected) == 0 || len(g.facets) == 0 {
			continue
		}
		other := bleve.NewSearchRequestOptions(conjunction(text, groups, g.name), 0, 0, false)
		addFacets(other, g.facets)
		result, err := e.index.SearchInContext(ctx, other)
		if err != nil {
			return engine.Answer{}, err
		}
		collect(answer.Facets, result)
	}
	return answer, nil
}

// group is a facet group: its filter and the facets that leave it out.
type group struct {
	name     string
	facets   []string
	selected []blevequery.Query // alternatives
}

func groupsOf(q *query.Query) []group {
	var kinds, sectors, places []blevequery.Query
	kinds = append(terms("kind", q.Kinds), terms("family", q.Families)...)
	for _, code := range q.Sectors {
		field := "sector"
		if _, ok := taxonomy.Default().Group(code); ok {
			field = "group"
		}
		sectors = append(sectors, terms(field, []string{code})...)
	}
	for _, t := range q.Territories {
		places = append(places, terms("place", []string{t.Value})...)
	}
	return []group{
		{"kind", []string{"kind", "family"}, kinds},
		{"sector", []string{"group"}, sectors},
		{"territory", []string{"department"}, places},
		{"size", []string{"size"}, terms("size", q.Sizes)},
		{"workforce", []string{"workforce"}, terms("workforce", q.Workforce)},
		{"label", nil, terms("label", q.Labels)},
	}
}

func terms[T ~string](field string, values []T) []blevequery.Query {
	var out []blevequery.Query
	for _, v := range values {
		t := bleve.NewTermQuery(string(v))
		t.SetField(field)
		out = append(out, t)
	}
	return out
}

// textOf asks for every unit of the text, and for the radius.
func textOf(q *ask.Question) []blevequery.Query {
	var out []blevequery.Query
	for _, u := range flat.Units(q.Query.Text, q.Prefix) {
		out = append(out, unit(u, q.Misspelt))
	}
	if near := q.Query.Near; near != nil && q.Query.RadiusKM > 0 {
		// bleve measures on an ellipsoid, we on a sphere: the same circle here is
		// a little longer or shorter there.
		scale := geo.Haversin(near.Lon, near.Lat, near.Lon, near.Lat+0.2) / territory.DistanceKM(near.Lat, near.Lon, near.Lat+0.2, near.Lon)
		circle := bleve.NewGeoDistanceQuery(near.Lon, near.Lat, strconv.FormatFloat(q.Query.RadiusKM*scale*1000, 'f', 3, 64)+"m")
		circle.SetField("loc")
		out = append(out, circle)
	}
	return out
}

func unit(u flat.Unit, misspelt bool) blevequery.Query {
	if len(u.Stems) > 1 {
		return bleve.NewPhraseQuery(u.Stems, "stems")
	}
	term := bleve.NewTermQuery(u.Stems[0])
	term.SetField("stems")
	switch {
	case misspelt:
		fuzzy := bleve.NewFuzzyQuery(u.Stems[0])
		fuzzy.SetField("stems")
		return fuzzy
	case u.Prefix != "":
		prefix := bleve.NewPrefixQuery(u.Prefix)
		prefix.SetField("surfaces")
		return bleve.NewDisjunctionQuery(term, prefix)
	}
	return term
}

// conjunction joins the text and the filters, but those of one group.
func conjunction(text []blevequery.Query, groups []group, without string) blevequery.Query {
	all := append([]blevequery.Query{}, text...)
	for _, g := range groups {
		switch {
		case g.name == without || len(g.selected) == 0:
		case len(g.selected) == 1:
			all = append(all, g.selected[0])
		default:
			all = append(all, bleve.NewDisjunctionQuery(g.selected...))
		}
	}
	switch len(all) {
	case 0:
		return bleve.NewMatchAllQuery()
	case 1:
		return all[0]
	}
	return bleve.NewConjunctionQuery(all...)
}

func addFacets(r *bleve.SearchRequest, fields []string) {
	for _, f := range fields {
		r.AddFacet(f, bleve.NewFacetRequest(f, facetSize))
	}
}

func collect(into map[string]map[string]int, r *bleve.SearchResult) {
	for name, f := range r.Facets {
		counts := map[string]int{}
		if f.Terms != nil {
			for _, t := range f.Terms.Terms() {
				counts[t.Term] = t.Count
			}
		}
		into[name] = counts
	}
}
