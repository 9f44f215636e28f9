package taxonomy

import (
	"slices"
	"strings"
	"testing"
)

func TestByCPVPutsTheClosestFirst(t *testing.T) {
	tests := []struct{ code, first string }{
		{"90911200-8", "nettoyage-locaux"},
		{"90911200", "nettoyage-locaux"},
		{"90 911 200-8", "nettoyage-locaux"},
		{"909112008", "nettoyage-locaux"},
		{"90911300-9", "nettoyage-vitres"},
		{"77310000-6", "entretien-espaces-verts"},
		{"77340000-5", "elagage-abattage"},
		{"55520000-1", "traiteur"},
		{"55521200-0", "plateaux-repas"},
		{"98310000-9", "blanchisserie"},
		{"98315000-4", "pressing"},
		{"45442100-8", "peinture"},
		{"79571000-7", "mise-sous-pli"},
		{"92512000-3", "archivage"},
		{"98392000-7", "demenagement"},
		{"79713000-5", "gardiennage"},
		{"45261000", "charpente"},
		{"30192700", "fournitures-bureau"},
	}
	tax := Default()
	for _, tt := range tests {
		got := codes(tax.ByCPV(tt.code))
		if len(got) == 0 || got[0] != tt.first {
			t.Errorf("ByCPV(%q) = %v, want %s first", tt.code, got, tt.first)
		}
	}
}

func TestByCPVOfABranchListsWhatIsBelow(t *testing.T) {
	tax := Default()
	for _, code := range []string{"909", "90900000", "90900000-6"} {
		got := codes(tax.ByCPV(code))
		for _, want := range []string{"nettoyage-locaux", "nettoyage-vitres", "desinfection-nuisibles"} {
			if !slices.Contains(got, want) {
				t.Errorf("ByCPV(%s) = %v, want %s in it", code, got, want)
			}
		}
	}
	// A division may end in zero: 30 is not the branch 3.
	if got := codes(tax.ByCPV("30000000")); !slices.Contains(got, "fournitures-bureau") || slices.Contains(got, "collecte-dechets") {
		t.Errorf("ByCPV(30000000) = %v", got)
	}
}

func TestByCPVRefuses(t *testing.T) {
	for _, code := range []string{"", "9", "-", "90911200-", "90911200-88", "9091-8", "0909112008", "90911a00", "9091１200", "nettoyage", strings.Repeat("9", 400), "\x00\x00"} {
		if got := Default().ByCPV(code); len(got) != 0 {
			t.Errorf("ByCPV(%q) = %v, want none", code, codes(got))
		}
	}
}

func FuzzByCPV(f *testing.F) {
	for _, s := range []string{"90911200-8", "90 911 200", "909", "9", "", "-", "12345678-9", "909112008", "\xff\xfe", "００"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, code string) {
		digits, ok := bareCPV(code)
		got := Default().ByCPV(code)
		if !ok && len(got) > 0 {
			t.Fatalf("%q is refused, yet found %v", code, codes(got))
		}
		last := 9
		for _, s := range got {
			best := 0
			for _, p := range s.CPV {
				if strings.HasPrefix(digits, p) || strings.HasPrefix(p, digits) {
					best = max(best, min(len(p), len(digits)))
				}
			}
			if best == 0 || best > last {
				t.Fatalf("ByCPV(%q): %s shares %d digits after one that shares %d", code, s.Code, best, last)
			}
			last = best
		}
	})
}
