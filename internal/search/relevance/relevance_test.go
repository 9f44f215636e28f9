package relevance

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"sourcier/internal/demo"
	"sourcier/internal/search"
	"sourcier/internal/search/query"
	"sourcier/internal/store"
	"sourcier/internal/store/sqlite"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

var update = flag.Bool("update", false, "write the golden file anew")

const (
	// today is the day of the territory and of the questions: agreements end, and
	// the order among equals changes every day.
	today structure.Date = "2026-11-28"
	// first is how many results count: about what a buyer reads.
	first = 10
	// The least that the search must reach; the golden file holds what it reaches.
	leastRecall, leastRank = 0.90, 0.70
	// leastQuiet is how many of the texts that must find nothing do. One does not
	// and stays as it was judged: « plongée » has the stem of « plonge », the washing
	// of dishes, and « cours » that of « en cours de qualification ».
	leastQuiet = 10
)

func now() time.Time { return today.Time().Add(10 * time.Hour) }

// portal is the demo territory in an index, and the parser of the portal.
type portal struct {
	engine *search.Engine
	parser *query.Parser
	names  map[string]string // by id
}

func newPortal(t testing.TB) *portal {
	t.Helper()
	ctx := context.Background()
	home, err := territory.Default().Resolve("epci:200058014")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	db, err := sqlite.Open(ctx, filepath.Join(dir, "demo.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	structures, err := store.OpenStructures(ctx, db)
	if err != nil {
		t.Fatal(err)
	}
	p := &portal{names: map[string]string{}, parser: &query.Parser{Atlas: territory.Default(), Taxonomy: taxonomy.Default(), Home: home,
		Rules: structure.DefaultBasisRules(), Now: now}}
	for s := range demo.Generate(demo.Options{Seed: 1, Today: today, Atlas: p.parser.Atlas, Taxonomy: p.parser.Taxonomy, Home: home}) {
		if _, err := structures.Insert(ctx, s, store.Change{Actor: "test"}); err != nil {
			t.Fatal(err)
		}
		p.names[s.ID] = s.Name
		if s.TradeName != "" {
			p.names[s.ID] += " (" + s.TradeName + ")"
		}
	}
	p.engine, err = search.Open(ctx, search.Options{Dir: filepath.Join(dir, "index"), Structures: structures, Atlas: p.parser.Atlas,
		Taxonomy: p.parser.Taxonomy, Home: home, Rules: p.parser.Rules, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.engine.Close() })
	return p
}

// ask types a text in the search of the portal: words are recognised, mended.
func (p *portal) ask(t testing.TB, text string, sort query.Sort) (ids []string, total int) {
	t.Helper()
	q, err := p.parser.Parse(url.Values{"q": {text}, "sort": {string(sort)}, "per_page": {fmt.Sprint(query.MaxPerPage)}})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	r, err := p.engine.Search(context.Background(), q)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	for _, item := range r.Items {
		ids = append(ids, item.ID)
	}
	return ids, r.Total
}

// mark is the figures of one query.
type mark struct {
	judged
	recall float64 // relevant among the first ten, of those that could be there
	rank   float64 // 1/position of the first relevant, 0 beyond the first ten
	found  int
}

func marked(j judged, ids []string, total int) mark {
	m := mark{judged: j, found: total}
	hits := 0
	for i, id := range ids[:min(first, len(ids))] {
		if slices.Contains(j.ids, id) {
			if hits++; hits == 1 {
				m.rank = 1 / float64(i+1)
			}
		}
	}
	if !j.nothing() {
		m.recall = float64(hits) / float64(min(first, len(j.ids)))
	}
	return m
}

// summary is the figures of all queries; those that must find nothing count apart.
type summary struct {
	asked, nothing int
	recall, rank   float64  // means
	loud           []string // should find nothing, and do not
}

func summed(marks []mark) (s summary) {
	for _, m := range marks {
		if m.nothing() {
			if s.nothing++; m.found > 0 {
				s.loud = append(s.loud, m.text)
			}
			continue
		}
		s.asked++
		s.recall += m.recall
		s.rank += m.rank
	}
	s.recall /= float64(s.asked)
	s.rank /= float64(s.asked)
	return s
}

// enough says whether the figures reach what is asked of them.
func (s summary) enough() bool {
	return s.recall >= leastRecall && s.rank >= leastRank && s.nothing-len(s.loud) >= leastQuiet
}

// printed is the golden file: a line for each query, then the means.
func printed(marks []mark) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "recall@10  1/rank  found  relevant  query\n")
	for _, m := range marks {
		if m.nothing() {
			fmt.Fprintf(&out, "%9s  %6s  %5d  %8s  %s\n", "-", "-", m.found, "nothing", m.text)
			continue
		}
		fmt.Fprintf(&out, "%9.2f  %6.2f  %5d  %8d  %s\n", m.recall, m.rank, m.found, len(m.ids), m.text)
	}
	s := summed(marks)
	fmt.Fprintf(&out, "\nrecall@10 %.3f, MRR %.3f over %d queries; %d of %d find nothing as they must\n",
		s.recall, s.rank, s.asked, s.nothing-len(s.loud), s.nothing)
	return out.Bytes()
}

// askAll asks every judged query.
func (p *portal) askAll(t testing.TB, all []judged, sort query.Sort) (out []mark) {
	t.Helper()
	for _, j := range all {
		ids, total := p.ask(t, j.text, sort)
		out = append(out, marked(j, ids, total))
	}
	return out
}

// TestBadRankingIsSeen shows that the measure tells orders apart: the worst, the
// same results from the last to the first, is refused, and the order of the day,
// which knows nothing of the text, is worse in both figures by a margin.
func TestBadRankingIsSeen(t *testing.T) {
	p, all := newPortal(t), readJudged(t)
	var worst []mark
	for _, j := range all {
		ids, total := p.ask(t, j.text, query.SortRelevance)
		slices.Reverse(ids)
		worst = append(worst, marked(j, ids, total))
	}
	if s := summed(worst); s.enough() {
		t.Errorf("from the last to the first, recall@10 %.3f and MRR %.3f would do", s.recall, s.rank)
	}
	good, neutral := summed(p.askAll(t, all, query.SortRelevance)), summed(p.askAll(t, all, query.SortNeutral))
	if neutral.recall > good.recall-0.03 || neutral.rank > good.rank-0.05 {
		t.Errorf("in the order of the day, recall@10 %.3f and MRR %.3f, against %.3f and %.3f",
			neutral.recall, neutral.rank, good.recall, good.rank)
	}
}

// TestRelevance asks every judged query and compares the figures with those
// written down: a change of ranking, of the taxonomy or of the demo shows.
func TestRelevance(t *testing.T) {
	p, all := newPortal(t), readJudged(t)
	marks := p.askAll(t, all, query.SortRelevance)
	s := summed(marks)
	if !s.enough() {
		t.Errorf("recall@10 %.3f and MRR %.3f, at least %.2f and %.2f wanted; find something and must not: %q",
			s.recall, s.rank, leastRecall, leastRank, s.loud)
	}
	golden(t, printed(marks))
	t.Logf("figure: recall@10 %.3f, MRR %.3f over %d queries, %d of which find nothing as they must",
		s.recall, s.rank, s.asked+s.nothing, s.nothing-len(s.loud))
}

// TestJudgments holds the file to its own rules.
func TestJudgments(t *testing.T) {
	p, all := newPortal(t), readJudged(t)
	awkward, nothing, texts := 0, 0, map[string]bool{}
	for _, j := range all {
		if texts[j.text] || j.text == "" || j.need == "" {
			t.Errorf("%q: twice, or without its need", j.text)
		}
		texts[j.text] = true
		if j.nothing() != slices.Contains(j.awkward, "nothing") {
			t.Errorf("%q: %d relevant, %v", j.text, len(j.ids), j.awkward)
		}
		if j.nothing() {
			nothing++
		}
		if slices.ContainsFunc(j.awkward, func(a string) bool { return slices.Contains(difficulties, a) }) {
			awkward++
		}
		for i, id := range j.ids {
			if p.names[id] != j.names[i] || slices.Contains(j.ids[:i], id) {
				t.Errorf("%q: %s is %q in the territory, %q in the file, or listed twice", j.text, id, p.names[id], j.names[i])
			}
		}
	}
	if len(all) < 60 || awkward*3 < len(all) || nothing < 5 {
		t.Errorf("%d queries, %d of them awkward, %d with nothing to find", len(all), awkward, nothing)
	}
}

func golden(t *testing.T, got []byte) {
	t.Helper()
	const file = "testdata/golden.txt"
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (run with -update to accept):\n%s", file, got)
	}
}
