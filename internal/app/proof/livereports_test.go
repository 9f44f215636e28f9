package proof

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sourcier/internal/structure"
)

// TestLiveReports reports an error as a visitor does, and has the portal in service
// tell it and close it; stopped, the directory says the same.
func TestLiveReports(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	mustRun(t, data, "demo", "--size", "30")
	portal := startServe(t, data)
	_, list, err := get(t, portal.root+"/structures")
	link := sheetLink.FindSubmatch(list)
	if err != nil || link == nil {
		t.Fatal("no sheet", err)
	}
	ref := structure.Reference(report(t, portal.root+string(link[1])+"/signaler"))
	startClient(t, data, "reports").ends(t, 0, "1 signalement en attente", ref, "« Le numéro a changé. »", "Répondre à : nom@exemple.fr")
	startClient(t, data, "reports", "--csv").ends(t, 0, ref+";", ";nom@exemple.fr")
	portal.stop(t)
	startClient(t, data, "reports").ends(t, 0, "1 signalement en attente", ref)
	portal = startServe(t, data)
	startClient(t, data, "reports", "close", ref, "--note", "corrigé").ends(t, 0, "clos")
	startClient(t, data, "reports", "close", ref).ends(t, 1, "déjà clos")
	startClient(t, data, "reports").ends(t, 0, "0 signalement en attente")
	portal.stop(t)
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([a-z]+)" value="([^"]+)"`)

// report fills in the form and gives the reference of what was stored.
func report(t *testing.T, form string) (ref string) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	visitor := http.Client{Jar: jar}
	do := func(method, body string) (string, *http.Response) {
		req, err := http.NewRequestWithContext(t.Context(), method, form, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		resp, err := visitor.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s %s: %d, %v", method, form, resp.StatusCode, err)
		}
		return string(page), resp
	}
	page, _ := do(http.MethodGet, "")
	fields := url.Values{"motif": {"wrong"}, "texte": {"Le numéro a changé."}, "courriel": {"nom@exemple.fr"}}
	for _, hidden := range hiddenField.FindAllStringSubmatch(page, -1) {
		fields.Set(hidden[1], hidden[2])
	}
	_, last := do(http.MethodPost, fields.Encode())
	return filepath.Base(last.Request.URL.Path)
}
