package public

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestURLNamesTheContent(t *testing.T) {
	one := newSet(fstest.MapFS{"css/a.css": {Data: []byte("a{}")}})
	same := newSet(fstest.MapFS{"css/a.css": {Data: []byte("a{}")}, "vendor/.gitkeep": {}})
	other := newSet(fstest.MapFS{"css/a.css": {Data: []byte("b{}")}})
	if one.URL("css/a.css") != same.URL("css/a.css") {
		t.Errorf("a file that is not served changes the hash: %s, %s", one.URL("css/a.css"), same.URL("css/a.css"))
	}
	if one.URL("css/a.css") == other.URL("css/a.css") {
		t.Error("another content has the same URL")
	}
}

func TestOpen(t *testing.T) {
	s := newSet(fstest.MapFS{
		"css/a.css":            {Data: []byte("a{}")},
		"vendor/x.LICENSE":     {Data: []byte("MIT")},
		"vendor/f.woff2":       {Data: []byte("wOF2")},
		"vendor/nested/ok.svg": {Data: []byte("<svg/>")},
	})
	for _, name := range []string{"css/a.css", strings.TrimPrefix(s.URL("css/a.css"), Prefix)} {
		data, contentType, ok := s.Open(name)
		if !ok || string(data) != "a{}" || contentType != "text/css; charset=utf-8" {
			t.Errorf("Open(%q) = %q, %q, %v", name, data, contentType, ok)
		}
	}
	for _, name := range []string{"", "css", "css/b.css", "../assets.go", "css/../css/a.css", "/css/a.css", "vendor/x.LICENSE", "0123456789ab/css/a.css"} {
		if _, _, ok := s.Open(name); ok {
			t.Errorf("Open(%q) gave a file", name)
		}
	}
}

func TestCompleteNamesWhatIsMissing(t *testing.T) {
	err := newSet(fstest.MapFS{"vendor/htmx.min.js": {Data: []byte("x")}}).Complete()
	if err == nil {
		t.Fatal("a bare clone is said to be complete")
	}
	for _, want := range []string{"vendor/bootstrap.min.css", "vendor/atkinson-latin.woff2", "./scripts/assets"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("message %q does not name %s", err, want)
		}
	}
	if strings.Contains(err.Error(), "htmx") {
		t.Errorf("message %q names a file that is there", err)
	}
	full := fstest.MapFS{}
	for _, name := range slices.Concat(required, fonts) {
		full[name] = &fstest.MapFile{Data: []byte("x")}
	}
	if err := newSet(full).Complete(); err != nil {
		t.Errorf("a full set: %v", err)
	}
}

func TestEmbeddedFilesOfOurs(t *testing.T) {
	for _, name := range []string{"css/sourcier.css", "js/sourcier.js", "img/logo.svg", "img/favicon.svg"} {
		if data, _, ok := Assets().Open(name); !ok || len(data) == 0 {
			t.Errorf("%s is not embedded", name)
		}
	}
}

// The style sheet names its fonts by relative addresses, which the hash in
// front of both keeps inside one version.
func TestStyleSheetNamesFilesThatAreInstalled(t *testing.T) {
	css, _, _ := Assets().Open("css/sourcier.css")
	found := regexp.MustCompile(`url\("\.\./([^"]+)"\)`).FindAllSubmatch(css, -1)
	all := strings.Count(string(css), "url(") - strings.Count(string(css), `url("data:image/svg+xml,`)
	if len(found) != all || len(found) == 0 {
		t.Errorf("%d relative addresses of %d", len(found), all)
	}
	for _, m := range found {
		if _, _, ours := Assets().Open(string(m[1])); !ours && !slices.Contains(required, string(m[1])) {
			t.Errorf("%s is neither ours nor among the files that scripts/assets installs", m[1])
		}
	}
}
