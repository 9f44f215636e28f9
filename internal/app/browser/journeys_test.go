package browser

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// widths are the screens that each journey is made on.
var widths = map[string]int64{"wide": wide, "narrow": narrow}

// eachScreen runs a journey wide and narrow, with JavaScript and without.
func eachScreen(t *testing.T, journey func(b *tab, javascript bool, width int64)) {
	t.Helper()
	for name, width := range widths {
		for _, javascript := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, JavaScript %v", name, javascript), func(t *testing.T) {
				journey(newTab(t, width, javascript), javascript, width)
			})
		}
	}
}

var leadingNumber = regexp.MustCompile(`^[0-9\x{202f}\x{a0} ]+`)

// found is the number that the results announce.
func (b *tab) found() int {
	b.Helper()
	title := b.text("#resultats h1")
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, leadingNumber.FindString(title))
	n, err := strconv.Atoi(digits)
	if err != nil {
		b.Fatalf("no number in %q", title)
	}
	return n
}

// waitLocation waits until the address holds the text.
func (b *tab) waitLocation(part string) {
	b.Helper()
	for start := time.Now(); time.Since(start) < 10*time.Second; time.Sleep(20 * time.Millisecond) {
		// Between two pages there is nobody to ask.
		if at, err := chromedp.Run(b.ctx, chromedp.Location()); err == nil && strings.Contains(strings.TrimPrefix(at, b.base), part) {
			return
		}
	}
	b.Fatalf("the address is %s, without %q\n%s", b.location(), part, b.snapshot())
}

// TestSearchFilterSheet is what a buyer does: type, narrow down, open a sheet.
func TestSearchFilterSheet(t *testing.T) {
	eachScreen(t, func(b *tab, javascript bool, width int64) {
		b.open("/")
		b.do(chromedp.SendKeys(chromedp.CSS("#q"), "nettoyage vitry"+kb.Enter))
		b.waitLocation("/structures?q=nettoyage")
		b.do(chromedp.WaitVisible(chromedp.CSS("#resultats h1")))
		all := b.found()
		if chip := b.text(".chips"); !strings.Contains(chip, "Vitry-sur-Seine") {
			b.Errorf("the commune is not a chip: %q", chip)
		}
		b.mustNotScrollSideways()

		handicap := b.facetCount("f-family-handicap")
		b.choose("f-family-handicap", javascript, width)
		b.waitLocation("family=handicap")
		b.do(chromedp.WaitVisible(chromedp.CSS("#resultats h1")))
		if got := b.found(); got != handicap || got >= all || got == 0 {
			b.Errorf("the filter leaves %d of %d, the facet said %d", got, all, handicap)
		}

		name := b.text(".card-name")
		b.do(chromedp.Click(chromedp.CSS(".card-name a")))
		b.waitHeading(name)
		if page := b.text("main"); !strings.Contains(page, "L2113-12") {
			b.Error("the sheet of a disability structure does not cite L2113-12")
		}
		b.mustNotScrollSideways()
	})
}

// facetCount is the figure beside a value, read by name so that a folded panel does not hide it.
func (b *tab) facetCount(id string) int {
	b.Helper()
	text := ask(b, chromedp.Evaluate[string](`document.getElementById("`+id+`").closest("label").querySelector(".choice-count").textContent`))
	n, err := strconv.Atoi(strings.Fields(text)[0])
	if err != nil {
		b.Fatalf("no count in %q", text)
	}
	return n
}

// choose ticks a facet as a person can on this screen.
func (b *tab) choose(id string, javascript bool, width int64) {
	b.Helper()
	if width == narrow {
		b.do(chromedp.Click(chromedp.CSS(".filters-open")))
	}
	box := "#" + id
	b.do(chromedp.WaitVisible(chromedp.CSS(box)), chromedp.Click(chromedp.CSS(box)))
	if !javascript {
		b.do(chromedp.Click(chromedp.CSS(".filters-apply")))
		return
	}
	b.waitLocation("family=")
	b.waitSettled()
	if width == narrow {
		b.do(chromedp.Click(chromedp.CSS(".filters-close")), chromedp.WaitNotVisible(chromedp.CSS("#filtres")))
	}
}

// waitSettled waits until the answer to a filter is in place: a press that falls
// between two pages presses nothing.
func (b *tab) waitSettled() {
	b.Helper()
	const busy = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added"
	b.do(chromedp.WaitNotPresent(chromedp.CSS(busy)))
}

// waitHeading waits for the page whose title is the text.
func (b *tab) waitHeading(text string) {
	b.Helper()
	const heading = `document.querySelector("main h1")?.innerText.trim() ?? ""`
	var got string
	for start := time.Now(); time.Since(start) < 10*time.Second; time.Sleep(20 * time.Millisecond) {
		// Between two pages there is nobody to ask.
		at, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](heading))
		if got = strings.Join(strings.Fields(at), " "); err == nil && got != "" && (strings.Contains(got, text) || strings.Contains(text, got)) {
			return
		}
	}
	b.Fatalf("the page is %q, want %q", got, text)
}

// TestRemoveAChip takes the recognised commune away again.
func TestRemoveAChip(t *testing.T) {
	eachScreen(t, func(b *tab, _ bool, _ int64) {
		b.open("/structures?q=nettoyage+vitry")
		before := b.found()
		b.do(chromedp.Click(chromedp.CSS(".chips .chip")))
		b.waitLocation("/structures?q=nettoyage")
		b.do(chromedp.WaitNotPresent(chromedp.CSS(".chips")))
		if after := b.found(); after <= before {
			b.Errorf("without the commune %d, with it %d", after, before)
		}
	})
}

// TestKeyboardOnly goes from the first key to a sheet without a pointer.
func TestKeyboardOnly(t *testing.T) {
	b := newTab(t, wide, true)
	b.open("/")
	b.do(chromedp.KeyEvent(kb.Tab))
	if got := ask(b, chromedp.Evaluate[string](`document.activeElement.className`)); !strings.Contains(got, "skip-link") {
		b.Errorf("the first stop is %q, not the skip link", got)
	}
	b.do(chromedp.KeyEvent(kb.Enter), chromedp.KeyEvent(kb.Tab))
	if got := ask(b, chromedp.Evaluate[string](`document.activeElement.id`)); got != "q" {
		b.Errorf("after the skip link the focus is on %q, want the search", got)
	}
	b.do(chromedp.KeyEvent("tonte orly"), chromedp.KeyEvent(kb.Enter))
	b.waitLocation("q=tonte")
	for range 200 {
		b.do(chromedp.KeyEvent(kb.Tab))
		if ask(b, chromedp.Evaluate[bool](`document.activeElement.matches(".card-name a")`)) {
			b.do(chromedp.KeyEvent(kb.Enter))
			b.waitLocation("/structures/")
			return
		}
	}
	b.Fatal("200 stops do not reach a result")
}

// pages are one address of each kind of page.
var pages = []struct {
	name, path string
	failure    bool // the page says that something is wrong, and the browser logs its status
}{
	{"home", "/", false},
	{"directory", "/structures", false},
	{"results", "/structures?q=nettoyage+vitry", false},
	{"many filters", "/structures?q=nettoyage&family=handicap&family=insertion&mode=PREST&serves=94081&sort=name", false},
	{"nothing found", "/structures?q=introuvable+partout", false},
	{"second page", "/structures?page=2", false},
	{"plan", "/carte?q=nettoyage&serves=94081", false},
	{"plan of everything", "/carte", false},
	{"plan of nothing", "/carte?q=introuvable+partout", false},
	{"credits", "/credits", false},
	{"design language", "/_style", false},
	{"nothing to compare", "/comparer", false},
	{"search for a frame", "/cadre?q=nettoyage&serves=94081&family=handicap", false},
	{"nothing found in a frame", "/cadre?q=introuvable&ou=nullepart", false},
	{"how to embed", "/integrer?q=nettoyage&serves=94081", false},
	{"unknown to compare", "/comparer?id=aaaaaaaaaaaaaaaa", true},
	{"unknown value in a frame", "/cadre?kind=NOPE", true},
	{"api", "/api", false},
	{"unknown address", "/nulle-part", true},
	{"unknown structure", "/structures/aaaaaaaaaaaaaaaa", true},
	{"unknown value", "/structures?kind=NOPE", true},
	{"export", "/exporter?q=nettoyage&serves=94081", false},
}

// TestEveryPageIsAccessible runs axe-core on each kind of page at both widths.
func TestEveryPageIsAccessible(t *testing.T) {
	for name, width := range widths {
		t.Run(name, func(t *testing.T) {
			b := newTab(t, width, true)
			for _, p := range pages {
				b.open(p.path)
				if p.failure {
					b.forgive()
				}
				b.mustBeAccessible()
				b.mustNotScrollSideways()
			}
			all := sheets(b)
			for _, path := range all {
				b.open(path)
				b.mustBeAccessible()
				b.mustNotScrollSideways()
			}
			form, _, _ := strings.Cut(all[0], "?")
			b.open(form + "/signaler")
			b.mustBeAccessible()
			b.mustNotScrollSideways()
			b.open("/structures?q=nettoyage+vitry")
			if width == narrow {
				b.do(chromedp.Click(chromedp.CSS(".filters-open")), chromedp.WaitVisible(chromedp.CSS(".filters-close")))
				b.mustBeAccessible()
			}
		})
	}
}

// sheets are the sheets of the first results of each kind of structure.
func sheets(b *tab) []string {
	b.Helper()
	var out []string
	for _, kind := range []string{"ESAT", "EA", "EI", "ACI", "SEP", "COOP"} {
		b.open("/structures?kind=" + kind)
		href := ask(b, chromedp.AttributeValue(chromedp.CSS(".card-name a"), "href"))
		out = append(out, href.Value)
	}
	b.open("/structures?family=entreprise")
	return append(out, ask(b, chromedp.AttributeValue(chromedp.CSS(".card-name a"), "href")).Value)
}
