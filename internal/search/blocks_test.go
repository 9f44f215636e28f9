package search_test

import (
	"context"
	"fmt"
	"net/url"
	"reflect"
	"testing"

	"sourcier/internal/search"
	"sourcier/internal/search/oracle"
	"sourcier/internal/search/query"
	"sourcier/internal/structure"
)

// TestOracleOverBlocks compares queries on a directory of several blocks of
// columns, some judged by a helper: the other corpora fill no block.
func TestOracleOverBlocks(t *testing.T) {
	size, queries := 9_000, 30
	if testing.Short() {
		queries = 12
	}
	b := newBench(t, 1001, size)
	truth, err := oracle.Load(context.Background(), b.options)
	if err != nil {
		t.Fatal(err)
	}
	all := b.state()
	var sum tally
	for n := range 2 * queries {
		q := b.randomQuery(t, all)
		if n%2 == 1 {
			q = b.namedQuery(t, all)
		}
		if q.Facets { // the oracle asks again for each value: one facet of few values
			q.OnlyFacets = []string{[]string{"family", "size", "mode", "ess", "workforce"}[b.IntN(5)]}
		}
		want := truth.Answer(q)
		got, err := b.engine.Search(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		sum.queries++
		if len(want.IDs) > 0 {
			sum.nonEmpty++
		}
		if diff := pageDiffers(q, got, want); diff != "" {
			sum.differences++
			t.Errorf("%s\n%s", q.Values().Encode(), diff)
		}
	}
	t.Logf("figure: blocks: %s", sum)
	for range queries {
		b.countsAreTotals(t, b.randomQuery(t, all))
	}
}

// namedQuery asks for a name where somebody serves: few structures of each block are
// judged, by zones that are kept by block.
func (b *bench) namedQuery(t *testing.T, all []structure.Structure) query.Query {
	t.Helper()
	v := url.Values{"q": {all[b.IntN(len(all))].Name}, "facets": {"1"}}
	if c, ok := b.options.Atlas.Commune(all[b.IntN(len(all))].Address.Commune); ok {
		v.Set([]string{"serves", "covers"}[b.IntN(2)], []string{c.Code, "dep:" + c.Department}[b.IntN(2)])
	}
	if b.IntN(3) == 0 {
		v.Set("mode", string(structure.Modes[b.IntN(len(structure.Modes))]))
	}
	q, err := b.parser.Parse(v)
	if err != nil {
		t.Fatal(fmt.Errorf("%s: %w", v.Encode(), err))
	}
	return q
}

// countsAreTotals compares every facet with the totals of the query with one
// value chosen, and the whole answer with that of an engine without helpers.
func (b *bench) countsAreTotals(t *testing.T, q query.Query) {
	t.Helper()
	q.Facets, q.OnlyFacets, q.IDsOnly = true, nil, false
	got := b.ask(t, q)
	if got.Correction != nil {
		q.Text = got.Correction.Text
	}
	again := search.Alone(b.engine, func() query.Result { return b.ask(t, q) })
	if !reflect.DeepEqual(got.Facets, again.Facets) || got.Total != again.Total || !reflect.DeepEqual(itemIDs(got.Items), itemIDs(again.Items)) {
		t.Errorf("%s: another answer without helpers", q.Values().Encode())
	}
	for _, f := range got.Facets {
		for range min(2, len(f.Values)) {
			v := f.Values[b.IntN(len(f.Values))]
			found := b.ask(t, b.choosing(t, q, f.Name, v.Value))
			if found.Correction != nil {
				found.Total = 0 // as the text stands
			}
			if found.Total != v.Count {
				t.Errorf("%s: %s %s counts %d, choosing it finds %d", q.Values().Encode(), f.Name, v.Value, v.Count, found.Total)
			}
		}
	}
}

// choosing is a query with one value alone in its group.
func (b *bench) choosing(t *testing.T, q query.Query, facet, value string) query.Query {
	t.Helper()
	v := q.Values()
	for _, param := range []string{"facets", "page", "cursor", facet} {
		v.Del(param)
	}
	if facet == "kind" || facet == "family" {
		v.Del("kind")
		v.Del("family")
	}
	v.Del("sort") // distances may need the place that is replaced
	v.Set(facet, value)
	q, err := b.parser.Parse(v)
	if err != nil {
		t.Fatal(fmt.Errorf("%s: %w", v.Encode(), err))
	}
	return q
}

func (b *bench) ask(t *testing.T, q query.Query) query.Result {
	t.Helper()
	got, err := b.engine.Search(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return got
}
