package territory

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

// pair is a Set and the map that says what it must hold.
type pair struct {
	set  Set
	want map[uint32]bool
}

func randomPair(r *rand.Rand) pair {
	p := pair{want: map[uint32]bool{}}
	from, span := r.Uint32N(35_000), 1+r.Uint32N(400)
	for range r.IntN(40) {
		ord := from + r.Uint32N(span)
		p.set.Put(ord)
		p.want[ord] = true
	}
	return p
}

func (p pair) check(t *testing.T) {
	t.Helper()
	got := slices.Collect(p.set.All())
	if want := slices.Sorted(maps.Keys(p.want)); !slices.Equal(got, want) || p.set.Len() != len(want) {
		t.Fatalf("holds %v (%d), want %v", got, p.set.Len(), want)
	}
}

func TestSetAgainstMap(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		a, b := randomPair(r), randomPair(r)
		a.check(t)
		if r.IntN(4) == 0 { // make them meet now and then
			b.set.Add(a.set)
			maps.Copy(b.want, a.want)
			b.check(t)
			a.check(t)
		}
		shared, within := false, true
		for ord := range a.want {
			shared = shared || b.want[ord]
			within = within && b.want[ord]
			if !a.set.Has(ord) || b.set.Has(ord) != b.want[ord] {
				t.Fatalf("Has(%d) is wrong", ord)
			}
		}
		if a.set.Intersects(b.set) != shared || b.set.Intersects(a.set) != shared {
			t.Fatalf("Intersects: %v, want %v", !shared, shared)
		}
		if a.set.Within(b.set) != within {
			t.Fatalf("Within: %v, want %v", !within, within)
		}
		if a.set.Equal(b.set) != maps.Equal(a.want, b.want) {
			t.Fatal("Equal is wrong")
		}
	}
}

func TestZeroSet(t *testing.T) {
	var zero, one Set
	one.Put(7)
	if zero.Len() != 0 || zero.Has(0) || zero.Intersects(one) || one.Intersects(zero) || !zero.Within(one) || one.Within(zero) {
		t.Error("the zero set is not empty")
	}
	zero.Add(Set{})
	if len(slices.Collect(zero.All())) != 0 {
		t.Error("adding nothing added something")
	}
}

func TestAllStops(t *testing.T) {
	fr := resolve(t, France)
	n := 0
	for range fr.Communes.All() {
		if n++; n == 3 {
			break
		}
	}
	if n != 3 {
		t.Errorf("%d after the break", n)
	}
}

// What a caller does with its own set never reaches the atlas.
func TestSharedSetsStayAsTheyAre(t *testing.T) {
	for _, value := range []string{"94081", "dep:94", "75056"} {
		before := slices.Collect(resolve(t, value).Communes.All())
		var mine Set
		mine.Add(resolve(t, value).Communes)
		mine.Put(0)
		copied := resolve(t, value).Communes.Clone()
		copied.Put(35_013)
		copied.Put(0)
		if after := slices.Collect(resolve(t, value).Communes.All()); !slices.Equal(before, after) {
			t.Errorf("%s: %v became %v", value, before, after)
		}
	}
}
