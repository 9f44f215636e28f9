package proof

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/people"
	"sourcier/internal/store"
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
func serveBinary(t *testing.T, data string, settings ...string) (addr string) {
	t.Helper()
	addr = freeAddr(t)
	cmd := sourcier(context.Background(), data, "serve")
	cmd.Env = append(cmd.Env, "SOURCIER_ADDR="+addr, "SOURCIER_BASE_URL=http://"+addr)
	cmd.Env = append(cmd.Env, settings...)
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
	return getAs(t, url, "")
}

// getAs asks with a cookie, "" for none.
func getAs(t *testing.T, url, cookie string) (status int, body []byte, err error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if cookie != "" {
		req.Header.Set("Cookie", cookie)
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
	"/_style":                                                                    http.StatusOK,
	"/exporter?q=nettoyage&serves=94081":                                         http.StatusOK,
	"/exporter?q=introuvable+partout":                                            http.StatusOK,
	"/structures.csv?colonnes=":                                                  http.StatusUnprocessableEntity,
	"/territoires":                                                               http.StatusOK,
	"/territoires?ou=zzzz":                                                       http.StatusOK,
	"/territoires/94054":                                                         http.StatusOK,
	"/territoires/48095":                                                         http.StatusOK, // far from the home territory
	"/territoires/dep:94":                                                        http.StatusOK,
	"/territoires/ailleurs":                                                      http.StatusNotFound,
	"/secteurs":                                                                  http.StatusOK,
	"/secteurs/proprete":                                                         http.StatusOK,
	"/secteurs/traiteur":                                                         http.StatusOK,
	"/sources":                                                                   http.StatusOK,
	"/aide":                                                                      http.StatusOK,
	"/aide/acheteurs":                                                            http.StatusOK,
	"/aide/structures":                                                           http.StatusOK,
	"/accessibilite":                                                             http.StatusOK,
	"/donnees-personnelles":                                                      http.StatusOK,
	"/compte-efface":                                                             http.StatusOK,
	"/mentions-legales":                                                          http.StatusOK,
	"/plan-du-site":                                                              http.StatusOK,
	"/api":                                                                       http.StatusOK,
	"/nulle-part":                                                                http.StatusNotFound,
	"/comparer":                                                                  http.StatusOK,
	"/cadre?q=nettoyage&serves=94081&kind=ESAT":                                  http.StatusOK,
	"/cadre?q=introuvable+partout&ou=nulle":                                      http.StatusOK,
	"/cadre?kind=NOPE":                                                           http.StatusUnprocessableEntity,
	"/integrer":                                                                  http.StatusOK,
	"/integrer?q=nettoyage+%C3%A0+sec&serves=94081": http.StatusOK,
}

// ownPages are those of who is signed in: an administrator, who is also the only
// manager of others in an organisation.
var ownPages = map[string]int{
	"/compte":                      http.StatusOK,
	"/compte/donnees":              http.StatusOK,
	"/compte/effacer":              http.StatusOK,
	"/administration/conservation": http.StatusOK,
}

// memberPages are those of a member who may leave.
var memberPages = map[string]int{"/compte/effacer": http.StatusOK}

// signInBefore makes both in a directory that nobody serves, and gives their cookies.
func signInBefore(t *testing.T, data string) (administrator, member string) {
	t.Helper()
	a := open(t, data, "")
	s, ctx, at := a.People, t.Context(), time.Now()
	ids, cookies := map[string]string{}, map[string]string{}
	for _, name := range []string{"ada", "bob"} {
		e := account.Email(name + "@ville.example")
		d, err := s.Ensure(ctx, e, "")
		if err != nil {
			t.Fatal(err)
		}
		token, err := s.Enter(ctx, e, people.Arrival{Method: account.ByLink, Browser: "Firefox, Windows"})
		if err != nil {
			t.Fatal(err)
		}
		ids[name], cookies[name] = d.ID, "sourcier_session="+token
	}
	team := account.Organisation{ID: store.Portal, Kind: account.KindPortal, Name: "L’équipe du portail", CreatedAt: at, ConfirmedAt: at}
	town := account.Organisation{ID: "vitry", Kind: account.KindPublic, Name: "Ville de Vitry", CreatedAt: at, ConfirmedAt: at}
	err := errors.Join(
		team.Enrol(ids["ada"], []account.Role{account.Administrator}, true, at),
		town.Enrol(ids["ada"], []account.Role{account.Buyer}, true, at), town.Enrol(ids["bob"], []account.Role{account.Buyer}, false, at))
	for _, o := range []account.Organisation{team, town} {
		_, insertErr := s.Organisations.Insert(ctx, o, store.Change{})
		err = errors.Join(err, insertErr)
	}
	if err = errors.Join(err, a.Close()); err != nil {
		t.Fatal(err)
	}
	return cookies["ada"], cookies["bob"]
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
	administrator, member := signInBefore(t, data)
	root := "http://" + serveBinary(t, data)
	waitPage(t, root+"/structures", time.Now())
	n, cookie := 0, ""
	save := func(address string, want int) []byte {
		status, body, err := getAs(t, root+address, cookie)
		if err != nil || status != want {
			t.Fatalf("%s: %d, %v", address, status, err)
		}
		n++
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("page%02d.html", n)), body, 0o600); err != nil {
			t.Fatal(err)
		}
		return body
	}
	for address, want := range savedPages {
		save(address, want)
	}
	for holder, pages := range map[string]map[string]int{administrator: ownPages, member: memberPages} {
		cookie = holder
		for address, want := range pages {
			save(address, want)
		}
	}
	cookie = ""
	sheets := sheetLink.FindAllSubmatch(save("/structures?serves=94081&per_page=100", http.StatusOK), -1)
	if len(sheets) < 10 {
		t.Fatalf("only %d links to sheets", len(sheets))
	}
	compared := "/comparer?"
	for _, link := range sheets[:5] {
		compared += "id=" + path.Base(string(link[1])) + "&"
	}
	save(compared+"retour=serves%3D94081", http.StatusOK)
	seen := map[string]bool{}
	for _, link := range sheets {
		if address := string(link[1]); !seen[address] && len(seen) < 40 {
			seen[address] = true
			save(address, http.StatusOK)
			if len(seen) == 1 {
				save(address+"/signaler", http.StatusOK)
				n++
				saveRefusal(t, root+address+"/signaler", filepath.Join(dir, fmt.Sprintf("page%02d.html", n)))
			}
		}
	}
	figure(t, "%d pages saved", n)
}

// saveRefusal saves the form as it comes back when it is sent without its token.
func saveRefusal(t *testing.T, form, file string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, form, strings.NewReader("motif=wrong&texte=Faux.&courriel=nom@"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil || resp.StatusCode != http.StatusForbidden {
		t.Fatalf("%s: %d, %v", form, resp.StatusCode, err)
	}
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
}
