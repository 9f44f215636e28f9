// Package public holds the files that the pages load: our style sheet, script
// and images, and in vendor/ those that ./scripts/assets copies from npm.
package public

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
)

//go:embed css js img all:vendor
var files embed.FS

// Prefix is where the files are served.
const Prefix = "/public/"

// required lists what ./scripts/assets provides and the pages load; a bare
// clone has none of it and still builds.
var required = []string{
	"vendor/bootstrap.min.css",
	"vendor/htmx.min.js",
	"vendor/leaflet.js",
	"vendor/leaflet.css",
	"vendor/qr/decode.js",
	"vendor/qr/index.js",
	"vendor/atkinson-latin.woff2",
	"vendor/atkinson-latin-ext.woff2",
}

// fonts lists those of the documents that the portal makes.
var fonts = []string{"vendor/dejavu-sans.ttf", "vendor/dejavu-sans-bold.ttf"}

// Font gives a TrueType font of the documents that the portal makes, "dejavu-sans.ttf"
// for instance: embedded, and not served. Nil when ./scripts/assets has not run.
func Font(name string) []byte {
	data, err := files.ReadFile("vendor/" + name)
	if err != nil {
		return nil
	}
	return data
}

// types is a fixed table: the mime package reads the tables of the machine,
// which would make answers differ from one server to the next.
var types = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".svg":   "image/svg+xml",
	".png":   "image/png",
	".ico":   "image/x-icon",
	".woff2": "font/woff2",
}

// Set is a fixed set of files with one hash over all of them, so that the
// relative addresses in a style sheet stay inside the same version.
type Set struct {
	files fs.FS
	hash  string
	names []string
}

// Assets is the embedded set.
var Assets = sync.OnceValue(func() *Set { return newSet(files) })

func newSet(fsys fs.FS) *Set {
	s := &Set{files: fsys}
	sum := sha256.New()
	// Walking an embedded file system gives names in order and does not fail.
	_ = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || types[path.Ext(name)] == "" {
			return err
		}
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		s.names = append(s.names, name)
		_, _ = fmt.Fprintf(sum, "%s\x00%d\x00", name, len(data)) // a hash does not fail
		_, _ = sum.Write(data)
		return nil
	})
	s.hash = hex.EncodeToString(sum.Sum(nil))[:12]
	return s
}

// URL is the address of a file, "css/sourcier.css" for instance. The hash in it
// changes whenever any file does: the answer may be cached for ever.
func (s *Set) URL(name string) string { return Prefix + s.hash + "/" + name }

// Hash is the part of every URL that names this version of the set.
func (s *Set) Hash() string { return s.hash }

// Open gives a file by its name, with or without the hash in front. ok is false
// for a name that is not of the set.
func (s *Set) Open(name string) (data []byte, contentType string, ok bool) {
	name = strings.TrimPrefix(name, s.hash+"/")
	if !slices.Contains(s.names, name) {
		return nil, "", false
	}
	data, err := fs.ReadFile(s.files, name)
	return data, types[path.Ext(name)], err == nil
}

// Complete says which files of npm are missing and how to get them.
func (s *Set) Complete() error {
	var missing []string
	for _, name := range required {
		if !slices.Contains(s.names, name) {
			missing = append(missing, name)
		}
	}
	for _, name := range fonts {
		if _, err := fs.Stat(s.files, name); err != nil {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("fichiers absents de public/ : %s. Lancer ./scripts/assets puis reconstruire le programme", strings.Join(missing, ", "))
}
