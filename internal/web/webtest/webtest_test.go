package webtest

import (
	"strings"
	"testing"
)

const page = `<!DOCTYPE html><html lang="fr"><body><main id="main" class="wide">
<ul class="list results"><li data-id="a b"><a href="/x">Un&nbsp;: « deux »</a></li><li>Trois</li></ul>
<script>var hidden = 1</script></main><p class="error">Non</p></body></html>`

func TestChecks(t *testing.T) {
	root := ParseHTML(t, page)
	cases := []struct {
		name  string
		check Check
		holds bool
	}{
		{"by id", In("#main"), true},
		{"by tag and id", In("main#main"), true},
		{"wrong tag for the id", In("section#main"), false},
		{"descendants", In("main ul.results li a[href=/x]", HasText("Un : « deux »")), true},
		{"two classes", In("ul.list.results"), true},
		{"class missing", In("ul.list.other"), false},
		{"attribute with a space", In(`li[data-id="a b"]`), true},
		{"attribute of another value", In("li[data-id=c]"), false},
		{"ancestor outside", In(".error li"), false},
		{"nested checks stay inside", In("#main", NotIn(".error")), true},
		{"not in, but there", NotIn(".error"), false},
		{"count", Count("li", 2), true},
		{"wrong count", Count("li", 3), false},
		{"text of a script is no text", In("#main", NoText("hidden")), true},
		{"unwanted text", In("#main", NoText("Trois")), false},
		{"attribute value", In("a", HasAttr("href", "/x")), true},
		{"wrong attribute value", In("a", HasAttr("href", "/y")), false},
		{"each", Each("li", NotIn("img")), true},
		{"each fails on one", Each("li", HasText("Trois")), false},
		{"each of none", Each("table"), false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if err := c.check(root); (err == nil) != c.holds {
				t.Errorf("got %v, want holds=%v", err, c.holds)
			}
		})
	}
}

func TestSelectorRefusesWhatItCannotRead(t *testing.T) {
	for _, selector := range []string{"", "li:first-child", "ul > li", "[a~=b", "li["} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%q was accepted", selector)
				}
			}()
			parseSelector(selector)
		}()
	}
}

func TestCheckPath(t *testing.T) {
	doc, err := normalise(map[string]any{"items": []any{map[string]any{"n": 1, "none": nil}}, "total": 2})
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		path  string
		want  any
		holds bool
	}{
		{"total", 2, true},
		{"total", 3, false},
		{"items.#", 1, true},
		{"items.0.n", 1, true},
		{"items.1.n", 1, false},
		{"items.x", 1, false},
		{"items.0.none", nil, true},
		{"items.0.none", Present, true},
		{"items.0.other", nil, false},
		{"items.0.other", AbsentJSON, true},
		{"total", AbsentJSON, false},
		{"total.deeper", Present, false},
		{"items", []map[string]any{{"n": 1, "none": nil}}, true},
	}
	for _, c := range cases {
		if err := checkPath(doc, c.path, c.want); (err == nil) != c.holds {
			t.Errorf("%s = %v: got %v, want holds=%v", c.path, c.want, err, c.holds)
		}
	}
}

func TestTextCollapsesSpaces(t *testing.T) {
	got := Text(ParseHTML(t, "<p>a\u00a0b \n\u202fc</p>"))
	if !strings.Contains(got, "a b c") {
		t.Errorf("got %q", got)
	}
}
