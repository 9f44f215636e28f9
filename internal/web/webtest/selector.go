package webtest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Find lists the elements below root that the selector means, in document
// order. The selector is a part of CSS: steps separated by spaces (descendant),
// each a tag, #id, .class, [attr] and [attr=value] in a row. It panics on
// anything else, since a selector that cannot match would let a test pass.
func Find(root *html.Node, selector string) []*html.Node {
	steps := parseSelector(selector)
	var out []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && matches(n, root, steps) {
			out = append(out, n)
		}
	}
	return out
}

// step is one compound of a selector.
type step struct {
	tag     string
	id      string
	classes []string
	attrs   []attrTest
}

type attrTest struct {
	name, value string
	exact       bool // false: any value
}

var (
	stepPattern = regexp.MustCompile(`^([a-zA-Z][a-zA-Z0-9-]*|\*)?((?:#[\w-]+|\.[\w-]+|\[[\w:-]+(?:=[^\]]*)?\])*)$`)
	testPattern = regexp.MustCompile(`#[\w-]+|\.[\w-]+|\[[\w:-]+(?:=[^\]]*)?\]`)
	stepBounds  = regexp.MustCompile(`(?:\[[^\]]*\]|[^\s\[])+`) // a space inside [] separates nothing
)

func parseSelector(selector string) []step {
	var steps []step
	for _, text := range stepBounds.FindAllString(selector, -1) {
		parts := stepPattern.FindStringSubmatch(text)
		if parts == nil {
			panic(fmt.Sprintf("selector %q: cannot read %q", selector, text))
		}
		steps = append(steps, parseStep(parts[1], parts[2]))
	}
	if len(steps) == 0 || strings.Count(selector, "[") != strings.Count(selector, "]") {
		panic(fmt.Sprintf("selector %q: empty, or a bracket is left open", selector))
	}
	return steps
}

func parseStep(tag, tests string) step {
	s := step{tag: strings.ToLower(strings.TrimPrefix(tag, "*"))}
	for _, test := range testPattern.FindAllString(tests, -1) {
		switch test[0] {
		case '#':
			s.id = test[1:]
		case '.':
			s.classes = append(s.classes, test[1:])
		case '[':
			name, value, exact := strings.Cut(test[1:len(test)-1], "=")
			s.attrs = append(s.attrs, attrTest{name, strings.Trim(value, `"'`), exact})
		}
	}
	return s
}

// matches reports whether n is the last step and its ancestors, up to root,
// hold the others in order.
func matches(n, root *html.Node, steps []step) bool {
	last := len(steps) - 1
	if !steps[last].matches(n) {
		return false
	}
	for p := n.Parent; last > 0; p = p.Parent {
		if p == nil || p == root.Parent {
			return false
		}
		if p.Type == html.ElementNode && steps[last-1].matches(p) {
			last--
		}
	}
	return true
}

func (s step) matches(n *html.Node) bool {
	if s.tag != "" && n.Data != s.tag {
		return false
	}
	if id, _ := Attr(n, "id"); s.id != "" && id != s.id {
		return false
	}
	class, _ := Attr(n, "class")
	have := strings.Fields(class)
	for _, want := range s.classes {
		if !slices.Contains(have, want) {
			return false
		}
	}
	for _, want := range s.attrs {
		if value, ok := Attr(n, want.name); !ok || (want.exact && value != want.value) {
			return false
		}
	}
	return true
}
