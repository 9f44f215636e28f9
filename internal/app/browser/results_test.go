package browser

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// focused describes what has the focus: its id, else its classes.
func (b *tab) focused() string {
	b.Helper()
	return ask(b, chromedp.Evaluate[string](`document.activeElement.id || document.activeElement.className || document.activeElement.tagName`))
}

// tabTo presses Tab until what matches the selector has the focus.
func (b *tab) tabTo(selector string) {
	b.Helper()
	for range 250 {
		b.do(chromedp.KeyEvent(kb.Tab))
		if ask(b, chromedp.Evaluate[bool](fmt.Sprintf(`document.activeElement.matches(%q)`, selector))) {
			return
		}
	}
	b.Fatalf("250 stops do not reach %s\n%s", selector, b.snapshot())
}

// mustFocus fails unless the element of this id or class has the focus, in view.
func (b *tab) mustFocus(want string) {
	b.Helper()
	if got := b.focused(); !strings.Contains(got, want) {
		b.Errorf("the focus is on %q, want %q", got, want)
	}
	// The page may still be on its way there.
	const visible = `(() => { const r = document.activeElement.getBoundingClientRect();
		const on = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2);
		return on !== null && (on === document.activeElement || document.activeElement.contains(on) || on.contains(document.activeElement)); })()`
	for start := time.Now(); time.Since(start) < 3*time.Second; time.Sleep(20 * time.Millisecond) {
		if ask(b, chromedp.Evaluate[bool](visible)) {
			return
		}
	}
	b.Errorf("what has the focus (%s) is hidden\n%s", want, b.snapshot())
}

// TestFirstResultIsOnThePhonesFirstScreen: a hurried buyer sees an answer without
// scrolling, whatever the search already says.
func TestFirstResultIsOnThePhonesFirstScreen(t *testing.T) {
	for _, path := range []string{"/structures?q=nettoyage+vitry", "/structures?q=nettoyage&serves=94081&family=handicap&mode=PREST", "/structures?q=netoyage&serves=94081&family=handicap&mode=PREST&sort=name"} {
		b := newTab(t, narrow, true)
		b.do(chromedp.EmulateViewport(narrow, 844, chromedp.EmulateScale(1)))
		b.open(path)
		end := ask(b, chromedp.Evaluate[float64](`document.querySelector(".card-name").getBoundingClientRect().bottom`))
		if end > 600 { // a card of what follows is seen too
			b.Errorf("%s: the name of the first result ends at %.0f px\n%s", path, end, b.snapshot())
		}
	}
}

// TestCompare chooses structures, on two pages of results where a script keeps
// them, compares them, opens one and comes back.
func TestCompare(t *testing.T) {
	eachScreen(t, func(b *tab, javascript bool, _ int64) {
		b.open("/structures?q=nettoyage&serves=94081")
		first := b.text(".card-name")
		b.do(chromedp.Click(chromedp.CSS(".cards li:first-child .pick")))
		if javascript {
			b.do(chromedp.WaitVisible(chromedp.CSS(".compare-box")))
			b.do(chromedp.Click(chromedp.CSS(".pages [rel=next]")))
			b.waitLocation("page=2")
			b.waitSettled()
		}
		b.do(chromedp.Click(chromedp.CSS(".cards li:nth-child(2) .pick")))
		if javascript && b.text(".compare-box-text") != "2 structures choisies" {
			b.Errorf("the box says %q", b.text(".compare-box-text"))
		}
		b.mustNotScrollSideways()
		b.do(chromedp.Click(chromedp.CSS("#comparer [type=submit]")))
		b.waitLocation("/comparer?")
		b.waitHeading("Comparer 2 structures")
		if got := b.text(".compare-table thead"); !strings.Contains(got, first) {
			b.Errorf("%q is not compared: %q", first, got)
		}
		if page := b.text(".compare-table"); !strings.Contains(page, "Vitry-sur-Seine") || !strings.Contains(page, "✓") {
			b.Error("the comparison does not answer for the place asked for")
		}
		b.mustNotScrollSideways()
		if javascript {
			b.mustBeAccessible()
		}
		b.do(chromedp.Click(chromedp.CSS(".compare-name")))
		b.waitHeading(first)
		b.do(chromedp.NavigateBack())
		b.waitHeading("Comparer 2 structures")
		b.do(chromedp.Click(chromedp.CSS(".compare-remove")))
		b.waitHeading("Comparer 1 structure")
		b.do(chromedp.Click(chromedp.CSS(".trail li:nth-child(2) a")))
		b.waitLocation("/structures?")
		if javascript {
			if got := b.text(".compare-box-text"); !strings.Contains(got, "1 structure choisie") {
				b.Errorf("after one was taken out the box says %q", got)
			}
		}
	})
}

// TestCompareNoMoreThanFive refuses the sixth, says why, and takes it once there is room.
func TestCompareNoMoreThanFive(t *testing.T) {
	b := newTab(t, wide, true)
	b.open("/structures?q=nettoyage")
	pick := func(n int) {
		b.do(chromedp.Focus(chromedp.CSS(fmt.Sprintf(".cards li:nth-child(%d) .pick input", n))), chromedp.KeyEvent(" "))
	}
	for n := 1; n <= 6; n++ {
		pick(n)
		b.mustFocus("c-")
	}
	checked := func() int {
		return ask(b, chromedp.Evaluate[int](`document.querySelectorAll("[data-pick]:checked").length`))
	}
	if got, says := checked(), b.text(".compare-box-text"); got != 5 || !strings.Contains(says, "5 structures au plus") {
		b.Errorf("%d are ticked, the box says %q", got, says)
	}
	b.mustBeAccessible()
	b.do(chromedp.Click(chromedp.CSS(".compare-chip")))
	b.mustFocus("compare-chip")
	if got, says := checked(), b.text(".compare-box-text"); got != 4 || says != "4 structures choisies" {
		b.Errorf("after one was taken out %d are ticked, the box says %q", got, says)
	}
	pick(6)
	b.do(chromedp.Reload())
	b.do(chromedp.WaitVisible(chromedp.CSS(".compare-box")))
	if got := checked(); got != 5 {
		b.Errorf("after a reload %d are ticked", got)
	}
}

// TestFocusStays: a facet keeps the focus, a chip hands it to the next one, the
// last one and a page to the heading.
func TestFocusStays(t *testing.T) {
	b := newTab(t, wide, true)
	b.open("/structures?q=nettoyage&serves=94081&mode=PREST")
	b.do(chromedp.Focus(chromedp.CSS("#f-family-handicap")), chromedp.KeyEvent(" "))
	b.waitLocation("family=handicap")
	b.waitSettled()
	b.mustFocus("f-family-handicap")
	for _, left := range []string{"chip", "chip", "titre"} {
		b.do(chromedp.Focus(chromedp.CSS(".chips .chip")), chromedp.KeyEvent(kb.Enter))
		b.waitGone("aria-busy")
		b.waitSettled()
		b.mustFocus(left)
	}
	if at := b.location(); at != "/structures?q=nettoyage" {
		b.Errorf("without its filters the search is at %s", at)
	}
	if busy := ask(b, chromedp.Evaluate[bool](`document.getElementById("resultats").hasAttribute("aria-busy")`)); busy {
		b.Error("the list is still said to be busy")
	}
	b.do(chromedp.Focus(chromedp.CSS(".pages [rel=next]")), chromedp.KeyEvent(kb.Enter))
	b.waitLocation("page=2")
	b.waitSettled()
	b.mustFocus("titre")
	if got := b.text("#annonce"); !strings.Contains(got, "page 2") {
		b.Errorf("the second page is announced as %q", got)
	}
}

// waitGone waits until nothing of the page has the attribute.
func (b *tab) waitGone(attribute string) {
	b.Helper()
	b.do(chromedp.WaitNotPresent(chromedp.CSS("[" + attribute + "]")))
}

// TestEscapeCloses closes what covers the page, and gives the focus back.
func TestEscapeCloses(t *testing.T) {
	b := newTab(t, narrow, true)
	b.open("/structures?q=nettoyage+vitry")
	b.do(chromedp.Click(chromedp.CSS(".filters-open")), chromedp.WaitVisible(chromedp.CSS(".filters-close")), chromedp.KeyEvent(kb.Escape))
	b.do(chromedp.WaitNotVisible(chromedp.CSS("#filtres")))
	b.mustFocus("filters-open")
	b.do(chromedp.Click(chromedp.CSS(".search-summary")), chromedp.WaitVisible(chromedp.CSS("#q")), chromedp.KeyEvent(kb.Escape))
	b.do(chromedp.WaitVisible(chromedp.CSS(".search-summary")))
	b.mustFocus("search-summary")
}

// TestKeyboardAlone searches, refines, sorts, compares, reads a sheet and comes
// back without a pointer.
func TestKeyboardAlone(t *testing.T) {
	b := newTab(t, wide, true)
	b.open("/structures")
	b.tabTo("#q")
	b.do(chromedp.KeyEvent("nettoyage vitry"), chromedp.KeyEvent(kb.Enter))
	b.waitLocation("q=nettoyage")
	b.waitSettled()
	b.tabTo("#f-family-insertion")
	b.do(chromedp.KeyEvent(" "))
	b.waitLocation("family=insertion")
	b.waitSettled()
	b.tabTo("#tri")
	b.do(chromedp.KeyEvent("n"))
	b.waitLocation("sort=")
	b.waitSettled()
	b.mustFocus("tri")
	for range 2 {
		b.tabTo("[data-pick]")
		b.do(chromedp.KeyEvent(" "))
	}
	b.tabTo("#comparer [type=submit]")
	b.do(chromedp.KeyEvent(kb.Enter))
	b.waitHeading("Comparer 2 structures")
	b.tabTo(".compare-name")
	b.do(chromedp.KeyEvent(kb.Enter))
	b.waitLocation("/structures/")
	b.do(chromedp.WaitVisible(chromedp.CSS(".sheet")))
	b.tabTo(".trail li:nth-child(2) a")
	b.do(chromedp.KeyEvent(kb.Enter))
	b.waitLocation("family=insertion")
	if at := b.location(); !strings.Contains(at, "sort=name") || !strings.Contains(at, "serves=94081") {
		b.Errorf("the way back forgets a part of the search: %s", at)
	}
}

// TestShare copies the address of the whole search, and says so; a browser that
// has no clipboard shows no button.
func TestShare(t *testing.T) {
	b := newTab(t, wide, true)
	b.open("/structures?q=nettoyage&serves=94081")
	b.choose("f-family-handicap", true, wide)
	ask(b, chromedp.Evaluate[bool](`navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }; true`))
	b.do(chromedp.Click(chromedp.CSS("[data-share]")))
	b.do(chromedp.WaitVisible(chromedp.CSS(".share-said:not(:empty)")))
	if got := b.text(".share-said"); got != "Adresse copiée" {
		b.Errorf("the copy is told as %q", got)
	}
	if copied := ask(b, chromedp.Evaluate[string](`window.copied`)); copied != base+"/structures?family=handicap&q=nettoyage&serves=94081" && copied != base+b.location() {
		b.Errorf("copied %q", copied)
	}
	b.mustBeAccessible()

	plain := newTab(t, wide, false)
	plain.open("/structures?q=nettoyage&serves=94081")
	plain.do(chromedp.WaitNotVisible(chromedp.CSS(".share")))
}

// TestNoAnswer: the network fails, the page says what is still shown, keeps the
// choice and sends it again.
func TestNoAnswer(t *testing.T) {
	b := newTab(t, wide, true)
	b.open("/structures?q=nettoyage&serves=94081")
	before := b.found()
	b.cut(true)
	b.do(chromedp.Click(chromedp.CSS("#f-family-handicap")), chromedp.WaitVisible(chromedp.CSS("#panne")))
	if got := b.text("#panne"); !strings.Contains(got, "La liste est celle d’avant") || b.found() != before {
		b.Errorf("told as %q, with %d structures", got, b.found())
	}
	b.mustBeAccessible()
	b.forgive() // the browser tells of the failed request
	b.cut(false)
	b.do(chromedp.Click(chromedp.CSS("#panne button")))
	b.waitLocation("family=handicap")
	b.do(chromedp.WaitNotPresent(chromedp.CSS("#panne")))
	b.forgive()
}

// cut takes the network away, or gives it back.
func (b *tab) cut(off bool) {
	b.Helper()
	conditions := []*network.Conditions{{Offline: off, DownloadThroughput: -1, UploadThroughput: -1}}
	if _, err := chromedp.Call(b.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: conditions}); err != nil {
		b.Fatal(err)
	}
}

// TestPrint: paper says the search in words, and has no control on it.
func TestPrint(t *testing.T) {
	b := newTab(t, wide, true)
	shows := func(selector string) bool {
		return ask(b, chromedp.Evaluate[bool](fmt.Sprintf(`[...document.querySelectorAll(%q)].some((e) => e.checkVisibility())`, selector)))
	}
	print := func(path string) {
		b.do(chromedp.EmulateViewport(794, 1123, chromedp.EmulateScale(1))) // A4 at 96 dpi
		if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}); err != nil {
			b.Fatal(err)
		}
		b.open(path)
		b.mustNotScrollSideways()
		for _, control := range []string{"main form", ".band", ".filters", ".pick", ".share", "main button", "main select", ".compare-remove", ".site-nav"} {
			if shows(control) {
				b.Errorf("%s: %s is printed\n%s", path, control, b.snapshot())
			}
		}
	}
	print("/structures?q=nettoyage&serves=94081&family=handicap")
	for _, want := range []string{"Filtres : Intervient à Vitry-sur-Seine · Handicap", "Annuaire consulté le ", "/structures?family=handicap&q=nettoyage&serves=94081"} {
		if text := plainSpaces(b.text("main")); !strings.Contains(text, want) {
			b.Errorf("%q is not printed: %.300s", want, text)
		}
	}
	ids := ask(b, chromedp.Evaluate[string](`[...document.querySelectorAll("[data-pick]")].slice(0, 5).map((p) => "id=" + p.value).join("&")`))
	print("/comparer?" + ids)
	if text := plainSpaces(b.text("main")); !strings.Contains(text, "Comparaison du ") || !strings.Contains(text, "/comparer?id=") {
		b.Errorf("the comparison does not say its day and address: %.300s", text)
	}
}

// plainSpaces makes every space one that a test can write.
func plainSpaces(s string) string { return strings.Join(strings.Fields(s), " ") }

// TestComparisonScrollsAloneOnAPhone: five columns are wider than a phone; the
// table slides, the page does not, hidden words of its cells included.
func TestComparisonScrollsAloneOnAPhone(t *testing.T) {
	b := newTab(t, narrow, true)
	b.open("/structures?q=nettoyage&serves=94081")
	ids := ask(b, chromedp.Evaluate[string](`[...document.querySelectorAll(".pick input")].slice(0, 5).map((e) => "id=" + e.value).join("&")`))
	b.open("/comparer?" + ids)
	b.waitHeading("Comparer 5 structures")
	b.mustNotScrollSideways()
}

// TestResultsHeadIsTwoLines: beside the filters, the first card comes right under
// the heading and one line of tools, with the map's column and without it.
func TestResultsHeadIsTwoLines(t *testing.T) {
	for _, width := range []int64{1000, wide, 1600} {
		b := newTab(t, width, true)
		for _, path := range []string{"/structures", "/structures?q=nettoyage", "/structures?q=Verquadel"} {
			b.open(path)
			b.until(`!document.querySelector(".share").hidden`)
			const height = `document.querySelector(".cards").getBoundingClientRect().top - document.querySelector("#titre").getBoundingClientRect().bottom`
			if got := ask(b, chromedp.Evaluate[float64](height)); got > 64 {
				b.Errorf("%s, %d px wide: %.0f px between the heading and the first card\n%s", path, width, got, b.snapshot())
			}
		}
	}
}
