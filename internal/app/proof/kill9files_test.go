package proof

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sourcier/internal/app"
	"sourcier/internal/store"
	"sourcier/internal/store/archive"
)

// storeFilesIn names the data directory for the process that killFiles kills.
const storeFilesIn = "SOURCIER_PROOF_FILES"

// secretFileIn names the key of the portal for that process.
const secretFileIn = "SOURCIER_PROOF_SECRET"

// storeFiles stores and erases files for ever, and says after each what it did.
func storeFiles(data string) {
	err := func() error {
		cfg, err := app.LoadConfig(settings(data, ""))
		if err != nil {
			return err
		}
		a, err := app.Open(context.Background(), cfg, "proof", slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		for {
			n := rand.IntN(12)
			if _, err := a.Blobs.Erase(context.Background(), ownerOf(n)); err != nil {
				return err
			}
			fmt.Println("-", n)
			up := store.BlobUpload{Owner: ownerOf(n), Media: "image/png", Limit: store.MaxBlob}
			if _, err := a.Blobs.Put(context.Background(), bytes.NewReader(manyChunks(n)), up); err != nil {
				return err
			}
			fmt.Println("+", n)
		}
	}()
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func ownerOf(n int) string { return fmt.Sprint("structure/", n) }

// manyChunks is the file of an owner; owners share it three by three.
func manyChunks(n int) []byte { return bytes.Repeat([]byte{byte(n / 3)}, 3*store.ChunkSize+n/3) }

// killFiles: whatever the moment, each file is whole or not there, what was said
// to be stored is, and a sweep leaves no chunk without a file.
func killFiles(t *testing.T, moments, _ int) string {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	said := map[int]bool{}
	for range moments {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), storeFilesIn+"="+data, secretFileIn+"="+secretFile)
		var out, errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errs
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(200+rand.IntN(1000)) * time.Millisecond)
		_ = cmd.Process.Kill()
		if _ = cmd.Wait(); errs.Len() > 0 {
			t.Fatal(errs.String())
		}
		last := -1
		for line := range strings.Lines(out.String()) {
			var sign string
			if n, _ := fmt.Sscan(line, &sign, &last); n == 2 {
				said[last] = sign == "+"
			}
		}
		filesAre(t, data, said, last)
	}
	mustRun(t, data, "check")
	return fmt.Sprintf("%d kills while files are stored and erased, each whole or gone", moments)
}

// filesAre compares the store with what was said. The process may have done one
// thing more than it said, to any file, so that one difference is allowed.
func filesAre(t *testing.T, data string, said map[int]bool, last int) {
	t.Helper()
	a := open(t, data, "")
	defer func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := a.Blobs.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	differences := 0
	for n := range said {
		held, err := a.Blobs.Owned(t.Context(), ownerOf(n), 2)
		if err != nil {
			t.Fatal(err)
		}
		if (len(held) == 1) != said[n] {
			differences++
			said[n] = len(held) == 1
		}
	}
	if differences > 1 {
		t.Errorf("%d files are not as was said, the last of %d", differences, last)
	}
	later, err := store.OpenBlobs(t.Context(), a.DB(), func() time.Time { return time.Now().Add(2 * store.SweepAge) })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := later.Sweep(t.Context(), store.SweepAge); err != nil {
		t.Fatal(err)
	}
	sets, err := a.DB().Chunks().ChunkSets(t.Context(), "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	files, err := a.Blobs.List(t.Context(), "", 1000)
	if err != nil || len(files) != len(sets) {
		t.Errorf("%d files, %d sets of chunks (%v)", len(files), len(sets), err)
	}
}

// withFiles is a directory with structures and files, and the time a backup takes.
func withFiles(t *testing.T, size int) (data string, took time.Duration) {
	t.Helper()
	data = filepath.Join(t.TempDir(), "data")
	mustRun(t, data, "demo", "--size", fmt.Sprint(size))
	a := open(t, data, "")
	for n := range 12 {
		up := store.BlobUpload{Owner: ownerOf(n), Media: "image/png", Limit: store.MaxBlob}
		if _, err := a.Blobs.Put(t.Context(), bytes.NewReader(manyChunks(n)), up); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	mustRun(t, data, "backup", filepath.Join(t.TempDir(), "once.tar.zst"))
	return data, time.Since(start)
}

// killBackup: whatever the moment, no file has the name of a backup that is not
// one, the directory is clean, and the next backup is made.
func killBackup(t *testing.T, moments, size int) string {
	t.Helper()
	data, span := withFiles(t, size)
	dir := t.TempDir()
	interrupted := 0
	for i := range moments {
		cmd := sourcier(context.Background(), data, "backup", filepath.Join(dir, fmt.Sprintf("%02d.tar.zst", i%3)))
		if kill9(t, cmd, func() { time.Sleep(time.Duration(rand.Float64() * float64(span))) }) {
			interrupted++
		}
		whole, err := filepath.Glob(filepath.Join(dir, "*.tar.zst"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range whole {
			isWhole(t, name)
			_ = os.Remove(name)
		}
	}
	if interrupted < moments/4 {
		t.Errorf("only %d of %d backups were interrupted: the moments prove little", interrupted, moments)
	}
	mustRun(t, data, "check")
	last := filepath.Join(dir, "00.tar.zst")
	mustRun(t, data, "backup", last)
	isWhole(t, last)
	return fmt.Sprintf("%d of %d backups killed, none half taken for whole", interrupted, moments)
}

func isWhole(t *testing.T, name string) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if _, err := archive.Read(t.Context(), io.Reader(f), store.Schemas(), nil); err != nil {
		t.Errorf("%s has the name of a backup: %v", name, err)
	}
}

// killRestore: whatever the moment, the directory is as before, whole, or says
// that it is being restored; and the same command run again ends it.
func killRestore(t *testing.T, moments, size int) string {
	t.Helper()
	data, span := withFiles(t, size)
	file := filepath.Join(t.TempDir(), "sauvegarde.tar.zst")
	mustRun(t, data, "backup", file)
	want := content(t, data)
	half, interrupted := 0, 0
	for range moments {
		into := filepath.Join(t.TempDir(), "data")
		cmd := sourcier(context.Background(), into, "restore", file)
		if !kill9(t, cmd, func() { time.Sleep(time.Duration(rand.Float64() * 2 * float64(span))) }) {
			continue
		}
		interrupted++
		out, err := sourcier(t.Context(), into, "check").CombinedOutput()
		switch said := string(out); {
		case err != nil && strings.Contains(said, "relancer « sourcier restore »"):
			half++
		case err != nil:
			t.Errorf("check: %s", said)
		case strings.HasPrefix(said, "0 structure dans la base"):
		case strings.HasPrefix(said, fmt.Sprint(len(want), " ")):
			continue // it had ended
		default:
			t.Errorf("half a base without a word: %s", said)
		}
		mustRun(t, into, "restore", file)
		mustRun(t, into, "check")
		sameContent(t, want, content(t, into))
	}
	if interrupted < moments/4 {
		t.Errorf("only %d of %d restores were interrupted: the moments prove little", interrupted, moments)
	}
	return fmt.Sprintf("%d of %d restores killed, %d in the middle, all ended by a second run", interrupted, moments, half)
}
