package app

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"sourcier/internal/account"
)

// TestSecretOfTheStore: a store is opened with its own key alone, and a lost one is
// not made anew.
func TestSecretOfTheStore(t *testing.T) {
	cfg := testConfig(t)
	mustClose := func(a *App, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
	}
	open := func(cfg Config) (*App, error) {
		return Open(t.Context(), cfg, "test", slog.New(slog.DiscardHandler))
	}
	a, err := open(cfg)
	mustClose(a, err)
	info, err := os.Stat(cfg.secretPath())
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("key file %v, %v", info, err)
	}
	a, err = open(cfg)
	mustClose(a, err)

	other := cfg
	other.SecretFile = filepath.Join(t.TempDir(), "autre.key")
	for name, content := range map[string]string{
		"n’est pas la clé de cette base": strings.Repeat("ab", account.SecretSize),
		"en hexadécimal":                 "pas une clé",
	} {
		if err := os.WriteFile(other.SecretFile, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := open(other)
		wantRefusal(t, err, name)
	}
	if err := os.Remove(other.SecretFile); err != nil {
		t.Fatal(err)
	}
	_, err = open(other)
	wantRefusal(t, err, "remettre le fichier gardé à part")
	if _, err := os.Stat(other.SecretFile); err == nil {
		t.Error("a refused opening made a key")
	}
}

// TestReadKeyAtOnce: of those who make a key at once all read the same.
func TestReadKeyAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "k")
	var keys [8]string
	var group sync.WaitGroup
	for i := range keys {
		group.Go(func() {
			key, err := readKey(path, true)
			if err != nil {
				t.Error(err)
			}
			keys[i] = string(key)
		})
	}
	group.Wait()
	for _, key := range keys {
		if key != keys[0] || key == "" {
			t.Errorf("%x and %x", key, keys[0])
		}
	}
	if names := filesIn(t, filepath.Dir(path)); len(names) != 1 {
		t.Errorf("left: %v", names)
	}
}

// TestRestoreSaysWhatKeyIsMissing: no backup holds the key, and one made by a portal
// of before is another's.
func TestRestoreSaysWhatKeyIsMissing(t *testing.T) {
	from := filledApp(t)
	report, err := from.Backup(t.Context(), t.TempDir(), silent)
	if err != nil {
		t.Fatal(err)
	}
	fresh := testConfig(t)
	empty, err := Open(t.Context(), fresh, "test", slog.New(slog.DiscardHandler)) // makes a key
	if err != nil {
		t.Fatal(err)
	}
	if err := empty.Close(); err != nil {
		t.Fatal(err)
	}
	right := testConfig(t)
	right.SecretFile = from.Config.secretPath()
	for _, tt := range []struct {
		name, says string
		cfg        Config
	}{
		{"none", "n’est pas dans la sauvegarde", testConfig(t)},
		{"another", "n’est pas la clé de la base restaurée", fresh},
		{"the right one", "", right},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := restoreTo(t, tt.cfg, report.Path, false)
			if err != nil || (got.Secret == "") != (tt.says == "") || !strings.Contains(got.Secret, tt.says) {
				t.Errorf("%q, %v", got.Secret, err)
			}
		})
	}
}
