package search_test

import (
	"context"
	"fmt"
	"net/url"
	"testing"

	"sourcier/internal/search/query"
)

// BenchmarkSearch measures whole answers: exact total, 20 items, every facet.
func BenchmarkSearch(b *testing.B) {
	for _, size := range []int{400, 10_000} {
		bench := newBench(b, 1, size)
		for _, raw := range []string{
			"", "q=nettoyage", "q=espaces+verts", `q="mise+sous+pli"`, "q=net",
			"q=nettoyage&serves=94081", "serves=dep:94&mode=PREST&kind=ESAT", "near=94081&radius_km=10&sort=distance",
			"sort=name&page=100&per_page=20",
		} {
			q := bench.asked(b, raw+"&facets=1")
			b.Run(fmt.Sprintf("%d/%s", size, raw), func(b *testing.B) {
				total := 0
				for b.Loop() {
					r, err := bench.engine.Search(context.Background(), q)
					if err != nil {
						b.Fatal(err)
					}
					total = r.Total
				}
				b.ReportMetric(float64(total), "found")
			})
		}
	}
}

// asked reads the parameters of a query.
func (b *bench) asked(t testing.TB, raw string) query.Query {
	t.Helper()
	v, err := url.ParseQuery(raw)
	if err != nil {
		t.Fatal(err)
	}
	q, err := b.parser.Parse(v)
	if err != nil {
		t.Fatal(err)
	}
	return q
}
