package search

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"

	"sourcier/internal/search/query"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// insertAll stores structures in one batch, and follows.
func (e *Engine) insertAll(t testing.TB, all []structure.Structure) {
	t.Helper()
	var batch []store.Envelope
	for _, s := range all {
		envelope, err := e.options.Structures.Encode(store.Doc[structure.Structure]{Value: s}, store.Change{Actor: "test"})
		if err != nil {
			t.Fatal(err)
		}
		batch = append(batch, envelope)
	}
	errs, err := e.options.Structures.Raw().BulkPut(context.Background(), batch)
	if err = errors.Join(append(errs, err)...); err != nil {
		t.Fatal(err)
	}
	if err := e.Sync(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// everywhere has structures in many communes, none of which is in Réunion.
func everywhere(n int) (all []structure.Structure) {
	atlas := territory.Default()
	for i := range number(atlas.Len()) {
		if c := atlas.At(i); len(all) < n && c.Department != "974" {
			all = append(all, structure.Structure{ID: fmt.Sprint("id", i), Name: "Un", Address: structure.Address{Commune: c.Code}})
		}
	}
	return all
}

// A view goes on counting places while the writer numbers those of communes that
// it has not.
func TestPlacesOfOlderViews(t *testing.T) {
	e := newEngine(t, 0, time.Now)
	e.insertAll(t, everywhere(5000))
	q := query.Query{On: "2026-11-23", Page: 1, PerPage: 20, Facets: true, Sort: query.SortName}
	older, err := e.acquire()
	if err != nil {
		t.Fatal(err)
	}
	defer older.release()
	e.insert(t, structure.Structure{ID: "reunion", Name: "Deux", Address: structure.Address{Commune: "97411"}})
	if r, err := e.answer(context.Background(), older, q, &scratch{}); err != nil || r.Total != 5000 {
		t.Errorf("%d found on the older view: %v", r.Total, err)
	}
	var writes sync.WaitGroup
	writes.Go(func() {
		for i := range 10 {
			c := e.options.Atlas.At(number(e.options.Atlas.Len() - 1 - i))
			e.insert(t, structure.Structure{ID: fmt.Sprint("new", i), Name: "Trois", Address: structure.Address{Commune: c.Code}})
		}
	})
	for range 40 {
		if r, err := e.Search(context.Background(), q); err != nil || r.Total < 5001 {
			t.Errorf("%d found: %v", r.Total, err)
		}
	}
	writes.Wait()
}

// A word is mended by one that a single structure has among many that are gone.
func TestCorrectionAmongTheGone(t *testing.T) {
	e, ctx := newEngine(t, 0, time.Now), context.Background()
	var all []structure.Structure
	for i := range 300 {
		all = append(all, structure.Structure{ID: fmt.Sprint("id", i), Name: "Boulangerie"})
	}
	e.insertAll(t, all)
	for i := range 299 {
		if err := e.options.Structures.Raw().Delete(ctx, fmt.Sprint("id", i), 1); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Sync(ctx); err != nil {
		t.Fatal(err)
	}
	r, err := e.Search(ctx, query.Query{Text: "boulangeris", On: "2026-11-23", Page: 1, PerPage: 20, Sort: query.SortName})
	if err != nil || r.Correction == nil || r.Total != 1 {
		t.Errorf("%d found, %+v, %v", r.Total, r.Correction, err)
	}
}

// Columns that were read again are published, be there as many ordinals and live
// ones as before.
func TestColumnsReadAgainArePublished(t *testing.T) {
	e, ctx := newEngine(t, 10, time.Now), context.Background()
	c := e.core
	doc, err := e.options.Structures.Get(ctx, "id0")
	if err != nil {
		t.Fatal(err)
	}
	doc.Value.Name = "Nouveau"
	if _, err := e.options.Structures.Replace(ctx, doc, store.Change{Actor: "test"}); err != nil {
		t.Fatal(err)
	}
	envelope, err := e.options.Structures.Raw().Get(ctx, "id0")
	if err != nil {
		t.Fatal(err)
	}
	ch := e.decode(envelope)
	lose(t, c, "id0")
	batch := index.NewBatch()
	batch.Update(projection(c.next, c.writer.names.packRecord(ch.version, ch.s), ch.s, e.options.Atlas))
	c.next++
	if err := c.index.Batch(batch); err != nil {
		t.Fatal(err)
	}
	c.broken = true // bleve wrote the batch, and told of an error
	merger, ok := c.index.(*scorch.Scorch)
	if !ok {
		t.Fatalf("index is a %T", c.index)
	}
	if err := merger.ForceMerge(ctx, &oneSegment); err != nil { // forgets the older version
		t.Fatal(err)
	}
	if err := e.Sync(ctx); err != nil || c.broken {
		t.Fatal(err)
	}
	if got := e.find(t, "nouveau"); got != "id0" {
		t.Errorf("the newer name finds %q", got)
	}
}

// A frequent word behind a filter that leaves few is looked up in those alone,
// with the facets of what fails one filter, and without.
func TestFrequentWordBehindRareFilters(t *testing.T) {
	e, ctx := newEngine(t, 0, time.Now), context.Background()
	var all []structure.Structure
	for i := range 2000 {
		s := structure.Structure{ID: fmt.Sprint("id", i), Name: "Boulangerie", Size: structure.TPE, Address: structure.Address{Commune: "69123"}}
		if i%200 == 0 {
			s.Address.Commune, s.Size = "97411", structure.PME
		}
		if i%400 == 0 {
			s.Name = "Fournil"
		}
		if i == 7 {
			s.Size = structure.PME
		}
		all = append(all, s)
	}
	e.insertAll(t, all)
	place, err := e.options.Atlas.Resolve("97411")
	if err != nil {
		t.Fatal(err)
	}
	for _, facets := range []bool{false, true} {
		r, err := e.Search(ctx, query.Query{Text: "boulangerie", Territories: []territory.Territory{place}, Sizes: []structure.Size{structure.PME},
			On: "2026-11-23", Page: 1, PerPage: 20, Sort: query.SortRelevance, Facets: facets})
		if err != nil || r.Total != 5 || len(r.Items) != 5 {
			t.Errorf("facets %t: %d found, %d shown: %v", facets, r.Total, len(r.Items), err)
		}
		for _, f := range r.Facets {
			for _, v := range f.Values {
				if f.Name == "territory" && v.Value == "69123" && v.Count != 1 || f.Name == "size" && v.Value == string(structure.TPE) {
					t.Errorf("facet %s counts %d of %s", f.Name, v.Count, v.Value)
				}
			}
		}
	}
}
