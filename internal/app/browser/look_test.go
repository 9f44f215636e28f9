package browser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// prefer asks for a scheme of colours, as a reader's system does.
func (b *tab) prefer(scheme string) {
	b.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, media); err != nil {
		b.Fatal(err)
	}
}

// looked are the pages that are looked at for their look.
func looked(b *tab) []string {
	b.Helper()
	return append([]string{"/", "/structures?q=nettoyage+vitry", "/_style", "/nulle-part"}, sheets(b)[0])
}

// TestDarkSchemeIsAccessible runs axe-core on the dark scheme, where every
// contrast is another one.
func TestDarkSchemeIsAccessible(t *testing.T) {
	for name, width := range widths {
		t.Run(name, func(t *testing.T) {
			b := newTab(t, width, true)
			b.prefer("dark")
			for _, path := range looked(b) {
				b.open(path)
				if path == "/nulle-part" {
					b.forgive()
				}
				if got := ask(b, chromedp.Evaluate[string](`getComputedStyle(document.body).backgroundColor`)); got != "rgb(16, 24, 25)" {
					b.Errorf("%s is not dark: %s", path, got)
				}
				b.mustBeAccessible()
			}
		})
	}
}

// TestIconsAreDrawn: a name that the sprite lacks draws nothing, silently.
func TestIconsAreDrawn(t *testing.T) {
	b := newTab(t, wide, true)
	for _, path := range []string{"/", "/_style"} {
		b.open(path)
		const empty = `Promise.all([...document.querySelectorAll(".icon use")].map(async use => {
			const [file, id] = use.getAttribute("href").split("#");
			const sprite = new DOMParser().parseFromString(await (await fetch(file)).text(), "image/svg+xml");
			return sprite.getElementById(id) && use.getBoundingClientRect().width > 0 ? "" : id;
		})).then(ids => ids.filter(Boolean).join(" ") || String(ids.length))`
		if got := ask(b, chromedp.Evaluate[string](empty, chromedp.EvalAwaitPromise)); len(got) > 2 {
			b.Errorf("%s: not drawn: %s", path, got)
		}
	}
}

const (
	maxShift    = 0.01
	slowLatency = 150     // ms
	lateFont    = 2000    // ms
	slowLine    = 200_000 // bytes a second: 1.6 Mbit/s, a telephone on a bad day
)

// slowDown gives the tab a slow line, on which fonts come later still: they must
// find the text on the screen.
func (b *tab) slowDown() {
	b.Helper()
	line := func(pattern string, latency float64) *network.Conditions {
		return &network.Conditions{URLPattern: pattern, Latency: latency, DownloadThroughput: slowLine, UploadThroughput: slowLine}
	}
	rules := network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{line(base+"/*.woff2", lateFont), line("", slowLatency)}}
	if _, err := chromedp.Call(b.ctx, network.Enable, network.EnableParams{}); err != nil {
		b.Fatal(err)
	}
	if _, err := chromedp.Call(b.ctx, network.EmulateNetworkConditionsByRule, rules); err != nil {
		b.Fatal(err)
	}
}

// shifted is the sum of what moved without being asked, once the page, its
// fonts and two frames more are there.
const shifted = `new Promise(done => {
	let sum = 0;
	new PerformanceObserver(list => list.getEntries().forEach(e => { if (!e.hadRecentInput) sum += e.value })).observe({type: "layout-shift", buffered: true});
	const loaded = document.readyState === "complete" ? Promise.resolve() : new Promise(r => addEventListener("load", r, {once: true}));
	loaded.then(() => document.fonts.ready).then(() => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(sum)))));
})`

// TestNothingShifts: over a slow line the font comes after the text, which must
// not be moved by it.
func TestNothingShifts(t *testing.T) {
	worst, where := 0.0, "nowhere"
	for name, width := range widths {
		paths := looked(newTab(t, width, true))
		for _, path := range paths {
			if path == "/_style" || path == "/nulle-part" {
				continue
			}
			b := newTab(t, width, true) // nothing in its cache
			b.slowDown()
			b.open(path)
			shift := ask(b, chromedp.Evaluate[float64](shifted, chromedp.EvalAwaitPromise))
			if shift >= maxShift {
				b.Errorf("%s, %s: %.4f moved, less than %.2f may", path, name, shift, maxShift)
			}
			if shift > worst {
				worst, where = shift, fmt.Sprintf("%s, %s", path, name)
			}
		}
	}
	t.Logf("figure: layout shift at most %.4f (%s)", worst, where)
}

// TestHomeLeadsOn follows what the home page offers: a sector to the structures
// that it counts, a new sheet to that sheet.
func TestHomeLeadsOn(t *testing.T) {
	eachScreen(t, func(b *tab, _ bool, _ int64) {
		b.open("/")
		promised := b.text(".sector-link .sector-count")
		b.do(chromedp.Click(chromedp.CSS(".sector-link")))
		b.waitLocation("sector=")
		b.do(chromedp.WaitVisible(chromedp.CSS("#resultats h1")))
		if got := fmt.Sprint(b.found()); got != strings.Fields(promised)[0] {
			b.Errorf("the home page promised %q, the results are %s", promised, got)
		}
		b.open("/")
		name := b.text(".news-name a")
		b.do(chromedp.Click(chromedp.CSS(".news-name a")))
		b.waitHeading(name)
	})
}
