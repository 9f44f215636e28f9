package app

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"sourcier/internal/store"
	"sourcier/internal/store/archive"
)

func testConfig(t testing.TB) Config {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	cfg, err := LoadConfig(func(name string) string { return map[string]string{"SOURCIER_DATA": data}[name] })
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func mustOpen(t testing.TB, cfg Config) *App {
	t.Helper()
	a, err := Open(t.Context(), cfg, "test", slog.New(slog.DiscardHandler))
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

func filledApp(t testing.TB) *App {
	t.Helper()
	a := mustOpen(t, testConfig(t))
	if err := a.Demo(t.Context(), 40, func(int, int) {}); err != nil {
		t.Fatal(err)
	}
	return a
}

func silent(int, int) {}

func filesIn(t testing.TB, dir string) (names []string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		names = append(names, f.Name())
	}
	return names
}

func wantRefusal(t testing.TB, err error, says string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), says) {
		t.Errorf("error is %v, want %q", err, says)
	}
}

func TestBackupFile(t *testing.T) {
	a := filledApp(t)
	dir := t.TempDir()
	report, err := a.Backup(t.Context(), dir, silent)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(report.Path)
	if err != nil || info.Size() != report.Bytes || info.Mode().Perm() != 0o600 {
		t.Errorf("%+v, reported %d bytes (%v)", info, report.Bytes, err)
	}
	if names := filesIn(t, dir); len(names) != 1 || !strings.HasPrefix(names[0], "sourcier-") {
		t.Errorf("%v", names)
	}
	_, err = a.Backup(t.Context(), report.Path, silent)
	wantRefusal(t, err, "existe déjà")
	_, err = a.Backup(t.Context(), filepath.Join(dir, "absent", "x"), silent)
	wantRefusal(t, err, "n’existe pas : le créer")

	// What a kill left is written over, unless somebody is writing it.
	path := filepath.Join(dir, "deux.tar.zst")
	left, err := os.Create(path + unfinished)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := left.WriteString(strings.Repeat("reste", 1_000_000)); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Flock(int(left.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	_, err = a.Backup(t.Context(), path, silent)
	wantRefusal(t, err, "une autre sauvegarde écrit ce fichier")
	if err := left.Close(); err != nil {
		t.Fatal(err)
	}
	report, err = a.Backup(t.Context(), path, silent)
	if err != nil || report.Bytes > 1_000_000 {
		t.Errorf("%d bytes (%v)", report.Bytes, err)
	}
	if names := filesIn(t, dir); len(names) != 2 {
		t.Errorf("%v", names)
	}
}

// TestBackupDiskFull: wherever the room ends, nothing is left, and it is said in French.
func TestBackupDiskFull(t *testing.T) {
	a := filledApp(t)
	dir := t.TempDir()
	for _, room := range []int{0, 1, 5000} {
		path := filepath.Join(dir, "x.tar.zst")
		err := writeWhole(path, func(w io.Writer) error {
			_, err := a.WriteBackup(t.Context(), &filling{w, room}, silent)
			return err
		})
		wantRefusal(t, a.explainBackup(err, path), "plus de place dans "+dir)
		if names := filesIn(t, dir); len(names) > 0 {
			t.Errorf("room for %d bytes leaves %v", room, names)
		}
	}
}

// filling is a file whose disk fills.
type filling struct {
	w    io.Writer
	room int
}

func (f *filling) Write(p []byte) (int, error) {
	if len(p) > f.room {
		n, _ := f.w.Write(p[:f.room])
		f.room = 0
		return n, &os.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}
	}
	f.room -= len(p)
	return f.w.Write(p)
}

// TestBackupTmpfs fills a real disk of 64 KB.
func TestBackupTmpfs(t *testing.T) {
	a := filledApp(t)
	if err := a.Demo(t.Context(), 1000, silent); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("SKIPPED, no right to mount a small disk: %s", out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			t.Errorf("%s", out)
		}
	})
	_, err := a.Backup(t.Context(), dir, silent)
	wantRefusal(t, err, "plus de place dans "+dir)
	if names := filesIn(t, dir); len(names) > 0 {
		t.Errorf("%v is left", names)
	}
}

func TestBackupStopped(t *testing.T) {
	a := filledApp(t)
	dir := t.TempDir()
	ctx, stop := context.WithCancel(t.Context())
	_, err := a.Backup(ctx, dir, func(int, int) { stop() })
	if !errors.Is(err, context.Canceled) || len(filesIn(t, dir)) > 0 {
		t.Errorf("%v, leaves %v", err, filesIn(t, dir))
	}
}

func restoreTo(t testing.TB, cfg Config, path string, replace bool) (RestoreReport, error) {
	t.Helper()
	return Restore(t.Context(), cfg, slog.New(slog.DiscardHandler), path, RestoreOptions{Replace: replace, Progress: silent})
}

func structures(t testing.TB, cfg Config) int64 {
	t.Helper()
	a, err := Open(t.Context(), cfg, "test", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	n, err1 := a.Structures.Raw().Count(t.Context())
	report, err2 := a.Check(t.Context())
	if err := errors.Join(err1, err2, a.Close()); err != nil || len(report.Differences) > 0 {
		t.Fatal(err, report)
	}
	return n
}

func TestRestore(t *testing.T) {
	from := filledApp(t)
	report, err := from.Backup(t.Context(), t.TempDir(), silent)
	if err != nil {
		t.Fatal(err)
	}
	_, err = restoreTo(t, from.Config, report.Path, true)
	wantRefusal(t, err, "déjà utilisé")

	cfg := testConfig(t)
	cfg.SecretFile = from.Config.secretPath()
	if _, err := restoreTo(t, cfg, report.Path, false); err != nil {
		t.Fatal(err)
	}
	if n := structures(t, cfg); n != 40 {
		t.Errorf("%d structures", n)
	}
	_, err = restoreTo(t, cfg, report.Path, false)
	wantRefusal(t, err, "la base n’est pas vide (40 structure)")
	if n := structures(t, cfg); n != 40 {
		t.Errorf("%d structures after a refusal", n)
	}
	again, err := restoreTo(t, cfg, report.Path, true)
	if err != nil {
		t.Fatal(err)
	}
	if n := structures(t, cfg); n != 40 {
		t.Errorf("%d structures", n)
	}
	other := testConfig(t)
	if _, err := restoreTo(t, other, again.Before, false); err != nil {
		t.Errorf("what was replaced is not in its backup: %v", err)
	}
}

// TestRestoreRefused: an archive that is not right is refused before anything is
// written, with --replace as well.
func TestRestoreRefused(t *testing.T) {
	from := filledApp(t)
	report, err := from.Backup(t.Context(), t.TempDir(), silent)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(report.Path)
	if err != nil {
		t.Fatal(err)
	}
	cfg := testConfig(t)
	a := mustOpen(t, cfg)
	if err := a.Demo(t.Context(), 5, silent); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "cut.tar.zst")
	for _, size := range []int{0, 10, len(text) / 2, len(text) - 1} {
		if err := os.WriteFile(path, text[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := restoreTo(t, cfg, path, true)
		var refusal *archive.RefusedError
		if !errors.As(err, &refusal) {
			t.Errorf("cut at %d: %v", size, err)
		}
	}
	_, err = restoreTo(t, cfg, filepath.Join(t.TempDir(), "absent"), true)
	wantRefusal(t, err, "n’existe pas")
	_, err = restoreTo(t, cfg, t.TempDir(), true)
	wantRefusal(t, err, "n’est pas un fichier")
	if n := structures(t, cfg); n != 5 {
		t.Errorf("%d structures after refusals", n)
	}
}

// TestRestoreInterrupted: half a base is opened by nothing but the restore that ends it.
func TestRestoreInterrupted(t *testing.T) {
	from := filledApp(t)
	report, err := from.Backup(t.Context(), t.TempDir(), silent)
	if err != nil {
		t.Fatal(err)
	}
	cfg := testConfig(t)
	cfg.SecretFile = from.Config.secretPath()
	ctx, stop := context.WithCancel(t.Context())
	_, err = Restore(ctx, cfg, slog.New(slog.DiscardHandler), report.Path, RestoreOptions{Progress: func(done, total int) {
		if done > total/2 {
			stop()
		}
	}})
	wantRefusal(t, err, "restauration interrompue : relancer la même commande")
	_, err = Open(t.Context(), cfg, "serve", slog.New(slog.DiscardHandler))
	wantRefusal(t, err, "une restauration a commencé sans finir (sourcier-")
	if _, err := restoreTo(t, cfg, report.Path, false); err != nil {
		t.Fatal(err)
	}
	if n := structures(t, cfg); n != 40 {
		t.Errorf("%d structures", n)
	}
}

// TestSchemasKnowEveryCollection: a collection that store.Schemas does not list
// would be in backups that no restore takes.
func TestSchemasKnowEveryCollection(t *testing.T) {
	a := filledApp(t)
	for _, name := range []string{store.AuditCollection, store.PersonKeyCollection, store.MessageCollection, store.SuppressionCollection, store.SecretMarkCollection} {
		if _, err := a.db.Collection(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	s, err := a.db.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	names, err := s.Collections(t.Context())
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	if known := slices.Sorted(maps.Keys(store.Schemas())); !slices.Equal(names, known) {
		t.Errorf("the store has %v, store.Schemas lists %v", names, known)
	}
}
