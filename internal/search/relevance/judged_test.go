// Package relevance measures how well the search answers what buyers type: the
// judged queries of testdata/judged.txt against the demo territory.
package relevance

import (
	"bufio"
	"os"
	"strings"
	"testing"
)

// judged is one text and the structures that answer it.
type judged struct {
	text    string
	awkward []string // what is difficult about it, and « nothing »
	need    string
	ids     []string
	names   []string // as many
}

// difficulties are those that the file names at its top, of which at least a
// third of the queries have one.
var difficulties = []string{"accent", "typo", "elision", "plural", "commune", "kind"}

// nothing says whether nobody answers the need.
func (j *judged) nothing() bool { return len(j.ids) == 0 }

// readJudged reads the judgments, in the order of the file, whose top describes
// the format. A line that it does not know fails: a judgment is never skipped.
func readJudged(t testing.TB) (out []judged) {
	t.Helper()
	f, err := os.Open("testdata/judged.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		mark, rest, _ := strings.Cut(lines.Text(), " ")
		switch {
		case mark == "" || mark == "#" || mark == "==":
		case mark == "?":
			out = append(out, judgedOf(rest))
		case len(out) == 0:
			t.Fatalf("line %d: before any query", n)
		case mark == ".":
			out[len(out)-1].need = rest
		case mark == "+":
			id, name, _ := strings.Cut(rest, " ")
			last := &out[len(out)-1]
			last.ids, last.names = append(last.ids, id), append(last.names, name)
		default:
			t.Fatalf("line %d: %q is not of the format", n, lines.Text())
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// judgedOf reads « text  [awkward, awkward] ».
func judgedOf(line string) judged {
	text, rest, _ := strings.Cut(line, "  [")
	j := judged{text: text}
	if rest != "" {
		j.awkward = strings.Split(strings.TrimSuffix(rest, "]"), ", ")
	}
	return j
}
