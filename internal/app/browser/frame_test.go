package browser

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// newHost is a site whose page shows the address after « ? » in a frame.
func newHost() *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		_, _ = fmt.Fprintf(w, `<!doctype html><html lang="fr"><title>Réseau</title><link rel="icon" href="data:,"><main><h1>Nos membres</h1><iframe title="Recherche" width="360" height="700" src="%s"></iframe></main></html>`, base+r.URL.RawQuery)
	}))
}

// framed waits for the text inside the frame of the page, and gives what stands
// there at last: nothing, when the browser refuses to show it.
func (b *tab) framed(want string) (text string) {
	b.Helper()
	for start := time.Now(); time.Since(start) < 3*time.Second; time.Sleep(50 * time.Millisecond) {
		nodes := ask(b, chromedp.Nodes(chromedp.CSS("iframe")))
		inside, err := chromedp.Run(b.ctx, chromedp.Nodes(chromedp.CSS("main"), chromedp.FromNode(nodes[0]), chromedp.AtLeast(0)))
		if err != nil || len(inside) == 0 {
			continue // between two pages
		}
		text, err = chromedp.Run(b.ctx, chromedp.Text(chromedp.CSS("main"), chromedp.FromNode(nodes[0])))
		if text = plainSpaces(text); err == nil && strings.Contains(text, want) {
			return text
		}
	}
	return text
}

// TestEmbed shows the search in the page of a site that may, and searches there
// within the filters that the site has chosen.
func TestEmbed(t *testing.T) {
	b := newTab(t, narrow, true)
	b.do(chromedp.Navigate(host.URL + "/?/cadre?family=handicap"))
	if got := b.framed("structures"); !strings.Contains(got, "Handicap") {
		b.Fatalf("the frame shows %q\n%s", got, b.snapshot())
	}
	frame := ask(b, chromedp.Nodes(chromedp.CSS("iframe")))[0]
	b.do(chromedp.SendKeys(chromedp.CSS("#q"), "nettoyage"+kb.Enter, chromedp.FromNode(frame)))
	if got := b.framed("pour « nettoyage »"); !strings.Contains(got, "pour « nettoyage »") || !strings.Contains(got, "Handicap") || !strings.Contains(got, "Voir sur Sourcier") {
		b.Errorf("after a search the frame shows %q\n%s", got, b.snapshot())
	}
}

// TestEmbedRefused: other pages are in no frame, and this one in no frame of others.
func TestEmbedRefused(t *testing.T) {
	for name, url := range map[string]string{
		"another page": host.URL + "/?/structures?family=handicap", "another site": stranger.URL + "/?/cadre?family=handicap",
	} {
		t.Run(name, func(t *testing.T) {
			b := newTab(t, narrow, true)
			b.do(chromedp.Navigate(url))
			if got := b.framed("Handicap"); got != "" {
				b.Errorf("the frame shows %.200q", got)
			}
			b.forgive() // the browser tells what it refused
		})
	}
}
