package proof

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"
)

// firstPageWithin is how soon after the build a new user must see a page.
const firstPageWithin = 15 * time.Second

// TestFirstPage does what scripts/run does after its build: fill an empty
// directory, serve, and answer the first page.
func TestFirstPage(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	start := time.Now()
	mustRun(t, data, "demo", "--if-empty")
	addr := serveBinary(t, data)
	body := waitPage(t, "http://"+addr+"/structures?q=nettoyage+vitry", start)
	if took := time.Since(start); took > firstPageWithin {
		t.Errorf("first page after %v, must be within %v", took, firstPageWithin)
	}
	if !regexp.MustCompile(`Données de démonstration`).Match(body) {
		t.Error("the page does not say that its data is fictional")
	}
	figure(t, "first page of results %.1f s after the build", time.Since(start).Seconds())
}

// serveBinary starts `sourcier serve` on a free port until the test ends.
func serveBinary(t *testing.T, data string) (addr string) {
	t.Helper()
	addr = freeAddr(t)
	cmd := sourcier(context.Background(), data, "serve")
	cmd.Env = append(cmd.Env, "SOURCIER_ADDR="+addr, "SOURCIER_BASE_URL=http://"+addr)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("serve did not stop cleanly: %v", err)
		}
	})
	return addr
}

// waitPage asks until the page is there with its status 200.
func waitPage(t *testing.T, url string, start time.Time) []byte {
	t.Helper()
	for time.Since(start) < 4*firstPageWithin {
		status, body, err := get(t, url)
		if err == nil && status == http.StatusOK {
			return body
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("%s did not answer", url)
	return nil
}

func get(t *testing.T, url string) (status int, body []byte, err error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	body, err = io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	return resp.StatusCode, body, err
}

// savedPages are one address of each kind of page, with the status it answers.
var savedPages = map[string]int{
	"/":                             http.StatusOK,
	"/structures":                   http.StatusOK,
	"/structures?q=nettoyage+vitry": http.StatusOK,
	"/structures?q=nettoyage&kind=ESAT&mode=PREST&serves=94081&page=1&sort=name": http.StatusOK,
	"/structures?q=introuvable+partout":                                          http.StatusOK,
	"/structures?kind=NOPE":                                                      http.StatusUnprocessableEntity,
	"/structures?page=2":                                                         http.StatusOK,
	"/carte":                                                                     http.StatusOK,
	"/carte?q=nettoyage&serves=94081":                                            http.StatusOK,
	"/credits":                                                                   http.StatusOK,
	"/api":                                                                       http.StatusOK,
	"/nulle-part":                                                                http.StatusNotFound,
}

var sheetLink = regexp.MustCompile(`href="(/structures/[a-z0-9]{16})["?]`)

// TestSavePages saves one page of each kind for html-validate.
func TestSavePages(t *testing.T) {
	dir := os.Getenv("SOURCIER_PAGES_DIR")
	if dir == "" {
		t.Skip("needs SOURCIER_PAGES_DIR; scripts/prove html gives it")
	}
	data := filepath.Join(t.TempDir(), "data")
	mustRun(t, data, "demo")
	root := "http://" + serveBinary(t, data)
	waitPage(t, root+"/structures", time.Now())
	n := 0
	save := func(path string, want int) []byte {
		status, body, err := get(t, root+path)
		if err != nil || status != want {
			t.Fatalf("%s: %d, %v", path, status, err)
		}
		n++
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("page%02d.html", n)), body, 0o600); err != nil {
			t.Fatal(err)
		}
		return body
	}
	for path, want := range savedPages {
		save(path, want)
	}
	sheets := sheetLink.FindAllSubmatch(save("/structures?serves=94081&per_page=100", http.StatusOK), -1)
	if len(sheets) < 10 {
		t.Fatalf("only %d links to sheets", len(sheets))
	}
	seen := map[string]bool{}
	for _, link := range sheets {
		if path := string(link[1]); !seen[path] && len(seen) < 40 {
			seen[path] = true
			save(path, http.StatusOK)
		}
	}
	figure(t, "%d pages saved", n)
}
