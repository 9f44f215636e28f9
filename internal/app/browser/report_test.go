package browser

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// firstSheet opens the first sheet of a search.
func (b *tab) firstSheet(search string) {
	b.Helper()
	b.open(search)
	b.open(ask(b, chromedp.AttributeValue(chromedp.CSS(".card-name a"), "href")).Value)
}

// TestReportAnError goes from a sheet to the confirmation, over an error that keeps
// what was typed.
func TestReportAnError(t *testing.T) {
	eachScreen(t, func(b *tab, javascript bool, _ int64) {
		b.firstSheet("/structures?kind=ESAT&q=traiteur")
		name := b.text("main h1")
		b.do(chromedp.Click(chromedp.CSS(".sheet-sources a.btn")))
		b.waitLocation("/signaler")
		b.waitHeading("Signaler une erreur")
		b.mustNotScrollSideways()

		const said = "Le téléphone n’est plus le bon."
		b.do(chromedp.SendKeys(chromedp.CSS("#texte"), said), chromedp.SendKeys(chromedp.CSS("#courriel"), "nom@"+kb.Enter))
		b.do(chromedp.WaitVisible(chromedp.CSS(".error-summary")))
		b.forgive() // the browser logs the 422
		if got := ask(b, chromedp.Value(chromedp.CSS("#texte"))); got != said {
			b.Errorf("what was typed is now %q", got)
		}
		b.mustNotScrollSideways()
		if javascript { // axe is a script
			b.mustBeAccessible()
		}
		b.do(chromedp.Click(chromedp.CSS(`.error-summary a[href="#courriel"]`)))
		if got := ask(b, chromedp.Value(chromedp.CSS("#courriel"))); got != "nom@" {
			b.Errorf("the address is now %q", got)
		}
		// By keyboard: the page still glides to where the link led.
		b.do(chromedp.SendKeys(chromedp.CSS("#motif-wrong"), " "), chromedp.SendKeys(chromedp.CSS("#courriel"), kb.End+"exemple.fr"+kb.Enter))
		b.waitLocation("/signaler/")
		b.waitHeading("Signalement reçu")
		if text := b.text("main"); !strings.Contains(text, name) || strings.Contains(text, said) {
			b.Errorf("the confirmation says %q", text)
		}
		b.mustNotScrollSideways()
		if javascript {
			b.mustBeAccessible()
		}
	})
}

// TestRealSheetInTheBrowser: what search engines read of a structure is data, which
// the policy of the portal lets be, whatever its name; its zone is a drawing.
func TestRealSheetInTheBrowser(t *testing.T) {
	at := time.Now()
	v := structure.Structure{
		ID: structure.NewID("siret:00000009700011"), SIRET: "00000009700011", Name: "Net </script><script>document.title='x'</script>", Size: structure.TPE,
		Activities: []structure.Activity{{Sectors: []string{"traiteur"}, Zone: structure.Zone{Territories: []string{"94081", "94022"}}}, {Sectors: []string{"peinture"}, Zone: structure.Zone{RadiusKM: 8}}},
		Address:    structure.Address{Street: "3 rue des Lilas", PostalCode: "94400", City: "Vitry-sur-Seine", Commune: "94081", Point: structure.Point{Lat: 48.7875, Lon: 2.3923, Precision: structure.PrecisionExact}},
		CreatedAt:  at, UpdatedAt: at,
	}
	d, err := portal.Structures.Insert(t.Context(), v, store.Change{Actor: "test", At: at})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := portal.Structures.Delete(context.Background(), d); err != nil {
			t.Error(err)
		}
	})
	for name, width := range widths {
		t.Run(name, func(t *testing.T) {
			b := newTab(t, width, true)
			b.open("/structures/" + v.ID)
			b.waitHeading(v.Name)
			if got := ask(b, chromedp.Evaluate[string](`JSON.parse(document.querySelector('script[type="application/ld+json"]').textContent).name`)); got != v.Name {
				b.Errorf("search engines read %q", got)
			}
			if n := ask(b, chromedp.Evaluate[int](`document.querySelectorAll(".activity-map[open] .drawing-in").length`)); n != 2 {
				b.Errorf("%d communes are lit, want 2", n)
			}
			b.do(chromedp.Click(chromedp.CSS(".activity-map:not([open]) summary")), chromedp.WaitVisible(chromedp.CSS(".drawing-circle")))
			b.mustBeAccessible()
			b.mustNotScrollSideways()
		})
	}
}
