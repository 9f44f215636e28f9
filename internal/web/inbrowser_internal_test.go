package web

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var commandOption = regexp.MustCompile(`--(partial|accept-stale|format|territory|dry-run|rejects)\b`)

// What the intake says with options of the command line, a page says with its own words.
func TestNoOptionOfTheCommandOnAPage(t *testing.T) {
	files, err := filepath.Glob("../intake/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	literal, seen := regexp.MustCompile(`"(?:[^"\\\n]|\\.)*"`), 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if strings.HasPrefix(strings.TrimSpace(line), "//") {
				continue
			}
			for _, found := range literal.FindAllString(line, -1) {
				if !commandOption.MatchString(found) {
					continue
				}
				seen++
				if left := inBrowser(found); commandOption.MatchString(left) {
					t.Errorf("%s: a page says %s", name, left)
				}
			}
		}
	}
	if seen < 2 {
		t.Errorf("only %d texts name an option", seen)
	}
}
