package structure

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
)

// TestAwaitBound keeps the same establishments in every order, and says what is left.
func TestAwaitBound(t *testing.T) {
	var sirets []string
	for n := range MaxAwaited + 20 {
		sirets = append(sirets, fmt.Sprintf("002000008%05d", n))
	}
	closed := NewClaim(Origin{Source: SourceSIRENE, AsOf: "2026-01-01"}, &Structure{Closed: true}, nil, "")
	var want map[string][]Claim
	random := rand.New(rand.NewPCG(1, 2))
	for range 5 {
		random.Shuffle(len(sirets), func(i, j int) { sirets[i], sirets[j] = sirets[j], sirets[i] })
		var u Unit
		left := 0
		for _, siret := range sirets {
			if _, more := u.Await(siret, closed); more {
				left++
			}
		}
		if want == nil {
			want = u.Awaited
		}
		if left != 20 || len(u.Awaited) != MaxAwaited || !reflect.DeepEqual(u.Awaited, want) {
			t.Errorf("%d awaited, %d left", len(u.Awaited), left)
		}
		if changed, more := u.Await("00200000800000", closed); changed || more {
			t.Error("the same again changed something")
		}
	}
}

// TestHidden takes nothing that a source said until its holder objected.
func TestHidden(t *testing.T) {
	name := func(day Date, n string) Claim {
		return NewClaim(Origin{Source: SourceSIRENE, AsOf: day}, &Structure{Name: n}, nil, "")
	}
	hidden := Claim{Source: SourceSIRENE, Hidden: "2026-02-01"}
	for title, c := range map[string]struct {
		said []Claim
		want string
	}{
		"before":     {[]Claim{name("2026-01-01", "A"), hidden}, ""},
		"on the day": {[]Claim{name("2026-02-01", "A"), hidden}, ""},
		"since":      {[]Claim{name("2026-03-01", "B"), name("2026-01-01", "A"), hidden}, "B"},
	} {
		permute(c.said, func(order []Claim) {
			all := Claim{Source: SourceSIRENE}
			for _, x := range order {
				all.Join(x)
			}
			if all.Facts.Name != c.want || all.says() != (c.want != "") || all.Hidden != hidden.Hidden {
				t.Errorf("%s: %+v", title, all)
			}
		})
	}
}
