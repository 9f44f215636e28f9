package intake

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"sourcier/internal/intake/input"
	"sourcier/internal/store"
)

// TestTruncatedGzip imports the whole lines before the cut, and says exactly that:
// as many structures are stored as are told, and every line told is read.
func TestTruncatedGzip(t *testing.T) {
	var text strings.Builder
	text.WriteString("siret;nom\n")
	for n := range 5000 {
		fmt.Fprintf(&text, "%s;Atelier %x\n", fictionalSIRET(n), rand.Uint64())
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text.String())); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, cut := range []int{1, 9, b.Len() / 2, b.Len() - 12} {
		structures := mustStore(t)
		r := mustRun(t, newImporter(t, structures), RunOptions{}, write(t, "x.csv.gz", b.String()[:b.Len()-cut]))
		f := r.Files[0]
		if f.Cause != Cause(input.Damaged) || f.Created != f.Read || int64(len(content(t, structures))) != f.Created {
			t.Errorf("cut by %d: %d stored\n%s", cut, len(content(t, structures)), r.Explain())
		}
		if f.Read > 0 && !strings.Contains(f.Refusal, "lignes lues avant, et prises en compte") {
			t.Errorf("refusal %q", f.Refusal)
		}
		if cut == b.Len()/2 && (f.Read == 0 || f.Read >= 5000) {
			t.Errorf("%d lines read of a half", f.Read)
		}
	}
}

// TestFileChanges has someone write to a file while it is imported: told, and what
// was read before is stored as told. The other files are read.
func TestFileChanges(t *testing.T) {
	db, structures := mustFaulty(t)
	imp := newImporter(t, structures)
	imp.batchSize = 10
	path := genericFile(t, 100)
	db.before = func(n int, _ []store.Envelope) error {
		if n != 2 {
			return nil
		}
		return os.Chtimes(path, time.Now(), time.Now())
	}
	r := mustRun(t, imp, RunOptions{}, path, fixture(t, "lemarche.json"))
	f := r.Files[0]
	if f.Cause != Cause(input.Changed) || f.Read != 100 || !strings.Contains(f.Refusal, "a changé pendant sa lecture") {
		t.Errorf("%s", r.Explain())
	}
	if r.Files[1].Refusal != "" || int64(len(content(t, structures))) != r.Total().Created {
		t.Errorf("%d stored\n%s", len(content(t, structures)), r.Explain())
	}
}

// TestChangesInEveryReader notices it however the file is read.
func TestChangesInEveryReader(t *testing.T) {
	for _, name := range []string{"recherche_entreprises.json", "rge.csv", "emplois_open.json", "finess.csv"} {
		imp := newImporter(t, mustStore(t))
		s := newSession(imp, RunOptions{})
		s.rejects.dir = t.TempDir()
		path := fixture(t, name)
		jobs, err := s.plan(t.Context(), []string{path})
		if err != nil || len(jobs) != 1 {
			t.Fatal(err, len(jobs))
		}
		if err := os.Chtimes(path, noon, time.Now()); err != nil {
			t.Fatal(err)
		}
		if err := jobs[0].run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if f := s.report.Files[0]; f.Cause != Cause(input.Changed) || f.Read == 0 {
			t.Errorf("%s: %+v", name, f)
		}
		if err := s.rejects.close(); err != nil {
			t.Error(err)
		}
	}
}

// TestMergedHeads finds a header below a title, and one of two storeys.
func TestMergedHeads(t *testing.T) {
	type sheet struct {
		rows  [][]any
		merge [][2]string
	}
	for name, c := range map[string]sheet{
		"a title": {
			[][]any{{"Structures du territoire"}, {"à jour au 1er mars"}, nil, {"SIRET", "Nom", "Code postal"}, {"00200000800017", "Lilas", "94400"}},
			[][2]string{{"A1", "C1"}},
		},
		"two storeys": {
			[][]any{{"SIRET", "Nom", "Adresse", ""}, {"", "", "Code postal", "Commune"}, {"00200000800017", "Lilas", "94400", "Vitry-sur-Seine"}},
			[][2]string{{"A1", "A2"}, {"B1", "B2"}, {"C1", "D1"}},
		},
		"no title": {[][]any{{"SIRET", "Nom", "Code postal"}, {"00200000800017", "Lilas", "94400"}}, nil},
	} {
		f := excelize.NewFile()
		for i, row := range c.rows {
			if err := f.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &row); err != nil {
				t.Fatal(err)
			}
		}
		for _, m := range c.merge {
			if err := f.MergeCell("Sheet1", m[0], m[1]); err != nil {
				t.Fatal(err)
			}
		}
		path := write(t, "x.xlsx", "")
		if err := f.SaveAs(path); err != nil {
			t.Fatal(err)
		}
		structures := mustStore(t)
		r := mustRun(t, newImporter(t, structures), RunOptions{}, path)
		if f := r.Files[0]; f.Read != 1 || f.Created != 1 || f.Rejected != 0 {
			t.Errorf("%s: %s%q", name, r.Explain(), rejected(t, r))
			continue
		}
		if s := bySIRET(t, structures, "00200000800017").Value; s.Name != "Lilas" || s.Address.Commune != "94081" && name == "two storeys" {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

// TestNoHeads says of a sheet without names what is missing.
func TestNoHeads(t *testing.T) {
	f := excelize.NewFile()
	for i := range 20 {
		if err := f.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &[]any{"Vitry", "94400", "12"}); err != nil {
			t.Fatal(err)
		}
	}
	path := write(t, "x.xlsx", "")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, path)
	if f := r.Files[0]; f.Cause != UnknownFormat || !strings.Contains(f.Refusal, "Vitry") || !strings.Contains(f.Refusal, "manquantes") {
		t.Errorf("%+v", f)
	}
}

// TestVideoInTheFolder leaves alone what is no table, by its name.
func TestVideoInTheFolder(t *testing.T) {
	structures := mustStore(t)
	video := write(t, "visite.mp4", "\x00\x00\x00\x18ftypmp42"+strings.Repeat("\x01\x80\xff", 50_000))
	r := mustRun(t, newImporter(t, structures), RunOptions{}, video, fixture(t, "finess.csv"))
	if f := r.Files[0]; f.Cause != Cause(input.Foreign) || filepath.Base(f.Name) != "visite.mp4" || f.Read != 0 || r.Files[1].Created != 4 {
		t.Errorf("%s", r.Explain())
	}
}
