package search_test

import (
	"context"
	"fmt"
	"net/url"
	"testing"
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
			v, err := url.ParseQuery(raw)
			if err != nil {
				b.Fatal(err)
			}
			v.Set("facets", "1")
			q, err := bench.parser.Parse(v)
			if err != nil {
				b.Fatal(err)
			}
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
