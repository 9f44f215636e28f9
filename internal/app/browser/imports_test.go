package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"sourcier/internal/structure"
)

// TestImportFromTheBrowser sends a file, reads what its trial says, imports it and finds
// it in the directory.
func TestImportFromTheBrowser(t *testing.T) {
	siren := 200041
	eachScreen(t, func(b *tab, javascript bool, _ int64) {
		o := newOffice(b.T)
		b.session(o.admin)
		siren++
		siret := realSIRET(b.T, siren)
		file := filepath.Join(b.TempDir(), "depot-"+o.tag+".csv")
		rows := "siret;nom;code_postal;commune\n" + siret + ";Atelier " + o.tag + " des Essais;94400;Vitry-sur-Seine\n12345678901234;Sans clé;94400;Vitry-sur-Seine\n"
		if err := os.WriteFile(file, []byte(rows), 0o600); err != nil {
			b.Fatal(err)
		}
		b.open("/administration/imports")
		b.well(javascript)
		b.press(`.btn-act[href$="/nouveau"]`, "/nouveau")
		b.well(javascript)
		b.do(chromedp.Click(chromedp.CSS(`main form .btn-act`)))
		b.do(chromedp.WaitVisible(chromedp.CSS(".error-summary")))
		b.well(javascript)
		b.forgive() // 422
		b.do(chromedp.SetUploadFiles(chromedp.CSS("#fichiers"), []string{file}), chromedp.Click(chromedp.CSS(`main form .btn-act`)))
		b.waitHeading("Import de depot-" + o.tag)
		b.ended("L’essai est terminé", javascript)
		b.well(javascript)
		if text := b.text("section[aria-labelledby=rapport-essai]"); !strings.Contains(text, "1 créée") || !strings.Contains(text, "SIRET refusé") {
			b.Errorf("the trial says %s", text)
		}
		if _, err := portal.Structures.Get(b.ctx, structure.NewID("siret:"+siret)); err == nil {
			b.Error("the trial wrote a sheet")
		}
		b.do(chromedp.Click(chromedp.CSS(`form[action$="/importer"] button`)))
		b.until(`document.querySelector("main") && !document.querySelector('form[action$="/importer"]')`)
		b.ended("L’import est terminé", javascript)
		b.well(javascript)
		if _, err := portal.Structures.Get(b.ctx, structure.NewID("siret:"+siret)); err != nil {
			b.Errorf("the import wrote no sheet: %v", err)
		}
		b.open("/administration/imports")
		b.well(javascript)
		if text := b.text(".desk-table tbody tr"); !strings.Contains(text, "importé") {
			b.Errorf("the list says %s", text)
		}
	})
}

// ended waits for the end of a run: by itself where there is a script, by asking for
// the page again where there is none.
func (b *tab) ended(notice string, javascript bool) {
	b.Helper()
	if javascript {
		b.until(fmt.Sprintf("document.querySelector('.notice')?.innerText.includes(%q)", notice))
		return
	}
	for range 400 {
		b.do(chromedp.WaitReady(chromedp.CSS("main")))
		if strings.Contains(b.text("main"), notice) {
			return
		}
		b.open(b.location())
	}
	b.Fatalf("never %q: %s", notice, b.text("main"))
}

// realSIRET is a number with right digits of control that nobody has.
func realSIRET(t *testing.T, n int) string {
	t.Helper()
	for control := range 100 {
		siret := fmt.Sprintf("00%07d%05d", n*10+control/10, 10+control%10)
		if structure.ValidSIRET(siret) {
			return siret
		}
	}
	t.Fatal("no SIRET")
	return ""
}
