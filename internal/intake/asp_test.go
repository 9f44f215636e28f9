package intake

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sourcier/internal/structure"
)

func TestASP(t *testing.T) {
	for _, partitions := range []int{1, 3, 128} {
		structures := mustStore(t)
		imp := newImporter(t, structures)
		imp.partitions = partitions
		r := mustRun(t, imp, RunOptions{}, fixture(t, "asp_annexes.csv"), fixture(t, "asp_structures.csv"))
		equal(t, r.Files[0].Counts, Counts{Read: 13, Joined: 7, Rejected: 3, Skipped: map[Skip]int64{SkipNoKind: 1, SkipNotInForce: 2}})
		equal(t, r.Files[1].Counts, Counts{Read: 6, Created: 2, Updated: 1, Rejected: 1, Repaired: map[Repair]int64{RepairZero: 3}, Skipped: map[Skip]int64{SkipNoAgreement: 2}})
		// One SIRET of two structures: two kinds. The annex of 2019 is apart.
		s := bySIRET(t, structures, "00300000700017").Value
		equal(t, agreements(s), []string{"ACI 11 2025-01-01 2026-12-31 2026-11-07", "AI 15 2026-06-01 2027-05-31 2026-11-07"})
		if s.Contact.Phone != "0199000003" || s.Contact.Email != "" || s.Address.Street != "12 RUE DES LILAS" || s.Address.Commune != "94081" || s.Origins[structure.FieldName].AsOf != "2026-11-07" {
			t.Errorf("stored %+v", s)
		}
		s = bySIRET(t, structures, "00300001500010").Value
		equal(t, agreements(s), []string{"SEP 12 2026-01-01 2026-12-31 2026-11-07"})
		if s.Address.Street != "3 AV DU PARC" || s.Address.Complement != "BP 8" || s.NAF != "8121Z" || !s.Activities[0].Derived || s.LegalCategory != "5499" {
			t.Errorf("address of the seat: %+v", s)
		}
	}
}

// TestASPKnown tells a structure that is known that its agreement is over, and
// makes none that is not.
func TestASPKnown(t *testing.T) {
	structures := mustStore(t)
	imp := newImporter(t, structures)
	mustRun(t, imp, RunOptions{}, write(t, "x.csv", "siret;nom\n00300002300014;Ancienne\n"), fixture(t, "asp_annexes.csv"), fixture(t, "asp_structures.csv"))
	s := bySIRET(t, structures, "00300002300014").Value
	equal(t, agreements(s), []string{"EI 13 2020-01-01 2020-12-31 2026-11-07"})
	if k := s.KindsInForce("2026-11-23"); len(k) != 0 {
		t.Errorf("in force %v", k)
	}
}

// TestASPAlone refuses each file without the other.
func TestASPAlone(t *testing.T) {
	for file, missing := range map[string]string{"asp_structures.csv": "fluxIAE_AnnexeFinanciere", "asp_annexes.csv": "fluxIAE_Structure"} {
		structures := mustStore(t)
		r := mustRun(t, newImporter(t, structures), RunOptions{}, fixture(t, file))
		if f := r.Files[0]; f.Cause != Alone || !strings.Contains(f.Refusal, missing) || f.Read != 0 || len(content(t, structures)) != 0 {
			t.Errorf("%+v", f)
		}
	}
}

// TestASPCut refuses both files when one is not whole, and writes nothing.
func TestASPCut(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "asp_annexes.csv"))
	if err != nil {
		t.Fatal(err)
	}
	structures := mustStore(t)
	r := mustRun(t, newImporter(t, structures), RunOptions{}, write(t, "a.csv", strings.Replace(string(text), "FIN13", "FIN14", 1)), fixture(t, "asp_structures.csv"))
	if r.Files[0].Cause != Incomplete || r.Files[1].Cause != Alone || len(content(t, structures)) != 0 {
		t.Errorf("%s", r.Explain())
	}
	// Without its last column but one an annex has no end.
	r = mustRun(t, newImporter(t, structures), RunOptions{}, write(t, "a.csv", strings.ReplaceAll(string(text), "af_date_fin_effet", "af_autre")), fixture(t, "asp_structures.csv"))
	if f := r.Files[0]; f.Cause != BadHeader || !strings.Contains(f.Refusal, "af_date_fin_effet") {
		t.Errorf("%+v", f)
	}
}

// TestASPTwice keeps one line of a structure that is there twice.
func TestASPTwice(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "asp_structures.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	later := strings.Replace(lines[2], "CHANTIER FICTIF DES PRUNES", "RENOMMÉ", 1)
	lines[5] = later // in the place of the one without an annex
	structures := mustStore(t)
	r := mustRun(t, newImporter(t, structures), RunOptions{}, write(t, "s.csv", strings.Join(lines, "\n")), fixture(t, "asp_annexes.csv"))
	told := rejected(t, r)
	if f := r.Files[0]; f.Rejected != 2 || len(told) != 5 || told[3][1] != "3" && told[4][1] != "3" {
		t.Errorf("%s%q", r.Explain(), told)
	}
}

func TestValidity(t *testing.T) {
	for name, c := range map[string]struct {
		spans []span
		want  span
	}{
		"one":           {[]span{{"2026-01-01", "2026-12-31"}}, span{"2026-01-01", "2026-12-31"}},
		"follow":        {[]span{{"2026-01-01", "2026-12-31"}, {"2025-01-01", "2025-12-31"}}, span{"2025-01-01", "2026-12-31"}},
		"overlap":       {[]span{{"2025-06-01", "2026-12-31"}, {"2025-01-01", "2025-12-31"}, {"2025-02-01", "2025-03-31"}}, span{"2025-01-01", "2026-12-31"}},
		"gap before":    {[]span{{"2026-01-01", "2026-12-31"}, {"2025-01-01", "2025-12-30"}}, span{"2026-01-01", "2026-12-31"}},
		"gap after":     {[]span{{"2027-02-01", "2027-12-31"}, {"2026-01-01", "2026-12-31"}}, span{"2026-01-01", "2026-12-31"}},
		"to come":       {[]span{{"2028-01-01", "2028-12-31"}, {"2027-02-01", "2027-12-30"}, {"2020-01-01", "2020-12-31"}}, span{"2027-02-01", "2027-12-30"}},
		"over":          {[]span{{"2020-01-01", "2020-12-31"}, {"2018-01-01", "2018-12-31"}}, span{"2020-01-01", "2020-12-31"}},
		"ends that day": {[]span{{"2026-01-01", "2026-11-07"}, {"2027-01-01", "2027-12-31"}}, span{"2026-01-01", "2026-11-07"}},
	} {
		if got := validity(c.spans, "2026-11-07"); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
