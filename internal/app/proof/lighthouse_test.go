package proof

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestLighthouse runs Lighthouse on a home page, an indexable page of results and
// a sheet of a portal in production. Its data is imported: sheets of the
// demonstration are not for search engines. Times depend on the machine, so that
// it is run by scripts/prove lighthouse alone.
func TestLighthouse(t *testing.T) {
	if os.Getenv("SOURCIER_LIGHTHOUSE") == "" {
		t.Skip("needs SOURCIER_LIGHTHOUSE; scripts/prove lighthouse gives it")
	}
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(t.TempDir(), "data")
	mustRun(t, data, "import", demoFile(t, 400))
	root := "http://" + serveBinary(t, data, "SOURCIER_PRODUCTION=true", "SOURCIER_BASE_URL=https://sourcier.example.org", "SOURCIER_CONTACT_EMAIL=equipe@example.org",
		"SOURCIER_SMTP=smtp://localhost:2525", "SOURCIER_MAIL_FROM=portail@example.org")
	sheet := sheetLink.FindSubmatch(waitPage(t, root+"/structures", time.Now()))
	if sheet == nil {
		t.Fatal("no sheet to look at")
	}
	cmd := exec.CommandContext(t.Context(), "node", "run.mjs", root+"/", root+"/structures", root+string(sheet[1]))
	cmd.Dir = filepath.Join("..", "..", "..", "scripts", "lighthouse")
	cmd.Env = append(os.Environ(), "CHROME_PATH="+chromium)
	var out, lost bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &lost
	err = cmd.Run()
	figures := strings.Join(strings.Split(strings.TrimSpace(out.String()), "\n"), ", ")
	if err != nil {
		t.Fatalf("%v: %s\n%s", err, figures, &lost)
	}
	figure(t, "performance/accessibility/best practices/SEO: %s; medians of 3", figures)
}
