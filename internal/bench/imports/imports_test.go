package imports

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestRuns imports small files by the real binary and looks at what is measured.
func TestRuns(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "sourcier")
	if out, err := exec.Command("go", "build", "-o", binary, "sourcier/cmd/sourcier").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	p := Portal{Binary: binary, Dir: t.TempDir(), Tell: t.Logf}
	stock, err := p.Sirene(t.Context(), 5000)
	if err != nil {
		t.Fatal(err)
	}
	if stock.Stored == 0 || stock.Stored > 500 || stock.Rows <= 5000 || stock.Rows > 10_000 || stock.CSVTook == 0 || stock.Bytes <= stock.FileSize {
		t.Errorf("register: %+v", stock)
	}
	generic, err := p.Generic(t.Context(), 300)
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]*Run{"register": &stock.Run, "generic": generic} {
		if r.Took <= 0 || r.CPU <= 0 || r.Peak < 10<<20 || r.End > r.Peak || r.Anon > r.End || r.Anon == 0 {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if left, err := os.ReadDir(p.Dir); err != nil || len(left) > 0 {
		t.Errorf("%v left behind, %v", left, err)
	}
}

func TestAFailureIsTold(t *testing.T) {
	p := Portal{Binary: "/bin/false", Dir: t.TempDir(), Tell: t.Logf}
	if _, err := p.Generic(t.Context(), 10); err == nil {
		t.Error("a binary that fails is measured")
	}
}
