package archive

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// file is one entry of a tar.
type file struct {
	tar.Header
	data string
}

func unpack(t testing.TB, text []byte) (files []file) {
	t.Helper()
	z, err := zstd.NewReader(bytes.NewReader(text))
	must(t, err)
	defer z.Close()
	r := tar.NewReader(z)
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		must(t, err)
		data, err := io.ReadAll(r)
		must(t, err)
		files = append(files, file{tar.Header{Typeflag: h.Typeflag, Name: h.Name, Mode: 0o600}, string(data)})
	}
}

func pack(t testing.TB, files []file, after string) []byte {
	t.Helper()
	var out bytes.Buffer
	z, err := zstd.NewWriter(&out)
	must(t, err)
	w := tar.NewWriter(z)
	for _, f := range files {
		f.Size = int64(len(f.data))
		must(t, w.WriteHeader(&f.Header))
		_, err := io.WriteString(w, f.data)
		must(t, err)
	}
	must(t, w.Close())
	_, err = io.WriteString(z, after)
	must(t, err)
	must(t, z.Close())
	return out.Bytes()
}

func named(files []file, part string) int {
	return slices.IndexFunc(files, func(f file) bool { return strings.HasSuffix(f.Name, part) })
}

func insert(files []file, at int, name string, kind byte, data string) []file {
	return slices.Insert(files, at, file{tar.Header{Typeflag: kind, Name: name, Mode: 0o600}, data})
}

// TestRefused alters an archive in every way we could think of. Each is refused
// with its reason, by the verification that comes before anything is written.
func TestRefused(t *testing.T) {
	whole, _ := write(t, filled(t))
	pieces := unpack(t, whole)
	edit := func(part, old, replacement string) func([]file) []file {
		return func(f []file) []file {
			i := named(f, part)
			if !strings.Contains(f[i].data, old) {
				t.Fatalf("%q is not in %s", old, f[i].Name)
			}
			f[i].data = strings.Replace(f[i].data, old, replacement, 1)
			return f
		}
	}
	drop := func(part string) func([]file) []file {
		return func(f []file) []file { i := named(f, part); return slices.Delete(f, i, i+1) }
	}
	add := func(name string, kind byte, data string) func([]file) []file {
		return func(f []file) []file { return insert(f, 2, name, kind, data) }
	}
	for name, tt := range map[string]struct {
		alter func([]file) []file
		says  string
	}{
		"path above":          {add("../../etc/passwd", tar.TypeReg, "x"), "inattendue « ../../etc/passwd »"},
		"path inside":         {add("documents/../thing/000003.jsonl", tar.TypeReg, "x"), "inattendue"},
		"absolute path":       {add("/documents/thing/000003.jsonl", tar.TypeReg, "x"), "inattendue"},
		"path of a file":      {add("blobs/"+strings.Repeat("0", 64)+"/../000000", tar.TypeReg, "x"), "inattendue"},
		"link":                {add("documents/thing/000003.jsonl", tar.TypeSymlink, ""), "inattendue"},
		"directory":           {add("documents/", tar.TypeDir, ""), "inattendue"},
		"line altered":        {edit("thing/000002.jsonl", `"n":600`, `"n":601`), "n’est pas celle qui a été écrite"},
		"line removed":        {edit("thing/000002.jsonl", "\n", " "), "illisible"},
		"last lines removed":  {drop("thing/000003.jsonl"), "n’est pas celle qui a été écrite"},
		"lines in the middle": {drop("thing/000002.jsonl"), "attendu"},
		"collection removed": {func(f []file) []file {
			return drop("thing/000001.jsonl")(drop("thing/000002.jsonl")(drop("thing/000003.jsonl")(f)))
		}, "au lieu de 1100"},
		"collection added":      {add("documents/audit/000001.jsonl", tar.TypeReg, `{"id":"a","version":1,"doc":{"schema":1}}`+"\n"), "« audit » n’est pas dans sa liste"},
		"unknown collection":    {add("documents/event/000001.jsonl", tar.TypeReg, `{"id":"a","version":1,"doc":{"schema":1}}`+"\n"), "version plus récente"},
		"newer schema":          {edit("thing/000002.jsonl", `"schema":2`, `"schema":3`), "installer Sourcier test"},
		"no schema":             {edit("thing/000002.jsonl", `"schema":2`, `"schema":0`), "sans numéro de schéma"},
		"effect elsewhere":      {edit("thing/000001.jsonl", `"to":"audit"`, `"to":"message"`), "« message » inconnue"},
		"newer format":          {edit(headerName, `"format": 1`, `"format": 2`), "version plus récente de Sourcier (test, format 2"},
		"no format":             {edit(headerName, `"format"`, `"forme"`), "en-tête"},
		"field of the future":   {edit("thing/000001.jsonl", `"version"`, `"expires":1,"version"`), "ligne 1 : illisible"},
		"version zero":          {edit("thing/000001.jsonl", `"version":1`, `"version":0`), "non valable"},
		"no id":                 {edit("thing/000001.jsonl", `"id":"id-0000"`, `"id":""`), "non valable"},
		"dead and filled":       {edit("thing/000001.jsonl", `"version":1`, `"version":1,"deleted":true`), "supprimé et pourtant rempli"},
		"file altered":          {edit("/000001", "long", "lang"), "fichier joint"},
		"file cut":              {drop("/000001"), "fichier joint"},
		"file without its head": {func(f []file) []file { i := named(f, "/000001"); return slices.Delete(f, i-1, i) }, "morceau 1 inattendu"},
		"file removed":          {func(f []file) []file { i := named(f, "/000001"); return slices.Delete(f, i-1, i+1) }, "fichiers joints"},
		"documents after files": {func(f []file) []file { return insert(f, len(f)-1, "documents/thing/000004.jsonl", tar.TypeReg, "") }, "inattendue"},
		"no header":             {drop(headerName), "n’est pas une sauvegarde"},
		"no manifest":           {drop(manifestName), "incomplète"},
		"manifest unreadable":   {edit(manifestName, "{", "["), "liste de contrôle"},
		"another header":        {edit(headerName, `"test"`, `"tset"`), "se contredisent"},
		"something after":       {func(f []file) []file { return insert(f, len(f), "x", tar.TypeReg, "x") }, "continue après sa fin"},
		"nothing":               {func([]file) []file { return nil }, "incomplète"},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, pack(t, tt.alter(slices.Clone(pieces)), ""), tt.says)
		})
	}
	refused(t, pack(t, pieces, strings.Repeat("x", maxTrailing*2)), "continue après sa fin")
	refused(t, []byte("PK\x03\x04 une autre archive"), "n’est pas une sauvegarde")
	refused(t, nil, "sauvegarde refusée")
	if _, err := Read(t.Context(), bytes.NewReader(pack(t, pieces, "")), known, nil); err != nil {
		t.Errorf("repacked unaltered: %v", err)
	}
}

func refused(t *testing.T, text []byte, says string) {
	t.Helper()
	_, err := Read(t.Context(), bytes.NewReader(text), known, nil)
	var refusal *RefusedError
	if !errors.As(err, &refusal) || !strings.Contains(err.Error(), says) {
		t.Errorf("error is %v, want a refusal with %q", err, says)
	}
}

// TestCutOrFlipped: an archive cut anywhere, or with any one byte changed, is
// refused, but for the bits that zstd does not use.
func TestCutOrFlipped(t *testing.T) {
	db := open(t)
	putBlob(t, db, "a", "content")
	whole, _ := write(t, db)
	unused := 0
	for n := range whole {
		refused(t, whole[:n], "sauvegarde refusée")
		altered := bytes.Clone(whole)
		altered[n] ^= 0x10
		if _, err := Read(t.Context(), bytes.NewReader(altered), known, nil); err == nil {
			if unused++; !reflect.DeepEqual(unpack(t, altered), unpack(t, whole)) {
				t.Errorf("byte %d of %d changed what is read, and nobody saw it", n, len(whole))
			}
		}
	}
	if unused > 20 {
		t.Errorf("%d of %d bytes change nothing", unused, len(whole))
	}
}

// FuzzRead: whatever an archive holds once unpacked, it is refused or read.
func FuzzRead(f *testing.F) {
	for name, data := range map[string]string{
		"documents/thing/000001.jsonl":     `{"id":"a","version":1,"unique":["u"],"lookup":["l"],"doc":{"schema":1,"body":{}}}` + "\n",
		"documents/audit/000001.jsonl":     `{"id":"a","version":2,"deleted":true,"pending":[{"version":1,"n":0,"effect":{"to":"audit","doc":{"schema":1}}}]}` + "\n",
		"blobs/" + emptyHash + "/a/000000": "",
		"blobs/" + emptyHash + "/a/broken": "",
		manifestName:                       `{"format":1,"collections":[],"blobs":{"sha256":"` + emptyHash + `"}}`,
	} {
		f.Add(name, data)
	}
	header := file{tar.Header{Typeflag: tar.TypeReg, Name: headerName, Mode: 0o600}, `{"format":1}`}
	f.Fuzz(func(t *testing.T, name, data string) {
		var out bytes.Buffer
		w := tar.NewWriter(&out)
		for _, piece := range []file{header, {tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o600}, data}} {
			piece.Size = int64(len(piece.data))
			if w.WriteHeader(&piece.Header) != nil {
				return
			}
			_, _ = io.WriteString(w, piece.data)
		}
		must(t, w.Close())
		err := newReading(t.Context(), &out, known, nil).all()
		var refusal *RefusedError
		if err != nil && !errors.As(err, &refusal) {
			t.Errorf("neither read nor refused: %v", err)
		}
	})
}

const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
