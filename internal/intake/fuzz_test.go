package intake

import (
	"strings"
	"testing"
	"unicode/utf8"

	"sourcier/internal/intake/input"
	"sourcier/internal/structure"
)

// FuzzValues holds the readers of single values to what they promise.
func FuzzValues(f *testing.F) {
	for _, v := range []string{"", "oui", "8,07469E+13", "javascript:alert(1)", "a@b", "90911200-8", "12", "\x00", "’", "2,39"} {
		f.Add(v)
	}
	imp := newImporter(f, mustStore(f))
	f.Fuzz(func(t *testing.T, v string) {
		s := newSession(imp, RunOptions{})
		s.rejects.dir = t.TempDir()
		l := &line{session: s, part: &part{Part: &input.Part{Name: "x"}, report: &FileReport{}}}
		if site := l.website("x", clean(v)); site != "" && !strings.HasPrefix(strings.ToLower(site), "http") {
			t.Errorf("website %q", site)
		}
		if w, ok := workforce(v, false); ok && w == "" {
			t.Errorf("workforce of %q", v)
		}
		var a structure.Address
		l.point(&a, v, "2.39")
		if a.Point.Precision != "" && !inFrance(a.Point.Lat, a.Point.Lon) {
			t.Errorf("point %+v", a.Point)
		}
		if text := clean(v); strings.ContainsRune(text, 0) || !utf8.ValidString(text) || strings.TrimSpace(text) != text {
			t.Errorf("clean(%q) = %q", v, text)
		}
		if safe := SafeCell(v); v != "" && strings.ContainsRune("=+-@\t\r", rune(safe[0])) {
			t.Errorf("cell %q", safe)
		}
		if err := s.rejects.close(); err != nil {
			t.Error(err)
		}
	})
}
