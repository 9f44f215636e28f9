package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const (
	// mapReady: the map has told what it shows of the results on the page.
	mapReady = `document.querySelector("#carte .map-status")?.textContent.length > 0 && document.querySelectorAll("#carte .leaflet-marker-icon").length > 0`
	// onMap adds up what the marks of the map say.
	onMap = `[...document.querySelectorAll(".map-group span")].reduce((sum, e) => sum + Number(e.textContent.replace(/\D/g, "")), 0) + document.querySelectorAll(".map-one").length`
	// shown is the same in words, and nothing is left out.
	everything = `/^[^a-z]+structures? sur la carte$/.test(document.querySelector(".map-status").textContent)`
)

// mustMapAll fails unless the map shows as many structures as the list announces.
func (b *tab) mustMapAll() {
	b.Helper()
	b.until(mapReady)
	if !ask(b, chromedp.Evaluate[bool](`document.querySelector(".map-all").hidden`)) {
		b.do(chromedp.Click(chromedp.CSS(".map-all")))
	}
	b.until(everything)
	if got, want := ask(b, chromedp.Evaluate[int](onMap)), b.found(); got != want || want == 0 {
		b.Errorf("%d structures on the map, %d in the list\n%s", got, want, b.snapshot())
	}
}

// TestMapFollowsTheResults: the map beside the list shows all that is found, and
// what a facet leaves of it, without another page.
func TestMapFollowsTheResults(t *testing.T) {
	b := newTab(t, wide, true)
	b.open("/structures?q=nettoyage")
	b.mustMapAll()
	b.mustBeAccessible()
	b.mustNotScrollSideways()
	all := b.found()
	b.do(chromedp.Evaluate[chromedp.Void](`window.same = true`))
	b.choose("f-family-handicap", true, wide)
	b.mustMapAll()
	if got := b.found(); got >= all {
		b.Errorf("the facet leaves %d of %d", got, all)
	}
	if !ask(b, chromedp.Evaluate[bool](`window.same === true`)) {
		b.Error("the page was loaded again")
	}
	if n := ask(b, chromedp.Evaluate[int](`document.querySelectorAll(".map-box").length`)); n != 1 {
		b.Errorf("%d maps", n)
	}
}

// TestMapByKeyboard reaches a structure on the map and its sheet without a pointer.
func TestMapByKeyboard(t *testing.T) {
	b := newTab(t, wide, true)
	b.open("/structures?family=handicap&serves=94081")
	b.until(mapReady)
	b.do(chromedp.Focus(chromedp.CSS(".map-box")))
	const onMark = `document.activeElement.matches(".map-one")`
	for range 80 {
		b.do(chromedp.KeyEvent(kb.Tab))
		if ask(b, chromedp.Evaluate[bool](onMark)) {
			break
		}
	}
	name := ask(b, chromedp.Evaluate[string](`document.activeElement.getAttribute("aria-label") ?? ""`))
	if !ask(b, chromedp.Evaluate[bool](onMark)) || !strings.HasSuffix(name, ", handicap") {
		b.Fatalf("the keyboard stops at %q\n%s", name, b.snapshot())
	}
	b.do(chromedp.KeyEvent(kb.Enter))
	b.until(`document.activeElement.matches(".map-list a")`)
	b.until(`getComputedStyle(document.querySelector(".leaflet-popup")).opacity === "1"`)
	b.mustBeAccessible()
	b.do(chromedp.KeyEvent(kb.Escape))
	b.until(onMark)
	b.do(chromedp.KeyEvent(kb.Enter))
	b.until(`document.activeElement.matches(".map-list a")`)
	b.do(chromedp.KeyEvent(kb.Enter))
	b.waitLocation("/structures/")
	b.waitHeading(strings.TrimSuffix(name, ", handicap"))
}

// TestMapLooksCloserAtAGroup: a press on a group shows what is in it.
func TestMapLooksCloserAtAGroup(t *testing.T) {
	b := newTab(t, wide, true)
	b.open("/structures")
	b.until(mapReady)
	before := ask(b, chromedp.Evaluate[string](`document.querySelector(".map-status").textContent`))
	b.do(chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll(".map-group")].sort((a, b) => b.textContent - a.textContent)[0].click()`))
	b.until(`document.querySelector(".map-status").textContent !== ` + "`" + before + "`")
	if status := b.text(".map-status"); !strings.Contains(status, "en dehors") {
		b.Errorf("the map says %q", status)
	}
	b.mustMapAll()
}

// TestMapOnAPhone: nothing of the map is loaded until « Carte » is opened; it covers the
// page, and Escape leads back.
func TestMapOnAPhone(t *testing.T) {
	b := newTab(t, narrow, true)
	b.open("/structures?q=nettoyage+vitry")
	const library = `document.querySelector("link[href*=leaflet]") !== null`
	b.until(`document.readyState === "complete"`)
	ask(b, chromedp.Evaluate[bool](`new Promise((done) => requestIdleCallback(() => setTimeout(() => done(true), 50)))`, chromedp.EvalAwaitPromise))
	if ask(b, chromedp.Evaluate[bool](library)) {
		b.Error("the map is loaded though nobody looks at it")
	}
	b.do(chromedp.Click(chromedp.CSS(".map-open")), chromedp.WaitVisible(chromedp.CSS(".map-close")))
	b.until(mapReady)
	b.mustBeAccessible()
	b.mustNotScrollSideways()
	if !ask(b, chromedp.Evaluate[bool](library+` && document.querySelector(".found").inert && document.activeElement.matches(".map-close")`)) {
		b.Error("the panel does not take the page over")
	}
	b.do(chromedp.KeyEvent(kb.Escape), chromedp.WaitNotVisible(chromedp.CSS("#carte")))
	if !ask(b, chromedp.Evaluate[bool](`document.activeElement.matches(".map-open") && !document.querySelector(".found").inert`)) {
		b.Error("Escape does not lead back to the button")
	}
	if at := b.location(); !strings.HasPrefix(at, "/structures?") {
		b.Errorf("the address is %s", at)
	}
}

// TestMapAfterAFailure: a map that could not be loaded is tried again when its panel
// is opened again, its library included.
func TestMapAfterAFailure(t *testing.T) {
	b := newTab(t, narrow, true)
	b.open("/structures?q=nettoyage+vitry")
	b.until(`document.readyState === "complete"`)
	b.cut(true)
	b.do(chromedp.Click(chromedp.CSS(".map-open")))
	b.until(`document.querySelector(".map-status").textContent.includes("n’a pas pu")`)
	b.cut(false)
	b.do(chromedp.KeyEvent(kb.Escape), chromedp.WaitNotVisible(chromedp.CSS("#carte")), chromedp.Click(chromedp.CSS(".map-open")))
	b.until(mapReady)
	b.forgive() // the browser tells of the failed requests
}

// TestMapWithoutAScript: « Carte » leads to a page that says the same.
func TestMapWithoutAScript(t *testing.T) {
	b := newTab(t, narrow, false)
	b.open("/structures?q=nettoyage+vitry")
	heading := b.text("#resultats h1")
	b.do(chromedp.Click(chromedp.CSS(".map-open")))
	b.waitLocation("/carte?")
	b.waitHeading(heading)
	b.do(chromedp.WaitVisible(chromedp.CSS(".drawing-map")))
	b.mustNotScrollSideways()
	count := strings.Fields(b.text("tbody td.plan-count"))[0]
	b.do(chromedp.Click(chromedp.CSS("tbody a")))
	b.waitLocation("territory=")
	if got := b.text("#resultats h1"); !strings.HasPrefix(got, count+" ") {
		b.Errorf("the commune has %s structures, its list says %q", count, got)
	}
}
