package sourcing_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The texts that decisions put into tenders are those of the golden files.
func TestWordings(t *testing.T) {
	var all []sourcing.Proposal
	for _, b := range structure.Bases {
		all = append(all, sourcing.Proposal{Choice: sourcing.ToReserve, Basis: b})
	}
	for _, c := range sourcing.Choices[1:] {
		all = append(all, sourcing.Proposal{Choice: c, Hours: 1200})
	}
	for _, p := range all {
		w := sourcing.WordsFor(&p, "Nettoyage des locaux, lot Nord", sourcing.DefaultLaw(), "2026-11-28")
		var text strings.Builder
		fmt.Fprintf(&text, "%s\n\n%s\n\n--- notice\n%s\n\n--- consultation documents\n%s\n\n--- codes\n", p.Says(), w.Article, w.Notice, w.Files)
		for _, c := range w.Codes {
			fmt.Fprintf(&text, "%s = %s (%s)%s\n", c.Where, c.Value, c.Meaning, map[bool]string{true: " à vérifier"}[c.ToCheck])
		}
		fmt.Fprintf(&text, "\n--- to check\n%s\n", strings.Join(w.Checks, "\n"))
		file := filepath.Join("testdata", strings.Trim(string(p.Choice)+"-"+string(p.Basis), "-")+".txt")
		if *update {
			if err := os.MkdirAll("testdata", 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil || text.String() != string(want) {
			t.Errorf("%s: %v; got\n%s", file, err, text.String())
		}
	}
}

// The share is the one in force on the day of the decision, and only where the law asks
// for one.
func TestShareOfTheDay(t *testing.T) {
	later := sourcing.DefaultLaw().With(sourcing.Rule{Code: sourcing.MinimumShare, From: "2028-01-01", Value: 60})
	for _, c := range []struct {
		basis structure.Basis
		on    structure.Date
		want  string
	}{
		{structure.L2113_12, "2027-12-31", "50\u00a0%"}, {structure.L2113_12, "2028-01-01", "60\u00a0%"}, {structure.L2113_13, "2020-01-01", "50\u00a0%"}, {structure.L2113_15, "2028-01-01", ""},
	} {
		w := sourcing.WordsFor(&sourcing.Proposal{Choice: sourcing.ToReserve, Basis: c.basis}, "x", later, c.on)
		if c.want == "" && strings.Contains(w.Notice, "%") || !strings.Contains(w.Notice, c.want) || !strings.Contains(w.Notice, string(c.basis)) {
			t.Errorf("%s on %s: %s", c.basis, c.on, w.Notice)
		}
	}
}
