package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRender(t *testing.T) {
	l := list{head: []string{"Made up."}, columns: []string{"code", "label"}, count: 2}
	got, err := l.render(strings.NewReader("label,level,code\nL'autre,2,B\nUn  nom,1,A\nUn nom,1,A\n"))
	want := "# Made by scripts/generate/nomenclature; do not edit.\n# Made up.\nA\tUn nom\nB\tL’autre\n"
	if err != nil || got != want {
		t.Errorf("%q, %v", got, err)
	}
	for name, table := range map[string]string{
		"no column": "label\nx\n", "another count": "code,label\nA,x\n", "broken": "code,label\nA\n", "empty": "",
	} {
		if got, err := l.render(strings.NewReader(table)); err == nil {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// TestCommittedLists: no package brings these lists, so that they cannot be made
// again by every test; they must at least be as the generator writes them.
func TestCommittedLists(t *testing.T) {
	for _, l := range lists {
		text, err := os.ReadFile(filepath.Join("..", "..", "..", l.output))
		if err != nil {
			t.Fatal(err)
		}
		table := strings.Join(l.columns, "\t")
		for line := range strings.Lines(string(text)) {
			if !strings.HasPrefix(line, "#") {
				table += "\n" + strings.TrimSuffix(line, "\n")
			}
		}
		if again, err := l.renderTabs(table); err != nil || again != string(text) {
			t.Errorf("%s is not as the generator writes it: %v", l.output, err)
		}
	}
}

// renderTabs renders a table whose fields are separated by tabs.
func (l list) renderTabs(table string) (string, error) {
	quoted := strings.NewReplacer("\"", "\"\"").Replace(table)
	lines := strings.Split(quoted, "\n")
	for i, line := range lines {
		lines[i] = "\"" + strings.ReplaceAll(line, "\t", "\",\"") + "\""
	}
	return l.render(strings.NewReader(strings.Join(lines, "\n")))
}
