package browser

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// eachWidth runs a journey with JavaScript on both screens.
func eachWidth(t *testing.T, journey func(b *tab, width int64)) {
	t.Helper()
	for name, width := range widths {
		t.Run(name, func(t *testing.T) { journey(newTab(t, width, true), width) })
	}
}

// until waits for a condition of the page.
func (b *tab) until(condition string) {
	b.Helper()
	for start := time.Now(); time.Since(start) < 10*time.Second; time.Sleep(20 * time.Millisecond) {
		if holds, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("Boolean("+condition+")")); err == nil && holds {
			return
		}
	}
	b.Fatalf("never: %s\n%s", condition, b.snapshot())
}

// js gives a text that the page computes.
func (b *tab) js(expression string) string {
	b.Helper()
	return ask(b, chromedp.Evaluate[string]("String("+expression+")"))
}

// typeFor types in the search and waits for the suggestion, in a list that has
// settled: on a slow machine the first letters have their own.
func (b *tab) typeFor(text, suggestion string) {
	b.Helper()
	b.do(chromedp.SendKeys(chromedp.CSS("#q"), text))
	b.until(fmt.Sprintf(`!document.querySelector(".suggestions").hidden && document.querySelector("#q-suggestions").textContent.includes(%q)`, suggestion))
	for was := ""; was != b.js(`document.querySelector("#q-suggestions").textContent`); b.do(chromedp.Sleep(300 * time.Millisecond)) {
		was = b.js(`document.querySelector("#q-suggestions").textContent`)
	}
}

// reach presses the arrow until the option that holds the text is active.
func (b *tab) reach(arrow, text string) {
	b.Helper()
	for range 30 {
		b.do(chromedp.KeyEvent(arrow))
		if active := b.js(`document.getElementById(document.activeElement.getAttribute("aria-activedescendant"))?.textContent`); strings.Contains(active, text) {
			return
		}
	}
	b.Fatalf("the arrow does not reach %q\n%s", text, b.snapshot())
}

const expanded = `document.querySelector("#q").getAttribute("aria-expanded") === `

// TestSuggestionsByKeyboard is the combobox of the ARIA Authoring Practices,
// key by key, then a search without a pointer.
func TestSuggestionsByKeyboard(t *testing.T) {
	eachWidth(t, func(b *tab, _ int64) {
		b.open("/")
		below := b.js(`document.querySelector(".home-section").getBoundingClientRect().top`)
		b.typeFor("vitr", "Vitry-sur-Seine")
		b.until(expanded + `"true"`)
		if after := b.js(`document.querySelector(".home-section").getBoundingClientRect().top`); after != below {
			b.Errorf("the page moves from %s to %s when the list opens", below, after)
		}
		count := b.js(`document.querySelectorAll("[role=option]").length`)
		b.until(`document.querySelector("#annonce").textContent === "` + count + ` suggestions"`)
		b.mustBeAccessible()
		b.mustNotScrollSideways()

		b.do(chromedp.KeyEvent(kb.ArrowDown))
		if first := b.js(`document.querySelector("#q").getAttribute("aria-activedescendant")`); first != "q-suggestions-0" {
			b.Errorf("the first arrow reaches %q", first)
		}
		b.mustBeAccessible()
		b.do(chromedp.KeyEvent(kb.ArrowUp))
		if first := b.js(`document.querySelector("#q").getAttribute("aria-activedescendant")`); first != "null" {
			b.Errorf("above the first is %q, want the field itself", first)
		}
		b.do(chromedp.KeyEvent(kb.Escape))
		b.until(expanded + `"false"`)
		if text := b.js(`document.querySelector("#q").value`); text != "vitr" {
			b.Errorf("Escape leaves %q", text)
		}
		b.do(chromedp.KeyEvent(kb.ArrowDown))
		b.until(expanded + `"true"`)
		b.reach(kb.ArrowDown, "Vitry-sur-Seine")
		b.do(chromedp.KeyEvent(kb.Enter))
		b.waitLocation("serves=94081")
		b.do(chromedp.WaitReady(chromedp.CSS("#resultats h1")))
		if where := b.js(`document.querySelector("#ou").value + "|" + document.querySelector("#q").value`); where != "Vitry-sur-Seine|" {
			b.Errorf("where|what are %q", where)
		}
	})
}

// TestEnterSearchesWhatWasTyped: a suggestion that nobody reached is not chosen.
func TestEnterSearchesWhatWasTyped(t *testing.T) {
	b := newTab(t, wide, true)
	b.open("/")
	b.typeFor("nettoy", "Nettoyage de vitres")
	b.do(chromedp.KeyEvent(kb.Enter))
	b.waitLocation("/structures?q=nettoy")
}

// TestSuggestionsByPointer chooses one of each kind, on the page of results,
// which is swapped in place.
func TestSuggestionsByPointer(t *testing.T) {
	eachWidth(t, func(b *tab, width int64) {
		b.open("/structures?family=handicap")
		pick := func(text, suggestion string) {
			b.Helper()
			b.until(`!document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")`)
			if width == narrow && b.js(`getComputedStyle(document.querySelector(".search-box")).display`) == "none" {
				b.do(chromedp.Click(chromedp.CSS(".search-summary")))
			}
			b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#q").select()`))
			b.typeFor(text, suggestion)
			if width == narrow {
				b.mustBeTouchable(".suggestion")
			}
			id := b.js(fmt.Sprintf(`[...document.querySelectorAll("[role=option]")].find(o => o.textContent.includes(%q)).id`, suggestion))
			b.do(chromedp.Click(chromedp.CSS("#" + id)))
		}
		pick("menag", "Nettoyage de locaux et de bureaux")
		b.waitLocation("sector=nettoyage-locaux")
		b.until(`document.querySelector("#q").value === ""`)
		if got := b.location(); !strings.Contains(got, "family=handicap") {
			b.Errorf("the other filter is gone: %s", got)
		}
		pick("espaces verts et", "Espaces verts et nature")
		b.waitLocation("sector=espaces-verts")
		if got := b.location(); strings.Contains(got, "nettoyage-locaux") {
			b.Errorf("one need was asked for, then another: %s", got)
		}
		pick("tonte à vitr", "Vitry-sur-Seine")
		b.waitLocation("serves=94081")
		b.until(`document.querySelector("#q").value === "tonte" && document.querySelector("#ou").value === "Vitry-sur-Seine"`)
		pick("909113", "90911300")
		b.waitLocation("q=90911300")
		b.until(`document.querySelector(".chips").textContent.includes("Nettoyage de vitres")`)
		name := b.text(".card-name")
		pick(name[:len(name)-1], name)
		b.waitLocation("/structures/")
		b.waitHeading(name)
	})
}

// mustBeTouchable fails when one of the elements is lower than a finger needs.
func (b *tab) mustBeTouchable(selector string) {
	b.Helper()
	low := ask(b, chromedp.Evaluate[float64](`Math.min(...[...document.querySelectorAll("`+selector+`")].map(e => e.getBoundingClientRect().height))`))
	if low < 44 {
		b.Errorf("%s is %.0f px high", selector, low)
	}
}

// TestMendedSuggestionsSaySo shows which text the suggestions answer.
func TestMendedSuggestionsSaySo(t *testing.T) {
	b := newTab(t, wide, true)
	b.open("/")
	b.typeFor("netoyage", "Nettoyage de vitres")
	if note := b.text(".suggestions-note"); note != "Suggestions pour « nettoyage »" {
		b.Errorf("the note is %q", note)
	}
	b.mustBeAccessible()
}

// TestSuggestionsFailInSilence: offline, the field is a plain field.
func TestSuggestionsFailInSilence(t *testing.T) {
	b := newTab(t, wide, true)
	b.open("/")
	b.do(chromedp.Evaluate[chromedp.Void](`window.asked = 0; window.fetch = () => { window.asked++; return Promise.reject(new TypeError("offline")); }; 0`))
	b.do(chromedp.SendKeys(chromedp.CSS("#q"), "tonte"))
	b.until(`window.asked > 0`)
	b.do(chromedp.Sleep(100 * time.Millisecond))
	if open := b.js(`document.querySelector("#q").getAttribute("aria-expanded")`); open != "false" {
		b.Errorf("aria-expanded is %s without an answer", open)
	}
	b.do(chromedp.KeyEvent(kb.Enter))
	b.waitLocation("q=tonte")
}

// TestLateAnswersAreDropped: the answer to an older text never replaces that to
// the text typed since.
func TestLateAnswersAreDropped(t *testing.T) {
	b := newTab(t, wide, true)
	b.open("/")
	b.do(chromedp.Evaluate[chromedp.Void](`{
		const real = window.fetch;
		window.fetch = async (url, options) => {
			if (url.endsWith("q=tonte")) await new Promise((done) => setTimeout(done, 800));
			return real(url, {...options, signal: undefined});
		};
	} 0`))
	b.do(chromedp.SendKeys(chromedp.CSS("#q"), "tonte"), chromedp.Sleep(200*time.Millisecond), chromedp.KeyEvent(kb.Backspace), chromedp.KeyEvent(kb.Backspace), chromedp.KeyEvent(kb.Backspace))
	b.do(chromedp.KeyEvent("iture"))
	b.until(`document.querySelector("#q-suggestions").textContent.includes("toiture végétalisée")`)
	shown := b.js(`document.querySelector("#q-suggestions").textContent`)
	b.do(chromedp.Sleep(time.Second))
	if later := b.js(`document.querySelector("#q-suggestions").textContent`); later != shown {
		b.Errorf("a late answer replaced %q by %q", shown, later)
	}
}

// TestSearchWithoutAScriptIsAPlainField: no dead control is announced.
func TestSearchWithoutAScriptIsAPlainField(t *testing.T) {
	b := newTab(t, wide, false)
	b.open("/")
	role := ask(b, chromedp.AttributeValue(chromedp.CSS("#q"), "role"))
	if role.Value != "" {
		b.Errorf("role %q", role.Value)
	}
}
