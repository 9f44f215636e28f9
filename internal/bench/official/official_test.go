package official

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"sourcier/internal/structure"
)

func table(t *testing.T, write func(*bytes.Buffer) error) [][]string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err) // every row has as many fields as the header
	}
	return rows
}

// TestStockLooksLikeTheRegister holds the columns, the numbers and the shares.
func TestStockLooksLikeTheRegister(t *testing.T) {
	const size = 20_000
	s := NewStock(size, []string{"94", "91"})
	establishments := table(t, func(b *bytes.Buffer) error { return s.WriteEstablishments(b) })
	units := table(t, func(b *bytes.Buffer) error { _, err := s.WriteUnits(b); return err })
	if len(establishments) != size+1 || len(establishments[0]) != 54 || len(units[0]) != 35 {
		t.Fatalf("%d establishments of %d columns, units of %d", len(establishments)-1, len(establishments[0]), len(units[0]))
	}
	known := map[string]bool{}
	for _, u := range units[1:] {
		if known[u[0]] {
			t.Fatalf("the unit %s twice", u[0])
		}
		known[u[0]] = true
	}
	at := map[string]int{}
	for i, name := range establishments[0] {
		at[name] = i
	}
	home, closed, hidden, seats := 0, 0, 0, 0
	for _, e := range establishments[1:] {
		if _, repaired, err := structure.ParseSIRET(e[2]); err != nil || repaired || !known[e[0]] || e[2] != e[0]+e[1] {
			t.Fatalf("SIRET %s of unit %s: %v", e[2], e[0], err)
		}
		add := func(n *int, yes bool) {
			if yes {
				*n++
			}
		}
		commune := e[at["codeCommuneEtablissement"]]
		add(&home, strings.HasPrefix(commune, "94") || strings.HasPrefix(commune, "91"))
		add(&closed, e[at["etatAdministratifEtablissement"]] == "F")
		add(&hidden, e[at["statutDiffusionEtablissement"]] == "P" && e[at["libelleVoieEtablissement"]] == masked)
		add(&seats, e[at["etablissementSiege"]] == "true")
	}
	for what, share := range map[string][3]int{"home": {home, 2, 6}, "closed": {closed, 50, 70}, "hidden": {hidden, 4, 12}, "seats": {seats, 60, 80}} {
		if percent := 100 * share[0] / size; percent < share[1] || percent > share[2] {
			t.Errorf("%s: %d %%, want %d to %d", what, percent, share[1], share[2])
		}
	}
	if seats != len(units)-1 {
		t.Errorf("%d seats of %d units", seats, len(units)-1)
	}
}

func TestALargeStockBeginsWithASmallOne(t *testing.T) {
	var small, large bytes.Buffer
	for size, b := range map[int]*bytes.Buffer{100: &small, 3000: &large} {
		if err := NewStock(size, []string{"94"}).WriteEstablishments(b); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.HasPrefix(large.Bytes(), small.Bytes()) || small.Len() == 0 {
		t.Error("the small stock is not the beginning of the large one")
	}
}

func BenchmarkEstablishments(b *testing.B) {
	s := NewStock(100_000, []string{"94", "91"})
	for b.Loop() {
		var n counter
		if err := s.WriteEstablishments(&n); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(n))
	}
}

type counter int

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }
