package search_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"testing"
	"time"

	"sourcier/internal/search/oracle"
	"sourcier/internal/search/query"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// frame is a random part of the world, mostly around the communes of the corpus.
func (c *corpus) frame() query.Frame {
	at := pick(c, c.communes)
	wide := pick(c, []float64{0.01, 0.1, 0.5, 3, 20})
	b := query.Bounds{West: at.Lon - wide*c.Float64(), East: at.Lon + wide*c.Float64(), South: at.Lat - wide*c.Float64(), North: at.Lat + wide*c.Float64()}
	switch c.IntN(6) {
	case 0:
		b = query.Bounds{West: -180, South: -90, East: 180, North: 90}
	case 1:
		b = query.Bounds{West: at.Lon, East: at.Lon, South: at.Lat, North: at.Lat} // whose points are on its edges
	}
	return query.Frame{Bounds: b, Zoom: c.IntN(query.MaxZoom + 1)}
}

// mapDiffers compares a map and the count by commune with the oracle's.
func (b *bench) mapDiffers(q query.Query, truth *oracle.Oracle) string {
	frame := b.frame()
	got, err := b.engine.Map(context.Background(), q, frame)
	if err != nil {
		return err.Error()
	}
	want := truth.Map(q, frame)
	if diff := clustersDiffer(got, want); diff != "" {
		return fmt.Sprintf("map of %+v: %s", frame, diff)
	}
	places, err := b.engine.Places(context.Background(), q)
	if err != nil {
		return err.Error()
	}
	places.Generation = 0
	if want := truth.Places(q); !reflect.DeepEqual(places, want) {
		return fmt.Sprintf("places %+v, oracle\n%+v", places, want)
	}
	return b.fitDiffers(q, got)
}

func clustersDiffer(got, want query.Map) string {
	got.Generation, got.Took = 0, 0
	for i := range min(len(got.Clusters), len(want.Clusters)) {
		g, w := &got.Clusters[i], &want.Clusters[i]
		if math.Abs(g.Lat-w.Lat)+math.Abs(g.Lon-w.Lon) > 2e-6 {
			return fmt.Sprintf("centre %v %v, oracle %v %v", g.Lat, g.Lon, w.Lat, w.Lon)
		}
		for _, pair := range [][2]float64{{g.Bounds.West, w.Bounds.West}, {g.Bounds.South, w.Bounds.South}, {g.Bounds.East, w.Bounds.East}, {g.Bounds.North, w.Bounds.North}} {
			if math.Abs(pair[0]-pair[1]) > 1e-6 {
				return fmt.Sprintf("bounds %+v, oracle %+v", g.Bounds, w.Bounds)
			}
		}
		g.Lat, g.Lon, g.Bounds = w.Lat, w.Lon, w.Bounds // equal to what a map can show
	}
	if !reflect.DeepEqual(got, want) {
		return fmt.Sprintf("%+v, oracle\n%+v", got, want)
	}
	return ""
}

// fitDiffers asks for the frame that shows what is found.
func (b *bench) fitDiffers(q query.Query, framed query.Map) string {
	fit, err := b.engine.Map(context.Background(), q, query.Frame{Fit: true})
	sum := fit.Outside + fit.Unplaced
	for _, c := range fit.Clusters {
		sum += c.Count
	}
	switch {
	case err != nil:
		return err.Error()
	case sum != fit.Total || fit.Total != framed.Total || fit.Unplaced != framed.Unplaced:
		return fmt.Sprintf("fitted map %+v does not add up to %d", fit, framed.Total)
	case fit.Outside*5 > fit.Placed():
		return fmt.Sprintf("fitted map leaves out %d of %d", fit.Outside, fit.Placed())
	}
	return ""
}

// TestMapOracle compares maps of random queries with the oracle's.
func TestMapOracle(t *testing.T) {
	cases, asked, found := caseCount(t, 200), 0, 0
	for seed := uint64(1); asked < cases; seed++ {
		b := newBench(t, seed, 60+int(seed*37%341))
		truth, err := oracle.Load(t.Context(), b.options)
		if err != nil {
			t.Fatal(err)
		}
		all := b.state()
		for range min(40, cases-asked) {
			asked++
			q := b.randomQuery(t, all)
			if diff := b.mapDiffers(q, truth); diff != "" {
				t.Errorf("seed %d: %s\n%s", seed, q.Values().Encode(), diff)
			}
			if len(truth.Answer(q).IDs) > 0 {
				found++
			}
		}
	}
	if found*2 < asked {
		t.Errorf("only %d of %d queries found something: the comparison proves little", found, asked)
	}
}

var world = query.Bounds{West: -180, South: -90, East: 180, North: 90}

// Whatever is found, a map has no more clusters than a page can show.
func TestMapIsBounded(t *testing.T) {
	b := newBench(t, 3, 4000)
	truth, err := oracle.Load(t.Context(), b.options)
	if err != nil {
		t.Fatal(err)
	}
	q := query.Query{On: today, Sort: query.SortNeutral, Page: 1, PerPage: 20}
	frame := query.Frame{Bounds: query.Bounds{West: 2, South: 48.4, East: 2.8, North: 49}, Zoom: 14}
	got, err := b.engine.Map(t.Context(), q, frame)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(got.Clusters); n > query.MaxClusters || n < 50 || got.Cell == query.CellPixels {
		t.Errorf("%d clusters of %d pixels", n, got.Cell)
	}
	if diff := clustersDiffer(got, truth.Map(q, frame)); diff != "" {
		t.Error(diff)
	}
}

// What is far from everything else is counted, and does not make the map a map of
// the world.
func TestMapFitsWhatIsThere(t *testing.T) {
	b := newBench(t, 1, 0)
	for i := range 101 {
		s := b.structure()
		s.Closed = false
		s.Address.Commune = "94081"
		s.Address.Point = structure.Point{Lat: 48.7 + float64(i%10)/100, Lon: 2.3 + float64(i/10)/100, Precision: structure.PrecisionExact}
		if i == 100 {
			s.Address.Point.Lat, s.Address.Point.Lon = -21.1, 55.5
		}
		if _, err := b.structures.Insert(t.Context(), s, store.Change{Actor: "test"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.engine.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, err := b.engine.Map(t.Context(), query.Query{On: today}, query.Frame{Fit: true})
	if err != nil {
		t.Fatal(err)
	}
	if got.Total != 101 || got.Outside != 1 || got.Zoom < 10 || got.North-got.South > 0.1 {
		t.Errorf("%d found, %d outside, zoom %d, bounds %+v", got.Total, got.Outside, got.Zoom, got.Bounds)
	}
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	if _, err := b.engine.Map(ctx, query.Query{On: today}, query.Frame{Fit: true}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("past the deadline: %v", err)
	}
}

// BenchmarkMap measures maps of everything and of a filtered search.
func BenchmarkMap(b *testing.B) {
	bench := newBench(b, 1, 100_000)
	for name, raw := range map[string]string{"all": "", "text": "q=nettoyage", "place": "serves=94081&mode=PREST"} {
		q := bench.asked(b, raw)
		for shape, frame := range map[string]query.Frame{"fit": {Fit: true}, "world": {Bounds: world, Zoom: 3},
			"home": {Bounds: query.Bounds{West: 2.2, South: 48.6, East: 2.6, North: 48.9}, Zoom: 12}} {
			b.Run(name+"/"+shape, func(b *testing.B) {
				var m query.Map
				for b.Loop() {
					var err error
					if m, err = bench.engine.Map(b.Context(), q, frame); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(m.Total), "found")
				b.ReportMetric(float64(len(m.Clusters)), "clusters")
			})
		}
	}
}
