package proof

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// What a results page may weigh as it travels, compressed.
const (
	htmlLimit = 25_000
	codeLimit = 80_000 // style sheets and scripts, without the map's
	mapLimit  = 50_000 // what is loaded after the list, when there is a map
	fontLimit = 40_000
)

// loaded is what the page has the browser fetch, by what it is for.
type loaded struct {
	code, images, fonts []string
	later               []string // named in a data-… attribute, for a script to load after the list: the map
}

// TestWeight fetches a results page and all it loads from the real binary, as a
// browser that takes compression does.
func TestWeight(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	mustRun(t, data, "demo")
	root := "http://" + serveBinary(t, data)
	waitPage(t, root+"/structures", time.Now())
	heaviest := 0
	var all loaded
	for _, address := range []string{"/structures", "/structures?q=nettoyage", "/structures?q=nettoyage+vitry", "/structures?family=handicap&serves=94081&sort=distance"} {
		size, body := fetchSized(t, root+address, true)
		if size > htmlLimit {
			t.Errorf("%s: %d bytes of HTML, at most %d", address, size, htmlLimit)
		}
		heaviest = max(heaviest, size)
		all.read(t, body)
	}
	code, maps, fonts := addUp(t, root, all.code), addUp(t, root, all.later), addUp(t, root, all.fonts)
	addUp(t, root, all.images)
	for _, w := range []struct {
		what        string
		size, limit int
	}{{"style sheets and scripts", code, codeLimit}, {"the map", maps, mapLimit}, {"fonts", fonts, fontLimit}} {
		if w.size > w.limit {
			t.Errorf("%s: %d bytes, at most %d", w.what, w.size, w.limit)
		}
	}
	figure(t, "HTML %.1f of 25 KB, CSS and JS %.1f of 80 KB, map %.1f of 50 KB, font %.1f KB, nothing from elsewhere",
		kb(heaviest), kb(code), kb(maps), kb(fonts))
}

func kb(bytes int) float64 { return float64(bytes) / 1000 }

// read notes what a page loads. What it names from elsewhere is an error; a link
// that a person must follow is not loaded.
func (l *loaded) read(t *testing.T, page string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		attributes := map[string]string{}
		for _, a := range n.Attr {
			attributes[a.Key] = a.Val
			if strings.HasPrefix(a.Key, "data-") && strings.HasPrefix(a.Val, "/public/") {
				for address := range strings.FieldsSeq(a.Val) {
					add(&l.later, address)
				}
			}
		}
		switch n.Data {
		case "script", "img", "source", "iframe", "embed", "object":
			l.sort(attributes["src"] + attributes["data"])
		case "use":
			address, _, _ := strings.Cut(attributes["href"], "#")
			l.sort(address)
		case "link":
			if rel := attributes["rel"]; rel != "canonical" && rel != "prev" && rel != "next" {
				l.sort(attributes["href"])
			}
		}
	}
}

func (l *loaded) sort(address string) {
	switch path.Ext(address) {
	case "":
	case ".css", ".js":
		add(&l.code, address)
	case ".woff2":
		add(&l.fonts, address)
	default:
		add(&l.images, address)
	}
}

func add(list *[]string, address string) {
	if address != "" && !slices.Contains(*list, address) {
		*list = append(*list, address)
	}
}

// addUp fetches files of the portal and adds up what they weigh as they travel.
func addUp(t *testing.T, root string, addresses []string) (sum int) {
	t.Helper()
	for _, address := range addresses {
		u, err := url.Parse(address)
		if err != nil || u.Host != "" || !strings.HasPrefix(u.Path, "/public/") {
			t.Errorf("%s is not a file of the portal", address)
			continue
		}
		size, _ := fetchSized(t, root+address, false)
		t.Logf("%6d %s", size, address)
		sum += size
	}
	return sum
}

func unzip(t *testing.T, body []byte) string {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// fetch gives the size of an answer as it travelled, and its text when it is a
// page. A file must be kept for ever, and compressed when it can be.
func fetchSized(t *testing.T, address string, isPage bool) (size int, page string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "gzip") // what every browser takes; brotli is smaller still
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d, %v", address, resp.StatusCode, err)
	}
	kind := resp.Header.Get("Content-Type")
	if text := strings.HasPrefix(kind, "text/") || strings.HasPrefix(kind, "image/svg"); text && resp.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("%s is not compressed", address)
	}
	if isPage {
		return len(body), unzip(t, body)
	}
	if got := resp.Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
		t.Errorf("%s: Cache-Control %q", address, got)
	}
	return len(body), ""
}
