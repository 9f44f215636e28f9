package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestFromATerritoryToWhatIsMissing goes from the home page to a commune, reads
// what nobody sells there, and ends among those who sell it nearest.
func TestFromATerritoryToWhatIsMissing(t *testing.T) {
	eachScreen(t, func(b *tab, _ bool, _ int64) {
		b.open("/")
		b.do(chromedp.Click(chromedp.CSS(`.site-nav a[href="/territoires"]`)))
		b.waitHeading("Territoires")
		b.do(chromedp.Click(chromedp.CSS(`tbody a[href="/territoires/94054"]`)))
		b.waitHeading("Orly")
		b.mustNotScrollSideways()
		sector, nearest := b.text(".gap-sector"), b.text(".gap-nearest")
		if !strings.Contains(nearest, "structure") || !strings.Contains(nearest, "à environ") {
			b.Fatalf("nobody is said to be nearest: %q", nearest)
		}
		b.do(chromedp.Click(chromedp.CSS(".gaps a.gap-nearest")))
		b.waitLocation("/structures?sector=")
		b.do(chromedp.WaitVisible(chromedp.CSS("#resultats h1")))
		if n := b.found(); !strings.HasPrefix(nearest, b.text("#resultats h1")[:1]) || n == 0 {
			b.Errorf("%q led to %d structures", nearest, n)
		}
		if chips := b.text(".chips"); !strings.Contains(chips, sector) {
			b.Errorf("the search is %q, not for %q", chips, sector)
		}
	})
}

// TestAnotherTerritory asks the form for one, and opens a group by keyboard.
func TestAnotherTerritory(t *testing.T) {
	eachScreen(t, func(b *tab, _ bool, _ int64) {
		b.open("/territoires")
		b.do(chromedp.SendKeys(chromedp.CSS("#territoire"), "choisy"+kb.Enter))
		b.waitLocation("/territoires/94022")
		b.waitHeading("Choisy-le-Roi")
		b.do(chromedp.Focus(chromedp.CSS(".group summary")), chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(chromedp.CSS(".group[open] .counts a")))
		b.do(chromedp.Focus(chromedp.CSS(".group[open] .counts a")), chromedp.KeyEvent(kb.Enter))
		b.waitLocation("serves=94022")
	})
}

// placesAndTexts are one address of each kind of page, some to a tab: axe-core
// takes its time, and a tab has only so much.
var placesAndTexts = map[string][]string{
	"territories": {"/territoires", "/territoires?ou=zzzz", "/territoires/94054", "/territoires/dep:94", "/territoires/48095"},
	"sectors":     {"/secteurs", "/secteurs/proprete", "/secteurs/traiteur", "/sources", "/plan-du-site"},
	"texts":       {"/aide", "/aide/acheteurs", "/aide/programme", "/aide/evenements", "/aide/structures", "/accessibilite", "/donnees-personnelles", "/mentions-legales"},
}

// TestPlacesAndTextsAreAccessible runs axe-core on each at both widths.
func TestPlacesAndTextsAreAccessible(t *testing.T) {
	for screen, width := range widths {
		for name, paths := range placesAndTexts {
			t.Run(screen+", "+name, func(t *testing.T) {
				b := newTab(t, width, true)
				for _, path := range paths {
					b.open(path)
					b.mustBeAccessible()
					b.mustNotScrollSideways()
				}
			})
		}
	}
}
