package pages

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"sourcier/internal/bench/corpus"
	"sourcier/internal/bench/htmlpage"
	"sourcier/internal/bench/sourcier"
	"sourcier/views/results"
)

// tokens lists elements with their attributes, and texts with their blanks
// folded: what a browser makes of the page.
func tokens(t *testing.T, c templ.Component) (out []string, size int) {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	z := html.NewTokenizer(bytes.NewReader(b.Bytes()))
	text := ""
	flush := func() {
		if folded := strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' }), " "); folded != "" {
			out = append(out, folded)
		}
		text = ""
	}
	for {
		switch z.Next() {
		case html.ErrorToken:
			if !errors.Is(z.Err(), io.EOF) {
				t.Fatal(z.Err())
			}
			flush()
			return out, b.Len()
		case html.TextToken:
			text += string(z.Text())
		default:
			flush()
			token := z.Token()
			slices.SortFunc(token.Attr, func(a, b html.Attribute) int { return strings.Compare(a.Key, b.Key) })
			out = append(out, fmt.Sprint("<", token.Type, token.Data, token.Attr))
		}
	}
}

// TestSamePage: the page that html/template makes is the portal's, element by
// element, and no shorter or longer than blanks and spellings of escapes make it.
func TestSamePage(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	if _, err := sourcier.Fill(ctx, dir, corpus.New(corpus.DefaultSeed), 1000, func(int) {}); err != nil {
		t.Fatal(err)
	}
	e, err := sourcier.Open(ctx, dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = e.Close() }()
	template, err := htmlpage.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/structures", Path, "/structures?q=nettoyage", "/structures?q=netoyage", "/structures?kind=ESAT&kind=EA&size=PME&availability=disponible", "/structures?page=3&sector=proprete",
		"/structures?near=94081&radius_km=100&sort=distance&basis=L2113-12"} {
		t.Run(path, func(t *testing.T) {
			model, err := Model(e, path)
			if err != nil {
				t.Fatal(err)
			}
			ours, size := tokens(t, results.View(model))
			theirs, other := tokens(t, template.Page(model))
			for i := range min(len(ours), len(theirs)) {
				if ours[i] != theirs[i] {
					t.Fatalf("after %q:\ntempl         %s\nhtml/template %s", ours[max(0, i-3):i], ours[i], theirs[i])
				}
			}
			if len(ours) != len(theirs) || other*100 < size*97 || other*100 > size*103 {
				t.Errorf("%d and %d tokens, %d and %d bytes", len(ours), len(theirs), size, other)
			}
			t.Logf("%d cards, %d and %d bytes", len(model.Cards), size, other)
		})
	}
}
