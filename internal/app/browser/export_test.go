package browser

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

// downloadTo lets the tab save files.
func (b *tab) downloadTo(dir string) {
	b.Helper()
	params := browser.SetDownloadBehaviorParams{Behavior: "allow", DownloadPath: dir} // of the whole browser: each tab has its own
	if _, err := chromedp.Call(b.ctx, browser.SetDownloadBehavior, params); err != nil {
		b.Fatal(err)
	}
}

// waitFile waits for a file that is whole, and gives its name.
func (b *tab) waitFile(dir, pattern string) string {
	b.Helper()
	for start := time.Now(); time.Since(start) < 20*time.Second; time.Sleep(20 * time.Millisecond) {
		found, _ := filepath.Glob(filepath.Join(dir, pattern))
		parts, _ := filepath.Glob(filepath.Join(dir, "*.crdownload")) // the name is taken before the file is there
		if len(found) != 1 || len(parts) > 0 {
			continue
		}
		if info, err := os.Stat(found[0]); err == nil && info.Size() > 0 {
			return found[0]
		}
	}
	b.Fatalf("no %s in %s\n%s", pattern, dir, b.snapshot())
	return ""
}

// TestExport goes from a search to a file with the columns chosen.
func TestExport(t *testing.T) {
	eachScreen(t, func(b *tab, javascript bool, _ int64) {
		dir := b.TempDir()
		b.downloadTo(dir)
		b.open("/structures?family=handicap&sort=name")
		found := b.found()
		b.do(chromedp.Click(chromedp.CSS(".found-export a")))
		b.waitLocation("/exporter")
		b.waitHeading("Exporter")
		b.mustNotScrollSideways()
		if javascript { // axe is one
			b.mustBeAccessible()
		}
		b.do(chromedp.Click(chromedp.CSS("#colonne-siren")), chromedp.Click(chromedp.CSS("#colonne-enseigne")))
		b.do(chromedp.Click(chromedp.CSS(`button[formaction="/structures.csv"]`)))
		file, err := os.Open(b.waitFile(dir, "structures-*.csv"))
		if err != nil {
			b.Fatal(err)
		}
		defer func() { _ = file.Close() }()
		r := csv.NewReader(file)
		r.Comma = ';'
		rows, err := r.ReadAll()
		if err != nil || len(rows) != 1+found {
			b.Fatalf("%d rows for %d structures, %v", len(rows), found, err)
		}
		if heads := strings.Join(rows[0], ";"); !strings.HasPrefix(heads, "\uFEFFNom;SIRET;SIREN;Famille;") {
			b.Errorf("heads %q", heads)
		}
		b.do(chromedp.Click(chromedp.CSS(`button[formaction="/structures.xlsx"]`)))
		b.waitFile(dir, "structures-*.xlsx")
	})
}
