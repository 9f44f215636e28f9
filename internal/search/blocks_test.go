package search_test

import (
	"context"
	"testing"

	"sourcier/internal/search/oracle"
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
	for range queries {
		q := b.randomQuery(t, all)
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
}
