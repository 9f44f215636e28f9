package input

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
)

const table = "siret;nom\n00200000800017;Atelier\n"

func mustWrite(tb testing.TB, name string, content []byte) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

func gzipped(tb testing.TB, content []byte) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(content); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func zipped(tb testing.TB, members ...string) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(members); i += 2 {
		m, err := w.Create(members[i])
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := io.WriteString(m, members[i+1]); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func utf16LE(s string) []byte {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

// contents reads every part of a file to its end.
func contents(path string, limit int64) (out []string, err error) {
	f, err := Open(path)
	if err != nil {
		return nil, err
	}
	parts, err := f.Parts()
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		src, err := p.Content(context.Background(), &Counter{}, limit)
		if err != nil {
			return out, err
		}
		all, err := io.ReadAll(src)
		if closing := src.Close(); err == nil {
			err = closing
		}
		if err != nil {
			return out, asError(err)
		}
		out = append(out, string(all))
	}
	return out, nil
}

func TestWrappings(t *testing.T) {
	// The names lie: only the content counts.
	for name, content := range map[string][]byte{
		"plain.zip":     []byte(table),
		"mark.json":     []byte("\ufeff" + table),
		"utf16.csv":     utf16LE(table),
		"gzip.csv":      gzipped(t, []byte(table)),
		"gzip mark.csv": gzipped(t, []byte("\ufeff"+table)),
		"zip.csv":       zipped(t, "structures.txt", table),
		"mac.zip":       zipped(t, "__MACOSX/._s.csv", "\x00\x05", "s.csv", table, ".DS_Store", "\x00"),
	} {
		got, err := contents(mustWrite(t, name, content), MaxPlain)
		if err != nil || len(got) != 1 || got[0] != table {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestSeveralMembers(t *testing.T) {
	got, err := contents(mustWrite(t, "a.zip", zipped(t, "a.csv", table, "b/c.json", `[{"siret":1}]`, "lisez-moi.pdf", "%PDF-1.7")), MaxPlain)
	if err != nil || len(got) != 2 {
		t.Errorf("%q, %v: want the table and the list", got, err)
	}
}

func TestRefused(t *testing.T) {
	bomb := strings.Repeat("a;b\n", freeOfRatio/2)
	truncated := gzipped(t, []byte(strings.Repeat(table, 5000)))
	for name, c := range map[string]struct {
		content []byte
		cause   Cause
		says    string
	}{
		"empty":            {nil, Empty, "vide"},
		"only spaces":      {[]byte(" \n\t\n"), Empty, "vide"},
		"pdf":              {[]byte("%PDF-1.4"), Foreign, "PDF"},
		"old excel":        {[]byte("\xd0\xcf\x11\xe0\xa1\xb1"), Foreign, ".xls"},
		"parquet":          {[]byte("PAR1\x15\x04"), Foreign, "Parquet"},
		"web page":         {[]byte("<!doctype html><p>404"), Foreign, "web"},
		"video":            {[]byte("\x00\x00\x00\x18ftypmp42"), Foreign, "vidéo"},
		"matroska":         {[]byte("\x1a\x45\xdf\xa3\x93\x42"), Foreign, "vidéo"},
		"photograph":       {[]byte("\xff\xd8\xff\xe0\n\x10JFIF"), Foreign, "image"},
		"noise":            {noise(9000), Foreign, "texte"},
		"workbook bomb":    {hugeWorkbook(t), TooLarge, "CSV"},
		"zip in zip":       {zipped(t, "a.zip", string(zipped(t, "a.csv", table))), Foreign, "archive dans une archive"},
		"gzip in gzip":     {gzipped(t, gzipped(t, []byte(table))), Foreign, "deux fois"},
		"empty archive":    {zipped(t, "dossier/", ""), Empty, "vide"},
		"text document":    {zipped(t, "word/document.xml", "<x/>"), Foreign, "bureautique"},
		"open document":    {zipped(t, "mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", "<x/>"), Foreign, "OpenDocument"},
		"cut archive":      {zipped(t, "a.csv", table)[:60], Damaged, "archive"},
		"cut gzip":         {truncated[:len(truncated)-9], Damaged, "incomplet"},
		"gzip bomb":        {gzipped(t, []byte(bomb)), TooLarge, "se décompresse"},
		"zip bomb":         {zipped(t, "a.csv", bomb), TooLarge, "se décompresse"},
		"too many members": {zipped(t, make([]string, 2*maxMembers+2)...), TooLarge, "fichiers"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := contents(mustWrite(t, "x.csv", c.content), MaxPlain)
			var refusal *Error
			if !errors.As(err, &refusal) || refusal.Cause != c.cause || !strings.Contains(refusal.Text, c.says) {
				t.Errorf("error %v, want %s with %q", err, c.cause, c.says)
			}
		})
	}
}

// hugeWorkbook says of its sheet that it would not fit.
func hugeWorkbook(tb testing.TB) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, size := range map[string]uint64{"xl/workbook.xml": 4, "xl/worksheets/sheet1.xml": maxSheets} {
		if _, err := w.CreateRaw(&zip.FileHeader{Name: name, UncompressedSize64: size, Method: zip.Deflate}); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// noise is what an unknown format looks like: no byte is null.
func noise(n int) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(1 + rand.IntN(255))
	}
	return out
}

// endless gives as many bytes as are asked for, none of them written.
type endless struct{ left int64 }

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := min(int64(len(p)), e.left)
	e.left -= n
	return int(n), nil
}

// TestRegisterFits lets the size of the Sirene stock through, 2 GB of zip that hold
// 9 GB, and no bomb of that size.
func TestRegisterFits(t *testing.T) {
	const gb = 1 << 30
	for name, c := range map[string]struct {
		packed, content, max int64
		passes               bool
	}{
		"the stock":                  {2 * gb, 9 * gb, MaxRegister, true},
		"as an ordinary file":        {2 * gb, 9 * gb, MaxPlain, false},
		"a bomb in its place":        {9 * gb / maxRatio / 2, 9 * gb, MaxRegister, false},
		"beyond any register":        {2 * gb, MaxRegister + 1, MaxRegister, false},
		"an ordinary file, repeated": {gb / 100, gb, MaxPlain, true},
	} {
		src := &endless{left: c.content}
		packed := func() int64 { return int64(float64(c.packed) * float64(c.content-src.left) / float64(c.content)) }
		l := &limited{src: src, packed: packed, max: c.max}
		buf := make([]byte, 8<<20)
		var err error
		for err == nil {
			_, err = l.Read(buf)
		}
		var refusal *Error
		if c.passes != errors.Is(err, io.EOF) || !c.passes && (!errors.As(err, &refusal) || refusal.Cause != TooLarge) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestChanged notices what happens to a file between its opening and its end.
func TestChanged(t *testing.T) {
	for name, do := range map[string]func(path string) error{
		"untouched": func(string) error { return nil },
		"longer":    func(path string) error { return os.WriteFile(path, []byte(table+table), 0o600) },
		"rewritten": func(path string) error { return os.Chtimes(path, time.Now(), time.Now().Add(time.Second)) },
		"gone":      os.Remove,
	} {
		path := mustWrite(t, "x.csv", []byte(table))
		f, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := do(path); err != nil {
			t.Fatal(err)
		}
		var refusal *Error
		if err := f.Changed(); (name == "untouched") != (err == nil) || err != nil && (!errors.As(err, &refusal) || refusal.Cause != Changed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRefusedPlaces(t *testing.T) {
	for _, path := range []string{filepath.Join(t.TempDir(), "absent.csv"), t.TempDir()} {
		_, err := Open(path)
		var refusal *Error
		if !errors.As(err, &refusal) || refusal.Cause != Unreadable {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestTotalLimit(t *testing.T) {
	_, err := contents(mustWrite(t, "x.gz", gzipped(t, []byte(strings.Repeat("abcdefgh;12345678\n", 10_000)))), 100_000)
	var refusal *Error
	if !errors.As(err, &refusal) || refusal.Cause != TooLarge {
		t.Errorf("error %v, want too large", err)
	}
}

func TestFingerprint(t *testing.T) {
	sums := map[string]string{}
	for name, content := range map[string][]byte{
		"a": []byte(table), "b": []byte(table), "c": []byte(table + " "), "zip": zipped(t, "a.csv", table, "b.csv", table),
	} {
		f, err := Open(mustWrite(t, name, content))
		if err != nil {
			t.Fatal(err)
		}
		parts, err := f.Parts()
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range parts {
			sum, err := p.Fingerprint(t.Context())
			if err != nil || len(sum) != 8 {
				t.Fatalf("%s: %q, %v", name, sum, err)
			}
			sums[name+p.member] = sum
		}
	}
	if sums["a"] != sums["b"] || sums["a"] == sums["c"] || sums["zipa.csv"] == sums["zipb.csv"] {
		t.Errorf("fingerprints %v", sums)
	}
}

// TestMemberTime keeps the day of a member, unless the archiver wrote none.
func TestMemberTime(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	day := time.Date(2020, 5, 4, 12, 0, 0, 0, time.UTC)
	for name, at := range map[string]time.Time{"dated.csv": day, "undated.csv": {}} {
		m, err := w.CreateHeader(&zip.FileHeader{Name: name, Modified: at})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(m, table); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := Open(mustWrite(t, "x.zip", b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	parts, err := f.Parts()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range parts {
		if want := map[string]time.Time{"dated.csv": day, "undated.csv": f.ModTime}[p.member]; !p.ModTime.Equal(want) {
			t.Errorf("%s: %v, want %v", p.member, p.ModTime, want)
		}
	}
}

func TestCancelledRead(t *testing.T) {
	f, err := Open(mustWrite(t, "x.csv", []byte(table)))
	if err != nil {
		t.Fatal(err)
	}
	parts, err := f.Parts()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	src, err := parts[0].Content(ctx, &Counter{}, MaxPlain)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	// What is in the buffer may still be read; no more is taken from the file.
	if _, err := io.ReadAll(src); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if err := src.Close(); err != nil {
		t.Error(err)
	}
	if _, err := parts[0].Fingerprint(ctx); err == nil {
		t.Error("a cancelled fingerprint succeeded")
	}
}

func FuzzParts(f *testing.F) {
	f.Add([]byte(table))
	f.Add(utf16LE(table))
	var tb testing.TB = f
	f.Add(gzipped(tb, []byte(table)))
	f.Add(zipped(tb, "a.csv", table))
	f.Add(zipped(tb, "xl/workbook.xml", "<workbook/>"))
	f.Fuzz(func(t *testing.T, content []byte) {
		got, err := contents(mustWrite(t, "x", content), 1<<20)
		var refusal *Error
		if err != nil && !errors.As(err, &refusal) {
			t.Errorf("error %v of type %T after %d parts", err, err, len(got))
		}
	})
}
