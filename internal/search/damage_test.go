package search_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An index that is damaged, of another release, or half-deleted is rebuilt with
// a word, and answers as before.
func TestDamagedIndexIsRebuilt(t *testing.T) {
	for name, damage := range map[string]func(t *testing.T, dir string){
		"bit flipped in a segment": func(t *testing.T, dir string) {
			for _, path := range all(t, dir, "*/store/*.zap") {
				flip(t, path, 0.5)
			}
		},
		"segment cut": func(t *testing.T, dir string) {
			for _, path := range all(t, dir, "*/store/*.zap") {
				if err := os.Truncate(path, size(t, path)/2); err != nil {
					t.Fatal(err)
				}
			}
		},
		"segments empty": func(t *testing.T, dir string) {
			for _, path := range all(t, dir, "*/store/*.zap") {
				write(t, path, "")
			}
		},
		"segments missing": func(t *testing.T, dir string) {
			for _, path := range all(t, dir, "*/store/*.zap") {
				remove(t, path)
			}
		},
		"no root":           func(t *testing.T, dir string) { remove(t, find(t, dir, "root.bolt")) },
		"root is garbage":   func(t *testing.T, dir string) { write(t, find(t, dir, "root.bolt"), strings.Repeat("garbage", 5000)) },
		"directory missing": func(t *testing.T, dir string) { remove(t, filepath.Dir(filepath.Dir(find(t, dir, "root.bolt")))) },
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, many(50)...)
			f.open(t)
			f.close(t)
			damage(t, f.options.Dir)
			f.open(t)
			// bleve may fall back on an older state of its own: that is completed.
			if said := f.log.String(); !strings.Contains(said, "rebuilding it from the store") && !strings.Contains(said, "brought up to the store") {
				t.Errorf("no word in the log: %s", f.log)
			}
			for range 2 {
				if got := f.names(t, "numéro 7"); got != "Structure numéro 7" {
					t.Errorf("finds %q", got)
				}
				f.checkClean(t, 50)
				f.close(t)
				f.log.Reset()
				f.open(t)
			}
			if f.log.Len() > 0 {
				t.Errorf("still not whole: %s", f.log)
			}
		})
	}
}

// What says which index is in use may be lost or cut: nothing is lost with it.
func TestCurrentFile(t *testing.T) {
	for name, content := range map[string]string{"cut": "idx", "garbage": "../../etc\n", "of nothing": "idx-zzz\n"} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, many(3)...)
			f.open(t)
			f.close(t)
			write(t, filepath.Join(f.options.Dir, "CURRENT"), content)
			f.open(t)
			f.checkClean(t, 3)
			if n := len(indexes(t, f.options.Dir)); n != 1 {
				t.Errorf("%d indexes left", n)
			}
		})
	}
}

func find(t testing.TB, dir, suffix string) string {
	t.Helper()
	found := ""
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(path, suffix) {
			found = path
		}
		return err
	})
	if err != nil || found == "" {
		t.Fatalf("no %s in %s: %v", suffix, dir, err)
	}
	return found
}

func indexes(t testing.TB, dir string) []string {
	t.Helper()
	return all(t, dir, "idx-*")
}

func all(t testing.TB, dir, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func size(t testing.TB, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

func flip(t testing.TB, path string, at float64) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[int(float64(len(b))*at)] ^= 1
	write(t, path, string(b))
}

func write(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func remove(t testing.TB, path string) {
	t.Helper()
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
}
