// Package webtest checks answers of the portal by structure: HTML trees by
// selector, JSON documents by path, and whole requests as data.
package webtest

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Check is one expectation on an HTML tree.
type Check func(root *html.Node) error

// ParseHTML reads a page or a fragment.
func ParseHTML(tb testing.TB, body string) *html.Node {
	tb.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		tb.Fatalf("parse HTML: %v", err)
	}
	return root
}

// MustMatch fails the test for each check that does not hold.
func MustMatch(tb testing.TB, body string, checks ...Check) {
	tb.Helper()
	root := ParseHTML(tb, body)
	for _, check := range checks {
		if err := check(root); err != nil {
			tb.Error(err)
		}
	}
}

// In holds when the selector finds an element and every check holds on the first.
func In(selector string, checks ...Check) Check {
	return func(root *html.Node) error {
		found := Find(root, selector)
		if len(found) == 0 {
			return fmt.Errorf("%s: not found", selector)
		}
		return all(selector, found[0], checks)
	}
}

// Each holds when the selector finds at least one element and every check holds
// on each of them.
func Each(selector string, checks ...Check) Check {
	return func(root *html.Node) error {
		found := Find(root, selector)
		if len(found) == 0 {
			return fmt.Errorf("%s: not found", selector)
		}
		for i, n := range found {
			if err := all(fmt.Sprintf("%s #%d", selector, i+1), n, checks); err != nil {
				return err
			}
		}
		return nil
	}
}

func all(where string, n *html.Node, checks []Check) error {
	for _, check := range checks {
		if err := check(n); err != nil {
			return fmt.Errorf("%s: %w", where, err)
		}
	}
	return nil
}

// NotIn holds when the selector finds nothing.
func NotIn(selector string) Check { return Count(selector, 0) }

// Count holds when the selector finds exactly n elements.
func Count(selector string, n int) Check {
	return func(root *html.Node) error {
		if found := len(Find(root, selector)); found != n {
			return fmt.Errorf("%s: %d found, want %d", selector, found, n)
		}
		return nil
	}
}

// HasText holds when the text of the element contains want; every kind of space
// counts as one plain space.
func HasText(want string) Check {
	return func(n *html.Node) error {
		if got := Text(n); !strings.Contains(got, plainSpaces(want)) {
			return fmt.Errorf("text %q does not contain %q", got, want)
		}
		return nil
	}
}

// NoText holds when the text of the element does not contain it.
func NoText(unwanted string) Check {
	return func(n *html.Node) error {
		if got := Text(n); strings.Contains(got, plainSpaces(unwanted)) {
			return fmt.Errorf("text %q contains %q", got, unwanted)
		}
		return nil
	}
}

// HasAttr holds when the attribute has exactly that value.
func HasAttr(name, want string) Check {
	return func(n *html.Node) error {
		if got, ok := Attr(n, name); !ok || got != want {
			return fmt.Errorf("attribute %s is %q, want %q", name, got, want)
		}
		return nil
	}
}

// Attr reads an attribute.
func Attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// Text is the text below n, scripts and styles left out, spaces collapsed.
func Text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode && d.Parent.Data != "script" && d.Parent.Data != "style" {
			b.WriteString(d.Data)
			b.WriteByte(' ')
		}
	}
	return plainSpaces(b.String())
}

// plainSpaces collapses runs of spaces, no-break ones included.
func plainSpaces(s string) string { return strings.Join(strings.Fields(s), " ") }
