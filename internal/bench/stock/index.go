package stock

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/mapping"

	"sourcier/internal/bench/flat"
)

const (
	words = "words" // the analyzer: our tokens come ready, blanks between
	batch = 1000
	built = "built.json" // written last: an index without it is begun anew
)

// Fields of the index.
var (
	facetFields  = []string{"family", "kind", "group", "department", "size", "workforce"}
	filterFields = []string{"sector", "label", "place"}
)

// mappingOf is static, as bleve's documentation advises: keyword fields with
// doc values for facets, without for filters, positions for phrases.
func mappingOf() (mapping.IndexMapping, error) {
	m := bleve.NewIndexMapping()
	if err := m.AddCustomAnalyzer(words, map[string]any{"type": custom.Name, "tokenizer": whitespace.Name}); err != nil {
		return nil, err
	}
	doc := bleve.NewDocumentStaticMapping()
	for _, name := range []string{"stems", "surfaces"} {
		f := bleve.NewTextFieldMapping()
		f.Analyzer, f.Store, f.IncludeInAll, f.DocValues = words, false, false, false
		f.IncludeTermVectors = name == "stems"
		doc.AddFieldMappingsAt(name, f)
	}
	for i, name := range append(append([]string{}, facetFields...), filterFields...) {
		f := bleve.NewKeywordFieldMapping()
		f.Store, f.IncludeInAll, f.IncludeTermVectors = false, false, false
		f.DocValues = i < len(facetFields)
		doc.AddFieldMappingsAt(name, f)
	}
	loc := bleve.NewGeoPointFieldMapping()
	loc.Store, loc.IncludeInAll = false, false
	doc.AddFieldMappingsAt("loc", loc)
	m.DefaultMapping = doc
	return m, nil
}

// record is the document as a user of bleve would give it.
type record struct {
	Stems      string   `json:"stems"`
	Surfaces   string   `json:"surfaces"`
	Family     string   `json:"family"`
	Kind       []string `json:"kind"`
	Group      []string `json:"group"`
	Department string   `json:"department"`
	Size       string   `json:"size"`
	Workforce  string   `json:"workforce"`
	Sector     []string `json:"sector"`
	Label      []string `json:"label"`
	Place      []string `json:"place"`
	Loc        any      `json:"loc"`
}

func recordOf(d *flat.Doc) record {
	r := record{Stems: d.Stems, Surfaces: d.Surfaces, Family: d.Family, Kind: d.Kinds, Group: d.Groups, Department: d.Department,
		Size: d.Size, Workforce: d.Workforce, Sector: d.Sectors, Label: d.Labels, Place: d.Places}
	if d.Located {
		r.Loc = map[string]any{"lat": d.Lat, "lon": d.Lon}
	}
	return r
}

// Build is how an index was made.
type Build struct {
	Documents int           `json:"documents"`
	Took      time.Duration `json:"took"`
}

// Make indexes n documents in dir, unless an earlier run has (cached): then it
// tells how long that took.
func Make(ctx context.Context, dir string, n int, docs func(i int) flat.Doc) (b Build, cached bool, err error) {
	if raw, err := os.ReadFile(filepath.Join(dir, built)); err == nil { // #nosec G304 -- the cache's own file
		if json.Unmarshal(raw, &b) == nil && b.Documents == n {
			return b, true, nil
		}
	}
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(filepath.Dir(dir), 0o700)); err != nil {
		return b, false, err
	}
	m, err := mappingOf()
	if err != nil {
		return b, false, err
	}
	start := time.Now()
	index, err := bleve.New(dir, m)
	if err != nil {
		return b, false, err
	}
	if err := errors.Join(write(ctx, index, n, docs), index.Close()); err != nil {
		return b, false, err
	}
	b = Build{n, time.Since(start)}
	raw, err := json.Marshal(b)
	if err != nil {
		return b, false, err
	}
	return b, false, os.WriteFile(filepath.Join(dir, built), raw, 0o600)
}

func write(ctx context.Context, index bleve.Index, n int, docs func(i int) flat.Doc) error {
	for from := 0; from < n; from += batch {
		if err := ctx.Err(); err != nil {
			return err
		}
		b := index.NewBatch()
		for i := from; i < min(from+batch, n); i++ {
			d := docs(i)
			if err := b.Index(d.ID, recordOf(&d)); err != nil {
				return err
			}
		}
		if err := index.Batch(b); err != nil {
			return err
		}
	}
	return nil
}
