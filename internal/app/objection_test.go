package app

import (
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sourcier/internal/intake"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// mustOpenApp opens a portal on a new data directory.
func mustOpenApp(t *testing.T) *App {
	t.Helper()
	cfg, err := LoadConfig(func(name string) string {
		return map[string]string{"SOURCIER_DATA": filepath.Join(t.TempDir(), "data")}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	a, err := Open(t.Context(), cfg, "test", slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

func mustImport(t *testing.T, a *App, content string) intake.Report {
	t.Helper()
	file := filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := a.Import(t.Context(), []string{file}, intake.RunOptions{RejectsDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const twoSheets = "siret;finess;nom\n00200000800017;;Premier\n00200000800025;960000017;Second\n00200001600010;;Autre\n"

// TestObjection withdraws the sheets of who objects, keeps imports from making
// them again, and keeps no number.
func TestObjection(t *testing.T) {
	for number, want := range map[string]int{"siret:00200000800017": 1, "siren:002000008": 2, "finess:960000017": 1} {
		a := mustOpenApp(t)
		mustImport(t, a, twoSheets)
		known, n, err := a.AddObjection(t.Context(), number)
		if err != nil || known || n != want {
			t.Fatalf("%s: known %v, %d withdrawn, want %d, %v", number, known, n, want, err)
		}
		r := mustImport(t, a, twoSheets)
		if c := r.Total(); c.Skipped[intake.SkipObjection] != int64(want) || c.Created != 0 {
			t.Errorf("%s: %s", number, r.Explain())
		}
		list, err := a.Objections(t.Context())
		_, digits, _ := strings.Cut(number, ":")
		if asked := slices.DeleteFunc(slices.Clone(list), func(o structure.Objection) bool { return !o.Asked() }); err != nil || len(asked) != 1 || strings.Contains(asked[0].Mark, digits) {
			t.Errorf("%s: list %+v, %v", number, list, err)
		}
		if info, err := os.Stat(a.keyPath()); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("key %v, %v", info, err)
		}
		if asked, stays, err := a.RemoveObjection(t.Context(), number); err != nil || !asked || stays {
			t.Errorf("%s: removed %v, stays %v, %v", number, asked, stays, err)
		}
		r = mustImport(t, a, twoSheets)
		if c := r.Total(); c.Created != int64(want) {
			t.Errorf("%s: after its removal\n%s", number, r.Explain())
		}
	}
}

// TestObjectionWithoutItsKey imports nothing rather than what someone objects to.
func TestObjectionWithoutItsKey(t *testing.T) {
	a := mustOpenApp(t)
	if _, _, err := a.AddObjection(t.Context(), "siret:00200000800017"); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"another": strings.Repeat("ab", keySize), "none": "x", "missing": ""} {
		if err := os.WriteFile(a.keyPath(), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if content == "" {
			if err := os.Remove(a.keyPath()); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := a.Import(t.Context(), []string{"x.csv"}, intake.RunOptions{RejectsDir: t.TempDir()}); err == nil || !strings.Contains(err.Error(), "gardé à part") {
			t.Errorf("%s: import with %v", name, err)
		}
		if _, _, err := a.AddObjection(t.Context(), "siret:00200001600010"); err == nil {
			t.Errorf("%s: an objection was marked with a key that is not that of the list", name)
		}
		if now, _ := os.ReadFile(a.keyPath()); string(now) != content {
			t.Errorf("%s: a key was made: %q", name, now)
		}
	}
	if _, err := a.Structures.FindUnique(t.Context(), "siret:00200000800017"); !errors.Is(err, store.ErrNotFound) {
		t.Error("a sheet was made")
	}
}

func TestParseObjection(t *testing.T) {
	for text, want := range map[string]string{
		"002 000 008 00017": "siret:00200000800017", "002000008": "siren:002000008", "FINESS:960000017": "finess:960000017",
		"": "", "123": "", "00200000800018": "", "finess:1": "",
	} {
		got, err := ParseObjection(text)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
}
