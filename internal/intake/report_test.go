package intake

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares a text with a file of testdata.
func golden(tb testing.TB, name, got string) {
	tb.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	if got != string(want) {
		tb.Errorf("%s differs (go test -update rewrites it):\n%s", name, got)
	}
}

// TestExplain shows the report of everything at once.
func TestExplain(t *testing.T) {
	files := append(everyFile(t), write(t, "mal.csv", "sirett;nom;code_postal\n"))
	r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, files...)
	r.Duration = 1500 * time.Millisecond
	rejects, err := os.ReadFile(r.Rejects)
	if err != nil {
		t.Fatal(err)
	}
	r.Rejects = "rejets.csv"
	golden(t, "report.golden", r.Explain())
	golden(t, "rejects.golden", string(rejects))
}

// TestRejectsAreSafe keeps a spreadsheet from computing what a stranger wrote.
func TestRejectsAreSafe(t *testing.T) {
	rows := ""
	for _, v := range []string{"=1+1", "+33", "-1", "@cmd", "\tx", "ok;\"deux\""} {
		rows += "00200000800017;X;\"" + strings.ReplaceAll(v, `"`, `""`) + "\"\n"
	}
	r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, write(t, "=x.csv", "siret;nom;taille\n"+rows))
	told := rejected(t, r)
	var values []string
	for _, row := range told {
		values = append(values, row[3])
	}
	equal(t, values, []string{"'=1+1", "'+33", "'-1", "'@cmd", "x", "ok;\"deux\""})
	if told[0][0] != "'=x.csv" {
		t.Errorf("file %q", told[0][0])
	}
	info, err := os.Stat(r.Rejects)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v: rejects repeat personal data", info.Mode(), err)
	}
}

// TestRejectsOnlyWhenThereAre leaves no file behind a clean import.
func TestRejectsOnlyWhenThereAre(t *testing.T) {
	dir := t.TempDir()
	imp := newImporter(t, mustStore(t))
	clean, odd := write(t, "a.csv", "siret;nom\n00200000800017;X\n"), write(t, "b.csv", "siret;nom\nx;X\n")
	if r, err := imp.Run(t.Context(), []string{clean}, RunOptions{RejectsDir: dir}); err != nil || r.Rejects != "" {
		t.Errorf("%q, %v", r.Rejects, err)
	}
	seen := map[string]bool{}
	for range 2 { // a second run of the same second does not write over the first
		r, err := imp.Run(t.Context(), []string{odd}, RunOptions{RejectsDir: dir})
		if err != nil || filepath.Dir(r.Rejects) != dir || seen[r.Rejects] {
			t.Errorf("%q, %v", r.Rejects, err)
		}
		seen[r.Rejects] = true
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 2 {
		t.Errorf("%v, %v", left, err)
	}
	// Beside the first file when nothing else is said.
	if r, err := imp.Run(t.Context(), []string{odd}, RunOptions{}); err != nil || filepath.Dir(r.Rejects) != filepath.Dir(odd) {
		t.Errorf("%q, %v", r.Rejects, err)
	}
}

// TestRejectsFolderIsMade does not stop a long import for a folder that is missing.
func TestRejectsFolderIsMade(t *testing.T) {
	absent := filepath.Join(t.TempDir(), "absent", "deeper")
	r, err := newImporter(t, mustStore(t)).Run(t.Context(), []string{write(t, "b.csv", "siret;nom\nx;X\n")}, RunOptions{RejectsDir: absent})
	if err != nil || filepath.Dir(r.Rejects) != absent {
		t.Errorf("%q, %v", r.Rejects, err)
	}
}

// TestRejectsCannotBeWritten stops: what cannot be told would be lost.
func TestRejectsCannotBeWritten(t *testing.T) {
	file := write(t, "b.csv", "siret;nom\nx;X\n")
	_, err := newImporter(t, mustStore(t)).Run(t.Context(), []string{file}, RunOptions{RejectsDir: filepath.Join(file, "under")})
	if err == nil || !strings.Contains(err.Error(), "lignes rejetées") {
		t.Errorf("error %v", err)
	}
}

func TestNumbers(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1\u202f000", 1234567: "1\u202f234\u202f567", -1234: "-1\u202f234"} {
		if got := number(n); got != want {
			t.Errorf("number(%d) = %q", n, got)
		}
	}
	for d, want := range map[time.Duration]string{
		1500 * time.Millisecond: "1,5 s", 42 * time.Second: "42 s", 125 * time.Second: "2 min 05 s", 2*time.Hour + 3*time.Minute: "2 h 03 min",
	} {
		if got := duration(d); got != want {
			t.Errorf("duration(%v) = %q", d, got)
		}
	}
}
