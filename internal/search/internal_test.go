package search

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// A better field is above a lesser one in each form, a whole word of any form
// above the next field's, and the bonus does not bridge the gap.
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
			if !same && Weight(f, 0)-Weight(g, 0) < BonusOneField {
				t.Errorf("the bonus carries field %d over field %d", g, f)
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

// The first hits of an order are those that sorting all of them gives.
func TestTop(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, size := range []int{1, 3, 20, 100, 2000} {
		all := make([]hit, 1000)
		kept := &top{sort: query.SortRelevance, size: size}
		b := newBlock(0)
		for i := range all {
			b.idKey = append(b.idKey, uint64(i))
			w := batch{n: 1}
			w.at[0], w.score[0] = uint32(i), int32(r.IntN(300))
			all[i] = hit{ord: uint32(i), major: scoreKey(w.score[0]), minor: query.MixNeutral(0, uint64(i))}
			kept.offer(b, 0, &w)
		}
		slices.SortFunc(all, kept.compare)
		want := all[:min(size, len(all))]
		for _, from := range []int{len(want) - 1, len(want) / 2, 0} {
			if got := kept.sorted(from); !slices.Equal(got, want[from:]) || kept.seen != len(all) {
				t.Fatalf("size %d from %d: %d hits, not those of the whole order", size, from, len(got))
			}
		}
	}
}

// The columns of an older view stay as they were, whatever is written after.
func TestColumnsAreImmutable(t *testing.T) {
	names := newNames(Options{Atlas: territory.Default(), Taxonomy: taxonomy.Default()}, nil)
	w := newWriter(names, false)
	put := func(ord uint32) {
		s := structure.Structure{ID: fmt.Sprint(ord), Name: fmt.Sprint("n", ord)}
		var f facts
		if err := readFacts(names.packRecord(1, &s), &f); err != nil {
			t.Fatal(err)
		}
		w.put(ord, &f)
	}
	for ord := range uint32(blockSize + 10) {
		put(ord)
	}
	before := w.snapshot()
	for ord := range uint32(blockSize) {
		w.drop(ord)
	}
	put(blockSize + 20) // ten are left out
	for ord := uint32(blockSize + 21); ord < 2*blockSize; ord++ {
		put(ord)
	}
	after := w.snapshot()
	if before.n != blockSize+10 || before.count != blockSize+10 || !before.isLive(5) || before.isLive(blockSize+10) ||
		before.blocks[1].covered != 0 || len(before.blocks[1].rows) != 10 {
		t.Error("the older columns changed")
	}
	if after.n != 2*blockSize || after.count != blockSize-10 || after.isLive(5) || after.isLive(blockSize+15) || !after.isLive(blockSize+20) ||
		after.blocks[1].covered != blockSize || string(after.blocks[1].nameKey(20)) != fmt.Sprint("n", blockSize+20) {
		t.Error("the newer columns are wrong")
	}
}

// Ids are found by their key, among others that were removed, and whatever keys
// they share.
func TestIDTable(t *testing.T) {
	b := newBlock(0)
	c := &columns{blocks: []*block{b}, n: blockSize}
	for i := range uint64(4000) {
		b.idKey = append(b.idKey, i%1500<<40|7) // the low bits collide, and some keys wholly
	}
	var table idTable
	for ord := range uint32(4000) {
		table.put(c, ord)
		if ord >= 1000 {
			table.remove(c, ord-1000)
		}
	}
	for ord := range uint32(4000) {
		if got := slices.Contains(table.find(c, b.idKey[ord]), ord); got != (ord >= 3000) {
			t.Fatalf("ordinal %d found: %t", ord, got)
		}
	}
	n := 0
	table.all(func(uint32) { n++ })
	if n != 1000 || table.held != 1000 {
		t.Errorf("%d held, %d counted", n, table.held)
	}
}

// Positions are given back as they came, to the last bit.
func TestPositions(t *testing.T) {
	b := newBlock(0)
	all := []position{{48.7872, 2.3926}, {-21.115141, 55.536384}, {48.78719999999, 2.3926}, {0.30000000000000004, -61.5}, {90, -180}, {1e-7, 0}, {math.NaN(), math.NaN()}, {95, 2}}
	for _, p := range all {
		b.addPosition(p)
	}
	for at, want := range all {
		if got := b.position(uint32(at)); got != want && !math.IsNaN(want.lat) || math.IsNaN(got.lat) != math.IsNaN(want.lat) {
			t.Errorf("%v became %v", want, got)
		}
	}
	if len(b.fine) != 4 {
		t.Errorf("%d kept apart, not 4", len(b.fine))
	}
}

// What is the same has one number, what is not another, in the order of coming.
func TestNumbering(t *testing.T) {
	var n numbering
	r := rand.New(rand.NewPCG(3, 4))
	known := map[string]uint32{}
	for range 20_000 {
		packed := fmt.Sprint(r.IntN(5000))
		code, fresh := n.number([]byte(packed))
		want, ok := known[packed]
		if !ok {
			want = uint32(len(known))
			known[packed] = want
		}
		if code != want || fresh == ok {
			t.Fatalf("%s has number %d (fresh %t), not %d", packed, code, fresh, want)
		}
	}
}

// A circle holds what the distance says, near its edge too, whatever the latitude.
func TestCircle(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	inside := 0
	for range 200_000 {
		lat, km := r.Float64()*178-89, r.Float64()*200+0.1
		lon := r.Float64()*340 - 170
		c := newCircle(lat, lon, km)
		spread := km / 50
		p := position{lat + (r.Float64()-0.5)*spread, lon + (r.Float64()-0.5)*spread*2}
		want := territory.DistanceKM(lat, lon, p.lat, p.lon) <= km
		if want {
			inside++
		}
		if got := c.has(p); got != want {
			t.Fatalf("%v is within %g km of %g %g: %t, not %t", p, km, lat, lon, got, want)
		}
	}
	if inside < 20_000 || inside > 180_000 {
		t.Errorf("%d of 200,000 inside: too few on one side to tell", inside)
	}
	if newCircle(48, 2, 10).has(position{math.NaN(), math.NaN()}) {
		t.Error("no position is in a circle")
	}
}
