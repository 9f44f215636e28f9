package search

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"sourcier/internal/search/query"
)

// A better field is above a lesser one in each form, a whole word of any form
// above the next field's, and the bonuses do not bridge the gap.
func TestWeights(t *testing.T) {
	for f := range NumFields {
		for form := range NumForms - 1 {
			if Weight(f, form) <= Weight(f, form+1) {
				t.Errorf("field %d: form %d is not above the next", f, form)
			}
		}
		if Weight(f, NumForms-1) <= 0 {
			t.Errorf("field %d earns nothing", f)
		}
		for g := f + 1; g < NumFields; g++ {
			same := Weight(f, 0) == Weight(g, 0)
			if !same && (Weight(f, FormStem) <= Weight(g, FormExact) || Weight(f, FormPrefix) <= Weight(g, FormPrefix)) {
				t.Errorf("field %d overlaps field %d", f, g)
			}
			if !same && Weight(f, 0)-Weight(g, 0) < BonusOneField+BonusInARow {
				t.Errorf("bonuses carry field %d over field %d", g, f)
			}
		}
	}
}

func TestLimited(t *testing.T) {
	var f query.Facet
	for i := range query.MaxFacetValues + 30 {
		f.Values = append(f.Values, query.FacetValue{Value: fmt.Sprint(i), Count: 1 + i%3, Selected: i == 0})
	}
	got := limited(query.Facet{Values: slices.Clone(f.Values)})
	counts := map[int]int{}
	for _, v := range got.Values {
		counts[v.Count]++
	}
	if len(got.Values) != query.MaxFacetValues+1 && len(got.Values) != query.MaxFacetValues || counts[3] != 76 || counts[2] != 77 || !got.Values[0].Selected {
		t.Errorf("%d values kept: %v", len(got.Values), counts)
	}
	if !slices.IsSortedFunc(got.Values, func(a, b query.FacetValue) int {
		return slices.IndexFunc(f.Values, func(v query.FacetValue) bool { return v.Value == a.Value }) -
			slices.IndexFunc(f.Values, func(v query.FacetValue) bool { return v.Value == b.Value })
	}) {
		t.Error("order changed")
	}
}

func TestExcerptCuts(t *testing.T) {
	long := strings.Repeat("mot ", 200)
	endless := strings.Repeat("x", 1000)
	for _, c := range []struct {
		text string
		at   int
	}{{long, 0}, {long, 400}, {long, len(long)}, {endless, 0}, {endless, 500}, {strings.Repeat("é ", 300), 301}, {long, 10_000}} {
		got := excerpt(c.text, c.at)
		if n := utf8.RuneCountInString(got); n > excerptLength || n < excerptLength/2 || !utf8.ValidString(got) || !strings.Contains(got, "…") {
			t.Errorf("at %d: %d characters %q", c.at, n, got)
		}
	}
	if got := excerpt(" court ", 3); got != "court" {
		t.Errorf("short: %q", got)
	}
}

func TestSmallest(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	order := func(a, b hit) int { return cmp.Compare(a.score, b.score) }
	for _, n := range []int{1, 3, 20, 100} {
		hits := make([]hit, 1000)
		for i := range hits {
			hits[i].score = int32(r.IntN(300))
		}
		want := slices.Clone(hits)
		slices.SortFunc(want, order)
		smallest(hits, n, order)
		for i := range n {
			if hits[i].score != want[i].score {
				t.Fatalf("n=%d: place %d has %d, want %d", n, i, hits[i].score, want[i].score)
			}
		}
		slices.SortFunc(hits, order)
		if !slices.EqualFunc(hits, want, func(a, b hit) bool { return a.score == b.score }) {
			t.Fatalf("n=%d: hits were lost", n)
		}
	}
}

// Chunks of an older set of rows stay as they were.
func TestRowsAreImmutable(t *testing.T) {
	var empty rows
	e := empty.edit()
	for ord := range uint32(3000) {
		e.put(&row{ord: ord})
	}
	before := e.rows
	e = before.edit()
	for ord := range uint32(1024) {
		e.drop(ord)
	}
	e.drop(2999)
	e.put(&row{ord: 5000})
	after := e.rows
	if before.live != 3000 || before.at(0) == nil || before.at(2999) == nil || before.at(5000) != nil {
		t.Error("the older rows changed")
	}
	if after.live != 3000-1025+1 || after.at(5) != nil || after.at(2999) != nil || after.at(1500) == nil || after.at(5000) == nil || after.chunks[0] != nil {
		t.Error("the newer rows are wrong")
	}
}
