package public

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	classSelector = regexp.MustCompile(`\.(-?[_a-zA-Z][\w-]*)`)
	quoted        = regexp.MustCompile("\"[^\"\n]*\"|`[^`]*`|'[^'\n]*'")
	addressOrRule = regexp.MustCompile(`(?s)/\*.*?\*/|url\([^)]*\)|\{[^{}]*\}`)
)

// classes are those that a style sheet has rules for.
func classes(css string) map[string]bool {
	found := map[string]bool{}
	for _, m := range classSelector.FindAllStringSubmatch(addressOrRule.ReplaceAllString(css, "{}"), -1) {
		found[m[1]] = true
	}
	return found
}

// lacking gives the words of a source's texts that are classes of Bootstrap, and of
// neither the part that is shipped nor our own style sheet.
func lacking(source string, whole, part, ours map[string]bool) (words []string) {
	for _, text := range quoted.FindAllString(source, -1) {
		for word := range strings.FieldsFuncSeq(text, between) {
			if whole[word] && !part[word] && !ours[word] {
				words = append(words, word)
			}
		}
	}
	return words
}

// between: a text may hold another, class="…" between backquotes for instance.
func between(r rune) bool { return strings.ContainsRune(" \t\n\"'`<>", r) }

// TestSubset: whoever writes a class of Bootstrap that is not shipped is told so.
func TestSubset(t *testing.T) {
	part, _, installed := Assets().Open("vendor/bootstrap.min.css")
	if !installed {
		t.Skip("a bare clone: scripts/assets has not run")
	}
	whole, err := os.ReadFile("node_modules/bootstrap/dist/css/bootstrap.css")
	if err != nil {
		t.Fatal(err)
	}
	all, shipped, ours := classes(string(whole)), classes(string(part)), classes(styleSheet(t))
	if len(all) < 2000 || len(shipped) < 800 || len(shipped) == len(all) {
		t.Fatalf("%d classes shipped of %d", len(shipped), len(all))
	}
	for class := range shipped {
		if !all[class] {
			t.Errorf("%s is no class of Bootstrap", class)
		}
	}
	read := 0
	for _, root := range []string{"../views", "js"} {
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !isSource(name) {
				return err
			}
			source, err := os.ReadFile(name) //nolint:gosec // the project's own sources
			for _, class := range lacking(string(source), all, shipped, ours) {
				t.Errorf("%s: the class %s of Bootstrap is not shipped; public/bootstrap.scss says why and how to add it", name, class)
			}
			read++
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if read < 50 {
		t.Errorf("only %d sources were read", read)
	}
}

// isSource: a page's classes stand in its template, in Go that templates call, or in a script.
func isSource(name string) bool {
	if strings.HasSuffix(name, "_templ.go") || strings.HasSuffix(name, "_test.go") {
		return false
	}
	ext := filepath.Ext(name)
	return ext == ".templ" || ext == ".go" || ext == ".js"
}

func TestLackingReadsEveryWayToWriteAClass(t *testing.T) {
	whole := classes(`.toast,.d-flex{a:b}@media print{.carousel-item.active:not(.fade){c:url("x.svg")}}/* .none */`)
	part, ours := map[string]bool{"d-flex": true}, map[string]bool{"active": true}
	for source, want := range map[string]string{
		`<p class="d-flex toast">`:                       "toast",
		`class={ "active", templ.KV("fade", on) }`:       "fade",
		"element.classList.add('carousel-item')":         "carousel-item",
		"const html = `<i class=\"x\tfade\">` + `toast`": "fade toast",
		`<p class="active none"> toast, x.svg and svg`:   "",
	} {
		if got := strings.Join(lacking(source, whole, part, ours), " "); got != want {
			t.Errorf("%s: %q, not %q", source, got, want)
		}
	}
}
