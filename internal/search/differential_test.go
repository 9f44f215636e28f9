package search_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"sourcier/internal/search"
	"sourcier/internal/search/oracle"
	"sourcier/internal/search/query"
	"sourcier/internal/store"
	"sourcier/internal/store/sqlite"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// casesVariable sets how many queries are compared.
const casesVariable = "SOURCIER_ORACLE_CASES"

// TestOracle asks random queries of random structures, changed between the
// queries, of the engine and of the oracle.
func TestOracle(t *testing.T) {
	cases := caseCount(t, 500)
	var sum tally
	for seed := uint64(1); sum.queries < cases; seed++ {
		compareCorpus(t, seed, min(60, cases-sum.queries), &sum)
	}
	if sum.nonEmpty*2 < sum.queries {
		t.Errorf("only %d of %d queries found something: the comparison proves little", sum.nonEmpty, sum.queries)
	}
	t.Logf("figure: %s", sum)
	fmt.Printf("oracle: %s\n", sum)
}

// caseCount is how many queries a test compares.
func caseCount(t *testing.T, usual int) int {
	t.Helper()
	if value := os.Getenv(casesVariable); value != "" {
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 {
			t.Fatalf("%s=%q: expected a number of queries", casesVariable, value)
		}
		return n
	}
	if testing.Short() {
		return usual / 5
	}
	return usual
}

type tally struct{ queries, nonEmpty, differences int }

func (s tally) String() string {
	return fmt.Sprintf("%d queries, %d non-empty, %d differences", s.queries, s.nonEmpty, s.differences)
}

// bench is one store with its engine and its parser.
type bench struct {
	*corpus
	structures *store.Structures
	engine     *search.Engine
	parser     *query.Parser
	options    oracle.Options
	live       map[string]store.Doc[structure.Structure]
}

func newBench(t testing.TB, seed uint64, size int) *bench {
	t.Helper()
	ctx := context.Background()
	dir := t.TempDir()
	db, err := sqlite.Open(ctx, filepath.Join(dir, "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	structures, err := store.OpenStructures(ctx, db)
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{corpus: newCorpus(seed), structures: structures, live: map[string]store.Doc[structure.Structure]{},
		options: oracle.Options{Structures: structures, Atlas: territory.Default(), Taxonomy: taxonomy.Default(),
			Home: place(t, "epci:200058014"), Rules: structure.DefaultBasisRules()},
		parser: &query.Parser{Atlas: territory.Default(), Taxonomy: taxonomy.Default(), Home: place(t, "epci:200058014"),
			Rules: structure.DefaultBasisRules(), Now: now}}
	b.fill(t, size)
	options := search.Options{Dir: filepath.Join(dir, "index"), Structures: structures,
		Atlas: b.options.Atlas, Taxonomy: b.options.Taxonomy, Home: b.options.Home, Rules: b.options.Rules,
		Now: now, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	if seed%4 != 0 { // else the last block, which holds everything here, is read whole
		search.Eager(&options)
	}
	b.engine, err = search.Open(ctx, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(b.engine.Close(), db.Close()); err != nil {
			t.Error(err)
		}
	})
	return b
}

func (b *bench) fill(t testing.TB, size int) {
	t.Helper()
	var batch []store.Envelope
	for range size {
		s := b.structure()
		e, err := b.structures.Encode(store.Doc[structure.Structure]{Value: s}, store.Change{Actor: "test"})
		if err != nil {
			t.Fatal(err)
		}
		batch = append(batch, e)
		b.live[s.ID] = store.Doc[structure.Structure]{ID: s.ID, Version: 1, Value: s}
	}
	errs, err := b.structures.Raw().BulkPut(context.Background(), batch)
	if err = errors.Join(append(errs, err)...); err != nil {
		t.Fatal(err)
	}
}

// change updates, removes and adds a few structures.
func (b *bench) change(t testing.TB) {
	t.Helper()
	ctx := context.Background()
	ids := make([]string, 0, len(b.live))
	for id := range b.live {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for range 1 + b.IntN(6) {
		id := pick(b.corpus, ids)
		d, ok := b.live[id]
		if !ok {
			continue
		}
		if b.chance(25) {
			if err := b.structures.Raw().Delete(ctx, id, d.Version); err != nil {
				t.Fatal(err)
			}
			delete(b.live, id)
			continue
		}
		fresh := b.structure()
		fresh.ID, fresh.FINESS = d.Value.ID, d.Value.FINESS
		d.Value = fresh
		d, err := b.structures.Replace(ctx, d, store.Change{Actor: "test"})
		if err != nil {
			t.Fatal(err)
		}
		b.live[id] = d
	}
	b.fill(t, b.IntN(4))
	if err := b.engine.Sync(ctx); err != nil {
		t.Fatal(err)
	}
}

func compareCorpus(t *testing.T, seed uint64, queries int, sum *tally) {
	b := newBench(t, seed, 60+int(seed*37%341))
	for asked := 0; asked < queries; {
		if asked > 0 {
			b.change(t)
		}
		truth, err := oracle.Load(context.Background(), b.options)
		if err != nil {
			t.Fatal(err)
		}
		all := b.state()
		for range min(12, queries-asked) {
			asked++
			b.compare(t, seed, truth, all, sum)
		}
	}
	report, err := b.engine.Check(context.Background())
	if err != nil || len(report.Differences) > 0 || report.Stored != len(b.live) {
		t.Errorf("seed %d: check: %+v, %v, %d live", seed, report, err, len(b.live))
	}
}

func sortedIDs[T any](m map[string]T) []string {
	var out []string
	for id := range m {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

// compare asks one random query of both.
func (b *bench) compare(t *testing.T, seed uint64, truth *oracle.Oracle, all []structure.Structure, sum *tally) {
	q := b.randomQuery(t, all)
	again, err := b.parser.Parse(q.Values())
	if again.Recognised, again.Ignored = q.Recognised, q.Ignored; err != nil || !reflect.DeepEqual(q, again) {
		t.Errorf("seed %d: %s\nparsed again: %+v, %v\nwas: %+v", seed, q.Values().Encode(), again, err, q)
	}
	q = b.aside(q, all)
	want := truth.Answer(q)
	sum.queries++
	if len(want.IDs) > 0 {
		sum.nonEmpty++
	}
	diff := b.differs(q, want)
	if diff == "" && b.chance(15) { // a map of the same, among changes
		diff = b.mapDiffers(q, truth)
	}
	if diff != "" {
		sum.differences++
		t.Errorf("seed %d: %s, among %v\n%s", seed, q.Values().Encode(), q.Among, diff)
	}
}

func (b *bench) randomQuery(t *testing.T, all []structure.Structure) query.Query {
	t.Helper()
	values := b.question(all)
	q, err := b.parser.Parse(values)
	if err != nil {
		t.Fatalf("%s: %v", values.Encode(), err)
	}
	return q
}

// aside limits one query in six to some structures, which no parameter says: those that a
// buyer has to do with, some of whom are gone.
func (b *bench) aside(q query.Query, all []structure.Structure) query.Query {
	if len(all) > 0 && b.IntN(6) == 0 { // those that a buyer has to do with, some of whom are gone
		q.Among = []string{"nobody"}
		for range b.IntN(1 + len(all)/4) {
			q.Among = append(q.Among, all[b.IntN(len(all))].ID)
		}
	}
	return q
}

// differs compares one page, the facets, and the walk along the cursors.
func (b *bench) differs(q query.Query, want oracle.Answer) string {
	got, err := b.engine.Search(context.Background(), q)
	if err != nil {
		return err.Error()
	}
	if diff := pageDiffers(q, got, want); diff != "" {
		return diff
	}
	if diff := b.listDiffers(q, want); diff != "" {
		return diff
	}
	if got.Next != "" && q.Among == nil { // a cursor names the search by its parameters
		return b.walk(q, want.IDs)
	}
	return ""
}

// listDiffers compares the list of all that is found, and of the first of it.
func (b *bench) listDiffers(q query.Query, want oracle.Answer) string {
	for _, limit := range []int{search.MaxList, 1 + len(want.IDs)/3, 0} {
		got, err := b.engine.List(context.Background(), q, limit)
		if err != nil {
			return err.Error()
		}
		if first := want.IDs[:min(limit, len(want.IDs))]; got.Total != len(want.IDs) || !slices.Equal(got.IDs, first) {
			return fmt.Sprintf("list of %d: %d found\n%v, oracle %d\n%v", limit, got.Total, got.IDs, len(want.IDs), first)
		}
		if !reflect.DeepEqual(got.Correction, want.Correction) {
			return fmt.Sprintf("list: correction %+v, oracle %+v", got.Correction, want.Correction)
		}
	}
	return ""
}

// pageDiffers compares one page and the facets.
func pageDiffers(q query.Query, got query.Result, want oracle.Answer) string {
	from := min((q.Page-1)*q.PerPage, len(want.IDs))
	to := min(from+q.PerPage, len(want.IDs))
	page := want.IDs[from:to]
	if got.Total != len(want.IDs) {
		return fmt.Sprintf("total %d, oracle %d", got.Total, len(want.IDs))
	}
	if !reflect.DeepEqual(got.Correction, want.Correction) {
		return fmt.Sprintf("correction %+v, oracle %+v", got.Correction, want.Correction)
	}
	if len(got.Relaxations)+len(want.Relaxations) > 0 && !reflect.DeepEqual(got.Relaxations, want.Relaxations) {
		return fmt.Sprintf("relaxations %+v, oracle %+v", got.Relaxations, want.Relaxations)
	}
	if got.Correction != nil {
		q.Text = got.Correction.Text
	}
	if ids := itemIDs(got.Items); !slices.Equal(ids, page) {
		return fmt.Sprintf("page %d\n%v, oracle\n%v", q.Page, ids, page)
	}
	if (got.Next != "") != (to < len(want.IDs) && from < to && q.Sort != query.SortRelevance) {
		return fmt.Sprintf("next %q after %d of %d", got.Next, to, len(want.IDs))
	}
	for _, item := range got.Items {
		if item.Score != want.Scores[item.ID] {
			return fmt.Sprintf("%s scores %d, oracle %d", item.ID, item.Score, want.Scores[item.ID])
		}
		if diff := unexplained(q, item); diff != "" && !q.IDsOnly {
			return item.ID + ": " + diff
		}
	}
	for i := range max(len(got.Facets), len(want.Facets)) {
		if len(got.Facets) != len(want.Facets) || !reflect.DeepEqual(got.Facets[i], want.Facets[i]) {
			return fmt.Sprintf("facets %+v, oracle\n%+v", got.Facets[i], want.Facets[i])
		}
	}
	return ""
}

// unexplained says what an item ought to explain and does not.
func unexplained(q query.Query, item query.Item) string {
	switch {
	case (q.Text != "" || q.Identifier != "") && len(item.Why) == 0:
		return "no reason"
	case (len(q.Serves) > 0 || len(q.Covers) > 0) != (item.Zone.State != query.ZoneNone):
		return fmt.Sprintf("zone %+v", item.Zone)
	case len([]rune(item.Excerpt)) > 240:
		return "excerpt too long"
	}
	return ""
}

func itemIDs(items []query.Item) []string {
	var out []string
	for _, item := range items {
		out = append(out, item.ID)
	}
	return out
}

// walk follows the cursors from the first page to the end, through the parser
// as a client does.
func (b *bench) walk(q query.Query, want []string) string {
	var got []string
	q.Page, q.Facets, q.OnlyFacets = 1, false, nil
	q.PerPage = max(q.PerPage, len(want)/20+1)
	for pages := 0; ; pages++ {
		result, err := b.engine.Search(context.Background(), q)
		if err != nil {
			return err.Error()
		}
		got = append(got, itemIDs(result.Items)...)
		if result.Next == "" {
			break
		}
		v := q.Values()
		v.Set("cursor", result.Next)
		if q, err = b.parser.Parse(v); err != nil || pages > len(want) {
			return fmt.Sprintf("cursor of page %d: %v", pages, err)
		}
	}
	if !slices.Equal(got, want) {
		return fmt.Sprintf("cursors give\n%v, oracle\n%v", got, want)
	}
	return ""
}
