package intake

import (
	"archive/zip"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sourcier/internal/intake/input"
)

// mp4 is how a video begins.
const mp4 = "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"

// mustFolder writes files below one folder and gives its path.
func mustFolder(tb testing.TB, files map[string]string) string {
	tb.Helper()
	root := filepath.Join(tb.TempDir(), "envoi")
	for name, text := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			tb.Fatal(err)
		}
	}
	return root
}

func read(tb testing.TB, name string) string {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

// TestFolder takes each file for what it is, in the order of the names, and
// joins the two files of Sirene across folders.
func TestFolder(t *testing.T) {
	root := mustFolder(t, map[string]string{
		"a/lemarche.json": read(t, "lemarche.json"), "a/z/StockUniteLegale.csv": read(t, "StockUniteLegale.csv"),
		"b/StockEtablissement.csv": read(t, "StockEtablissement.csv"), "b/film.csv": mp4, "b/programme": "\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 60),
		"b/plaquette.pdf": "%PDF-1.7\n", "b/vide.csv": "", "lisez-moi.txt": "Bonjour.\n", "autre.csv": "foo;bar\n1;2\n",
		".cache/x.csv": "siret;nom\n", ".DS_Store": "x", "copie/StockEtablissement.csv": read(t, "StockEtablissement.csv"),
	})
	if err := os.Symlink(filepath.Join(root, "a"), filepath.Join(root, "lien")); err != nil {
		t.Fatal(err)
	}
	stock := filepath.Join(root, "b", "StockEtablissement.csv")
	if info, err := os.Stat(stock); err != nil || os.Chtimes(filepath.Join(root, "copie", "StockEtablissement.csv"), info.ModTime(), info.ModTime()) != nil {
		t.Fatal(err)
	}
	archive := filepath.Join(root, "c.zip")
	if err := os.WriteFile(archive, archived(t, "x/emplois_open.json", read(t, "emplois_open.json")), 0o600); err != nil {
		t.Fatal(err)
	}
	r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, root)
	type line struct{ name, layout, aside string }
	want := []line{
		{".DS_Store", "", "caché"}, {".cache", "", "caché"},
		{"a/lemarche.json", "Marché", ""}, {"a/z/StockUniteLegale.csv", "unités légales", ""},
		{"autre.csv", "", "« foo », « bar »"}, {"b/StockEtablissement.csv", "établissements", ""},
		{"b/film.csv", "", "vidéo"}, {"b/plaquette.pdf", "", "PDF"}, {"b/programme", "", "programme"}, {"b/vide.csv", "", "vide"},
		{"c.zip › x/emplois_open.json", "emplois", ""}, {"copie/StockEtablissement.csv", "établissements", ""},
		{"lien", "", "lien"}, {"lisez-moi.txt", "", "texte"},
	}
	if len(r.Files) != len(want) || r.Refused() {
		t.Fatalf("%d files\n%s", len(r.Files), r.Explain())
	}
	for i, w := range want {
		f := r.Files[i]
		if f.Name != "envoi/"+w.name || !strings.Contains(f.Layout, w.layout) || (f.Aside == "") != (w.aside == "") || !strings.Contains(plainSpaces(f.Aside), w.aside) {
			t.Errorf("line %d: %s, %q, aside %q; want %+v", i, f.Name, f.Layout, f.Aside, w)
		}
	}
	if c := r.Total(); c.Created != 5 || c.Joined != 7 {
		t.Errorf("the folder was not read as the files are: %s", r.Explain())
	}
	if copied := r.Files[11]; len(copied.Notes) != 1 || copied.Read != 0 {
		t.Errorf("the same file in two folders: %+v", copied)
	}
	if n := strings.Count(r.Explain(), "laissé de côté"); n != 9 {
		t.Errorf("%d lines say what was left aside:\n%s", n, r.Explain())
	}
}

func archived(tb testing.TB, name, text string) []byte {
	tb.Helper()
	var b strings.Builder
	w := zip.NewWriter(&b)
	m, err := w.Create(name)
	if err == nil {
		_, err = m.Write([]byte(text))
	}
	if err = errors.Join(err, w.Close()); err != nil {
		tb.Fatal(err)
	}
	return []byte(b.String())
}

// TestFolderRefusals: what is data and cannot be read is no less refused in a folder.
func TestFolderRefusals(t *testing.T) {
	root := mustFolder(t, map[string]string{
		"coupe.json": `[{"siret":"00200003200017","kind":"EI","kind_parent":"x","name":"Lue"},{"siret"`,
		"seul.csv":   read(t, "StockUniteLegale.csv"), "bon.csv": "siret;nom\n00200000800017;Bonne\n",
	})
	r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, root)
	equal(t, []Cause{r.Files[0].Cause, r.Files[1].Cause, r.Files[2].Cause}, []Cause{"", "damaged", Alone})
	if r.Files[0].Created != 1 {
		t.Errorf("%s", r.Explain())
	}
	// A format that is asked for picks the files that are of it.
	r = mustRun(t, newImporter(t, mustStore(t)), RunOptions{Format: Generic}, root)
	if f := r.Files[2]; f.Aside == "" || !strings.Contains(f.Aside, "--format sirene") || r.Files[0].Created != 1 {
		t.Errorf("%s", r.Explain())
	}
	if r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, t.TempDir()); len(r.Files) != 1 || !strings.Contains(r.Files[0].Aside, "vide") {
		t.Errorf("an empty folder: %s", r.Explain())
	}
}

// TestFolderLimits refuses a folder beyond them whole.
func TestFolderLimits(t *testing.T) {
	root := mustFolder(t, map[string]string{
		"a.csv": "siret;nom\n00200000800017;Bonne\n", "b/c.csv": "x", "b/d/e/f.csv": "siret;nom\n00200001600010;Profonde\n",
	})
	for name, c := range map[string]struct {
		limits folderLimits
		says   string
		files  int
	}{
		"number": {folderLimits{9, 2, 1 << 20}, "plus de 2 fichiers", 1},
		"bytes":  {folderLimits{9, 9, 40}, "plus de 0 Go", 1},
		"depth":  {folderLimits{3, 9, 1 << 20}, "plus de 3 dossiers", 3},
		"within": {folderLimits{4, 3, 1 << 20}, "", 3},
	} {
		imp := newImporter(t, mustStore(t))
		imp.folder = c.limits
		r := mustRun(t, imp, RunOptions{}, root)
		told := false
		for _, f := range r.Files {
			told = told || c.says != "" && strings.Contains(plainSpaces(f.Refusal), c.says) && f.Cause == Cause(input.TooLarge)
		}
		if len(r.Files) != c.files || told != (c.says != "") || r.Refused() != (c.says != "") {
			t.Errorf("%s: %s", name, r.Explain())
		}
		if c.files == 1 && r.Total().Read != 0 {
			t.Errorf("%s: a folder beyond the limit was read in part", name)
		}
	}
}

func TestFolderUnreadable(t *testing.T) {
	root := mustFolder(t, map[string]string{"a.csv": "siret;nom\n00200000800017;Bonne\n", "b/c.csv": "x"})
	shut := filepath.Join(root, "b")
	if err := os.Chmod(shut, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(shut, 0o700) }) //nolint:gosec // a folder
	if _, err := os.ReadDir(shut); err == nil {
		t.Skip("root reads everything")
	}
	r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, root)
	if f := r.Files[1]; f.Cause != Cause(input.Unreadable) || r.Files[0].Created != 1 {
		t.Errorf("%s", r.Explain())
	}
}

func TestFolderStopped(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	root := mustFolder(t, map[string]string{"a.csv": "siret;nom\n"})
	var stopped *InterruptedError
	if _, err := newImporter(t, mustStore(t)).Run(ctx, []string{root}, RunOptions{RejectsDir: t.TempDir()}); !errors.As(err, &stopped) {
		t.Errorf("error %v", err)
	}
}
