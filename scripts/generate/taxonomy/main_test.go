package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// nomenclature makes n sub-classes in reverse order, with the levels above
// them that the package also lists.
func nomenclature(n int) []entry {
	list := []entry{{"01", "Division"}, {"01.1", "Groupe"}, {"01.11", "Classe"}}
	for i := n - 1; i >= 0; i-- {
		list = append(list, entry{fmt.Sprintf("%02d.%02dZ", 1+i/100, i%100), fmt.Sprintf("Libellé  de l'activité %d", i)})
	}
	return list
}

func TestRenderSortsAndTidies(t *testing.T) {
	text, err := render("npm example 1.0.0 (MIT)", nomenclature(subclasses))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) != 3+subclasses {
		t.Fatalf("%d lines, want %d", len(lines), 3+subclasses)
	}
	if !strings.HasPrefix(lines[0], "# Code generated") || !strings.Contains(lines[2], "npm example 1.0.0 (MIT)") || !strings.Contains(lines[2], "Licence Ouverte") {
		t.Errorf("head %q: want the mark of generated code, source, version and licence", lines[:3])
	}
	if lines[3] != "0100Z\tLibellé de l’activité 0" {
		t.Errorf("first line %q", lines[3])
	}
}

func TestRenderRefusesAnotherNumberOfSubclasses(t *testing.T) {
	for _, n := range []int{0, subclasses - 1, subclasses + 1} {
		if _, err := render("", nomenclature(n)); err == nil {
			t.Errorf("%d sub-classes were accepted", n)
		}
	}
}

func TestRunWritesTheSameTwice(t *testing.T) {
	root := t.TempDir()
	write(t, filepath.Join(root, packageDir, "package.json"), map[string]string{"name": "example", "version": "1.0.0", "license": "MIT"})
	write(t, filepath.Join(root, packageDir, "index.json"), nomenclature(subclasses))
	if err := os.MkdirAll(filepath.Dir(filepath.Join(root, output)), 0o755); err != nil {
		t.Fatal(err)
	}
	var texts [2]string
	for i := range texts {
		if err := run(root); err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(filepath.Join(root, output))
		if err != nil {
			t.Fatal(err)
		}
		texts[i] = string(raw)
	}
	if texts[0] != texts[1] || len(texts[0]) == 0 {
		t.Error("two runs differ")
	}
}

func TestRunSaysWhatIsMissing(t *testing.T) {
	if err := run(t.TempDir()); err == nil || !strings.Contains(err.Error(), "npm ci") {
		t.Errorf("run without the package = %v, want what to do", err)
	}
}

func write(t *testing.T, path string, value any) {
	t.Helper()
	raw, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, raw, 0o644); err != nil {
		t.Fatal(err)
	}
}
